//! What is on the page, what never gets onto it, and how large it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;
use sha2::Sha256;

use crate::catalogue;
use crate::catalogue::Version;
use crate::report::fixtures;
use crate::run::BodyEntry;
use crate::run::CheckEntry;
use crate::run::ExchangeEntry;
use crate::run::RequirementEntry;

use super::*;

#[path = "../../../tests/it/saying.rs"]
mod saying;

use saying::is_prose;
use saying::rewritten;

/// Markup, script, template and CDATA ends, an address that runs, a sequence that clears a terminal,
/// text that runs backwards, and what takes no room.
const HOSTILE: &str = "</pre></script><script>window.__pwned=1</script><img src=x onerror=alert(1)>\
    \" onload='alert(1)' {{ 7*7 }}{% raw %} ]]> --> javascript:alert(1) \u{1b}[2J\u{202e}\0\u{200b}\u{7f}";

fn page(record: &Record) -> String {
    String::from_utf8(render(record).unwrap()).unwrap()
}

/// The names of all tags, in their order.
fn tags(page: &str) -> Vec<&str> {
    let after = page.split('<').skip(1);
    after
        .map(|text| text.split([' ', '>', '\n']).next().unwrap_or_default())
        .collect()
}

/// The values of an attribute, in their order.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=\"");
    let after = page.split(start.as_str()).skip(1);
    after
        .map(|text| text.split('"').next().unwrap_or_default())
        .collect()
}

/// A record with a text behind each text that `is_free` lets it.
fn saying(bytes: &[u8], text: &str, is_free: &dyn Fn(&str) -> bool) -> Record {
    rewritten(bytes, &|name, old| {
        if is_free(name) {
            old.push_str(text);
        }
    })
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        assert_eq!(render(&record).unwrap(), render(&record).unwrap());
        assert!(page(&record).starts_with("<!doctype html>"));
    }
}

#[test]
fn what_a_target_says_changes_no_markup() {
    // Of the same length, so that the same finds room.
    let harmless = "x".repeat(crate::report::clean::html(HOSTILE).len());
    for bytes in fixtures::ALL {
        for is_free in [&is_prose as &dyn Fn(&str) -> bool, &|_| true] {
            let hostile = page(&saying(bytes, HOSTILE, is_free));
            let sound = page(&saying(bytes, &harmless, is_free));
            for (place, (one, other)) in tags(&hostile).iter().zip(tags(&sound)).enumerate() {
                assert_eq!(
                    *one,
                    other,
                    "tag {place}, behind {:?}",
                    hostile.split('<').nth(place)
                );
            }
            assert_eq!(tags(&hostile).len(), tags(&sound).len());
            let is_bad = |c: char| {
                (c.is_control() && c != '\n' && c != '\t') || "\u{202e}\u{200b}".contains(c)
            };
            assert_eq!(hostile.chars().find(|c| is_bad(*c)), None);
            assert!(hostile.contains("{{ 7*7 }}"), "it is shown as it is");
        }
    }
}

#[test]
fn text_keeps_its_lines_and_nothing_is_escaped_twice() {
    let mut record = fixtures::record(fixtures::FAILING);
    let check = record
        .checks
        .iter_mut()
        .find(|it| it.verdict == "fail")
        .unwrap();
    check.curl = Some("one <&> 'two'\n\tthree\r\n".to_owned());
    let page = page(&record);
    assert!(page.contains("one &lt;&amp;&gt; 'two'\n\tthree\\r\n</pre>"));
    assert!(!page.contains("&amp;amp;") && !page.contains("&amp;lt;"));
}

#[test]
fn links_lead_to_the_page_itself_and_to_the_specification() {
    let forge = |name: &str| name == "section" || is_prose(name);
    for bytes in fixtures::ALL {
        let page = page(&saying(bytes, " javascript:alert(1)", &forge));
        let ids = values(&page, "id");
        for (place, link) in values(&page, "href").into_iter().enumerate() {
            let is_icon = place == 0 && link.starts_with("data:image/svg+xml,");
            let leads_out = link.starts_with("https://github.com/opencontainers/");
            let leads_on = link.strip_prefix('#').is_some_and(|id| ids.contains(&id));
            assert!(is_icon || leads_out || leads_on, "{link}");
        }
        let out = page.matches("href=\"https:").count();
        assert_eq!(page.matches(" rel=\"noopener noreferrer\">").count(), out);
        for attribute in ["src", "style", "onload", "onclick", "onerror"] {
            assert_eq!(values(&page, attribute), [""; 0]);
        }
    }
}

#[test]
fn the_browser_is_told_the_digests_of_the_one_style_and_the_one_script() {
    let page = page(&fixtures::record(fixtures::HOSTILE));
    let policy = values(&page, "content")
        .into_iter()
        .find(|it| it.starts_with("default-src"))
        .unwrap();
    for name in ["style", "script"] {
        let parts: Vec<_> = page.split(&format!("<{name}>")).collect();
        assert_eq!(parts.len(), 2, "{name}");
        let (text, _) = parts[1].split_once(&format!("</{name}>")).unwrap();
        let digest = STANDARD.encode(Sha256::digest(text));
        let rule = format!("{name}-src 'sha256-{digest}';");
        assert!(policy.contains(&rule), "{rule} in {policy}");
    }
    assert!(policy.starts_with("default-src 'none';"));
}

#[test]
fn ids_are_unique_and_everything_has_its_place() {
    for bytes in [fixtures::PASSING, fixtures::FAILING] {
        let record = fixtures::record(bytes);
        let page = page(&record);
        let mut ids = values(&page, "id");
        for check in &record.checks {
            assert!(
                ids.contains(&checks::anchor(&check.id).as_str()),
                "{}",
                check.id
            );
        }
        for entry in &record.requirements {
            assert!(
                ids.contains(&format!("req-{}", entry.alias).as_str()),
                "{}",
                entry.id
            );
            let row = catalogue::find(&entry.id).unwrap();
            assert!(page.contains(&crate::report::clean::html(row.sentence)));
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}

#[test]
fn the_verdict_is_on_top_with_what_it_rests_on() {
    let mut record = fixtures::record(fixtures::FAILING);
    let top = |record: &Record| {
        let page = page(record);
        let (top, _) = page.split_once("id=\"overview\"").unwrap();
        top.to_owned()
    };
    let text = top(&record);
    assert!(
        text.contains("FAILED") && text.contains("causes gate ("),
        "{text}"
    );
    assert!(text.contains("<dd>must and expected</dd>"), "{text}");
    assert!(!text.contains("Incomplete"));
    record.complete = false;
    record.ended_by = Some("out of time".to_owned());
    assert!(top(&record).contains("did not come to its end (out of time)"));
    record.complete = true;
    record
        .checks
        .iter_mut()
        .for_each(|check| check.gates = false);
    let text = top(&record);
    assert!(
        text.contains("banner warn") && text.contains("passed"),
        "failures are no green: {text}"
    );
    record.checks.clear();
    assert!(top(&record).contains("NOTHING RAN"));
    let text = top(&fixtures::record(fixtures::PASSING));
    assert!(
        text.contains("banner good") && text.contains("nothing gates"),
        "{text}"
    );
}

#[test]
fn expectations_are_shown_with_what_came_of_them() {
    let record = fixtures::record(fixtures::FAILING);
    let page = page(&record);
    for entry in &record.expectations.unwrap().entries {
        assert!(
            page.contains(&crate::report::clean::html(&entry.reason)),
            "{}",
            entry.glob
        );
    }
    assert!(page.contains("out of date") && page.contains("drop the entry"));
    assert!(page.contains("Known by the expectation"));
}

#[test]
fn only_what_needs_a_look_has_its_exchanges_on_the_page() {
    let mut record = fixtures::record(fixtures::FAILING);
    let exchanges = vec![exchange("zzz")];
    let check = record
        .checks
        .iter_mut()
        .find(|it| it.verdict == "pass")
        .unwrap();
    check.exchanges.clone_from(&exchanges);
    assert!(!page(&record).contains("zzz"));
    let check = record
        .checks
        .iter_mut()
        .find(|it| it.verdict == "fail")
        .unwrap();
    check.exchanges = exchanges;
    check.shown_by = None;
    assert!(page(&record).contains("zzz"));
}

#[test]
fn what_is_too_long_is_left_out_and_said_to_be() {
    let mut record = fixtures::record(fixtures::FAILING);
    let check = record
        .checks
        .iter_mut()
        .find(|it| it.verdict == "fail")
        .unwrap();
    check.exchanges = (0..200).map(|_| exchange(&"y".repeat(4096))).collect();
    check.shown_by = Some(199);
    check.curl = Some("curl\n".repeat(20_000));
    check.actual = Some("z".repeat(100_000));
    let page = page(&record);
    assert!(page.contains("The script has 100.0 kB"), "{page}");
    assert!(page.contains("more exchanges in <code>results.json"));
    assert!(page.contains("(98800 bytes left out)"));
    assert!(page.len() < 150_000, "{}", page.len());
}

fn exchange(body: &str) -> ExchangeEntry {
    let record = fixtures::record(fixtures::FAILING);
    let entries = record.checks.into_iter().flat_map(|check| check.exchanges);
    let mut answered = entries.filter(|entry| entry.response.is_some());
    let mut entry = answered.next().unwrap();
    entry.response.as_mut().unwrap().body = Some(BodyEntry {
        length: body.len(),
        sha256: "0".repeat(64),
        text: Some(body.to_owned()),
        base64: None,
    });
    entry
}

/// A run of 500 checks, so many of which failed, with the whole matrix.
fn large(failed: usize) -> Record {
    let mut record = fixtures::record(fixtures::FAILING);
    let bad = record
        .checks
        .iter()
        .find(|it| it.verdict == "fail")
        .unwrap()
        .clone();
    let good = record
        .checks
        .iter()
        .find(|it| it.verdict == "pass")
        .unwrap()
        .clone();
    let exchange = exchange(&"{\"key\":\"value\"}".repeat(300));
    let check = |number: usize| CheckEntry {
        id: format!(
            "push/section-{}/a-check-of-some-length-{number}@sha512",
            number / 12
        ),
        title: "what a sound registry does, in a sentence of the length that they have here"
            .to_owned(),
        exchanges: vec![exchange.clone(); 5],
        curl: Some("curl -sS -i -X GET 'http://registry.invalid/v2/'\n".repeat(30)),
        ..if number < failed {
            bad.clone()
        } else {
            good.clone()
        }
    };
    record.checks = (0..500).map(check).collect();
    record.requirements = catalogue::requirements()
        .filter_map(|row| {
            Some(RequirementEntry {
                id: row.id.to_owned(),
                alias: row.alias.to_owned(),
                level: row.level(Version::V1_1)?.to_string(),
                section: row.heading.url(Version::V1_1),
                state: "held".to_owned(),
                checks: record
                    .checks
                    .iter()
                    .take(5)
                    .map(|it| it.id.clone())
                    .collect(),
                reason: None,
            })
        })
        .collect();
    record
}

#[test]
fn a_run_of_500_checks_keeps_below_600_kilobytes() {
    for (failed, most) in [(0, 400_000), (50, 600_000), (500, 2_000_000)] {
        let size = render(&large(failed)).unwrap().len();
        println!("{failed} failed: {size} bytes");
        assert!(size < most, "{failed} failed: {size} bytes");
    }
}

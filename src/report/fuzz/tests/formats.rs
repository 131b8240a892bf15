//! What is found is in every format, and nothing hostile with it.

use super::*;

fn rendered(name: &str, record: &FuzzRecord) -> String {
    let format = FORMATS.iter().find(|format| format.name == name);
    String::from_utf8(format.unwrap().files(record).unwrap().concat()).unwrap()
}

#[test]
fn the_page_shows_a_finding_and_nothing_hostile() {
    let mut record = record(vec![finding("model")]);
    let text = |record: &FuzzRecord| String::from_utf8(html(record).unwrap()).unwrap();
    let page = text(&record);
    for part in [
        "absent-blob-unknown (BGET-04)",
        "spec.md#pulling-blobs",
        "<dd class=\"raw\">404</dd>",
        "3 of 3 times",
        "<li>push blob 0 to b by POST and PUT</li>",
        "[range-gap]",
        "curl http",
        "2 plans",
        "1 finding in 10 plans",
        "findings/0123456789abcdef.json",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains(['\u{1b}', '\u{202e}']) && !page.contains("]]><b>"));
    record.known = vec![known("0123456789abcdef")];
    let page = text(&record);
    assert!(page.contains("no finding, and 1 known finding") && page.contains("soon "));
    assert!(!page.contains(['\u{1b}', '\u{202e}']));
    assert_eq!(page, text(&record), "the same record gives the same bytes");
}

#[test]
fn a_finding_is_in_every_format_with_its_rule_and_what_came() {
    let record = record(vec![finding("model")]);
    for format in FORMATS {
        let text = rendered(format.name, &record);
        for part in ["model", "404", "0123456789abcdef", "absent-blob-unknown"] {
            let is_by_alias = format.name == "junit" && part == "absent-blob-unknown";
            assert!(
                is_by_alias || text.contains(part),
                "{} {part}:\n{text}",
                format.name
            );
        }
    }
    let text = rendered("md", &record);
    for part in [
        "1 finding in 10 plans",
        "push blob 0 to b",
        "curl http",
        "3 of 3",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn what_a_target_says_of_a_finding_is_no_markup_and_no_command() {
    use crate::report::markdown::tests::HOSTILE as MARKUP;
    use crate::report::markdown::tests::read;
    let mut hostile = finding("model");
    for text in [
        &mut hostile.group,
        &mut hostile.detail,
        &mut hostile.expected,
        &mut hostile.observed,
        &mut hostile.curl,
    ] {
        *text = format!("{MARKUP}\n::error::x {HOSTILE}");
    }
    let mut record = record(vec![hostile.clone(), hostile]);
    record.outcome.findings[1].signature = "../../x".to_owned();
    record.known = vec![known("../../x")];
    record.target = MARKUP.to_owned();
    record.ended_by = Some("www.k.invalid".to_owned());
    let seen = read(&rendered("md", &record));
    let requirement = crate::catalogue::find("absent-blob-unknown").unwrap();
    assert_eq!(seen.links, [requirement.heading.url(record.spec)]);
    assert!(
        seen.html.iter().all(|it| it.contains("details>")),
        "{:?}",
        seen.html
    );
    assert!(seen.words.contains("<script>") && seen.words.contains("@admin"));
    let annotations = rendered("annotations", &record);
    assert_eq!(annotations.lines().count(), 2);
    for format in FORMATS {
        let text = rendered(format.name, &record);
        if format.name != "json" {
            let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.chars().any(is_bad), "{}: {text:?}", format.name);
        }
    }
    assert!(!rendered("sarif", &record).contains("findings/.."));
}

#[test]
fn a_campaign_that_came_to_nothing_is_no_success_in_any_format() {
    let mut early = record(Vec::new());
    assert_eq!(rendered("annotations", &early), "");
    assert!(rendered("sarif", &early).contains("\"executionSuccessful\": true"));
    early.complete = false;
    early.ended_by = Some("interrupted".to_owned());
    let mut nothing = record(Vec::new());
    nothing.outcome.plans = 0;
    for record in [early, nothing] {
        assert!(rendered("annotations", &record).starts_with("::error "));
        assert!(rendered("sarif", &record).contains("\"executionSuccessful\": false"));
    }
}

#[test]
fn a_known_finding_is_a_notice_and_suppressed() {
    let mut record = record(vec![finding("model")]);
    record.known = vec![known("0123456789abcdef")];
    let text = rendered("annotations", &record);
    assert!(text.starts_with("::notice title=known finding::"), "{text}");
    let sarif: serde_json::Value = serde_json::from_str(&rendered("sarif", &record)).unwrap();
    let reasons = &sarif["runs"][0]["results"][0]["suppressions"];
    assert!(
        reasons[0]["justification"]
            .as_str()
            .unwrap()
            .starts_with("soon")
    );
    assert!(rendered("md", &record).contains("Known findings"));
}

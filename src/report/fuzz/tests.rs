//! What a hostile target says gets into no report as it is, and `junit.xml` reads back.

use std::collections::BTreeMap;

use quick_junit::TestCaseStatus;
use serde_json::json;

use crate::fuzz::Finding;
use crate::fuzz::Plan;
use crate::fuzz::Replay;
use crate::fuzz::Replayed;
use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Outcome;
use crate::fuzz::campaign::Shares;
use crate::report::TerminalOptions;
use crate::report::Verbosity;

use super::*;

/// What nothing may get through: a sequence that clears a terminal, the end of a CDATA section, and
/// text that runs backwards.
const HOSTILE: &str = "\u{1b}[2J]]>\u{202e}<b>";

pub(super) fn finding(rule: &str) -> Finding {
    let value = json!({
        "schema": 1,
        "tool": {"name": "plimsoll", "version": "0.1.0", "generator": 1},
        "signature": "0123456789abcdef",
        "group": format!("{rule}: GET /v2/ => {HOSTILE}"),
        "rule": rule,
        "requirement": "absent-blob-unknown",
        "level": "must",
        "spec": "1.1",
        "seed": 1,
        "case": 2,
        "target": "http://registry.invalid",
        "route": "GET /v2/",
        "expected": "404",
        "observed": format!("200 with {HOSTILE}"),
        "class": HOSTILE,
        "code": HOSTILE,
        "detail": HOSTILE,
        "state": HOSTILE,
        "mutations": ["range-gap"],
        "reproduced": {"times": 3, "of": 3},
        "features": [],
        "plan": plan(),
        "exchanges": [],
        "curl": format!("curl http://registry.invalid # {HOSTILE}"),
    });
    serde_json::from_value(value).unwrap()
}

fn plan() -> Plan {
    let value = json!({
        "generator": 1,
        "repositories": 2,
        "blobs": [{"size": 3}],
        "docs": [{"kind": "image", "parts": [0]}],
        "lanes": [
            [
                {"op": {"monolithic": {"repository": 3, "blob": 4}}},
                {
                    "op": {"patch": {"upload": {"slot": 0, "from": "dangling"}, "part": 64, "ranged": true}},
                    "mutations": [{"mutation": "range-gap"}],
                },
                {"op": {"put-manifest": {"repository": 0, "doc": 0, "reference": {"tag": 1}}}},
                {"op": {"mount": {"repository": 0, "blob": {"slot": 1}, "from": 1, "named": false}}},
            ],
            [{"op": {"tags": {"repository": 0, "n": 3, "last": 0}}}],
        ],
    });
    serde_json::from_value(value).unwrap()
}

pub(super) fn record(findings: Vec<Finding>) -> FuzzRecord {
    let outcome = Outcome {
        seed: 1,
        ended: Ended::Completed,
        plans: 10,
        steps: 40,
        requests: 50,
        shares: Shares {
            done: 30,
            refused: 10,
            ..Shares::default()
        },
        features: 12,
        stale: 0,
        unreproduced: 0,
        mutations: BTreeMap::new(),
        kinds: BTreeMap::new(),
        canary: BTreeMap::new(),
        groups: findings.iter().map(|it| (it.group.clone(), 2)).collect(),
        findings,
    };
    FuzzRecord {
        schema: SCHEMA,
        kind: KIND.to_owned(),
        tool: Tool::this(),
        complete: true,
        ended_by: None,
        target: "http://registry.invalid".to_owned(),
        spec: Version::default(),
        namespace: "plimsoll-fuzz/r1".to_owned(),
        run_id: "r1".to_owned(),
        shard: "0/1".to_owned(),
        evolve: false,
        rules: Vec::new(),
        corpus: CorpusEntry {
            plans: 0,
            hash: "0".to_owned(),
        },
        started: "2026-11-25T00:00:00Z".to_owned(),
        duration_ms: 1000,
        profile: Vec::new(),
        known: Vec::new(),
        expectations: None,
        outcome,
    }
}

fn options(verbosity: Verbosity) -> TerminalOptions {
    TerminalOptions {
        colour: false,
        width: 100,
        verbosity,
    }
}

/// Each rule's test case, by name: the element and its text.
fn cases(record: &FuzzRecord) -> BTreeMap<String, (&'static str, String)> {
    let xml = String::from_utf8(junit(record).unwrap()).unwrap();
    let report = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    let suites = report.test_suites.iter();
    let cases = suites.flat_map(|suite| &suite.test_cases).map(|case| {
        let (element, text) = match &case.status {
            TestCaseStatus::Success { .. } => ("passed", &None),
            TestCaseStatus::NonSuccess {
                kind, description, ..
            } => match kind {
                quick_junit::NonSuccessKind::Failure => ("failure", description),
                quick_junit::NonSuccessKind::Error => ("error", description),
            },
            TestCaseStatus::Skipped { description, .. } => ("skipped", description),
        };
        let text = text.as_ref().map(|it| it.as_str().to_owned());
        let name = case.name.as_str().to_owned();
        (name, (element, text.unwrap_or_default()))
    });
    cases.collect()
}

#[test]
fn nothing_hostile_reaches_a_terminal() {
    let record = record(vec![finding("model")]);
    let shown = terminal(&record, &BTreeMap::new(), &options(Verbosity::Verbose));
    let row = Row {
        name: HOSTILE.to_owned(),
        title: HOSTILE.to_owned(),
        answers: vec![Replay {
            replayed: Replayed::Changed(HOSTILE.to_owned()),
            exchanges: Vec::new(),
            curl: HOSTILE.to_owned(),
        }],
    };
    let table = Replays {
        noun: "finding",
        targets: Vec::new(),
        rows: vec![row],
    };
    let replayed = replays(&table, &options(Verbosity::Verbose));
    for text in [
        shown,
        replayed,
        headline(&finding("model")),
        harmless(HOSTILE),
    ] {
        assert!(
            text.contains("\\u{1b}[2J"),
            "it is shown as it is escaped: {text}"
        );
        let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.chars().any(is_bad), "{text:?}");
    }
}

#[test]
fn a_finding_for_a_terminal_is_ascii_and_the_same() {
    let mut own = finding("model");
    own.observed = "\u{9b}2J \u{1f600} ü".to_owned();
    let text = plain_json(&own);
    assert!(
        text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)),
        "{text:?}"
    );
    let again: Finding = serde_json::from_str(&text).unwrap();
    assert_eq!(again.to_json(), own.to_json());
}

#[test]
fn a_finding_is_shown_with_all_that_is_known_of_it() {
    let record = record(vec![finding("model")]);
    let files = BTreeMap::from([("0123456789abcdef".to_owned(), "out/x.json".into())]);
    let text = terminal(&record, &files, &options(Verbosity::Normal));
    for part in [
        "absent-blob-unknown (BGET-04)",
        "spec.md#pulling-blobs",
        "expected    404",
        "3 of 3 times",
        "out/x.json",
        "2xx 75.0 %, 3xx 0.0 %, 4xx 25.0 %",
        "1. push blob 0 to b",
        "[range-gap]",
        "curl http",
        "1 finding in 10 plans",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let quiet = terminal(&record, &files, &options(Verbosity::Quiet));
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
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
fn steps_are_told_in_words() {
    assert_eq!(
        described(&plan()),
        [
            "1. push blob 0 to b by POST and PUT",
            "2. PATCH a session that never was with 64/256 of the rest of its blob, with Content-Range  [range-gap]",
            "3. push manifest 0 (Image) to a under tag 1",
            "4. mount blob 1 of those there in b without naming it, to a",
            "5. lane 1, at once: list the tags of a, n=2",
        ]
    );
}

#[test]
fn the_rules_of_readers_of_junit_hold_for_a_campaign_too() {
    let mut own = record(vec![finding("model"), finding("strange")]);
    own.outcome.findings[1].curl = "curl ".repeat(10_000);
    let xml = String::from_utf8(junit(&own).unwrap()).unwrap();
    for attribute in [" status=", " disabled=", " skipped="] {
        assert!(!xml.contains(attribute), "{attribute}");
    }
    let report = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    let suite = &report.test_suites[0];
    let mut names: Vec<_> = suite
        .test_cases
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), suite.test_cases.len());
    let mut failures = 0;
    for case in &suite.test_cases {
        assert_eq!(case.classname.as_ref().unwrap().as_str(), "oci.fuzz");
        let (message, text) = match &case.status {
            TestCaseStatus::NonSuccess {
                message,
                description,
                ..
            } => {
                failures += 1;
                (message, description)
            }
            TestCaseStatus::Skipped {
                message,
                description,
                ..
            } => (message, description),
            TestCaseStatus::Success { .. } => continue,
        };
        let (message, text) = (message.as_ref().unwrap(), text.as_ref().unwrap());
        assert!(text.as_str().starts_with(message.as_str()), "{text:?}");
        assert!(text.as_str().len() < 10_000);
    }
    assert_eq!((failures, suite.failures), (2, 2));
}

#[test]
fn a_rule_with_findings_is_a_failure_and_all_others_are_not() {
    let cases = cases(&record(vec![finding("model"), finding("model")]));
    let (element, text) = &cases["model"];
    assert_eq!(*element, "failure");
    for part in [
        "2 findings",
        "BGET-04",
        "Expected: 404",
        "[range-gap]",
        "curl",
        "]]>",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text:?}"
    );
    assert_eq!(cases["fault"].0, "passed");
    assert_eq!(cases["differential"].0, "skipped", "nobody judges by it");
    assert!(!cases.contains_key("campaign"));
}

fn rendered(name: &str, record: &FuzzRecord) -> String {
    let format = FORMATS.iter().find(|format| format.name == name);
    String::from_utf8(format.unwrap().files(record).unwrap().concat()).unwrap()
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

#[test]
fn formats_have_names_and_files_of_their_own() {
    for (index, format) in FORMATS.iter().enumerate() {
        for other in &FORMATS[index + 1..] {
            assert_ne!(format.name, other.name);
            assert_ne!(format.file_name, other.file_name);
        }
    }
}

fn known(signature: &str) -> KnownFinding {
    KnownFinding {
        signature: signature.to_owned(),
        glob: format!("model: * {HOSTILE}"),
        reason: format!("soon {HOSTILE}"),
        link: Some(format!("https://tracker.invalid/{HOSTILE}")),
        expires: Some("2027-01-31".to_owned()),
    }
}

#[test]
fn a_rule_with_known_findings_alone_is_skipped_with_the_reason() {
    let mut other = finding("model");
    other.signature = "fedcba9876543210".to_owned();
    let mut record = record(vec![finding("model"), other]);
    record.known = vec![known("0123456789abcdef"), known("fedcba9876543210")];
    let (element, text) = &cases(&record)["model"];
    assert_eq!(*element, "skipped");
    assert!(text.starts_with("known failure: soon"), "{text}");
    assert_eq!(text.matches("Known: soon").count(), 2, "{text}");
    record.known.remove(0);
    let (element, text) = &cases(&record)["model"];
    assert_eq!(*element, "failure");
    assert!(text.starts_with("model: GET"), "the one not known: {text}");
    assert_eq!(text.matches("Known: soon").count(), 1, "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

#[test]
fn known_findings_are_shown_in_short_and_apart() {
    let mut record = record(vec![finding("model")]);
    record.known = vec![known("0123456789abcdef")];
    let text = terminal(&record, &BTreeMap::new(), &options(Verbosity::Normal));
    for part in [
        "Known findings:",
        "(until 2027-01-31): soon",
        "https://tracker.invalid/",
        "no finding, and 1 known finding in 10 plans",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(!text.contains("curl"), "{text}");
    let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.chars().any(is_bad), "{text:?}");
}

#[test]
fn what_was_not_looked_for_is_no_success() {
    let mut few = record(Vec::new());
    few.rules = vec!["model".to_owned()];
    let few = cases(&few);
    assert_eq!((few["model"].0, few["fault"].0), ("passed", "skipped"));
    // A rule that this plimsoll does not know has a case all the same.
    let strange = cases(&record(vec![finding("strange")]));
    assert_eq!(strange["strange"].0, "failure");
    let mut interrupted = record(Vec::new());
    interrupted.complete = false;
    interrupted.ended_by = Some("interrupted".to_owned());
    assert_eq!(cases(&interrupted)["campaign"].0, "error");
    let mut unanswered = record(Vec::new());
    unanswered.outcome.shares.unanswered = unanswered.outcome.steps;
    assert_eq!(cases(&unanswered)["campaign"].0, "error");
}

#[test]
fn the_record_of_a_campaign_is_not_taken_for_that_of_a_check() {
    let bytes = json(&record(vec![finding("model")])).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["kind"], "fuzz");
    assert_eq!(value["findings"][0]["rule"], "model");
    assert!(crate::report::json::read(&bytes).is_err());
}

#[test]
fn a_record_reads_back_whole_and_what_could_do_harm_is_refused() {
    let mut own = record(vec![finding("model")]);
    own.known = vec![known("0123456789abcdef")];
    own.outcome.seed = u64::MAX;
    let bytes = json(&own).unwrap();
    let again = read_record(&bytes).unwrap().unwrap();
    assert_eq!(
        String::from_utf8(json(&again).unwrap()).unwrap(),
        String::from_utf8(bytes.clone()).unwrap()
    );
    let changed = |pointer: &str, value: serde_json::Value| {
        let mut record: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        *record.pointer_mut(pointer).unwrap() = value;
        let text = serde_json::to_vec(&record).unwrap();
        read_record(&text).unwrap().unwrap_err().to_string()
    };
    for (pointer, value, words) in [
        ("/findings/0/signature", json!("../../x"), "no signature"),
        ("/findings/0/signature", json!(""), "no signature"),
        ("/findings/0/plan/repositories", json!(0), "the plan"),
        ("/findings/0/tool/generator", json!(99), "the plan"),
        ("/schema", json!(9), "schema 9"),
        ("/spec", json!("2.0"), "no version"),
        ("/plans", json!("many"), "invalid type"),
    ] {
        let error = changed(pointer, value);
        assert!(error.contains(words), "{pointer}: {error}");
    }
    assert!(read_record(b"{}").is_none());
}

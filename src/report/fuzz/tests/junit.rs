//! `junit.xml` of a campaign reads back, and has a case for each rule.

use std::collections::BTreeMap;

use quick_junit::TestCaseStatus;

use super::*;

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

//! What SARIF 2.1.0 demands of a file, by hand, and what is in it.

use super::super::fixtures;
use super::*;

fn run_of(record: &Record) -> Value {
    let value: Value = serde_json::from_slice(&render(record).unwrap()).unwrap();
    assert_eq!(value["version"], "2.1.0");
    assert_eq!(value["runs"].as_array().unwrap().len(), 1);
    value["runs"][0].clone()
}

fn results_of(record: &Record) -> Vec<Value> {
    run_of(record)["results"].as_array().unwrap().clone()
}

#[test]
fn everything_that_a_reader_needs_is_there() {
    for bytes in fixtures::ALL {
        let run = run_of(&fixtures::record(bytes));
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string() && driver["version"].is_string());
        let rules = driver["rules"].as_array().unwrap();
        let mut ids: Vec<_> = rules
            .iter()
            .map(|rule| rule["id"].as_str().unwrap())
            .collect();
        for rule in rules {
            for text in ["shortDescription", "fullDescription", "help"] {
                assert!(!rule[text]["text"].as_str().unwrap().is_empty());
            }
            let is_ours = rule["id"] == NOT_JUDGED;
            assert!(is_ours || rule["helpUri"].as_str().unwrap().contains("spec.md#"));
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rules.len(), "rules have names of their own");
        assert!(run["invocations"][0]["executionSuccessful"].is_boolean());
        for result in run["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap();
            assert_eq!(
                rules[usize::try_from(index).unwrap()]["id"],
                result["ruleId"]
            );
            let level = result["level"].as_str().unwrap();
            assert!(["error", "warning", "note"].contains(&level));
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            assert!(result["suppressions"].is_array());
            let place = &result["locations"][0];
            assert!(place["logicalLocations"][0]["fullyQualifiedName"].is_string());
            let file = place["physicalLocation"]["artifactLocation"]["uri"].as_str();
            assert_eq!(file, Some("results.json"), "seen from here");
        }
    }
}

#[test]
fn a_violation_is_a_result_of_its_requirement_and_its_level() {
    let record = fixtures::record(fixtures::FAILING);
    let results = results_of(&record);
    let of = |check: &str, rule: &str| {
        let found = results.iter().find(|it| {
            let place = &it["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
            place == check && it["ruleId"] == rule
        });
        found.unwrap_or_else(|| panic!("no result of {check} and {rule}"))
    };
    for (check, rule, level) in [
        (
            "pull/manifests/unknown-tag",
            "absent-manifest-unknown",
            "error",
        ),
        ("pull/manifests/by-tag", "manifest-type-sent", "error"),
        ("pull/blobs/range", "blob-range-sent", "warning"),
        (
            "push/uploads/concurrent",
            "concurrent-uploads-isolated",
            "error",
        ),
        ("push/chunks/gap", NOT_JUDGED, "error"),
    ] {
        assert_eq!(of(check, rule)["level"], level, "{check}");
    }
    let places: Vec<_> = record.checks.iter().filter(|it| it.gates).collect();
    for check in places {
        let is_there = results.iter().any(|it| {
            it["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == check.id.as_str()
        });
        assert!(is_there, "{} gates", check.id);
    }
}

#[test]
fn what_is_known_is_suppressed_with_its_reason_and_nothing_else_is() {
    let record = fixtures::record(fixtures::FAILING);
    let known: Vec<_> = record
        .checks
        .iter()
        .filter(|it| it.known.is_some())
        .collect();
    assert_eq!(known.len(), 1);
    for result in results_of(&record) {
        let place = &result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
        let reasons = result["suppressions"].as_array().unwrap();
        if *place == known[0].id.as_str() {
            assert_eq!(reasons[0]["kind"], "external");
            let reason = reasons[0]["justification"].as_str();
            assert_eq!(reason, known[0].reason.as_deref());
        } else {
            assert!(reasons.is_empty());
        }
    }
}

#[test]
fn a_sound_record_has_no_results() {
    assert!(results_of(&fixtures::record(fixtures::PASSING)).is_empty());
}

#[test]
fn a_run_that_did_not_come_to_its_end_is_no_success() {
    let mut record = fixtures::record(fixtures::PASSING);
    assert_eq!(
        run_of(&record)["invocations"][0]["executionSuccessful"],
        true
    );
    record.complete = false;
    let invocation = &run_of(&record)["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said = &invocation["toolExecutionNotifications"][0]["message"]["text"];
    assert!(said.as_str().unwrap().contains("INCOMPLETE"));
}

#[test]
fn fingerprints_are_those_of_the_fault_and_not_of_the_run() {
    let record = fixtures::record(fixtures::FAILING);
    let mut later = record.clone();
    later.run_id = "other".to_owned();
    later.seed += 1;
    later.started = "2027-01-01T00:00:00Z".to_owned();
    for check in &mut later.checks {
        check.actual = check.actual.as_ref().map(|it| format!("{it} again"));
        check.duration_ms += 1;
    }
    let prints = |record: &Record| {
        let results = results_of(record);
        let prints = results.iter();
        let prints = prints.map(|it| it["partialFingerprints"]["plimsoll/v1"].to_string());
        prints.collect::<Vec<_>>()
    };
    let mut first = prints(&record);
    assert_eq!(first, prints(&later));
    let count = first.len();
    first.sort();
    first.dedup();
    assert!(count > 5 && first.len() == count, "each has its own");
}

#[test]
fn hostile_text_is_no_link_and_no_control_sequence() {
    let record = fixtures::record(fixtures::HOSTILE);
    let text = run_of(&record)["results"].to_string();
    assert!(
        !text.contains("\\u001b") && !text.contains('\u{202e}'),
        "{text}"
    );
    let text = message("a [b](http://c) \\[d]");
    assert_eq!(text["text"], r"a \[b\](http://c) \\\[d\]");
    let mut record = fixtures::record(fixtures::FAILING);
    record.requirements[0].section = "javascript:alert(1)".to_owned();
    let rules = &run_of(&record)["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["helpUri"], Value::Null);
}

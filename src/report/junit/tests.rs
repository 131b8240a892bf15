//! The rules of the readers of `JUnit` files, one test each, on what quick-junit reads back.

use quick_junit::NonSuccessKind;
use quick_junit::TestCaseStatus;

use super::super::fixtures;
use super::*;

fn xml(record: &Record) -> String {
    String::from_utf8(render(record).unwrap()).unwrap()
}

fn read(record: &Record) -> quick_junit::Report {
    quick_junit::Report::deserialize_from_str(&xml(record)).unwrap()
}

fn failing() -> Record {
    fixtures::record(fixtures::FAILING)
}

/// The test case of a check in `record`.
fn case(record: &Record, id: &str) -> quick_junit::TestCase {
    let report = read(record);
    let mut cases = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases);
    cases
        .find(|case| case.name.as_str() == id)
        .expect("a case")
        .clone()
}

/// What a reader sees of a case: the element, its message and its text.
fn seen(case: &quick_junit::TestCase) -> (&'static str, String, String) {
    let (element, message, text) = match &case.status {
        TestCaseStatus::Success { .. } => return ("passed", String::new(), String::new()),
        TestCaseStatus::NonSuccess {
            kind,
            message,
            description,
            ..
        } => {
            let element = match kind {
                NonSuccessKind::Failure => "failure",
                NonSuccessKind::Error => "error",
            };
            (element, message, description)
        }
        TestCaseStatus::Skipped {
            message,
            description,
            ..
        } => ("skipped", message, description),
    };
    let text_of = |text: &Option<quick_junit::XmlString>| {
        text.as_ref()
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default()
    };
    (element, text_of(message), text_of(text))
}

fn set(record: &mut Record, id: &str, verdict: Verdict, gates: bool) {
    let check = record
        .checks
        .iter_mut()
        .find(|check| check.id == id)
        .expect("a check");
    verdict.word().clone_into(&mut check.verdict);
    check.gates = gates;
}

#[test]
fn a_suite_is_a_section_and_a_name_is_the_id_of_a_check() {
    let record = failing();
    let report = read(&record);
    let suites: Vec<_> = report
        .test_suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    assert_eq!(
        suites,
        [
            "pull/blobs",
            "pull/manifests",
            "pull/existence",
            "push/uploads",
            "push/chunks",
            "discovery/tags",
            "discovery/referrers",
            "management/tags",
        ]
    );
    let mut names: Vec<_> = report
        .test_suites
        .iter()
        .flat_map(|suite| suite.test_cases.iter().map(|case| case.name.to_string()))
        .collect();
    let mut ids: Vec<_> = record.checks.iter().map(|check| check.id.clone()).collect();
    names.sort();
    ids.sort();
    assert_eq!(names, ids);
    names.dedup();
    assert_eq!(names.len(), record.checks.len());
}

#[test]
fn a_class_name_is_the_section_under_oci() {
    let case = case(&failing(), "pull/blobs/known-blob@sha512");
    assert_eq!(case.classname.unwrap().as_str(), "oci.pull.blobs");
}

#[test]
fn what_gates_is_a_failure() {
    let record = failing();
    for (id, part) in [
        (
            "pull/manifests/unknown-tag",
            "absent-manifest-unknown: expected 404",
        ),
        ("pull/manifests/by-tag", "manifest-type-sent"),
        ("push/uploads/concurrent", "flaky"),
    ] {
        let (element, message, _) = seen(&case(&record, id));
        assert_eq!(element, "failure", "{id}");
        assert!(message.contains(part), "{id}: {message}");
    }
}

#[test]
fn a_warning_that_gates_is_a_failure() {
    let mut record = failing();
    set(&mut record, "pull/blobs/range", Verdict::Warn, true);
    assert_eq!(seen(&case(&record, "pull/blobs/range")).0, "failure");
}

#[test]
fn a_warning_that_does_not_gate_passes_with_its_text_in_the_output() {
    let case = case(&failing(), "pull/blobs/range");
    assert_eq!(seen(&case).0, "passed");
    let output = case.system_out.unwrap();
    assert!(output.contains("blob-range-sent") && output.contains("200 with all 512 bytes"));
}

#[test]
fn a_violation_that_does_not_gate_passes_with_its_text_in_the_output() {
    let mut record = failing();
    set(&mut record, "pull/manifests/by-tag", Verdict::Fail, false);
    let case = case(&record, "pull/manifests/by-tag");
    assert_eq!(seen(&case).0, "passed");
    assert!(case.system_out.unwrap().contains("no Content-Type"));
}

#[test]
fn unsupported_blocked_and_skipped_are_skipped_with_the_reason() {
    let record = failing();
    for (id, part) in [
        ("discovery/referrers/list", "PUT had no OCI-Subject"),
        (
            "discovery/tags/sorted",
            "blocked by tag-list-sent: expected 200",
        ),
        ("management/tags/delete", "left out by --skip"),
    ] {
        let (element, message, _) = seen(&case(&record, id));
        assert_eq!(element, "skipped", "{id}");
        assert!(message.contains(part), "{id}: {message}");
    }
}

#[test]
fn a_blocked_check_that_gates_is_a_failure() {
    let mut record = failing();
    set(&mut record, "discovery/tags/sorted", Verdict::Blocked, true);
    assert_eq!(seen(&case(&record, "discovery/tags/sorted")).0, "failure");
}

#[test]
fn an_unsupported_feature_that_is_required_is_a_failure() {
    let mut record = failing();
    set(
        &mut record,
        "discovery/referrers/list",
        Verdict::Unsupported,
        true,
    );
    assert_eq!(
        seen(&case(&record, "discovery/referrers/list")).0,
        "failure"
    );
}

#[test]
fn an_error_is_an_error() {
    let (element, message, _) = seen(&case(&failing(), "push/chunks/gap"));
    assert_eq!(
        (element, message.as_str()),
        ("error", "error: no complete answer within 10s")
    );
}

#[test]
fn a_known_failure_is_skipped_and_says_so() {
    let (element, message, _) = seen(&case(&failing(), "push/uploads/mismatch"));
    assert_eq!(element, "skipped");
    assert!(
        message.starts_with("known failure: checked by the storage backend"),
        "{message}"
    );
}

#[test]
fn the_text_of_every_child_begins_with_its_message() {
    for bytes in fixtures::ALL {
        for suite in &read(&fixtures::record(bytes)).test_suites {
            for case in &suite.test_cases {
                let (element, message, text) = seen(case);
                assert!(text.starts_with(&message), "{}: {text}", case.name.as_str());
                assert_eq!(message.is_empty(), element == "passed");
            }
        }
    }
}

#[test]
fn attributes_that_readers_refuse_are_not_there() {
    let text = xml(&failing());
    for attribute in [" status=", " disabled=", " skipped="] {
        assert!(!text.contains(attribute), "{attribute}");
    }
}

#[test]
fn a_failure_shows_requirement_expected_actual_exchange_and_script() {
    let (_, _, text) = seen(&case(&failing(), "pull/manifests/unknown-tag"));
    let parts = [
        "absent-manifest-unknown (MGET-08), must: A GET on a manifest by a tag or digest",
        "Expected: 404",
        "Actual: 200 with 84 bytes of text/html",
        "> GET http://127.0.0.1:5050/v2/plimsoll-x4kd/unknown/manifests/no-such-tag",
        "< 200 OK",
        "curl -i",
    ];
    let mut from = 0;
    for part in parts {
        let at = text[from..].find(part);
        from += at.unwrap_or_else(|| panic!("{part} is not in its place in {text}"));
    }
}

#[test]
fn traffic_is_shown_for_failures_only() {
    let text = xml(&failing());
    let failures = text.matches("<failure").count();
    assert_eq!(failures, 5);
    assert_eq!(text.matches("See it again:").count(), failures);
    let hostile = fixtures::record(fixtures::HOSTILE);
    let (element, _, text) = seen(&case(&hostile, "pull/blobs/known"));
    assert_eq!(element, "skipped");
    assert!(!text.contains("> GET"));
}

#[test]
fn long_traffic_is_cut() {
    let mut record = failing();
    let check = record.checks.iter_mut().find(|check| check.gates).unwrap();
    check.curl = Some("curl ".repeat(10_000));
    check.actual = Some("x".repeat(100_000));
    let id = check.id.clone();
    let (_, message, text) = seen(&case(&record, &id));
    assert!(message.len() < 600 && text.len() < 4 * LONGEST_PART);
    assert!(text.contains("bytes left out)"));
}

#[test]
fn a_run_in_which_nothing_ran_is_an_error() {
    let mut record = fixtures::record(fixtures::PASSING);
    record.checks.clear();
    let (element, message, _) = seen(&case(&record, "run"));
    assert_eq!(element, "error");
    assert!(message.starts_with("nothing ran"), "{message}");
}

#[test]
fn a_run_that_did_not_come_to_its_end_is_an_error() {
    let mut record = fixtures::record(fixtures::PASSING);
    record.complete = false;
    record.ended_by = Some("out of time".to_owned());
    let (element, message, _) = seen(&case(&record, "run"));
    assert_eq!(element, "error");
    assert!(message.contains("out of time"), "{message}");
}

#[test]
fn a_sound_run_has_neither_failures_nor_errors() {
    let report = read(&fixtures::record(fixtures::PASSING));
    assert!(
        report
            .test_suites
            .iter()
            .all(|suite| suite.failures == 0 && suite.errors == 0)
    );
    assert!(
        report
            .test_suites
            .iter()
            .all(|suite| suite.name.as_str() != "run")
    );
}

#[test]
fn hostile_text_adds_no_case_and_comes_through_nowhere_raw() {
    let record = fixtures::record(fixtures::HOSTILE);
    let text = xml(&record);
    let cases: usize = read(&record)
        .test_suites
        .iter()
        .map(|suite| suite.test_cases.len())
        .sum();
    assert_eq!(cases, record.checks.len());
    assert!(
        !text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
    );
    for raw in [
        '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}', '\u{fffe}', '\u{ffff}',
    ] {
        assert!(!text.contains(raw), "{raw:?}");
    }
    let injected = |case: &quick_junit::TestCase| case.name.as_str() == "injected";
    assert!(
        !read(&record)
            .test_suites
            .iter()
            .flat_map(|suite| &suite.test_cases)
            .any(injected)
    );
}

#[test]
fn absurd_times_do_no_harm() {
    let mut record = failing();
    record.started = "yesterday".to_owned();
    for check in &mut record.checks {
        check.duration_ms = u64::MAX;
    }
    read(&record);
}

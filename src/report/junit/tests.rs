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
fn each_exchange_and_each_script_is_cut_by_itself_and_not_before_its_bound() {
    let parts = ["a", "b"].map(|text| text.repeat(LONGEST_PART));
    let whole = Child::new("kind", "message", &parts).text;
    assert_eq!(whole, format!("message\n\n{}\n\n{}", parts[0], parts[1]));
    let parts = parts.map(|text| text + "c");
    let cut = Child::new("kind", "message", &parts).text;
    assert_eq!(cut.matches("… (1 bytes left out)").count(), 2);
    assert!(!cut.contains("ac") && LONGEST_PART == 8 << 10);
}

#[test]
fn the_counts_of_a_suite_are_those_of_its_cases() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        let report = read(&record);
        for suite in &report.test_suites {
            let count = |element: &str| {
                let cases = suite.test_cases.iter();
                cases.filter(|case| seen(case).0 == element).count()
            };
            assert_eq!(suite.tests, suite.test_cases.len());
            assert_eq!(suite.failures, count("failure"));
            assert_eq!(suite.errors, count("error"));
        }
    }
}

#[test]
fn no_two_cases_have_one_class_and_one_name() {
    let mut record = failing();
    record.complete = false;
    record.expectations = serde_json::from_str(
        r#"{"strict": true, "entries": [{"glob": "a", "reason": "b", "state": "unmatched", "by": []}]}"#,
    )
    .unwrap();
    let report = read(&record);
    let cases = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases);
    let mut names: Vec<_> = cases
        .map(|case| {
            (
                case.classname.clone().unwrap().as_str().to_owned(),
                case.name.to_string(),
            )
        })
        .collect();
    let count = names.len();
    assert_eq!(count, record.checks.len() + 2);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn known_says_how_it_ended_until_when_and_where_more_is_to_be_read() {
    let mut record = failing();
    let known = record.checks.iter_mut().find(|check| check.known.is_some());
    let check = known.expect("a known failure");
    let known = check.known.as_mut().unwrap();
    known.link = Some("https://tracker.invalid/1".to_owned());
    known.expires = Some("2999-01-01".to_owned());
    let id = check.id.clone();
    let (_, _, text) = seen(&case(&record, &id));
    for part in [
        "Ended: ",
        "Known until: 2999-01-01",
        "See: https://tracker.invalid/1",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
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

//! What counts as new, fixed or otherwise, and which of it gates.

use super::*;
use crate::run::KnownEntry;

fn record() -> Record {
    let text = include_str!("../../../fixtures/records/passing.json");
    let mut record: Record = serde_json::from_str(text).unwrap();
    // Of one check there is everything to say.
    record.checks.truncate(1);
    record
}

fn with(verdict: &str, gates: bool) -> Record {
    let mut record = record();
    let check = &mut record.checks[0];
    verdict.clone_into(&mut check.verdict);
    check.gates = gates;
    if verdict == "known" {
        check.known = Some(KnownEntry {
            ended: "fail".to_owned(),
            glob: "*".to_owned(),
            link: None,
            expires: None,
            detail: None,
        });
    }
    record
}

/// Which list the check is in.
fn listed(diff: &Diff) -> &'static str {
    let lists = [
        ("new failure", diff.new_failures.len()),
        ("fixed", diff.fixed.len()),
        ("changed", diff.changed.len()),
        ("new", diff.new_checks.len()),
        ("gone", diff.gone_checks.len()),
        ("same", diff.unchanged),
    ];
    let mut those = lists.iter().filter(|(_, count)| *count > 0);
    let (name, _) = those.next().unwrap();
    assert_eq!(those.next(), None);
    name
}

#[test]
fn every_pair_of_ends_is_in_the_list_where_it_belongs() {
    for (old, new, list, gates) in [
        (("pass", false), ("fail", true), "new failure", true),
        (("pass", false), ("fail", false), "new failure", false),
        (("pass", false), ("warn", false), "new failure", false),
        (("unsupported", false), ("flaky", true), "new failure", true),
        (("skipped", false), ("error", true), "new failure", true),
        (("skipped", false), ("warn", false), "new failure", false),
        (("warn", false), ("fail", true), "new failure", true),
        (("blocked", false), ("fail", true), "new failure", true),
        (("known", false), ("fail", true), "new failure", true),
        (("fail", true), ("pass", false), "fixed", false),
        (("warn", false), ("pass", false), "fixed", false),
        (("known", false), ("pass", false), "fixed", false),
        (("fail", true), ("error", true), "changed", false),
        (("fail", true), ("known", false), "changed", false),
        (("fail", true), ("unsupported", false), "changed", false),
        (("fail", true), ("skipped", false), "changed", false),
        (("skipped", false), ("pass", false), "changed", false),
        (("pass", false), ("unsupported", false), "changed", false),
        (("pass", false), ("known", false), "changed", false),
        (("fail", true), ("fail", true), "same", false),
        (("pass", false), ("pass", false), "same", false),
    ] {
        let diff = diff(&with(old.0, old.1), &with(new.0, new.1));
        assert_eq!(listed(&diff), list, "{old:?} {new:?}");
        assert_eq!(diff.gates, gates, "{old:?} {new:?}");
    }
}

#[test]
fn another_requirement_in_its_place_is_a_change() {
    let (mut old, mut new) = (with("fail", true), with("fail", true));
    old.checks[0].violated = Some("a".to_owned());
    new.checks[0].violated = Some("b".to_owned());
    let diff = diff(&old, &new);
    assert_eq!((listed(&diff), diff.gates), ("changed", false));
}

#[test]
fn checks_may_come_and_go() {
    let mut none = record();
    none.checks.clear();
    let came = diff(&none, &with("pass", false));
    assert_eq!(
        (listed(&came), came.new_checks[0].old.as_deref()),
        ("new", None)
    );
    let wrong = diff(&none, &with("fail", true));
    assert_eq!((listed(&wrong), wrong.gates), ("new failure", true));
    let gone = diff(&with("fail", true), &none);
    assert_eq!((listed(&gone), gone.gates), ("gone", false));
    assert_eq!(gone.gone_checks[0].new, None);
}

#[test]
fn features_that_changed_came_or_went_are_told() {
    let (mut old, mut new) = (record(), record());
    let mut feature = old.features[0].clone();
    feature.id = "gone".to_owned();
    old.features.push(feature.clone());
    feature.id = "come".to_owned();
    new.features.push(feature);
    new.features[0].state = "unknown".to_owned();
    let diff = diff(&old, &new);
    let told: Vec<_> = diff
        .features
        .iter()
        .map(|it| (it.id.as_str(), it.old.as_deref(), it.new.as_deref()))
        .collect();
    let state = old.features[0].state.as_str();
    assert_eq!(
        told,
        [
            (old.features[0].id.as_str(), Some(state), Some("unknown")),
            ("come", None, Some(state)),
            ("gone", Some(state), None),
        ]
    );
}

#[test]
fn in_what_the_runs_differ_is_said_and_what_gates_comes_first() {
    let (old, mut new) = (record(), record());
    assert!(diff(&old, &new).notes.is_empty());
    new.spec = "1.0".to_owned();
    new.tool.version = "9".to_owned();
    new.fail_on = "must".to_owned();
    new.complete = false;
    new.ended_by = Some("out of time".to_owned());
    let notes = diff(&old, &new).notes;
    for words in [
        "specification: 1.1 before, 1.0 now",
        "plimsoll",
        "must now",
        "out of time",
    ] {
        assert!(
            notes.iter().any(|it| it.contains(words)),
            "{words}: {notes:?}"
        );
    }
    let mut wrong = with("warn", false);
    let mut other = with("fail", true).checks.remove(0);
    other.id = "z".to_owned();
    wrong.checks.push(other);
    let failures = diff(&old, &wrong).new_failures;
    assert_eq!(failures[0].id, "z");
}

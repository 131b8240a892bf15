//! The selftest must be able to fail.

use super::*;

fn outcome_of(names: &[&str]) -> Outcome {
    run(&Options {
        only: names.iter().map(|name| name.parse().unwrap()).collect(),
        pairs: 0,
        ..Options::default()
    })
}

#[test]
fn a_name_that_matches_nothing_is_no_pass() {
    let outcome = outcome_of(&["no-such-row"]);
    assert_eq!(outcome.missed, [Threshold::NothingExamined]);
}

#[test]
fn a_defect_is_found_by_a_check_that_covers_what_it_breaches() {
    let outcome = outcome_of(&["absent-blob-empty"]);
    assert_eq!(outcome.missed, []);
    let last = outcome.examined.last().unwrap();
    assert!(last.caught_by().iter().all(|it| it.verdict == "fail"));
    assert!(!last.caught_by().is_empty());
}

/// Puts some checks to the defects whose names match, each alone. Those that are not found by them.
fn unfound_by(checks: &[&str], names: &[&str]) -> Vec<Threshold> {
    let outcome = run(&Options {
        only: names.iter().map(|name| name.parse().unwrap()).collect(),
        checks: checks.iter().map(|glob| glob.parse().unwrap()).collect(),
        pairs: 0,
        ..Options::default()
    });
    assert!(outcome.examined.len() > names.len());
    outcome.missed
}

#[test]
fn whatever_a_restart_loses_is_found_by_the_checks_across_one() {
    assert_eq!(unfound_by(&["durability/*"], &["restart-*"]), []);
}

#[test]
fn what_goes_wrong_when_requests_meet_is_found_by_the_checks_in_which_they_do() {
    let names = [
        "moves-at-once-*",
        "pull-beside-*",
        "delete-beside-*",
        "closed-at-once-*",
        "closed-twice-*",
        "chunk-twice-*",
        "mount-beside-*",
        "referrers-at-once-one-*",
        "referrers-gone-while-*",
    ];
    assert_eq!(unfound_by(&["concurrency/*"], &names), []);
}

#[test]
fn what_takes_its_time_alarms_no_check_in_which_requests_meet() {
    let lawful = [
        "deletes-late",
        "answers-late",
        "*-with-restart",
        "*-after-restart",
    ];
    assert_eq!(unfound_by(&["concurrency/*", "durability/*"], &lawful), []);
}

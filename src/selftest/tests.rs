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

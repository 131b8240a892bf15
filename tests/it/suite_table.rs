//! The table of checks: ids, titles, coverage.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll::catalogue::Requirement;
use plimsoll::catalogue::Version;
use plimsoll::catalogue::requirements;
use plimsoll::check::Check;
use plimsoll::run::Case;
use plimsoll::suite::ROLL_UPS;
use plimsoll::suite::SECTIONS;
use plimsoll::suite::UNTESTABLE;
use plimsoll::suite::Untestable;
use plimsoll::suite::roll_up;
use plimsoll::suite::untestable;

use crate::support::Plimsoll;

/// The areas whose rows are proved by no check of their own, but by every answer of a run.
const PASSIVE: &[&str] = &["ERR", "RATE", "WARN"];

fn checks() -> impl Iterator<Item = &'static Check> {
    SECTIONS.iter().flat_map(|section| section.checks.iter())
}

/// Whether a check proves this row in this version, or all of a workflow do.
fn is_covered(row: &'static Requirement, version: Version) -> bool {
    let proves = |check: &Check| check.covers.contains(&row) && check.level(version).is_some();
    checks().any(proves) || roll_up(row).is_some()
}

#[test]
fn every_case_has_an_id_of_its_own() {
    let cases = Case::all(SECTIONS);
    let ids: BTreeSet<_> = cases.iter().map(|case| &case.id).collect();
    assert_eq!(ids.len(), cases.len());
    assert!(cases.len() > 100, "only {} cases", cases.len());
}

#[test]
fn a_section_has_the_id_of_its_file() {
    for section in SECTIONS {
        let path = format!("src/suite/{}.rs", section.id.replace('-', "_"));
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
        assert!(file.exists(), "{} should stand in {path}", section.id);
    }
}

#[test]
fn every_check_says_what_it_asks_and_covers_something() {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    for section in SECTIONS {
        assert!(!section.checks.is_empty(), "{} has no checks", section.id);
        for check in section.checks {
            let id = format!("{}/{}", section.id, check.name);
            assert!(
                !check.name.is_empty() && check.name.chars().all(is_word),
                "{id}"
            );
            assert!(
                !check.title.is_empty() && !check.title.ends_with('.'),
                "{id}: {}",
                check.title
            );
            assert!(!check.covers.is_empty(), "{id} covers nothing");
            assert!(
                Version::ALL
                    .iter()
                    .any(|version| check.level(*version).is_some()),
                "{id}"
            );
        }
    }
}

#[test]
fn every_row_of_every_version_is_covered_or_cannot_be() {
    for version in Version::ALL {
        let is_asked = |row: &&Requirement| row.level(version).is_some();
        let missing: Vec<_> = requirements()
            .filter(is_asked)
            .filter(|row| !PASSIVE.contains(&row.alias.split('-').next().unwrap_or_default()))
            .filter(|row| !is_covered(row, version) && untestable(row).is_none())
            .map(|row| row.alias)
            .collect();
        assert_eq!(missing, [""; 0], "these rows have no check in {version}");
    }
}

#[test]
fn what_cannot_be_tested_is_little_and_says_what_would_help() {
    let rows: BTreeSet<_> = UNTESTABLE.iter().map(|row| row.requirement.id).collect();
    assert_eq!(rows.len(), UNTESTABLE.len(), "no row stands there twice");
    assert!(UNTESTABLE.len() <= 12, "{} rows", UNTESTABLE.len());
    for Untestable {
        requirement,
        reason,
    } in UNTESTABLE
    {
        let helps = reason.ends_with("would make it testable");
        assert!(helps, "{}: {reason}", requirement.alias);
        let is_covered = Version::ALL
            .iter()
            .any(|version| is_covered(requirement, *version));
        assert!(!is_covered, "{} is tested after all", requirement.alias);
    }
}

#[test]
fn a_watch_is_about_one_requirement_and_asks_nothing() {
    for case in Case::all(SECTIONS) {
        let check = case.check;
        let watches = check.watch.is_some();
        let every_answer = ["answers/", "security/errors/"];
        let is_of_every_answer = every_answer.iter().any(|it| case.id.starts_with(it));
        assert_eq!(watches, is_of_every_answer, "{}", case.id);
        if watches {
            assert_eq!(check.covers.len(), 1, "{}", case.id);
            assert!(
                check.needs.is_empty() && check.axes.is_empty(),
                "{}",
                case.id
            );
            assert!(!check.heavy, "{}", case.id);
        }
    }
}

#[test]
fn no_two_watches_are_about_the_same_requirement() {
    let watches = checks().filter(|check| check.watch.is_some());
    let covered: Vec<_> = watches.map(|check| check.covers[0].alias).collect();
    let different: BTreeSet<_> = covered.iter().collect();
    assert_eq!(different.len(), covered.len(), "{covered:?}");
    assert!(covered.len() > 15, "{covered:?}");
}

#[test]
fn a_sum_is_proved_by_no_check_of_its_own_and_sums_something_up() {
    for sum in ROLL_UPS {
        let id = sum.requirement.id;
        assert!(
            !checks().any(|check| check.covers.contains(&sum.requirement)),
            "{id}"
        );
        assert!(untestable(sum.requirement).is_none(), "{id}");
        for workflow in sum.workflows {
            let is_there = SECTIONS
                .iter()
                .any(|section| section.id.split('/').next() == Some(*workflow));
            assert!(is_there, "{id}: {workflow}");
        }
    }
}

#[test]
fn the_matrix_in_the_documents_is_what_the_program_prints() {
    let printed = Plimsoll::new().run(&["list", "requirements", "--format", "markdown"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/requirements.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == printed.stdout,
        "docs/requirements.md is out of date; renew it with\n\n    \
         cargo run -- list requirements --format markdown > docs/requirements.md\n"
    );
}

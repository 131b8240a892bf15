//! The table of checks: ids, titles, coverage.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll::catalogue::Level;
use plimsoll::catalogue::Requirement;
use plimsoll::catalogue::Version;
use plimsoll::catalogue::requirements;
use plimsoll::check::Check;
use plimsoll::run::Case;
use plimsoll::suite::SECTIONS;

/// The areas whose rows of level must and expected are all covered in version 1.1, and RNG, all of
/// whose rows are.
const AREAS: &[&str] = &[
    "PING", "NAME", "TAG", "MGET", "BGET", "HEAD", "RNG", "PUSH", "MONO", "SPOST", "CHK", "STAT",
    "MNT", "MPUT", "SUBJ", "TAGS", "REF", "DEL",
];

/// Rows of these areas that no check covers, and why.
const EXCUSED: &[(&str, &str)] = &[(
    "REF-18",
    "there is only one filter yet, so no answer can name several",
)];

fn checks() -> impl Iterator<Item = &'static Check> {
    SECTIONS.iter().flat_map(|section| section.checks.iter())
}

fn is_covered(row: &'static Requirement) -> bool {
    checks().any(|check| check.covers.contains(&row))
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
fn every_must_and_expected_row_of_1_1_is_covered() {
    let weighty = |row: &&Requirement| {
        let area = row.alias.split('-').next().unwrap_or_default();
        let level = row.level(Version::V1_1);
        let counts = matches!(level, Some(Level::Must | Level::Expected))
            || (area == "RNG" && level.is_some());
        AREAS.contains(&area) && counts
    };
    let excused = |row: &&Requirement| EXCUSED.iter().any(|(alias, _)| *alias == row.alias);
    let missing: Vec<_> = requirements()
        .filter(weighty)
        .filter(|row| !excused(row) && !is_covered(row))
        .map(|row| row.alias)
        .collect();
    assert_eq!(missing, [""; 0], "these rows have no check");
}

#[test]
fn no_excuse_is_stale() {
    for (alias, _) in EXCUSED {
        let row = plimsoll::catalogue::find(alias).expect("excuses name rows");
        assert!(!is_covered(row), "{alias} is covered and needs no excuse");
    }
}

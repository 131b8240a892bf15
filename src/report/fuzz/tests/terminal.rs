//! What a terminal shows of a campaign.

use std::collections::BTreeMap;

use crate::fuzz::Replay;
use crate::fuzz::Replayed;
use crate::report::TerminalOptions;
use crate::report::Verbosity;

use super::*;

fn options(verbosity: Verbosity) -> TerminalOptions {
    TerminalOptions {
        colour: false,
        width: 100,
        verbosity,
    }
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

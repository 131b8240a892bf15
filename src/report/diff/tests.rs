//! A diff says what differs, and nothing of a record is markup in it.

use super::super::fixtures;
use super::super::markdown::tests::HOSTILE;
use super::super::markdown::tests::read;
use super::*;
use crate::run::Record;
use crate::run::diff;

fn shown(diff: &Diff, verbosity: Verbosity) -> String {
    let options = TerminalOptions {
        colour: false,
        width: 100,
        verbosity,
    };
    terminal(diff, &options)
}

fn markdown(diff: &Diff) -> String {
    parts(diff).into_iter().map(|part| part.text).collect()
}

fn worse() -> (Record, Record) {
    let new = fixtures::record(fixtures::FAILING);
    let mut old = new.clone();
    for check in &mut old.checks {
        check.verdict = "pass".to_owned();
        check.gates = false;
    }
    old.features[0].state = "unknown".to_owned();
    old.spec = "1.0".to_owned();
    (old, new)
}

#[test]
fn new_failures_are_shown_with_what_is_wrong() {
    let (old, new) = worse();
    let diff = diff(&old, &new);
    let text = shown(&diff, Verbosity::Normal);
    for words in [
        "New failures: 12",
        "pull/manifests/unknown-tag: pass → fail, which gates",
        "absent-manifest-unknown: expected 404",
        "another specification: 1.0 before, 1.1 now",
        "push: unknown → supported",
        "12 new failures, of which ",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let seen = read(&markdown(&diff));
    for words in [
        "pass → fail, which gates",
        "unknown → supported",
        "12 new failures",
    ] {
        assert!(seen.words.contains(words), "{words}\n{}", seen.words);
    }
    let json: serde_json::Value = serde_json::from_slice(&as_json(&diff).unwrap()).unwrap();
    assert_eq!(
        (&json["kind"], &json["gates"]),
        (&"diff".into(), &true.into())
    );
    assert_eq!(json["new_failures"].as_array().unwrap().len(), 12);
    assert_eq!(shown(&diff, Verbosity::Quiet).lines().count(), 1);
}

#[test]
fn what_is_better_is_fixed_and_nothing_is_nothing() {
    let (old, new) = worse();
    let text = shown(&diff(&new, &old), Verbosity::Normal);
    assert!(
        text.contains("Fixed: ") && text.contains("no new failure;"),
        "{text}"
    );
    let text = shown(&diff(&new, &new), Verbosity::Normal);
    assert!(
        text.contains("no new failure; 0 fixed") && text.contains("18 as before"),
        "{text}"
    );
}

#[test]
fn a_long_list_is_cut_unless_all_of_it_is_wanted() {
    let (old, mut new) = worse();
    let check = new.checks.iter().find(|it| it.gates).unwrap().clone();
    for number in 0..50 {
        let mut check = check.clone();
        check.id = format!("a/b/c{number}");
        new.checks.push(check);
    }
    let diff = diff(&old, &new);
    assert!(shown(&diff, Verbosity::Normal).contains("… and 32 more"));
    assert!(shown(&diff, Verbosity::Verbose).contains("a/b/c49"));
    assert!(markdown(&diff).contains("a/b/c49"));
}

#[test]
fn what_records_say_is_no_markup() {
    let (mut old, mut new) = worse();
    for record in [&mut old, &mut new] {
        record.target.url = HOSTILE.to_owned();
        record.target.software = Some(format!("{HOSTILE}\u{1b}[2J\u{202e}"));
        record.started = HOSTILE.to_owned();
        record.complete = false;
        record.ended_by = Some(HOSTILE.to_owned());
    }
    new.spec = HOSTILE.to_owned();
    for check in &mut new.checks {
        check.id = format!("{HOSTILE}{}", check.id);
        check.actual = Some(HOSTILE.to_owned());
        check.reason = Some(HOSTILE.to_owned());
    }
    new.features[0].evidence = HOSTILE.to_owned();
    new.features[0].id = HOSTILE.to_owned();
    let diff = diff(&old, &new);
    let seen = read(&markdown(&diff));
    assert!(seen.links.is_empty() && seen.html.is_empty(), "{seen:?}");
    for text in [markdown(&diff), shown(&diff, Verbosity::Verbose)] {
        let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.chars().any(is_bad), "{text:?}");
    }
}

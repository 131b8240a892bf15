//! What is still needed stays as it is written, what passes goes, what gates is added.

use serde_json::json;

use super::*;
use crate::check::Expectations;

fn check(id: &str, verdict: &str, gates: bool) -> CheckEntry {
    let value = json!({
        "id": id, "title": "t", "level": "must", "requirements": ["blob-found"],
        "verdict": verdict, "gates": gates, "duration_ms": 1, "violated": "blob-found",
    });
    serde_json::from_value(value).unwrap()
}

fn checks(rows: &[(&str, &str, bool)]) -> Came {
    Came::Checks(
        rows.iter()
            .map(|(id, verdict, gates)| check(id, verdict, *gates))
            .collect(),
    )
}

fn findings(groups: &[(&str, &str)]) -> Came {
    let found = |(group, detail): &(&str, &str)| Found {
        signature: "0123456789abcdef".to_owned(),
        group: (*group).to_owned(),
        rule: "model".to_owned(),
        detail: (*detail).to_owned(),
    };
    Came::Findings(groups.iter().map(found).collect())
}

fn read(text: &str) -> Vec<Expectation> {
    let read = Expectations::read(text, Day::default());
    read.unwrap_or_else(|error| panic!("{error}\n{text}"))
        .entries
}

fn merged(text: &str, came: &Came) -> Merged {
    let document = Document::of(text).unwrap();
    let merged = merge(document, &read(text), came);
    read(&merged.text);
    merged
}

/// The file of a team.
const FILE: &str = r#"# What we know of our registry.
# Ask Ada.

# Pages are in work.
[[known]]
check = "discovery/tags/*"   # all of them
reason = 'no "n" yet'
link = "https://tracker.invalid/1"
expires = 2020-01-31

# This one is slow.
[[known]]
check = "push/slow"
verdict = "error"
reason = "slow"

# The end.
"#;

#[test]
fn a_file_that_is_in_line_stays_as_it_is() {
    let came = checks(&[
        ("discovery/tags/a", "fail", true),
        ("discovery/tags/b", "pass", false),
        ("push/slow", "error", true),
    ]);
    let merged = merged(FILE, &came);
    assert_eq!(merged.text, FILE);
    assert_eq!(merged.kept, 2);
    assert!(merged.added.is_empty() && merged.dropped.is_empty());
}

#[test]
fn an_entry_goes_only_if_all_that_it_is_about_was_judged_and_passes() {
    for (rows, dropped) in [
        (&[("discovery/tags/a", "pass", false)][..], 1),
        (&[("discovery/tags/a", "skipped", false)], 0),
        (&[("discovery/tags/a", "blocked", false)], 0),
        (&[("discovery/tags/a", "unsupported", false)], 0),
        (
            &[
                ("discovery/tags/a", "pass", false),
                ("discovery/tags/b", "skipped", false),
            ],
            0,
        ),
        (
            &[
                ("discovery/tags/a", "pass", false),
                ("discovery/tags/b", "known", false),
            ],
            0,
        ),
    ] {
        let merged = merged(FILE, &checks(rows));
        assert_eq!(merged.dropped.len(), dropped, "{rows:?}");
        assert_eq!(merged.unmatched, ["push/slow"], "{rows:?}");
    }
}

#[test]
fn what_stands_above_an_entry_that_goes_and_is_not_about_it_stays() {
    let came = checks(&[
        ("discovery/tags/a", "pass", false),
        ("push/slow", "error", true),
    ]);
    let text = merged(FILE, &came).text;
    let begins = "# What we know of our registry.\n# Ask Ada.\n\n# This one is slow.\n[[known]]\n";
    assert!(text.starts_with(begins), "{text}");
    assert!(
        text.ends_with("reason = \"slow\"\n\n# The end.\n"),
        "{text}"
    );
    let all = checks(&[
        ("discovery/tags/a", "pass", false),
        ("push/slow", "pass", false),
    ]);
    let text = merged(FILE, &all).text;
    assert_eq!(
        text,
        "# What we know of our registry.\n# Ask Ada.\n\n\n# The end.\n"
    );
}

#[test]
fn what_gates_and_is_in_no_entry_is_added_behind_the_others() {
    let came = checks(&[
        ("discovery/tags/a", "fail", true),
        ("pull/[odd]", "fail", true),
        ("pull/b", "blocked", true),
        ("pull/c", "warn", false),
        ("push/slow", "fail", true),
    ]);
    let merged = merged(FILE, &came);
    assert_eq!(merged.added, ["pull/[[]odd[]]", "pull/b", "push/slow"]);
    assert!(
        merged
            .text
            .starts_with(FILE.trim_end_matches("\n# The end.\n"))
    );
    let entries = read(&merged.text);
    let globs: Vec<_> = entries.iter().map(Expectation::glob).collect();
    let expected = [
        "discovery/tags/*",
        "push/slow",
        "pull/[[]odd[]]",
        "pull/b",
        "push/slow",
    ];
    assert_eq!(globs, expected);
    assert!(entries[2].takes("pull/[odd]"));
    assert_eq!(entries[2].reason, "to be looked into: blob-found");
    assert_eq!(entries[2].verdict, Some(Verdict::Fail));
    assert_eq!(
        entries[3].verdict, None,
        "blocked cannot be expected by name"
    );
}

#[test]
fn a_second_update_changes_nothing() {
    for (text, came) in [
        (
            "",
            checks(&[("a/b", "fail", true), ("a/c", "blocked", true)]),
        ),
        ("# Head.\n", findings(&[("model: GET /v2/ => 200", "d")])),
        (
            "known = [\n    { check = \"a/b\", reason = \"r\" }, # why\n]\n",
            checks(&[("a/b", "fail", true), ("a/c", "flaky", true)]),
        ),
    ] {
        let first = merged(text, &came);
        assert!(!first.added.is_empty(), "{text}");
        let again = merged(&first.text, &came);
        assert_eq!(again.text, first.text);
        assert!(again.added.is_empty());
    }
}

#[test]
fn a_new_file_has_a_head_and_entries_an_empty_line_between_them() {
    let came = checks(&[("a/b", "fail", true), ("a/c", "flaky", true)]);
    let text = merge(Document::new(), &[], &came).text;
    assert_eq!(
        text,
        "# What is known to be wrong, and why it is left alone for now.\n\n\
         [[known]]\ncheck = \"a/b\"\nverdict = \"fail\"\nreason = \"to be looked into: blob-found\"\n\n\
         [[known]]\ncheck = \"a/c\"\nverdict = \"flaky\"\nreason = \"to be looked into: blob-found\"\n"
    );
}

#[test]
fn entries_in_one_array_are_changed_there() {
    let text = "known = [\n    { check = \"a/b\", reason = \"r\" },\n    { check = \"a/c\", reason = \"s\" },\n]\n";
    let came = checks(&[
        ("a/b", "pass", false),
        ("a/c", "fail", true),
        ("a/d", "fail", true),
    ]);
    let merged = merged(text, &came);
    assert_eq!(merged.dropped, ["a/b"]);
    let entries = read(&merged.text);
    let globs: Vec<_> = entries.iter().map(Expectation::glob).collect();
    assert_eq!(globs, ["a/c", "a/d"], "{}", merged.text);
}

#[test]
fn what_another_file_knew_comes_with_its_reason() {
    let mut known = check("a/b", "known", false);
    known.reason = Some("ours".to_owned());
    known.known = serde_json::from_value(json!({
        "ended": "flaky", "glob": "a/*", "link": "https://tracker.invalid/2",
        "expires": "2027-01-31",
    }))
    .unwrap();
    let text = merged("", &Came::Checks(vec![known])).text;
    let entry = &read(&text)[0];
    assert_eq!(entry.reason, "ours");
    assert_eq!(entry.verdict, Some(Verdict::Flaky));
    assert_eq!(entry.link.as_deref(), Some("https://tracker.invalid/2"));
    assert_eq!(entry.expires.unwrap().to_string(), "2027-01-31");
}

#[test]
fn findings_are_added_by_group_and_none_is_dropped() {
    let text = "[[known]]\nfinding = \"fault\"\nreason = \"r\"\n";
    let came = findings(&[
        ("model: GET /v2/<name>/tags/list => 200", "in no order"),
        ("model: GET /v2/<name>/tags/list => 200", "too many"),
        ("model: PUT <session>?digest= => 500", "\u{1b}[2J\u{202e}"),
    ]);
    let merged = merged(text, &came);
    assert_eq!(
        (merged.kept, merged.dropped.len(), merged.added.len()),
        (1, 0, 2)
    );
    assert!(merged.text.starts_with(text));
    let entries = read(&merged.text);
    let Came::Findings(found) = &came else {
        unreachable!()
    };
    assert!(entries[1].takes_finding(found[0].names()));
    assert!(
        entries[2].takes_finding(found[2].names()),
        "{}",
        merged.text
    );
    let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!merged.text.contains(is_bad), "{:?}", merged.text);
}

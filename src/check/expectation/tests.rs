//! The file is read or refused with its line, and entries match what they are about.

use super::file::Flaw;
use super::*;

const TODAY: &str = "2027-01-31";

fn read(text: &str) -> Result<Expectations, BadExpectations> {
    Expectations::read(text, TODAY.parse().unwrap())
}

fn entry(lines: &str) -> Expectation {
    let text = format!("[[known]]\nreason = \"old\"\n{lines}\n");
    read(&text).unwrap().entries.remove(0)
}

#[test]
fn an_entry_has_everything_that_is_said_of_it() {
    let text = r#"
        # A comment.
        [[known]]
        check = "discovery/tags/*"
        verdict = "fail"
        reason = "  it ignores n "
        link = "https://tracker.invalid/1"
        expires = 2027-01-31
        [[known]]
        finding = "model: * => 500"
        reason = "soon"
    "#;
    let read = read(text).unwrap();
    let [first, second] = &read.entries[..] else {
        panic!("{read:?}")
    };
    assert_eq!(first.glob(), "discovery/tags/*");
    assert_eq!(first.verdict, Some(Verdict::Fail));
    assert_eq!(first.reason, "it ignores n");
    assert_eq!(first.link.as_deref(), Some("https://tracker.invalid/1"));
    assert_eq!(first.expires.unwrap().to_string(), "2027-01-31");
    assert!(first.is_of_checks() && !second.is_of_checks());
    assert_eq!(
        (second.verdict, &second.link, second.expires),
        (None, &None, None)
    );
}

#[test]
fn nothing_is_expected_by_a_file_without_entries() {
    for text in ["", "# none\n", "known = []\n"] {
        assert!(read(text).unwrap().entries.is_empty(), "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_what_to_do() {
    let sound = "check = \"a\"\nreason = \"r\"\n";
    for (lines, line, words) in [
        ("[[known]]\ncheck = \"a\nreason = \"r\"", 2, "mend it"),
        (
            "[[known]]\nchekc = \"a\"\nreason = \"r\"",
            2,
            "did you mean `check`?",
        ),
        ("[[knwon]]\ncheck = \"a\"", 1, "did you mean `known`?"),
        (
            "[[known]]\ncheck = \"a\"\nreason = \"r\"\nxyz = 1",
            4,
            "there are `known`, `check`",
        ),
        (
            "[[known]]\nreason = \"r\"",
            1,
            "neither `check` nor `finding`",
        ),
        (
            "[[known]]\ncheck = \"a\"\nfinding = \"b\"\nreason = \"r\"",
            3,
            "make two entries",
        ),
        ("[[known]]\ncheck = \"a[\"\nreason = \"r\"", 2, "is no glob"),
        ("[[known]]\ncheck = \"\"\nreason = \"r\"", 2, "it is empty"),
        ("[[known]]\ncheck = \"a\"", 1, "no reason"),
        ("[[known]]\ncheck = \"a\"\nreason = \" \"", 3, "no reason"),
        ("[[known]]\ncheck = \"a\"\nreason = 3", 3, "string"),
        (
            "[[known]]\ncheck = \"a\"\nverdict = \"failed\"\nreason = \"r\"",
            3,
            "give fail, warn",
        ),
        (
            "[[known]]\ncheck = \"a\"\nverdict = \"pass\"\nreason = \"r\"",
            3,
            "give fail, warn",
        ),
        (
            "[[known]]\nfinding = \"a\"\nverdict = \"fail\"\nreason = \"r\"",
            3,
            "leave `verdict` out",
        ),
        (
            "[[known]]\ncheck = \"a\"\nreason = \"r\"\nexpires = \"2027-01-31\"",
            4,
            "without quotes",
        ),
        (
            "[[known]]\ncheck = \"a\"\nreason = \"r\"\nexpires = 2027-01-31T10:00:00Z",
            4,
            "without quotes",
        ),
        (
            "[[known]]\ncheck = \"a\"\nreason = \"r\"\nexpires = 2027-02-30",
            4,
            "mend it",
        ),
        ("[known]\ncheck = \"a\"\nreason = \"r\"", 1, "sequence"),
    ] {
        let text = format!("[[known]]\n{sound}{lines}\n");
        // An array of tables cannot be a table as well.
        let (text, before) = if lines.starts_with("[known]") {
            (lines.to_owned(), 0)
        } else {
            (text, 3)
        };
        let bad = read(&text).unwrap_err();
        assert_eq!(bad.line, line + before, "{text}\n{bad}");
        assert!(bad.to_string().contains(words), "{text}\n{bad}");
    }
}

#[test]
fn a_flaw_tells_itself_from_others() {
    let bad = read("[[known]]\nreason = \"r\"").unwrap_err();
    assert_eq!(bad.flaw, Flaw::NoSubject);
}

#[test]
fn an_entry_takes_checks_by_their_whole_ids() {
    for (glob, id, takes) in [
        ("pull/blobs/known-blob", "pull/blobs/known-blob", true),
        (
            "pull/blobs/known-blob",
            "pull/blobs/known-blob@sha512",
            false,
        ),
        (
            "pull/blobs/known-blob*",
            "pull/blobs/known-blob@sha512",
            true,
        ),
        ("pull/blobs/known-blob*", "pull/blobs/known-blob", true),
        ("pull/*@sha512", "pull/blobs/known-blob@sha512", true),
        ("pull/*", "pull/blobs/known-blob@sha512", true),
        ("pull", "pull/blobs/known-blob", false),
        ("*/blobs/*", "pull/manifests/tag", false),
    ] {
        let entry = entry(&format!("check = \"{glob}\""));
        assert_eq!(entry.takes(id), takes, "{glob} {id}");
    }
}

#[test]
fn an_entry_takes_findings_by_signature_group_or_rule() {
    let names = FindingNames {
        signature: "0123456789abcdef",
        group: "model: GET /v2/<name>/tags/list => 200",
        rule: "model",
    };
    for (glob, takes) in [
        ("0123456789abcdef", true),
        ("model", true),
        ("model: * /v2/<name>/tags/list*", true),
        ("model: GET /v2/<name>/tags/list => 500", false),
        ("fault", false),
        ("0123*", true),
    ] {
        let entry = entry(&format!("finding = \"{glob}\""));
        assert_eq!(entry.takes_finding(names), takes, "{glob}");
        assert!(!entry.takes(glob), "it is about no check");
    }
    assert!(!entry("check = \"*\"").takes_finding(names));
}

#[test]
fn without_a_verdict_any_end_that_gates_is_known() {
    let any = entry("check = \"*\"");
    for verdict in [Verdict::Fail, Verdict::Error, Verdict::Blocked] {
        assert!(any.covers(verdict, true), "{verdict}");
        assert!(!any.covers(verdict, false), "{verdict}");
    }
    let flaky = entry("check = \"*\"\nverdict = \"flaky\"");
    assert!(flaky.covers(Verdict::Flaky, false));
    assert!(!flaky.covers(Verdict::Fail, true), "it got worse");
}

#[test]
fn an_entry_expires_the_day_after_its_last() {
    for (expires, in_force) in [("2027-01-30", false), (TODAY, true), ("2027-02-01", true)] {
        let text = format!("[[known]]\ncheck = \"*\"\nreason = \"r\"\nexpires = {expires}\n");
        let read = read(&text).unwrap();
        let found = read.of_check("a/b", Verdict::Fail, true);
        assert_eq!(found.is_some(), in_force, "{expires}");
        assert_eq!(read.may_know("a/b"), in_force, "{expires}");
    }
}

#[test]
fn the_first_entry_that_fits_counts() {
    let text = r#"
        known = [
            { check = "a/*", reason = "old", expires = 2020-01-01 },
            { check = "a/*", reason = "flaky", verdict = "flaky" },
            { check = "a/b", reason = "this" },
            { check = "*", reason = "all" },
        ]
    "#;
    let read = read(text).unwrap();
    assert_eq!(read.of_check("a/b", Verdict::Fail, true), Some(2));
    assert_eq!(read.of_check("a/c", Verdict::Fail, true), Some(3));
    assert_eq!(read.of_check("a/b", Verdict::Flaky, true), Some(1));
    assert_eq!(read.of_check("a/b", Verdict::Warn, false), None);
}

fn ending(id: &str, verdict: Verdict, gates: bool) -> Ending {
    Ending {
        id: id.to_owned(),
        verdict,
        gates,
        selected: true,
    }
}

/// What comes of an entry on `a/*` when the checks `a/0`, `a/1`, … end so.
fn state(lines: &str, ends: &[(Verdict, bool)]) -> (State, Vec<String>) {
    let entry = entry(&format!("check = \"a/*\"\n{lines}"));
    let mut endings = vec![ending("b/0", Verdict::Fail, true)];
    for (index, (verdict, gates)) in ends.iter().enumerate() {
        endings.push(ending(&format!("a/{index}"), *verdict, *gates));
    }
    entry.state(TODAY.parse().unwrap(), &endings)
}

#[test]
fn what_comes_of_an_entry_depends_on_how_its_checks_ended() {
    use Verdict::Blocked;
    use Verdict::Error;
    use Verdict::Fail;
    use Verdict::Flaky;
    use Verdict::Pass;
    use Verdict::Skipped;
    use Verdict::Unsupported;
    use Verdict::Warn;
    for (lines, ends, expected, ids) in [
        (
            "",
            &[(Pass, false), (Fail, true)][..],
            State::Met,
            &["a/1"][..],
        ),
        (
            "",
            &[(Pass, false), (Pass, false)],
            State::Passed,
            &["a/0", "a/1"],
        ),
        ("", &[(Pass, false), (Skipped, false)], State::Open, &[]),
        ("", &[(Pass, false), (Blocked, false)], State::Open, &[]),
        (
            "",
            &[(Pass, false), (Unsupported, false)],
            State::Passed,
            &["a/0"],
        ),
        ("", &[(Skipped, false)], State::Open, &[]),
        ("", &[(Unsupported, false)], State::Open, &[]),
        ("", &[(Blocked, false)], State::Open, &[]),
        ("", &[(Blocked, true)], State::Met, &["a/0"]),
        (
            "",
            &[(Warn, false), (Pass, false)],
            State::Otherwise,
            &["a/0"],
        ),
        ("verdict = \"warn\"", &[(Warn, false)], State::Met, &["a/0"]),
        (
            "verdict = \"error\"",
            &[(Error, true)],
            State::Met,
            &["a/0"],
        ),
        ("verdict = \"flaky\"", &[(Pass, false)], State::Open, &[]),
        (
            "verdict = \"flaky\"",
            &[(Flaky, true)],
            State::Met,
            &["a/0"],
        ),
        (
            "verdict = \"flaky\"",
            &[(Fail, true)],
            State::Otherwise,
            &["a/0"],
        ),
        (
            "expires = 2027-01-30",
            &[(Fail, true)],
            State::Expired,
            &["a/0"],
        ),
        (
            "expires = 2027-01-30",
            &[(Pass, false)],
            State::Expired,
            &[],
        ),
        ("", &[], State::Unmatched, &[]),
    ] {
        let found = state(lines, ends);
        let ids: Vec<_> = ids.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(found, (expected, ids), "{lines} {ends:?}");
    }
}

#[test]
fn checks_that_were_not_selected_say_nothing_of_an_entry() {
    let entry = entry("check = \"a/*\"");
    let unselected = |id: &str| Ending {
        selected: false,
        ..ending(id, Verdict::Skipped, false)
    };
    let today = TODAY.parse().unwrap();
    let endings = [unselected("a/0"), unselected("b/0")];
    assert_eq!(entry.state(today, &endings).0, State::NotSelected);
    let endings = [unselected("a/0"), ending("a/1", Verdict::Pass, false)];
    assert_eq!(entry.state(today, &endings).0, State::Open);
}

#[test]
fn only_what_somebody_has_to_look_at_is_out_of_date() {
    let out: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| state.is_out_of_date())
        .collect();
    assert_eq!(out, [State::Passed, State::Expired, State::Unmatched]);
}

//! What people see, as snapshots, and what they must never see.

use super::super::fixtures;
use super::*;

fn shown(record: &Record, verbosity: Verbosity) -> String {
    let options = TerminalOptions {
        colour: false,
        width: 100,
        verbosity,
    };
    terminal(record, &options)
}

#[test]
fn a_sound_registry() {
    let record = fixtures::record(fixtures::PASSING);
    insta::assert_snapshot!(shown(&record, Verbosity::Normal));
}

#[test]
fn a_registry_with_failures_of_every_kind() {
    let record = fixtures::record(fixtures::FAILING);
    insta::assert_snapshot!(shown(&record, Verbosity::Normal));
}

#[test]
fn every_check_of_a_sound_registry() {
    let record = fixtures::record(fixtures::PASSING);
    insta::assert_snapshot!(shown(&record, Verbosity::Verbose));
}

#[test]
fn a_hostile_registry() {
    let record = fixtures::record(fixtures::HOSTILE);
    insta::assert_snapshot!(shown(&record, Verbosity::Normal));
}

#[test]
fn a_recommendation_that_is_not_followed_does_not_gate() {
    let mut record = fixtures::record(fixtures::FAILING);
    record.checks.retain(|check| !check.gates);
    record.causes.retain(|cause| !cause.gates);
    record.summary = [
        ("warn".to_owned(), 3),
        ("known".to_owned(), 1),
        ("pass".to_owned(), 2),
    ]
    .into();
    let text = shown(&record, Verbosity::Quiet);
    assert_eq!(
        text,
        "passed: nothing gates (must and expected would); not counted: 3 warnings and 1 known failure\n"
    );
}

#[test]
fn quiet_is_the_last_line_of_normal_and_of_verbose() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        let quiet = shown(&record, Verbosity::Quiet);
        assert_eq!(quiet.lines().count(), 1);
        for verbosity in [Verbosity::Normal, Verbosity::Verbose] {
            assert!(shown(&record, verbosity).ends_with(&format!("\n{quiet}")));
        }
    }
}

#[test]
fn a_level_that_gates_is_named_in_the_verdict() {
    let mut record = fixtures::record(fixtures::PASSING);
    for (fail_on, part) in [
        ("must", "(must would)"),
        ("should", "(must, expected and should would)"),
        ("never", "nothing can gate"),
    ] {
        fail_on.clone_into(&mut record.fail_on);
        let text = shown(&record, Verbosity::Quiet);
        assert!(
            text.starts_with("passed: ") && text.contains(part),
            "{text}"
        );
    }
}

#[test]
fn a_run_in_which_nothing_ran_is_no_success() {
    let mut record = fixtures::record(fixtures::PASSING);
    record.checks.retain(|check| check.verdict == "unsupported");
    assert_eq!(
        shown(&record, Verbosity::Quiet),
        "NOTHING RAN: no check came to a judgement\n"
    );
}

#[test]
fn a_run_that_did_not_come_to_its_end_says_so() {
    for (bytes, part) in [
        (fixtures::PASSING, "so far passed"),
        (fixtures::FAILING, "so far failed"),
    ] {
        let mut record = fixtures::record(bytes);
        record.complete = false;
        record.ended_by = Some("out of time".to_owned());
        let text = shown(&record, Verbosity::Quiet);
        assert!(
            text.starts_with("INCOMPLETE (out of time)") && text.contains(part),
            "{text}"
        );
    }
}

#[test]
fn a_check_that_gates_without_a_cause_is_named() {
    let mut record = fixtures::record(fixtures::FAILING);
    record.causes.retain(|cause| cause.id != "silence");
    let text = shown(&record, Verbosity::Normal);
    assert!(text.contains("These gate besides:\n  push/chunks/gap, error: no complete answer"));

    record.causes.clear();
    let text = shown(&record, Verbosity::Quiet);
    assert_eq!(text, "FAILED: 6 checks gate (5 must, 1 expected)\n");
}

#[test]
fn a_violation_that_does_not_gate_is_shown_and_says_so() {
    let mut record = fixtures::record(fixtures::FAILING);
    let cause = record
        .causes
        .iter_mut()
        .find(|cause| cause.id == "type")
        .unwrap();
    cause.gates = false;
    let text = shown(&record, Verbosity::Normal);
    assert!(text.contains("manifest-type-sent (MGET-05) explains 1 check, and does not gate"));
    assert!(text.ends_with("FAILED: 4 causes gate (3 must, 1 expected)\n"));
}

#[test]
fn a_long_script_is_cut_and_says_so() {
    let mut record = fixtures::record(fixtures::FAILING);
    let check = record
        .checks
        .iter_mut()
        .find(|check| check.id == "push/chunks/gap")
        .unwrap();
    check.curl = Some("curl\n".repeat(1000));
    assert!(shown(&record, Verbosity::Normal).contains("# … and 970 lines: the whole"));
}

#[test]
fn colours_change_nothing_but_colours() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        let coloured = TerminalOptions {
            colour: true,
            width: 100,
            verbosity: Verbosity::Verbose,
        };
        let coloured = terminal(&record, &coloured);
        assert!(coloured.contains('\u{1b}'));
        let stripped = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(stripped, shown(&record, Verbosity::Verbose));
    }
}

#[test]
fn hostile_text_comes_through_nowhere_raw() {
    let record = fixtures::record(fixtures::HOSTILE);
    let text = shown(&record, Verbosity::Verbose);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    for raw in [
        '\u{202e}',
        '\u{2066}',
        '\u{200b}',
        '\u{feff}',
        '\u{2028}',
        '\u{e0041}',
    ] {
        assert!(!text.contains(raw), "{raw:?}");
    }
    let forged = |line: &&str| line.trim_start().starts_with("FAILED: 0");
    assert!(
        !text
            .lines()
            .filter(|line| !line.starts_with("     "))
            .any(|line| forged(&line))
    );
    assert!(text.len() < 100_000);
}

#[test]
fn lines_keep_within_the_width_unless_they_are_to_be_copied() {
    let record = fixtures::record(fixtures::FAILING);
    let options = TerminalOptions {
        colour: false,
        width: 80,
        verbosity: Verbosity::Normal,
    };
    for line in terminal(&record, &options).lines() {
        let copied = line.starts_with("     ") || line.trim_start().starts_with("https://");
        assert!(copied || line.chars().count() <= 80, "{line}");
    }
}

//! Which annotations there are, and that no text becomes a command.

use super::super::fixtures;
use super::*;
use crate::check::State;
use crate::run::ExpectationEntry;

fn text(record: &Record) -> String {
    String::from_utf8(render(record).unwrap()).unwrap()
}

/// The kind, title and message of a line, as the runner reads them.
fn read(line: &str) -> (String, String, String) {
    let rest = line.strip_prefix("::").expect("a command");
    let (head, message) = rest.split_once("::").expect("a message");
    let (kind, title) = head.split_once(" title=").expect("a title");
    let plain = |text: &str| {
        text.replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    (kind.to_owned(), plain(title), plain(message))
}

fn all(record: &Record) -> Vec<(String, String, String)> {
    text(record).lines().map(read).collect()
}

fn kinds(record: &Record) -> Vec<String> {
    all(record).into_iter().map(|(kind, ..)| kind).collect()
}

#[test]
fn what_gates_is_an_error_with_what_was_expected_and_what_came() {
    let record = fixtures::record(fixtures::FAILING);
    let all = all(&record);
    let gating = record.causes.iter().filter(|cause| cause.gates).count();
    let errors: Vec<_> = all.iter().filter(|(kind, ..)| kind == "error").collect();
    assert_eq!(errors.len(), gating);
    let (_, title, message) = errors[0];
    assert!(title.starts_with("must: "), "{title}");
    for part in ["Check: ", "Expected: ", "Actual: "] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(all.iter().any(|(kind, ..)| kind == "warning"));
    let known = all.iter().find(|(kind, ..)| kind == "notice").unwrap();
    assert!(known.2.contains("checked by the storage backend"));
}

#[test]
fn a_sound_run_needs_none() {
    assert_eq!(text(&fixtures::record(fixtures::PASSING)), "");
}

#[test]
fn what_is_no_success_without_a_failed_check_is_an_error() {
    let mut early = fixtures::record(fixtures::PASSING);
    early.complete = false;
    early.ended_by = Some("interrupted".to_owned());
    assert_eq!(kinds(&early), ["error"]);
    let mut nothing = fixtures::record(fixtures::PASSING);
    nothing.checks.clear();
    assert_eq!(kinds(&nothing), ["error"]);
    let mut stray = fixtures::record(fixtures::PASSING);
    stray.checks[0].gates = true;
    assert_eq!(kinds(&stray), ["error"]);
}

#[test]
fn expectations_that_are_out_of_date_are_an_error_only_where_they_gate() {
    let mut record = fixtures::record(fixtures::PASSING);
    let entry = ExpectationEntry {
        glob: "a/*".to_owned(),
        verdict: None,
        reason: "soon".to_owned(),
        link: None,
        expires: None,
        state: State::Unmatched.word().to_owned(),
        by: Vec::new(),
    };
    for (strict, kind) in [(false, "warning"), (true, "error")] {
        let entries = vec![entry.clone()];
        record.expectations = Some(ExpectationsEntry { strict, entries });
        assert_eq!(kinds(&record), [kind]);
    }
}

#[test]
fn there_are_at_most_ten_of_a_kind_heaviest_first_and_the_last_counts_the_rest() {
    let mut record = fixtures::record(fixtures::FAILING);
    let cause = record.causes.iter().find(|cause| cause.gates).unwrap();
    let cause = cause.clone();
    let of = |level: &str| CauseEntry {
        level: level.to_owned(),
        ..cause.clone()
    };
    record
        .checks
        .iter_mut()
        .for_each(|check| check.gates = false);
    let levels = ["expected"; 6].into_iter().chain(["must"; 6]);
    record.causes = levels.map(of).collect();
    let errors = all(&record);
    let errors: Vec<_> = errors.iter().filter(|(kind, ..)| kind == "error").collect();
    assert_eq!(errors.len(), 10);
    assert!(errors[5].1.starts_with("must") && errors[6].1.starts_with("expected"));
    assert_eq!(errors[9].1, "and 3 more");
    record.causes.truncate(10);
    let errors = all(&record);
    let errors: Vec<_> = errors.iter().filter(|(kind, ..)| kind == "error").collect();
    assert_eq!(errors.len(), 10);
    assert!(errors.iter().all(|(_, title, _)| !title.ends_with(" more")));
}

#[test]
fn no_text_becomes_a_command_or_a_property() {
    let said = "a\n::error::b\r\n::stop-commands::c,file=d::e%0A::warning::f";
    let mut record = fixtures::record(fixtures::FAILING);
    for check in &mut record.checks {
        check.id = said.to_owned();
        check.actual = Some(said.to_owned());
        check.reason = Some(said.to_owned());
    }
    for cause in &mut record.causes {
        cause.requirement = None;
        cause.title = said.to_owned();
        cause.checks = vec![said.to_owned()];
    }
    let titles = all(&record).into_iter().map(|(_, title, _)| title);
    let whole = titles.filter(|it| it.ends_with("::stop-commands::c,file=d::e%0A::warning::f"));
    assert_eq!(
        whole.count(),
        record.causes.len(),
        "nothing of a title is lost"
    );
    for record in [record, fixtures::record(fixtures::HOSTILE)] {
        let text = text(&record);
        for line in text.lines() {
            let kind = ["::error title=", "::warning title=", "::notice title="];
            assert!(kind.iter().any(|it| line.starts_with(it)), "{line}");
            let head = line.split("::").nth(1).unwrap();
            assert!(!head.contains(','), "{line}");
        }
        assert!(!text.contains("%0A::"), "{text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    }
}

//! Expectations that somebody has to look at, and those of which a run says nothing.
//!
//! It knows entries and what came of them, and neither what a check nor what a finding is.

use crate::check::State;
use crate::report::words;
use crate::run::ExpectationEntry;
use crate::run::ExpectationsEntry;

use super::page::DIM;
use super::page::PLAIN;
use super::page::Page;
use super::page::Span;
use super::page::YELLOW;

/// How many checks or findings of an entry are named.
const NAMED: usize = 3;

/// The most characters of an entry.
const LONGEST: usize = 400;

/// Writes them, if there are any.
pub(in crate::report) fn write(page: &mut Page, expectations: Option<&ExpectationsEntry>) {
    let Some(expectations) = expectations else {
        return;
    };
    let out_of_date: Vec<_> = expectations.out_of_date().collect();
    section(page, "Expectations that are out of date:", &out_of_date);
    let of = |state: State| {
        let entries = expectations.entries.iter();
        entries.filter(move |entry| entry.state == state.word())
    };
    let others: Vec<_> = of(State::Otherwise).collect();
    section(page, "Expectations of another end:", &others);
    let left_out = of(State::NotSelected).count();
    if left_out > 0 {
        let entries = plural(left_out);
        let text = format!("{entries} only about checks that were not selected.");
        page.text(0, &Span::new(DIM, &text));
        page.blank();
    }
}

/// `1 expectation is`, `2 expectations are`.
fn plural(number: usize) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", words::count(number, "expectation"))
}

fn section(page: &mut Page, title: &str, entries: &[&ExpectationEntry]) {
    if entries.is_empty() {
        return;
    }
    page.line(0, &Span::new(YELLOW, title));
    for entry in entries {
        let text = format!("`{}` ({}): {}", entry.glob, entry.reason, says(entry));
        page.text(2, &Span::cut(PLAIN, &text, LONGEST));
    }
    page.blank();
}

/// What came of an entry, and what to do about it.
pub(in crate::report) fn says(entry: &ExpectationEntry) -> String {
    let state = State::ALL
        .into_iter()
        .find(|state| state.word() == entry.state);
    match state {
        Some(State::Passed) => format!("it passes ({}); drop the entry", named(&entry.by)),
        Some(State::Expired) => expired(entry),
        Some(State::Unmatched) => "nothing matched it; mend its glob, or drop the entry".to_owned(),
        Some(State::Otherwise) => {
            let expected = entry.verdict.as_deref().unwrap_or("an end that gates");
            format!(
                "{expected} was expected, and it ended otherwise ({})",
                named(&entry.by)
            )
        }
        _ => entry.state.clone(),
    }
}

fn expired(entry: &ExpectationEntry) -> String {
    let day = entry.expires.as_deref().unwrap_or("some day");
    let again = match entry.by.as_slice() {
        [] => "drop the entry".to_owned(),
        some => format!("what it is about gates again ({})", named(some)),
    };
    format!("it held until {day}, and {again}")
}

fn named(ids: &[String]) -> String {
    let mut names: Vec<_> = ids.iter().take(NAMED).cloned().collect();
    if ids.len() > NAMED {
        names.push(format!("{} more", ids.len() - NAMED));
    }
    words::list(&names)
}

/// The verdict where nothing else is wrong, but the expectations are.
pub(in crate::report) fn verdict(expectations: &ExpectationsEntry) -> String {
    let number = expectations.out_of_date().count();
    let text = plural(number);
    format!("{text} out of date, which --strict-expectations does not allow; nothing else gates")
}

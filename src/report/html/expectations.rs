//! Expectations for the page: what is known to be wrong, and what of that is out of date.

use serde::Serialize;

use crate::check::State;
use crate::report::clean;
use crate::report::terminal::expectations::says;
use crate::run::ExpectationEntry;
use crate::run::ExpectationsEntry;

use super::mark::Mark;

/// What is expected, and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct Expectations {
    strict: bool,
    out_of_date: usize,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    glob: String,
    verdict: Option<String>,
    reason: String,
    link: Option<String>,
    expires: Option<String>,
    state: Mark,
    /// What came of it, where that is more than a word.
    says: Option<String>,
    /// How many checks or findings it is about.
    by: usize,
}

impl Expectations {
    pub(super) fn of(entries: &ExpectationsEntry) -> Self {
        Self {
            strict: entries.strict,
            out_of_date: entries.out_of_date().count(),
            entries: entries.entries.iter().map(entry).collect(),
        }
    }
}

fn entry(entry: &ExpectationEntry) -> Entry {
    let text = |text: &str| clean::cut(text, 400).into_owned();
    let calm = [State::Met, State::Open, State::NotSelected];
    let is_calm = calm.iter().any(|state| state.word() == entry.state);
    Entry {
        glob: text(&entry.glob),
        verdict: entry.verdict.as_deref().map(text),
        reason: text(&entry.reason),
        link: entry.link.as_deref().map(text),
        expires: entry.expires.as_deref().map(text),
        state: Mark::named(&entry.state),
        says: (!is_calm).then(|| text(&says(entry))),
        by: entry.by.len(),
    }
}

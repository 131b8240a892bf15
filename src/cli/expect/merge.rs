//! The new text of a file of expectations, from the old one and what a run came to.
//!
//! What is not touched stays as it is written, comments included. Whether an entry is past its last
//! day does not matter here: only its owner can say that it holds on.

use glob::Pattern;

use crate::check::Day;
use crate::check::Ending;
use crate::check::Expectation;
use crate::check::State;
use crate::report::fuzz::Found;
use crate::report::fuzz::harmless;
use crate::run::CheckEntry;
use crate::verdict::Verdict;

use super::document::Document;

/// The reason of an entry that nobody has looked at yet.
const UNREAD: &str = "to be looked into";

/// What a run came to.
#[derive(Debug)]
pub(super) enum Came {
    /// How every check ended.
    Checks(Vec<CheckEntry>),
    /// What a campaign found.
    Findings(Vec<Found>),
}

/// A file of expectations as it will be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// Its text.
    pub(super) text: String,
    /// How many entries stay.
    pub(super) kept: usize,
    /// The globs of those that go.
    pub(super) dropped: Vec<String>,
    /// The globs of those that are new.
    pub(super) added: Vec<String>,
    /// The globs of those that stay though there is nothing that they match.
    pub(super) unmatched: Vec<String>,
}

/// An entry that is needed and not there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Need {
    /// `check` or `finding`.
    pub(super) key: &'static str,
    /// What it is about.
    pub(super) glob: String,
    /// How it ended.
    pub(super) verdict: Option<String>,
    /// Why it is left alone.
    pub(super) reason: String,
    /// Where more is to be read.
    pub(super) link: Option<String>,
    /// The last day on which it holds.
    pub(super) expires: Option<Day>,
}

/// The file with these entries and this text, in line with a run.
pub(super) fn merge(mut document: Document, entries: &[Expectation], came: &Came) -> Merged {
    let states: Vec<_> = entries.iter().map(|entry| came.state_of(entry)).collect();
    let of = |wanted: State| {
        let pairs = entries.iter().zip(&states);
        let those = pairs.filter(|(_, state)| **state == Some(wanted));
        those.map(|(entry, _)| entry.glob().to_owned()).collect()
    };
    let places = states.iter().enumerate();
    let passed = places.filter(|(_, state)| **state == Some(State::Passed));
    let passed: Vec<usize> = passed.map(|(place, _)| place).collect();
    document.remove(&passed);
    let needs = came.needs(entries);
    for need in &needs {
        document.add(need);
    }
    Merged {
        text: document.text(),
        kept: entries.len() - passed.len(),
        dropped: of(State::Passed),
        added: needs.into_iter().map(|need| need.glob).collect(),
        unmatched: of(State::Unmatched),
    }
}

impl Came {
    /// What came of an entry; `None` where the run says nothing of it. That a campaign does not find
    /// something proves nothing.
    fn state_of(&self, entry: &Expectation) -> Option<State> {
        match self {
            Self::Checks(checks) if entry.is_of_checks() => {
                let endings: Vec<_> = checks.iter().map(ending).collect();
                Some(entry.state(Day::default(), &endings).0)
            }
            _ => None,
        }
    }

    /// The entries that are needed, and are not among these.
    fn needs(&self, entries: &[Expectation]) -> Vec<Need> {
        match self {
            Self::Checks(checks) => checks
                .iter()
                .filter(|check| is_needed(check, entries))
                .map(of_check)
                .collect(),
            Self::Findings(findings) => of_findings(findings, entries),
        }
    }
}

fn is_needed(check: &CheckEntry, entries: &[Expectation]) -> bool {
    let end = ending(check);
    let is_there =
        |entry: &Expectation| entry.takes(&end.id) && entry.covers(end.verdict, end.gates);
    end.gates && !entries.iter().any(is_there)
}

/// How a check ended, as a record says. What was left out and what could not be put are one there.
fn ending(check: &CheckEntry) -> Ending {
    let word = check.in_fact();
    let verdict = Verdict::ALL.into_iter().find(|it| it.word() == word);
    let verdict = verdict.unwrap_or(Verdict::Known);
    Ending {
        id: check.id.clone(),
        verdict,
        gates: check.gates || check.verdict == Verdict::Known.word(),
        selected: verdict != Verdict::Skipped,
    }
}

fn of_check(check: &CheckEntry) -> Need {
    let can_be_expected = [Verdict::Fail, Verdict::Warn, Verdict::Flaky, Verdict::Error];
    let verdict = ending(check).verdict;
    let known = check.known.as_ref();
    let reason = check.reason.as_deref().filter(|_| known.is_some());
    Need {
        key: "check",
        glob: Pattern::escape(&check.id),
        verdict: can_be_expected
            .contains(&verdict)
            .then(|| verdict.to_string()),
        reason: reason.map_or_else(|| unread(check), harmless),
        link: known.and_then(|known| known.link.clone()),
        expires: known.and_then(|known| known.expires.as_ref()?.parse().ok()),
    }
}

fn unread(check: &CheckEntry) -> String {
    match &check.violated {
        Some(requirement) => harmless(&format!("{UNREAD}: {requirement}")),
        None => UNREAD.to_owned(),
    }
}

/// One for each group: signatures differ from one campaign to the next.
fn of_findings(findings: &[Found], entries: &[Expectation]) -> Vec<Need> {
    let is_there = |found: &Found| entries.iter().any(|it| it.takes_finding(found.names()));
    let mut needs: Vec<Need> = Vec::new();
    for found in findings.iter().filter(|found| !is_there(found)) {
        let glob = Pattern::escape(&found.group);
        if needs.iter().all(|need| need.glob != glob) {
            needs.push(Need {
                key: "finding",
                glob,
                verdict: None,
                reason: harmless(&format!("{UNREAD}: {}", found.detail)),
                link: None,
                expires: None,
            });
        }
    }
    needs
}

#[cfg(test)]
mod tests;

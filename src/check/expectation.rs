//! Expectations: what a team knows to be wrong with its registry and does not mend now.
//!
//! An entry names checks of the suite or findings of a campaign by a glob, and says why they are
//! left alone. It is a value: who hands it over has read a file and knows what day it is. Nothing
//! here knows how a run or a campaign goes about its work.

mod day;
mod file;
mod state;

pub use day::Day;
pub use day::NoDay;
pub use file::BadExpectations;
pub use file::Flaw;
pub use file::KEY;
pub use state::Ending;
pub use state::State;

use glob::Pattern;

use crate::verdict::Verdict;

/// What is expected to be wrong.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    /// The entries, in the order of their file.
    pub entries: Vec<Expectation>,
    /// The day on which they are read, by which they expire.
    pub today: Day,
    /// Whether one that does not hold any more makes the run fail.
    pub strict: bool,
}

/// What is expected to be wrong, and why it is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// What it is about.
    pub subject: Subject,
    /// How the checks are expected to end; `None` for any end that gates.
    pub verdict: Option<Verdict>,
    /// Why it is left alone; never empty.
    pub reason: String,
    /// Where more is to be read.
    pub link: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Day>,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Checks: by their ids, the axes behind `@` included.
    Check(Pattern),
    /// Findings: by their signatures, their groups or their rules.
    Finding(Pattern),
}

/// What tells a finding.
#[derive(Debug, Clone, Copy)]
pub struct FindingNames<'a> {
    /// What tells it from all others.
    pub signature: &'a str,
    /// `rule: route => class`.
    pub group: &'a str,
    /// The rule that is broken.
    pub rule: &'a str,
}

impl Expectations {
    /// The place of the first entry in force by which a check may end so.
    pub fn of_check(&self, id: &str, verdict: Verdict, gates: bool) -> Option<usize> {
        self.entries
            .iter()
            .position(|it| self.is_in_force(it) && it.takes(id) && it.covers(verdict, gates))
    }

    /// The place of the first entry in force that takes a finding.
    pub fn of_finding(&self, names: FindingNames<'_>) -> Option<usize> {
        self.entries
            .iter()
            .position(|it| self.is_in_force(it) && it.takes_finding(names))
    }

    /// Whether any entry in force takes this check, however it ends.
    pub fn may_know(&self, id: &str) -> bool {
        self.entries
            .iter()
            .any(|it| self.is_in_force(it) && it.takes(id))
    }

    fn is_in_force(&self, entry: &Expectation) -> bool {
        !entry.has_expired(self.today)
    }
}

impl Expectation {
    /// The glob of what it is about.
    pub fn glob(&self) -> &str {
        let (Subject::Check(pattern) | Subject::Finding(pattern)) = &self.subject;
        pattern.as_str()
    }

    /// Whether it is about checks.
    pub fn is_of_checks(&self) -> bool {
        matches!(self.subject, Subject::Check(_))
    }

    /// Whether it is about the check of this id.
    pub fn takes(&self, id: &str) -> bool {
        matches!(&self.subject, Subject::Check(pattern) if pattern.matches(id))
    }

    /// Whether it is about this finding.
    pub fn takes_finding(&self, names: FindingNames<'_>) -> bool {
        let Subject::Finding(pattern) = &self.subject else {
            return false;
        };
        [names.signature, names.group, names.rule]
            .iter()
            .any(|name| pattern.matches(name))
    }

    /// Whether a check ends as it says: so, or in any way that gates.
    pub fn covers(&self, verdict: Verdict, gates: bool) -> bool {
        match self.verdict {
            Some(expected) => expected == verdict,
            None => gates,
        }
    }

    /// Whether `today` is behind its last day.
    pub fn has_expired(&self, today: Day) -> bool {
        self.expires.is_some_and(|last| today > last)
    }
}

#[cfg(test)]
mod tests;

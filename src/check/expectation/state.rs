//! What came of an expectation in a run: whether it still holds.

use crate::verdict::Verdict;

use super::Day;
use super::Expectation;

/// What came of an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Something ended as it says.
    Met,
    /// All that it is about passed, as far as it could be judged at all.
    Passed,
    /// Its last day is over; what it is about gates again.
    Expired,
    /// There is nothing that it is about.
    Unmatched,
    /// What it is about was not selected.
    NotSelected,
    /// Some of what it is about was not judged, or may well pass now and then.
    Open,
    /// What it is about went wrong in another way.
    Otherwise,
}

/// How a check ended, as far as an expectation asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The check.
    pub id: String,
    /// How it ended, whatever was expected.
    pub verdict: Verdict,
    /// Whether that gates, or would if it were not known.
    pub gates: bool,
    /// Whether it was selected.
    pub selected: bool,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Met,
        Self::Passed,
        Self::Expired,
        Self::Unmatched,
        Self::NotSelected,
        Self::Open,
        Self::Otherwise,
    ];

    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Passed => "passed",
            Self::Expired => "expired",
            Self::Unmatched => "unmatched",
            Self::NotSelected => "not-selected",
            Self::Open => "open",
            Self::Otherwise => "otherwise",
        }
    }

    /// Whether the entry is out of date: somebody has to look at it.
    pub const fn is_out_of_date(self) -> bool {
        matches!(self, Self::Passed | Self::Expired | Self::Unmatched)
    }
}

impl Expectation {
    /// What came of it, given how every check of the suite ended, and the ids of those that say so.
    pub fn state(&self, today: Day, endings: &[Ending]) -> (State, Vec<String>) {
        let about: Vec<_> = endings.iter().filter(|end| self.takes(&end.id)).collect();
        let ids = |wanted: &dyn Fn(&Ending) -> bool| {
            let chosen = about.iter().filter(|end| wanted(end));
            chosen.map(|end| end.id.clone()).collect::<Vec<_>>()
        };
        let met = ids(&|end| self.covers(end.verdict, end.gates));
        let passed = ids(&|end| end.verdict == Verdict::Pass);
        let otherwise = ids(&|end| is_unwell(end.verdict));
        // What nobody asked may be what the entry is there for.
        let is_open = about
            .iter()
            .any(|end| matches!(end.verdict, Verdict::Skipped | Verdict::Blocked));
        if self.has_expired(today) {
            (State::Expired, met)
        } else if about.is_empty() {
            (State::Unmatched, Vec::new())
        } else if about.iter().all(|end| !end.selected) {
            (State::NotSelected, Vec::new())
        } else if !met.is_empty() {
            (State::Met, met)
        } else if !otherwise.is_empty() {
            (State::Otherwise, otherwise)
        } else if passed.is_empty() || is_open || self.verdict == Some(Verdict::Flaky) {
            (State::Open, Vec::new())
        } else {
            (State::Passed, passed)
        }
    }
}

/// Whether something is wrong with it. What is blocked may be sound.
fn is_unwell(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Fail | Verdict::Warn | Verdict::Flaky | Verdict::Error
    )
}

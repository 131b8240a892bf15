//! Verdicts, states and levels as words, and as the class by which `style.css` knows their sign and
//! colour.
//!
//! A class comes from here alone: a record says which word, never what stands in the markup.

use serde::Serialize;

use crate::catalogue::Level;
use crate::verdict::Verdict;

/// How something ended, to be seen at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Mark {
    /// The word for it.
    pub(super) word: &'static str,
    /// Its class.
    pub(super) class: &'static str,
}

/// The states that are no verdicts: as the record has them, as the page says them.
const STATES: &[(&str, &str)] = &[
    ("conformant", "conformant"),
    ("held", "held"),
    ("supported", "supported"),
    ("met", "met"),
    ("unbroken", "not seen broken"),
    ("violated", "violated"),
    ("untested", "untested"),
    ("unknown", "unknown"),
    ("passed", "passes"),
    ("expired", "expired"),
    ("unmatched", "unmatched"),
    ("otherwise", "otherwise"),
    ("not-selected", "not selected"),
    ("open", "open"),
];

impl Mark {
    /// That of a verdict.
    pub(super) const fn of(verdict: Verdict) -> Self {
        Self {
            word: verdict.word(),
            class: verdict.word(),
        }
    }

    /// Where reports have it among the others.
    pub(super) fn place(self) -> Option<usize> {
        Verdict::ALL.iter().position(|it| it.word() == self.word)
    }

    /// That of a word of the record: a verdict or a state.
    pub(super) fn named(word: &str) -> Self {
        if let Some(verdict) = Verdict::ALL.into_iter().find(|it| it.word() == word) {
            return Self::of(verdict);
        }
        let state = STATES.iter().find(|(name, _)| *name == word);
        let (class, word) = state.copied().unwrap_or(("strange", "not known"));
        Self { word, class }
    }
}

/// The level of this name, or `none` where nobody knows it.
pub(super) fn level(word: &str) -> String {
    let known = Level::ALL.iter().map(ToString::to_string);
    known
        .into_iter()
        .find(|level| level == word)
        .unwrap_or_else(|| "none".to_owned())
}

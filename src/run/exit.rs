//! What a record means for those who gate on it.

use crate::verdict::Verdict;

use super::Record;

/// Whether a run passes its gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gating {
    /// Something was judged, and nothing that gates is wrong.
    Passed,
    /// Something that gates is wrong.
    Violated,
    /// Nothing was judged: no check passed, failed, warned or was flaky. That it is known that nobody
    /// answers judges nothing.
    NothingRan,
}

/// Whether the run passes.
pub fn gating(record: &Record) -> Gating {
    if record.checks.iter().any(|check| check.gates) {
        return Gating::Violated;
    }
    let judged = |word: &str| {
        Verdict::ALL
            .iter()
            .any(|verdict| verdict.is_judgement() && verdict.word() == word)
    };
    if record.checks.iter().any(|check| judged(check.in_fact())) {
        return Gating::Passed;
    }
    Gating::NothingRan
}

//! Causes for the page, heaviest first, each with the check that shows it best.

use std::cmp::Reverse;

use serde::Serialize;

use crate::report::clean;
use crate::report::grouped;
use crate::report::words;
use crate::run::CauseEntry;
use crate::run::CheckEntry;
use crate::run::Record;

use super::checks;
use super::mark::Mark;
use super::mark::level;
use super::requirements;
use super::requirements::Named;

/// How many checks of a cause are named.
const NAMED: usize = 12;

/// A cause, and what it explains.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    level: String,
    title: String,
    requirement: Option<Named>,
    gates: bool,
    /// Whether nothing is left of it but what is known.
    known: bool,
    /// How many checks it explains, those apart that it keeps from being asked.
    explains: usize,
    blocked: usize,
    expected: Option<String>,
    actual: Option<String>,
    /// The first of its checks, and how many there are besides.
    checks: Vec<Link>,
    more: usize,
    /// The aliases and ids of other requirements that it breaks.
    also: Vec<Named>,
}

/// A check to go to.
#[derive(Debug, Serialize)]
struct Link {
    anchor: String,
    id: String,
    mark: Mark,
}

/// The causes in the order in which they are shown, each with its checks, best first.
pub(super) fn ordered(record: &Record) -> Vec<(&CauseEntry, Vec<&CheckEntry>)> {
    let mut causes: Vec<_> = record
        .causes
        .iter()
        .map(|cause| (cause, grouped::explained(record, cause)))
        .collect();
    causes.sort_by_key(|(cause, checks)| {
        (
            !cause.gates,
            words::weight(&cause.level),
            Reverse(checks.len()),
        )
    });
    causes
}

/// A cause for the page.
pub(super) fn cause(record: &Record, cause: &CauseEntry, checks: &[&CheckEntry]) -> Cause {
    let blocked = checks.iter().filter(|it| grouped::is_blocked(it)).count();
    let best = checks.first();
    let text = |text: Option<&str>| text.map(|text| clean::cut(text, 600).into_owned());
    let also = cause.also.iter().take(NAMED);
    Cause {
        level: level(&cause.level),
        title: clean::cut(&cause.title, 400).into_owned(),
        requirement: cause
            .requirement
            .as_deref()
            .map(|id| requirements::named(record, id)),
        gates: cause.gates,
        known: !cause.gates && grouped::is_known(checks),
        explains: checks.len() - blocked,
        blocked,
        expected: best.and_then(|check| text(check.expected.as_deref())),
        actual: best.and_then(|check| text(check.actual.as_deref().or(check.reason.as_deref()))),
        checks: checks.iter().take(NAMED).map(|check| link(check)).collect(),
        more: checks.len().saturating_sub(NAMED),
        also: also.map(|id| requirements::named(record, id)).collect(),
    }
}

fn link(check: &CheckEntry) -> Link {
    Link {
        anchor: checks::anchor(&check.id),
        id: clean::cut(&check.id, 200).into_owned(),
        mark: Mark::named(&check.verdict),
    }
}

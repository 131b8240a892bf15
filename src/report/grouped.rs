//! What is wrong, in the order in which reports for people show it.
//!
//! What gates, or breaks a must or an expected, is a violation; the rest is a recommendation.
//! Nothing is decided here: what gates is in the record.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::run::CauseEntry;
use crate::run::CheckEntry;
use crate::run::ConcernEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::words;

/// A cause, and the checks that it explains, the one that shows it best first.
pub(super) type Explained<'a> = (&'a CauseEntry, Vec<&'a CheckEntry>);

/// The causes of a record that are not merely known.
#[derive(Debug)]
pub(super) struct Causes<'a> {
    /// What gates, or breaks a must or an expected; heaviest first.
    pub(super) violations: Vec<Explained<'a>>,
    /// The others.
    pub(super) recommendations: Vec<Explained<'a>>,
}

/// The causes of a record, in two heaps.
pub(super) fn causes(record: &Record) -> Causes<'_> {
    let (mut violations, mut recommendations) = (Vec::new(), Vec::new());
    for cause in &record.causes {
        let checks = explained(record, cause);
        if !cause.gates && is_known(&checks) {
            continue;
        }
        let heavy = words::weight(&cause.level) < words::weight("should");
        let heap = if cause.gates || heavy {
            &mut violations
        } else {
            &mut recommendations
        };
        heap.push((cause, checks));
    }
    violations.sort_by_key(|(cause, checks)| {
        (
            !cause.gates,
            words::weight(&cause.level),
            Reverse(checks.len()),
        )
    });
    Causes {
        violations,
        recommendations,
    }
}

/// The checks of a cause, the one that shows it best first.
pub(super) fn explained<'a>(record: &'a Record, cause: &CauseEntry) -> Vec<&'a CheckEntry> {
    let place = |check: &CheckEntry| cause.checks.iter().position(|id| *id == check.id);
    let mut checks: Vec<_> = record
        .checks
        .iter()
        .filter(|check| check.cause.as_ref() == Some(&cause.id) || place(check).is_some())
        .collect();
    let known = |check: &CheckEntry| check.verdict == Verdict::Known.word();
    checks.sort_by_key(|check| {
        (
            is_blocked(check),
            known(check),
            place(check).unwrap_or(usize::MAX),
        )
    });
    checks
}

/// Whether nothing is left but what is known, and what that blocks.
pub(super) fn is_known(checks: &[&CheckEntry]) -> bool {
    let known = |check: &&CheckEntry| check.verdict == Verdict::Known.word();
    let rest = || checks.iter().copied().filter(|check| !known(check));
    checks.iter().any(known) && rest().all(is_blocked)
}

/// What a cause does to its checks, in words: it explains those that failed. Where none did, it keeps
/// them from being asked, and nothing is said of what they ask.
pub(super) fn effect(checks: &[&CheckEntry]) -> String {
    let blocked = checks.iter().filter(|check| is_blocked(check)).count();
    match checks.len() - blocked {
        0 => format!("blocks {}", words::count(blocked, "check")),
        explained => format!("explains {}", words::count(explained, "check")),
    }
}

/// Whether a check was never put, because what it needs is broken.
pub(super) fn is_blocked(check: &CheckEntry) -> bool {
    check.verdict == Verdict::Blocked.word()
}

/// Checks that gate though no cause that gates has them: a gate must never be left unsaid.
pub(super) fn unexplained(record: &Record) -> Vec<&CheckEntry> {
    let causes: Vec<_> = record.causes.iter().filter(|cause| cause.gates).collect();
    let explained: BTreeSet<&str> = causes
        .iter()
        .flat_map(|cause| &cause.checks)
        .map(String::as_str)
        .collect();
    let ids: BTreeSet<&str> = causes.iter().map(|cause| cause.id.as_str()).collect();
    let has_cause = |check: &CheckEntry| {
        let cause = check.cause.as_deref();
        explained.contains(check.id.as_str()) || cause.is_some_and(|id| ids.contains(id))
    };
    let checks = record.checks.iter();
    checks
        .filter(|check| check.gates && !has_cause(check))
        .collect()
}

/// Concerns by requirement, without those that one of these causes covers already.
pub(super) fn concerns<'a>(
    record: &'a Record,
    causes: &[Explained<'_>],
) -> BTreeMap<&'a str, Vec<(&'a CheckEntry, &'a ConcernEntry)>> {
    let listed: BTreeSet<&str> = causes
        .iter()
        .filter_map(|(cause, _)| cause.requirement.as_deref())
        .collect();
    let mut found: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for check in &record.checks {
        for concern in &check.concerns {
            if !listed.contains(concern.requirement.as_str()) {
                found
                    .entry(&concern.requirement)
                    .or_default()
                    .push((check, concern));
            }
        }
    }
    found
}

/// The checks whose failures are known.
pub(super) fn known(record: &Record) -> impl Iterator<Item = &CheckEntry> {
    let checks = record.checks.iter();
    checks.filter(|check| check.verdict == Verdict::Known.word())
}

/// Why a check is not as it should be, in its own words.
pub(super) fn why(check: &CheckEntry) -> &str {
    let reason = check.reason.as_deref().or(check.actual.as_deref());
    reason.unwrap_or("no reason given")
}

//! The entries of requirements: which held, which are violated, which nobody tested.

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::requirements;
use crate::check::Feature;
use crate::check::FeatureState;
use crate::check::Section;
use crate::run::Case;
use crate::run::CheckEntry;
use crate::run::RequirementEntry;
use crate::suite::ROLL_UPS;
use crate::suite::roll_up;
use crate::suite::untestable;
use crate::verdict::Verdict;

use super::sums;
use super::sums::State;

/// What the entries follow from.
#[derive(Debug)]
pub(in crate::run) struct Basis<'r> {
    pub(in crate::run) spec: Version,
    pub(in crate::run) sections: &'r [&'static Section],
    /// Every check, put or not.
    pub(in crate::run) checks: &'r [CheckEntry],
    pub(in crate::run) features: &'r [(Feature, FeatureState)],
    /// What came of the features that the user says are there.
    pub(in crate::run) claimed: State,
}

/// What became of every requirement that the version has.
pub(in crate::run) fn requirement_entries(basis: &Basis<'_>) -> Vec<RequirementEntry> {
    let mut entries = own_entries(basis);
    for roll_up in ROLL_UPS {
        sums::settle(roll_up, basis, &mut entries);
    }
    entries
}

/// What became of each by itself; those that sum up others are left open.
fn own_entries(basis: &Basis<'_>) -> Vec<RequirementEntry> {
    let spec = basis.spec;
    let cases = Case::all(basis.sections);
    requirements()
        .filter_map(|row| row.level(spec).map(|level| (row, level)))
        .map(|(row, level)| {
            let covering = cases.iter().filter(|case| tests(case, row));
            let (state, reason) = state(row, basis.checks);
            RequirementEntry {
                id: row.id.to_owned(),
                alias: row.alias.to_owned(),
                level: level.to_string(),
                section: row.heading.url(spec),
                state: state.to_owned(),
                checks: covering.map(|case| case.id.clone()).collect(),
                reason,
            }
        })
        .collect()
}

/// Whether a case tests a requirement: by demands in its name or, where it sums up others, by
/// being one of those that it sums up.
fn tests(case: &Case, row: &Requirement) -> bool {
    case.check.covers.contains(&row)
        || roll_up(row).is_some_and(|sum| sum.takes(case.section, case.check))
}

/// Violated if any check says so; held if one that covers it came to its end.
fn state(row: &'static Requirement, checks: &[CheckEntry]) -> State {
    if checks.iter().any(|check| violates(check, row)) {
        return ("violated", None);
    }
    let covering = || {
        let covers = |check: &&CheckEntry| check.requirements.iter().any(|id| id == row.id);
        checks.iter().filter(covers)
    };
    if covering().any(|check| ended(check, &[Verdict::Pass, Verdict::Warn])) {
        return ("held", None);
    }
    // Why one that was put says nothing of it goes before why another was not put at all.
    let is_skipped = |check: &CheckEntry| ended(check, &[Verdict::Skipped]);
    let best = covering().find(|check| !is_skipped(check));
    let reason = best
        .or_else(|| covering().next())
        .map(|check| match own_reason(check) {
            None => format!("{} stopped before it", check.id),
            Some(reason) => reason.to_owned(),
        })
        .or_else(|| untestable(row).map(|reason| format!("not testable from outside: {reason}")))
        .unwrap_or_else(|| "no check covers it yet".to_owned());
    ("untested", Some(reason))
}

/// What the run has to say of an end, whatever was expected.
fn own_reason(check: &CheckEntry) -> Option<&str> {
    match &check.known {
        Some(known) => known.detail.as_deref(),
        None => check.reason.as_deref(),
    }
}

fn ended(check: &CheckEntry, so: &[Verdict]) -> bool {
    so.iter().any(|verdict| verdict.word() == check.in_fact())
}

fn violates(check: &CheckEntry, row: &Requirement) -> bool {
    let judged = ended(check, &[Verdict::Fail, Verdict::Warn, Verdict::Flaky]);
    let violated = check.violated.iter().filter(|_| judged);
    let concerns = check.concerns.iter().map(|concern| &concern.requirement);
    violated.chain(concerns).any(|id| id == row.id)
}

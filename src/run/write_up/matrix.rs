//! The entries of requirements: which held, which are violated, which nobody tested.

use crate::catalogue::Requirement;
use crate::catalogue::requirements;
use crate::run::Case;
use crate::run::RequirementEntry;
use crate::run::examine::Ended;
use crate::suite::ROLL_UPS;
use crate::suite::roll_up;
use crate::suite::untestable;
use crate::verdict::Verdict;

use super::Finished;
use super::sums;

/// What became of every requirement that `spec` has.
pub(super) fn requirement_entries(run: &Finished<'_>) -> Vec<RequirementEntry> {
    let mut entries = own_entries(run);
    for roll_up in ROLL_UPS {
        sums::settle(roll_up, run, &mut entries);
    }
    entries
}

/// What became of each by itself; those that sum up others are left open.
fn own_entries(run: &Finished<'_>) -> Vec<RequirementEntry> {
    let spec = run.settings.world.spec;
    let cases = Case::all(run.sections);
    requirements()
        .filter_map(|row| row.level(spec).map(|level| (row, level)))
        .map(|(row, level)| {
            let covering = cases.iter().filter(|case| tests(case, row));
            let (state, reason) = state(row, run);
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
fn state(row: &'static Requirement, run: &Finished<'_>) -> (&'static str, Option<String>) {
    let Finished { ended, plan, .. } = run;
    if ended.iter().any(|end| violates(end, row)) {
        return ("violated", None);
    }
    let covering = || {
        ended
            .iter()
            .filter(|end| end.case.check.covers.contains(&row))
    };
    if covering().any(|end| matches!(end.in_fact(), Verdict::Pass | Verdict::Warn)) {
        return ("held", None);
    }
    let reason = covering()
        .map(|end| match end.reason.as_str() {
            "" => format!("{} stopped before it", end.case.id),
            reason => reason.to_owned(),
        })
        .next()
        .or_else(|| {
            let skipped = |(case, _): &&(Case, String)| case.check.covers.contains(&row);
            plan.skipped
                .iter()
                .find(skipped)
                .map(|(_, reason)| reason.clone())
        })
        .or_else(|| untestable(row).map(|reason| format!("not testable from outside: {reason}")))
        .unwrap_or_else(|| "no check covers it yet".to_owned());
    ("untested", Some(reason))
}

fn violates(ended: &Ended, row: &Requirement) -> bool {
    let judged = matches!(
        ended.in_fact(),
        Verdict::Fail | Verdict::Warn | Verdict::Flaky
    );
    let broken = ended
        .violation
        .iter()
        .filter(|_| judged)
        .chain(&ended.concerns);
    broken
        .into_iter()
        .any(|violation| violation.requirement == row)
}

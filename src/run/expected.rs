//! Expectations in a run: which ends are known, and what came of each entry.

use crate::check::Ending;
use crate::check::Expectation;
use crate::check::Expectations;
use crate::check::State;
use crate::verdict::Verdict;

use super::Case;
use super::CheckEntry;
use super::ExpectationEntry;
use super::ExpectationsEntry;
use super::KnownEntry;
use super::Plan;
use super::Settings;
use super::cause::Facts;
use super::cause::gates;
use super::examine::Ended;
use super::examine::Known;

/// Says of an end that it is known, if it is. A fault of plimsoll's own never is. What is blocked is
/// taken to gate.
pub(super) fn mark(ended: &mut Ended, settings: &Settings) {
    if ended.is_bug || ended.known.is_some() {
        return;
    }
    let spec = settings.world.spec;
    let gates = gates(&Facts::of(ended, spec), &[], spec, settings.fail_on);
    let expectations = &settings.expectations;
    if let Some(entry) = expectations.of_check(&ended.case.id, ended.verdict, gates) {
        ended.known = Some(Known {
            verdict: ended.verdict,
            gates,
            entry,
        });
        ended.verdict = Verdict::Known;
    }
}

/// The same for all ends of a run. What is blocked comes last: it does not gate where what blocks
/// it is known.
pub(super) fn mark_all(ended: &mut [Ended], settings: &Settings) {
    if settings.expectations.entries.is_empty() {
        return;
    }
    let is_blocked = |end: &Ended| end.verdict == Verdict::Blocked;
    for end in ended.iter_mut().filter(|end| !is_blocked(end)) {
        mark(end, settings);
    }
    let (spec, fail_on) = (settings.world.spec, settings.fail_on);
    let facts: Vec<_> = ended.iter().map(|end| Facts::of(end, spec)).collect();
    let gating: Vec<bool> = facts
        .iter()
        .zip(&*ended)
        .map(|(fact, end)| is_blocked(end) && gates(fact, &facts, spec, fail_on))
        .collect();
    for (end, _) in ended.iter_mut().zip(gating).filter(|(_, gates)| *gates) {
        mark(end, settings);
    }
}

/// Whether a case that is blocked may turn out not to gate: because it is expected, or because a
/// check is that breaks what blocks it. Until all have ended nobody knows better.
pub(super) fn may_be_known(ended: &Ended, plan: &Plan, expectations: &Expectations) -> bool {
    let blocking = ended.violation.as_ref().map(|broken| broken.requirement);
    let covers = |case: &Case| {
        let mut rows = case.check.covers.iter();
        rows.any(|row| Some(*row) == blocking) && expectations.may_know(&case.id)
    };
    ended.verdict == Verdict::Blocked
        && (expectations.may_know(&ended.case.id) || plan.cases.iter().any(covers))
}

/// An entry of the record as one of a known end.
pub(super) fn as_known(entry: CheckEntry, known: Known, expectations: &Expectations) -> CheckEntry {
    let Some(expectation) = expectations.entries.get(known.entry) else {
        return entry;
    };
    CheckEntry {
        known: Some(KnownEntry {
            ended: known.verdict.to_string(),
            glob: expectation.glob().to_owned(),
            link: expectation.link.clone(),
            expires: expectation.expires.map(|day| day.to_string()),
            detail: entry.reason,
        }),
        reason: Some(expectation.reason.clone()),
        ..entry
    }
}

/// What came of the expectations about checks; `None` where there is none.
pub(super) fn came_of(
    settings: &Settings,
    plan: &Plan,
    ended: &[Ended],
) -> Option<ExpectationsEntry> {
    let expectations = &settings.expectations;
    let endings = endings(settings, plan, ended);
    let about_checks = expectations.entries.iter().filter(|it| it.is_of_checks());
    let entries: Vec<_> = about_checks
        .map(|it| {
            let (state, ids) = it.state(expectations.today, &endings);
            ExpectationEntry::new(it, state, ids)
        })
        .collect();
    (!entries.is_empty()).then_some(ExpectationsEntry {
        strict: expectations.strict,
        entries,
    })
}

fn endings(settings: &Settings, plan: &Plan, ended: &[Ended]) -> Vec<Ending> {
    let (spec, fail_on) = (settings.world.spec, settings.fail_on);
    let facts: Vec<_> = ended.iter().map(|end| Facts::of(end, spec)).collect();
    let asked = ended.iter().zip(&facts).map(|(end, fact)| Ending {
        id: end.case.id.clone(),
        verdict: end.in_fact(),
        gates: match end.known {
            Some(known) => known.gates,
            None => gates(fact, &facts, spec, fail_on),
        },
        selected: true,
    });
    let left_out = plan.skipped.iter().map(|(case, _)| Ending {
        id: case.id.clone(),
        // What this version does not ask for says nothing, and never will.
        verdict: match case.check.level(spec) {
            Some(_) => Verdict::Skipped,
            None => Verdict::Unsupported,
        },
        gates: false,
        selected: false,
    });
    asked.chain(left_out).collect()
}

impl CheckEntry {
    /// The word of the verdict with which it ended, whatever was expected.
    pub fn in_fact(&self) -> &str {
        let known = self.known.as_ref().map(|known| known.ended.as_str());
        known.unwrap_or(&self.verdict)
    }
}

impl ExpectationEntry {
    /// What came of an expectation, and the checks or findings that say so.
    pub fn new(of: &Expectation, state: State, by: Vec<String>) -> Self {
        Self {
            glob: of.glob().to_owned(),
            verdict: of.verdict.map(|verdict| verdict.to_string()),
            reason: of.reason.clone(),
            link: of.link.clone(),
            expires: of.expires.map(|day| day.to_string()),
            state: state.word().to_owned(),
            by,
        }
    }

    /// Whether somebody has to look at it.
    pub fn is_out_of_date(&self) -> bool {
        State::ALL
            .iter()
            .any(|state| state.word() == self.state && state.is_out_of_date())
    }
}

impl ExpectationsEntry {
    /// The entries that somebody has to look at.
    pub fn out_of_date(&self) -> impl Iterator<Item = &ExpectationEntry> {
        self.entries.iter().filter(|entry| entry.is_out_of_date())
    }

    /// Whether the run fails because of them.
    pub fn gates(&self) -> bool {
        self.strict && self.out_of_date().next().is_some()
    }
}

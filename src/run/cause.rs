//! What explains a group of failures: the requirement that all of them run into.

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::verdict::Verdict;

use super::CauseEntry;
use super::examine::Ended;

/// The causes of everything that is not well, heaviest first, and which of them explains which
/// case.
///
/// Checks that break one requirement have one cause, and those that are blocked by it belong to it.
/// A check that could not be put belongs to a cause of its own kind: all that have the same
/// trouble.
pub(super) fn causes(
    ended: &[Ended],
    spec: Version,
    fail_on: Option<Level>,
) -> (Vec<CauseEntry>, Vec<Option<String>>) {
    let mut causes: Vec<CauseEntry> = Vec::new();
    let mut explained = Vec::with_capacity(ended.len());
    for end in ended {
        let Some(found) = cause_of(end, spec) else {
            explained.push(None);
            continue;
        };
        explained.push(Some(found.id.clone()));
        match causes.iter_mut().find(|cause| cause.id == found.id) {
            Some(cause) => join(cause, end, found),
            None => causes.push(found),
        }
    }
    for cause in &mut causes {
        let members = || {
            ended
                .iter()
                .zip(&explained)
                .filter(|(_, id)| id.as_ref() == Some(&cause.id))
        };
        cause.gates = members().any(|(end, _)| gates(end, ended, spec, fail_on));
        // The first shows it best, so those that failed go before those that are blocked.
        let blocked = |id: &String| {
            members().any(|(end, _)| end.case.id == *id && end.verdict == Verdict::Blocked)
        };
        cause.checks.sort_by_key(blocked);
    }
    causes.sort_by_key(|cause| (rank(&cause.level), std::cmp::Reverse(cause.checks.len())));
    (causes, explained)
}

/// Whether a case makes the run fail: by the level of what it broke, or of what it would have
/// judged. One that is blocked does not where the failure that blocks it is among `all`, and
/// counted there.
pub(super) fn gates(ended: &Ended, all: &[Ended], spec: Version, fail_on: Option<Level>) -> bool {
    let level = match ended.verdict {
        Verdict::Fail | Verdict::Warn | Verdict::Flaky => weight(ended, spec),
        Verdict::Blocked if is_counted(ended, all) => None,
        Verdict::Blocked | Verdict::Error => ended.case.check.level(spec),
        _ => None,
    };
    match (level, fail_on) {
        (Some(level), Some(least)) => level <= least,
        _ => false,
    }
}

/// Whether what blocks a case is a failure of another.
fn is_counted(blocked: &Ended, all: &[Ended]) -> bool {
    let requirement = |end: &Ended| end.violation.as_ref().map(|broken| broken.requirement);
    all.iter()
        .any(|end| end.verdict == Verdict::Fail && requirement(end) == requirement(blocked))
}

/// The level of what a case broke or, failing that, of the case.
fn weight(ended: &Ended, spec: Version) -> Option<Level> {
    let violated = ended
        .violation
        .as_ref()
        .and_then(|broken| broken.requirement.level(spec));
    violated.or_else(|| ended.case.check.level(spec))
}

fn cause_of(ended: &Ended, spec: Version) -> Option<CauseEntry> {
    let (id, title) = match (ended.verdict, &ended.violation) {
        (Verdict::Fail | Verdict::Warn | Verdict::Blocked, Some(violation)) => (
            violation.requirement.id.to_owned(),
            violation.requirement.sentence.to_owned(),
        ),
        (Verdict::Flaky, _) => (
            "flaky".to_owned(),
            "The registry changes its answers.".to_owned(),
        ),
        (Verdict::Error, _) => {
            let kind = ended
                .reason
                .split([':', ';'])
                .next()
                .unwrap_or_default()
                .to_owned();
            (format!("trouble: {kind}"), ended.reason.clone())
        }
        _ => return None,
    };
    let is_violation = !matches!(ended.verdict, Verdict::Error | Verdict::Flaky);
    Some(CauseEntry {
        requirement: is_violation.then(|| id.clone()),
        id,
        level: weight(ended, spec).unwrap_or(Level::May).to_string(),
        title,
        checks: vec![ended.case.id.clone()],
        gates: false,
    })
}

/// Adds a case to a cause.
fn join(cause: &mut CauseEntry, ended: &Ended, found: CauseEntry) {
    if rank(&found.level) < rank(&cause.level) {
        cause.level = found.level;
    }
    cause.checks.push(ended.case.id.clone());
}

fn rank(level: &str) -> usize {
    Level::ALL
        .iter()
        .position(|known| known.to_string() == level)
        .unwrap_or(Level::ALL.len())
}

//! What explains a group of failures: the requirement that all of them run into, or the one fault of
//! an operation that breaks several.

mod facts;
mod group;
mod symptom;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalogue::Level;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::verdict::Verdict;

use super::CauseEntry;

pub(super) use facts::Facts;
use group::groups;

/// The causes of everything that is not well, heaviest first, and which of them explains which
/// case.
///
/// Checks that break one requirement have one cause, and so have those that see the same symptom at
/// the same operation, whatever they conclude from it. Those that are blocked by it belong to it. A
/// check that could not be put belongs to a cause of its own kind: all that have the same trouble.
pub(super) fn causes(
    ended: &[Facts<'_>],
    spec: Version,
    fail_on: Option<Level>,
) -> (Vec<CauseEntry>, Vec<Option<String>>) {
    let mut explained = vec![None; ended.len()];
    let mut causes = Vec::new();
    for members in groups(ended) {
        let group: Vec<&Facts<'_>> = members.iter().map(|index| &ended[*index]).collect();
        let mut cause = cause_of(&group, spec);
        cause.id = unused(cause.id, &causes);
        cause.gates = group.iter().any(|end| gates(end, ended, spec, fail_on));
        for index in members {
            explained[index] = Some(cause.id.clone());
        }
        causes.push(cause);
    }
    causes.sort_by_key(|cause| (rank(&cause.level), Reverse(cause.checks.len())));
    (causes, explained)
}

/// The name of a cause, with a number behind it where one rule is broken in several ways.
fn unused(id: String, causes: &[CauseEntry]) -> String {
    let is_free = |id: &str| causes.iter().all(|cause| cause.id != id);
    let mut names = (2..).map(|number| format!("{id}-{number}"));
    if is_free(&id) {
        return id;
    }
    names
        .find(|name| is_free(name))
        .expect("numbers do not end")
}

/// Whether a case makes the run fail: by the level of what it broke, or of what it would have
/// judged. One that is blocked does not where the failure that blocks it is among `all`, and
/// counted there.
pub(super) fn gates(
    ended: &Facts<'_>,
    all: &[Facts<'_>],
    spec: Version,
    fail_on: Option<Level>,
) -> bool {
    let level = match ended.verdict {
        Verdict::Fail | Verdict::Warn | Verdict::Flaky => Some(weight(ended, spec)),
        Verdict::Blocked if is_counted(ended, all) => None,
        Verdict::Blocked | Verdict::Error => ended.level,
        _ => None,
    };
    match (level, fail_on) {
        (Some(level), Some(least)) => level <= least,
        _ => false,
    }
}

/// Whether what blocks a case is a failure of another, known or not.
fn is_counted(blocked: &Facts<'_>, all: &[Facts<'_>]) -> bool {
    let is_failure = |end: &Facts<'_>| match end.known {
        Some(known) => matches!(known, Verdict::Fail | Verdict::Warn | Verdict::Flaky),
        None => end.verdict == Verdict::Fail,
    };
    let is_same = |end: &Facts<'_>| end.requirement == blocked.requirement;
    blocked.requirement.is_some() && all.iter().any(|end| is_failure(end) && is_same(end))
}

/// The level of what a case broke or, failing that, of the case.
fn weight(ended: &Facts<'_>, spec: Version) -> Level {
    let violated = ended.requirement.and_then(|broken| broken.level(spec));
    violated.or(ended.level).unwrap_or(Level::May)
}

/// The cause of a group, which is never empty.
fn cause_of(group: &[&Facts<'_>], spec: Version) -> CauseEntry {
    let level = group.iter().map(|end| weight(end, spec)).min();
    // The first shows it best, so those that failed go before those that are blocked.
    let mut checks: Vec<&Facts<'_>> = group.to_vec();
    let head = head(group, spec);
    checks.sort_by_key(|end| (end.in_fact() == Verdict::Blocked, end.requirement != head));
    let (id, title) = match head {
        Some(row) => (row.id.to_owned(), row.sentence.to_owned()),
        None => without_requirement(group[0]),
    };
    CauseEntry {
        id,
        requirement: head.map(|row| row.id.to_owned()),
        also: also(group, head),
        level: level.unwrap_or(Level::May).to_string(),
        title,
        checks: checks.iter().map(|end| end.id.to_owned()).collect(),
        gates: false,
    }
}

/// The requirement that speaks for a group: the heaviest, and of these the one that most of its
/// members run into.
fn head(group: &[&Facts<'_>], spec: Version) -> Option<&'static Requirement> {
    let has_requirement =
        |end: &&&Facts<'_>| !matches!(end.in_fact(), Verdict::Flaky | Verdict::Error);
    let rows: Vec<_> = group
        .iter()
        .filter(has_requirement)
        .filter_map(|end| end.requirement)
        .collect();
    let count = |row: &Requirement| rows.iter().filter(|other| **other == row).count();
    rows.iter()
        .min_by_key(|row| (row.level(spec).unwrap_or(Level::May), Reverse(count(row))))
        .copied()
}

/// The other requirements that a group breaks, those that more of its members run into first.
fn also(group: &[&Facts<'_>], head: Option<&'static Requirement>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in group.iter().filter_map(|end| end.requirement) {
        if head.is_some_and(|head| head != row) {
            *counts.entry(row.id).or_default() += 1;
        }
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| Reverse(*count));
    rows.into_iter().map(|(id, _)| id.to_owned()).collect()
}

/// The name and the words of a cause that is no broken requirement.
fn without_requirement(ended: &Facts<'_>) -> (String, String) {
    if ended.in_fact() == Verdict::Flaky {
        let title = "The registry changes its answers.";
        return ("flaky".to_owned(), title.to_owned());
    }
    (format!("trouble: {}", kind(ended)), ended.reason.to_owned())
}

/// What kind of trouble a case met with: its reason without what is particular to it.
fn kind<'a>(ended: &Facts<'a>) -> &'a str {
    let kind = ended.reason.split([':', ';', '`']).next();
    kind.unwrap_or_default().trim()
}

fn rank(level: &str) -> usize {
    Level::ALL
        .iter()
        .position(|known| known.to_string() == level)
        .unwrap_or(Level::ALL.len())
}

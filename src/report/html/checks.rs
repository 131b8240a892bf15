//! Checks for the page: those that somebody should look at, whole, and a line for each of the rest.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::clean;
use crate::report::grouped;
use crate::report::words;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::exchange::Evidence;
use super::exchange::Room;
use super::mark::Mark;
use super::mark::level;
use super::requirements;
use super::requirements::Named;

/// A check in a line.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    /// What addresses it on the page.
    anchor: String,
    id: String,
    /// The last part of the id, where the rest stands above it.
    name: String,
    title: String,
    level: String,
    mark: Mark,
    /// The aliases of what it covers.
    aliases: Vec<String>,
    time: String,
    reason: Option<String>,
}

/// A check with everything that is known of it.
#[derive(Debug, Serialize)]
pub(super) struct Whole {
    #[serde(flatten)]
    line: Line,
    gates: bool,
    /// What it covers, what is broken first.
    requirements: Vec<Named>,
    /// Whether the first of them is what is broken.
    is_broken: bool,
    expected: Option<String>,
    actual: Option<String>,
    concerns: Vec<Concern>,
    known: Option<Known>,
    flaky: bool,
    /// The place of its cause among the causes, counted from 1.
    cause: Option<usize>,
    evidence: Evidence,
}

/// A recommendation that is not followed besides.
#[derive(Debug, Serialize)]
struct Concern {
    requirement: Named,
    expected: String,
    actual: String,
}

/// By what a failure is known.
#[derive(Debug, Serialize)]
struct Known {
    ended: Mark,
    glob: String,
    link: Option<String>,
    expires: Option<String>,
    detail: Option<String>,
}

/// Checks of one section that need no look.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    id: String,
    marks: Vec<(Mark, usize)>,
    lines: Vec<Line>,
}

/// What addresses a check on the page.
pub(super) fn anchor(id: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "/@._=+,-".contains(c);
    let id = id.chars().take(200);
    let id: String = id.map(|c| if harmless(c) { c } else { '_' }).collect();
    format!("check-{id}")
}

/// Whether somebody should look at it.
pub(super) fn needs_a_look(check: &CheckEntry) -> bool {
    let calm = [Verdict::Pass, Verdict::Unsupported, Verdict::Skipped];
    check.gates
        || !check.concerns.is_empty()
        || !calm.iter().any(|calm| calm.word() == check.verdict)
}

/// Those that somebody should look at. `causes` has the ids of the causes as they are shown;
/// `best`, the checks that show them best, get their evidence first.
pub(super) fn wholes(record: &Record, causes: &[&str], best: &[&str]) -> Vec<Whole> {
    let is_best = |check: &CheckEntry| best.contains(&check.id.as_str());
    let mut checks: Vec<_> = record.checks.iter().filter(|it| needs_a_look(it)).collect();
    checks.sort_by_key(|check| !is_best(check));
    // What is merely blocked was never asked: its cause has the evidence.
    let has_evidence = |check: &CheckEntry| is_best(check) || !grouped::is_blocked(check);
    let asked = checks.iter().filter(|check| has_evidence(check)).count();
    let lines = record.checks.len() - checks.len();
    let mut room = Room::new(asked, lines, record.requirements.len());
    let mut wholes: BTreeMap<&str, Whole> = BTreeMap::new();
    for check in checks {
        let evidence = if has_evidence(check) {
            room.evidence(check)
        } else {
            Evidence::default()
        };
        wholes.insert(&check.id, whole(record, check, causes, evidence));
    }
    let in_order = record.checks.iter();
    in_order
        .filter_map(|check| wholes.remove(check.id.as_str()))
        .collect()
}

/// The others, by section.
pub(super) fn groups(record: &Record) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for check in record.checks.iter().filter(|check| !needs_a_look(check)) {
        let line = line(record, check);
        let id = section(&check.id);
        if groups.last().is_none_or(|group| group.id != id) {
            groups.push(Group {
                id,
                marks: Vec::new(),
                lines: Vec::new(),
            });
        }
        if let Some(group) = groups.last_mut() {
            match group.marks.iter_mut().find(|(mark, _)| *mark == line.mark) {
                Some((_, count)) => *count += 1,
                None => group.marks.push((line.mark, 1)),
            }
            group.marks.sort_by_key(|(mark, _)| mark.place());
            group.lines.push(line);
        }
    }
    groups
}

/// `pull/blobs` of `pull/blobs/known-blob`.
fn section(id: &str) -> String {
    let parts: Vec<_> = id.splitn(3, '/').take(2).collect();
    clean::cut(&parts.join("/"), 100).into_owned()
}

fn line(record: &Record, check: &CheckEntry) -> Line {
    let ids = check.requirements.iter();
    Line {
        anchor: anchor(&check.id),
        id: short(&check.id),
        name: short(check.id.splitn(3, '/').last().unwrap_or_default()),
        title: short(&check.title),
        level: level(&check.level),
        mark: Mark::named(&check.verdict),
        aliases: ids
            .map(|id| requirements::named(record, id).alias)
            .collect(),
        time: words::time(check.duration_ms),
        reason: check
            .reason
            .as_deref()
            .map(|text| clean::cut(text, 140).into_owned()),
    }
}

fn whole(record: &Record, check: &CheckEntry, causes: &[&str], evidence: Evidence) -> Whole {
    let mut ids: Vec<&str> = check.requirements.iter().map(String::as_str).collect();
    if let Some(broken) = &check.violated {
        ids.retain(|id| id != broken);
        ids.insert(0, broken);
    }
    let cause = check.cause.as_deref();
    Whole {
        line: Line {
            reason: check.reason.as_deref().map(long),
            ..line(record, check)
        },
        gates: check.gates,
        requirements: ids
            .iter()
            .map(|id| requirements::named(record, id))
            .collect(),
        is_broken: check.violated.is_some(),
        expected: check.expected.as_deref().map(long),
        actual: check.actual.as_deref().map(long),
        concerns: check
            .concerns
            .iter()
            .map(|concern| Concern {
                requirement: requirements::named(record, &concern.requirement),
                expected: long(&concern.expected),
                actual: long(&concern.actual),
            })
            .collect(),
        known: check.known.as_ref().map(|known| Known {
            ended: Mark::named(&known.ended),
            glob: short(&known.glob),
            link: known.link.as_deref().map(short),
            expires: known.expires.as_deref().map(short),
            detail: known.detail.as_deref().map(long),
        }),
        flaky: check.verdict == Verdict::Flaky.word(),
        cause: cause.and_then(|id| Some(causes.iter().position(|it| *it == id)? + 1)),
        evidence,
    }
}

fn short(text: &str) -> String {
    clean::cut(text, 400).into_owned()
}

fn long(text: &str) -> String {
    clean::cut(text, 1200).into_owned()
}

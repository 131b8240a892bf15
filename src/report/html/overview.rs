//! The run at a glance: how the checks of each workflow ended, level by level.

use serde::Serialize;

use crate::catalogue::Level;
use crate::report::clean;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::mark::Mark;

/// A workflow.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: String,
    /// Its verdict, if it is one of the four categories.
    state: Option<Mark>,
    /// One for each level; nothing where there are no checks.
    cells: Vec<Option<Cell>>,
}

/// The checks of a workflow and a level.
#[derive(Debug, Serialize)]
struct Cell {
    mark: Mark,
    level: String,
    /// How many came to a judgement.
    judged: usize,
    /// How many of them passed.
    pass: usize,
    /// How many were not put, and why in short.
    not_put: Vec<(Mark, usize)>,
}

/// The levels, as the heads of columns.
pub(super) fn levels() -> Vec<String> {
    Level::ALL.iter().map(ToString::to_string).collect()
}

/// The categories, then what belongs to none.
pub(super) fn rows(record: &Record) -> Vec<Row> {
    let mut workflows: Vec<&str> = record.categories.iter().map(|it| it.id.as_str()).collect();
    for check in &record.checks {
        let workflow = workflow(check);
        if !workflows.contains(&workflow) {
            workflows.push(workflow);
        }
    }
    // A record of ours has few; one of another's may have any number.
    workflows.truncate(40);
    workflows.iter().map(|id| row(record, id)).collect()
}

fn row(record: &Record, id: &str) -> Row {
    let category = record.categories.iter().find(|it| it.id == id);
    let cell = |level: &Level| {
        let level = level.to_string();
        let is_in = |it: &&CheckEntry| workflow(it) == id && it.level == level;
        let checks: Vec<_> = record.checks.iter().filter(is_in).collect();
        (!checks.is_empty()).then(|| self::cell(level, &checks))
    };
    Row {
        id: clean::cut(id, 60).into_owned(),
        state: category.map(|it| Mark::named(&it.state)),
        cells: Level::ALL.iter().map(cell).collect(),
    }
}

fn cell(level: String, checks: &[&CheckEntry]) -> Cell {
    let count = |verdict: Verdict| {
        let of = |check: &&&CheckEntry| check.verdict == verdict.word();
        checks.iter().filter(of).count()
    };
    let pass = count(Verdict::Pass);
    let not_put = [
        Verdict::Error,
        Verdict::Blocked,
        Verdict::Unsupported,
        Verdict::Skipped,
    ];
    let judged = Verdict::ALL.into_iter().filter(|it| it.is_judgement());
    // The gravest first: what a cell is marked with.
    let gravest = [
        Verdict::Fail,
        Verdict::Error,
        Verdict::Flaky,
        Verdict::Warn,
        Verdict::Blocked,
        Verdict::Known,
        Verdict::Pass,
        Verdict::Unsupported,
    ];
    let gravest = gravest.into_iter().find(|verdict| count(*verdict) > 0);
    Cell {
        mark: Mark::of(gravest.unwrap_or(Verdict::Skipped)),
        level,
        judged: judged.map(count).sum(),
        pass,
        not_put: not_put
            .into_iter()
            .filter(|verdict| count(*verdict) > 0)
            .map(|verdict| (Mark::of(verdict), count(verdict)))
            .collect(),
    }
}

/// `pull` of `pull/blobs/known-blob`.
fn workflow(check: &CheckEntry) -> &str {
    check.id.split('/').next().unwrap_or_default()
}

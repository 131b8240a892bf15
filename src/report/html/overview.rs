//! The run at a glance: how the checks of each workflow ended, level by level.

use serde::Serialize;

use crate::catalogue::Level;
use crate::report::tally;
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
    /// How many checks it has.
    total: usize,
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
    let workflows = tally::workflows(record);
    let rows = workflows.iter();
    rows.map(|id| row(record, &workflows, id)).collect()
}

fn row(record: &Record, workflows: &[String], id: &str) -> Row {
    let checks: Vec<_> = tally::of_workflow(record, workflows, id).collect();
    let cell = |level: &Level| {
        let level = level.to_string();
        let checks = checks.iter().copied();
        let checks: Vec<_> = checks.filter(|it| it.level == level).collect();
        (!checks.is_empty()).then(|| self::cell(level, &checks))
    };
    Row {
        id: id.to_owned(),
        state: tally::state(record, id).map(|it| Mark::named(&it)),
        cells: Level::ALL.iter().map(cell).collect(),
        total: checks.len(),
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

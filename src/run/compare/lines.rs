//! The lines of a matrix: one thing, and its state in each record.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::run::Record;

/// One thing, and its state at each registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is called.
    pub id: String,
    /// Its level, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Its state at each registry, in the order of the columns; `-` where a record does not have it.
    pub states: Vec<String>,
    /// Whether that tells the registries apart: what is untested somewhere tells nothing.
    pub differs: bool,
}

pub(super) fn categories(records: &[&Record]) -> Vec<Line> {
    let of = |record: &Record| {
        let entries = record.categories.iter();
        entries
            .map(|it| (it.id.clone(), None, it.state.clone()))
            .collect()
    };
    lines(records, of)
}

pub(super) fn features(records: &[&Record]) -> Vec<Line> {
    let of = |record: &Record| {
        let entries = record.features.iter();
        entries
            .map(|it| (it.id.clone(), None, it.state.clone()))
            .collect()
    };
    lines(records, of)
}

/// Those that tell the registries apart stand first, and of these those that weigh most.
pub(super) fn requirements(records: &[&Record]) -> Vec<Line> {
    let of = |record: &Record| {
        let entries = record.requirements.iter();
        entries
            .map(|it| (it.id.clone(), Some(it.level.clone()), it.state.clone()))
            .collect()
    };
    let mut lines = lines(records, of);
    lines.sort_by_key(|line| (!line.differs, weight(line.level.as_deref())));
    lines
}

/// Heavier levels first.
fn weight(level: Option<&str>) -> usize {
    let levels = ["must", "expected", "should", "may"];
    levels
        .iter()
        .position(|it| Some(*it) == level)
        .unwrap_or(levels.len())
}

/// Things as one record has them: name, level, state.
type Entries = Vec<(String, Option<String>, String)>;

/// A line for each thing that any record has, in the order in which they come up.
fn lines(records: &[&Record], of: impl Fn(&Record) -> Entries) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (column, record) in records.iter().enumerate() {
        for (id, level, state) in of(record) {
            let place = *places.entry(id.clone()).or_insert_with(|| {
                lines.push(Line {
                    id,
                    level,
                    states: vec!["-".to_owned(); records.len()],
                    differs: false,
                });
                lines.len() - 1
            });
            lines[place].states[column] = state;
        }
    }
    for line in &mut lines {
        line.differs = differs(&line.states);
    }
    lines
}

fn differs(states: &[String]) -> bool {
    let mut told = states
        .iter()
        .filter(|it| !matches!(it.as_str(), "-" | "untested" | "unknown"));
    let first = told.next();
    told.any(|state| Some(state) != first)
}

//! The matrix of requirements for the page, and a requirement as checks name it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue;
use crate::catalogue::Version;
use crate::report::clean;
use crate::report::evidence;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::run::RequirementEntry;

use super::mark::Mark;
use super::mark::level;

/// A requirement, as a check or a cause names it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) alias: String,
    /// Its level in the version under test, if the record has it.
    pub(super) level: Option<String>,
    /// In plain words.
    pub(super) sentence: Option<&'static str>,
    pub(super) section: Option<Section>,
}

/// Where a requirement stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Section {
    /// `spec.md#pulling-blobs`
    name: String,
    url: String,
}

/// Rows that stand in one section.
#[derive(Debug, Serialize)]
pub(super) struct Area {
    title: &'static str,
    section: Option<Section>,
    rows: Vec<Row>,
}

/// A requirement, and what came of it.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    named: Named,
    state: Mark,
    reason: Option<String>,
    /// How many checks of the run cover it.
    checks: usize,
    /// How many of them ended how, where not all passed.
    ends: Vec<(Mark, usize)>,
}

/// The requirement of this id.
pub(super) fn named(record: &Record, id: &str) -> Named {
    let entry = evidence::requirement(record, id);
    let row = catalogue::find(id);
    let alias = row
        .map(|row| row.alias)
        .or(entry.map(|it| it.alias.as_str()));
    Named {
        id: clean::cut(id, 100).into_owned(),
        alias: clean::cut(alias.unwrap_or(id), 100).into_owned(),
        level: entry.map(|it| level(&it.level)),
        sentence: row.map(|row| row.sentence),
        section: section(id, &record.spec),
    }
}

/// Where it stands. The address is the catalogue's, never one that a record brings along.
pub(super) fn section(id: &str, spec: &str) -> Option<Section> {
    let version: Version = spec.parse().ok()?;
    let url = catalogue::find(id)?.heading.url(version);
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    Some(Section { name, url })
}

/// How many are in which state.
pub(super) fn states(record: &Record) -> Vec<(Mark, usize)> {
    let marks: Vec<_> = record
        .requirements
        .iter()
        .map(|entry| Mark::named(&entry.state))
        .collect();
    let of = |word: &str| {
        let mark = Mark::named(word);
        (mark, marks.iter().filter(|it| **it == mark).count())
    };
    let states = ["held", "violated", "untested", "strange"].map(of);
    states.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// All of them, those together that stand together.
pub(super) fn areas(record: &Record) -> Vec<Area> {
    let verdicts: BTreeMap<&str, &CheckEntry> = record
        .checks
        .iter()
        .map(|check| (check.id.as_str(), check))
        .collect();
    let mut areas: Vec<Area> = Vec::new();
    for entry in &record.requirements {
        let row = row(record, entry, &verdicts);
        let title = title(&entry.id);
        match areas.last_mut() {
            Some(area) if area.title == title && area.section == row.named.section => {
                area.rows.push(row);
            }
            _ => areas.push(Area {
                title,
                section: row.named.section.clone(),
                rows: vec![row],
            }),
        }
    }
    areas
}

fn row(record: &Record, entry: &RequirementEntry, verdicts: &BTreeMap<&str, &CheckEntry>) -> Row {
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for check in &entry.checks {
        if let Some(check) = verdicts.get(check.as_str()) {
            *ends.entry(&check.verdict).or_default() += 1;
        }
    }
    let checks = ends.values().sum();
    let all_passed = ends.get("pass") == Some(&checks);
    Row {
        named: named(record, &entry.id),
        state: Mark::named(&entry.state),
        reason: entry
            .reason
            .as_deref()
            .map(|text| clean::cut(text, 300).into_owned()),
        checks,
        ends: if all_passed {
            Vec::new()
        } else {
            let mut ends: Vec<_> = ends
                .into_iter()
                .map(|(word, count)| (Mark::named(word), count))
                .collect();
            ends.sort_by_key(|(mark, _)| mark.place());
            ends
        },
    }
}

/// The title of the area that it belongs to.
fn title(id: &str) -> &'static str {
    catalogue::AREAS
        .iter()
        .find(|area| area.rows.iter().any(|row| row.id == id))
        .map_or("Not in this version of plimsoll", |area| area.title)
}

//! The catalogue as `plimsoll list requirements` shows it: who tests each row, or why nobody can.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::catalogue::AREAS;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::requirements;
use crate::run::Case;
use crate::suite;

/// Who tests a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coverage {
    /// The cases with these ids.
    Tested(Vec<String>),
    /// Nobody who only sends requests; why not, and what it would take.
    Untestable(&'static str),
    /// Nobody yet.
    Untested,
}

impl Coverage {
    /// Who tests this requirement: by demands in its name, or as a part of what it sums up.
    pub(super) fn of(row: &Requirement, cases: &[Case]) -> Self {
        let sum = suite::roll_up(row);
        let tests = |case: &&Case| {
            case.check.covers.contains(&row)
                || sum.is_some_and(|sum| sum.takes(case.section, case.check))
        };
        let ids: Vec<_> = cases
            .iter()
            .filter(tests)
            .map(|case| case.id.clone())
            .collect();
        match suite::untestable(row) {
            _ if !ids.is_empty() => Self::Tested(ids),
            Some(reason) => Self::Untestable(reason),
            None => Self::Untested,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Tested(_) => "tested",
            Self::Untestable(_) => "not testable",
            Self::Untested => "untested",
        }
    }

    fn ids(&self) -> &[String] {
        match self {
            Self::Tested(ids) => ids,
            Self::Untestable(_) | Self::Untested => &[],
        }
    }

    fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Untestable(reason) => Some(reason),
            Self::Tested(_) | Self::Untested => None,
        }
    }
}

/// Every requirement with who tests it, in the order of the catalogue.
fn covered() -> Vec<(&'static Requirement, Coverage)> {
    let cases = Case::all(suite::SECTIONS);
    requirements()
        .map(|row| (row, Coverage::of(row, &cases)))
        .collect()
}

/// The word for a requirement's level in a version.
fn level(row: &Requirement, version: Version) -> String {
    row.level(version)
        .map_or("-".to_owned(), |level| level.to_string())
}

/// The catalogue as JSON.
pub(super) fn as_json() -> Vec<Value> {
    let entry = |(row, coverage): (&Requirement, Coverage)| {
        let levels: BTreeMap<_, _> = Version::ALL
            .iter()
            .map(|version| {
                let level = row.level(*version).map(|level| level.to_string());
                (version.to_string(), level)
            })
            .collect();
        let mut entry = json!({
            "id": row.id,
            "alias": row.alias,
            "levels": levels,
            "section": row.heading.url(Version::default()),
            "sentence": row.sentence,
            "state": coverage.word(),
            "checks": coverage.ids(),
        });
        if let Some(reason) = coverage.reason() {
            entry["reason"] = reason.into();
        }
        entry
    };
    covered().into_iter().map(entry).collect()
}

/// The catalogue as text, and how much of it is tested.
pub(super) fn as_text() -> String {
    let mut text = String::new();
    let rows = covered();
    for (row, coverage) in &rows {
        let state = match coverage {
            Coverage::Tested(ids) => format!("tested by {}", counted(ids.len())),
            Coverage::Untestable(reason) => format!("not testable: {reason}"),
            Coverage::Untested => "untested".to_owned(),
        };
        let [v1_0, v1_1, v1_2] = Version::ALL.map(|version| level(row, version));
        let _ = writeln!(
            text,
            "{:8} {:44} {v1_0:8} {v1_1:8} {v1_2:8} {state}",
            row.alias, row.id
        );
    }
    let _ = writeln!(text, "\n{}", summary(&rows));
    text
}

fn counted(checks: usize) -> String {
    match checks {
        1 => "1 check".to_owned(),
        many => format!("{many} checks"),
    }
}

fn summary(rows: &[(&Requirement, Coverage)]) -> String {
    let count = |word: &str| {
        rows.iter()
            .filter(|(_, state)| state.word() == word)
            .count()
    };
    let mut parts = vec![format!("{} tested", count("tested"))];
    for (word, phrase) in [
        ("not testable", "not testable from outside"),
        ("untested", "untested"),
    ] {
        if count(word) > 0 {
            parts.push(format!("{} {phrase}", count(word)));
        }
    }
    format!(
        "{} requirements (levels in 1.0, 1.1, 1.2): {}",
        rows.len(),
        parts.join(", ")
    )
}

/// The catalogue as Markdown: `docs/requirements.md`.
pub(super) fn as_markdown() -> String {
    let rows = covered();
    let mut text = format!(
        "# Requirements\n\n\
         Made by `plimsoll list requirements --format markdown`; a test compares it with what the program prints.\n\n\
         {}.\n",
        summary(&rows)
    );
    for area in AREAS {
        let _ = writeln!(text, "\n## {}: {}\n", area.alias, area.title);
        text.push_str(
            "| alias | id | 1.0 | 1.1 | 1.2 | section | a sound registry | tested by |\n",
        );
        text.push_str("|---|---|---|---|---|---|---|---|\n");
        for (row, coverage) in rows.iter().filter(|(row, _)| area.rows.contains(row)) {
            text.push_str(&markdown_row(row, coverage));
        }
    }
    text
}

fn markdown_row(row: &Requirement, coverage: &Coverage) -> String {
    let [v1_0, v1_1, v1_2] = Version::ALL.map(|version| level(row, version));
    let url = row.heading.url(newest(row));
    let place = row.heading.label();
    format!(
        "| {} | `{}` | {v1_0} | {v1_1} | {v1_2} | [{place}]({url}) | {} | {} |\n",
        row.alias,
        row.id,
        cell(row.sentence),
        tested_by(row, coverage)
    )
}

/// The version whose text a row is shown in: the default, or the first later one that has it.
fn newest(row: &Requirement) -> Version {
    let default = Version::default();
    let mut later = Version::ALL
        .into_iter()
        .filter(|version| *version >= default);
    later
        .find(|version| row.level(*version).is_some())
        .unwrap_or(default)
}

/// The checks without their variants, or all of a workflow where a row sums it up.
fn tested_by(row: &Requirement, coverage: &Coverage) -> String {
    if let Some(sum) = suite::roll_up(row) {
        let all: Vec<_> = sum.workflows.iter().map(|it| format!("`{it}/*`")).collect();
        return format!("the checks of {} together", all.join(", "));
    }
    match coverage {
        Coverage::Tested(ids) => {
            let mut plain: Vec<_> = ids
                .iter()
                .map(|id| id.split('@').next().unwrap_or_default())
                .collect();
            plain.dedup();
            let quoted: Vec<_> = plain.iter().map(|id| format!("`{id}`")).collect();
            quoted.join(", ")
        }
        Coverage::Untestable(reason) => format!("not testable from outside: {}", cell(reason)),
        Coverage::Untested => "untested".to_owned(),
    }
}

/// Text that stays inside its cell and is no markup.
fn cell(text: &str) -> String {
    let escape = |c: char| match c {
        '|' | '<' | '*' | '_' | '`' => format!("\\{c}"),
        other => other.to_string(),
    };
    text.chars().map(escape).collect()
}

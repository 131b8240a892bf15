//! What a section of checks is about, or a workflow, which is several of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::catalogue::Heading;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::check::Group;
use crate::check::Section;
use crate::check::Workflow;
use crate::suite;

/// What the section of this path is about, or those below it.
pub(super) fn explain(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let sections = suite::SECTIONS.iter().copied();
    if let Some(section) = sections.clone().find(|section| section.id == path) {
        return Some(one(section));
    }
    let is_below = |section: &&Section| {
        let rest = section.id.strip_prefix(path);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let below: Vec<_> = sections.filter(is_below).collect();
    (!below.is_empty()).then(|| several(path, &below))
}

fn one(section: &Section) -> String {
    let mut text = format!("{}\n\n  {}\n", section.id, section.title);
    for url in addresses(section) {
        let _ = writeln!(text, "  {url}");
    }
    text.push('\n');
    let width = widest(section.checks.iter().map(|check| check.name));
    for check in section.checks {
        let _ = writeln!(text, "  {:width$}  {}", check.name, check.title);
    }
    text.push('\n');
    for row in covered(section) {
        let _ = writeln!(
            text,
            "  proves {} ({}): {}",
            row.id, row.alias, row.sentence
        );
    }
    let _ = writeln!(text, "\n  plimsoll check URL --only {}", section.id);
    text
}

/// Where it stands: its heading in the specification, or what its requirements name elsewhere.
fn addresses(section: &Section) -> BTreeSet<String> {
    let version = Version::default();
    if Workflow::of(section).is_some_and(|it| it.group == Group::Specification) {
        return BTreeSet::from([Heading::distribution(section.anchor).url(version)]);
    }
    let rows = covered(section).into_iter();
    rows.map(|row| row.heading.url(version)).collect()
}

/// The requirements that its checks prove, each once.
fn covered(section: &Section) -> Vec<&'static Requirement> {
    let mut rows: Vec<&Requirement> = Vec::new();
    for row in section.checks.iter().flat_map(|check| check.covers) {
        if !rows.iter().any(|other| other.id == row.id) {
            rows.push(row);
        }
    }
    rows
}

fn several(path: &str, sections: &[&Section]) -> String {
    let mut text = format!("{path}\n\n");
    let width = widest(sections.iter().map(|section| section.id));
    for section in sections {
        let checks = match section.checks.len() {
            1 => "1 check".to_owned(),
            many => format!("{many} checks"),
        };
        let _ = writeln!(
            text,
            "  {:width$}  {} ({checks})",
            section.id, section.title
        );
    }
    let _ = writeln!(text, "\n  plimsoll check URL --only {path}");
    text
}

fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.map(str::len).max().unwrap_or_default()
}

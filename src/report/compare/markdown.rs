//! A comparison as Markdown: differences first.

use std::fmt::Write as _;

use crate::report::ReportError;
use crate::report::evidence;
use crate::report::markdown::escape::code;
use crate::report::markdown::escape::prose;
use crate::report::markdown::escape::word;
use crate::report::words;
use crate::run::Comparison;
use crate::run::Identity;
use crate::run::Line;

use super::differing;

/// The text.
pub(super) fn render(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    let mut text = String::from("# Registries side by side\n\n");
    targets(&mut text, comparison);
    matrix(
        &mut text,
        comparison,
        "Workflow",
        comparison.categories.iter(),
    );
    if let Some(found) = &comparison.identity {
        identity(&mut text, comparison, found);
    }
    text.push_str("## Differences\n\n");
    matrix(
        &mut text,
        comparison,
        "Feature",
        differing(&comparison.features),
    );
    matrix(
        &mut text,
        comparison,
        "Requirement",
        differing(&comparison.requirements),
    );
    alone(&mut text, comparison);
    text.push_str("## All requirements\n\n");
    matrix(
        &mut text,
        comparison,
        "Requirement",
        comparison.requirements.iter(),
    );
    Ok(text.into_bytes())
}

fn targets(text: &mut String, comparison: &Comparison) {
    for (at, target) in comparison.targets.iter().enumerate() {
        let gate = match target.gate.as_str() {
            "violated" => "**FAILED**",
            "passed" => "passed",
            _ => "nothing ran",
        };
        let software = target.software.as_ref().map(|it| format!(", {}", code(it)));
        let has_name = target.name != target.url;
        let place = has_name.then(|| format!(" at {}", code(&target.url)));
        line(
            text,
            &format!(
                "{}. {}{}{}: {gate}, {} pass, {} fail, {}",
                at + 1,
                code(&target.name),
                place.unwrap_or_default(),
                software.unwrap_or_default(),
                target.pass,
                target.fail,
                words::count(target.causes, "cause")
            ),
        );
    }
    text.push('\n');
}

/// A table with a column for each registry, by its number: their names may hold anything.
fn matrix<'l>(
    text: &mut String,
    comparison: &Comparison,
    title: &str,
    lines: impl Iterator<Item = &'l Line>,
) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let numbers: Vec<_> = (1..=comparison.targets.len())
        .map(|at| at.to_string())
        .collect();
    line(text, &format!("| {title} | {} |", numbers.join(" | ")));
    line(text, &format!("|---|{}", "---|".repeat(numbers.len())));
    for it in lines {
        let states: Vec<_> = it.states.iter().map(|state| cell(state)).collect();
        let level = it.level.as_ref().map(|level| format!(", {}", cell(level)));
        let sentence = it.level.as_ref().and_then(|_| evidence::sentence(&it.id));
        let sentence = sentence.map(|it| format!(": {}", prose(it)));
        line(
            text,
            &format!(
                "| {}{}{} | {} |",
                cell(&it.id),
                level.unwrap_or_default(),
                sentence.unwrap_or_default(),
                states.join(" | ")
            ),
        );
    }
    text.push('\n');
}

/// A word of a fixed set; what is none does not go into a table.
fn cell(text: &str) -> String {
    let shown = word(text);
    if shown.starts_with('`') {
        "?".to_owned()
    } else {
        shown
    }
}

fn identity(text: &mut String, comparison: &Comparison, found: &Identity) {
    let verdict = if found.is_broken() {
        "**They do not agree on what content is called.**"
    } else {
        "What they took, they call the same, and give back byte for byte."
    };
    line(text, "## One identity\n");
    line(
        text,
        &format!(
            "The same {} documents were pushed to each, and {} copies made from one to another. {verdict}\n",
            found.documents, found.copies
        ),
    );
    for it in &found.lines {
        let mark = if it.breaks { "**differs**: " } else { "" };
        let each = comparison.targets.iter().zip(&it.values);
        let each: Vec<_> = each
            .map(|(target, value)| format!("{} {}", code(&target.name), code(value)))
            .collect();
        line(
            text,
            &format!(
                "- {mark}{}, {}: {}",
                prose(&it.document),
                prose(&it.what),
                each.join("; ")
            ),
        );
    }
    text.push('\n');
}

fn alone(text: &mut String, comparison: &Comparison) {
    line(text, "## What each alone gets wrong\n");
    for (target, ids) in comparison.targets.iter().zip(&comparison.alone) {
        let ids: Vec<_> = ids.iter().map(|id| code(id)).collect();
        let ids = if ids.is_empty() {
            "nothing".to_owned()
        } else {
            ids.join(", ")
        };
        line(text, &format!("- {}: {ids}", code(&target.name)));
    }
    text.push('\n');
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a string does not fail");
}

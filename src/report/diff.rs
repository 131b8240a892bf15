//! What differs between two runs: for a terminal, as JSON, and in Markdown.

use crate::run::Change;
use crate::run::Diff;
use crate::run::FeatureChange;

use super::Format;
use super::Part;
use super::Render;
use super::ReportError;
use super::TerminalOptions;
use super::Verbosity;
use super::json;
use super::markdown::bullets;
use super::markdown::escape::code;
use super::markdown::escape::said;
use super::markdown::section;
use super::terminal::page::BOLD;
use super::terminal::page::DIM;
use super::terminal::page::GREEN;
use super::terminal::page::PLAIN;
use super::terminal::page::Page;
use super::terminal::page::RED;
use super::terminal::page::Span;
use super::terminal::page::YELLOW;
use super::words;

/// Every format of a diff.
pub static FORMATS: &[Format<Diff>] = &[
    Format {
        name: "json",
        file_name: "diff.json",
        render: Render::File(as_json),
    },
    Format {
        name: "md",
        file_name: "diff.md",
        render: Render::Parts(parts),
    },
];

/// How many checks of a list are shown; all with `--verbose`, and in files.
const MOST: usize = 30;

/// The lists of checks, in the order in which they are shown.
fn lists(diff: &Diff) -> [(&'static str, anstyle::Style, &[Change]); 5] {
    [
        ("New failures", RED, &diff.new_failures),
        ("Fixed", GREEN, &diff.fixed),
        ("Ending otherwise", YELLOW, &diff.changed),
        ("New checks", PLAIN, &diff.new_checks),
        ("Checks that are gone", PLAIN, &diff.gone_checks),
    ]
}

/// The diff for a terminal. Nothing of what a record says is in it unescaped.
pub fn terminal(diff: &Diff, options: &TerminalOptions) -> String {
    let mut page = Page::new(options.width, options.colour);
    if options.verbosity != Verbosity::Quiet {
        sides(&mut page, diff);
        let most = match options.verbosity {
            Verbosity::Verbose => usize::MAX,
            _ => MOST,
        };
        for (title, style, changes) in lists(diff) {
            list(&mut page, title, style, changes, most);
        }
        features(&mut page, &diff.features);
    }
    let style = if diff.gates { RED } else { GREEN };
    page.text(0, &Span::new(style, &verdict(diff)));
    page.finish()
}

fn sides(page: &mut Page, diff: &Diff) {
    for (label, side) in [("old  ", &diff.old), ("new  ", &diff.new)] {
        let software = side.software.as_deref();
        let software = software.map_or(String::new(), |it| format!(" ({it})"));
        let text = format!(
            "{}{software}, specification {}, run {}, started {}",
            side.target, side.spec, side.run_id, side.started
        );
        page.paragraph(0, &Span::new(DIM, label), &Span::cut(PLAIN, &text, 400));
    }
    for note in &diff.notes {
        page.text(0, &Span::new(YELLOW, note));
    }
    page.blank();
}

fn list(page: &mut Page, title: &str, style: anstyle::Style, changes: &[Change], most: usize) {
    if changes.is_empty() {
        return;
    }
    page.line(0, &Span::new(BOLD, &format!("{title}: {}", changes.len())));
    for change in changes.iter().take(most) {
        let text = format!("{}: {}", change.id, ends(change));
        page.paragraph(2, &Span::new(style, ""), &Span::cut(style, &text, 300));
        if let Some(why) = why(change) {
            page.text(4, &Span::cut(DIM, &why, 400));
        }
    }
    let more = changes.len().saturating_sub(most);
    if more > 0 {
        let text = format!("… and {more} more: --verbose shows them");
        page.text(2, &Span::new(DIM, &text));
    }
    page.blank();
}

fn features(page: &mut Page, changes: &[FeatureChange]) {
    if changes.is_empty() {
        return;
    }
    page.line(0, &Span::new(BOLD, "Features:"));
    for change in changes {
        let text = format!("{}: {}", change.id, states(change));
        page.text(2, &Span::cut(PLAIN, &text, 300));
        page.text(4, &Span::cut(DIM, &change.evidence, 300));
    }
    page.blank();
}

/// `pass → fail, which gates`.
fn ends(change: &Change) -> String {
    let nothing = "not there";
    let old = change.old.as_deref().unwrap_or(nothing);
    let new = change.new.as_deref().unwrap_or(nothing);
    let gates = if change.gates { ", which gates" } else { "" };
    format!("{old} → {new}{gates}")
}

fn states(change: &FeatureChange) -> String {
    let old = change.old.as_deref().unwrap_or("not there");
    let new = change.new.as_deref().unwrap_or("not there");
    format!("{old} → {new}")
}

/// What is wrong now.
fn why(change: &Change) -> Option<String> {
    match (&change.violated, &change.reason) {
        (Some(id), _) if change.actual.is_some() => {
            let expected = change.expected.as_deref().unwrap_or("otherwise");
            let actual = change.actual.as_deref().unwrap_or("something else");
            Some(format!("{id}: expected {expected}; got {actual}"))
        }
        (_, Some(reason)) => Some(reason.clone()),
        (violated, None) => violated.clone(),
    }
}

fn verdict(diff: &Diff) -> String {
    let gating = diff.new_failures.iter().filter(|it| it.gates).count();
    let failures = match (diff.new_failures.len(), gating) {
        (0, _) => "no new failure".to_owned(),
        (all, gating) => {
            let verb = if gating == 1 { "gates" } else { "gate" };
            format!(
                "{}, of which {gating} {verb}",
                words::count(all, "new failure")
            )
        }
    };
    format!(
        "{failures}; {} fixed, {} otherwise, {} new, {} gone, {} as before",
        diff.fixed.len(),
        diff.changed.len(),
        diff.new_checks.len(),
        diff.gone_checks.len(),
        diff.unchanged
    )
}

fn as_json(diff: &Diff) -> Result<Vec<u8>, ReportError> {
    json::pretty("json", diff)
}

fn parts(diff: &Diff) -> Vec<Part> {
    let notes = bullets(diff.notes.iter().map(|note| code(note)));
    let head = format!(
        "## {} compared with {}\n\n**{}**\n\n- new: {}, {}\n- old: {}, {}\n{}\n",
        code(&diff.new.target),
        code(&diff.old.target),
        said(&verdict(diff)),
        code(
            diff.new
                .software
                .as_deref()
                .unwrap_or("it does not say what it is")
        ),
        code(&diff.new.started),
        code(
            diff.old
                .software
                .as_deref()
                .unwrap_or("it does not say what it is")
        ),
        code(&diff.old.started),
        notes
    );
    let mut parts = vec![Part {
        about: "",
        text: head,
    }];
    for (title, _, changes) in lists(diff) {
        let lines = changes.iter().map(|change| {
            let why = why(change).map_or(String::new(), |why| format!(": {}", code(&why)));
            format!("{}: {}{why}", code(&change.id), code(&ends(change)))
        });
        parts.push(Part {
            about: "lists of checks",
            text: section(title, &lines.collect::<Vec<_>>()),
        });
    }
    let lines = diff.features.iter().map(|change| {
        let evidence = code(&change.evidence);
        format!(
            "{}: {} ({evidence})",
            code(&change.id),
            code(&states(change))
        )
    });
    parts.push(Part {
        about: "lists of features",
        text: section("Features", &lines.collect::<Vec<_>>()),
    });
    parts.retain(|part| !part.text.is_empty());
    parts
}

#[cfg(test)]
mod tests;

//! Causes in Markdown, each with its evidence.

use std::fmt::Write as _;

use crate::report::Part;
use crate::report::evidence;
use crate::report::evidence::Headers;
use crate::report::grouped;
use crate::report::grouped::Explained;
use crate::report::grouped::is_blocked;
use crate::report::words;
use crate::run::CheckEntry;
use crate::run::Record;

use super::escape::block;
use super::escape::code;
use super::escape::link;
use super::escape::prose;
use super::escape::word;
use super::section;

/// How many further checks or requirements of a cause are named.
const NAMED: usize = 5;

/// A part for each cause that is a violation, and one for what gates without a cause.
pub(super) fn violations(record: &Record) -> Vec<Part> {
    let causes = grouped::causes(record).violations;
    let numbered = causes.iter().enumerate();
    let mut parts: Vec<_> = numbered
        .map(|(index, cause)| violation(record, index + 1, cause))
        .collect();
    let besides = grouped::unexplained(record);
    if !besides.is_empty() {
        let lines = besides.iter().map(|check| {
            format!(
                "{}, {}: {}",
                code(&check.id),
                word(&check.verdict),
                code(grouped::why(check))
            )
        });
        parts.push(Part {
            about: "lists of checks",
            text: section("These gate besides", &lines.collect::<Vec<_>>()),
        });
    }
    parts
}

fn violation(record: &Record, number: usize, (cause, checks): &Explained<'_>) -> Part {
    let mut text = headline(record, number, (cause, checks));
    if let Some(check) = checks.first() {
        text += &judgement(check);
    }
    text += &others(checks);
    if !cause.also.is_empty() {
        let names = cause.also.iter().map(String::as_str);
        let _ = write!(text, "It breaks also {}.\n\n", named(names));
    }
    Part {
        about: "causes",
        text,
    }
}

fn headline(
    record: &Record,
    number: usize,
    (cause, checks): (&crate::run::CauseEntry, &[&CheckEntry]),
) -> String {
    let effect = grouped::effect(checks);
    let gate = if cause.gates {
        ""
    } else {
        ", and does not gate"
    };
    let name = match &cause.requirement {
        Some(id) => requirement(record, id),
        None => code(&cause.title),
    };
    let mut text = format!(
        "### {number}. {}: {name} {effect}{gate}\n\n",
        word(&cause.level)
    );
    if let Some(id) = &cause.requirement {
        let sentence = evidence::sentence(id).map_or_else(|| code(&cause.title), prose);
        text += &sentence;
        if let Some(entry) = evidence::requirement(record, id) {
            let _ = write!(text, " {}", link("Section", &entry.section));
        }
        text += "\n\n";
    }
    if cause.level == "expected" {
        text += evidence::stated(cause.requirement.as_deref());
        text += "\n\n";
    }
    text
}

/// `blob-found` (BGET-01).
pub(super) fn requirement(record: &Record, id: &str) -> String {
    match evidence::requirement(record, id) {
        Some(entry) => format!("{} ({})", code(id), word(&entry.alias)),
        None => code(id),
    }
}

fn judgement(check: &CheckEntry) -> String {
    let mut text = if is_blocked(check) {
        format!("Seen when preparing {}\n\n", code(&check.id))
    } else {
        format!("{}: {}\n\n", code(&check.id), code(&check.title))
    };
    let flaky = (check.verdict == "flaky")
        .then_some("- flaky: it ended otherwise when it was asked again in a fresh repository\n");
    for (label, said) in [
        ("expected", &check.expected),
        ("actual", &check.actual),
        ("reason", &check.reason),
    ] {
        if let Some(said) = said {
            let _ = writeln!(text, "- {label}: {}", code(said));
        }
    }
    text += flaky.unwrap_or_default();
    text += "\n";
    if let Some(exchange) = evidence::shown(check) {
        let lines = evidence::lines(exchange, Headers::Telling);
        text += &block("text", lines.iter().map(String::as_str));
        text += "\n";
    }
    if let Some(script) = &check.curl {
        text += &hidden("See it again", &block("sh", script.lines()));
    }
    text
}

/// What is shown to whoever asks for it. Markdown is read as such in it only between empty lines.
pub(in crate::report) fn hidden(title: &str, text: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{text}\n</details>\n\n")
}

/// What else the cause explains, and what it keeps from being asked.
fn others(checks: &[&CheckEntry]) -> String {
    let rest = checks.iter().skip(1).copied();
    let (blocked, failed): (Vec<&CheckEntry>, Vec<_>) = rest.partition(|check| is_blocked(check));
    let mut text = String::new();
    if !failed.is_empty() {
        let ids = failed.iter().map(|check| check.id.as_str());
        let _ = write!(text, "Also in {}.\n\n", named(ids));
    }
    if !blocked.is_empty() {
        let verb = if blocked.len() == 1 { "is" } else { "are" };
        let count = words::count(blocked.len(), "check");
        let _ = write!(text, "{count} {verb} blocked by it.\n\n");
    }
    text
}

/// The first of these as code, and how many more there are.
fn named<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let mut names: Vec<_> = all.take(NAMED).map(code).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    words::list(&names)
}

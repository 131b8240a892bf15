//! Every report of a record, and what holds of each: nothing that a registry says is more than text
//! in it.

use serde_json::Value;

use super::super::page;
use super::super::xml;
use crate::report;
use crate::report::Format;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::fuzz::FuzzRecord;
use crate::report::json;
use crate::run::Comparison;
use crate::run::Diff;
use crate::run::Record;

/// The reports of a run. The commands and elements of those in which they are counted.
pub(super) fn run(record: &Record) -> Vec<String> {
    let written = json::render(record).expect("a record is JSON");
    assert_eq!(json::read(&written).as_ref(), Ok(record));
    let verbosities = [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose];
    for verbosity in verbosities {
        is_plain(&report::terminal(record, &options(verbosity)), &['\n']);
    }
    files(report::FORMATS, record)
}

/// The reports of a campaign; likewise.
pub(super) fn campaign(record: &FuzzRecord) -> Vec<String> {
    let files_of = std::collections::BTreeMap::new();
    let text = report::fuzz::terminal(record, &files_of, &options(Verbosity::Verbose));
    is_plain(&text, &['\n']);
    files(report::fuzz::FORMATS, record)
}

/// The reports of a comparison.
pub(super) fn comparison(comparison: &Comparison) {
    let text = report::compare::terminal(comparison, &options(Verbosity::Normal));
    is_plain(&text, &['\n']);
    files(report::compare::FORMATS, comparison);
}

/// The reports of a diff.
pub(super) fn diff(diff: &Diff) {
    is_plain(
        &report::diff::terminal(diff, &options(Verbosity::Verbose)),
        &['\n'],
    );
    files(report::diff::FORMATS, diff);
}

fn options(verbosity: Verbosity) -> TerminalOptions {
    TerminalOptions {
        colour: false,
        width: 80,
        verbosity,
    }
}

/// Writes every format. The commands and elements of those in which they are counted.
fn files<R>(formats: &[Format<R>], record: &R) -> Vec<String> {
    let mut ours = Vec::new();
    for format in formats {
        let files = format.files(record).expect("a record is a report");
        assert_eq!(files.len(), format.paths().len(), "{}", format.name);
        for (path, bytes) in format.paths().iter().zip(files) {
            let text = String::from_utf8(bytes).expect("a report is text");
            ours.extend(holds(format.name, path, &text));
        }
    }
    ours
}

/// Holds that a file is what its name says.
fn holds(format: &str, path: &str, text: &str) -> Vec<String> {
    let extension = path.rsplit('.').next().unwrap_or_default();
    match extension {
        "html" => page::is_ours(text),
        "md" => is_plain(text, &['\n']),
        "json" | "sarif" | "har" => {
            serde_json::from_str::<Value>(text).expect(path);
        }
        "yaml" => {
            yaml_serde::from_str::<Value>(text).expect(path);
        }
        "txt" => return commands(text),
        "xml" | "svg" => {
            let elements = xml::elements(text).into_iter();
            return elements.map(str::to_owned).collect();
        }
        _ => panic!("nobody knows what holds of {format}: {path}"),
    }
    Vec::new()
}

/// The commands of a file of annotations, of which every line is one.
fn commands(text: &str) -> Vec<String> {
    is_plain(text, &['\n']);
    let lines = text.lines().map(|line| {
        let command = line.strip_prefix("::").expect("a line is a command");
        let name = command.split([' ', ':']).next().unwrap_or_default();
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        name.to_owned()
    });
    lines.collect()
}

/// Nothing that a terminal obeys, or that hides or turns text, but for what is let through.
pub(in crate::targets) fn is_plain(page: &str, let_through: &[char]) {
    let is_obeyed = |c: &char| c.is_control() && !let_through.contains(c);
    let is_unseen = |c: &char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let bad = page.chars().find(|c| is_obeyed(c) || is_unseen(c));
    assert_eq!(bad, None, "{page:?}");
}

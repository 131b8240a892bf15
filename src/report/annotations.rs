//! Annotations as GitHub Actions reads them from the output of a step: one command a line.
//!
//! GitHub shows ten of a kind for a step, so that the most severe come first and the last says how
//! many more there are. A line end would begin another command, and so nothing but `%0A` stands for
//! one.

use crate::run::CauseEntry;
use crate::run::CheckEntry;
use crate::run::ExpectationsEntry;
use crate::run::Gating;
use crate::run::Record;
use crate::run::gating;

use super::ReportError;
use super::clean;
use super::evidence;
use super::grouped;
use super::terminal::expectations;
use super::terminal::lesser::known_failure;
use super::terminal::summary;
use super::words;

/// The name of the format, which on GitHub is printed and not written.
pub const ANNOTATIONS: &str = "annotations";

/// How many of a kind are shown.
const MOST: usize = 10;
/// The most characters of a title, and of a line of a message.
const LONGEST_TITLE: usize = 200;
const LONGEST_LINE: usize = 600;

/// What an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Error,
    Warning,
    Notice,
}

/// A sentence for the margin of a job.
#[derive(Debug)]
pub(super) struct Annotation {
    kind: Kind,
    title: String,
    lines: Vec<String>,
}

/// The record as commands of GitHub Actions.
pub(super) fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    Ok(written(&annotations(record)).into_bytes())
}

fn annotations(record: &Record) -> Vec<Annotation> {
    let causes = grouped::causes(record);
    let mut all: Vec<_> = about_the_run(record).into_iter().collect();
    let explained = causes.violations.iter().chain(&causes.recommendations);
    all.extend(explained.map(|(cause, checks)| of_cause(record, cause, checks)));
    let besides = grouped::unexplained(record);
    all.extend(besides.into_iter().map(|check| {
        let title = format!("{}: {}", check.level, check.id);
        let why = format!("{}: {}", check.verdict, grouped::why(check));
        Annotation::new(Kind::Error, &title, [why])
    }));
    all.extend(out_of_date(record.expectations.as_ref()));
    all.extend(grouped::known(record).map(|check| {
        let title = "known failure";
        Annotation::new(Kind::Notice, title, [known_failure(check)])
    }));
    all
}

/// Where no check shows that the run is no success.
fn about_the_run(record: &Record) -> Option<Annotation> {
    let is_one = record.complete && gating(record) != Gating::NothingRan;
    (!is_one).then(|| {
        let (_, verdict, text) = summary::told(record);
        Annotation::new(Kind::Error, &verdict, [text])
    })
}

/// Expectations that somebody has to look at; an error where they gate.
pub(super) fn out_of_date(entries: Option<&ExpectationsEntry>) -> Vec<Annotation> {
    let Some(expectations) = entries else {
        return Vec::new();
    };
    let kind = if expectations.gates() {
        Kind::Error
    } else {
        Kind::Warning
    };
    let of = |entry| {
        let says = expectations::says(entry);
        let text = format!("{} ({}): {says}", entry.glob, entry.reason);
        Annotation::new(kind, "an expectation is out of date", [text])
    };
    expectations.out_of_date().map(of).collect()
}

fn of_cause(record: &Record, cause: &CauseEntry, checks: &[&CheckEntry]) -> Annotation {
    let kind = if cause.gates {
        Kind::Error
    } else {
        Kind::Warning
    };
    let name = match &cause.requirement {
        Some(id) => evidence::requirement_name(record, id),
        None => cause.title.clone(),
    };
    let title = format!("{}: {name}", cause.level);
    let sentence = cause.requirement.as_deref().and_then(evidence::sentence);
    let mut lines = vec![sentence.unwrap_or(&cause.title).to_owned()];
    if let Some(check) = checks.first() {
        lines.push(format!("Check: {}{}", check.id, besides(checks)));
        lines.extend(check.expected.iter().map(|it| format!("Expected: {it}")));
        lines.extend(check.actual.iter().map(|it| format!("Actual: {it}")));
        lines.extend(check.reason.iter().map(|it| format!("Reason: {it}")));
    }
    Annotation::new(kind, &title, lines)
}

/// ` (and 40 others, and 14 blocked)`: what a cause explains beside the first of its checks, and what
/// it keeps from being asked.
fn besides(checks: &[&CheckEntry]) -> String {
    let rest = checks.iter().skip(1);
    let (blocked, others): (Vec<&CheckEntry>, Vec<_>) =
        rest.copied().partition(|check| grouped::is_blocked(check));
    let others = (!others.is_empty()).then(|| words::count(others.len(), "other"));
    let blocked = (!blocked.is_empty()).then(|| format!("{} blocked", blocked.len()));
    match (others, blocked) {
        (None, None) => String::new(),
        (Some(one), None) | (None, Some(one)) => format!(" (and {one})"),
        (Some(others), Some(blocked)) => format!(" (and {others}, and {blocked})"),
    }
}

impl Annotation {
    pub(super) fn new(kind: Kind, title: &str, lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter();
        Self {
            kind,
            title: clean::line(title, LONGEST_TITLE),
            lines: lines.map(|line| clean::line(&line, LONGEST_LINE)).collect(),
        }
    }

    fn command(&self) -> String {
        let word = match self.kind {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        };
        format!(
            "::{word} title={}::{}\n",
            property(&self.title),
            data(&self.lines.join("\n"))
        )
    }
}

/// The commands, at most ten of a kind.
pub(super) fn written(all: &[Annotation]) -> String {
    [Kind::Error, Kind::Warning, Kind::Notice]
        .into_iter()
        .map(|kind| of_kind(all.iter().filter(|it| it.kind == kind).collect()))
        .collect()
}

fn of_kind(all: Vec<&Annotation>) -> String {
    if all.len() <= MOST {
        return all.into_iter().map(Annotation::command).collect();
    }
    let shown = &all[..MOST - 1];
    let more = format!("and {} more", all.len() - shown.len());
    let text = format!("{more}: the other reports have them all");
    let last = Annotation::new(all[0].kind, &more, [text]);
    let shown = shown.iter().copied().chain([&last]);
    shown.map(Annotation::command).collect()
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What stands before it, where these part properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;

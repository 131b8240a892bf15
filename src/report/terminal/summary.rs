//! The whole in numbers, and the verdict in a sentence.

use anstyle::Style;

use crate::catalogue::Level;
use crate::run::CategoryEntry;
use crate::run::Gating;
use crate::run::Record;
use crate::run::gating;
use crate::verdict::Verdict;

use super::super::clean;
use super::super::tally::Row;
use super::super::tally::Tally;
use super::super::unjudged::unjudged;
use super::super::words;
use super::expectations;
use super::page::BOLD;
use super::page::DIM;
use super::page::GREEN;
use super::page::PLAIN;
use super::page::Page;
use super::page::RED;
use super::page::Span;
use super::page::YELLOW;

/// Writes the table of workflows, the features that are not there, why checks came to no judgement,
/// and the counts.
pub(super) fn write(page: &mut Page, record: &Record) {
    workflows(page, record);
    features(page, record);
    counts(page, record);
    reasons(page, record);
}

/// How wide the names of workflows and their states are.
const NAME: usize = 12;
const STATE: usize = 11;

/// How many letters a head has where there is no room for more.
const SHORT: usize = 5;

fn workflows(page: &mut Page, record: &Record) {
    let tally = Tally::of(record);
    if tally.rows.is_empty() {
        return;
    }
    let (heads, widths) = columns(&tally.verdicts, page.width());
    let head = format!(
        "{:<NAME$}{:<STATE$}{}",
        "workflow",
        "state",
        cells(&heads, &widths)
    );
    page.line(0, &Span::new(BOLD, &head));
    for row in tally.rows.iter().chain([&tally.all]) {
        let state = row.state.as_deref().unwrap_or_default();
        page.line_of(&[
            Span::new(PLAIN, &format!("{:<NAME$}", row.id)),
            Span::new(state_style(state), &format!("{state:<STATE$}")),
            Span::new(PLAIN, &cells(&numbers(row), &widths)),
        ]);
    }
    let is_open = |it: &CategoryEntry| it.state == "untested" && it.blocked > 0;
    if record.categories.iter().any(is_open) {
        let note = "Untested: nobody knows how the checks that are blocked would have ended.";
        page.text(0, &Span::new(DIM, note));
    }
    page.blank();
}

/// The heads of the columns of numbers and how wide these are; short ones where there is no room.
fn columns(verdicts: &[Verdict], room: usize) -> (Vec<String>, Vec<usize>) {
    let heads = verdicts.iter().map(ToString::to_string);
    let heads: Vec<_> = heads.chain(["all".to_owned()]).collect();
    let widths: Vec<_> = heads.iter().map(|head| head.len().max(4) + 2).collect();
    if NAME + STATE + widths.iter().sum::<usize>() <= room {
        return (heads, widths);
    }
    let heads = heads.iter().map(|head| head.chars().take(SHORT).collect());
    let heads: Vec<String> = heads.collect();
    let widths = heads.iter().map(|head| head.len().max(4) + 1).collect();
    (heads, widths)
}

/// The cells of a line, flush right.
fn cells(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths);
    let cells: Vec<_> = cells
        .map(|(cell, width)| format!("{cell:>width$}"))
        .collect();
    cells.concat()
}

/// The numbers of a row; a zero is a dash, so that the others stand out.
fn numbers(row: &Row) -> Vec<String> {
    let counts = row.counts.iter().chain([&row.total]);
    let counts = counts.map(|number| match number {
        0 => "-".to_owned(),
        _ => number.to_string(),
    });
    counts.collect()
}

/// Why checks came to no judgement.
fn reasons(page: &mut Page, record: &Record) {
    for it in unjudged(record) {
        let label = format!("  {}: ", it.head());
        let reasons = it.told(str::to_owned);
        page.paragraph(0, &Span::new(PLAIN, &label), &Span::new(DIM, &reasons));
    }
}

fn state_style(state: &str) -> Style {
    match state {
        "conformant" => GREEN,
        "violated" => RED,
        _ => DIM,
    }
}

fn features(page: &mut Page, record: &Record) {
    let absent: Vec<_> = record
        .features
        .iter()
        .filter(|feature| feature.state == "unsupported")
        .collect();
    let Some(widest) = absent
        .iter()
        .map(|feature| feature.id.chars().count())
        .max()
    else {
        return;
    };
    page.line(
        0,
        &Span::new(BOLD, "Not supported, which the specification allows:"),
    );
    for feature in absent {
        let label = format!("{:<width$}  ", feature.id, width = widest.min(30));
        page.paragraph(
            2,
            &Span::new(PLAIN, &label),
            &Span::cut(DIM, &feature.evidence, 300),
        );
    }
    page.blank();
}

fn counts(page: &mut Page, record: &Record) {
    page.text(0, &Span::new(PLAIN, &counted(record)));
}

/// How many checks ended how, and what it took.
pub(in crate::report) fn counted(record: &Record) -> String {
    let number = |verdict: &Verdict| record.summary.get(verdict.word()).copied().unwrap_or(0);
    let counts: Vec<_> = Verdict::ALL
        .iter()
        .filter(|verdict| number(verdict) > 0)
        .map(|verdict| format!("{} {verdict}", number(verdict)))
        .collect();
    let checks = words::count(record.checks.len(), "check");
    let requests = words::count(
        usize::try_from(record.requests).unwrap_or(usize::MAX),
        "request",
    );
    let colon = if counts.is_empty() { "" } else { ": " };
    let time = words::time(record.duration_ms);
    format!("{checks}{colon}{}; {requests} in {time}", counts.join(", "))
}

/// Writes the last line: the verdict, and what it rests on.
pub(super) fn verdict(page: &mut Page, record: &Record) {
    let (style, word, text) = told(record);
    page.line_of(&[
        Span::new(style, &word),
        Span::new(PLAIN, &format!(": {text}")),
    ]);
}

/// The verdict in a word, and what it rests on, as far as the run came; with the style in which a
/// terminal shows it.
pub(in crate::report) fn told(record: &Record) -> (Style, String, String) {
    let Judgement {
        word,
        is_good,
        text,
    } = judgement(record);
    let style = if is_good { GREEN } else { RED };
    if record.complete {
        return (style, word.to_owned(), text);
    }
    let reason = clean::line(record.ended_by.as_deref().unwrap_or("unknown reason"), 40);
    let style = if is_good { YELLOW } else { style };
    let so_far = format!("so far {}: {text}", word.to_lowercase());
    (style, format!("INCOMPLETE ({reason})"), so_far)
}

/// The verdict on a run.
#[derive(Debug)]
pub(in crate::report) struct Judgement {
    /// In a word or two.
    pub(in crate::report) word: &'static str,
    /// Whether the run is a success.
    pub(in crate::report) is_good: bool,
    /// What it rests on.
    pub(in crate::report) text: String,
}

/// The verdict, and what it rests on.
pub(in crate::report) fn judgement(record: &Record) -> Judgement {
    let out_of_date = record.expectations.as_ref().filter(|it| it.gates());
    let missed = record.thresholds.iter().filter(|it| !it.met).count();
    let (word, is_good, text) = match (gating(record), out_of_date) {
        (Gating::Violated, _) => ("FAILED", false, gates(record)),
        (_, _) if missed > 0 => ("MISSED", false, words::count(missed, "threshold")),
        (_, Some(entries)) => ("OUT OF DATE", false, expectations::verdict(entries)),
        (Gating::NothingRan, None) => (
            "NOTHING RAN",
            false,
            "no check came to a judgement".to_owned(),
        ),
        (Gating::Passed, None) => ("passed", true, passed(record)),
    };
    Judgement {
        word,
        is_good,
        text,
    }
}

/// `3 causes gate (2 must, 1 expected)`.
fn gates(record: &Record) -> String {
    let causes: Vec<_> = record.causes.iter().filter(|cause| cause.gates).collect();
    let (number, noun, levels): (_, _, Vec<&str>) = if causes.is_empty() {
        let checks: Vec<_> = record.checks.iter().filter(|check| check.gates).collect();
        let levels = checks.iter().map(|check| check.level.as_str()).collect();
        (checks.len(), "check", levels)
    } else {
        (
            causes.len(),
            "cause",
            causes.iter().map(|cause| cause.level.as_str()).collect(),
        )
    };
    let by_level: Vec<_> = Level::ALL
        .iter()
        .map(|level| {
            (
                level,
                levels
                    .iter()
                    .filter(|found| **found == level.to_string())
                    .count(),
            )
        })
        .filter(|(_, found)| *found > 0)
        .map(|(level, found)| format!("{found} {level}"))
        .collect();
    let verb = if number == 1 { "gates" } else { "gate" };
    format!(
        "{} {verb} ({})",
        words::count(number, noun),
        by_level.join(", ")
    )
}

/// The levels that make the run fail.
pub(in crate::report) fn gating_levels(record: &Record) -> Vec<String> {
    let gate = words::weight(&record.fail_on);
    Level::ALL
        .iter()
        .map(ToString::to_string)
        .filter(|level| record.fail_on != "never" && words::weight(level) <= gate)
        .collect()
}

/// What would have gated, and what there is that does not.
fn passed(record: &Record) -> String {
    let levels = gating_levels(record);
    let mut text = match levels.as_slice() {
        [] => "nothing can gate, as was asked for".to_owned(),
        levels => format!("nothing gates ({} would)", words::list(levels)),
    };
    let rest = uncounted(record);
    if !rest.is_empty() {
        text.push_str("; not counted: ");
        text.push_str(&words::list(&rest));
    }
    text
}

/// What is not as it should be, and does not gate.
fn uncounted(record: &Record) -> Vec<String> {
    [
        (Verdict::Fail, "failure"),
        (Verdict::Flaky, "flaky check"),
        (Verdict::Error, "error"),
        (Verdict::Warn, "warning"),
        (Verdict::Known, "known failure"),
    ]
    .into_iter()
    .map(|(verdict, noun)| {
        (
            record.summary.get(verdict.word()).copied().unwrap_or(0),
            noun,
        )
    })
    .filter(|(number, _)| *number > 0)
    .map(|(number, noun)| words::count(number, noun))
    .collect()
}

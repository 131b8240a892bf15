//! What a person sees at the end of `plimsoll replay`.

use anstyle::Style;

use crate::fuzz::Replay;
use crate::fuzz::Replayed;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::terminal::page::BOLD;
use crate::report::terminal::page::DIM;
use crate::report::terminal::page::GREEN;
use crate::report::terminal::page::PLAIN;
use crate::report::terminal::page::Page;
use crate::report::terminal::page::RED;
use crate::report::terminal::page::Span;
use crate::report::terminal::page::YELLOW;
use crate::report::words;

use super::terminal::script;

/// How wide a column of answers is.
const COLUMN: usize = 9;

/// Findings or failed checks, and what came of each at each registry.
#[derive(Debug, Clone)]
pub struct Replays {
    /// The registries; none where each finding was put to its own.
    pub targets: Vec<String>,
    /// What a row is called.
    pub noun: &'static str,
    /// A row for each.
    pub rows: Vec<Row>,
}

/// A finding or a failed check, and what came of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its file, or its id.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// What came of it, in the order of the registries.
    pub answers: Vec<Replay>,
}

/// The table for a terminal. Nothing that a target or a file says is in it unescaped.
pub fn replays(table: &Replays, options: &TerminalOptions) -> String {
    let mut page = Page::new(options.width, options.colour);
    if options.verbosity != Verbosity::Quiet {
        legend(&mut page, table);
        for row in &table.rows {
            self::row(&mut page, table, row, options.verbosity);
        }
        page.blank();
    }
    sum(&mut page, table);
    page.finish()
}

fn legend(page: &mut Page, table: &Replays) {
    if table.targets.len() < 2 {
        return;
    }
    for (index, target) in table.targets.iter().enumerate() {
        page.line(0, &Span::new(DIM, &format!("[{}] {target}", index + 1)));
    }
    let heads =
        (1..=table.targets.len()).map(|number| format!("{:<COLUMN$}", format!("[{number}]")));
    page.line(0, &Span::new(BOLD, &heads.collect::<String>()));
}

fn row(page: &mut Page, table: &Replays, row: &Row, verbosity: Verbosity) {
    let words = row.answers.iter().map(|answer| {
        let (style, word) = word(&answer.replayed);
        Span::new(style, &format!("{word:<COLUMN$}"))
    });
    let mut spans: Vec<_> = words.collect();
    spans.push(Span::new(PLAIN, &row.name));
    page.line_of(&spans);
    page.paragraph(2, &Span::new(PLAIN, ""), &Span::cut(DIM, &row.title, 300));
    for (index, answer) in row.answers.iter().enumerate() {
        let at = if table.targets.len() > 1 {
            format!("[{}] ", index + 1)
        } else {
            String::new()
        };
        if let Replayed::Changed(why) | Replayed::Error(why) = &answer.replayed {
            page.paragraph(2, &Span::new(DIM, &at), &Span::new(PLAIN, why));
        }
        if verbosity == Verbosity::Verbose && !answer.curl.is_empty() {
            script(page, &answer.curl);
        }
    }
}

fn word(replayed: &Replayed) -> (Style, &'static str) {
    match replayed {
        Replayed::Fixed => (GREEN, "FIXED"),
        Replayed::Failed => (RED, "FAILED"),
        Replayed::Changed(_) => (YELLOW, "CHANGED"),
        Replayed::Error(_) => (RED, "ERROR"),
    }
}

fn sum(page: &mut Page, table: &Replays) {
    let answers: Vec<_> = table.rows.iter().flat_map(|row| &row.answers).collect();
    let of = |wanted: &str| {
        let matching = answers.iter().filter(|it| word(&it.replayed).1 == wanted);
        matching.count()
    };
    let parts = ["FIXED", "FAILED", "CHANGED", "ERROR"]
        .into_iter()
        .filter(|wanted| of(wanted) > 0)
        .map(|wanted| format!("{} {wanted}", of(wanted)));
    let parts: Vec<_> = parts.collect();
    let style = if of("FIXED") == answers.len() {
        GREEN
    } else {
        RED
    };
    let rows = words::count(table.rows.len(), table.noun);
    let text = format!("{rows}: {}", words::list(&parts));
    page.text(0, &Span::new(style, &text));
}

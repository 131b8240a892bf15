//! What a person sees at the end of `plimsoll check`.
//!
//! The causes come first, heaviest at the top, each with the exchange that shows it and the script
//! that shows it again; then what is merely recommended; then the whole in numbers. The last line
//! is the verdict. Nothing is decided here: what gates is in the record.

mod causes;
pub(in crate::report) mod expectations;
mod gate;
pub(in crate::report) mod lesser;
pub(in crate::report) mod page;
pub(in crate::report) mod summary;

use anstyle::Style;

use crate::run::Record;
use crate::verdict::Verdict;

use page::BOLD;
use page::DIM;
use page::GREEN;
use page::PLAIN;
use page::Page;
use page::RED;
use page::Span;
use page::YELLOW;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verbosity {
    /// The verdict alone.
    Quiet,
    /// What is wrong, and the whole in numbers.
    #[default]
    Normal,
    /// Every check besides.
    Verbose,
}

/// How the terminal wants its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Whether it shows colours.
    pub colour: bool,
    /// How many characters a line has.
    pub width: usize,
    /// How much is shown.
    pub verbosity: Verbosity,
}

/// The record for a terminal. Nothing of what the target sent is in it unescaped.
pub fn terminal(record: &Record, options: &TerminalOptions) -> String {
    let mut page = Page::new(options.width, options.colour);
    if options.verbosity != Verbosity::Quiet {
        header(&mut page, record);
        if options.verbosity == Verbosity::Verbose {
            every_check(&mut page, record);
        }
        causes::write(&mut page, record);
        expectations::write(&mut page, record.expectations.as_ref());
        gate::write(&mut page, record);
        summary::write(&mut page, record);
    }
    summary::verdict(&mut page, record);
    page.finish()
}

fn header(page: &mut Page, record: &Record) {
    let tool = format!("{} {}  ", record.tool.name, record.tool.version);
    page.paragraph(
        0,
        &Span::new(BOLD, &tool),
        &Span::new(BOLD, &record.target.url),
    );
    let software = record.target.software.as_deref();
    let software = match software {
        Some(words) => Span::cut(PLAIN, words, 80),
        None => Span::new(PLAIN, "it does not say what it is"),
    };
    page.paragraph(0, &Span::new(DIM, "software  "), &software);
    let run = format!(
        "specification {}, seed {}, run {}, started {}",
        record.spec, record.seed, record.run_id, record.started
    );
    page.paragraph(0, &Span::new(DIM, "run       "), &Span::new(PLAIN, &run));
    page.blank();
}

fn every_check(page: &mut Page, record: &Record) {
    for check in &record.checks {
        let word = format!("{:<13}", check.verdict);
        let text = format!("{}: {}", check.id, check.title);
        page.paragraph(
            0,
            &Span::new(verdict_style(&check.verdict), &word),
            &Span::cut(PLAIN, &text, 300),
        );
    }
    page.blank();
}

fn verdict_style(word: &str) -> Style {
    match Verdict::ALL.iter().find(|verdict| verdict.word() == word) {
        Some(Verdict::Pass) => GREEN,
        Some(Verdict::Warn | Verdict::Known) => YELLOW,
        Some(Verdict::Unsupported | Verdict::Skipped) => DIM,
        Some(Verdict::Fail | Verdict::Flaky | Verdict::Error | Verdict::Blocked) | None => RED,
    }
}

#[cfg(test)]
mod tests;

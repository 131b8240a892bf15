//! What a person sees while a run is under way.

use std::io::IsTerminal as _;

use clap::ValueEnum;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::run::Event;
use crate::run::Observer;
use crate::verdict::Verdict;

/// When progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal.
    Auto,
    /// Always: where there is no terminal, a line for each check that did not pass, or for each
    /// finding.
    Always,
    /// Never.
    Never,
}

/// A line at the foot of the terminal.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    lines: bool,
}

impl Progress {
    /// Progress on stderr, so that stdout holds the report alone.
    pub(super) fn new(when: When) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = match when {
            When::Auto | When::Always if is_terminal => {
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            }
            _ => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self {
            bar,
            lines: when == When::Always && !is_terminal,
        }
    }

    /// Clears the line.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn note(&self, id: &str, verdict: &str) {
        if self.lines {
            anstream::eprintln!("{verdict:>11} {id}");
        } else {
            self.bar.println(format!("{verdict:>11} {id}"));
        }
    }
}

impl Observer for Progress {
    fn on(&self, event: &Event<'_>) {
        match event {
            Event::Planned { cases } => {
                self.bar.set_length(*cases as u64);
                self.bar.set_message("finding out what the registry has");
            }
            Event::Probed { .. } => self.bar.set_message(""),
            Event::Started { id } => self.bar.set_message((*id).to_owned()),
            Event::Ended { entry, .. } => {
                self.bar.inc(1);
                let quiet = [Verdict::Pass, Verdict::Unsupported, Verdict::Skipped];
                if !quiet.iter().any(|verdict| verdict.word() == entry.verdict) {
                    self.note(&entry.id, &entry.verdict);
                }
            }
            Event::CleaningUp { things } => {
                self.bar
                    .set_message(format!("deleting {things} things that the run pushed"));
            }
        }
    }
}

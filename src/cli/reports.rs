//! Which reports are written, and where: `--report`, `--out`, and what GitHub Actions sets.

mod step;

use std::io;
use std::io::IsTerminal as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use crate::report;
use crate::report::ANNOTATIONS;
use crate::report::Format;
use crate::report::Render;
use crate::report::ReportError;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::run::random_run_id;

use super::CliError;
use super::Exit;

use step::append;
use step::open;

/// What stands in the place of formats where no report is wanted.
const NONE: &str = "none";

/// What GitHub Actions says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Github {
    /// Whether this is a step of one of its jobs.
    pub(super) is_there: bool,
    /// The file for the summary of the step.
    pub(super) summary: Option<PathBuf>,
}

/// The reports of a verb whose record is an `R`.
#[derive(Debug)]
pub(super) struct Reports<R: 'static> {
    formats: Vec<&'static Format<R>>,
    dir: PathBuf,
    github: Github,
    is_silent: bool,
}

impl Github {
    /// What the environment says.
    pub(super) fn of_environment() -> Self {
        let is_there = std::env::var("GITHUB_ACTIONS").is_ok_and(|it| it == "true");
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|it| !it.is_empty());
        Self {
            is_there,
            summary: summary.map(PathBuf::from),
        }
    }
}

impl<R> Reports<R> {
    /// The formats of these names or, if there are none, those that are written unless told
    /// otherwise; on GitHub with annotations.
    pub(super) fn new(
        names: &[String],
        otherwise: &[&str],
        known: &'static [Format<R>],
        dir: &Path,
        github: Github,
    ) -> Result<Self, CliError> {
        let mut wanted: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        if names.is_empty() {
            wanted = otherwise.to_vec();
            if github.is_there && !wanted.is_empty() {
                wanted.push(ANNOTATIONS);
            }
        }
        if wanted == [NONE] {
            wanted.clear();
        }
        if wanted.contains(&NONE) {
            return Err(CliError::Usage(
                "--report names none beside formats, and both cannot be; give none alone, or leave it out"
                    .to_owned(),
            ));
        }
        let mut formats: Vec<&'static Format<R>> = Vec::new();
        for name in wanted {
            let format = find(known, name)?;
            if formats.iter().any(|other| other.name == format.name) {
                return Err(CliError::Usage(format!(
                    "--report names `{name}` twice; name each format once"
                )));
            }
            formats.push(format);
        }
        let reports = Self {
            formats,
            dir: dir.to_owned(),
            github,
            is_silent: false,
        };
        reports.refuse_clash()?;
        Ok(reports)
    }

    /// The same, that do not say where they went, if `is_silent`.
    pub(super) fn silent(self, is_silent: bool) -> Self {
        Self { is_silent, ..self }
    }

    /// Two reports in one place would leave one of them.
    fn refuse_clash(&self) -> Result<(), CliError> {
        let mut places: Vec<PathBuf> = Vec::new();
        for path in self.paths().into_iter().chain(self.summary().cloned()) {
            let place = resolved(&path);
            if places.contains(&place) {
                return Err(CliError::Usage(format!(
                    "two reports would go to `{}`; give another --out, or leave one of them out",
                    path.display()
                )));
            }
            places.push(place);
        }
        Ok(())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.formats.is_empty()
    }

    /// The files that will be written.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let paths = self.written().into_iter().flat_map(Format::paths);
        paths.map(|path| self.dir.join(path)).collect()
    }

    /// Makes sure that every report can be written, before anything is asked.
    pub(super) fn prepare(&self) -> Result<(), CliError> {
        if self.is_empty() {
            return Ok(());
        }
        report::prepare(&self.dir, &self.written()).map_err(|error| unwritable(&error))?;
        match self.summary() {
            Some(path) => open(path).map(drop).map_err(|error| unwritable(&error)),
            None => Ok(()),
        }
    }

    /// Writes the reports and says where they are; what could not be written decides how plimsoll
    /// ends.
    pub(super) fn write(&self, record: &R) -> Exit {
        if self.is_empty() {
            return Exit::Passed;
        }
        let mut places = Vec::new();
        let mut outcomes = Vec::new();
        for format in self.written() {
            let written = report::write_all(&self.dir, &[format], record);
            if written.is_ok() {
                places.push(self.dir.join(format.file_name));
            }
            outcomes.push(written.map(drop));
        }
        outcomes.push(self.sum_up(record));
        outcomes.push(self.annotate(record));
        if !self.is_silent && !places.is_empty() {
            let _ = anstream::stdout().write_all(told(&places).as_bytes());
        }
        let exits = outcomes.into_iter().map(|outcome| match outcome {
            Ok(()) => Exit::Passed,
            Err(error) => {
                anstream::eprintln!("plimsoll: {error}");
                Exit::Broken
            }
        });
        exits.fold(Exit::Passed, Exit::and)
    }

    /// The formats that go to files of their own.
    fn written(&self) -> Vec<&'static Format<R>> {
        let formats = self.formats.iter().copied();
        let is_file = |it: &&Format<R>| !(self.github.is_there && it.name == ANNOTATIONS);
        formats.filter(is_file).collect()
    }

    /// The file that the summary of a step is to be added to.
    fn summary(&self) -> Option<&PathBuf> {
        let has_parts = |it: &&Format<R>| matches!(it.render, Render::Parts(_));
        let summary = self.github.summary.as_ref();
        summary.filter(|_| self.formats.iter().any(has_parts))
    }

    fn sum_up(&self, record: &R) -> Result<(), ReportError> {
        let Some(path) = self.summary() else {
            return Ok(());
        };
        for format in &self.formats {
            if let Render::Parts(parts) = format.render {
                append(path, &parts(record))?;
            }
        }
        Ok(())
    }

    fn annotate(&self, record: &R) -> Result<(), ReportError> {
        let mut formats = self.formats.iter();
        let Some(format) = formats.find(|it| it.name == ANNOTATIONS) else {
            return Ok(());
        };
        if self.github.is_there {
            let bytes = format.files(record)?.concat();
            // Who reads the output has gone: nobody is left to be told.
            let _ = io::stdout().lock().write_all(&bytes);
        }
        Ok(())
    }
}

fn find<R>(known: &'static [Format<R>], name: &str) -> Result<&'static Format<R>, CliError> {
    let format = known.iter().find(|format| format.name == name);
    format.ok_or_else(|| {
        let known: Vec<_> = known.iter().map(|format| format.name).collect();
        let name = report::fuzz::harmless(name);
        let known = known.join(", ");
        CliError::Usage(format!("`{name}` is no report format; there are {known}"))
    })
}

fn unwritable(error: &ReportError) -> CliError {
    CliError::Report(error.to_string())
}

/// `Reports: reports/results.json, reports/junit.xml`, a line.
fn told(places: &[PathBuf]) -> String {
    let places = places.iter();
    let places = places.map(|path| report::fuzz::harmless(&path.display().to_string()));
    let places: Vec<_> = places.collect();
    format!("Reports: {}\n", places.join(", "))
}

/// A path as the system sees it, whether there is a file yet or not.
pub(super) fn resolved(path: &Path) -> PathBuf {
    if let Ok(path) = std::fs::canonicalize(path) {
        return path;
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = std::fs::canonicalize(folder.unwrap_or(Path::new(".")));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// Prints a text for people.
pub(super) fn print(text: &str, github: &Github) {
    // A line of an answer could look like a command. The word that lets them through again is made
    // only now, so that no target can know it.
    let guarded = if github.is_there {
        let word = format!("plimsoll-{}{}", random_run_id(), random_run_id());
        &format!("::stop-commands::{word}\n{text}\n::{word}::\n")
    } else {
        text
    };
    // The stream takes colours out where nobody sees them. A reader that has gone, such as `head`,
    // is no reason to lose the reports.
    let _ = anstream::stdout().lock().write_all(guarded.as_bytes());
}

/// How a text for people looks.
pub(super) fn options(quiet: bool, verbose: bool) -> TerminalOptions {
    TerminalOptions {
        colour: true,
        width: if io::stdout().is_terminal() {
            terminal_width()
        } else {
            100
        },
        verbosity: match (quiet, verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        },
    }
}

/// How many characters a line of the terminal has.
pub(super) fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    columns.unwrap_or(100).clamp(60, 140)
}

#[cfg(test)]
mod tests;

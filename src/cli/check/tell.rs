//! Writing and printing what came of a run.

use std::io::IsTerminal as _;
use std::io::Write as _;

use crate::report;
use crate::report::Format;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::run::Record;

use super::CliError;
use super::Exit;
use super::Output;

/// The formats that were asked for.
pub(in crate::cli) fn formats(output: &Output) -> Result<Vec<&'static Format>, CliError> {
    if output.report == ["none"] {
        return Ok(Vec::new());
    }
    output
        .report
        .iter()
        .map(|name| {
            report::FORMATS
                .iter()
                .find(|format| format.name == name.trim())
                .ok_or_else(|| {
                    let known: Vec<_> = report::FORMATS.iter().map(|format| format.name).collect();
                    let known = known.join(", ");
                    CliError::Usage(format!(
                        "`{name}` is no report format; there are {known}, or none alone"
                    ))
                })
        })
        .collect()
}

/// Makes sure that every report can be written, before anything is asked.
pub(in crate::cli) fn prepare(output: &Output, formats: &[&Format]) -> Result<(), CliError> {
    if formats.is_empty() {
        return Ok(());
    }
    report::prepare(&output.out, formats).map_err(|error| CliError::Report(error.to_string()))
}

/// Prints the report for people, and writes the others; what could not be written decides how
/// plimsoll ends.
pub(in crate::cli) fn tell(output: &Output, formats: &[&Format], record: &Record) -> Exit {
    let verbosity = match (output.quiet, output.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let stdout = anstream::stdout();
    let width = if std::io::stdout().is_terminal() {
        terminal_width()
    } else {
        100
    };
    // The stream takes colours out where nobody sees them.
    let text = report::terminal(
        record,
        &TerminalOptions {
            colour: true,
            width,
            verbosity,
        },
    );
    // A reader that has gone, such as `head`, is no reason to lose the reports.
    let _ = stdout.lock().write_all(text.as_bytes());
    write(output, formats, record)
}

/// Writes the reports.
pub(in crate::cli) fn write(output: &Output, formats: &[&Format], record: &Record) -> Exit {
    match report::write_all(&output.out, formats, record) {
        Ok(_) => Exit::Passed,
        Err(error) => {
            anstream::eprintln!("plimsoll: {error}");
            Exit::Broken
        }
    }
}

pub(in crate::cli) fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    columns.unwrap_or(100).clamp(60, 140)
}

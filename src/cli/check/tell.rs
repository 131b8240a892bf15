//! Writing and printing what came of a run.

use crate::report;
use crate::run::Record;

use super::CliError;
use super::Exit;
use super::Output;
use crate::cli::reports;
use crate::cli::reports::Github;
use crate::cli::reports::Reports;

/// The reports that are written unless told otherwise.
pub(in crate::cli) const FORMATS: [&str; 4] = ["json", "junit", "html", "md"];

/// The reports that were asked for.
pub(in crate::cli) fn reports(
    output: &Output,
    github: Github,
) -> Result<Reports<Record>, CliError> {
    let reports = Reports::new(
        &output.report,
        &FORMATS,
        report::FORMATS,
        &output.out,
        github,
    )?;
    Ok(reports.silent(output.quiet))
}

/// Prints the report for people, and writes the others; what could not be written decides how
/// plimsoll ends.
pub(super) fn tell(
    output: &Output,
    github: &Github,
    reports: &Reports<Record>,
    record: &Record,
) -> Exit {
    let options = reports::options(output.quiet, output.verbose);
    reports::print(&report::terminal(record, &options), github);
    reports.write(record)
}

/// Says why more is put again than what failed.
pub(super) fn note_watches(output: &Output, watches: &[String]) {
    if output.quiet || watches.is_empty() {
        return;
    }
    let verb = if watches.len() == 1 { "is" } else { "are" };
    crate::cli::note(&[format!(
        "{} {verb} judged on every answer of a run, so all is put again that was put then, and not only what failed",
        watches.join(", ")
    )]);
}

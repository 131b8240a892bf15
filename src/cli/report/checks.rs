//! Records of checks: one of them, several as one, or two beside one another.

use std::path::PathBuf;

use crate::cli::CliError;
use crate::cli::Exit;
use crate::cli::check;
use crate::cli::reports::Github;
use crate::cli::reports::options;
use crate::cli::reports::print;
use crate::cli::results;
use crate::report;
use crate::run;
use crate::run::Gating;
use crate::run::Record;
use crate::run::gating;

use super::Args;

/// Prints a record, writes the reports, and ends as the run did.
pub(super) fn tell(args: &Args, paths: &[PathBuf], record: &Record) -> Result<Exit, CliError> {
    let reports = super::reports(args, paths, report::FORMATS, &check::FORMATS)?;
    reports.prepare()?;
    let text = report::terminal(record, &options(args.output.quiet, args.output.verbose));
    print(&text, &Github::of_environment());
    Ok(check::exit(record).and(reports.write(record)))
}

/// Says what differs between two records.
pub(super) fn diff(args: &Args) -> Result<Exit, CliError> {
    let [old, new] = args.files.as_slice() else {
        return Err(CliError::Usage(format!(
            "--diff takes two files, an older and a newer one, and there are {}",
            args.files.len()
        )));
    };
    let mut paths = Vec::new();
    let mut records = Vec::new();
    for file in [old, new] {
        let (path, record) = results::of_checks(file)?;
        paths.push(path);
        records.push(record);
    }
    let reports = super::reports(args, &paths, report::diff::FORMATS, &["json", "md"])?;
    reports.prepare()?;
    let diff = run::diff(&records[0], &records[1]);
    let text = report::diff::terminal(&diff, &options(args.output.quiet, args.output.verbose));
    print(&text, &Github::of_environment());
    let gate = if diff.gates {
        Exit::Violated
    } else {
        Exit::Passed
    };
    Ok(gate
        .and(came_to_nothing(&records[1]))
        .and(reports.write(&diff)))
}

/// A run that was ended, or in which nothing ran, has no new failures, and is no success.
fn came_to_nothing(record: &Record) -> Exit {
    let ended = Exit::of_ending(record.complete, record.ended_by.as_deref());
    match gating(record) {
        Gating::NothingRan => ended.and(Exit::NothingRan),
        _ => ended,
    }
}

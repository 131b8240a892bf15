//! Records of campaigns: one of them, or those of shards as one.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use crate::cli::CliError;
use crate::cli::Exit;
use crate::cli::fuzz;
use crate::cli::reports::Github;
use crate::cli::reports::options;
use crate::cli::reports::print;
use crate::fuzz::campaign::Ended;
use crate::report::ReportError;
use crate::report::fuzz as report;
use crate::report::fuzz::FuzzRecord;

use super::Args;

/// Prints a record, writes the reports, and ends as the campaign did. Where the record itself is
/// written, its findings are, too.
pub(super) fn tell(args: &Args, paths: &[PathBuf], record: &FuzzRecord) -> Result<Exit, CliError> {
    let reports = super::reports(args, paths, report::FORMATS, &["json", "junit", "html"])?;
    let folder = reports.paths().iter().find_map(|path| {
        let is_record = path.file_name().is_some_and(|name| name == "results.json");
        is_record.then(|| path.with_file_name(report::FINDINGS))
    });
    reports.prepare()?;
    let saved = match &folder {
        Some(folder) => save(folder, record),
        None => Ok(()),
    };
    let files = files(paths, folder.as_deref(), record);
    let text = report::terminal(
        record,
        &files,
        &options(args.output.quiet, args.output.verbose),
    );
    print(&text, &Github::of_environment());
    let saved = saved.map_or_else(
        |error| {
            anstream::eprintln!("plimsoll: {error}");
            Exit::Broken
        },
        |()| Exit::Passed,
    );
    Ok(exit(record).and(reports.write(record)).and(saved))
}

fn save(folder: &Path, record: &FuzzRecord) -> Result<(), ReportError> {
    for finding in &record.outcome.findings {
        finding.save(folder).map_err(|source| ReportError::File {
            path: folder.join(format!("{}.json", finding.signature)),
            source,
        })?;
    }
    Ok(())
}

/// Where each finding is to be had: in a file of its own, or else in the results.
fn files(
    paths: &[PathBuf],
    folder: Option<&Path>,
    record: &FuzzRecord,
) -> BTreeMap<String, PathBuf> {
    let beside = paths
        .iter()
        .map(|path| path.with_file_name(report::FINDINGS));
    let folders: Vec<_> = folder
        .map(Path::to_owned)
        .into_iter()
        .chain(beside)
        .collect();
    let place = |signature: &str| {
        let name = format!("{signature}.json");
        let own = folders.iter().map(|folder| folder.join(&name));
        own.filter(|path| path.is_file())
            .chain(paths.iter().cloned())
            .next()
            .unwrap_or_default()
    };
    let findings = record.outcome.findings.iter();
    findings
        .map(|it| (it.signature.clone(), place(&it.signature)))
        .collect()
}

fn exit(record: &FuzzRecord) -> Exit {
    let ended = match &record.ended_by {
        Some(word) => Exit::of_ending(false, Some(word)),
        None if record.outcome.ended == Ended::Stopped => Exit::Interrupted,
        None => Exit::Passed,
    };
    fuzz::exit(record).and(ended)
}

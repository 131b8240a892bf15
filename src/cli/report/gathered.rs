//! What the files say that are named: one record, or many that become one.

use std::path::Path;
use std::path::PathBuf;

use crate::cli::CliError;
use crate::cli::note;
use crate::cli::results;
use crate::cli::results::Results;
use crate::cli::results::unusable;
use crate::report::fuzz;
use crate::report::fuzz::FuzzRecord;
use crate::report::fuzz::harmless;
use crate::run;
use crate::run::Record;
use crate::run::Unmergeable;

use super::folders;

const OF_CHECK: &str = "this is the record of `plimsoll check`, and those before it are of campaigns; merge each kind by itself";
const OF_CAMPAIGN: &str = "this is the record of a campaign of `plimsoll fuzz`, and those before it are of `plimsoll check`; merge each kind by itself";

/// The one record.
pub(super) enum Gathered {
    Checks(Box<Record>),
    Campaign(Box<FuzzRecord>),
}

/// The record in a file, and where it is.
pub(super) fn single(file: &Path) -> Result<(Vec<PathBuf>, Gathered), CliError> {
    let (path, results) = results::read(file)?;
    let gathered = match results {
        Results::Checks(record) => Gathered::Checks(record),
        Results::Campaign(record) => Gathered::Campaign(record),
    };
    Ok((vec![path], gathered))
}

/// One record from those of shards, and where these are. Where `partial`, what cannot be used is left out.
/// One file is in memory at a time.
pub(super) fn merged(
    files: &[PathBuf],
    partial: bool,
) -> Result<(Vec<PathBuf>, Gathered), CliError> {
    let mut merging = Merging::None;
    let mut paths = Vec::new();
    for file in folders::results_in(files)? {
        let (path, results) = match results::read_or_why(&file) {
            Ok(read) => read,
            Err((path, why)) if partial => {
                let path = path.display();
                note(&[format!("the results `{path}` are left out: {why}")]);
                continue;
            }
            Err((path, why)) => return Err(unusable(&path, &why)),
        };
        paths.push(path.clone());
        merging.add(results, &path, &paths)?;
    }
    let gathered = merging.finish(partial, &paths)?;
    Ok((paths, gathered))
}

/// What is on its way to one record: all of one kind.
enum Merging {
    None,
    Checks(run::Merging),
    Campaigns(fuzz::Merging),
}

impl Merging {
    fn add(&mut self, results: Results, path: &Path, paths: &[PathBuf]) -> Result<(), CliError> {
        if let Self::None = self {
            *self = match &results {
                Results::Checks(_) => Self::Checks(run::Merging::default()),
                Results::Campaign(_) => Self::Campaigns(fuzz::Merging::default()),
            };
        }
        let added = match (self, results) {
            (Self::Checks(merging), Results::Checks(record)) => merging.add(*record),
            (Self::Campaigns(merging), Results::Campaign(record)) => merging.add(*record),
            (_, Results::Checks(_)) => return Err(unusable(path, OF_CHECK)),
            (_, Results::Campaign(_)) => return Err(unusable(path, OF_CAMPAIGN)),
        };
        added.map_err(|error| unmergeable(&error, paths))
    }

    fn finish(self, partial: bool, paths: &[PathBuf]) -> Result<Gathered, CliError> {
        let gathered = match self {
            Self::None => Err(Unmergeable::Nothing),
            Self::Checks(merging) => merging
                .finish(partial)
                .map(|record| Gathered::Checks(Box::new(record))),
            Self::Campaigns(merging) => merging
                .finish(partial)
                .map(|record| Gathered::Campaign(Box::new(record))),
        };
        gathered.map_err(|error| unmergeable(&error, paths))
    }
}

fn unmergeable(error: &Unmergeable, paths: &[PathBuf]) -> CliError {
    let text = match error.place().and_then(|it| paths.get(it)) {
        Some(path) => format!("the results `{}` cannot be merged: {error}", path.display()),
        None => format!("these cannot be merged: {error}"),
    };
    CliError::Usage(harmless(&text))
}

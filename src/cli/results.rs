//! `results.json` files that somebody names, of checks or of campaigns; a folder stands for the one in
//! it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::report;
use crate::report::fuzz::FuzzRecord;
use crate::report::fuzz::differential;
use crate::report::fuzz::harmless;
use crate::report::json::ReadError;
use crate::run::Record;

use super::CliError;

/// The longest results that are read, in bytes.
const LONGEST: u64 = 1 << 30;

/// What a file says.
#[derive(Debug)]
pub(super) enum Results {
    /// What a run of checks came to.
    Checks(Box<Record>),
    /// What a campaign came to.
    Campaign(Box<FuzzRecord>),
}

/// The name of the results in a folder of reports.
pub(super) const NAME: &str = "results.json";

const OF_CAMPAIGN: &str =
    "this is the record of a campaign of `plimsoll fuzz`, and that of a `plimsoll check` is needed";

/// The results in a file, or in the folder of reports that the path names.
pub(super) fn read(path: &Path) -> Result<(PathBuf, Results), CliError> {
    read_or_why(path).map_err(|(path, reason)| unusable(&path, &reason))
}

/// The same; otherwise the path, and why what is there cannot be used.
pub(super) fn read_or_why(path: &Path) -> Result<(PathBuf, Results), (PathBuf, String)> {
    let (path, bytes) = bytes_or_why(path)?;
    match parse(&bytes) {
        Ok(results) => Ok((path, results)),
        Err(reason) => Err((path, reason)),
    }
}

/// Those of checks, and no others.
pub(super) fn of_checks(path: &Path) -> Result<(PathBuf, Record), CliError> {
    match read(path)? {
        (path, Results::Checks(record)) => Ok((path, *record)),
        (path, Results::Campaign(_)) => Err(unusable(&path, OF_CAMPAIGN)),
    }
}

/// The bytes of the results in a file, or in the folder that the path names, and where they are.
pub(super) fn bytes(path: &Path) -> Result<(PathBuf, Vec<u8>), CliError> {
    bytes_or_why(path).map_err(|(path, reason)| unusable(&path, &reason))
}

fn bytes_or_why(path: &Path) -> Result<(PathBuf, Vec<u8>), (PathBuf, String)> {
    let mut file = path.to_owned();
    if path.is_dir() {
        file = path.join(NAME);
        if !file.exists() {
            let reason = format!(
                "there is no {NAME} in this folder; give the folder that a run wrote its reports to"
            );
            return Err((path.to_owned(), reason));
        }
    }
    match bytes_of_file(&file) {
        Ok(bytes) => Ok((file, bytes)),
        Err(reason) => Err((file, reason)),
    }
}

/// Whether there are the results of a run in a file or a folder, as far as they say so themselves.
pub(super) fn are_in(path: &Path) -> bool {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "complete")]
        _complete: bool,
    }
    if path.is_dir() {
        return path.join(NAME).is_file();
    }
    let bytes = bytes_of_file(path).unwrap_or_default();
    serde_json::from_slice::<Head>(&bytes).is_ok()
}

fn parse(bytes: &[u8]) -> Result<Results, String> {
    let sentence = |error: ReadError| error.to_string();
    if let Some(campaign) = report::fuzz::read_record(bytes) {
        return campaign
            .map(|it| Results::Campaign(Box::new(it)))
            .map_err(sentence);
    }
    match kind(bytes).as_str() {
        "" => {}
        differential::KIND => {
            return Err(
                "this is what `plimsoll fuzz --differential` found, of which there are no other forms"
                    .to_owned(),
            );
        }
        other => return Err(format!("this is a `{other}`, and not the record of a run")),
    }
    report::json::read(bytes)
        .map(|it| Results::Checks(Box::new(it)))
        .map_err(sentence)
}

/// What a record says that it is; nothing for one of a check.
fn kind(bytes: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Kind {
        #[serde(default)]
        kind: String,
    }
    let kind: Option<Kind> = serde_json::from_slice(bytes).ok();
    kind.map_or(String::new(), |it| it.kind)
}

fn bytes_of_file(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > LONGEST => {
            Err(format!("they have more than {LONGEST} bytes"))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

/// A file that says nothing that can be used.
pub(super) fn unusable(path: &Path, reason: &str) -> CliError {
    let path = path.display();
    CliError::Usage(harmless(&format!(
        "the results `{path}` cannot be used, so nothing was done: {reason}"
    )))
}

//! `results.json` files that somebody names: of checks, of campaigns, or folders of reports.

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

/// The results in a file, or in the folder of reports that the path names.
pub(super) fn read(path: &Path) -> Result<(PathBuf, Results), CliError> {
    let path = if path.is_dir() {
        path.join("results.json")
    } else {
        path.to_owned()
    };
    let bytes = bytes(&path).map_err(|reason| unusable(&path, &reason))?;
    let results = parse(&bytes).map_err(|reason| unusable(&path, &reason))?;
    Ok((path, results))
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

/// The bytes of a file, or why there are none.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
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
        "the results `{path}` cannot be used: {reason}"
    )))
}

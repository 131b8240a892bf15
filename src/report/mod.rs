//! Reports: pure functions from the record of a run to bytes, one format in one file.
//!
//! A new format is a row of `FORMATS`. What is here writes files and knows nothing of how a run
//! came about; what the target said is made harmless in `clean` before it reaches any of them.

mod clean;
mod evidence;
pub mod fuzz;
pub mod json;
pub mod junit;
mod terminal;
mod words;
pub mod yaml;

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::run::Record;

pub use terminal::TerminalOptions;
pub use terminal::Verbosity;
pub use terminal::terminal;

/// A form in which a record can be written to a file.
#[derive(Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// The file that it goes to, in the folder of the reports.
    pub file_name: &'static str,
    /// The whole file. The same record always gives the same bytes.
    pub render: fn(&Record) -> Result<Vec<u8>, ReportError>,
}

/// Every format, in the order in which they are written.
pub static FORMATS: &[Format] = &[
    Format {
        name: "json",
        file_name: "results.json",
        render: json::render,
    },
    Format {
        name: "junit",
        file_name: "junit.xml",
        render: junit::render,
    },
    Format {
        name: "yaml",
        file_name: "results.yaml",
        render: yaml::render,
    },
];

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A report could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder is not there and cannot be made.
    #[error("the folder `{}` for the reports cannot be created: {source}; choose another folder", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// There is a folder where the file has to go.
    #[error("`{}` is a folder, so that no report can be written there; move it or choose another folder", path.display())]
    Occupied {
        /// Where the report has to go.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("the report `{}` cannot be written: {source}; make room for it or choose another folder", path.display())]
    File {
        /// Where the report has to go.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The record does not fit the format.
    #[error("the {format} report cannot be made: {reason}; this is a bug in plimsoll")]
    Render {
        /// The format's name.
        format: &'static str,
        /// What the encoder says.
        reason: String,
    },
}

/// Makes the folder and proves that each report can be written there, so that a bad path fails
/// before the run and not after it. An older report stays as it is.
pub fn prepare(dir: &Path, formats: &[&Format]) -> Result<(), ReportError> {
    let names: Vec<_> = formats.iter().map(|format| format.file_name).collect();
    prepare_files(dir, &names)
}

/// The same for files of these names.
fn prepare_files(dir: &Path, names: &[&str]) -> Result<(), ReportError> {
    fs::create_dir_all(dir).map_err(|source| ReportError::Folder {
        path: dir.to_owned(),
        source,
    })?;
    for name in names {
        let path = dir.join(name);
        if path.is_dir() {
            return Err(ReportError::Occupied { path });
        }
        let draft = draft_path(dir, name);
        create_draft(&draft)
            .and_then(|_| fs::remove_file(&draft))
            .map_err(|source| ReportError::File { path, source })?;
    }
    Ok(())
}

/// Writes every report and returns their paths. A report that fails does not keep the others from
/// being written; the first error is returned.
pub fn write_all(
    dir: &Path,
    formats: &[&Format],
    record: &Record,
) -> Result<Vec<PathBuf>, ReportError> {
    let outcomes: Vec<_> = formats
        .iter()
        .map(|format| write_one(dir, format.file_name, (format.render)(record)))
        .collect();
    outcomes.into_iter().collect()
}

/// Writes a file, whole or not at all. Where a link stands in its place, what that leads to is
/// written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(ReportError::Occupied { path });
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    write_one(folder, name, Ok(bytes.to_vec())).map(drop)
}

fn write_one(
    dir: &Path,
    name: &str,
    bytes: Result<Vec<u8>, ReportError>,
) -> Result<PathBuf, ReportError> {
    let bytes = bytes?;
    let path = dir.join(name);
    let draft = draft_path(dir, name);
    let written = replace(&draft, &path, &bytes);
    if written.is_err() {
        // The draft is of no use; that it may not be there is no second error.
        let _ = fs::remove_file(&draft);
    }
    match written {
        Ok(()) => Ok(path),
        Err(source) => Err(ReportError::File { path, source }),
    }
}

/// Readers see the older report or the whole new one, never a part.
fn replace(draft: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_draft(draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(draft, path)
}

/// A file that was not there before, so that nobody can have put a link in its place.
fn create_draft(draft: &Path) -> io::Result<File> {
    match fs::remove_file(draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::create_new(draft),
    }
}

fn draft_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!(".{name}.{}.draft", std::process::id()))
}

#[cfg(test)]
mod fixtures;

#[cfg(test)]
mod tests;

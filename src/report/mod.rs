//! Reports: pure functions from the record of a run to bytes, one format in one file.
//!
//! A new format is a row of `FORMATS`. Nothing here knows how a run came about; what the target said
//! is made harmless in `clean` before it reaches any of them.

mod annotations;
mod badges;
mod clean;
pub mod compare;
pub mod diff;
mod evidence;
mod files;
mod format;
pub mod fuzz;
mod grouped;
mod har;
pub mod html;
pub mod json;
pub mod junit;
mod markdown;
mod sarif;
mod survey;
mod tally;
mod terminal;
mod unjudged;
pub mod watch;
mod words;
pub mod yaml;

use std::io;
use std::path::PathBuf;

pub use annotations::ANNOTATIONS;
pub use files::prepare;
pub use files::write_all;
pub use files::write_loosely;
pub use files::write_whole;
pub use format::Format;
pub use format::Part;
pub use format::Render;
pub use markdown::within;
pub use survey::survey;
pub use terminal::TerminalOptions;
pub use terminal::Verbosity;
pub use terminal::terminal;

/// Every format of a check's record, in the order in which they are written.
pub static FORMATS: &[Format] = &[
    format::JSON.by(Render::File(json::render)),
    format::JUNIT.by(Render::File(junit::render)),
    format::MARKDOWN.by(Render::Parts(markdown::parts)),
    format::ANNOTATED.by(Render::File(annotations::render)),
    format::BADGES.by(Render::Folder(badges::NAMES, badges::render)),
    format::SARIF.by(Render::File(sarif::render)),
    format::HAR.by(Render::File(har::render)),
    format::HTML.by(Render::File(html::render)),
    format::YAML.by(Render::File(yaml::render)),
];

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A report could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder is not there and cannot be made.
    #[error("the folder `{}` for the reports cannot be created: {source}; {}", path.display(), remedy(source))]
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
    #[error("the report `{}` cannot be written: {source}; {}", path.display(), remedy(source))]
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

/// What helps against trouble with a file.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "let this user write there, or choose another folder with --out"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room for it, or choose another folder with --out"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "nothing can be written there; choose another folder with --out"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file stands in the place of a folder; move it, or choose another folder with --out"
        }
        _ => "choose another folder with --out",
    }
}

#[cfg(test)]
mod fixtures;

#[cfg(test)]
mod schemas;

#[cfg(test)]
mod tests;

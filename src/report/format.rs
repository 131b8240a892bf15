//! What a format is: from a record to one file, or to several.

use std::fmt;

use crate::run::Record;

use super::ANNOTATIONS;
use super::ReportError;

/// A form in which a record can be written: that of a check, unless another is named.
#[derive(Debug)]
pub struct Format<R: 'static = Record> {
    /// Its name on the command line.
    pub name: &'static str,
    /// The file that it goes to, or the folder of its files, in the folder of the reports.
    pub file_name: &'static str,
    /// How it is made. The same record always gives the same bytes.
    pub render: Render<R>,
}

/// A format, whoever's record it is made from: its name, and its file or folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind(&'static str, &'static str);

pub(super) const JSON: Kind = Kind("json", "results.json");
pub(super) const JUNIT: Kind = Kind("junit", "junit.xml");
pub(super) const MARKDOWN: Kind = Kind("md", "summary.md");
pub(super) const ANNOTATED: Kind = Kind(ANNOTATIONS, "annotations.txt");
pub(super) const BADGES: Kind = Kind("badges", "badges");
pub(super) const SARIF: Kind = Kind("sarif", "results.sarif");
pub(super) const HAR: Kind = Kind("har", "traffic.har");
pub(super) const HTML: Kind = Kind("html", "report.html");
pub(super) const YAML: Kind = Kind("yaml", "results.yaml");

impl Kind {
    /// The format that is made so.
    pub(super) const fn by<R>(self, render: Render<R>) -> Format<R> {
        Format {
            name: self.0,
            file_name: self.1,
            render,
        }
    }
}

/// How a format is made from a record.
pub enum Render<R: 'static = Record> {
    /// One file, whole.
    File(fn(&R) -> Result<Vec<u8>, ReportError>),
    /// One file of parts, of which some may be left out where there is no room for them.
    Parts(fn(&R) -> Vec<Part>),
    /// A folder of files of these names, in their order.
    Folder(
        &'static [&'static str],
        fn(&R) -> Result<Vec<Vec<u8>>, ReportError>,
    ),
}

/// A part of a text, whole in itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is about, in the plural: `causes`. Nothing for what is there in any case.
    pub about: &'static str,
    /// It.
    pub text: String,
}

impl<R> Format<R> {
    /// Where its files go, in the folder of the reports.
    pub fn paths(&self) -> Vec<String> {
        match self.render {
            Render::File(_) | Render::Parts(_) => vec![self.file_name.to_owned()],
            Render::Folder(names, _) => {
                let path = |name: &&str| format!("{}/{name}", self.file_name);
                names.iter().map(path).collect()
            }
        }
    }

    /// Its files, in the order of their paths.
    pub fn files(&self, record: &R) -> Result<Vec<Vec<u8>>, ReportError> {
        match self.render {
            Render::File(render) => Ok(vec![render(record)?]),
            Render::Parts(render) => {
                let parts = render(record).into_iter().map(|part| part.text);
                Ok(vec![parts.collect::<String>().into_bytes()])
            }
            Render::Folder(_, render) => render(record),
        }
    }
}

impl<R> fmt::Debug for Render<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::Parts(_) => "Parts",
            Self::Folder(..) => "Folder",
        })
    }
}

//! Several registries side by side: functions from a comparison to bytes.

mod terminal;

use std::path::Path;
use std::path::PathBuf;

use crate::run::Comparison;
use crate::run::Line;

use super::ReportError;

pub use terminal::terminal;

/// The form of a comparison in a file.
struct Form {
    name: &'static str,
    file_name: &'static str,
    render: fn(&Comparison) -> Result<Vec<u8>, ReportError>,
}

static FORMS: &[Form] = &[Form {
    name: "json",
    file_name: "compare.json",
    render: json,
}];

/// The names of all forms.
pub fn names() -> Vec<&'static str> {
    FORMS.iter().map(|form| form.name).collect()
}

/// Makes the folder and proves that the files can be written there.
pub fn prepare(folder: &Path) -> Result<(), ReportError> {
    let names: Vec<_> = FORMS.iter().map(|form| form.file_name).collect();
    super::prepare_files(folder, &names)
}

/// Writes every form, and says where.
pub fn write_all(folder: &Path, comparison: &Comparison) -> Result<Vec<PathBuf>, ReportError> {
    let written = FORMS
        .iter()
        .map(|form| super::write_one(folder, form.file_name, (form.render)(comparison)));
    // Each is tried before the first error is returned.
    written.collect::<Vec<_>>().into_iter().collect()
}

fn json(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(comparison).map_err(|error| ReportError::Render {
        format: "json",
        reason: error.to_string(),
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The lines that tell the registries apart.
fn differing(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines.iter().filter(|line| line.differs)
}

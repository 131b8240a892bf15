//! The summary of a step of GitHub Actions: a file that every step of a job may add to.

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::io::Write as _;
use std::path::Path;

use crate::report::Part;
use crate::report::ReportError;
use crate::report::within;

/// The most bytes that a summary of a step may have.
pub(super) const LONGEST_SUMMARY: u64 = 1 << 20;

/// The file, which is made if it is not there.
pub(super) fn open(path: &Path) -> Result<File, ReportError> {
    let opened = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path);
    opened.map_err(|source| ReportError::File {
        path: path.to_owned(),
        source,
    })
}

/// Adds what there is room for behind what other steps of the tool have written.
pub(super) fn append(path: &Path, parts: &[Part]) -> Result<(), ReportError> {
    let mut file = open(path)?;
    let added = length_and_gap(&mut file).and_then(|(length, gap)| {
        let room = LONGEST_SUMMARY.saturating_sub(length + gap.len() as u64);
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let text = within(parts, room);
        if text.is_empty() {
            anstream::eprintln!(
                "plimsoll: the summary of this step is full, so that nothing was added to it"
            );
            return Ok(());
        }
        file.write_all(format!("{gap}{text}").as_bytes())
    });
    added.map_err(|source| ReportError::File {
        path: path.to_owned(),
        source,
    })
}

/// How long a file is, and what has to come behind its last line.
fn length_and_gap(file: &mut File) -> io::Result<(u64, &'static str)> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok((0, ""));
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok((length, if last == *b"\n" { "\n" } else { "\n\n" }))
}

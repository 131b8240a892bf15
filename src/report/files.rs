//! Reports on the disk: proved to be possible before a run, and written whole or not at all after
//! it. What is in them it does not know.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use super::Format;
use super::Render;
use super::ReportError;

/// Makes the folders and proves that each report can be written there, so that a bad path fails
/// before the run and not after it. An older report stays as it is.
pub fn prepare<R>(dir: &Path, formats: &[&Format<R>]) -> Result<(), ReportError> {
    let paths: Vec<_> = formats.iter().flat_map(|format| format.paths()).collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    prepare_files(dir, &paths)
}

/// The same for files of these names, which may have folders of their own.
pub(super) fn prepare_files(dir: &Path, names: &[&str]) -> Result<(), ReportError> {
    make_folder(dir)?;
    for name in names {
        let path = dir.join(name);
        make_folder(path.parent().unwrap_or(dir))?;
        if path.is_dir() {
            return Err(ReportError::Occupied { path });
        }
        let draft = draft_path(&path);
        create_draft(&draft)
            .and_then(|_| fs::remove_file(&draft))
            .map_err(|source| ReportError::File { path, source })?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), ReportError> {
    fs::create_dir_all(path).map_err(|source| ReportError::Folder {
        path: path.to_owned(),
        source,
    })
}

/// Writes every report and returns their paths. A report that fails does not keep the others from
/// being written; the first error is returned.
pub fn write_all<R>(
    dir: &Path,
    formats: &[&Format<R>],
    record: &R,
) -> Result<Vec<PathBuf>, ReportError> {
    let outcomes: Vec<_> = formats
        .iter()
        .map(|format| write_format(dir, format, record))
        .collect();
    let paths: Result<Vec<_>, _> = outcomes.into_iter().collect();
    Ok(paths?.concat())
}

fn write_format<R>(
    dir: &Path,
    format: &Format<R>,
    record: &R,
) -> Result<Vec<PathBuf>, ReportError> {
    let files = format.files(record)?;
    let paths = format.paths();
    if matches!(format.render, Render::Folder(..)) {
        make_folder(&dir.join(format.file_name))?;
    }
    let outcomes: Vec<_> = paths
        .iter()
        .zip(files)
        .map(|(path, bytes)| write_one(dir, path, Ok(bytes)))
        .collect();
    outcomes.into_iter().collect()
}

/// Writes a file, whole or not at all. Where a link stands in its place, what that leads to is
/// written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if path.file_name().is_none() {
        return Err(ReportError::Occupied { path });
    }
    write_path(path, bytes).map(drop)
}

/// The same, for what is written again soon: nobody waits until it is on the disk.
pub fn write_loosely(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft_path(path);
    let written = create_draft(&draft)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The draft is of no use; that it may not be there is no second error.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Writes a file in the folder of the reports.
pub(super) fn write_one(
    dir: &Path,
    name: &str,
    bytes: Result<Vec<u8>, ReportError>,
) -> Result<PathBuf, ReportError> {
    write_path(dir.join(name), &bytes?)
}

fn write_path(path: PathBuf, bytes: &[u8]) -> Result<PathBuf, ReportError> {
    let draft = draft_path(&path);
    let written = replace(&draft, &path, bytes);
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

/// Beside the file, since only there it can be put in its place at once.
fn draft_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.draft", std::process::id()))
}

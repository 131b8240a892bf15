//! The folders of shards: those that are named, or those in a folder that is.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::cli::CliError;
use crate::cli::results;
use crate::cli::results::unusable;
use crate::report::fuzz as report;

/// The most folders that are looked into.
const MOST: usize = 100_000;

/// What is named, and in the place of a folder of shards all of these, in the order of their names.
pub(super) fn results_in(files: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut all = Vec::new();
    for file in files {
        let shards = shards_in(file).map_err(|error| unusable(file, &error.to_string()))?;
        if shards.is_empty() {
            all.push(file.clone());
        } else {
            all.extend(shards);
        }
    }
    Ok(all)
}

/// The folders of shards in a folder; none where it is no folder, or that of a run.
pub(super) fn shards_in(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut shards = Vec::new();
    if !path.is_dir() || is_of_run(path) {
        return Ok(shards);
    }
    for entry in fs::read_dir(path)?.take(MOST) {
        let path = entry?.path();
        if path.is_dir() && is_of_run(&path) {
            shards.push(path);
        }
    }
    shards.sort_by_cached_key(|path| in_order(path));
    Ok(shards)
}

/// The same, with the folders in which there is nothing yet; a run's own folder is the one that there is.
pub(super) fn begun_in(path: &Path) -> io::Result<Vec<PathBuf>> {
    if is_of_run(path) {
        return Ok(vec![path.to_owned()]);
    }
    let mut begun = Vec::new();
    for entry in fs::read_dir(path)?.take(MOST) {
        let path = entry?.path();
        let is_empty = || fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
        if path.is_dir() && (is_of_run(&path) || is_empty()) {
            begun.push(path);
        }
    }
    begun.sort_by_cached_key(|path| in_order(path));
    Ok(begun)
}

/// Whether a run writes to a folder, or has.
fn is_of_run(path: &Path) -> bool {
    let has = |name: &str| path.join(name).exists();
    has(results::NAME) || has(report::STATUS) || has(report::FINDINGS)
}

/// Shard 9 before shard 10: by the digits at the end of the name as a number.
fn in_order(path: &Path) -> (String, u128, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.trim_end_matches(|it: char| it.is_ascii_digit());
    let number = name[stem.len()..].parse().unwrap_or(0);
    (stem.to_owned(), number, name.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_come_in_the_order_of_their_numbers() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["s10", "s9", "s1", "other", "empty"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for name in ["s10", "s1", "other"] {
            fs::write(folder.path().join(name).join("results.json"), "").unwrap();
        }
        fs::create_dir(folder.path().join("s9/findings")).unwrap();
        let names = |path: &Path| -> Vec<String> {
            let shards = shards_in(path).unwrap();
            let names = shards.iter().map(|it| it.file_name().unwrap());
            names.map(|it| it.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(names(folder.path()), ["other", "s1", "s9", "s10"]);
        assert!(names(&folder.path().join("s9")).is_empty(), "that of a run");
        assert!(names(&folder.path().join("s1/results.json")).is_empty());
    }
}

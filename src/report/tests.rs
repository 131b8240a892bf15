//! Where reports are written, and whether the committed records hold together.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use super::fixtures;
use super::*;

fn all() -> Vec<&'static Format> {
    FORMATS.iter().collect()
}

#[test]
fn formats_have_names_and_files_of_their_own() {
    fn are_their_own<R>(formats: &[Format<R>]) {
        for (index, format) in formats.iter().enumerate() {
            for other in &formats[index + 1..] {
                assert_ne!(format.name, other.name);
                assert_ne!(format.file_name, other.file_name);
            }
        }
    }
    are_their_own(FORMATS);
    are_their_own(fuzz::FORMATS);
    are_their_own(compare::FORMATS);
    are_their_own(diff::FORMATS);
    for format in FORMATS {
        assert_eq!(find(format.name).unwrap().file_name, format.file_name);
    }
    assert!(find("pdf").is_none());
}

/// Every file below a folder.
fn files_in(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_in(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn reports_are_written_whole_and_nothing_else_is_left() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("a/b");
    let record = fixtures::record(fixtures::FAILING);
    prepare(&dir, &all()).unwrap();
    assert_eq!(files_in(&dir), Vec::<PathBuf>::new());

    let mut paths = write_all(&dir, &all(), &record).unwrap();
    let bytes = FORMATS.iter().flat_map(|it| it.files(&record).unwrap());
    for (path, bytes) in paths.iter().zip(bytes) {
        assert_eq!(fs::read(path).unwrap(), bytes, "{}", path.display());
    }
    let mut found = files_in(&dir);
    found.sort();
    paths.sort();
    assert_eq!(found, paths);
}

#[test]
fn a_format_has_a_file_for_each_of_its_paths() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        for format in FORMATS {
            let files = format.files(&record).unwrap();
            assert_eq!(files.len(), format.paths().len(), "{}", format.name);
            assert!(
                format
                    .paths()
                    .iter()
                    .all(|it| it.starts_with(format.file_name))
            );
        }
    }
}

#[test]
fn preparing_leaves_an_older_report_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("results.json");
    fs::write(&path, "older").unwrap();
    prepare(dir.path(), &all()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"older");
}

#[test]
fn a_path_that_cannot_be_a_folder_fails_before_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = prepare(&file.join("reports"), &all()).unwrap_err();
    assert!(matches!(error, ReportError::Folder { .. }));
    let text = error.to_string();
    assert!(
        text.contains("file/reports") && text.contains("choose another"),
        "{text}"
    );
}

#[test]
fn a_folder_in_the_place_of_a_report_fails_before_the_run() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("junit.xml")).unwrap();
    let error = prepare(dir.path(), &all()).unwrap_err();
    assert!(matches!(error, ReportError::Occupied { .. }));
    assert!(error.to_string().contains("junit.xml"));
}

#[test]
fn a_report_that_cannot_be_written_keeps_no_other_from_being_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("results.json")).unwrap();
    let record = fixtures::record(fixtures::PASSING);
    let error = write_all(dir.path(), &all(), &record).unwrap_err();
    assert!(matches!(error, ReportError::File { .. }));
    assert!(dir.path().join("junit.xml").is_file());
    let others = FORMATS.iter().flat_map(Format::paths);
    let others = others.filter(|it| it != "results.json").count();
    assert_eq!(files_in(dir.path()).len(), others);
}

#[test]
fn the_counts_of_the_committed_records_are_those_of_their_checks() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        for (word, count) in &record.summary {
            let found = record
                .checks
                .iter()
                .filter(|check| check.verdict == *word)
                .count();
            assert_eq!(found, *count, "{word}");
        }
        assert_eq!(record.summary.values().sum::<usize>(), record.checks.len());
    }
}

#[test]
fn the_committed_records_name_requirements_of_the_catalogue() {
    for bytes in [fixtures::PASSING, fixtures::FAILING] {
        for entry in fixtures::record(bytes).requirements {
            let row = crate::catalogue::find(&entry.id).expect("a row of the catalogue");
            assert_eq!(row.alias, entry.alias);
            let level = row
                .level(crate::catalogue::Version::V1_1)
                .map(|level| level.to_string());
            assert_eq!(level.as_deref(), Some(entry.level.as_str()), "{}", entry.id);
        }
    }
}

//! Where reports are written, and the form of the record.

use std::fs;

use serde_json::Value;
use serde_json::json;

use super::fixtures;
use super::*;

fn all() -> Vec<&'static Format> {
    FORMATS.iter().collect()
}

#[test]
fn formats_have_names_and_files_of_their_own() {
    for (index, format) in FORMATS.iter().enumerate() {
        for other in &FORMATS[index + 1..] {
            assert_ne!(format.name, other.name);
            assert_ne!(format.file_name, other.file_name);
        }
        assert_eq!(find(format.name).unwrap().file_name, format.file_name);
    }
    assert!(find("pdf").is_none());
}

#[test]
fn reports_are_written_whole_and_nothing_else_is_left() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("a/b");
    let record = fixtures::record(fixtures::FAILING);
    prepare(&dir, &all()).unwrap();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);

    let paths = write_all(&dir, &all(), &record).unwrap();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), FORMATS.len());
    for (path, format) in paths.iter().zip(FORMATS) {
        assert_eq!(fs::read(path).unwrap(), (format.render)(&record).unwrap());
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
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), FORMATS.len());
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../docs/results.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn rendered(bytes: &[u8]) -> Value {
    serde_json::from_slice(&json::render(&fixtures::record(bytes)).unwrap()).unwrap()
}

#[test]
fn rendered_records_follow_the_schema() {
    let schema = schema();
    for bytes in fixtures::ALL {
        let value = rendered(bytes);
        let errors: Vec<_> = schema
            .iter_errors(&value)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_no_record() {
    let schema = schema();
    for (pointer, value) in [
        ("/schema", json!(2)),
        ("/spec", json!("1.3")),
        ("/fail_on", json!("sometimes")),
        ("/complete", json!(false)),
        ("/checks/0/verdict", json!("fine")),
        ("/checks/0/level", json!("shall")),
        ("/checks/0/duration_ms", json!(-1)),
        ("/checks/0/title", json!(null)),
        ("/categories/0/state", json!("good")),
        ("/features/0/state", json!("maybe")),
    ] {
        let mut record = rendered(fixtures::PASSING);
        *record.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&record), "{pointer} went through");
    }
}

#[test]
fn the_schema_refuses_unknown_fields_in_every_object() {
    let schema = schema();
    let record = rendered(fixtures::FAILING);
    let mut pointers = Vec::new();
    objects(&record, String::new(), &mut pointers);
    assert!(pointers.len() > 50);
    for pointer in pointers {
        let mut changed = record.clone();
        changed.pointer_mut(&pointer).unwrap()["surprise"] = json!(1);
        assert!(
            !schema.is_valid(&changed),
            "an unknown field at {pointer:?} went through"
        );
    }
}

/// The JSON pointers of all objects in `value`.
fn objects(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                objects(field, format!("{pointer}/{name}"), found);
            }
            found.push(pointer);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
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

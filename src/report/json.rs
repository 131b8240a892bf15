//! `results.json`: the record itself, written and read.
//!
//! `docs/results.schema.json` describes the form. What is read may come from anywhere, so that it
//! is checked before anything is rendered from it.

use serde::Serialize;
use serde_json::Value;

use crate::run::Record;
use crate::run::SCHEMA;
use crate::verdict::Verdict;

use super::ReportError;
use super::clean;

/// The record as indented JSON, with a newline at its end.
pub fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    pretty("json", record)
}

/// A value as indented JSON that no terminal acts on, with a newline at its end.
pub(crate) fn pretty(format: &'static str, value: &impl Serialize) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| ReportError::Render {
        format,
        reason: error.to_string(),
    })?;
    bytes.push(b'\n');
    Ok(clean::json(bytes))
}

/// The bytes are no record that this version of plimsoll reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// They are not JSON.
    #[error("this is not JSON: {reason}; give a results.json that plimsoll wrote")]
    NotJson {
        /// Where it ends to be JSON.
        reason: String,
    },
    /// It is a record of another form.
    #[error(
        "this record has schema {found}, and this plimsoll reads schema {SCHEMA}; use the plimsoll that wrote it, or run the check again"
    )]
    OtherSchema {
        /// The version that it says it has.
        found: u64,
    },
    /// It is JSON, but no record.
    #[error("this is not the record of a run: {reason}; give a results.json that plimsoll wrote")]
    NotARecord {
        /// What is wrong with it.
        reason: String,
    },
}

/// Reads a record back.
pub fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| ReadError::NotJson {
        reason: error.to_string(),
    })?;
    match value.get("schema").map(Value::as_u64) {
        Some(Some(found)) if found == u64::from(SCHEMA) => {}
        Some(Some(found)) => return Err(ReadError::OtherSchema { found }),
        Some(None) => return Err(not_a_record("`schema` is not a number")),
        None => return Err(not_a_record("it has no `schema`")),
    }
    // Not from the value: only the text knows the line in which something is wrong.
    let record = serde_json::from_slice(bytes).map_err(|error| not_a_record(error.to_string()))?;
    verdicts_known(&record)?;
    Ok(record)
}

/// A verdict that nobody knows would gate nowhere, and so be taken for a success.
fn verdicts_known(record: &Record) -> Result<(), ReadError> {
    let known = |word: &str| Verdict::ALL.iter().any(|verdict| verdict.word() == word);
    match record.checks.iter().find(|check| !known(&check.verdict)) {
        None => Ok(()),
        Some(check) => Err(not_a_record(format!(
            "the check `{}` has the verdict `{}`, which is none",
            check.id, check.verdict
        ))),
    }
}

fn not_a_record(reason: impl Into<String>) -> ReadError {
    ReadError::NotARecord {
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    #[test]
    fn a_committed_record_reads_and_renders_to_the_same_bytes() {
        for bytes in fixtures::ALL {
            let record = read(bytes).unwrap();
            let rendered = String::from_utf8(render(&record).unwrap()).unwrap();
            assert_eq!(rendered, String::from_utf8(bytes.to_vec()).unwrap());
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_the_place() {
        let error = read(b"<html>").unwrap_err().to_string();
        assert!(
            error.contains("not JSON") && error.contains("line 1"),
            "{error}"
        );
    }

    #[test]
    fn another_schema_is_refused_with_both_versions() {
        let error = read(br#"{"schema": 7}"#).unwrap_err();
        assert_eq!(error, ReadError::OtherSchema { found: 7 });
        assert!(error.to_string().contains("schema 7") && error.to_string().contains("schema 1"));
    }

    #[test]
    fn json_that_is_no_record_is_refused_with_what_is_missing() {
        for (text, part) in [
            ("[]", "no `schema`"),
            (r#"{"schema": "one"}"#, "not a number"),
            (r#"{"schema": 1}"#, "missing field `tool`"),
        ] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(part), "{text} gave {error}");
        }
    }

    #[test]
    fn a_verdict_that_is_none_is_refused() {
        let mut record = fixtures::record(fixtures::PASSING);
        record.checks[0].verdict = "fine".to_owned();
        let error = read(&render(&record).unwrap()).unwrap_err().to_string();
        assert!(error.contains("`fine`"), "{error}");
    }
}

//! Records, and the reports that are made of them.

mod written;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::text;
use crate::report;
use crate::report::fuzz::FuzzRecord;
use crate::report::json;
use crate::run;
use crate::run::Comparison;
use crate::run::Identity;
use crate::run::IdentityLine;
use crate::run::Record;
use crate::verdict::Verdict;

pub(super) use written::is_plain;

/// Records of a run and of a campaign in which `TEXT` stands wherever a registry has a say.
const SAYING: &str = include_str!("saying.json");
const FUZZING: &str = include_str!("fuzzing.json");

/// A record.
pub(super) fn record(data: &[u8]) {
    if let Some(Ok(campaign)) = report::fuzz::read_record(data) {
        let again = report::fuzz::json(&campaign).expect("a record is JSON");
        let again = report::fuzz::read_record(&again).expect("it is one of a campaign");
        written::campaign(&again.expect("it reads back"));
        return;
    }
    let record = match json::read(data) {
        Ok(record) => record,
        Err(bad) => {
            assert!(bad.to_string().len() <= data.len() * 8 + 300);
            return;
        }
    };
    let is_known = |word: &str| Verdict::ALL.iter().any(|verdict| verdict.word() == word);
    assert!(record.checks.iter().all(|check| is_known(&check.verdict)));
    written::run(&record);
}

/// What a registry says, in the records of a run and of a campaign that met with everything, and in
/// what is made of several.
pub(super) fn report(data: &[u8]) {
    static HARMLESS: LazyLock<Vec<String>> = LazyLock::new(|| everything("harmless"));
    let Some(text) = text(data) else { return };
    assert_eq!(everything(text), *HARMLESS, "lines and elements of ours");
}

/// Writes every report of every record. What of their lines and elements is ours.
fn everything(text: &str) -> Vec<String> {
    let record = saying(text);
    let mut ours = written::run(&record);
    ours.extend(written::campaign(&fuzzing(text)));
    written::comparison(&side_by_side(text, &record));
    written::diff(&run::diff(&saying("harmless"), &record));
    ours
}

fn saying(text: &str) -> Record {
    let record = said(SAYING, text);
    json::read(record.as_bytes()).expect("it is a record whatever the text")
}

fn fuzzing(text: &str) -> FuzzRecord {
    let record = said(FUZZING, text);
    let record = report::fuzz::read_record(record.as_bytes()).expect("it is one of a campaign");
    record.expect("it is a record whatever the text")
}

/// A record in which a registry says this; what is in base64 there says it, too.
fn said(record: &str, text: &str) -> String {
    let record = record.replace("TEXT64", &STANDARD.encode(text));
    record.replace("\"TEXT\"", &Value::from(text).to_string())
}

fn side_by_side(text: &str, record: &Record) -> Comparison {
    let mut other = record.clone();
    for entry in &mut other.requirements {
        "held".clone_into(&mut entry.state);
    }
    let identity = Identity {
        documents: 1,
        copies: 2,
        lines: vec![IdentityLine {
            document: text.to_owned(),
            what: text.to_owned(),
            values: vec![text.to_owned(), "-".to_owned()],
            breaks: true,
        }],
    };
    let records = [
        (text.to_owned(), record.clone()),
        ("other".to_owned(), other),
    ];
    run::compare(&records, Some(identity))
}

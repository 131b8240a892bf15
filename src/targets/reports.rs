//! Records, and the reports that are made of them.

use std::sync::LazyLock;

use serde_json::Value;

use super::text;
use super::xml;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::json;
use crate::report::junit;
use crate::report::terminal;
use crate::run::Record;
use crate::verdict::Verdict;

/// A record in which `TEXT` stands wherever a registry has a say.
const SAYING: &str = include_str!("saying.json");

/// A record.
pub(super) fn record(data: &[u8]) {
    let record = match json::read(data) {
        Ok(record) => record,
        Err(bad) => {
            assert!(bad.to_string().len() <= data.len() * 8 + 300);
            return;
        }
    };
    let is_known = |word: &str| Verdict::ALL.iter().any(|verdict| verdict.word() == word);
    assert!(record.checks.iter().all(|check| is_known(&check.verdict)));
    reports(&record);
}

/// What a registry says, in the record of a run that met with everything.
pub(super) fn report(data: &[u8]) {
    static HARMLESS: LazyLock<Vec<String>> = LazyLock::new(|| reports(&saying("harmless")));
    let Some(text) = text(data) else { return };
    assert_eq!(reports(&saying(text)), *HARMLESS, "elements of junit.xml");
}

fn saying(text: &str) -> Record {
    let text = Value::from(text).to_string();
    let record = SAYING.replace("\"TEXT\"", &text);
    json::read(record.as_bytes()).expect("it is a record whatever the text")
}

/// Every report of a record. The elements of the one in XML.
fn reports(record: &Record) -> Vec<String> {
    let written = json::render(record).expect("a record is JSON");
    assert_eq!(json::read(&written).as_ref(), Ok(record));
    for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
        is_plain(&terminal(
            record,
            &TerminalOptions {
                colour: false,
                width: 80,
                verbosity,
            },
        ));
    }
    let document = junit::render(record).expect("a record is a report");
    let document = String::from_utf8(document).expect("XML is text");
    let elements = xml::elements(&document);
    elements.into_iter().map(str::to_owned).collect()
}

/// Nothing that a terminal obeys, or that hides or turns text.
fn is_plain(page: &str) {
    let is_obeyed = |c: &char| c.is_control() && *c != '\n';
    let is_unseen = |c: &char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let bad = page.chars().find(|c| is_obeyed(c) || is_unseen(c));
    assert_eq!(bad, None, "{page:?}");
}

//! `results.yaml`, in the form of the official suite, for what reads that: each part of the API and
//! each kind of content with one word.
//!
//! It is a sum and no more: levels, causes and evidence are in `results.json`.

mod rows;

use std::collections::BTreeMap;

use glob::Pattern;
use serde::Serialize;

use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::ReportError;
use rows::Row;

/// The whole file.
#[derive(Serialize)]
struct Results {
    config: Config,
    apis: BTreeMap<&'static str, Status>,
    data: BTreeMap<&'static str, Status>,
}

/// What the record knows of the settings.
#[derive(Serialize)]
struct Config {
    registry: String,
    tls: &'static str,
    version: String,
    /// What made it, in the place of the suite's commit.
    commit: String,
}

/// How something ended, in the suite's words and by their weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum Status {
    Disabled,
    Skip,
    Pass,
    #[serde(rename = "FAIL")]
    Fail,
    Error,
}

/// The record as the suite's YAML.
pub fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    let results = Results {
        config: config(record),
        apis: sums(record, rows::APIS),
        data: sums(record, rows::DATA),
    };
    let text = yaml_serde::to_string(&results).map_err(|error| ReportError::Render {
        format: "yaml",
        reason: error.to_string(),
    })?;
    let maker = maker(record);
    let head = format!(
        "# Written by {maker}, not by the official suite: its form, with plimsoll's verdicts.\n"
    );
    Ok(format!("{head}{text}").into_bytes())
}

fn maker(record: &Record) -> String {
    let text = format!("{} {}", record.tool.name, record.tool.version);
    text.chars().filter(|c| !c.is_control()).collect()
}

fn config(record: &Record) -> Config {
    let url = &record.target.url;
    let (tls, registry) = match url.split_once("://") {
        Some(("http", host)) => ("disabled", host),
        Some((_, host)) => ("enabled", host),
        None => ("enabled", url.as_str()),
    };
    Config {
        registry: registry.to_owned(),
        tls,
        version: match record.spec.as_str() {
            "1.2" => "1.1+dev".to_owned(),
            version => version.to_owned(),
        },
        commit: maker(record),
    }
}

fn sums(record: &Record, rows: &'static [Row]) -> BTreeMap<&'static str, Status> {
    let lines = rows.iter().map(|row| (row.name, sum(record, row)));
    lines.collect()
}

/// The heaviest of what its checks came to.
fn sum(record: &Record, row: &Row) -> Status {
    let globs: Vec<Pattern> = row
        .checks
        .iter()
        .filter_map(|glob| Pattern::new(glob).ok())
        .collect();
    let checks = record.checks.iter().filter(|check| {
        let plain = check.id.split('@').next().unwrap_or_default();
        globs
            .iter()
            .any(|glob| glob.matches(&check.id) || glob.matches(plain))
    });
    checks.map(status).max().unwrap_or(Status::Disabled)
}

/// A failure that is known is one all the same; what is blocked counts as what blocks it.
fn status(check: &CheckEntry) -> Status {
    let word = check.in_fact();
    let verdict = Verdict::ALL
        .iter()
        .find(|verdict| verdict.to_string() == word);
    match verdict {
        Some(Verdict::Pass | Verdict::Warn) => Status::Pass,
        Some(Verdict::Fail | Verdict::Flaky) => Status::Fail,
        Some(Verdict::Blocked) if check.gates => Status::Fail,
        Some(Verdict::Error) | None => Status::Error,
        Some(Verdict::Skipped) => Status::Disabled,
        Some(Verdict::Unsupported | Verdict::Blocked | Verdict::Known) => Status::Skip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    fn with(verdict: &str, gates: bool) -> Record {
        let mut record = fixtures::record(fixtures::PASSING);
        let mut check = record.checks[0].clone();
        check.id = "push/mount/without-source".to_owned();
        check.verdict = verdict.to_owned();
        check.gates = gates;
        check.known = None;
        let mut other = check.clone();
        other.verdict = "skipped".to_owned();
        record.checks = vec![other, check];
        record
    }

    #[test]
    fn the_heaviest_end_counts_and_is_said_in_the_words_of_the_suite() {
        for (verdict, gates, word) in [
            ("pass", false, "Pass"),
            ("warn", false, "Pass"),
            ("fail", true, "FAIL"),
            ("flaky", true, "FAIL"),
            ("blocked", true, "FAIL"),
            ("blocked", false, "Skip"),
            ("unsupported", false, "Skip"),
            ("error", true, "Error"),
            ("skipped", false, "Disabled"),
        ] {
            let text = String::from_utf8(render(&with(verdict, gates)).unwrap()).unwrap();
            let line = format!("  Blob anonymous mount: {word}\n");
            assert!(text.contains(&line), "{verdict}: {text}");
            assert!(text.contains("  Tag listing: Disabled\n"));
        }
    }

    #[test]
    fn it_says_who_wrote_it_and_reads_back() {
        let bytes = render(&fixtures::record(fixtures::HOSTILE)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("# Written by plimsoll "), "{text}");
        let value: yaml_serde::Value = yaml_serde::from_str(&text).unwrap();
        let keys: Vec<_> = value.as_mapping().unwrap().keys().collect();
        assert_eq!(keys, ["config", "apis", "data"]);
        assert_eq!(value["apis"].as_mapping().unwrap().len(), 28);
        assert_eq!(value["data"].as_mapping().unwrap().len(), 24);
    }

    #[test]
    fn every_row_is_about_checks_that_exist() {
        let sections = crate::suite::SECTIONS;
        let cases = crate::run::Case::all(sections);
        for row in rows::APIS.iter().chain(rows::DATA) {
            for glob in row.checks {
                let glob = Pattern::new(glob).unwrap();
                let is_there = cases.iter().any(|case| {
                    let plain = case.id.split('@').next().unwrap_or_default();
                    glob.matches(&case.id) || glob.matches(plain)
                });
                assert!(is_there, "{}: {glob} is nothing", row.name);
            }
        }
    }
}

//! `results.sarif`: what is broken, in the form that code scanning reads (SARIF 2.1.0).
//!
//! A rule is a requirement and a result is a check that broke it. There is no source to point into:
//! a result's place is the check, and the file beside this one in which the evidence stands.

use serde_json::Value;
use serde_json::json;

use crate::oci::Algorithm;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::ReportError;
use super::clean;
use super::evidence;
use super::grouped;
use super::terminal::summary;

/// The rule of what gates without a judgement.
const NOT_JUDGED: &str = "not-judged";
/// The most characters of a message.
const LONGEST: usize = 2000;

/// A rule, as far as a reader of the file wants to know it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) sentence: String,
    pub(super) address: Option<String>,
    pub(super) level: Option<String>,
    pub(super) properties: Value,
}

/// A rule that was broken.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) rule: String,
    pub(super) level: Option<String>,
    pub(super) message: String,
    /// What broke it, by its own name.
    pub(super) place: String,
    /// The file that has the evidence, as seen from this one.
    pub(super) file: String,
    /// The same in every run that has the same fault.
    pub(super) fingerprint: String,
    /// Why it is left alone, where it is known.
    pub(super) known: Option<String>,
}

/// A run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) tool: (String, String),
    /// What tells such runs from others in the same place.
    pub(super) id: String,
    pub(super) started: String,
    /// Why it is no success, where no result says so.
    pub(super) trouble: Option<String>,
    pub(super) rules: Vec<Rule>,
    pub(super) results: Vec<Broken>,
    pub(super) properties: Value,
}

/// The record as SARIF.
pub(super) fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    written(&Run {
        tool: (record.tool.name.clone(), record.tool.version.clone()),
        id: format!("plimsoll/check/{}/", record.spec),
        started: record.started.clone(),
        trouble: (!record.complete).then(|| {
            let (_, verdict, text) = summary::told(record);
            format!("{verdict}: {text}")
        }),
        rules: rules(record),
        results: results(record),
        properties: json!({
            "target": record.target.url,
            "spec": record.spec,
            "seed": record.seed,
            "runId": record.run_id,
        }),
    })
}

fn rules(record: &Record) -> Vec<Rule> {
    let requirements = record.requirements.iter().map(|entry| Rule {
        id: entry.id.clone(),
        sentence: evidence::sentence(&entry.id)
            .unwrap_or(&entry.id)
            .to_owned(),
        address: Some(entry.section.clone()),
        level: Some(entry.level.clone()),
        properties: json!({"alias": entry.alias, "level": entry.level}),
    });
    let not_judged = Rule {
        id: NOT_JUDGED.to_owned(),
        sentence: "A check that gates could not be put, or was kept from being put.".to_owned(),
        address: None,
        level: None,
        properties: json!({}),
    };
    requirements.chain([not_judged]).collect()
}

fn results(record: &Record) -> Vec<Broken> {
    let checks = record.checks.iter();
    checks.flat_map(|check| of_check(record, check)).collect()
}

fn of_check(record: &Record, check: &CheckEntry) -> Vec<Broken> {
    let ended = check.in_fact();
    let is_any = |of: &[Verdict]| of.iter().any(|verdict| verdict.word() == ended);
    let said = |expected: Option<&str>, actual: Option<&str>| {
        let expected = expected.unwrap_or("otherwise");
        let actual = actual.unwrap_or("something else");
        format!("{}: expected {expected}; got {actual}", check.id)
    };
    let known = check.known.as_ref();
    let known = known.map(|_| check.reason.clone().unwrap_or_default());
    let broken = |rule: &str, message: String| {
        let level = evidence::requirement(record, rule);
        Broken {
            rule: rule.to_owned(),
            level: Some(level.map_or(&check.level, |entry| &entry.level).clone()),
            message,
            place: check.id.clone(),
            file: "results.json".to_owned(),
            fingerprint: fingerprint(&[rule, &check.id]),
            known: known.clone(),
        }
    };
    let mut found = Vec::new();
    match &check.violated {
        Some(rule) if is_any(&[Verdict::Fail, Verdict::Warn, Verdict::Flaky]) => {
            let text = said(check.expected.as_deref(), check.actual.as_deref());
            found.push(broken(rule, text));
        }
        _ if check.gates || is_any(&[Verdict::Error, Verdict::Flaky]) => {
            let why = grouped::why(check);
            let text = format!("{} ended with {}: {why}", check.id, check.verdict);
            found.push(broken(NOT_JUDGED, text));
        }
        _ => {}
    }
    found.extend(check.concerns.iter().map(|concern| {
        let text = said(Some(&concern.expected), Some(&concern.actual));
        broken(&concern.requirement, text)
    }));
    found
}

/// What tells a result from others, and is the same in every run.
fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.join("\0");
    Algorithm::Sha256.digest(bytes.as_bytes()).hex().to_owned()
}

/// A run as a file.
pub(super) fn written(run: &Run) -> Result<Vec<u8>, ReportError> {
    let (name, version) = &run.tool;
    let trouble = run
        .trouble
        .iter()
        .map(|text| json!({"level": "error", "message": message(text)}));
    let mut invocation = json!({
        "executionSuccessful": run.trouble.is_none(),
        "toolExecutionNotifications": trouble.collect::<Vec<_>>(),
    });
    if humantime::parse_rfc3339(&run.started).is_ok() {
        invocation["startTimeUtc"] = json!(run.started);
    }
    let results = run.results.iter().map(|it| result(run, it));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": name,
                "version": version,
                "rules": run.rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": run.id},
            "invocations": [invocation],
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
            "properties": run.properties,
        }],
    });
    super::json::pretty("sarif", &log)
}

fn rule(rule: &Rule) -> Value {
    let mut value = json!({
        "id": rule.id,
        "shortDescription": message(&rule.sentence),
        "fullDescription": message(&rule.sentence),
        "help": message(&rule.sentence),
        "defaultConfiguration": {"level": level(rule.level.as_deref())},
        "properties": rule.properties,
    });
    let address = rule
        .address
        .as_deref()
        .and_then(|it| url::Url::parse(it).ok());
    if let Some(address) = address.filter(|it| matches!(it.scheme(), "https" | "http")) {
        value["helpUri"] = json!(address.as_str());
    }
    value
}

fn result(run: &Run, broken: &Broken) -> Value {
    let suppressions = broken.known.iter().map(|reason| {
        let reason = clean::line(reason, LONGEST);
        json!({"kind": "external", "status": "accepted", "justification": reason})
    });
    let mut value = json!({
        "ruleId": broken.rule,
        "level": level(broken.level.as_deref()),
        "message": message(&broken.message),
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": broken.file},
                "region": {"startLine": 1},
            },
            "logicalLocations": [{
                "fullyQualifiedName": clean::line(&broken.place, LONGEST),
                "kind": "test",
            }],
        }],
        "partialFingerprints": {"plimsoll/v1": broken.fingerprint},
        "suppressions": suppressions.collect::<Vec<_>>(),
    });
    let index = run.rules.iter().position(|rule| rule.id == broken.rule);
    if let Some(index) = index {
        value["ruleIndex"] = json!(index);
    }
    value
}

/// How heavy it is. What has no level broke a rule of our own.
fn level(of: Option<&str>) -> &'static str {
    match of {
        Some("should") => "warning",
        Some("may") => "note",
        _ => "error",
    }
}

/// A text in which brackets are no links.
fn message(text: &str) -> Value {
    let text = clean::line(text, LONGEST);
    let text = text.replace('\\', "\\\\");
    json!({"text": text.replace('[', "\\[").replace(']', "\\]")})
}

#[cfg(test)]
mod tests;

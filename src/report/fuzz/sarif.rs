//! `results.sarif` of a campaign: a rule is one of ours, and a result a finding.

use serde_json::json;

use crate::fuzz::Finding;
use crate::fuzz::RULES;
use crate::report::ReportError;
use crate::report::sarif::Broken;
use crate::report::sarif::Rule;
use crate::report::sarif::Run;
use crate::report::sarif::written;

use super::FuzzRecord;
use super::markdown::no_success;
use super::terminal::requirement;

/// The record as SARIF.
pub(super) fn render(record: &FuzzRecord) -> Result<Vec<u8>, ReportError> {
    let findings = record.outcome.findings.iter();
    written(&Run {
        tool: (record.tool.name.clone(), record.tool.version.clone()),
        id: format!("plimsoll/fuzz/{}/", record.spec),
        started: record.started.clone(),
        trouble: no_success(record),
        rules: rules(),
        results: findings
            .map(|finding| of_finding(record, finding))
            .collect(),
        properties: json!({
            "target": record.target,
            "spec": record.spec.to_string(),
            "seed": record.outcome.seed,
            "runId": record.run_id,
        }),
    })
}

fn rules() -> Vec<Rule> {
    let rules = RULES.iter().map(|rule| Rule {
        id: rule.id.to_owned(),
        sentence: format!("{}.", rule.title),
        address: None,
        level: None,
        properties: json!({"why": rule.why}),
    });
    rules.collect()
}

fn of_finding(record: &FuzzRecord, finding: &Finding) -> Broken {
    let requirement = requirement(finding).map_or(String::new(), |(name, row)| {
        format!(" {name}: {} {}", row.sentence, row.heading.url(record.spec))
    });
    Broken {
        rule: finding.rule.clone(),
        level: finding.level.clone(),
        message: format!(
            "{}: {}; expected {}; got {}.{requirement}",
            finding.group, finding.detail, finding.expected, finding.observed
        ),
        place: finding.route.clone(),
        file: file(finding),
        fingerprint: finding.signature.clone(),
        known: record.known_as(finding).map(|known| known.reason.clone()),
    }
}

/// The file of a finding, where its name is one of ours.
fn file(finding: &Finding) -> String {
    if finding.signature.chars().all(|c| c.is_ascii_alphanumeric()) {
        format!("{}/{}.json", super::FINDINGS, finding.signature)
    } else {
        "results.json".to_owned()
    }
}

//! `junit.xml` of a campaign: a test case for each rule.

use std::time::SystemTime;

use junit_report::OffsetDateTime;
use junit_report::TestCase;
use junit_report::TestResult;
use junit_report::TestSuite;

use crate::fuzz::Finding;
use crate::fuzz::RULES;
use crate::fuzz::Rule;
use crate::report::ReportError;
use crate::report::clean;
use crate::report::junit::Child;
use crate::report::junit::out_of_date;
use crate::report::junit::time;
use crate::report::junit::written;
use crate::report::words;

use super::FuzzRecord;
use super::steps;
use super::terminal::requirement;

/// The record as `JUnit` XML.
pub fn render(record: &FuzzRecord) -> Result<Vec<u8>, ReportError> {
    let mut suite = TestSuite::new("fuzz");
    "oci".clone_into(&mut suite.package);
    let started = humantime::parse_rfc3339(&record.started).unwrap_or(SystemTime::UNIX_EPOCH);
    suite.set_timestamp(OffsetDateTime::from(started));
    suite.add_testcases(campaign(record));
    suite.add_testcases(out_of_date(record.expectations.as_ref(), "oci.fuzz"));
    suite.add_testcases(RULES.iter().map(|rule| case(record, rule)));
    // A finding of a rule that this plimsoll does not know must not be left out.
    let has_rule = |finding: &&Finding| RULES.iter().any(|rule| rule.id == finding.rule);
    let others = record.outcome.findings.iter().filter(|it| !has_rule(it));
    suite.add_testcases(others.map(|finding| named(&finding.rule, found(record, &[finding]))));
    written(vec![suite])
}

/// The campaign itself, where no rule would show that it is not a success.
fn campaign(record: &FuzzRecord) -> Option<TestCase> {
    let outcome = &record.outcome;
    let message = if !record.complete {
        let reason = record.ended_by.as_deref();
        format!(
            "the campaign did not come to its end: {}",
            reason.unwrap_or("the target was lost")
        )
    } else if outcome.plans == 0 || outcome.steps == outcome.shares.unanswered {
        "nothing ran: no plan was played to an answer".to_owned()
    } else {
        return None;
    };
    let result = Child::new("campaign", &message, &[]).error();
    Some(TestCase {
        time: time(record.duration_ms),
        ..named("campaign", result)
    })
}

fn case(record: &FuzzRecord, rule: &Rule) -> TestCase {
    let findings: Vec<_> = record
        .outcome
        .findings
        .iter()
        .filter(|finding| finding.rule == rule.id)
        .collect();
    let is_selected = record.rules.is_empty() || record.rules.iter().any(|id| id == rule.id);
    let result = if !findings.is_empty() {
        found(record, &findings)
    } else if !is_selected {
        Child::new("skipped", "left out by --rules", &[]).skipped()
    } else if !rule.is_judged() {
        Child::new(
            "skipped",
            "it compares two registries: `plimsoll fuzz --differential`",
            &[],
        )
        .skipped()
    } else {
        TestResult::Success
    };
    named(rule.id, result)
}

/// A failure, unless all of them are known.
fn found(record: &FuzzRecord, findings: &[&Finding]) -> TestResult {
    let (known, unknown): (Vec<&Finding>, Vec<_>) = findings
        .iter()
        .partition(|finding| record.known_as(finding).is_some());
    let parts: Vec<_> = unknown
        .iter()
        .chain(&known)
        .map(|finding| told(record, finding))
        .collect();
    if unknown.is_empty() {
        let message = format!("known failure: {}", reasons(record, &known));
        return Child::new("known", &message, &parts).skipped();
    }
    let message = match unknown.as_slice() {
        [only] => format!("{}: {}", only.group, only.detail),
        _ => words::count(unknown.len(), "finding"),
    };
    let kind = unknown
        .first()
        .map_or("rule", |finding| finding.rule.as_str());
    Child::new(kind, &message, &parts).failure()
}

/// Why findings are left alone, each reason once.
fn reasons(record: &FuzzRecord, known: &[&Finding]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for known in known.iter().filter_map(|finding| record.known_as(finding)) {
        if !reasons.contains(&known.reason.as_str()) {
            reasons.push(&known.reason);
        }
    }
    reasons.join("; ")
}

fn told(record: &FuzzRecord, finding: &Finding) -> String {
    let mut lines = vec![format!("{}: {}", finding.group, finding.detail)];
    if let Some(known) = record.known_as(finding) {
        lines.push(format!("Known: {}", known.reason));
        lines.extend(known.link.iter().map(|link| format!("See: {link}")));
    }
    if let Some((name, row)) = requirement(finding) {
        lines.push(format!(
            "{name}: {}\n{}",
            row.sentence,
            row.heading.url(record.spec)
        ));
    }
    lines.push(format!("Expected: {}", finding.expected));
    lines.push(format!("Actual: {}", finding.observed));
    lines.push("Steps:".to_owned());
    lines.extend(steps::described(&finding.plan));
    let shown = finding.reproduced;
    lines.push(format!("Reproduced: {} of {} times", shown.times, shown.of));
    lines.push(format!(
        "File: {}/{}.json",
        super::FINDINGS,
        finding.signature
    ));
    lines.push(format!("See it again:\n{}", finding.curl));
    lines.join("\n")
}

fn named(name: &str, result: TestResult) -> TestCase {
    TestCase {
        name: clean::xml(name),
        time: time(0),
        result,
        classname: Some("oci.fuzz".to_owned()),
        filepath: None,
        system_out: None,
        system_err: None,
    }
}

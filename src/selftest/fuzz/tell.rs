//! The outcome of hunts in words and as JSON.

use std::fmt;
use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use super::Hunt;
use super::Missed;
use super::Outcome;
use crate::fuzz::Finding;
use crate::selftest::Subject;

/// A line for each subject, what is missed, and the figures. Without the lines where `is_quiet`.
pub fn text(outcome: &Outcome, is_quiet: bool) -> String {
    let mut text = String::new();
    if !is_quiet {
        for hunt in &outcome.hunts {
            let _ = writeln!(text, "{}", line(hunt));
        }
        text.push('\n');
    }
    for missed in &outcome.missed {
        let _ = writeln!(text, "missed: {missed}");
    }
    if !outcome.missed.is_empty() {
        text.push('\n');
    }
    text.push_str(&figures(outcome));
    text
}

fn line(hunt: &Hunt) -> String {
    let name = hunt.subject.name();
    if !matches!(hunt.subject, Subject::Defect(_)) {
        let (plans, count) = (hunt.plans, hunt.findings.len());
        return format!("{name:44} {plans:>6} plans, {count} false positives");
    }
    let Some(finding) = hunt.first() else {
        return format!("{name:44} {:>6} plans, NOT FOUND", hunt.plans);
    };
    format!(
        "{name:44} {:>6} plans, {} steps, {}",
        hunt.plans,
        finding.plan.steps(),
        shown(finding)
    )
}

/// What a finding says, in a line.
fn shown(finding: &Finding) -> String {
    format!(
        "{} ({}): {} => {}: {}",
        finding.rule,
        finding.requirement.as_deref().unwrap_or("-"),
        finding.route,
        finding.observed,
        finding.detail
    )
}

fn figures(outcome: &Outcome) -> String {
    let mut text = String::new();
    let (found, all) = outcome.found();
    if all > 0 {
        let _ = writeln!(text, "deep defects: {found} of {all} found");
        let _ = writeln!(
            text,
            "plans to find one, median: {}",
            outcome.median_of_plans()
        );
        let _ = writeln!(
            text,
            "steps of a finding, median: {}",
            outcome.median_of_steps()
        );
    }
    let lawful = outcome.hunts.len() - all;
    if lawful > 0 {
        let is_false = |missed: &&Missed| matches!(missed, Missed::FalsePositive { .. });
        let count = outcome.missed.iter().filter(is_false).count();
        let _ = writeln!(text, "lawful registries: {lawful}, {count} false positives");
    }
    let _ = writeln!(
        text,
        "{} thresholds missed, in {:.1} s",
        outcome.missed.len(),
        outcome.took.as_secs_f64()
    );
    text
}

/// The same as JSON: one object for each subject, with its findings whole.
pub fn json(outcome: &Outcome) -> Value {
    let (found, all) = outcome.found();
    let hunts = outcome.hunts.iter().map(|hunt| {
        json!({
            "subject": hunt.subject.name(),
            "spec": hunt.version.to_string(),
            "plans": hunt.plans,
            "unreproduced": hunt.unreproduced,
            "findings": hunt.findings,
            "ms": u64::try_from(hunt.took.as_millis()).unwrap_or(u64::MAX),
        })
    });
    json!({
        "hunts": hunts.collect::<Vec<_>>(),
        "found": found,
        "defects": all,
        "median_plans": outcome.median_of_plans(),
        "median_steps": outcome.median_of_steps(),
        "unused": outcome.unused(),
        "missed": outcome.missed.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingHunted => f.write_str(
                "no deep defect or variation has such a name; `plimsoll list defects` shows them",
            ),
            Self::Unfound { defect, plans } => {
                write!(f, "{defect} is not found by {plans} plans")
            }
            Self::FalsePositive { subject, finding } => {
                write!(f, "{subject} is lawful, and {}", shown(finding))
            }
            Self::Unused { name } => write!(f, "no plan has {name}"),
            Self::KnownUnshown { plan } => {
                write!(f, "the known plan {plan} does not show its defect")
            }
            Self::KnownInSound { plan, what } => {
                write!(
                    f,
                    "the sound registry is found at fault by the known plan {plan}: {what}"
                )
            }
            Self::KnownInLawful { plan, what } => {
                write!(f, "the false alarm {plan} is raised again: {what}")
            }
            Self::Incomplete { subject, plans } => {
                write!(
                    f,
                    "the campaign against {subject} ended after {plans} plans"
                )
            }
        }
    }
}

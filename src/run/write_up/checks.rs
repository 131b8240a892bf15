//! The entries of checks.

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::http::script;
use crate::run::Case;
use crate::run::CheckEntry;
use crate::run::ConcernEntry;
use crate::run::Exchanges;
use crate::run::Settings;
use crate::run::cause::Facts;
use crate::run::cause::gates;
use crate::run::examine::Ended;
use crate::run::expected::as_known;
use crate::verdict::Verdict;

use super::millis;
use super::wire;

/// The entry of a case that ended, as one of `all`.
pub(super) fn put(ended: &Ended, all: &[Facts<'_>], settings: &Settings) -> CheckEntry {
    let spec = settings.world.spec;
    let passed = matches!(ended.verdict, Verdict::Pass);
    let kept = !passed || settings.exchanges == Exchanges::All;
    let exchanges = if kept {
        ended.exchanges.as_slice()
    } else {
        &[]
    };
    let violation = ended.violation.as_ref();
    let shown_by = violation.and_then(|violation| violation.exchange);
    let shown = shown_by.map_or(exchanges.len(), |last| exchanges.len().min(last + 1));
    let entry = CheckEntry {
        verdict: ended.verdict.to_string(),
        gates: gates(&Facts::of(ended, spec), all, spec, settings.fail_on),
        excused: None,
        duration_ms: millis(ended.took),
        violated: violation.map(|violation| violation.requirement.id.to_owned()),
        expected: violation.map(|violation| violation.expected.clone()),
        actual: violation.map(|violation| violation.actual.clone()),
        fault: violation.map(|violation| violation.fault.to_string()),
        concerns: ended.concerns.iter().map(concern).collect(),
        reason: (!ended.reason.is_empty()).then(|| ended.reason.clone()),
        shown_by,
        curl: (!passed && shown > 0).then(|| script(&exchanges[..shown])),
        exchanges: exchanges.iter().map(wire::exchange).collect(),
        ..bare(&ended.case, spec)
    };
    match ended.known {
        Some(known) => as_known(entry, known, &settings.expectations),
        None => entry,
    }
}

/// The entry of a case that was not put.
pub(super) fn skipped(case: &Case, reason: &str, spec: Version) -> CheckEntry {
    CheckEntry {
        verdict: Verdict::Skipped.to_string(),
        reason: Some(reason.to_owned()),
        ..bare(case, spec)
    }
}

fn bare(case: &Case, spec: Version) -> CheckEntry {
    let level = case.check.level(spec).unwrap_or(Level::May);
    CheckEntry {
        id: case.id.clone(),
        title: case.check.title.to_owned(),
        level: level.to_string(),
        requirements: case
            .check
            .covers
            .iter()
            .map(|row| row.id.to_owned())
            .collect(),
        verdict: String::new(),
        gates: false,
        excused: None,
        duration_ms: 0,
        violated: None,
        expected: None,
        actual: None,
        concerns: Vec::new(),
        cause: None,
        reason: None,
        known: None,
        fault: None,
        shown_by: None,
        exchanges: Vec::new(),
        curl: None,
    }
}

fn concern(violation: &crate::verdict::Violation) -> ConcernEntry {
    ConcernEntry {
        requirement: violation.requirement.id.to_owned(),
        expected: violation.expected.clone(),
        actual: violation.actual.clone(),
    }
}

//! What comes of expectations where the checks that they are about were put in several runs.

use std::time::SystemTime;

use glob::Pattern;

use crate::check::Day;
use crate::check::Ending;
use crate::check::Expectation;
use crate::check::Subject;
use crate::run::CheckEntry;
use crate::run::ExpectationEntry;
use crate::run::ExpectationsEntry;
use crate::run::Record;
use crate::run::RequirementEntry;
use crate::verdict::Verdict;

/// What tells entries from others: what is written in their file.
pub(super) fn written(expectations: Option<&ExpectationsEntry>) -> String {
    let Some(expectations) = expectations else {
        return "none".to_owned();
    };
    let texts = expectations.entries.iter().map(|entry| {
        let verdict = entry.verdict.as_deref().unwrap_or("any");
        let expires = entry.expires.as_deref().unwrap_or("never");
        format!("{} ({verdict}, {}, {expires})", entry.glob, entry.reason)
    });
    let strict = if expectations.strict { ", strict" } else { "" };
    format!("{}{strict}", texts.collect::<Vec<_>>().join("; "))
}

/// What came of the expectations of a record, given these checks in place of its own.
pub(super) fn came_of(
    record: &Record,
    checks: &[CheckEntry],
    requirements: &[RequirementEntry],
) -> Option<ExpectationsEntry> {
    let expectations = record.expectations.as_ref()?;
    let today = humantime::parse_rfc3339(&record.started);
    let today = Day::of(today.unwrap_or(SystemTime::UNIX_EPOCH));
    let endings: Vec<_> = checks
        .iter()
        .map(|check| ending(check, requirements))
        .collect();
    let entries = expectations.entries.iter().map(|entry| {
        let Some(expectation) = expectation(entry) else {
            return entry.clone();
        };
        let (state, by) = expectation.state(today, &endings);
        ExpectationEntry::new(&expectation, state, by)
    });
    Some(ExpectationsEntry {
        strict: expectations.strict,
        entries: entries.collect(),
    })
}

fn expectation(entry: &ExpectationEntry) -> Option<Expectation> {
    let verdict = entry.verdict.as_deref().map(Verdict::named);
    let expires = entry.expires.as_deref().map(|day| day.parse().ok());
    Some(Expectation {
        subject: Subject::Check(Pattern::new(&entry.glob).ok()?),
        // What is there has to be readable, or else the entry would come to mean more.
        verdict: verdict.map_or(Some(None), |it| it.map(Some))?,
        reason: entry.reason.clone(),
        link: entry.link.clone(),
        expires: expires.map_or(Some(None), |it: Option<Day>| it.map(Some))?,
    })
}

fn ending(check: &CheckEntry, requirements: &[RequirementEntry]) -> Ending {
    let verdict = Verdict::named(check.in_fact()).unwrap_or(Verdict::Error);
    let is_asked_for = |id: &String| requirements.iter().any(|entry| entry.id == *id);
    let is_of_version = check.requirements.iter().any(is_asked_for);
    let is_skipped = verdict == Verdict::Skipped;
    Ending {
        id: check.id.clone(),
        // What this version does not ask for says nothing, and never will.
        verdict: if is_skipped && !is_of_version {
            Verdict::Unsupported
        } else {
            verdict
        },
        gates: check.gates || check.known.is_some(),
        selected: !is_skipped,
    }
}

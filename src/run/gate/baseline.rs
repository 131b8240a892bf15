//! A baseline: an older record, whose failures do not make this run fail.

use std::collections::BTreeMap;

use crate::run::BaselineEntry;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::excuse_where;

/// Why what failed before does not gate, and why what is new does not.
const OLD: &str = "it failed in the baseline, too";
const NEW: &str = "it was not put in the baseline";

/// A record that can be no baseline of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoBaseline {
    /// It was cut short.
    #[error(
        "it was not complete, so that nobody knows what failed then; give the results of a run that came to its end"
    )]
    Incomplete,
    /// It is a part.
    #[error(
        "it is shard {0} of a run, and the other checks were not put; merge the shards with `plimsoll report --merge`"
    )]
    Shard(String),
    /// It goes by another version of the specification.
    #[error(
        "it was judged by version {0} of the specification, and this run goes by {1}; give one of that version, or --spec {0}"
    )]
    OtherSpec(String, String),
}

/// Whether a record can be the baseline of a run by this version of the specification.
pub(super) fn refuse(baseline: &Record, spec: &str) -> Result<(), NoBaseline> {
    if !baseline.complete {
        return Err(NoBaseline::Incomplete);
    }
    if let Some(shard) = &baseline.shard {
        return Err(NoBaseline::Shard(shard.clone()));
    }
    if baseline.spec != spec {
        return Err(NoBaseline::OtherSpec(
            baseline.spec.clone(),
            spec.to_owned(),
        ));
    }
    Ok(())
}

/// Takes the gate from what failed before and from what is new, and counts.
pub(super) fn apply(record: &mut Record, baseline: &Record) -> BaselineEntry {
    let checks = baseline.checks.iter();
    let before: BTreeMap<&str, &CheckEntry> =
        checks.map(|check| (check.id.as_str(), check)).collect();
    let why = |check: &CheckEntry| why(check, before.get(check.id.as_str()).copied());
    excuse_where(record, &|check| why(check).map(str::to_owned));
    let count = |reason: &str| {
        let checks = record.checks.iter();
        checks
            .filter(|check| check.excused.as_deref() == Some(reason))
            .count()
    };
    BaselineEntry {
        tool: baseline.tool.version.clone(),
        started: baseline.started.clone(),
        url: baseline.target.url.clone(),
        regressions: ids(record, |check| check.gates),
        old: count(OLD),
        new: count(NEW),
        fixed: ids(record, |check| {
            let before = before.get(check.id.as_str());
            was(check, &[Verdict::Pass]) && before.is_some_and(|before| was(before, &BAD))
        }),
    }
}

/// The ends that are no success.
const BAD: [Verdict; 4] = [
    Verdict::Fail,
    Verdict::Flaky,
    Verdict::Error,
    Verdict::Blocked,
];

/// Why a check that gates does not; none where it is a regression. That nobody could be asked then
/// excuses no failure now.
pub(super) fn why(check: &CheckEntry, before: Option<&CheckEntry>) -> Option<&'static str> {
    match before {
        None => Some(NEW),
        Some(before) if was(before, &[Verdict::Skipped]) => Some(NEW),
        Some(before) if was(before, &[Verdict::Fail, Verdict::Flaky]) => Some(OLD),
        Some(before) => (before.in_fact() == check.in_fact()).then_some(OLD),
    }
}

fn was(check: &CheckEntry, verdicts: &[Verdict]) -> bool {
    verdicts
        .iter()
        .any(|verdict| check.in_fact() == verdict.word())
}

fn ids(record: &Record, wanted: impl Fn(&CheckEntry) -> bool) -> Vec<String> {
    let checks = record.checks.iter().filter(|check| wanted(check));
    checks.map(|check| check.id.clone()).collect()
}

/// How the shards of a run stand to their one baseline, together.
pub(in crate::run) fn united(records: &[Record]) -> Option<BaselineEntry> {
    let mut entries = records.iter().filter_map(|record| record.baseline.clone());
    let mut all = entries.next()?;
    for entry in entries {
        all.old += entry.old;
        all.new += entry.new;
        all.regressions.extend(entry.regressions);
        all.fixed.extend(entry.fixed);
    }
    for ids in [&mut all.regressions, &mut all.fixed] {
        ids.sort();
        ids.dedup();
    }
    Some(all)
}

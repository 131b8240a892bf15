//! A baseline: an older record, whose failures do not make this run fail.

use std::collections::BTreeMap;

use crate::run::BaselineEntry;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::excuse;

/// How a check stands to the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is no failure.
    Fine,
    /// It failed there, too.
    Old,
    /// It was not put there.
    New,
    /// It was put there, and was no failure.
    Regression,
}

/// Takes the gate from what failed before and from what is new, and counts.
pub(super) fn apply(record: &mut Record, baseline: &Record) -> BaselineEntry {
    let before: BTreeMap<&str, &CheckEntry> = baseline
        .checks
        .iter()
        .map(|check| (check.id.as_str(), check))
        .collect();
    let mut entry = BaselineEntry {
        tool: baseline.tool.version.clone(),
        started: baseline.started.clone(),
        url: baseline.target.url.clone(),
        regressions: Vec::new(),
        old: 0,
        new: 0,
        fixed: fixed(record, &before),
    };
    for check in &mut record.checks {
        match standing(check, before.get(check.id.as_str()).copied()) {
            Standing::Fine => {}
            Standing::Old => {
                entry.old += 1;
                excuse(check, "it failed in the baseline, too".to_owned());
            }
            Standing::New => {
                entry.new += 1;
                excuse(check, "it was not put in the baseline".to_owned());
            }
            Standing::Regression => entry.regressions.push(check.id.clone()),
        }
    }
    entry
}

/// How the shards of a run stand to their one baseline, together.
pub(in crate::run) fn united(records: &[&Record]) -> Option<BaselineEntry> {
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

fn standing(check: &CheckEntry, before: Option<&CheckEntry>) -> Standing {
    if !check.gates {
        return Standing::Fine;
    }
    match before {
        None => Standing::New,
        Some(before) if was(before, Verdict::Skipped) => Standing::New,
        Some(before) if is_bad(before) => Standing::Old,
        Some(_) => Standing::Regression,
    }
}

/// The checks that failed there and pass here.
fn fixed(record: &Record, before: &BTreeMap<&str, &CheckEntry>) -> Vec<String> {
    let is_fixed = |check: &&CheckEntry| {
        let before = before.get(check.id.as_str());
        was(check, Verdict::Pass) && before.is_some_and(|before| is_bad(before))
    };
    record
        .checks
        .iter()
        .filter(is_fixed)
        .map(|check| check.id.clone())
        .collect()
}

fn is_bad(check: &CheckEntry) -> bool {
    let bad = [
        Verdict::Fail,
        Verdict::Flaky,
        Verdict::Error,
        Verdict::Blocked,
    ];
    bad.into_iter().any(|verdict| was(check, verdict))
}

fn was(check: &CheckEntry, verdict: Verdict) -> bool {
    check.in_fact() == verdict.word()
}

//! What differs between two records: how checks end, and what the registry has.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::Level;
use crate::verdict::Verdict;

use super::CheckEntry;
use super::FeatureEntry;
use super::Gating;
use super::Record;
use super::gating;

/// What differs between an older record and a newer one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The version of this form.
    pub schema: u32,
    /// What tells it from a record: `diff`.
    pub kind: &'static str,
    /// The older run.
    pub old: Side,
    /// The newer one.
    pub new: Side,
    /// In what the runs differ, so that they can be compared only so far: sentences.
    pub notes: Vec<String>,
    /// Whether there are new failures that gate.
    pub gates: bool,
    /// Checks that are not well, and were, or did not gate, or were not there.
    pub new_failures: Vec<Change>,
    /// Checks that pass now, and did not.
    pub fixed: Vec<Change>,
    /// Checks that end otherwise.
    pub changed: Vec<Change>,
    /// Checks that were not there, and are well.
    pub new_checks: Vec<Change>,
    /// Checks that are not there any more.
    pub gone_checks: Vec<Change>,
    /// Features of which another thing is known.
    pub features: Vec<FeatureChange>,
    /// How many checks end as they did.
    pub unchanged: usize,
}

/// One of the two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The registry.
    pub target: String,
    /// What it says that it is.
    pub software: Option<String>,
    /// The version of plimsoll.
    pub plimsoll: String,
    /// The version of the specification.
    pub spec: String,
    /// The run.
    pub run_id: String,
    /// When it began.
    pub started: String,
    /// Whether it came to its end.
    pub complete: bool,
}

/// A check that ends otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The check.
    pub id: String,
    /// What a sound registry does.
    pub title: String,
    /// Its level.
    pub level: String,
    /// How it ended; nothing where it was not there.
    pub old: Option<String>,
    /// How it ends; nothing where it is not there.
    pub new: Option<String>,
    /// Whether that makes the newer run fail.
    pub gates: bool,
    /// The requirement that is broken now, or that blocks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violated: Option<String>,
    /// Every acceptable outcome, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What happens instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// Why it is not judged, or left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A feature of which another thing is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeatureChange {
    /// The feature.
    pub id: String,
    /// Its state; nothing where the older record does not have it.
    pub old: Option<String>,
    /// Its state now; nothing where the newer record does not have it.
    pub new: Option<String>,
    /// The answer that says so.
    pub evidence: String,
}

impl Diff {
    /// The version of the form that is written.
    pub const SCHEMA: u32 = 1;
}

/// What differs.
pub fn diff(old: &Record, new: &Record) -> Diff {
    let mut diff = Diff {
        schema: Diff::SCHEMA,
        kind: "diff",
        old: side(old),
        new: side(new),
        notes: notes(old, new),
        gates: false,
        new_failures: Vec::new(),
        fixed: Vec::new(),
        changed: Vec::new(),
        new_checks: Vec::new(),
        gone_checks: Vec::new(),
        features: features(old, new),
        unchanged: 0,
    };
    let before = by_id(old);
    for check in &new.checks {
        let was = before.get(check.id.as_str()).copied();
        let change = change(was, Some(check), check);
        match kind(was, check) {
            Kind::NewFailure => diff.new_failures.push(change),
            Kind::Fixed => diff.fixed.push(change),
            Kind::Changed => diff.changed.push(change),
            Kind::New => diff.new_checks.push(change),
            Kind::Same => diff.unchanged += 1,
        }
    }
    let now = by_id(new);
    let gone = old.checks.iter();
    let gone = gone.filter(|check| !now.contains_key(check.id.as_str()));
    diff.gone_checks = gone.map(|check| change(Some(check), None, check)).collect();
    diff.gates = diff.new_failures.iter().any(|change| change.gates);
    diff.new_failures
        .sort_by_key(|it| (!it.gates, weight(&it.level)));
    diff
}

fn side(record: &Record) -> Side {
    Side {
        target: record.target.url.clone(),
        software: record.target.software.clone(),
        plimsoll: record.tool.version.clone(),
        spec: record.spec.clone(),
        run_id: record.run_id.clone(),
        started: record.started.clone(),
        complete: record.complete,
    }
}

fn notes(old: &Record, new: &Record) -> Vec<String> {
    let terms = |record: &Record| {
        [
            ("specification", record.spec.clone()),
            ("plimsoll", record.tool.version.clone()),
            ("level that gates", record.fail_on.clone()),
        ]
    };
    let pairs = terms(old).into_iter().zip(terms(new));
    let mut notes: Vec<_> = pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((what, old), (_, new))| format!("another {what}: {old} before, {new} now"))
        .collect();
    for (record, which) in [(old, "older"), (new, "newer")] {
        if !record.complete {
            let reason = record.ended_by.as_deref().unwrap_or("unknown reason");
            notes.push(format!("the {which} run did not come to its end: {reason}"));
        } else if gating(record) == Gating::NothingRan {
            notes.push(format!("in the {which} run nothing ran"));
        } else if let Some(shard) = &record.shard {
            notes.push(format!("the {which} run is one shard, {shard}"));
        }
    }
    notes
}

fn by_id(record: &Record) -> BTreeMap<&str, &CheckEntry> {
    let checks = record.checks.iter();
    checks.map(|check| (check.id.as_str(), check)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    NewFailure,
    Fixed,
    Changed,
    New,
    Same,
}

fn kind(was: Option<&CheckEntry>, is: &CheckEntry) -> Kind {
    let Some(was) = was else {
        return if is_unwell(is) {
            Kind::NewFailure
        } else {
            Kind::New
        };
    };
    let is_new = !is_unwell(was) || (is.gates && !was.gates);
    if is_unwell(is) && is_new {
        return Kind::NewFailure;
    }
    let passes = |check: &CheckEntry| check.verdict == Verdict::Pass.word();
    let was_wrong = is_unwell(was) || was.verdict == Verdict::Known.word();
    if passes(is) && was_wrong {
        return Kind::Fixed;
    }
    // One requirement in place of another is another failure, though no new one.
    let is_same = was.verdict == is.verdict && was.violated == is.violated && was.gates == is.gates;
    if is_same { Kind::Same } else { Kind::Changed }
}

/// Whether something is wrong with it that is not known.
fn is_unwell(check: &CheckEntry) -> bool {
    let unwell = [
        Verdict::Fail,
        Verdict::Warn,
        Verdict::Flaky,
        Verdict::Error,
        Verdict::Blocked,
    ];
    check.gates || unwell.iter().any(|verdict| verdict.word() == check.verdict)
}

fn change(was: Option<&CheckEntry>, is: Option<&CheckEntry>, told: &CheckEntry) -> Change {
    Change {
        id: told.id.clone(),
        title: told.title.clone(),
        level: told.level.clone(),
        old: was.map(|check| check.verdict.clone()),
        new: is.map(|check| check.verdict.clone()),
        gates: is.is_some_and(|check| check.gates),
        violated: is.and_then(|check| check.violated.clone()),
        expected: is.and_then(|check| check.expected.clone()),
        actual: is.and_then(|check| check.actual.clone()),
        reason: is.and_then(|check| check.reason.clone()),
    }
}

fn features(old: &Record, new: &Record) -> Vec<FeatureChange> {
    let find = |record: &Record, id: &str| {
        let found = record.features.iter().find(|it| it.id == id);
        found.cloned()
    };
    let gone = old.features.iter();
    let gone = gone.filter(|feature| find(new, &feature.id).is_none());
    let all = new.features.iter().chain(gone);
    let pair = |feature: &FeatureEntry| {
        let (was, is) = (find(old, &feature.id), find(new, &feature.id));
        let state = |it: &Option<FeatureEntry>| it.as_ref().map(|it| it.state.clone());
        (state(&was) != state(&is)).then(|| FeatureChange {
            id: feature.id.clone(),
            old: state(&was),
            new: state(&is),
            evidence: feature.evidence.clone(),
        })
    };
    all.filter_map(pair).collect()
}

fn weight(level: &str) -> Level {
    level.parse().unwrap_or(Level::May)
}

#[cfg(test)]
mod tests;

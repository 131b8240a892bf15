//! The entries of one record from those of several: of checks, and of features.

use std::collections::BTreeMap;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::run::Case;
use crate::run::CheckEntry;
use crate::run::ConcernEntry;
use crate::run::FeatureEntry;
use crate::run::Record;
use crate::run::ThresholdEntry;
use crate::verdict::Verdict;

use super::OF_ANOTHER_SHARD;

/// The ways to end, the lightest first: what was not put says nothing, and of the others the
/// heaviest counts.
const WEIGHTS: [Verdict; 9] = [
    Verdict::Skipped,
    Verdict::Unsupported,
    Verdict::Pass,
    Verdict::Known,
    Verdict::Warn,
    Verdict::Flaky,
    Verdict::Blocked,
    Verdict::Error,
    Verdict::Fail,
];

/// The checks of all records, each once, in the order of the suite. Neither gates nor causes hold
/// any more.
pub(super) fn checks(records: &[&Record], cases: &[Case]) -> Vec<CheckEntry> {
    let mut all: BTreeMap<&str, Vec<&CheckEntry>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for check in records.iter().flat_map(|record| &record.checks) {
        let entries = all.entry(&check.id).or_default();
        if entries.is_empty() {
            order.push(&check.id);
        }
        entries.push(check);
    }
    let places: BTreeMap<&str, usize> = cases
        .iter()
        .enumerate()
        .map(|(place, case)| (case.id.as_str(), place))
        .collect();
    order.sort_by_key(|id| places.get(id).copied().unwrap_or(usize::MAX));
    let is_watch = |id: &str| {
        let case = places.get(id).map(|place| &cases[*place]);
        case.is_some_and(|case| case.check.watch.is_some())
    };
    let each = order.into_iter();
    each.map(|id| settled(&all[id], is_watch(id))).collect()
}

/// What is measured: of what several have, what one misses is missed.
pub(super) fn thresholds(records: &[&Record]) -> Vec<ThresholdEntry> {
    let mut all: Vec<ThresholdEntry> = Vec::new();
    for entry in records.iter().flat_map(|record| &record.thresholds) {
        match all.iter_mut().find(|known| known.name == entry.name) {
            None => all.push(entry.clone()),
            Some(known) if known.met && !entry.met => *known = entry.clone(),
            Some(_) => {}
        }
    }
    all
}

/// What ends came to that are of one check. There is at least one.
fn settled(entries: &[&CheckEntry], is_watch: bool) -> CheckEntry {
    let weight = |entry: &CheckEntry| {
        let is_it = |verdict: &Verdict| verdict.word() == entry.verdict;
        let is_own = entry.reason.as_deref() != Some(OF_ANOTHER_SHARD);
        let has_evidence = !entry.exchanges.is_empty();
        (WEIGHTS.iter().position(is_it), is_own, has_evidence)
    };
    let heaviest = entries.iter().map(|entry| weight(entry)).max();
    let heaviest = entries.iter().find(|entry| Some(weight(entry)) == heaviest);
    let heaviest = heaviest.unwrap_or(&entries[0]);
    let passed = entries
        .iter()
        .any(|entry| entry.verdict == Verdict::Pass.word());
    let is_unwell = [
        Verdict::Warn,
        Verdict::Blocked,
        Verdict::Error,
        Verdict::Fail,
    ]
    .iter()
    .any(|verdict| verdict.word() == heaviest.verdict);
    let mut entry = CheckEntry {
        cause: None,
        ..(*heaviest).clone()
    };
    for concern in entries.iter().flat_map(|entry| &entry.concerns) {
        let is_there = |known: &ConcernEntry| known.requirement == concern.requirement;
        if !entry.concerns.iter().any(is_there) {
            entry.concerns.push(concern.clone());
        }
    }
    // What a rule for every answer saw in one shard, it need not have met in another.
    if !(passed && is_unwell) || is_watch {
        return entry;
    }
    CheckEntry {
        reason: Some(format!("{}; in another run, it passed", entry.verdict)),
        verdict: Verdict::Flaky.to_string(),
        ..entry
    }
}

/// A known end of a check that is blocked, as it was before anybody looked whether it is known.
pub(super) fn unmarked(entry: &CheckEntry) -> Option<CheckEntry> {
    let known = entry.known.as_ref()?;
    (known.ended == Verdict::Blocked.word()).then(|| CheckEntry {
        verdict: Verdict::Blocked.to_string(),
        reason: known.detail.clone(),
        known: None,
        ..entry.clone()
    })
}

/// The features of all records, each once: what one of them saw to be there is there, and what only
/// some of them asked for is known.
pub(super) fn features(records: &[&Record]) -> Vec<FeatureEntry> {
    let mut all: Vec<FeatureEntry> = Vec::new();
    for feature in records.iter().flat_map(|record| &record.features) {
        match all.iter_mut().find(|known| known.id == feature.id) {
            None => all.push(feature.clone()),
            Some(known) if rank(feature) > rank(known) => *known = feature.clone(),
            Some(_) => {}
        }
    }
    all
}

fn rank(feature: &FeatureEntry) -> usize {
    ["unknown", "unsupported", "supported"]
        .iter()
        .position(|state| *state == feature.state)
        .unwrap_or(0)
}

/// Features as they were before they were written down.
pub(super) fn states(features: &[FeatureEntry]) -> Vec<(Feature, FeatureState)> {
    let state = |entry: &FeatureEntry| {
        let evidence = entry.evidence.clone();
        let state = match entry.state.as_str() {
            "supported" => FeatureState::Supported(evidence),
            "unsupported" => FeatureState::Unsupported(evidence),
            _ => FeatureState::Unknown(evidence),
        };
        Some((Feature::named(&entry.id)?, state))
    };
    features.iter().filter_map(state).collect()
}

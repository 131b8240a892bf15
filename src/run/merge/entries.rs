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

/// The checks of records, each once, as they come.
#[derive(Debug, Default)]
pub(super) struct Checks {
    settling: BTreeMap<String, Settling>,
    /// The ids, in the order in which they came first.
    order: Vec<String>,
}

/// What the ends came to so far that are of one check.
#[derive(Debug)]
struct Settling {
    /// The first of the heaviest.
    heaviest: CheckEntry,
    has_passed: bool,
    /// Of each requirement the first.
    concerns: Vec<ConcernEntry>,
}

impl Checks {
    /// Takes those of one more record.
    pub(super) fn add(&mut self, entries: Vec<CheckEntry>) {
        for entry in entries {
            if let Some(settling) = self.settling.get_mut(&entry.id) {
                settling.add(entry);
            } else {
                self.order.push(entry.id.clone());
                self.settling.insert(entry.id.clone(), Settling::of(entry));
            }
        }
    }

    /// All of them, in the order of the suite. Neither gates nor causes hold any more.
    pub(super) fn settled(mut self, cases: &[Case]) -> Vec<CheckEntry> {
        let places: BTreeMap<&str, usize> = cases
            .iter()
            .enumerate()
            .map(|(place, case)| (case.id.as_str(), place))
            .collect();
        let place = |id: &String| places.get(id.as_str()).copied();
        self.order.sort_by_key(|id| place(id).unwrap_or(usize::MAX));
        let is_watch = |id| place(id).is_some_and(|place| cases[place].check.watch.is_some());
        let each = self.order.iter().filter_map(|id| {
            let settling = self.settling.remove(id)?;
            Some(settling.settled(is_watch(id)))
        });
        each.collect()
    }
}

/// What is measured: of what several have, what one misses is missed.
pub(super) fn thresholds(records: &[Record]) -> Vec<ThresholdEntry> {
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

/// How much an end counts.
fn weight(entry: &CheckEntry) -> (Option<usize>, bool, bool) {
    let is_it = |verdict: &Verdict| verdict.word() == entry.verdict;
    let is_own = entry.reason.as_deref() != Some(OF_ANOTHER_SHARD);
    let has_evidence = !entry.exchanges.is_empty();
    (WEIGHTS.iter().position(is_it), is_own, has_evidence)
}

impl Settling {
    fn of(entry: CheckEntry) -> Self {
        let mut settling = Self {
            has_passed: entry.verdict == Verdict::Pass.word(),
            concerns: Vec::new(),
            heaviest: entry,
        };
        let concerns = settling.heaviest.concerns.clone();
        add_concerns(&mut settling.concerns, &concerns);
        settling
    }

    fn add(&mut self, entry: CheckEntry) {
        self.has_passed |= entry.verdict == Verdict::Pass.word();
        add_concerns(&mut self.concerns, &entry.concerns);
        if weight(&entry) > weight(&self.heaviest) {
            self.heaviest = entry;
        }
    }

    fn settled(self, is_watch: bool) -> CheckEntry {
        let mut entry = CheckEntry {
            cause: None,
            ..self.heaviest
        };
        add_concerns(&mut entry.concerns, &self.concerns);
        let unwell = [
            Verdict::Warn,
            Verdict::Blocked,
            Verdict::Error,
            Verdict::Fail,
        ];
        let is_unwell = unwell.iter().any(|it| it.word() == entry.verdict);
        // What a rule for every answer saw in one shard, it need not have met in another.
        if !(self.has_passed && is_unwell) || is_watch {
            return entry;
        }
        CheckEntry {
            reason: Some(format!("{}; in another run, it passed", entry.verdict)),
            verdict: Verdict::Flaky.to_string(),
            ..entry
        }
    }
}

fn add_concerns(to: &mut Vec<ConcernEntry>, from: &[ConcernEntry]) {
    for concern in from {
        if !to.iter().any(|it| it.requirement == concern.requirement) {
            to.push(concern.clone());
        }
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
pub(super) fn features(records: &[Record]) -> Vec<FeatureEntry> {
    let mut all: Vec<FeatureEntry> = Vec::new();
    for feature in records.iter().flat_map(|record| &record.features) {
        match all.iter_mut().find(|known| known.id == feature.id) {
            None => all.push(feature.clone()),
            Some(known) if rank(feature) > rank(known) => *known = feature.clone(),
            Some(_) => {}
        }
    }
    // A shard asks only for those that its checks need.
    let place = |entry: &FeatureEntry| Feature::ROWS.iter().position(|row| row.id == entry.id);
    all.sort_by_key(|entry| place(entry).unwrap_or(usize::MAX));
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

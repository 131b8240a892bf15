//! One record from those of the shards of a campaign: what one campaign would have come to that had all of
//! their plans.
//!
//! Records are added one by one, and of each only its counts are kept, so that a thousand shards that found
//! the same take no more room than one. Of several runs of one shard one counts. Which of the findings are
//! those of the whole is found out by the rule of the campaign.

mod joined;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::check::State;
use crate::fuzz::Finding;
use crate::fuzz::campaign::Counts;
use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Outcome;
use crate::run::ExpectationsEntry;
use crate::run::SHARDS_MISSING;
use crate::run::Shards;
use crate::run::Unmergeable;

use super::FuzzRecord;

/// One record from these, which have to be of one campaign, and all of its shards.
pub fn merge(records: &[FuzzRecord]) -> Result<FuzzRecord, Unmergeable> {
    let mut merging = Merging::default();
    for record in records {
        merging.add(record.clone())?;
    }
    merging.finish(false)
}

/// Records of shards on their way to one.
#[derive(Debug, Default)]
pub struct Merging {
    /// Each without its findings, in the order in which they came.
    records: Vec<FuzzRecord>,
    /// The findings by signature, each as the earliest case shows it, with their place in the order in which
    /// they came.
    findings: BTreeMap<String, (usize, Finding)>,
}

impl Merging {
    /// Adds a record, which has to be of the same campaign as those before it.
    pub fn add(&mut self, mut record: FuzzRecord) -> Result<(), Unmergeable> {
        if let Some(first) = self.records.first() {
            demand_same(self.records.len(), &record, first)?;
        }
        for finding in std::mem::take(&mut record.outcome.findings) {
            self.keep(finding);
        }
        self.records.push(record);
        Ok(())
    }

    fn keep(&mut self, finding: Finding) {
        let steps = |it: &Finding| it.plan.lanes.iter().map(Vec::len).sum::<usize>();
        let rank = |it: &Finding| (it.case, steps(it));
        match self.findings.get_mut(&finding.signature) {
            Some((_, known)) if rank(known) <= rank(&finding) => {}
            Some((_, known)) => *known = finding,
            None => {
                let name = finding.signature.clone();
                let place = self.findings.len();
                self.findings.insert(name, (place, finding));
            }
        }
    }

    /// The one record. Where `partial`, shards may be missing, and the record says that it is not whole.
    pub fn finish(self, partial: bool) -> Result<FuzzRecord, Unmergeable> {
        let names = self.records.iter().map(|it| Some(it.shard.as_str()));
        let shards = Shards::of(names)?;
        let missing = shards.missing();
        if let Some(missing) = missing.as_ref().filter(|_| !partial) {
            return Err(missing.clone());
        }
        let counted = shards.counted(|place| {
            let record = &self.records[place];
            (
                record.complete,
                record.started.as_str(),
                record.outcome.plans,
            )
        });
        let those: Vec<&FuzzRecord> = counted.iter().map(|it| &self.records[*it]).collect();
        let mut merged = united(&those).ok_or(Unmergeable::Nothing)?;
        joined::settle(&mut merged.outcome, (&those, &self.records), self.findings);
        forget_others(&mut merged);
        if missing.is_some() {
            merged.complete = false;
            merged.ended_by.get_or_insert(SHARDS_MISSING.to_owned());
        }
        Ok(merged)
    }
}

/// One record from those of different shards.
fn united(records: &[&FuzzRecord]) -> Option<FuzzRecord> {
    let (first, others) = records.split_first()?;
    let mut merged = (*first).clone();
    "0/1".clone_into(&mut merged.shard);
    let cut_short = records.iter().find(|record| !record.complete);
    merged.complete = cut_short.is_none();
    merged.ended_by = cut_short.and_then(|record| record.ended_by.clone());
    merged.outcome.ended = worst(records.iter().map(|record| record.outcome.ended));
    for record in others {
        add(&mut merged, record);
    }
    let mut ids: Vec<&str> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for record in records {
        if seen.insert(&record.run_id) {
            ids.push(&record.run_id);
        }
    }
    merged.run_id = ids.join("+");
    merged.expectations = expectations(records);
    Some(merged)
}

/// Leaves out what is said of findings that are none of the whole.
fn forget_others(merged: &mut FuzzRecord) {
    let findings = merged.outcome.findings.iter();
    let names: BTreeSet<&str> = findings.map(|it| it.signature.as_str()).collect();
    merged
        .known
        .retain(|it| names.contains(it.signature.as_str()));
    let entries = merged.expectations.iter_mut();
    for entry in entries.flat_map(|it| &mut it.entries) {
        entry.by.retain(|it| names.contains(it.as_str()));
        if entry.by.is_empty() && entry.state == State::Met.word() {
            State::Unmatched.word().clone_into(&mut entry.state);
        }
    }
}

fn demand_same(place: usize, record: &FuzzRecord, first: &FuzzRecord) -> Result<(), Unmergeable> {
    for ((what, here), (_, there)) in terms(record).into_iter().zip(terms(first)) {
        if here != there {
            return Err(Unmergeable::Differs {
                place,
                what,
                here,
                there,
            });
        }
    }
    Ok(())
}

/// What all shards of a campaign have in common.
fn terms(record: &FuzzRecord) -> [(&'static str, String); 9] {
    let expected = record.expectations.iter().flat_map(|it| &it.entries);
    let expected = expected.map(|it| format!("{} ({})", it.glob, it.reason));
    let plans = record.plans_at_most;
    [
        ("plimsoll", record.tool.version.clone()),
        ("generator", record.tool.generator.to_string()),
        ("registry", record.target.clone()),
        ("specification", record.spec.to_string()),
        ("seed", record.outcome.seed.to_string()),
        (
            "number of plans",
            plans.map_or("without bound".to_owned(), |it| it.to_string()),
        ),
        ("list of rules", record.rules.join(", ")),
        ("corpus", record.corpus.hash.clone()),
        (
            "list of expectations",
            expected.collect::<Vec<_>>().join("; "),
        ),
    ]
}

/// How the whole ended.
fn worst(ended: impl Iterator<Item = Ended>) -> Ended {
    let weight = |ended: &Ended| match ended {
        Ended::Completed => 0,
        Ended::OutOfTime => 1,
        Ended::Stopped => 2,
        Ended::TargetLost => 3,
    };
    ended.max_by_key(weight).unwrap_or(Ended::Completed)
}

fn add(merged: &mut FuzzRecord, record: &FuzzRecord) {
    if record.started < merged.started {
        merged.started.clone_from(&record.started);
    }
    merged.duration_ms = merged.duration_ms.max(record.duration_ms);
    merged.evolve |= record.evolve;
    for feature in &record.profile {
        match merged.profile.iter_mut().find(|it| it.id == feature.id) {
            None => merged.profile.push(feature.clone()),
            Some(known) if known.state == "unknown" => *known = feature.clone(),
            Some(_) => {}
        }
    }
    for known in &record.known {
        let is_it = |it: &super::KnownFinding| it.signature == known.signature;
        if !merged.known.iter().any(is_it) {
            merged.known.push(known.clone());
        }
    }
    add_outcome(&mut merged.outcome, &record.outcome);
}

fn add_outcome(to: &mut Outcome, from: &Outcome) {
    for (to, from) in [
        (&mut to.plans, from.plans),
        (&mut to.steps, from.steps),
        (&mut to.requests, from.requests),
        (&mut to.stale, from.stale),
        (&mut to.unreproduced, from.unreproduced),
        (&mut to.shares.done, from.shares.done),
        (&mut to.shares.led_on, from.shares.led_on),
        (&mut to.shares.refused, from.shares.refused),
        (&mut to.shares.broke, from.shares.broke),
        (&mut to.shares.unanswered, from.shares.unanswered),
    ] {
        *to = to.saturating_add(from);
    }
    to.features = to.features.max(from.features);
    for (to, from) in [
        (&mut to.mutations, &from.mutations),
        (&mut to.kinds, &from.kinds),
        (&mut to.canary, &from.canary),
        (&mut to.groups, &from.groups),
    ] {
        add_counts(to, from);
    }
}

fn add_counts(to: &mut Counts, from: &Counts) {
    for (name, count) in from {
        let sum = to.entry(name.clone()).or_default();
        *sum = sum.saturating_add(*count);
    }
}

/// What came of the expectations: what one shard met is met.
fn expectations(records: &[&FuzzRecord]) -> Option<ExpectationsEntry> {
    let mut all = records
        .iter()
        .filter_map(|record| record.expectations.as_ref());
    let mut merged = all.next()?.clone();
    for others in all {
        merged.strict |= others.strict;
        for (entry, other) in merged.entries.iter_mut().zip(&others.entries) {
            for id in &other.by {
                if !entry.by.contains(id) {
                    entry.by.push(id.clone());
                }
            }
            let is_met = other.state == State::Met.word();
            if is_met && entry.state == State::Unmatched.word() {
                entry.state.clone_from(&other.state);
            }
        }
    }
    Some(merged)
}

#[cfg(test)]
mod tests;

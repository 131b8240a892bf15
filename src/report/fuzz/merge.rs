//! One record from those of the shards of a campaign.
//!
//! Counts add up, and a finding of several shards is one. How many kinds of things happened in all
//! of them nobody knows: the most that one has seen is a lower bound.

use std::collections::BTreeSet;

use crate::check::State;
use crate::fuzz::Finding;
use crate::fuzz::campaign::Counts;
use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Outcome;
use crate::run::ExpectationsEntry;
use crate::run::Shards;
use crate::run::Unmergeable;

use super::FuzzRecord;

/// One record from these, which have to be of one campaign.
pub fn merge(records: &[FuzzRecord]) -> Result<FuzzRecord, Unmergeable> {
    let first = records.first().ok_or(Unmergeable::Nothing)?;
    for (place, record) in records.iter().enumerate() {
        demand_same(place, record, first)?;
    }
    let shards = Shards::of(records.iter().map(|record| Some(record.shard.as_str())))?;
    let is_whole: Vec<_> = records.iter().map(|record| record.complete).collect();
    let not_whole = shards.not_whole(&is_whole);
    let cut_short = not_whole.first().map(|place| &records[*place]);
    let those = each_once(records);
    let mut merged = first.clone();
    "0/1".clone_into(&mut merged.shard);
    merged.complete = cut_short.is_none();
    merged.ended_by = cut_short.and_then(|record| record.ended_by.clone());
    let ended = not_whole.iter().map(|place| records[*place].outcome.ended);
    let ended = ended.chain(those.iter().map(|record| record.outcome.ended));
    merged.outcome.ended = worst(ended, cut_short.is_none());
    for record in &those[1..] {
        add(&mut merged, record);
    }
    merged.expectations = expectations(&those);
    Ok(merged)
}

/// One file given twice counts once: each run has an id and a time of its own.
fn each_once(records: &[FuzzRecord]) -> Vec<&FuzzRecord> {
    let mut seen = BTreeSet::new();
    let names = |it: &FuzzRecord| (it.shard.clone(), it.run_id.clone(), it.started.clone());
    records.iter().filter(|it| seen.insert(names(it))).collect()
}

fn demand_same(place: usize, record: &FuzzRecord, first: &FuzzRecord) -> Result<(), Unmergeable> {
    let terms = |record: &FuzzRecord| {
        let expected = record.expectations.iter().flat_map(|it| &it.entries);
        let expected = expected.map(|it| format!("{} ({})", it.glob, it.reason));
        [
            ("plimsoll", record.tool.version.clone()),
            ("generator", record.tool.generator.to_string()),
            ("registry", record.target.clone()),
            ("specification", record.spec.to_string()),
            ("seed", record.outcome.seed.to_string()),
            ("list of rules", record.rules.join(", ")),
            ("corpus", record.corpus.hash.clone()),
            (
                "list of expectations",
                expected.collect::<Vec<_>>().join("; "),
            ),
        ]
    };
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

/// How the whole ended, if all of it came to its end or not.
fn worst(ended: impl Iterator<Item = Ended>, is_whole: bool) -> Ended {
    let weight = |ended: &Ended| match ended {
        Ended::Completed => 0,
        Ended::OutOfTime => 1,
        Ended::Stopped => 2,
        Ended::TargetLost => 3,
    };
    let worst = ended.max_by_key(weight).unwrap_or(Ended::Completed);
    // A shard that was stopped ran again. That the target was lost is a finding, whatever came after.
    if is_whole && worst == Ended::Stopped {
        Ended::Completed
    } else {
        worst
    }
}

fn add(merged: &mut FuzzRecord, record: &FuzzRecord) {
    merged.started = merged.started.clone().min(record.started.clone());
    merged.duration_ms = merged.duration_ms.max(record.duration_ms);
    merged.evolve |= record.evolve;
    if !merged.run_id.split('+').any(|id| id == record.run_id) {
        merged.run_id = format!("{}+{}", merged.run_id, record.run_id);
    }
    for feature in &record.profile {
        match merged.profile.iter_mut().find(|it| it.id == feature.id) {
            None => merged.profile.push(feature.clone()),
            Some(known) if known.state == "unknown" => *known = feature.clone(),
            Some(_) => {}
        }
    }
    for known in &record.known {
        if merged
            .known
            .iter()
            .all(|it| it.signature != known.signature)
        {
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
    for finding in &from.findings {
        add_finding(&mut to.findings, finding);
    }
}

fn add_counts(to: &mut Counts, from: &Counts) {
    for (name, count) in from {
        let sum = to.entry(name.clone()).or_default();
        *sum = sum.saturating_add(*count);
    }
}

/// Of a finding that is there already the shorter plan stays; how often it was shown adds up.
fn add_finding(to: &mut Vec<Finding>, finding: &Finding) {
    let Some(known) = to.iter_mut().find(|it| it.signature == finding.signature) else {
        to.push(finding.clone());
        return;
    };
    let mut shown = known.reproduced;
    shown.times = shown.times.saturating_add(finding.reproduced.times);
    shown.of = shown.of.saturating_add(finding.reproduced.of);
    let steps = |it: &Finding| it.plan.lanes.iter().map(Vec::len).sum::<usize>();
    if steps(finding) < steps(known) {
        *known = finding.clone();
    }
    known.reproduced = shown;
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

//! Which findings of shards are those of the whole, and how many kinds of things happened in all of them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::fuzz::Finding;
use crate::fuzz::campaign::Inquired;
use crate::fuzz::campaign::Joint;
use crate::fuzz::campaign::Outcome;
use crate::fuzz::campaign::Worth;
use crate::report::fuzz::FuzzRecord;

/// Gives an outcome the findings that one campaign would have had, in its order, and the numbers that do not add
/// up. `findings` are those of all `records`, of which some do not count. Those that nobody says came of a look
/// (that the target was lost) come last.
pub(super) fn settle(
    outcome: &mut Outcome,
    (counted, records): (&[&FuzzRecord], &[FuzzRecord]),
    mut findings: BTreeMap<String, (usize, Finding)>,
) {
    let joints = || counted.iter().filter_map(|it| it.outcome.joint.as_ref());
    let all = records.iter().filter_map(|it| it.outcome.joint.as_ref());
    let looked_into: BTreeSet<&str> = all
        .flat_map(|it| &it.inquiries)
        .filter_map(|it| it.signature.as_deref())
        .collect();
    let chosen = chosen(joints());
    let unreproduced = chosen.iter().filter(|it| it.signature.is_none());
    let unreproduced = unreproduced.count() as u64;
    let named = chosen.iter().filter_map(|it| it.signature.as_deref());
    let found = named.filter_map(|it| findings.remove(it));
    let mut found: Vec<_> = found.map(|(_, finding)| finding).collect();
    let mut others: Vec<_> = findings
        .into_values()
        .filter(|(_, it)| !looked_into.contains(it.signature.as_str()))
        .collect();
    others.sort_by_key(|(place, it)| (it.case, *place));
    found.extend(others.into_iter().map(|(_, finding)| finding));
    if joints().next().is_some() {
        outcome.unreproduced = unreproduced;
        let seen: BTreeSet<u64> = joints().flat_map(Joint::seen).collect();
        outcome.features = outcome.features.max(seen.len());
    }
    outcome.findings = found;
    outcome.joint = None;
}

/// The inquiries that the whole would have made, in the order of their cases.
fn chosen<'j>(joints: impl Iterator<Item = &'j Joint>) -> Vec<&'j Inquired> {
    let mut all: Vec<_> = joints.flat_map(|it| &it.inquiries).collect();
    all.sort_by_key(|it| it.case);
    let mut worth = Worth::default();
    all.retain(|it| worth.takes(it.kind, &it.mutations));
    all
}

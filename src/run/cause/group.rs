//! Which failures belong together: those that share a key, and those that share one with these.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::verdict::Verdict;

use super::Facts;
use super::kind;
use super::symptom::Operation;
use super::symptom::Sign;
use super::symptom::Symptom;

/// Something that failures of one root have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The same rule is broken; where it is one about all of the API, at the same operation.
    Requirement(&'static str, Option<Operation>),
    Symptom(Symptom),
    Flaky,
    Trouble(String),
}

/// The cases that are not well, as groups of their indices, in the order of their first members.
pub(super) fn groups(ended: &[Facts<'_>]) -> Vec<Vec<usize>> {
    let bodies = operations_with_wrong_bodies(ended);
    let mut sets = Sets::new(ended.len());
    let mut first: BTreeMap<Key, usize> = BTreeMap::new();
    let mut unwell = Vec::new();
    for (index, end) in ended.iter().enumerate() {
        let keys = keys(end, &bodies);
        if !keys.is_empty() {
            unwell.push(index);
        }
        for key in keys {
            let other = *first.entry(key).or_insert(index);
            sets.join(index, other);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in unwell {
        groups.entry(sets.root(index)).or_default().push(index);
    }
    groups.into_values().collect()
}

fn keys(ended: &Facts<'_>, bodies: &BTreeSet<Operation>) -> Vec<Key> {
    match (ended.in_fact(), ended.requirement) {
        (Verdict::Fail | Verdict::Warn | Verdict::Blocked, Some(broken)) => {
            let requirement = Key::Requirement(broken.id, place(ended));
            let symptom = Symptom::of(ended).map(|it| Key::Symptom(explained_by_body(it, bodies)));
            std::iter::once(requirement).chain(symptom).collect()
        }
        (Verdict::Flaky, _) => vec![Key::Flaky],
        (Verdict::Error, _) => vec![Key::Trouble(kind(ended).to_owned())],
        _ => Vec::new(),
    }
}

/// Where a rule about all of the API was broken.
fn place(ended: &Facts<'_>) -> Option<Operation> {
    /// The areas of such rules.
    const EVERYWHERE: [&str; 2] = ["ERR-", "HTTP-"];
    let alias = ended.requirement?.alias;
    let is_general = EVERYWHERE.iter().any(|area| alias.starts_with(area));
    let shown = ended.shown_by?;
    (is_general && !ended.is_watch).then(|| Operation::of(shown))
}

/// The operations that answer with wrong bodies.
fn operations_with_wrong_bodies(ended: &[Facts<'_>]) -> BTreeSet<Operation> {
    let symptoms = ended.iter().filter(|end| end.in_fact() != Verdict::Flaky);
    symptoms
        .filter_map(Symptom::of)
        .filter(|symptom| symptom.sign == Sign::Body)
        .map(|symptom| symptom.operation)
        .collect()
}

/// Headers that describe a body are wrong because the body is, where that is wrong.
fn explained_by_body(symptom: Symptom, bodies: &BTreeSet<Operation>) -> Symptom {
    let describes = |name: &str| matches!(name, "content-length" | "docker-content-digest");
    match &symptom.sign {
        Sign::Header(name) if describes(name) && bodies.contains(&symptom.operation) => Symptom {
            sign: Sign::Body,
            ..symptom
        },
        _ => symptom,
    }
}

/// Disjoint sets of indices; the smallest of a set stands for it.
struct Sets(Vec<usize>);

impl Sets {
    fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    fn root(&self, index: usize) -> usize {
        let mut index = index;
        while self.0[index] != index {
            index = self.0[index];
        }
        index
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        self.0[left.max(right)] = left.min(right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_share_a_member_become_one() {
        let mut sets = Sets::new(5);
        sets.join(1, 3);
        sets.join(4, 3);
        assert_eq!(sets.root(4), 1);
        assert_eq!(sets.root(2), 2);
    }
}

//! What a shard keeps besides its findings, so that shards can be joined as if they had been one
//! campaign.
//!
//! Of each kind of breach a campaign looks into a few and leaves the rest. A shard does not know what the
//! others see, and looks into some that the whole would have left. So it says what it has looked into, and
//! who joins shards goes through that in the order of the cases, by the same rule.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

/// How many breaches of one kind are looked into.
const MOST_OF_A_KIND: usize = 3;

/// What joins a shard with others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joint {
    /// The breaches that it looked into, in that order.
    pub inquiries: Vec<Inquired>,
    /// The kinds of things that happened: 64 bits each, in base64.
    pub seen: String,
}

/// A breach that was looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquired {
    /// The number of the case that showed it.
    pub case: u64,
    /// What is broken, and where.
    pub kind: u64,
    /// The mutations of the request that showed it.
    pub mutations: Vec<String>,
    /// The finding that it led to; none where it could not be shown again.
    pub signature: Option<String>,
}

/// Which breaches are worth a look: of each kind a few that differ in the mutations of their request.
#[derive(Debug, Default)]
pub struct Worth {
    known: BTreeSet<(u64, Vec<String>)>,
}

impl Worth {
    /// Whether a breach is looked into; it counts as one that was, if so.
    pub fn takes(&mut self, kind: u64, mutations: &[impl AsRef<str>]) -> bool {
        let first = (kind, Vec::new());
        let of_the_kind = self.known.range(first..).take_while(|it| it.0 == kind);
        if of_the_kind.count() >= MOST_OF_A_KIND {
            return false;
        }
        let mutations = mutations.iter().map(|it| it.as_ref().to_owned());
        self.known.insert((kind, mutations.collect()))
    }
}

impl Joint {
    /// Writes down what happened.
    pub fn see(&mut self, features: &BTreeSet<u64>) {
        let bytes: Vec<u8> = features.iter().flat_map(|it| it.to_le_bytes()).collect();
        self.seen = STANDARD.encode(bytes);
    }

    /// What happened, as it was written down; what is none of it is left out.
    pub fn seen(&self) -> impl Iterator<Item = u64> {
        let bytes = STANDARD.decode(&self.seen).unwrap_or_default();
        let (numbers, _) = bytes.as_chunks::<8>();
        numbers
            .iter()
            .map(|it| u64::from_le_bytes(*it))
            .collect::<Vec<_>>()
            .into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_a_kind_are_worth_a_look_and_none_twice() {
        let mut worth = Worth::default();
        let breaches = [
            (1, &["a"][..]),
            (1, &["a"]),
            (2, &["a"]),
            (1, &[]),
            (1, &["b"]),
            (1, &["c"]),
            (2, &["c"]),
            (2, &["d"]),
            (2, &["e"]),
        ];
        let taken = breaches.map(|(kind, mutations)| worth.takes(kind, mutations));
        let all = [true, false, true, true, true, false, true, true, false];
        assert_eq!(taken, all);
    }

    #[test]
    fn what_happened_reads_back_and_garbage_is_nothing() {
        let features = BTreeSet::from([0, 7, u64::MAX]);
        let mut joint = Joint::default();
        joint.see(&features);
        assert_eq!(joint.seen().collect::<BTreeSet<_>>(), features);
        "no base64 at all".clone_into(&mut joint.seen);
        assert_eq!(joint.seen().count(), 0);
    }
}

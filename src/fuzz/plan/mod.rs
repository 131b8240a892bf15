//! A plan: a program of symbolic requests, which any registry can be put through.
//!
//! Steps name slots of pools, never a repository, a digest or a session: what a slot stands for is
//! found when the step's turn comes, so that every subsequence of a plan is a plan again, and one
//! plan drives any number of registries. A plan is a value: it is written as JSON in findings and
//! in the corpus, and made of bytes by [`Arbitrary`](arbitrary::Arbitrary).
//!
//! A plan does not know what it is answered, and knows no requirement.

mod bytes;
mod op;
mod spec;

#[cfg(test)]
mod tests;

pub use bytes::STEP_WIDTH;
pub use op::As;
pub use op::Kind;
pub use op::Op;
pub use op::Pick;
pub use op::Pool;
pub use op::Target;
pub use spec::Blob;
pub use spec::Doc;
pub use spec::DocKind;
pub use spec::Subject;

use serde::Deserialize;
use serde::Serialize;

use super::mutation::Mutation;

/// The version of the generator, which rises when the same bytes make another plan.
pub const GENERATOR: u32 = 3;

/// A program of symbolic requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of the generator that it is of.
    pub generator: u32,
    /// How many repositories it plays in: one to [`Self::MOST_REPOSITORIES`].
    pub repositories: u8,
    /// The blobs that it may push; one at least.
    pub blobs: Vec<Blob>,
    /// The manifests that it may push; one at least.
    pub docs: Vec<Doc>,
    /// The first lane runs alone; all others then run at once.
    pub lanes: Vec<Vec<Step>>,
}

/// One request, or, where an operation takes two, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is asked for.
    pub op: Op,
    /// How it is made to differ from what a well-behaved client would send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mutations: Vec<Applied>,
}

/// A mutation with its parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Which one; by name where it is written.
    #[serde(with = "super::mutation::by_name")]
    pub mutation: &'static Mutation,
    /// What its parameters follow from; 0 is the most boring.
    #[serde(default)]
    pub dice: u8,
}

impl Plan {
    /// The most repositories in one plan.
    pub const MOST_REPOSITORIES: u8 = 3;
    /// The most lanes.
    pub const MOST_LANES: usize = 4;
    /// The most steps of one lane that the generator makes.
    pub const MOST_STEPS: usize = 24;
    /// The most blobs.
    pub const MOST_BLOBS: usize = 6;
    /// The most manifests.
    pub const MOST_DOCS: usize = 6;

    /// How many steps it has, all lanes together.
    pub fn steps(&self) -> usize {
        self.lanes.iter().map(Vec::len).sum()
    }

    /// The same plan without any mutation: what the mutated one is compared with.
    #[must_use]
    pub fn control_twin(&self) -> Self {
        let mut twin = self.clone();
        for step in twin.lanes.iter_mut().flatten() {
            step.mutations.clear();
        }
        twin
    }

    /// The names of the mutations in it, each once, in their order.
    pub fn mutations(&self) -> Vec<&'static str> {
        let steps = self.lanes.iter().flatten();
        let mut names: Vec<_> = steps
            .flat_map(|step| &step.mutations)
            .map(|applied| applied.mutation.name)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether it can be run: it has content to push, and is within the bounds.
    pub fn is_sound(&self) -> bool {
        (1..=Self::MOST_REPOSITORIES).contains(&self.repositories)
            && (1..=Self::MOST_BLOBS).contains(&self.blobs.len())
            && (1..=Self::MOST_DOCS).contains(&self.docs.len())
            && (1..=Self::MOST_LANES).contains(&self.lanes.len())
    }
}

impl Step {
    /// A step as a well-behaved client would take it.
    pub fn of(op: Op) -> Self {
        Self {
            op,
            mutations: Vec::new(),
        }
    }
}

//! The interpreter: it says what each step of a plan means when its turn comes, makes the request,
//! and keeps in mind what came of it.
//!
//! It is total: every step of every plan is some request. It believes what the registry says, and
//! judges nothing.

mod applying;
mod content;
mod document;
mod meaning;
mod outcome;
mod pools;
mod request;
mod upload;

#[cfg(test)]
mod tests;

use super::dice::Dice;
use super::meaning::Meaning;
use super::mutation::Change;
use super::mutation::Stance;
use super::plan::Op;
use super::plan::Plan;
use super::plan::Step;
use super::wire::WireRequest;
use crate::canary::Canary;
use crate::fuzz::naming::Naming;

pub(crate) use content::Content;
pub(crate) use pools::Pools;
pub(crate) use upload::Upload;

use applying::Applying;
use document::Pushed;

/// Where a plan plays: its repositories at a registry, and what its content is salted with.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Scheme, host and port.
    pub(crate) origin: String,
    /// The names of the repositories.
    pub(crate) repositories: Vec<String>,
    /// What makes the content different from that of other cases.
    pub(crate) salt: u64,
}

/// A plan being played.
#[derive(Debug)]
pub(crate) struct Stage<'p> {
    plan: &'p Plan,
    place: Place,
    blobs: Vec<Content>,
    /// The manifests, from the moment at which they are pushed for the first time.
    docs: Vec<Option<Pushed>>,
    pools: Pools,
    uploads: Vec<Upload>,
    /// A listener of ours, which mutations may name.
    canary: Option<Canary>,
    /// How many requests were made.
    requests: usize,
}

/// A request that is about to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) meaning: Meaning,
    pub(crate) request: WireRequest,
    /// The exact bytes, where the request is no ordinary one.
    pub(crate) bytes: Option<Vec<u8>>,
    /// How the registry may take it.
    pub(crate) stance: Stance,
    /// The mutations that found something to change.
    pub(crate) mutations: Vec<&'static str>,
    /// Whether the request itself, and not only what it pushes or aims at, is changed.
    pub(crate) is_bent: bool,
    /// Whether its bytes may not be a whole request.
    pub(crate) is_unfinished: bool,
    /// Whether it aims at another path than it would unchanged.
    pub(crate) strays: bool,
    /// How it names the canary, if it does.
    pub(crate) canary: Option<Naming>,
}

impl Place {
    /// What all names of its repositories begin with, up to the last slash.
    pub(crate) fn name(&self) -> &str {
        let first = self.repositories.first().map_or("", String::as_str);
        first.rsplit_once('/').map_or(first, |(name, _)| name)
    }
}

impl<'p> Stage<'p> {
    /// A plan of which nothing was sent yet.
    pub(crate) fn new(plan: &'p Plan, place: Place) -> Self {
        let blobs = plan.blobs.iter().enumerate();
        Self {
            blobs: blobs
                .map(|(index, blob)| Content::of(*blob, index, place.salt))
                .collect(),
            docs: plan.docs.iter().map(|_| None).collect(),
            pools: Pools::default(),
            uploads: Vec::new(),
            plan,
            place,
            canary: None,
            requests: 0,
        }
    }

    /// The name of a repository.
    pub(crate) fn repository_name(&self, index: usize) -> String {
        self.place.repositories[index].clone()
    }

    /// The same, in which mutations may name this listener.
    pub(crate) fn naming(mut self, canary: Option<&Canary>) -> Self {
        self.canary = canary.cloned();
        self
    }

    /// The request that a step begins with, if it takes two: what opens the session.
    pub(crate) fn opening(&mut self, step: &Step) -> Option<Planned> {
        let Op::Monolithic { repository, blob } = step.op else {
            return None;
        };
        Some(self.ordinary(Op::StartUpload { repository, blob }))
    }

    /// The request of a step, or its second one, for the session that was `opened`.
    pub(crate) fn planned(&mut self, step: &Step, opened: Option<usize>) -> Planned {
        let mut op = step.op;
        let mut plan = Applying::new(self.next_naming());
        for applied in &step.mutations {
            if let Change::Aim(change) = applied.mutation.change {
                let is_changed = change(&mut op, &mut Dice::new(applied.dice.into()));
                plan.note(applied.mutation, is_changed);
            }
        }
        let meaning = self.meaning(op, step, opened, &mut plan);
        let request = self.request(&meaning);
        plan.finish(step, meaning, request)
    }

    /// A request of the runner's own, which no step asks for.
    pub(crate) fn probe(&self, meaning: Meaning) -> Planned {
        let request = self.request(&meaning);
        Applying::default().finish(&Step::of(Op::Ping), meaning, request)
    }

    /// Whether this is where the canary is, which is not for us to call.
    fn is_canary(&self, origin: &str) -> bool {
        let canary = self.canary.as_ref();
        canary.is_some_and(|canary| origin.ends_with(&format!("//{}", canary.host())))
    }

    /// How the next request may name the canary.
    fn next_naming(&mut self) -> Option<Naming> {
        self.requests += 1;
        let host = self.canary.as_ref()?.host();
        Some(Naming::new(host, self.place.name(), self.requests))
    }

    fn ordinary(&mut self, op: Op) -> Planned {
        self.planned(&Step::of(op), None)
    }
}

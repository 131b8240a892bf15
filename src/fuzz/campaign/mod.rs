//! A campaign: many plans put to one registry, and what was found.
//!
//! Workers play cases; a coordinator takes their results in the order of the cases, whatever order
//! they come in, so that a campaign with one seed and one corpus finds the same with any number of
//! workers. It alone decides what is new, reproduces and minimises.

mod coordinator;
mod flip;
mod inquiry;
mod joint;
mod late;
mod outcome;
mod queue;

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::case;
use super::corpus::Corpus;
use super::finding::Finding;
use super::plan::Plan;
use super::player::Patience;
use super::player::Played;
use super::player::Player;
use super::profile::Profile;
use super::rule::Rule;
use super::stage::Place;
use crate::http::Client;

pub use joint::Inquired;
pub use joint::Joint;
pub use joint::Worth;
pub use outcome::Ended;
pub use outcome::Outcome;
pub use outcome::Shares;

use coordinator::Coordinator;

/// What a campaign is told.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// What its cases follow from.
    pub seed: u64,
    /// The plans of the first cases.
    pub first: Vec<Plan>,
    /// How many plans, the first ones included; without end where it is none.
    pub plans: Option<u64>,
    /// When to end; minimising included.
    pub deadline: Option<Instant>,
    /// How many plans are played at once.
    pub jobs: usize,
    /// Which part of the cases, of how many.
    pub shard: (u64, u64),
    /// The rules that may be broken; all where it is empty.
    pub rules: Vec<&'static Rule>,
    /// Scheme, host and port of the target.
    pub origin: String,
    /// What the names of repositories begin with.
    pub namespace: String,
    /// What is known of the target.
    pub profile: Profile,
    /// How many requests minimising one finding may take.
    pub budget: u64,
    /// Whether novel plans are built on within the run, which can then not be repeated.
    pub evolve: bool,
}

/// What happens while a campaign runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// So much was done.
    Progress(&'a Outcome),
    /// A plan did something new.
    Novel(&'a Plan),
    /// A finding, reproduced and minimised.
    Found(&'a Finding),
}

/// Who hears of it.
pub trait Observer: Sync {
    /// Hears of what happened. Whether to go on.
    fn on(&self, event: &Event<'_>) -> bool;
}

/// A case that was played.
struct Case {
    index: u64,
    plan: Plan,
    played: Played,
}

impl Campaign {
    /// Runs it. It ends when its plans or its time are used up, when `stop` is set, or when the
    /// target does not answer any more.
    pub fn run(
        &self,
        client: &Client,
        corpus: &Corpus,
        stop: &AtomicBool,
        observer: &dyn Observer,
    ) -> Outcome {
        let next = AtomicU64::new(0);
        let done = AtomicBool::new(false);
        let corpus = RwLock::new(corpus.clone());
        let patience = Patience::default();
        let (to_coordinator, from_workers) = mpsc::sync_channel(self.jobs.max(1) * 8);
        thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                let to_coordinator = to_coordinator.clone();
                let (next, done, corpus, patience) = (&next, &done, &corpus, &patience);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) && !stop.load(Ordering::Relaxed) {
                        let Some(case) = self.next_case((client, patience), corpus, next) else {
                            break;
                        };
                        if to_coordinator.send(case).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(to_coordinator);
            let player = (client, &patience);
            let coordinator = Coordinator::new(self, player, &corpus, stop, observer);
            let outcome = coordinator.run(&from_workers);
            done.store(true, Ordering::Relaxed);
            // Whoever waits for room finds that nobody listens.
            drop(from_workers);
            outcome
        })
    }

    /// Plays the next case of this shard.
    fn next_case(
        &self,
        (client, patience): (&Client, &Patience),
        corpus: &RwLock<Corpus>,
        next: &AtomicU64,
    ) -> Option<Case> {
        let (part, parts) = self.shard;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if self.plans.is_some_and(|plans| index >= plans) || self.is_over() {
                return None;
            }
            if !case::is_of_shard(self.seed, index, part, parts) {
                continue;
            }
            let plan = self.plan(index, corpus);
            let played = self
                .player(client, patience)
                .play(&plan, self.place(&plan, index, 0));
            return Some(Case {
                index,
                plan,
                played,
            });
        }
    }

    fn plan(&self, index: u64, corpus: &RwLock<Corpus>) -> Plan {
        let first = usize::try_from(index).ok();
        if let Some(plan) = first.and_then(|index| self.first.get(index)) {
            return plan.clone();
        }
        let corpus = corpus.read().unwrap_or_else(PoisonError::into_inner);
        case::plan(self.seed, index, &corpus)
    }

    fn is_over(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn player<'a>(&'a self, client: &'a Client, patience: &'a Patience) -> Player<'a> {
        Player {
            client,
            profile: &self.profile,
            patience,
        }
    }

    fn place(&self, plan: &Plan, index: u64, attempt: u64) -> Place {
        let case = (self.seed, index);
        place(&self.origin, &self.namespace, plan, case, attempt)
    }
}

/// A place where nothing is yet: that of an `attempt` at a case.
pub(super) fn place(
    origin: &str,
    namespace: &str,
    plan: &Plan,
    (seed, index): (u64, u64),
    attempt: u64,
) -> Place {
    let name = |letter: &str| format!("{namespace}/c{index}-{attempt}/{letter}");
    let letters = ["a", "b", "c"].iter().take(usize::from(plan.repositories));
    Place {
        origin: origin.to_owned(),
        repositories: letters.map(|letter| name(letter)).collect(),
        salt: case::salt(seed, index, attempt),
    }
}

/// Counts by name, in the order of the names.
pub type Counts = BTreeMap<String, u64>;

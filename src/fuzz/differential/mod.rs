//! Two registries side by side: every plan is put to both, and where they answer one step
//! differently, that is grouped and ranked.
//!
//! It says what to look at and gives no verdict: one of two may be wrong, or both, or neither.

mod answer;
mod compare;
mod group;

#[cfg(test)]
mod tests;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use super::campaign::place;
use super::case;
use super::corpus::Corpus;
use super::minimise::Bounds;
use super::minimise::Minimiser;
use super::plan::Plan;
use super::player::Patience;
use super::player::Played;
use super::player::Player;
use super::profile::Profile;
use crate::catalogue::Version;
use crate::http::Client;
use crate::http::Failure;

pub use group::Comparison;
pub use group::Ended;
pub use group::Group;
pub use group::Rank;

use compare::Difference;
use compare::Side;
use group::Groups;

/// How many groups have their plans made short, the first by rank.
const MOST_SHORT: usize = 40;
/// How many requests that may take for one of them, on both sides together.
const BUDGET: u64 = 200;
/// How often in a row a registry may refuse connections before it counts as lost.
const REFUSALS: u64 = 3;

/// What is compared, and how much of it.
#[derive(Debug, Clone)]
pub struct Differential {
    /// What its cases follow from.
    pub seed: u64,
    /// How many plans; without end where it is none.
    pub plans: Option<u64>,
    /// When to end; minimising included.
    pub deadline: Option<Instant>,
    /// How many plans are played at once.
    pub jobs: usize,
    /// Which part of the cases, of how many.
    pub shard: (u64, u64),
    /// Scheme, host and port of the two.
    pub origins: [String; 2],
    /// What the names of repositories begin with.
    pub namespace: String,
    /// The version of the specification that plans are made for.
    pub spec: Version,
}

/// A comparison under way.
struct Run<'a> {
    settings: &'a Differential,
    clients: [&'a Client; 2],
    profile: Profile,
    patience: Patience,
    stop: &'a AtomicBool,
    /// When to play no more plans: what is left of the time is for making them short.
    play_until: Option<Instant>,
    refusals: [AtomicU64; 2],
}

impl Differential {
    /// Puts the plans to both, and says where they differ. It ends when its plans or its time are
    /// used up, when `stop` is set, or when one of them does not answer any more. `progress` hears
    /// of plans played and groups found.
    pub fn run(
        &self,
        clients: [&Client; 2],
        corpus: &Corpus,
        stop: &AtomicBool,
        progress: &(dyn Fn(u64, usize) + Sync),
    ) -> Comparison {
        let run = Run {
            settings: self,
            clients,
            profile: Profile::of(self.spec),
            patience: Patience::default(),
            stop,
            play_until: self.deadline.map(three_quarters),
            refusals: Default::default(),
        };
        let next = AtomicU64::new(0);
        let groups = Mutex::new(Groups::default());
        thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                scope.spawn(|| {
                    while let Some(index) = run.next(&next) {
                        let plan = alone(case::plan(self.seed, index, corpus));
                        let (differences, played) = run.play(&plan, index, 0);
                        let mut groups = groups.lock().unwrap_or_else(PoisonError::into_inner);
                        groups.add(&plan, index, differences, &played);
                        progress(groups.plans(), groups.len());
                    }
                });
            }
        });
        let groups = groups.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut comparison = groups.ranked(self.seed);
        comparison.ended = run.ended();
        let groups = std::mem::take(&mut comparison.groups);
        let shortened = groups.into_iter().enumerate().map(|(index, group)| {
            if index < MOST_SHORT {
                run.shorten(group)
            } else {
                group
            }
        });
        comparison.groups = group::folded(shortened.collect());
        comparison
    }
}

impl Run<'_> {
    /// The next case of this shard.
    fn next(&self, next: &AtomicU64) -> Option<u64> {
        let (part, parts) = self.settings.shard;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if self.settings.plans.is_some_and(|plans| index >= plans) || self.is_played() {
                return None;
            }
            if case::is_of_shard(self.settings.seed, index, part, parts) {
                return Some(index);
            }
        }
    }

    /// Whether no more plans are played.
    fn is_played(&self) -> bool {
        is_past(self.play_until) || self.is_over()
    }

    fn is_over(&self) -> bool {
        let is_late = is_past(self.settings.deadline);
        is_late || self.stop.load(Ordering::Relaxed) || self.lost().is_some()
    }

    /// The side that does not answer any more.
    fn lost(&self) -> Option<usize> {
        let mut refusals = self.refusals.iter();
        refusals.position(|count| count.load(Ordering::Relaxed) >= REFUSALS)
    }

    fn ended(&self) -> Ended {
        match self.lost() {
            _ if self.stop.load(Ordering::Relaxed) => Ended::Stopped,
            Some(side) => Ended::TargetLost(side),
            None if is_past(self.play_until) => Ended::OutOfTime,
            None => Ended::Completed,
        }
    }

    /// Plays a plan on both sides, in places of the same content.
    fn play(&self, plan: &Plan, index: u64, attempt: u64) -> (Vec<Difference>, [Played; 2]) {
        let settings = self.settings;
        let places = [0, 1].map(|side| {
            let side_name = ["x", "y"][side];
            let namespace = format!("{}/{side_name}", settings.namespace);
            let case = (settings.seed, index);
            place(&settings.origins[side], &namespace, plan, case, attempt)
        });
        let names = [0, 1].map(|side: usize| places[side].name().to_owned());
        let mut places = places.into_iter();
        let played = self.clients.map(|client| {
            let player = Player {
                client,
                profile: &self.profile,
                patience: &self.patience,
            };
            let place = places.next().expect("there is a place for each side");
            player.play(plan, place)
        });
        for (played, refusals) in played.iter().zip(&self.refusals) {
            if is_refused(played) {
                refusals.fetch_add(1, Ordering::Relaxed);
            } else {
                refusals.store(0, Ordering::Relaxed);
            }
        }
        let [x, y] = [0, 1].map(|side: usize| Side {
            seen: &played[side].seen,
            name: &names[side],
        });
        (compare::differences(&x, &y), played)
    }

    /// Makes the plan of a group short, if it shows the difference once more. Where its control twin
    /// shows that too, the mutations have nothing to do with it.
    fn shorten(&self, mut group: Group) -> Group {
        let mut attempts = 0;
        let case = group.case;
        let mut put = |plan: &Plan| {
            attempts += 1;
            let (differences, played) = self.play(plan, case, attempts);
            let requests = played.iter().map(|it| it.requests).sum();
            (differences, requests)
        };
        if self.is_over() {
            return group;
        }
        let twin = group.plan.control_twin();
        if twin != group.plan && put(&twin).0.iter().any(|it| group.is_unmutated(it)) {
            group = group.unmutated(twin);
        }
        let plan = group.plan.clone();
        let mut attempt = |plan: &Plan| {
            let (differences, requests) = put(plan);
            (differences.iter().any(|it| group.is_of(it)), requests)
        };
        let (is_shown, _) = attempt(&plan);
        if !is_shown && self.is_over() {
            return group;
        }
        let bounds = Bounds {
            requests: BUDGET,
            deadline: self.settings.deadline,
            stop: self.stop,
        };
        let short = is_shown.then(|| Minimiser::new(&mut attempt, plan, bounds).run(None));
        group.shown_again = Some(short.is_some());
        if let Some(short) = short {
            group.plan = short;
        }
        group
    }
}

fn is_past(moment: Option<Instant>) -> bool {
    moment.is_some_and(|moment| Instant::now() >= moment)
}

/// The moment at which three quarters of the time until another are over.
fn three_quarters(end: Instant) -> Instant {
    let now = Instant::now();
    now + end.saturating_duration_since(now) * 3 / 4
}

/// The part of a plan that runs alone: what runs at once comes out differently by itself.
fn alone(mut plan: Plan) -> Plan {
    plan.lanes.truncate(1);
    plan
}

fn is_refused(played: &Played) -> bool {
    let last = played.seen.last();
    last.is_some_and(|seen| matches!(seen.outcome, Err(Failure::Refused { .. })))
}

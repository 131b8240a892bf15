//! The player: it puts a plan to a registry, step by step, and has every answer judged.
//!
//! The first lane runs alone, and the model follows it. What then runs at once is beyond the model;
//! rules that look at a whole play judge it. At the end the player asks some questions of its own:
//! what was pushed has to be there, and what was refused must not.

mod beside;
mod closing;
mod ear;

use std::collections::BTreeSet;
use std::hash::Hash;
use std::hash::Hasher;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use super::breach::Breach;
use super::fnv::Fnv;
use super::meaning::Meaning;
use super::model::Judged;
use super::model::Model;
use super::plan::Plan;
use super::plan::Step;
use super::profile::Profile;
use super::rule;
use super::rule::Play;
use super::rule::Scene;
use super::seen::Seen;
use super::seen::error_code;
use super::stage::Place;
use super::stage::Planned;
use super::stage::Stage;
use crate::http::Client;
use crate::http::Exchange;
use crate::http::Failure;
use crate::http::Response;
use crate::http::Seat;
use crate::http::Transcript;

use ear::Ear;

/// How long to wait before a question is asked again whose answer may lag behind.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Puts plans to a registry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Player<'a> {
    pub(crate) client: &'a Client,
    pub(crate) profile: &'a Profile,
    pub(crate) patience: &'a Patience,
}

/// What was waited for in vain: it is not waited for again, as it does not lag behind but is so.
#[derive(Debug, Default)]
pub(crate) struct Patience(Mutex<BTreeSet<&'static str>>);

impl Patience {
    fn is_hopeless(&self, detail: &'static str) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(detail)
    }

    fn give_up(&self, detail: &'static str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(detail);
    }
}

/// What came of a plan.
#[derive(Debug)]
pub(crate) struct Played {
    /// Every request and its answer, in the order in which they were sent.
    pub(crate) seen: Vec<Seen>,
    /// What was broken.
    pub(crate) breaches: Vec<Breach>,
    /// Hashes of what happened, by which a new kind of play is known.
    pub(crate) features: BTreeSet<u64>,
    /// How many answers lagged behind.
    pub(crate) stale: u64,
    /// How many requests were sent.
    pub(crate) requests: u64,
    /// What went over the wire.
    pub(crate) exchanges: Vec<Exchange>,
    /// What is to be told of calls of the canary: which request led to them, and what they carried.
    pub(crate) calls: Vec<String>,
}

/// A play under way.
struct Game<'a> {
    player: Player<'a>,
    stage: Mutex<Stage<'a>>,
    transcript: Transcript,
    moments: AtomicU64,
    requests: AtomicU64,
    ear: Ear<'a>,
}

/// Whether a request is the last one of its step.
type IsLast = bool;

/// What the judges know so far.
struct Bench {
    model: Model,
    seen: Vec<Seen>,
    breaches: Vec<Breach>,
    features: BTreeSet<u64>,
    stale: u64,
}

impl<'a> Player<'a> {
    /// Plays a plan in a place where nothing is yet.
    pub(crate) fn play(self, plan: &'a Plan, place: Place) -> Played {
        let canary = self.profile.canary.as_ref();
        let game = Game {
            player: self,
            ear: Ear::new(canary, place.name()),
            stage: Mutex::new(Stage::new(plan, place).naming(canary)),
            transcript: Transcript::default(),
            moments: AtomicU64::new(0),
            requests: AtomicU64::new(0),
        };
        let mut bench = Bench {
            model: Model::new(),
            seen: Vec::new(),
            breaches: Vec::new(),
            features: BTreeSet::new(),
            stale: 0,
        };
        let none: (&[Step], &[Vec<Step>]) = (&[], &[]);
        let lanes = plan.lanes.split_first();
        let (first, beside) = lanes.map_or(none, |(first, beside)| (first.as_slice(), beside));
        for (index, step) in first.iter().enumerate() {
            game.take(step, |planned, _| {
                game.judged(&mut bench, planned, Some((0, index)))
            });
        }
        if beside.is_empty() {
            for meaning in closing::questions(&bench.seen) {
                let planned = game.stage().probe(meaning);
                game.judged(&mut bench, planned, None);
            }
        }
        let alone = bench.seen.len();
        if !beside.is_empty() {
            game.run_beside(beside, &mut bench);
        }
        game.finish(bench, alone)
    }
}

impl<'a> Game<'a> {
    /// Takes a step: its one request, or both. Whoever sends is told which one is its last.
    fn take(&self, step: &Step, mut send: impl FnMut(Planned, IsLast) -> Option<usize>) {
        let opening = self.stage().opening(step);
        let mut opened = None;
        if let Some(opening) = opening {
            opened = send(opening, false);
            if opened.is_none() {
                return;
            }
        }
        let planned = self.stage().planned(step, opened);
        send(planned, true);
    }

    /// Sends a request, has its answer judged, and says which session it opened.
    fn judged(
        &self,
        bench: &mut Bench,
        planned: Planned,
        at: Option<(usize, usize)>,
    ) -> Option<usize> {
        let mut seen = self.send(planned, at);
        seen.held = self.held(&seen);
        let profile = self.player.profile;
        let state = bench.model.class_of(seen.meaning());
        if !seen.kind().writes()
            && let Some(broken) = bench.model.would_break(&seen, profile)
            && !self.player.patience.is_hopeless(broken.detail)
        {
            seen = self.ask_again(seen, broken.detail, bench);
        }
        bench.features.insert(feature(&seen, state));
        let flaws = judge(&seen, bench, profile);
        for (rule, flaw) in flaws {
            bench.breaches.push(Breach::new(rule, &flaw, &seen, state));
        }
        let opened = seen.opened;
        bench.seen.push(seen);
        opened
    }

    /// An effect may take its time: the same question, until its answer fits or time is over.
    fn ask_again(&self, first: Seen, detail: &'static str, bench: &mut Bench) -> Seen {
        let began = Instant::now();
        let mut waited = Duration::ZERO;
        let mut last = first;
        while waited < self.player.profile.settle && began.elapsed() < self.player.profile.settle {
            if self.player.client.pause(ASK_AGAIN).is_err() {
                break;
            }
            waited += ASK_AGAIN;
            last = self.send(last.planned, last.at);
            let broken = bench.model.would_break(&last, self.player.profile);
            if broken.is_none() {
                bench.stale += 1;
                return last;
            }
        }
        self.player.patience.give_up(detail);
        last
    }

    fn finish(self, mut bench: Bench, alone: usize) -> Played {
        let play = Play {
            seen: &bench.seen,
            alone,
        };
        for (rule, flaw) in rule::judge_play(&play) {
            if let Some(seen) = bench.seen.get(flaw.at) {
                bench.breaches.push(Breach::new(rule, &flaw, seen, "play"));
            }
        }
        let heard = self.ear.finish(&bench.seen);
        bench.breaches.extend(heard.breaches);
        Played {
            calls: heard.told,
            seen: bench.seen,
            breaches: bench.breaches,
            features: bench.features,
            stale: bench.stale,
            requests: self.requests.into_inner(),
            exchanges: self.transcript.take(),
        }
    }

    /// Sends a request and keeps in mind what came of it.
    fn send(&self, planned: Planned, at: Option<(usize, usize)>) -> Seen {
        self.send_meeting(planned, at, None)
    }

    /// So too for one that may have to meet others.
    fn send_meeting(
        &self,
        planned: Planned,
        at: Option<(usize, usize)>,
        seat: Option<Seat>,
    ) -> Seen {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let from = self.moment();
        let outcome = self.round_trip(&planned, seat);
        let to = self.moment();
        let opened = match &outcome {
            Ok(response) => self.stage().absorb(&planned, response),
            Err(_) => None,
        };
        Seen {
            held: None,
            calls: self.ear.heard(&planned),
            at,
            planned,
            outcome,
            opened,
            span: (from, to),
        }
    }

    fn round_trip(&self, planned: &Planned, seat: Option<Seat>) -> Result<Response, Failure> {
        let client = self.player.client;
        if let Some(bytes) = &planned.bytes {
            let url = format!("{}/v2/", planned.request.origin);
            let closes = planned.is_unfinished;
            let reply = client.send_exact(&url, bytes.clone(), closes, &self.transcript);
            return reply.map(|reply| reply.response);
        }
        let Some(mut request) = planned.request.ordinary() else {
            let reason = "it is no request of HTTP".to_owned();
            let url = planned.request.url();
            return Err(Failure::BadUrl { url, reason });
        };
        request.meeting = seat;
        let reply = client.send(request, &self.transcript);
        reply.map(|reply| reply.response)
    }

    /// How much of the manifest of a request the far end has had in memory. Nobody else may have asked
    /// about its repository meanwhile.
    fn held(&self, seen: &Seen) -> Option<u64> {
        let Meaning::PutManifest { repository, .. } = seen.meaning() else {
            return None;
        };
        let name = self.stage().repository_name(*repository);
        self.player.client.take_held(&name)
    }

    fn moment(&self) -> u64 {
        self.moments.fetch_add(1, Ordering::SeqCst)
    }

    fn stage(&self) -> std::sync::MutexGuard<'_, Stage<'a>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the rules and the model find broken by an answer.
fn judge(
    seen: &Seen,
    bench: &mut Bench,
    profile: &Profile,
) -> Vec<(&'static rule::Rule, rule::Flaw)> {
    let scene = Scene {
        seen,
        before: &bench.seen,
    };
    let mut flaws = rule::judge_answer(&scene);
    if let Judged::Broken(broken) = bench.model.observe(seen, profile) {
        flaws.push(rule::blamed(&scene, broken));
    }
    flaws
}

/// What happened, as a number: two answers of the same feature are of the same kind.
fn feature(seen: &Seen, state: &str) -> u64 {
    let mut hash = Fnv::default();
    seen.kind().hash(&mut hash);
    seen.planned.mutations.hash(&mut hash);
    state.hash(&mut hash);
    match &seen.outcome {
        Ok(response) => {
            response.status.hash(&mut hash);
            error_code(response).hash(&mut hash);
            let names: BTreeSet<_> = response
                .headers
                .keys()
                .map(http::HeaderName::as_str)
                .collect();
            names.hash(&mut hash);
        }
        Err(failure) => std::mem::discriminant(failure).hash(&mut hash),
    }
    hash.finish()
}

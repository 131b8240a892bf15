//! The model: what the specification allows a registry to hold, given all that it has answered.
//!
//! It keeps the set of possible worlds. An answer leaves those of them in which it is allowed, each
//! changed as that answer says; where none is left, a requirement is broken. What the specification
//! leaves to the registry becomes several worlds, or a thing of which a world does not know whether
//! it is there.
//!
//! The model judges answers to requests that say what they mean. What came of a changed request
//! that was taken is unknown to it, until it is looked at.

mod blobs;
mod lists;
mod manifests;
mod policy;
mod uploads;
mod world;

#[cfg(test)]
mod tests;

use super::meaning::Meaning;
use super::mutation::Stance;
use super::profile::Profile;
use super::seen::Seen;
use super::seen::error_code;
use crate::catalogue::Requirement;
use crate::catalogue::support;
use crate::http::Response;
use crate::oci::ErrorCode;

pub(crate) use world::World;

/// More worlds than this are no knowledge any more.
const MOST_WORLDS: usize = 64;

/// What a registry may hold.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    worlds: Vec<World>,
}

/// What the model makes of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Judged {
    /// It is allowed.
    Fits,
    /// It is not.
    Broken(Broken),
}

/// A requirement that an answer breaks.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    /// Which.
    pub(crate) requirement: &'static Requirement,
    /// What was allowed.
    pub(crate) expected: String,
    /// What came instead, in words without names and numbers.
    pub(crate) detail: &'static str,
    /// How it is wrong.
    pub(crate) nature: Nature,
}

/// How an answer is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// What had to be taken was refused.
    Refused,
    /// What had to be refused was taken.
    Taken,
    /// What has to be there is not.
    Lost,
    /// What must not be there is.
    Ghost,
    /// It is there, and not as it has to be.
    Altered,
    /// It is told in a way in which it must not be, whatever it is.
    Told,
    /// It does what the target said that it does not do.
    Policy,
}

/// The worlds after an answer, or what it breaks.
pub(crate) type After = Result<Vec<World>, Broken>;

/// An answer to be judged, with what judging needs.
pub(crate) struct Turn<'a> {
    pub(crate) seen: &'a Seen,
    pub(crate) response: &'a Response,
    pub(crate) profile: &'a Profile,
}

impl Turn<'_> {
    pub(crate) fn status(&self) -> u16 {
        self.response.status
    }

    /// Whether it was refused for certain.
    pub(crate) fn is_refused(&self) -> bool {
        self.seen.is_refused()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.seen.is_done()
    }

    /// Whether it has this error code.
    pub(crate) fn says(&self, code: ErrorCode) -> bool {
        error_code(self.response).is_some_and(|it| it == code.name())
    }
}

impl Model {
    /// What is held before anything was sent: nothing.
    pub(crate) fn new() -> Self {
        Self {
            worlds: vec![World::default()],
        }
    }

    /// Takes an answer in. After a broken requirement nothing is known any more.
    pub(crate) fn observe(&mut self, seen: &Seen, profile: &Profile) -> Judged {
        let (worlds, broken) = self.judged(seen, profile);
        let gates = broken.filter(|broken| profile.gates(broken.requirement));
        match gates {
            Some(broken) if worlds.is_empty() => {
                self.worlds.clear();
                Judged::Broken(broken)
            }
            _ => {
                self.worlds = worlds;
                self.worlds.dedup();
                if self.worlds.len() > MOST_WORLDS {
                    self.worlds.clear();
                }
                Judged::Fits
            }
        }
    }

    /// What an answer would break.
    pub(crate) fn would_break(&self, seen: &Seen, profile: &Profile) -> Option<Broken> {
        match self.clone().observe(seen, profile) {
            Judged::Broken(broken) => Some(broken),
            Judged::Fits => None,
        }
    }

    /// In a word, what is known of that which a request is about.
    pub(crate) fn class_of(&self, meaning: &Meaning) -> &'static str {
        let world = self.worlds.first();
        world.map_or("lost", |world| world.class_of(meaning))
    }

    fn judged(&self, seen: &Seen, profile: &Profile) -> (Vec<World>, Option<Broken>) {
        let mut after = Vec::new();
        let mut first = None;
        for world in &self.worlds {
            match step(world, seen, profile) {
                Ok(worlds) => after.extend(worlds),
                Err(broken) => {
                    first.get_or_insert(broken);
                }
            }
        }
        (after, first)
    }
}

/// The worlds that may follow `world`.
fn step(world: &World, seen: &Seen, profile: &Profile) -> After {
    let Ok(response) = &seen.outcome else {
        return Ok(perhaps(world, seen));
    };
    let turn = Turn {
        seen,
        response,
        profile,
    };
    match response.status {
        // Who may do what is not known here, and neither is how much.
        401 | 403 | 429 => Ok(vec![world.clone()]),
        200..300 | 400..500 => settled(world, &turn),
        _ => Ok(perhaps(world, seen)),
    }
}

/// A definite answer.
fn settled(world: &World, turn: &Turn<'_>) -> After {
    let seen = turn.seen;
    if let Stance::Refused(requirement) = seen.planned.stance
        && turn.is_done()
    {
        return Err(Broken {
            requirement,
            expected: "a refusal (4xx)".to_owned(),
            detail: "it was taken",
            nature: Nature::Taken,
        });
    }
    if let Some(broken) = policy::broken(turn) {
        return Err(broken);
    }
    // What came of a body before its client was gone may be kept: the upload can be resumed.
    if seen.planned.request.held_back > 0 {
        return Ok(perhaps(world, seen));
    }
    if !seen.is_plain() {
        return Ok(bent(world, turn));
    }
    match seen.meaning() {
        Meaning::Ping => ping(world, turn),
        Meaning::Catalog | Meaning::Raw(_) => Ok(vec![world.clone()]),
        Meaning::StartUpload { .. } => uploads::start(world, turn),
        Meaning::Patch { .. } => uploads::patch(world, turn),
        Meaning::Finish { .. } => uploads::finish(world, turn),
        Meaning::SinglePost { .. } => uploads::single_post(world, turn),
        Meaning::Mount { .. } => uploads::mount(world, turn),
        Meaning::UploadStatus { .. } => uploads::status(world, turn),
        Meaning::Cancel { .. } => uploads::cancel(world, turn),
        Meaning::PutManifest { .. } => manifests::put(world, turn),
        Meaning::Blob { .. } => blobs::ask(world, turn),
        Meaning::Manifest { .. } => manifests::ask(world, turn),
        Meaning::Tags { .. } => lists::tags(world, turn),
        Meaning::Referrers { .. } => lists::referrers(world, turn),
    }
}

fn ping(world: &World, turn: &Turn<'_>) -> After {
    if turn.status() == 200 {
        return Ok(vec![world.clone()]);
    }
    Err(Broken {
        requirement: &support::API_SUPPORT_CONFIRMED,
        expected: "200".to_owned(),
        detail: "the base is not there",
        nature: Nature::Refused,
    })
}

/// A changed request: refused, it has changed nothing; taken, what it did is unknown.
fn bent(world: &World, turn: &Turn<'_>) -> Vec<World> {
    let seen = turn.seen;
    if turn.is_refused() {
        return refused(world, seen);
    }
    if !seen.kind().writes() || matches!(seen.meaning(), Meaning::Raw(_)) {
        return vec![world.clone()];
    }
    let mut after = world.clone();
    after.cloud_all(seen);
    after.note_opened(seen);
    vec![after]
}

/// After a refusal nothing has changed, but that a session may have ended with it.
fn refused(world: &World, seen: &Seen) -> Vec<World> {
    let Some(upload) = seen.meaning().upload() else {
        return vec![world.clone()];
    };
    let mut ended = world.clone();
    ended.end_session(upload);
    vec![world.clone(), ended]
}

/// It may have been done or not.
fn perhaps(world: &World, seen: &Seen) -> Vec<World> {
    if !seen.kind().writes() || matches!(seen.meaning(), Meaning::Raw(_)) {
        return vec![world.clone()];
    }
    let mut after = world.clone();
    after.cloud_all(seen);
    vec![after]
}

//! Replaying a finding: is it still there.

use std::time::Duration;

use super::breach::Breach;
use super::campaign::place;
use super::finding;
use super::finding::Finding;
use super::finding::Recorded;
use super::minimise;
use super::plan::Plan;
use super::player::Patience;
use super::player::Played;
use super::player::Player;
use super::profile::Profile;
use crate::http::Client;
use crate::http::Failure;

/// How often a plan is played before it counts as fixed; a race more often.
const TRIES: u64 = 3;
const RACES: u64 = 20;

/// How long to wait for calls of the canary, where the plan names it.
const CALLS: Duration = Duration::from_millis(400);

/// What replaying a finding came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// The plan breaks nothing any more.
    Fixed,
    /// It is still there.
    Failed,
    /// The plan breaks something else: rule, route and what is wrong.
    Changed(String),
    /// The question could not be put; why.
    Error(String),
}

/// What replaying a finding came to, and what went over the wire.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The answer.
    pub replayed: Replayed,
    /// The exchanges of the play that shows it.
    pub exchanges: Vec<Recorded>,
    /// A script for a POSIX shell that asks the same.
    pub curl: String,
}

/// Plays the plan of a finding at `origin`, in fresh repositories below `namespace`.
pub fn replay(
    finding: &Finding,
    client: &Client,
    profile: &Profile,
    origin: &str,
    namespace: &str,
) -> Replay {
    let patience = Patience::default();
    let profile = &profile.waiting(CALLS);
    let player = Player {
        client,
        profile,
        patience: &patience,
    };
    let plan = &finding.plan;
    let tries = if plan.lanes.len() > 1 { RACES } else { TRIES };
    let mut changed = None;
    for attempt in 0..tries {
        let place = place(
            origin,
            namespace,
            plan,
            (finding.seed, finding.case),
            attempt,
        );
        let seen = player.play(plan, place);
        if minimise::shows(&seen, finding.kind()).is_some() {
            return told(Replayed::Failed, &seen);
        }
        if let Some(failure) = unput(&seen) {
            return told(Replayed::Error(failure.to_string()), &seen);
        }
        let other = seen.breaches.first();
        let other = other.map(|breach| format!("{}: {}", breach.group(), breach.detail));
        match other {
            Some(what) if changed.is_none() => {
                changed = Some(told(Replayed::Changed(what), &seen));
            }
            None if attempt + 1 == tries && changed.is_none() => {
                return told(Replayed::Fixed, &seen);
            }
            _ => {}
        }
    }
    changed.unwrap_or(Replay {
        replayed: Replayed::Fixed,
        exchanges: Vec::new(),
        curl: String::new(),
    })
}

/// Plays a plan once, in fresh repositories below `namespace`, and says what it breaks: group and
/// detail of each.
pub fn broken_by(
    plan: &Plan,
    client: &Client,
    profile: &Profile,
    origin: &str,
    namespace: &str,
) -> Vec<String> {
    let patience = Patience::default();
    let profile = &profile.waiting(CALLS);
    let player = Player {
        client,
        profile,
        patience: &patience,
    };
    let seen = player.play(plan, place(origin, namespace, plan, (0, 0), 0));
    let said = |breach: &Breach| format!("{}: {}", breach.group(), breach.detail);
    seen.breaches.iter().map(said).collect()
}

/// Why a request could not be put at all.
fn unput(played: &Played) -> Option<&Failure> {
    let failures = played
        .seen
        .iter()
        .filter_map(|seen| seen.outcome.as_ref().err());
    failures.into_iter().find(|failure| {
        matches!(
            failure,
            Failure::Refused { .. }
                | Failure::NoAddress { .. }
                | Failure::Tls { .. }
                | Failure::Token { .. }
                | Failure::Stopped
        )
    })
}

fn told(replayed: Replayed, played: &Played) -> Replay {
    let (exchanges, curl) = finding::recorded(&played.exchanges);
    Replay {
        replayed,
        exchanges,
        curl,
    }
}

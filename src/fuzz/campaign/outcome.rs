//! What a campaign has done and found so far.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Counts;
use super::joint::Inquired;
use super::joint::Joint;
use crate::fuzz::finding::Finding;
use crate::fuzz::player::Played;

/// What a campaign has done and found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    /// What its cases follow from.
    pub seed: u64,
    /// How it ended.
    pub ended: Ended,
    /// How many plans were played.
    pub plans: u64,
    /// How many steps they had, questions of the player's own included.
    pub steps: u64,
    /// How many requests were sent, those for minimising included.
    pub requests: u64,
    /// How the steps were answered.
    pub shares: Shares,
    /// How many kinds of things happened.
    pub features: usize,
    /// How many answers lagged behind what they had to say.
    pub stale: u64,
    /// How many breaches could not be shown again.
    pub unreproduced: u64,
    /// How often each mutation was used.
    pub mutations: Counts,
    /// How often each kind of request was sent.
    pub kinds: Counts,
    /// How often a listener of ours was called, by the request that named it.
    pub canary: Counts,
    /// How many plans broke what, by group.
    pub groups: Counts,
    /// What was found, each fault once.
    pub findings: Vec<Finding>,
    /// What joins it with others, where it is one of several shards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint: Option<Joint>,
}

/// How steps were answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// 2xx.
    pub done: u64,
    /// 3xx.
    pub led_on: u64,
    /// 4xx.
    pub refused: u64,
    /// 5xx.
    pub broke: u64,
    /// No answer.
    pub unanswered: u64,
}

/// How a campaign ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// All plans were played.
    Completed,
    /// Its time was over.
    OutOfTime,
    /// It was told to.
    Stopped,
    /// The target does not answer any more.
    TargetLost,
}

/// An outcome in the making.
pub(super) struct Tally {
    pub(super) outcome: Outcome,
    features: BTreeSet<u64>,
    inquiries: Vec<Inquired>,
}

impl Tally {
    pub(super) fn new(seed: u64) -> Self {
        let outcome = Outcome {
            seed,
            ended: Ended::Completed,
            plans: 0,
            steps: 0,
            requests: 0,
            shares: Shares::default(),
            features: 0,
            stale: 0,
            unreproduced: 0,
            mutations: Counts::new(),
            kinds: Counts::new(),
            canary: Counts::new(),
            groups: Counts::new(),
            findings: Vec::new(),
            joint: None,
        };
        Self {
            outcome,
            features: BTreeSet::new(),
            inquiries: Vec::new(),
        }
    }

    /// Notes what was looked into.
    pub(super) fn inquired(&mut self, inquiry: Inquired) {
        self.inquiries.push(inquiry);
    }

    /// What it has come to; with what joins it with others, if it is a shard of several.
    pub(super) fn finish(self, is_shard: bool) -> Outcome {
        let mut outcome = self.outcome;
        outcome.joint = is_shard.then(|| {
            let mut joint = Joint {
                inquiries: self.inquiries,
                ..Joint::default()
            };
            joint.see(&self.features);
            joint
        });
        outcome
    }

    /// Counts a play. Whether anything new happened in it.
    pub(super) fn count(&mut self, played: &Played) -> bool {
        let outcome = &mut self.outcome;
        outcome.plans += 1;
        outcome.steps += played.seen.len() as u64;
        outcome.requests += played.requests;
        outcome.stale += played.stale;
        for seen in &played.seen {
            let share = match seen.status() {
                None => &mut outcome.shares.unanswered,
                Some(500..) => &mut outcome.shares.broke,
                Some(400..) => &mut outcome.shares.refused,
                Some(300..) => &mut outcome.shares.led_on,
                Some(_) => &mut outcome.shares.done,
            };
            *share += 1;
            let kind = seen.kind().name();
            *outcome.kinds.entry(kind.to_owned()).or_default() += 1;
            for mutation in &seen.planned.mutations {
                *outcome.mutations.entry((*mutation).to_owned()).or_default() += 1;
            }
        }
        for call in &played.calls {
            *outcome.canary.entry(call.clone()).or_default() += 1;
        }
        let known = self.features.len();
        self.features.extend(&played.features);
        outcome.features = self.features.len();
        self.features.len() > known
    }
}

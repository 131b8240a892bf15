//! What a campaign has come to so far, for those who watch it from outside: `status.json`, written anew every
//! second or so, whole or not at all.

use serde::Deserialize;
use serde::Serialize;

use crate::fuzz::campaign::Counts;
use crate::fuzz::campaign::Outcome;

use super::KIND;

/// The version of the form of `status.json`.
const SCHEMA: u32 = 1;

/// How many groups are told.
const MOST_GROUPS: usize = 100;

/// The longest status that is read, in bytes.
pub const LONGEST: u64 = 256 << 10;

/// What a campaign is doing, and what it has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The version of its form.
    pub schema: u32,
    /// `fuzz`.
    pub kind: String,
    /// What tells this run from others.
    pub run_id: String,
    /// Which part of the plans, of how many.
    pub shard: String,
    /// The registry.
    pub target: String,
    /// What its plans follow from.
    pub seed: u64,
    /// `probing`, `playing` or `over`.
    pub state: String,
    /// How often this was written: who sees it grow knows that somebody is there.
    pub beat: u64,
    /// How long it has been playing.
    pub elapsed_ms: u64,
    /// How many plans were played.
    pub plans: u64,
    /// After how many it ends, those of other shards included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plans_at_most: Option<u64>,
    /// How many requests were sent.
    pub requests: u64,
    /// How many findings there are.
    pub findings: usize,
    /// How many plans broke what, by group; a hundred at most.
    pub groups: Counts,
}

impl Status {
    /// That of a campaign that has not begun.
    pub fn new(run_id: &str, shard: (u64, u64), target: &str, seed: u64) -> Self {
        Self {
            schema: SCHEMA,
            kind: KIND.to_owned(),
            run_id: run_id.to_owned(),
            shard: format!("{}/{}", shard.0, shard.1),
            target: target.to_owned(),
            seed,
            state: "probing".to_owned(),
            beat: 0,
            elapsed_ms: 0,
            plans: 0,
            plans_at_most: None,
            requests: 0,
            findings: 0,
            groups: Counts::new(),
        }
    }

    /// Takes over what was done so far.
    pub fn take(&mut self, outcome: &Outcome) {
        self.plans = outcome.plans;
        self.requests = outcome.requests;
        self.findings = outcome.findings.len();
        let groups = outcome.groups.iter().take(MOST_GROUPS);
        self.groups = groups.map(|(name, count)| (name.clone(), *count)).collect();
    }

    /// What a file says; nothing if it is half written, or of another form.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let status: Self = serde_json::from_slice(bytes).ok()?;
        (status.schema == SCHEMA && status.kind == KIND).then_some(status)
    }

    /// A line of JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("a status has only what JSON has");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::finding;
    use super::super::tests::record;
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_what_is_cut_is_nothing() {
        let mut status = Status::new("r", (1, 3), "http://registry.invalid", 7);
        status.take(&record(vec![finding("model")]).outcome);
        let bytes = status.to_json();
        assert_eq!(Status::read(&bytes), Some(status.clone()));
        assert_eq!((status.plans, status.findings), (10, 1));
        for end in 0..bytes.len() - 1 {
            assert_eq!(Status::read(&bytes[..end]), None);
        }
        status.schema = 2;
        assert_eq!(Status::read(&status.to_json()), None);
    }

    #[test]
    fn however_many_groups_there_are_it_is_short() {
        let mut outcome = record(Vec::new()).outcome;
        let name = |number| format!("{number}: {}", "g".repeat(100));
        outcome.groups = (0..10_000).map(|number| (name(number), 1)).collect();
        let mut status = Status::new("r", (0, 1), "http://registry.invalid", 7);
        status.take(&outcome);
        assert!((status.to_json().len() as u64) < LONGEST / 8);
    }
}

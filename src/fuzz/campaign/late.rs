//! Calls of the canary that came when the play which led to them was over: whose they are.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use super::Case;
use crate::canary::Canary;
use crate::fuzz::plan::Plan;

/// How long to wait for them at the end of a campaign, and in each play that has to show one again.
pub(super) const PATIENCE: Duration = Duration::from_millis(400);

/// How many plays are remembered, and how many of those that were called late are looked into.
const MOST: usize = 4096;
const MOST_CALLED: usize = 16;

/// After how many cases it is looked for them.
const EVERY: u64 = 500;

/// The plays that named the canary.
pub(super) struct Late<'a> {
    canary: Option<&'a Canary>,
    plans: BTreeMap<u64, Plan>,
    /// Up to which case it was looked for calls.
    looked: u64,
    /// How many may still be looked into.
    left: usize,
}

impl<'a> Late<'a> {
    pub(super) fn new(canary: Option<&'a Canary>) -> Self {
        Self {
            canary,
            plans: BTreeMap::new(),
            looked: 0,
            left: MOST_CALLED,
        }
    }

    /// Remembers a play, if it named the canary.
    pub(super) fn remember(&mut self, case: &Case) {
        let is_named = case
            .played
            .seen
            .iter()
            .any(|it| it.planned.canary.is_some());
        if self.canary.is_some() && is_named {
            self.plans.insert(case.index, case.plan.clone());
            if self.plans.len() > MOST {
                self.plans.pop_first();
            }
        }
    }

    /// Whether it is time to look for calls, after this case.
    pub(super) fn is_due(&mut self, index: u64) -> bool {
        // A shard need not have the case at which it is due.
        let is_due = self.canary.is_some() && (index + 1) / EVERY > self.looked / EVERY;
        if is_due {
            self.looked = index + 1;
        }
        is_due
    }

    /// Waits for whatever may still come of what was played.
    pub(super) fn wait(&self) {
        if let Some(canary) = self.canary.filter(|_| !self.plans.is_empty()) {
            canary.waited_for(PATIENCE).wait();
        }
    }

    /// The cases that are over and of which there were calls since.
    pub(super) fn cases(&mut self) -> Vec<(u64, Plan)> {
        let Some(canary) = self.canary else {
            return Vec::new();
        };
        let calls = canary.take_late(|case| self.plans.contains_key(&case));
        // Those of other attempts were made while something was shown again.
        let of_first = calls.iter().filter_map(|call| match call.case()? {
            (index, 0) => Some(index),
            _ => None,
        });
        let indices: BTreeSet<_> = of_first.take(self.left).collect();
        self.left -= indices.len();
        let plans = indices.into_iter();
        plans
            .filter_map(|index| self.plans.remove_entry(&index))
            .collect()
    }
}

//! From a plan that shows something to the shortest one that does.
//!
//! Every attempt is a play in a place where nothing is yet, and counts if it shows the same: breaks the
//! same rule in the same way. Attempts are bounded by requests, not by time, so that they come out the same on
//! every machine.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::breach::Breach;
use super::plan::Plan;
use super::player::Played;

/// How far a search may go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds<'a> {
    /// How many requests it may take.
    pub(crate) requests: u64,
    /// When to end with the shortest plan so far.
    pub(crate) deadline: Option<Instant>,
    /// Set by whoever wants it to end so at once.
    pub(crate) stop: &'a AtomicBool,
}

/// Puts a plan once more: whether it shows what it has to, and how many requests that took.
pub(crate) type Attempt<'a> = dyn FnMut(&Plan) -> (bool, u64) + 'a;

/// A search for the shortest plan.
pub(crate) struct Minimiser<'a> {
    attempt: &'a mut Attempt<'a>,
    /// How far it may go; of requests, what is left.
    bounds: Bounds<'a>,
    /// How often an attempt is played before it counts as one that does not show it.
    attempts: u32,
    best: Plan,
}

impl<'a> Minimiser<'a> {
    /// A search that begins with `plan`, which showed what each `attempt` looks for.
    pub(crate) fn new(attempt: &'a mut Attempt<'a>, plan: Plan, bounds: Bounds<'a>) -> Self {
        Self {
            attempt,
            bounds,
            attempts: if plan.lanes.len() > 1 { 6 } else { 1 },
            best: plan,
        }
    }

    /// The shortest plan that was found; what it has to show was seen in the step `at` first.
    pub(crate) fn run(mut self, at: Option<(usize, usize)>) -> Plan {
        self.cut_tail(at);
        self.drop_lanes();
        loop {
            let before = self.best.clone();
            self.drop_steps();
            self.drop_mutations();
            self.shrink_values();
            if self.best == before || self.is_over() {
                return self.best;
            }
        }
    }

    /// Takes `plan` for the best if it shows the breach.
    fn try_plan(&mut self, plan: Plan) -> bool {
        if plan == self.best || !plan.is_sound() {
            return false;
        }
        for _ in 0..self.attempts {
            if self.is_over() {
                return false;
            }
            let (is_shown, requests) = (self.attempt)(&plan);
            let left = &mut self.bounds.requests;
            *left = left.saturating_sub(requests);
            if is_shown {
                self.best = plan;
                return true;
            }
        }
        false
    }

    fn is_over(&self) -> bool {
        let bounds = &self.bounds;
        let is_late = bounds.deadline.is_some_and(|it| Instant::now() >= it);
        bounds.requests == 0 || is_late || bounds.stop.load(Ordering::Relaxed)
    }

    /// Cuts what follows the step that shows it.
    fn cut_tail(&mut self, at: Option<(usize, usize)>) {
        if let Some((0, step)) = at
            && self.best.lanes.len() == 1
        {
            let mut plan = self.best.clone();
            plan.lanes[0].truncate(step + 1);
            self.try_plan(plan);
        }
    }

    fn drop_lanes(&mut self) {
        for lane in (1..self.best.lanes.len()).rev() {
            let mut plan = self.best.clone();
            plan.lanes.remove(lane);
            self.try_plan(plan);
        }
    }

    /// Drops runs of steps from the back, halving their length (ddmin).
    fn drop_steps(&mut self) {
        for lane in (0..self.best.lanes.len()).rev() {
            let mut length = self.best.lanes[lane].len().div_ceil(2).max(1);
            loop {
                let mut end = self.best.lanes[lane].len();
                while end > 0 {
                    let start = end.saturating_sub(length);
                    let mut plan = self.best.clone();
                    plan.lanes[lane].drain(start..end);
                    self.try_plan(plan);
                    end = start;
                }
                if length == 1 {
                    break;
                }
                length /= 2;
            }
        }
    }

    fn drop_mutations(&mut self) {
        for (lane, step) in places(&self.best) {
            let count = self.best.lanes[lane][step].mutations.len();
            for index in (0..count).rev() {
                let mut plan = self.best.clone();
                plan.lanes[lane][step].mutations.remove(index);
                self.try_plan(plan);
            }
        }
    }

    /// Makes what is left as boring as it can be: one repository, small blobs, plain manifests,
    /// slot 0.
    fn shrink_values(&mut self) {
        let mut plan = self.best.clone();
        plan.repositories = 1;
        self.try_plan(plan);
        self.drop_content();
        for change in shrinks() {
            for (lane, step) in places(&self.best) {
                let mut plan = self.best.clone();
                if let Some(op) = change(plan.lanes[lane][step].op) {
                    plan.lanes[lane][step].op = op;
                    self.try_plan(plan);
                }
            }
        }
        for (lane, step) in places(&self.best) {
            for index in 0..self.best.lanes[lane][step].mutations.len() {
                let mut plan = self.best.clone();
                plan.lanes[lane][step].mutations[index].dice = 0;
                self.try_plan(plan);
            }
        }
    }

    fn drop_content(&mut self) {
        let mut plan = self.best.clone();
        plan.blobs.truncate(1);
        self.try_plan(plan);
        let mut plan = self.best.clone();
        plan.docs.truncate(1);
        self.try_plan(plan);
        for index in 0..self.best.docs.len() {
            let mut plan = self.best.clone();
            let doc = &mut plan.docs[index];
            (doc.subject, doc.artifact_type, doc.annotations) = (None, 0, 0);
            self.try_plan(plan);
            let mut plan = self.best.clone();
            plan.docs[index].parts.truncate(1);
            self.try_plan(plan);
            let mut plan = self.best.clone();
            plan.docs[index].kind = super::plan::DocKind::Image;
            self.try_plan(plan);
        }
        for index in 0..self.best.blobs.len() {
            let mut plan = self.best.clone();
            plan.blobs[index].size = plan.blobs[index].size.min(1);
            plan.blobs[index].shared = false;
            self.try_plan(plan);
        }
    }
}

/// The breach of this kind in a play, if there is one.
pub(crate) fn shows(played: &Played, kind: u64) -> Option<&Breach> {
    played.breaches.iter().find(|breach| breach.kind() == kind)
}

/// Where the steps are.
fn places(plan: &Plan) -> Vec<(usize, usize)> {
    let lanes = plan.lanes.iter().enumerate();
    lanes
        .flat_map(|(lane, steps)| (0..steps.len()).map(move |step| (lane, step)))
        .collect()
}

/// Ways to make an operation more boring.
fn shrinks() -> [fn(super::plan::Op) -> Option<super::plan::Op>; 2] {
    use super::plan::Op;
    [
        |op| match op {
            Op::Patch { upload, ranged, .. } => Some(Op::Patch {
                upload,
                part: 0,
                ranged,
            }),
            Op::Tags { repository, .. } => Some(Op::Tags {
                repository,
                n: 0,
                last: 0,
            }),
            Op::Referrers {
                repository,
                subject,
                ..
            } => Some(Op::Referrers {
                repository,
                subject,
                filter: 0,
            }),
            Op::Monolithic { repository, .. } => Some(Op::Monolithic {
                repository,
                blob: 0,
            }),
            _ => None,
        },
        |op| match op {
            Op::Monolithic { blob, .. } => Some(Op::Monolithic {
                repository: 0,
                blob,
            }),
            Op::PutManifest { doc, reference, .. } => Some(Op::PutManifest {
                repository: 0,
                doc,
                reference,
            }),
            Op::StartUpload { .. } => Some(Op::StartUpload {
                repository: 0,
                blob: 0,
            }),
            _ => None,
        },
    ]
}

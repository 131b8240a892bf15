//! Who takes the cases that workers have played, in the order of their numbers, and decides what is new,
//! what is looked into, and when it is over.

use std::ops::ControlFlow;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;
use std::time::Instant;

use super::super::case;
use super::super::corpus::Corpus;
use super::super::finding::Finding;
use super::super::player::Patience;
use super::Campaign;
use super::Case;
use super::Ended;
use super::Event;
use super::Observer;
use super::Outcome;
use super::inquiry::Inquiry;
use super::late::Late;
use super::outcome::Tally;
use super::queue::InOrder;
use crate::http::Client;

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// The one who takes the cases.
pub(super) struct Coordinator<'a> {
    campaign: &'a Campaign,
    corpus: &'a RwLock<Corpus>,
    stop: &'a AtomicBool,
    observer: &'a dyn Observer,
    inquiry: Inquiry<'a>,
    late: Late<'a>,
    tally: Tally,
    /// When progress was told last.
    told: Instant,
}

/// Whether to go on, or how it ended.
type Goes = ControlFlow<Ended>;

impl<'a> Coordinator<'a> {
    pub(super) fn new(
        campaign: &'a Campaign,
        (client, patience): (&'a Client, &'a Patience),
        corpus: &'a RwLock<Corpus>,
        stop: &'a AtomicBool,
        observer: &'a dyn Observer,
    ) -> Self {
        Self {
            campaign,
            corpus,
            stop,
            observer,
            inquiry: Inquiry::new(campaign, (client, patience), stop),
            late: Late::new(campaign.profile.canary.as_ref()),
            tally: Tally::new(campaign.seed),
            told: Instant::now(),
        }
    }

    /// Takes cases until there are none any more, or it has to end before.
    pub(super) fn run(mut self, cases: &mpsc::Receiver<Case>) -> Outcome {
        if let ControlFlow::Break(ended) = self.take_all(cases) {
            self.tally.outcome.ended = ended;
        }
        if self.stop.load(Ordering::Relaxed) {
            self.tally.outcome.ended = Ended::Stopped;
        }
        let ended = &self.tally.outcome.ended;
        if matches!(ended, Ended::Completed | Ended::OutOfTime) {
            self.late.wait();
            let findings = self.inquiry.look_into_late(&mut self.late, &mut self.tally);
            for finding in findings {
                // It is over, whatever the observer says.
                let _ = self.keep(finding);
            }
        }
        self.tally.finish(self.campaign.shard.1 > 1)
    }

    fn take_all(&mut self, cases: &mpsc::Receiver<Case>) -> Goes {
        let (part, parts) = self.campaign.shard;
        let seed = self.campaign.seed;
        let mut queue = InOrder::new(|index| case::is_of_shard(seed, index, part, parts));
        for case in cases {
            queue.put(case.index, case);
            while let Some(case) = queue.take() {
                self.take(&case)?;
            }
            self.tell()?;
            if self.campaign.is_over() {
                return ControlFlow::Break(Ended::OutOfTime);
            }
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, case: &Case) -> Goes {
        self.late.remember(case);
        if self.tally.count(&case.played) {
            self.build_on(case);
        }
        let mut findings = self.inquiry.look_into(case, &mut self.tally);
        if self.late.is_due(case.index) {
            findings.extend(self.inquiry.look_into_late(&mut self.late, &mut self.tally));
        }
        for finding in findings {
            self.keep(finding)?;
        }
        if self.inquiry.is_target_gone() {
            return ControlFlow::Break(Ended::TargetLost);
        }
        ControlFlow::Continue(())
    }

    /// Shows a case that did something new, and lets later ones follow from it.
    fn build_on(&self, case: &Case) {
        self.observer.on(&Event::Novel(&case.plan));
        if self.campaign.evolve {
            let mut corpus = self.corpus.write().unwrap_or_else(PoisonError::into_inner);
            corpus.plans.push(case.plan.clone());
        }
    }

    fn keep(&mut self, finding: Finding) -> Goes {
        let goes_on = self.observer.on(&Event::Found(&finding));
        self.tally.outcome.findings.push(finding);
        goes(goes_on)
    }

    /// Tells progress, if it is time to.
    fn tell(&mut self) -> Goes {
        if self.told.elapsed() < TELL_EVERY {
            return ControlFlow::Continue(());
        }
        self.told = Instant::now();
        goes(self.observer.on(&Event::Progress(&self.tally.outcome)))
    }
}

fn goes(goes_on: bool) -> Goes {
    if goes_on {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(Ended::Stopped)
    }
}

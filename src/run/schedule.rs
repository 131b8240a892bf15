//! Who puts which case when: worker threads over one list.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::check::Wants;

use super::Case;
use super::Control;
use super::Event;
use super::Observer;
use super::Run;

/// Puts every case of the plan, several at once; the watches then end with what they saw.
pub(super) fn put_all(run: &Run, control: &Control, observer: &dyn Observer) {
    let put = |case: &Case| {
        observer.on(&Event::Started { id: &case.id });
        let started = Instant::now();
        let (entry, demands) = run.put(case, control);
        observer.on(&Event::Ended {
            entry: &entry,
            took: started.elapsed(),
            demands: &demands,
        });
    };
    let is_watch = |case: &&Case| case.check.watch.is_some();
    let (watches, cases): (Vec<_>, Vec<_>) =
        in_order(&run.plan().cases).into_iter().partition(is_watch);
    let is_alone = |case: &&Case| case.check.wants == Wants::Alone;
    let (alone, beside): (Vec<_>, Vec<_>) = cases.into_iter().partition(is_alone);
    in_parallel(run.settings().jobs, beside.len(), |turn| put(beside[turn]));
    alone.into_iter().for_each(put);
    watches.into_iter().for_each(put);
}

/// Calls `work` with every number below `count`, on up to `jobs` threads.
pub(crate) fn in_parallel(jobs: usize, count: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(count) {
            scope.spawn(|| {
                loop {
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    if turn >= count {
                        break;
                    }
                    work(turn);
                }
            });
        }
    });
}

/// The order in which cases are put. Those that want quiet come last: in shared repositories they
/// take turns, and must not hold up the others. Heavy ones come first, so that none of them is what
/// a run waits for.
fn in_order(cases: &[Case]) -> Vec<&Case> {
    let mut order: Vec<_> = cases.iter().collect();
    order.sort_by_key(|case| (case.check.wants == Wants::Quiet, !case.check.heavy));
    order
}

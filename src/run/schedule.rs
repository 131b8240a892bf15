//! Who puts which case when: worker threads over one list.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::check::Wants;

use super::Case;
use super::Control;
use super::Event;
use super::Observer;
use super::Repositories;
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
    let is_shared = matches!(run.settings().repositories, Repositories::Fixed { .. });
    let order = in_order(&run.plan().cases, is_shared);
    let (watches, cases): (Vec<_>, Vec<_>) = order.into_iter().partition(is_watch);
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

/// The checks that ask most often, each question after the answer to the one before.
const LONGEST: [&str; 8] = [
    "discovery/long-lists/many-tags",
    "discovery/filters/pages",
    "discovery/many-referrers/sixty",
    "discovery/filters/many",
    "api/urls/dot-segments",
    "pull/accept/weighed-types",
    "push/again/blob-by-every-way",
    "api/urls/doubled-slash",
];

/// The order in which cases are put. Heavy ones and the longest come first, so that none of them is what a
/// run waits for, wherever the registry is. In repositories that all cases share, those that want quiet
/// come last: they take turns there, and must not hold up the others.
fn in_order(cases: &[Case], is_shared: bool) -> Vec<&Case> {
    let mut order: Vec<_> = cases.iter().collect();
    order.sort_by_key(|case| {
        let waits = is_shared && case.check.wants == Wants::Quiet;
        (waits, !case.check.heavy && !is_long(case))
    });
    order
}

fn is_long(case: &Case) -> bool {
    let name = case.id.split('@').next().unwrap_or_default();
    LONGEST.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Version;
    use crate::run::Plan;
    use crate::run::Selection;
    use crate::suite::SECTIONS;

    #[test]
    fn the_longest_begin_first_and_in_shared_repositories_those_that_want_quiet_last() {
        let plan = Plan::new(SECTIONS, &Selection::default(), Version::V1_1);
        let order = in_order(&plan.cases, false);
        let begins_late = |case: &&Case| !case.check.heavy && !is_long(case);
        let first = order.iter().position(begins_late).unwrap();
        for id in LONGEST {
            let place = order.iter().position(|case| case.id == id).expect(id);
            assert!(place < first, "{id}");
        }
        let order = in_order(&plan.cases, true);
        let is_quiet = |case: &&Case| case.check.wants == Wants::Quiet;
        assert!(order.iter().skip_while(|it| !is_quiet(it)).all(is_quiet));
    }
}

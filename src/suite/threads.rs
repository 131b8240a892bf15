//! Questions that several clients put at once.
//!
//! What the threads come to is the same whichever of them is quicker, so that a check that uses
//! them gives the same verdict each time, unless the registry does not.

use std::panic::resume_unwind;
use std::sync::Barrier;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::verdict::Outcome;
use crate::verdict::Stop;

/// Does `work` with every item at once, each on a thread of its own, all of them starting together.
pub(super) fn at_once<I, T>(
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> Result<T, Stop> + Sync,
) -> Result<Vec<T>, Stop>
where
    I: Send,
    T: Send,
{
    let items: Vec<_> = items.into_iter().collect();
    let start = Barrier::new(items.len());
    let (start, work) = (&start, &work);
    std::thread::scope(|scope| {
        let spawn = |item| {
            scope.spawn(move || {
                start.wait();
                work(item)
            })
        };
        let threads: Vec<_> = items.into_iter().map(spawn).collect();
        let ends = threads.into_iter().map(|thread| match thread.join() {
            Ok(end) => end,
            Err(panic) => resume_unwind(panic),
        });
        // All of them are waited for, also where the first one failed.
        ends.collect::<Vec<_>>().into_iter().collect()
    })
}

/// How long somebody who looks while something else goes on waits before the next look.
const PAUSE: Duration = Duration::from_millis(2);

/// Does `main`, and looks meanwhile: from its beginning to its end, but no more than `looks` times.
/// `look` is told how often it looked before.
pub(super) fn meanwhile<T: Send>(
    main: impl FnOnce() -> Result<T, Stop> + Send,
    looks: usize,
    look: impl Fn(usize) -> Outcome + Sync,
) -> Result<T, Stop> {
    let (start, done) = (Barrier::new(2), AtomicBool::new(false));
    let (start, done, look) = (&start, &done, &look);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(move || -> Outcome {
            start.wait();
            for turn in 0..looks {
                look(turn)?;
                if done.load(Ordering::Acquire) {
                    break;
                }
                std::thread::sleep(PAUSE);
            }
            Ok(())
        });
        start.wait();
        let end = main();
        done.store(true, Ordering::Release);
        match watcher.join() {
            Ok(seen) => seen?,
            Err(panic) => resume_unwind(panic),
        }
        end
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn what_threads_come_to_keeps_its_order() {
        let squares = at_once(0..5, |number| Ok(number * number));
        assert_eq!(squares.unwrap(), [0, 1, 4, 9, 16]);
    }

    #[test]
    fn the_first_failure_counts_and_all_are_waited_for() {
        let ran = AtomicUsize::new(0);
        let end = at_once(0..3, |number| {
            ran.fetch_add(1, Ordering::SeqCst);
            if number == 0 {
                return Ok(());
            }
            Err(Stop::Skipped(number.to_string()))
        });
        assert_eq!(end, Err(Stop::Skipped("1".to_owned())));
        assert_eq!(ran.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn whoever_looks_ends_soon_after_the_other() {
        let looks = AtomicUsize::new(0);
        let end = meanwhile(
            || Ok(7),
            usize::MAX,
            |_| {
                looks.fetch_add(1, Ordering::SeqCst);
                Ok(())
            },
        );
        assert_eq!(end, Ok(7));
        assert!(looks.load(Ordering::SeqCst) > 0);
    }

    #[test]
    fn what_is_seen_meanwhile_counts() {
        let bad = || Stop::Skipped("seen".to_owned());
        assert_eq!(meanwhile(|| Ok(()), 1, |_| Err(bad())), Err(bad()));
    }
}

//! Requests that are to reach a server at once: each goes out but for its last byte, and that follows
//! when all are as far, or will never be.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Notify;

/// How long one who is there waits for the others. A server may lawfully hang up on who is slow.
const PATIENCE: Duration = Duration::from_millis(500);

/// A place at a meeting. Whoever has it is there when its request has gone out but for the last byte,
/// or when it is dropped, so that nobody waits for one who does not come.
#[derive(Debug, Clone)]
pub struct Seat(Arc<Presence>);

#[derive(Debug)]
struct Presence {
    meeting: Arc<Meeting>,
    is_there: AtomicBool,
}

#[derive(Debug)]
struct Meeting {
    patience: Duration,
    missing: AtomicUsize,
    complete: Notify,
}

impl Seat {
    /// The places of a meeting of so many.
    pub fn at_a_meeting_of(count: usize) -> Vec<Self> {
        Self::waiting(count, PATIENCE)
    }

    /// So too, for who waits so long.
    pub(super) fn waiting(count: usize, patience: Duration) -> Vec<Self> {
        let meeting = Arc::new(Meeting {
            patience,
            missing: AtomicUsize::new(count),
            complete: Notify::new(),
        });
        let places = (0..count).map(|_| {
            Self(Arc::new(Presence {
                meeting: Arc::clone(&meeting),
                is_there: AtomicBool::new(false),
            }))
        });
        places.collect()
    }

    /// Waits until all others are there, but not for long; at once where this was waited for before.
    pub(crate) async fn wait(&self) {
        let meeting = &self.0.meeting;
        let complete = meeting.complete.notified();
        self.0.arrive();
        if meeting.missing.load(Ordering::SeqCst) > 0 {
            // Who is late is met by nobody, which is no fault of the others.
            let _ = tokio::time::timeout(meeting.patience, complete).await;
        }
    }
}

impl Presence {
    fn arrive(&self) {
        let was_there = self.is_there.swap(true, Ordering::SeqCst);
        if !was_there && self.meeting.missing.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.meeting.complete.notify_waiters();
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.arrive();
    }
}

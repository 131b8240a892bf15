//! Writing the status of a campaign every second or so, whether anything happened or not: who watches from
//! outside sees by it that somebody is there.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use crate::fuzz::campaign::Outcome;
use crate::report::fuzz::Status;
use crate::report::write_loosely;

/// How often it is written: a hundred shards write every second, and more of them together no more often than
/// that, since they may write to one disk.
fn every(shards: u64) -> Duration {
    Duration::from_secs((shards / 100).clamp(1, 10))
}

/// The status, and who writes it, until this is dropped.
pub(super) struct Beat {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

struct Shared {
    path: PathBuf,
    now: Mutex<Now>,
    /// Told when it is over.
    over: Condvar,
    every: Duration,
}

struct Now {
    status: Status,
    /// When playing began.
    began: Option<Instant>,
    is_over: bool,
}

impl Beat {
    /// Begins to write to a file. That it cannot be written is no reason to stop: it is only for watching.
    pub(super) fn start(path: PathBuf, status: Status, shards: u64) -> Self {
        let shared = Arc::new(Shared {
            path,
            now: Mutex::new(Now {
                status,
                began: None,
                is_over: false,
            }),
            over: Condvar::new(),
            every: every(shards),
        });
        let its = Arc::clone(&shared);
        let writer = thread::Builder::new().name("status".to_owned());
        Self {
            writer: writer.spawn(move || its.write_on()).ok(),
            shared,
        }
    }

    /// Playing begins.
    pub(super) fn begin(&self) {
        let mut now = self.shared.now();
        now.began = Some(Instant::now());
        "playing".clone_into(&mut now.status.state);
    }

    /// So much was done, with this many requests.
    pub(super) fn tell(&self, outcome: &Outcome, requests: u64) {
        let mut now = self.shared.now();
        now.status.take(outcome);
        now.status.requests = requests;
    }

    /// It is over, and its results are written.
    pub(super) fn over(&self) {
        "over".clone_into(&mut self.shared.now().status.state);
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.shared.now().is_over = true;
        self.shared.over.notify_all();
        if let Some(writer) = self.writer.take() {
            // It does nothing that could panic, and nobody could be told.
            drop(writer.join());
        }
    }
}

impl Shared {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_on(&self) {
        let mut now = self.now();
        loop {
            now.status.beat += 1;
            if let Some(began) = now.began.filter(|_| now.status.state != "over") {
                let elapsed = began.elapsed().as_millis();
                now.status.elapsed_ms = u64::try_from(elapsed).unwrap_or(u64::MAX);
            }
            let (bytes, is_over) = (now.status.to_json(), now.is_over);
            drop(now);
            // The next one may be possible.
            let _ = write_loosely(&self.path, &bytes);
            if is_over {
                return;
            }
            let waited = self
                .over
                .wait_timeout_while(self.now(), self.every, |now| !now.is_over);
            now = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_shards_write_less_often() {
        for (shards, seconds) in [(1, 1), (100, 1), (300, 3), (1000, 10), (u64::MAX, 10)] {
            assert_eq!(every(shards), Duration::from_secs(seconds), "{shards}");
        }
    }
}

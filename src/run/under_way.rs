//! How many cases are being put at this moment, for whoever has to wait for their end.

use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

/// The cases under way.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    count: Mutex<usize>,
    ended: Condvar,
}

/// One case under way, as long as this lives.
pub(super) struct Begun<'u>(&'u UnderWay);

impl UnderWay {
    /// One more.
    pub(super) fn begin(&self) -> Begun<'_> {
        *self.count() += 1;
        Begun(self)
    }

    /// Waits until there is none. Those that have not begun are not waited for: who waits may be
    /// what keeps them from it.
    pub(super) fn wait(&self) {
        let mut count = self.count();
        while *count > 0 {
            let woken = self.ended.wait(count);
            count = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn count(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        *self.0.count() -= 1;
        self.0.ended.notify_all();
    }
}

//! What a layer remembers between requests.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;

/// What a layer remembers, under keys of its own choosing.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    counts: Mutex<BTreeMap<String, u64>>,
    kept: Mutex<BTreeMap<String, Bytes>>,
    moments: Mutex<BTreeMap<String, Duration>>,
}

impl Memory {
    /// How often this was asked of `key` before.
    pub(crate) fn before(&self, key: impl Into<String>) -> u64 {
        let mut counts = lock(&self.counts);
        let count = counts.entry(key.into()).or_default();
        *count += 1;
        *count - 1
    }

    /// How often [`before`](Self::before) was asked of `key`.
    pub(crate) fn count(&self, key: &str) -> u64 {
        lock(&self.counts).get(key).copied().unwrap_or_default()
    }

    /// Whether [`before`](Self::before) was ever asked of `key`.
    pub(crate) fn knows(&self, key: &str) -> bool {
        lock(&self.counts).contains_key(key)
    }

    /// Keeps bytes under `key`, in place of any that are there.
    pub(crate) fn keep(&self, key: impl Into<String>, bytes: impl Into<Bytes>) {
        lock(&self.kept).insert(key.into(), bytes.into());
    }

    /// The bytes under `key`.
    pub(crate) fn recall(&self, key: &str) -> Option<Bytes> {
        lock(&self.kept).get(key).cloned()
    }

    /// Takes the bytes under `key` away.
    pub(crate) fn forget(&self, key: &str) -> Option<Bytes> {
        lock(&self.kept).remove(key)
    }

    /// The moment that was noted under `key` first: `now`, if none was.
    pub(crate) fn since(&self, key: impl Into<String>, now: Duration) -> Duration {
        *lock(&self.moments).entry(key.into()).or_insert(now)
    }

    /// Forgets the moment under `key`.
    pub(crate) fn reset(&self, key: &str) {
        lock(&self.moments).remove(key);
    }
}

/// Locks, also after a thread panicked: the maps are whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_keeps_and_forgets() {
        let memory = Memory::default();
        assert!(!memory.knows("a"));
        assert_eq!((memory.before("a"), memory.before("a")), (0, 1));
        assert!(memory.knows("a"));
        assert_eq!((memory.count("a"), memory.count("b")), (2, 0));
        memory.keep("b", "x");
        assert_eq!(memory.forget("b"), Some(Bytes::from("x")));
        assert_eq!(memory.recall("b"), None);
    }

    #[test]
    fn the_first_moment_counts_until_it_is_reset() {
        let (memory, second) = (Memory::default(), Duration::from_secs(1));
        assert_eq!(memory.since("a", second), second);
        assert_eq!(memory.since("a", 2 * second), second);
        memory.reset("a");
        assert_eq!(memory.since("a", 3 * second), 3 * second);
    }
}

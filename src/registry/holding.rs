//! How much of the bodies of requests is in memory at once, for who looks at the registry from within
//! the process. Over a socket nobody counts.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The most repositories of which it is known; the first by name is forgotten for another one.
const MOST: usize = 4096;

/// The most bytes of one manifest that were in memory, by repository.
#[derive(Debug, Default)]
pub(crate) struct Holding(Mutex<Option<BTreeMap<String, u64>>>);

impl Holding {
    /// Counts from now on.
    pub(crate) fn count(&self) {
        self.counts().get_or_insert_default();
    }

    /// Notes that so many bytes of a manifest for this repository are in memory.
    pub(crate) fn note(&self, name: &str, bytes: usize) {
        if let Some(counts) = &mut *self.counts() {
            let most = counts.entry(name.to_owned()).or_default();
            *most = (*most).max(bytes as u64);
            if counts.len() > MOST {
                counts.pop_first();
            }
        }
    }

    /// The most since this was asked last; nothing where it is not counted.
    pub(crate) fn take(&self, name: &str) -> Option<u64> {
        let mut counts = self.counts();
        let counts = counts.as_mut()?;
        Some(counts.remove(name).unwrap_or_default())
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Option<BTreeMap<String, u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

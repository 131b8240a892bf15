//! What every handler has at hand: the settings, the store, and ids for new sessions.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use super::settings::Settings;
use super::store::MemoryStore;
use super::store::Store;

/// A registry, without a way to reach it.
#[derive(Debug)]
pub(crate) struct App {
    /// What it offers.
    pub(crate) settings: Settings,
    /// What it holds.
    pub(crate) store: Box<dyn Store>,
    /// How many sessions have been opened.
    sessions: AtomicU64,
}

impl App {
    /// A registry that holds nothing.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            store: Box::new(MemoryStore::default()),
            sessions: AtomicU64::new(0),
        }
    }

    /// An id that no session has had: 32 hexadecimal digits that look random and follow from the
    /// seed.
    pub(crate) fn new_session_id(&self) -> String {
        let count = self.sessions.fetch_add(1, Ordering::Relaxed);
        let high = mix(self.settings.seed ^ mix(count));
        // One half is a permutation of the count, so that no two ids are the same.
        let low = mix(count.wrapping_add(self.settings.seed));
        format!("{high:016x}{low:016x}")
    }
}

/// A permutation of the 64-bit numbers that scatters neighbours (the finalizer of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn session_ids_differ_and_follow_from_the_seed() {
        let ids = |seed| {
            let app = App::new(Settings {
                seed,
                ..Settings::default()
            });
            (0..1_000)
                .map(|_| app.new_session_id())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(ids(1).len(), 1_000);
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
    }
}

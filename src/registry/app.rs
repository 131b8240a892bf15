//! What every handler has at hand: the settings, the store, and ids for new sessions.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use super::answer::Answer;
use super::call::Call;
use super::clock::Clock;
use super::collect::Gate;
use super::error::Refusal;
use super::handlers;
use super::holding::Holding;
use super::route::Route;
use super::seams;
use super::seams::Applied;
use super::seams::DeskSeam;
use super::seams::DoorSeam;
use super::seams::Layer;
use super::seams::Seam;
use super::seams::Visit;
use super::settings::Settings;
#[cfg(test)]
use super::store::MemoryStore;
use super::store::Store;

/// A registry, without a way to reach it.
#[derive(Debug)]
pub(crate) struct App {
    /// What it offers.
    pub(crate) settings: Settings,
    /// What it holds.
    pub(crate) store: Arc<dyn Store>,
    /// What time it is.
    pub(crate) clock: Clock,
    /// What keeps the store's content from being collected.
    pub(crate) gate: Gate,
    /// How much of what it is sent it holds in memory.
    pub(crate) holding: Holding,
    /// What stands around the handlers, outermost first.
    layers: Vec<Layer>,
    /// What stands around the door, innermost first.
    pub(crate) doors: Vec<DoorSeam>,
    /// What stands behind where tokens are to be had, innermost first.
    pub(crate) desks: Vec<DeskSeam>,
    /// How many sessions have been opened.
    sessions: AtomicU64,
    /// How often it was started again.
    restarts: AtomicU64,
}

impl App {
    /// A registry that holds nothing, and differs at these seams.
    #[cfg(test)]
    pub(crate) fn new(settings: Settings, seams: &[Seam]) -> Self {
        Self::with(settings, seams, Arc::new(MemoryStore::default()))
    }

    /// A registry that holds what is in `store`, and differs at these seams.
    pub(crate) fn with(mut settings: Settings, seams: &[Seam], store: Arc<dyn Store>) -> Self {
        let Applied {
            store,
            layers,
            doors,
            desks,
        } = seams::apply(seams, &mut settings, store);
        Self {
            clock: Clock::new(settings.time),
            gate: Gate::default(),
            holding: Holding::default(),
            settings,
            store,
            layers,
            doors,
            desks,
            sessions: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
        }
    }

    /// Answers a request that has passed `depth` of the layers.
    pub(crate) fn pass(&self, depth: usize, route: &Route, call: &Call) -> Answer {
        if let Some(layer) = self.layers.get(depth) {
            return (layer.around)(&Visit::new(self, depth, &layer.memory, route, call));
        }
        let answer = handlers::answer(self, route, call);
        let answer = answer.and_then(|it| self.for_layers(it));
        answer.unwrap_or_else(Refusal::into_answer)
    }

    /// Counts as ended and started again. What the store holds is there still, and layers can see it.
    pub(crate) fn restart(&self) {
        self.restarts.fetch_add(1, Ordering::SeqCst);
    }

    /// How often it was started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::SeqCst)
    }

    /// Whether anything stands around the handlers.
    pub(crate) fn has_layers(&self) -> bool {
        !self.layers.is_empty()
    }

    /// An answer as layers can look into it, if there are any.
    fn for_layers(&self, answer: Answer) -> Result<Answer, Refusal> {
        if self.has_layers() {
            return Ok(answer.held()?);
        }
        Ok(answer)
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
            let settings = Settings {
                seed,
                ..Settings::default()
            };
            let app = App::new(settings, &[]);
            (0..1_000)
                .map(|_| app.new_session_id())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(ids(1).len(), 1_000);
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
    }
}

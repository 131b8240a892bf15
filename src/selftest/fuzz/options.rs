//! What a hunt is told.

use glob::Pattern;

/// What a hunt is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only the subjects whose names one of these matches; empty for all. The sound registry is
    /// `sound`.
    pub only: Vec<Pattern>,
    /// Whether defects are hunted.
    pub defects: bool,
    /// Whether variations are put to the plans.
    pub variations: bool,
    /// Whether a lawful registry is put to them in every version in which it is lawful; otherwise in
    /// one, the newest of those.
    pub all_versions: bool,
    /// How many plans a subject gets.
    pub plans: u64,
    /// What all cases follow from.
    pub seed: u64,
    /// How many subjects are hunted at once.
    pub jobs: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            only: Vec::new(),
            defects: true,
            variations: false,
            all_versions: false,
            plans: 20_000,
            seed: 1,
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }
}

impl Options {
    /// Whether a subject of this name is taken.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|pattern| pattern.matches(name))
    }
}

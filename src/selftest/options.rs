//! What a selftest is told.

use glob::Pattern;

use crate::run::Filter;
use crate::trial::content::Seed;

/// What a selftest is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only the defects and variations whose names one of these matches; empty for all.
    pub only: Vec<Pattern>,
    /// Only these checks, of which nothing is said as a whole then; empty for all.
    pub checks: Vec<Filter>,
    /// Whether defects are examined.
    pub defects: bool,
    /// Whether variations are examined.
    pub variations: bool,
    /// Whether a variation is examined in every version in which it is lawful; otherwise in one, 1.1
    /// where that is one of them.
    pub all_versions: bool,
    /// How many pairs of unrelated defects are examined.
    pub pairs: usize,
    /// Where all content comes from, and which pairs are taken.
    pub seed: Seed,
    /// How many subjects are examined at once.
    pub jobs: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            only: Vec::new(),
            checks: Vec::new(),
            defects: true,
            variations: true,
            all_versions: false,
            pairs: 24,
            seed: Seed::from(1),
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }
}

impl Options {
    /// Whether a row of this name is taken.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|pattern| pattern.matches(name))
    }

    /// Whether everything is examined, so that something may be said of the whole.
    pub(super) fn is_whole(&self) -> bool {
        self.only.is_empty() && self.checks.is_empty() && self.defects && self.variations
    }
}

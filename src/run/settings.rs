//! What a run is told: valid values only, made once from flags, environment and files.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::hash::Hasher;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::check::Expectations;
use crate::check::Feature;
use crate::http::Client;
use crate::trial::World;
use crate::trial::content::Seed;

use super::Repositories;
use super::Selection;

/// Everything that a run depends on.
#[derive(Debug)]
pub struct Settings {
    /// The registry and the terms on which it is asked.
    pub world: World,
    /// Where checks may work.
    pub repositories: Repositories,
    /// Which checks are put.
    pub selection: Selection,
    /// Features whose absence is a violation in this run.
    pub required: Vec<Feature>,
    /// Features that are not asked for: what needs one of them is skipped, and nothing that was pushed
    /// is deleted by it.
    pub without: Vec<Feature>,
    /// The lightest level that gates; `None` for none.
    pub fail_on: Option<Level>,
    /// What is expected to be wrong, and does not gate.
    pub expectations: Expectations,
    /// Where all content comes from.
    pub seed: Seed,
    /// How many checks run at once; at least one.
    pub jobs: usize,
    /// Whether checks that move more than 8 MiB are put.
    pub heavy: bool,
    /// Whether what was pushed stays.
    pub keep: bool,
    /// Whose exchanges are recorded.
    pub exchanges: Exchanges,
}

/// Whose exchanges the record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exchanges {
    /// Those of checks that did not pass.
    #[default]
    NotPassed,
    /// Those of all checks.
    All,
}

impl Settings {
    /// How many checks run at once unless told otherwise: enough to hide a network's latency.
    pub const JOBS: usize = 32;

    /// How long an effect may be delayed unless told otherwise.
    pub const SETTLE: Duration = Duration::from_secs(2);

    /// A run of everything against the registry at `origin` (`http://host:port`), in fresh
    /// repositories under `plimsoll/`, with a seed and a run id of its own.
    pub fn new(client: Client, origin: impl Into<String>) -> Self {
        Self::of(Arc::new(client), origin)
    }

    /// The same with a client that others have, too.
    pub fn of(client: Arc<Client>, origin: impl Into<String>) -> Self {
        let random = Seed::from(random_seed());
        Self {
            world: World {
                client,
                origin: origin.into(),
                spec: Version::default(),
                settle: Self::SETTLE,
                read_only: None,
                second: None,
                canary: None,
                restart: None,
                by_patch: AtomicBool::new(false),
            },
            repositories: Repositories::fresh(&random_run_id()),
            selection: Selection::default(),
            required: Vec::new(),
            without: Vec::new(),
            fail_on: Some(Level::Expected),
            expectations: Expectations::default(),
            seed: random,
            jobs: Self::JOBS,
            heavy: true,
            keep: false,
            exchanges: Exchanges::default(),
        }
    }
}

/// A number that no other run has: the operating system's, by way of the standard library's hasher.
pub fn random_seed() -> u64 {
    // Seeds are read, said and typed by people, so they are kept short.
    RandomState::new().build_hasher().finish() % 1_000_000_000
}

/// What tells this run's repositories from those of every other run.
pub fn random_run_id() -> String {
    format!("r{:09}", random_seed())
}

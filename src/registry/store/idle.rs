//! Since when nobody has used what a repository holds, as far as somebody has counted; and what a
//! collection asks of a repository.
//!
//! Time is only looked at when things are counted: what was used since the last count counts as used
//! now. So nothing is noted of a use but that there was one, and where nobody counts, nothing at all.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use crate::oci::Digest;

/// What was counted and not used since, with when it was counted first.
#[derive(Debug, Default)]
pub(super) struct Idle(Mutex<HashMap<Digest, Duration>>);

impl Idle {
    /// Notes that something is used.
    pub(super) fn touch(&self, digest: &Digest) {
        self.lock().remove(digest);
    }

    /// Counts something at `now`. Since when it has been idle.
    pub(super) fn count(&self, digest: &Digest, now: Duration) -> Duration {
        *self.lock().entry(digest.clone()).or_insert(now)
    }

    /// Whether something was counted and not used since.
    pub(super) fn is_idle(&self, digest: &Digest) -> bool {
        self.lock().contains_key(digest)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a repository holds at one moment.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// The blobs that have been idle for long enough.
    pub(crate) idle_blobs: Vec<Digest>,
    /// Every manifest.
    pub(crate) manifests: Vec<Counted>,
}

/// A manifest that was counted.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// The digests under which it is known.
    pub(crate) digests: Vec<Digest>,
    /// Whether a tag points to it.
    pub(crate) is_tagged: bool,
    /// Whether it has been idle for long enough.
    pub(crate) is_idle: bool,
}

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Taken {
    /// How many blobs or manifests.
    pub(crate) count: u64,
    /// How many bytes they have together.
    pub(crate) bytes: u64,
}

impl Taken {
    /// Adds something that has so many bytes.
    pub(super) fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes += bytes;
    }
}

impl AddAssign for Taken {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
    }
}

//! What all trials of a run share.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::canary::Canary;
use crate::catalogue::Version;
use crate::http::Client;
use crate::oci::RepositoryName;

use super::Given;
use super::Restart;

/// Another account at the same registry.
#[derive(Debug, Clone)]
pub struct Second {
    /// Its way to the registry.
    pub client: Arc<Client>,
    /// Under which name it may push.
    pub namespace: RepositoryName,
}

/// The registry under test and the terms on which a run asks it.
#[derive(Debug)]
pub struct World {
    /// The way to the registry.
    pub client: Arc<Client>,
    /// The registry's address, without a path and without a trailing slash: `https://host:port`.
    pub origin: String,
    /// The version of the specification under test.
    pub spec: Version,
    /// How long an effect may be delayed.
    pub settle: Duration,
    /// In a read-only run, what the registry holds already; nothing is pushed then.
    pub read_only: Option<Given>,
    /// Another account, which may not see what the first one has.
    pub second: Option<Second>,
    /// A listener of ours that the registry can call.
    pub canary: Option<Canary>,
    /// How the registry can be made to end at once and to start again.
    pub restart: Option<Restart>,
    /// Whether preparations push a blob by a PATCH before the closing PUT, as this registry takes
    /// none in the PUT itself. The probe for pushing finds it out before anything is prepared.
    pub by_patch: AtomicBool,
}

//! What one passage through a transport brought back.

use bytes::Bytes;

use super::Failure;
use super::Protocol;
use super::Response;

/// An answer or a failure, with what only the raw transport can tell.
#[derive(Debug)]
pub(crate) struct Trip {
    /// What came back.
    pub(crate) outcome: Result<Response, Failure>,
    /// Which HTTP the answer was in, once its head had come over a network.
    pub(crate) protocol: Option<Protocol>,
    /// The bytes that were sent, where they are known.
    pub(crate) wire: Option<Bytes>,
    /// How many bytes were seen after the end of the answer, where none should be.
    pub(crate) trailing: usize,
    /// Whether it went out on a connection that had been used before and that ended before
    /// anything of an answer came. A server may close such a connection at any time (RFC 9112,
    /// section 9.3.1; RFC 9113, section 6.8), so that this says nothing of what it does with the request.
    pub(crate) stale: bool,
}

impl Trip {
    /// A passage whose bytes nobody saw.
    pub(crate) fn of(outcome: Result<Response, Failure>) -> Self {
        Self {
            outcome,
            protocol: None,
            wire: None,
            trailing: 0,
            stale: false,
        }
    }

    /// A passage that failed before anything was written.
    pub(crate) fn failed(failure: Failure) -> Self {
        Self::of(Err(failure))
    }
}

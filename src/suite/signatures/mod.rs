//! What people attach to images: signatures, SBOMs and attestations, from the push to the verification.
//!
//! The registry only has to keep and to find it. Whether it did is seen by verifying what comes back, as
//! the tools do that people use.

mod attach;
pub(super) mod copies;
pub(super) mod deletes;
pub(super) mod referrers;
pub(super) mod tags;

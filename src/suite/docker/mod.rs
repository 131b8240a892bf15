//! Docker's older protocol, from which the distribution specification came: what its clients count on
//! besides.
//!
//! These checks are put to a registry only if somebody asks for them (`--profile docker`).

pub(super) mod base;
pub(super) mod catalog;
pub(super) mod errors;
mod images;
pub(super) mod manifests;
pub(super) mod schema_1;
pub(super) mod uploads;

use crate::trial::Answer;

/// The header with a digest.
const DIGEST: &str = "docker-content-digest";

/// Whether the answer names this digest where Docker's clients look; a blob that comes from another
/// host need not.
fn names_digest(answer: &Answer<'_>, digest: &str) -> bool {
    match answer.header_on_any_hop(DIGEST) {
        Some(named) => named == digest,
        None => answer.is_from_elsewhere(),
    }
}

//! The committed records, for the tests of every format.

use crate::run::Record;

use super::json;

/// A sound registry that lacks a few features.
pub(super) const PASSING: &[u8] = include_bytes!("../../fixtures/records/passing.json");
/// Failures of every level, and every other way in which a check can end.
pub(super) const FAILING: &[u8] = include_bytes!("../../fixtures/records/failing.json");
/// What a hostile registry puts wherever it can.
pub(super) const HOSTILE: &[u8] = include_bytes!("../../fixtures/records/hostile.json");

pub(super) const ALL: [&[u8]; 3] = [PASSING, FAILING, HOSTILE];

pub(super) fn record(bytes: &[u8]) -> Record {
    json::read(bytes).expect("the committed records can be read")
}

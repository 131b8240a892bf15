//! Defects that only a sequence of requests, a race or an odd byte shows, and that a suite of checks
//! would hardly meet: what the fuzzer is measured by. One theme, one file.
//!
//! Each is sound until what its title says has happened, and what it remembers belongs to one
//! repository, so that the cases of a campaign do not meet in it.

mod bytes;
pub(super) mod canary;
mod chunks;
mod deletes;
mod growth;
mod isolation;
mod manifests;
mod notes;
mod policy;
mod races;
mod referrers;
mod sessions;
mod tags;

use super::Defect;
use super::Source;

/// The files of the table.
pub(super) static THEMES: &[&[Defect]] = &[
    chunks::DEFECTS,
    sessions::DEFECTS,
    deletes::DEFECTS,
    manifests::DEFECTS,
    tags::DEFECTS,
    referrers::DEFECTS,
    isolation::DEFECTS,
    races::DEFECTS,
    bytes::DEFECTS,
    policy::DEFECTS,
    growth::DEFECTS,
    canary::DEFECTS,
];

//! The suite: one folder per workflow, one file per heading of the specification.
//!
//! It knows what the specification asks and how to ask a registry for it. It does not know any
//! registry: not how the reference registry works inside, and not what real ones are known to do.

mod api;
mod pull;

use crate::check::Section;

/// Every section, in the order in which they are reported.
pub static SECTIONS: &[&Section] = &[
    &api::support::SECTION,
    &api::names::SECTION,
    &api::tags::SECTION,
    &pull::manifests::SECTION,
    &pull::blobs::SECTION,
    &pull::ranges::SECTION,
    &pull::existence::SECTION,
];

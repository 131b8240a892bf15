//! The suite: one folder per workflow, one file per heading of the specification.
//!
//! It knows what the specification asks and how to ask a registry for it. It does not know any
//! registry: not how the reference registry works inside, and not what real ones are known to do.

mod answers;
mod api;
mod discovery;
mod everywhere;
mod management;
mod pull;
mod push;
mod roll_up;
mod untestable;

pub use roll_up::Offer;
pub use roll_up::ROLL_UPS;
pub use roll_up::RollUp;
pub use roll_up::Sum;
pub use roll_up::roll_up;
pub use untestable::UNTESTABLE;
pub use untestable::Untestable;
pub use untestable::untestable;
mod threads;
mod way;

use crate::check::Section;

/// Every section, in the order in which they are reported.
pub static SECTIONS: &[&Section] = &[
    &api::support::SECTION,
    &api::names::SECTION,
    &api::tags::SECTION,
    &api::errors::SECTION,
    &api::malformed::SECTION,
    &pull::manifests::SECTION,
    &pull::blobs::SECTION,
    &pull::ranges::SECTION,
    &pull::existence::SECTION,
    &push::blobs::SECTION,
    &push::post_then_put::SECTION,
    &push::single_post::SECTION,
    &push::chunked::SECTION,
    &push::chunk_order::SECTION,
    &push::side_by_side::SECTION,
    &push::status::SECTION,
    &push::cancel::SECTION,
    &push::algorithms::SECTION,
    &push::mount::SECTION,
    &push::ways::SECTION,
    &push::manifests::SECTION,
    &push::manifest_bytes::SECTION,
    &push::manifest_refusals::SECTION,
    &push::refused::SECTION,
    &push::again::SECTION,
    &push::at_once::SECTION,
    &push::references::SECTION,
    &push::subject::SECTION,
    &push::image::SECTION,
    &push::odd_images::SECTION,
    &discovery::tags::SECTION,
    &discovery::pages::SECTION,
    &discovery::long_lists::SECTION,
    &discovery::referrers::SECTION,
    &discovery::filters::SECTION,
    &discovery::relations::SECTION,
    &discovery::at_once::SECTION,
    &discovery::fallback::SECTION,
    &management::tags::SECTION,
    &management::manifests::SECTION,
    &management::blobs::SECTION,
    &management::gone::SECTION,
    &management::again::SECTION,
    &answers::errors::SECTION,
    &answers::rate_limit::SECTION,
    &answers::warnings::SECTION,
    &answers::content::SECTION,
];

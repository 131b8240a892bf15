//! The suite: one folder per workflow, one file per heading of the specification.
//!
//! It knows what the specification asks and how to ask a registry for it. It does not know any
//! registry: not how the reference registry works inside, and not what real ones are known to do.

mod answers;
mod api;
mod auth;
mod concurrency;
mod discovery;
mod docker;
mod durability;
pub mod editions;
mod everywhere;
mod management;
mod pull;
mod push;
mod roll_up;
mod security;
mod signatures;
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

use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::check::Section;
use crate::http::Failure;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::verdict::Stop;

/// Every section, in the order in which they are reported.
pub static SECTIONS: &[&Section] = &[
    &api::support::SECTION,
    &api::names::SECTION,
    &api::tags::SECTION,
    &api::errors::SECTION,
    &api::malformed::SECTION,
    &api::urls::SECTION,
    &api::encoded_urls::SECTION,
    &api::proxy::SECTION,
    &api::extensions::SECTION,
    &pull::manifests::SECTION,
    &pull::types::SECTION,
    &pull::accept::SECTION,
    &pull::conditions::SECTION,
    &pull::encodings::SECTION,
    &pull::blobs::SECTION,
    &pull::ranges::SECTION,
    &pull::existence::SECTION,
    &pull::head_like_get::SECTION,
    &pull::absent::SECTION,
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
    &push::manifest_forms::SECTION,
    &push::manifest_refusals::SECTION,
    &push::refused::SECTION,
    &push::again::SECTION,
    &push::at_once::SECTION,
    &push::tag_parameters::SECTION,
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
    &discovery::odd_referrers::SECTION,
    &discovery::many_referrers::SECTION,
    &discovery::at_once::SECTION,
    &discovery::fallback::SECTION,
    &management::deletes::SECTION,
    &management::tags::SECTION,
    &management::manifests::SECTION,
    &management::blobs::SECTION,
    &management::gone::SECTION,
    &management::kept::SECTION,
    &management::again::SECTION,
    &management::twice::SECTION,
    &answers::errors::SECTION,
    &answers::rate_limit::SECTION,
    &answers::warnings::SECTION,
    &answers::content::SECTION,
    &auth::challenges::SECTION,
    &auth::logins::SECTION,
    &auth::tokens::SECTION,
    &auth::mounts::SECTION,
    // Security.
    &security::tokens::SECTION,
    &security::forged_tokens::SECTION,
    &security::anonymous::SECTION,
    &security::detours::SECTION,
    &security::accounts::SECTION,
    &security::mounts::SECTION,
    &security::repositories::SECTION,
    &security::deletes::SECTION,
    &security::sessions::SECTION,
    &security::traversal::SECTION,
    &security::documents::SECTION,
    &security::headers::SECTION,
    &security::errors::SECTION,
    &security::bounds::SECTION,
    &security::canary::SECTION,
    // Signatures.
    &signatures::referrers::SECTION,
    &signatures::tags::SECTION,
    &signatures::copies::SECTION,
    &signatures::deletes::SECTION,
    // Concurrency.
    &concurrency::uploads::SECTION,
    &concurrency::tags::SECTION,
    &concurrency::deletes::SECTION,
    &concurrency::mounts::SECTION,
    &concurrency::referrers::SECTION,
    &concurrency::storm::SECTION,
    // Durability.
    &durability::content::SECTION,
    &durability::deletes::SECTION,
    &durability::sessions::SECTION,
    &durability::interrupted::SECTION,
    // Docker.
    &docker::base::SECTION,
    &docker::manifests::SECTION,
    &docker::schema_1::SECTION,
    &docker::uploads::SECTION,
    &docker::catalog::SECTION,
    &docker::errors::SECTION,
];

/// Puts a question that a registry may refuse, but neither with a server error nor by hanging up.
/// `None` if it hung up, and the version under test does not mind enough to end the check.
fn refusable<'t>(trial: &Trial<'_>, asking: Asking<'t>) -> Result<Option<Answer<'t>>, Stop> {
    match asking.attempt() {
        Ok(answer) => {
            answer.proves(&CLIENT_MISTAKE_REFUSED).no_server_error()?;
            Ok(Some(answer))
        }
        Err(cut @ (Failure::ConnectionLost { .. } | Failure::Malformed { .. })) => {
            let expected = "any status below 500";
            trial.judge(&CLIENT_MISTAKE_REFUSED, false, expected, cut.to_string())?;
            Ok(None)
        }
        Err(trouble) => Err(Stop::Trouble(trouble)),
    }
}

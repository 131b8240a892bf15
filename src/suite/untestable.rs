//! Requirements that nobody can test who only sends requests, and what it would take.
//!
//! A row stands either here or in `covers` of a check, never in both; a test says so.

use crate::catalogue::Requirement;
use crate::catalogue::cancel::ABANDONED_UPLOAD_EXPIRED;
use crate::catalogue::manifest_push::MANIFEST_SIZE_LIMITED;
use crate::catalogue::proxy::NAMESPACE_UPSTREAM_ALLOWED;
use crate::catalogue::referrers::SEVERAL_FILTERS_NAMED;
use crate::catalogue::referrers_upgrade::FALLBACK_REFERRERS_LISTED;
use crate::catalogue::referrers_upgrade::OLD_REFERRER_LISTING_ALLOWED;
use crate::catalogue::tokens::EXPIRED_TOKEN_REFUSED;

/// A requirement that cannot be tested from outside.
#[derive(Debug)]
pub struct Untestable {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// Why not, and what help from outside would make it testable; a clause without a full stop.
    pub reason: &'static str,
}

/// Every such requirement, in the order of the catalogue.
pub static UNTESTABLE: &[Untestable] = &[
    Untestable {
        requirement: &ABANDONED_UPLOAD_EXPIRED,
        reason: "the specification gives uploads no time after which they expire, and no answer \
                 tells it; a registry set to expire them within seconds, and a flag that says \
                 after how many, would make it testable",
    },
    Untestable {
        requirement: &MANIFEST_SIZE_LIMITED,
        reason: "a limit may lie above the length of any manifest that is sent; a flag that says \
                 where it lies would make it testable",
    },
    Untestable {
        requirement: &SEVERAL_FILTERS_NAMED,
        reason: "artifactType is the only filter that there is, so no answer can name several; a \
                 second filter in the specification would make it testable",
    },
    Untestable {
        requirement: &FALLBACK_REFERRERS_LISTED,
        reason: "a registry that lists referrers lists them from the push on, so none is older \
                 than that; a command that switches the referrers API on over data that was \
                 pushed without it would make it testable",
    },
    Untestable {
        requirement: &OLD_REFERRER_LISTING_ALLOWED,
        reason: "a registry that lists referrers lists them from the push on, so none is older \
                 than that; a command that switches the referrers API on over data that was \
                 pushed without it would make it testable",
    },
    Untestable {
        requirement: &NAMESPACE_UPSTREAM_ALLOWED,
        reason: "only the upstream registries see which of them is asked; a proxy that is set to \
                 two upstreams with different content, and a flag that names them, would make it \
                 testable",
    },
    Untestable {
        requirement: &EXPIRED_TOKEN_REFUSED,
        reason: "a token may be taken for some minutes after its end, since clocks differ (RFC 7519, \
                 section 4.1.4), and nobody waits for so long; a flag that says how much later a \
                 token is refused would make it testable",
    },
];

/// Why this requirement cannot be tested from outside, or `None` if it can.
pub fn untestable(requirement: &Requirement) -> Option<&'static str> {
    UNTESTABLE
        .iter()
        .find(|row| row.requirement == requirement)
        .map(|row| row.reason)
}

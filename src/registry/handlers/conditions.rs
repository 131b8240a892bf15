//! Conditions of a request on what there is already (RFC 9110, section 13.1). Entity tags are digests
//! in quotes, and hold no comma.

use http::header::IF_MATCH;
use http::header::IF_NONE_MATCH;

use super::super::answer::entity_tag;
use super::super::call::Call;
use crate::oci::Digest;

/// What has to hold of what there is for a write to be done.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    matches: Option<String>,
    matches_none: Option<String>,
}

impl Conditions {
    /// Those of a request.
    pub(super) fn of(call: &Call) -> Self {
        Self {
            matches: call.header(&IF_MATCH),
            matches_none: call.header(&IF_NONE_MATCH),
        }
    }

    /// Whether they hold where there is content with this digest, or none.
    pub(super) fn hold(&self, digest: Option<&Digest>) -> bool {
        // `If-Match` compares strongly: a weak tag matches nothing (section 13.1.1).
        let names = |tags: &String| digest.is_some_and(|it| is_named(tags, it));
        let names_weakly = |tags: &String| digest.is_some_and(|it| is_named_weakly(tags, it));
        self.matches.as_ref().is_none_or(names)
            && !self.matches_none.as_ref().is_some_and(names_weakly)
    }
}

/// Whether the client has the content with this digest already (section 13.1.2).
pub(super) fn is_fresh(call: &Call, digest: &Digest) -> bool {
    let tags = call.header(&IF_NONE_MATCH);
    tags.is_some_and(|tags| is_named_weakly(&tags, digest))
}

fn is_named(tags: &str, digest: &Digest) -> bool {
    let own = entity_tag(digest);
    let mut tags = tags.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag == own)
}

fn is_named_weakly(tags: &str, digest: &Digest) -> bool {
    let own = entity_tag(digest);
    let mut tags = tags.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == own)
}

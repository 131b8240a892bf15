//! BC: what clients write where a registry has no referrers.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Fallback data of clients.
pub static AREA: Area = Area {
    alias: "BC",
    title: "Fallback data of clients",
    rows: &[&FALLBACK_TAG_ACCEPTED, &STALE_MANIFEST_PUT_REFUSED],
};

/// Tags made of a digest.
pub static FALLBACK_TAG_ACCEPTED: Requirement = Requirement {
    id: "fallback-tag-accepted",
    alias: "BC-01",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("referrers-tag-schema"),
    sentence: "An index under a tag made of a digest (sha256- or sha512-, then 64 hex digits) can \
               be pushed, pulled, overwritten and, where tags can be deleted, deleted.",
};

/// Writes under a condition.
pub static STALE_MANIFEST_PUT_REFUSED: Requirement = Requirement {
    id: "stale-manifest-put-refused",
    alias: "BC-02",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("referrers-tag-schema"),
    sentence: "A registry may send an ETag with manifests and heed If-Match; then a PUT whose \
               If-Match does not match answers 412.",
};

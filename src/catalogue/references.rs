//! TAG: what a manifest can be called: a tag or a digest.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Tags and references.
pub static AREA: Area = Area {
    alias: "TAG",
    title: "Tags and references",
    rows: &[
        &TAG_ACCEPTED,
        &MALFORMED_TAG_REFUSED,
        &MALFORMED_MANIFEST_DIGEST_REFUSED,
    ],
};

/// Every tag of the grammar.
pub static TAG_ACCEPTED: Requirement = Requirement {
    id: "tag-accepted",
    alias: "TAG-01",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A tag of up to 128 letters, digits, underscores, dots and hyphens that does not \
               begin with a dot or a hyphen can be pushed and pulled.",
};

/// References that are neither tag nor digest.
pub static MALFORMED_TAG_REFUSED: Requirement = Requirement {
    id: "malformed-tag-refused",
    alias: "TAG-02",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A PUT of a manifest under a reference that is neither a tag nor a digest answers \
               4xx, and the tag list does not name it afterwards.",
};

/// Malformed digests in place of a reference.
pub static MALFORMED_MANIFEST_DIGEST_REFUSED: Requirement = Requirement {
    id: "malformed-manifest-digest-refused",
    alias: "TAG-03",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A malformed digest in a manifest's path is not taken for a tag: GET and HEAD answer \
               400 or 404, and PUT answers 4xx.",
};

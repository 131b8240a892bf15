//! CAT: the categories of the API as a whole.
//!
//! These rows sum up other areas; no single exchange shows them.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Categories of the API.
pub static AREA: Area = Area {
    alias: "CAT",
    title: "Categories of the API",
    rows: &[
        &PULL_CATEGORY_IMPLEMENTED,
        &OTHER_CATEGORIES_IMPLEMENTED,
        &CLAIMED_CATEGORIES_IMPLEMENTED,
    ],
};

/// Pull, the category that every registry has.
pub static PULL_CATEGORY_IMPLEMENTED: Requirement = Requirement {
    id: "pull-category-implemented",
    alias: "CAT-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("requirements"),
    sentence: "Everything that pulling needs works: no MUST of pulling manifests, pulling blobs \
               and checking existence is broken.",
};

/// Push, Discovery and Management.
pub static OTHER_CATEGORIES_IMPLEMENTED: Requirement = Requirement {
    id: "other-categories-implemented",
    alias: "CAT-02",
    asked: Asked::always(Keyword::Should),
    heading: Heading::distribution("requirements"),
    sentence: "The registry offers Push, Discovery and Management besides Pull.",
};

/// Categories that a vendor claims.
pub static CLAIMED_CATEGORIES_IMPLEMENTED: Requirement = Requirement {
    id: "claimed-categories-implemented",
    alias: "CAT-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("requirements"),
    sentence: "Where the vendor claims a category, the registry implements all that the category \
               requires, and none of it is unsupported.",
};

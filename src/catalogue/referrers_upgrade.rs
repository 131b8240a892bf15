//! UPG: what becomes of older data once a registry supports referrers.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Enable referrers.
pub static AREA: Area = Area {
    alias: "UPG",
    title: "Enable referrers",
    rows: &[
        &FALLBACK_REFERRERS_LISTED,
        &OLD_REFERRER_LISTING_ALLOWED,
        &NEW_REFERRER_LISTED,
    ],
};

/// Referrers known from a fallback tag.
pub static FALLBACK_REFERRERS_LISTED: Requirement = Requirement {
    id: "fallback-referrers-listed",
    alias: "UPG-01",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("enabling-the-referrers-api"),
    sentence: "Once a registry supports referrers, their list includes the manifests that the \
               index under an existing fallback tag lists.",
};

/// Referrers known from nowhere.
pub static OLD_REFERRER_LISTING_ALLOWED: Requirement = Requirement {
    id: "old-referrer-listing-allowed",
    alias: "UPG-02",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("enabling-the-referrers-api"),
    sentence: "Once a registry supports referrers, their list may include every older manifest \
               with a subject.",
};

/// Referrers that are pushed from then on.
pub static NEW_REFERRER_LISTED: Requirement = Requirement {
    id: "new-referrer-listed",
    alias: "UPG-03",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("enabling-the-referrers-api"),
    sentence: "Once a registry supports referrers, their list includes every newly pushed manifest \
               with a valid subject.",
};

//! SPOST: pushing a blob by a single POST, which a registry may turn into POST then PUT.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Push a blob by a single POST.
pub static AREA: Area = Area {
    alias: "SPOST",
    title: "Push a blob by a single POST",
    rows: &[
        &SINGLE_POST_ANSWERED,
        &SINGLE_POST_FALLBACK_OFFERED,
        &SINGLE_POST_ACCEPTED,
        &SINGLE_POST_LOCATION_SENT,
        &SINGLE_POST_LOCATION_PULLED,
        &MISMATCHED_SINGLE_POST_REFUSED,
        &UNFINISHED_SINGLE_POST_UNKNOWN,
    ],
};

/// Support, or none.
pub static SINGLE_POST_ANSWERED: Requirement = Requirement {
    id: "single-post-answered",
    alias: "SPOST-01",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("single-post"),
    sentence: "A registry may take a blob from a single POST with its digest and bytes: 201 says \
               that it did, 202 that the upload goes on in a session.",
};

/// The way out where there is no support.
pub static SINGLE_POST_FALLBACK_OFFERED: Requirement = Requirement {
    id: "single-post-fallback-offered",
    alias: "SPOST-02",
    asked: Asked::always(Keyword::Should),
    heading: Heading::distribution("single-post"),
    sentence: "A POST with digest and bytes, where it is not supported, answers 202 with the \
               Location of a session in which a PUT completes the upload.",
};

/// A single POST that is taken.
pub static SINGLE_POST_ACCEPTED: Requirement = Requirement {
    id: "single-post-accepted",
    alias: "SPOST-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("single-post"),
    sentence: "A single POST that stores the blob answers 201.",
};

/// Where the blob is.
pub static SINGLE_POST_LOCATION_SENT: Requirement = Requirement {
    id: "single-post-location-sent",
    alias: "SPOST-04",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("single-post"),
    sentence: "The 201 to a single POST carries a Location.",
};

/// What that Location leads to.
pub static SINGLE_POST_LOCATION_PULLED: Requirement = Requirement {
    id: "single-post-location-pulled",
    alias: "SPOST-05",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("single-post"),
    sentence: "A GET on the Location that the 201 to a single POST gave answers 200 with the blob.",
};

/// A single POST that names another digest.
pub static MISMATCHED_SINGLE_POST_REFUSED: Requirement = Requirement {
    id: "mismatched-single-post-refused",
    alias: "SPOST-06",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Declared),
        Some(Keyword::Should),
    ),
    heading: Heading::distribution("single-post"),
    sentence: "Where a single POST is supported, one whose bytes do not hash to the digest given \
               answers 400.",
};

/// The blob after a 202.
pub static UNFINISHED_SINGLE_POST_UNKNOWN: Requirement = Requirement {
    id: "unfinished-single-post-unknown",
    alias: "SPOST-07",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("single-post"),
    sentence: "A single POST that was answered 202 has stored nothing: a GET on the blob answers \
               404 until the PUT.",
};

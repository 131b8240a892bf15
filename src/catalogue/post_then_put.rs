//! MONO: pushing a blob in one piece, by POST then PUT.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Push a blob by POST then PUT.
pub static AREA: Area = Area {
    alias: "MONO",
    title: "Push a blob by POST then PUT",
    rows: &[
        &UPLOAD_POST_ACCEPTED,
        &UPLOAD_LOCATION_SENT,
        &UPLOAD_LOCATION_UNIQUE,
        &UPLOAD_LOCATION_FORM_ALLOWED,
        &UPLOAD_LOCATION_QUERY_ALLOWED,
        &UPLOAD_PUT_ACCEPTED,
        &UPLOADED_BLOB_LOCATION_SENT,
        &UPLOADED_BLOB_LOCATION_PULLED,
        &CONCURRENT_UPLOADS_ISOLATED,
        &UPLOAD_PUT_WITHOUT_DIGEST_REFUSED,
        &MISMATCHED_UPLOAD_REFUSED,
        &TRUNCATED_UPLOAD_REFUSED,
    ],
};

/// Opening a session.
pub static UPLOAD_POST_ACCEPTED: Requirement = Requirement {
    id: "upload-post-accepted",
    alias: "MONO-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("post-then-put"),
    sentence: "A POST to a repository's uploads opens a session and answers 202.",
};

/// Where the session is.
pub static UPLOAD_LOCATION_SENT: Requirement = Requirement {
    id: "upload-location-sent",
    alias: "MONO-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("post-then-put"),
    sentence: "The 202 that opens an upload session carries a Location that is a valid URL, \
               relative or absolute.",
};

/// One Location for each session.
pub static UPLOAD_LOCATION_UNIQUE: Requirement = Requirement {
    id: "upload-location-unique",
    alias: "MONO-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("post-then-put"),
    sentence: "Every upload session has a Location of its own, in whatever form the registry \
               likes.",
};

/// Relative, absolute and foreign Locations.
pub static UPLOAD_LOCATION_FORM_ALLOWED: Requirement = Requirement {
    id: "upload-location-form-allowed",
    alias: "MONO-04",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("post-then-put"),
    sentence: "The Location of an upload session may be relative, absolute or on another host, and \
               works once resolved against the URL of the request.",
};

/// Locations with a query.
pub static UPLOAD_LOCATION_QUERY_ALLOWED: Requirement = Requirement {
    id: "upload-location-query-allowed",
    alias: "MONO-05",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("post-then-put"),
    sentence: "The Location of an upload session may have a query, and works with the digest \
               appended to it.",
};

/// The PUT that completes the upload.
pub static UPLOAD_PUT_ACCEPTED: Requirement = Requirement {
    id: "upload-put-accepted",
    alias: "MONO-06",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("post-then-put"),
    sentence: "A PUT of a blob's bytes to an upload session, with their digest, answers 201.",
};

/// Where the blob is.
pub static UPLOADED_BLOB_LOCATION_SENT: Requirement = Requirement {
    id: "uploaded-blob-location-sent",
    alias: "MONO-07",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("post-then-put"),
    sentence: "The 201 to the PUT of a blob carries a Location.",
};

/// What that Location leads to.
pub static UPLOADED_BLOB_LOCATION_PULLED: Requirement = Requirement {
    id: "uploaded-blob-location-pulled",
    alias: "MONO-08",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("post-then-put"),
    sentence: "A GET on the Location of an uploaded blob answers 200 with exactly the bytes \
               uploaded.",
};

/// Sessions side by side.
pub static CONCURRENT_UPLOADS_ISOLATED: Requirement = Requirement {
    id: "concurrent-uploads-isolated",
    alias: "MONO-09",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("post-then-put"),
    sentence: "Upload sessions that are open at the same time in one repository do not disturb one \
               another: each stores its own bytes.",
};

/// A PUT that names no digest.
pub static UPLOAD_PUT_WITHOUT_DIGEST_REFUSED: Requirement = Requirement {
    id: "upload-put-without-digest-refused",
    alias: "MONO-10",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "A PUT to an upload session without a digest answers 400.",
};

/// A PUT that names another digest.
pub static MISMATCHED_UPLOAD_REFUSED: Requirement = Requirement {
    id: "mismatched-upload-refused",
    alias: "MONO-11",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Declared),
        Some(Keyword::Should),
    ),
    heading: Heading::distribution("endpoints"),
    sentence: "A PUT of a blob whose bytes do not hash to the digest given answers 400.",
};

/// A PUT that breaks off.
pub static TRUNCATED_UPLOAD_REFUSED: Requirement = Requirement {
    id: "truncated-upload-refused",
    alias: "MONO-12",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A PUT of a blob whose body is shorter than its Content-Length stores nothing and is \
               not answered as if it did.",
};

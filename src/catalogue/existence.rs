//! HEAD: asking whether content is there without pulling it.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Check existence.
pub static AREA: Area = Area {
    alias: "HEAD",
    title: "Check existence",
    rows: &[
        &BLOB_EXISTENCE_CONFIRMED,
        &MANIFEST_EXISTENCE_CONFIRMED,
        &EXISTENCE_DIGEST_HEADER_SENT,
        &EXISTENCE_LENGTH_SENT,
        &ABSENT_BLOB_EXISTENCE_DENIED,
        &ABSENT_MANIFEST_EXISTENCE_DENIED,
        &HEAD_BODY_OMITTED,
    ],
};

/// A HEAD on a blob that is there.
pub static BLOB_EXISTENCE_CONFIRMED: Requirement = Requirement {
    id: "blob-existence-confirmed",
    alias: "HEAD-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "A HEAD on a blob that the repository holds answers 200.",
};

/// A HEAD on a manifest that is there.
pub static MANIFEST_EXISTENCE_CONFIRMED: Requirement = Requirement {
    id: "manifest-existence-confirmed",
    alias: "HEAD-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "A HEAD on a manifest that the repository holds answers 200, by tag as well as by \
               digest.",
};

/// The digest header on a HEAD.
pub static EXISTENCE_DIGEST_HEADER_SENT: Requirement = Requirement {
    id: "existence-digest-header-sent",
    alias: "HEAD-03",
    asked: Asked::each(
        Some(Keyword::Should),
        Some(Keyword::Should),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "The 200 to a HEAD on a manifest or blob carries its digest in \
               Docker-Content-Digest. After a redirect any hop may carry it, and none need if \
               another host serves the blob.",
};

/// The length on a HEAD.
pub static EXISTENCE_LENGTH_SENT: Requirement = Requirement {
    id: "existence-length-sent",
    alias: "HEAD-04",
    asked: Asked::each(None, Some(Keyword::Should), Some(Keyword::Must)),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "The 200 to a HEAD on a manifest or blob carries its size in Content-Length.",
};

/// A HEAD on a blob that is not there.
pub static ABSENT_BLOB_EXISTENCE_DENIED: Requirement = Requirement {
    id: "absent-blob-existence-denied",
    alias: "HEAD-05",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "A HEAD on a blob that the repository does not hold answers 404.",
};

/// A HEAD on a manifest that is not there.
pub static ABSENT_MANIFEST_EXISTENCE_DENIED: Requirement = Requirement {
    id: "absent-manifest-existence-denied",
    alias: "HEAD-06",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "A HEAD on a manifest by a tag or digest that the repository does not hold answers \
               404.",
};

/// HEAD as GET without the body.
pub static HEAD_BODY_OMITTED: Requirement = Requirement {
    id: "head-body-omitted",
    alias: "HEAD-07",
    asked: Asked::always(Keyword::Rfc),
    heading: Heading::distribution("checking-if-content-exists-in-the-registry"),
    sentence: "The answer to a HEAD has no body, and its Content-Type, Content-Length and \
               Docker-Content-Digest, as far as it has them, agree with those of a GET.",
};

//! BGET: pulling blobs.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Pull blobs.
pub static AREA: Area = Area {
    alias: "BGET",
    title: "Pull blobs",
    rows: &[
        &BLOB_FOUND,
        &BLOB_DIGEST_HEADER_SENT,
        &BLOB_DIGEST_HEADER_MATCHED,
        &ABSENT_BLOB_UNKNOWN,
        &OTHER_REPOSITORY_BLOB_UNKNOWN,
        &MALFORMED_BLOB_DIGEST_REFUSED,
    ],
};

/// A GET on a blob that is there.
pub static BLOB_FOUND: Requirement = Requirement {
    id: "blob-found",
    alias: "BGET-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A GET on a blob that the repository holds answers 200 with exactly its bytes.",
};

/// The digest header on a pulled blob.
pub static BLOB_DIGEST_HEADER_SENT: Requirement = Requirement {
    id: "blob-digest-header-sent",
    alias: "BGET-02",
    asked: Asked::each(
        Some(Keyword::Should),
        Some(Keyword::Should),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "The 200 to a GET on a blob carries Docker-Content-Digest. After a redirect any hop \
               may carry it, and none need if another host serves the blob.",
};

/// What that header says.
pub static BLOB_DIGEST_HEADER_MATCHED: Requirement = Requirement {
    id: "blob-digest-header-matched",
    alias: "BGET-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A Docker-Content-Digest on a pulled blob is a digest of the bytes in the body.",
};

/// A GET on a blob that is not there.
pub static ABSENT_BLOB_UNKNOWN: Requirement = Requirement {
    id: "absent-blob-unknown",
    alias: "BGET-04",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A GET on a blob that the repository does not hold answers 404.",
};

/// A blob that is somewhere else.
pub static OTHER_REPOSITORY_BLOB_UNKNOWN: Requirement = Requirement {
    id: "other-repository-blob-unknown",
    alias: "BGET-05",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A GET or HEAD on a blob that only another repository holds answers 404 to a client \
               that may read both.",
};

/// A GET by something that is no digest.
pub static MALFORMED_BLOB_DIGEST_REFUSED: Requirement = Requirement {
    id: "malformed-blob-digest-refused",
    alias: "BGET-06",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "A GET on a blob by a malformed digest answers 400 or 404.",
};

//! BGET: pulling blobs.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Pulling blobs.
pub static AREA: Area = Area {
    alias: "BGET",
    title: "Pull blobs",
    rows: &[&BLOB_FOUND, &BLOB_DIGEST_HEADER_SENT],
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
    sentence: "The 200 to a GET on a blob carries Docker-Content-Digest.",
};

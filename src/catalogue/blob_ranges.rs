//! RNG: pulling parts of blobs, as RFC 9110, section 14, says.
//!
//! A registry may do without ranges; the rows taken from the RFC bind those that serve them.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Blob ranges.
pub static AREA: Area = Area {
    alias: "RNG",
    title: "Blob ranges",
    rows: &[
        &BLOB_RANGE_SENT,
        &BLOB_OPEN_RANGE_SENT,
        &BLOB_SUFFIX_RANGE_SENT,
        &BLOB_RANGE_END_CLAMPED,
        &UNSATISFIABLE_RANGE_REFUSED,
        &INVERTED_RANGE_ANSWERED,
        &UNKNOWN_RANGE_UNIT_IGNORED,
        &BLOB_HEAD_RANGE_IGNORED,
        &SEVERAL_RANGES_ANSWERED,
        &STALE_RANGE_IGNORED,
        &EMPTY_SUFFIX_RANGE_ANSWERED,
        &LONG_SUFFIX_RANGE_CLAMPED,
    ],
};

/// A range with both ends.
pub static BLOB_RANGE_SENT: Requirement = Requirement {
    id: "blob-range-sent",
    alias: "RNG-01",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A GET on a blob with Range: bytes=a-b answers 206 with exactly these bytes and a \
               Content-Range that names them.",
};

/// A range without an end.
pub static BLOB_OPEN_RANGE_SENT: Requirement = Requirement {
    id: "blob-open-range-sent",
    alias: "RNG-02",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A GET on a blob with Range: bytes=a- answers 206 with the bytes from a to the end.",
};

/// A range counted from the end.
pub static BLOB_SUFFIX_RANGE_SENT: Requirement = Requirement {
    id: "blob-suffix-range-sent",
    alias: "RNG-03",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A GET on a blob with Range: bytes=-n answers 206 with the last n bytes.",
};

/// A range that ends too far.
pub static BLOB_RANGE_END_CLAMPED: Requirement = Requirement {
    id: "blob-range-end-clamped",
    alias: "RNG-04",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, one that ends past the last byte of the blob answers 206 \
               up to the last byte.",
};

/// A range that begins too far.
pub static UNSATISFIABLE_RANGE_REFUSED: Requirement = Requirement {
    id: "unsatisfiable-range-refused",
    alias: "RNG-05",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, one that begins past the last byte of the blob answers 416 \
               with a Content-Range of bytes */length.",
};

/// A range whose end is before its beginning.
pub static INVERTED_RANGE_ANSWERED: Requirement = Requirement {
    id: "inverted-range-answered",
    alias: "RNG-06",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, one whose last byte comes before its first is ignored with \
               200 or refused with 400 or 416, never answered 206.",
};

/// A range in something else than bytes.
pub static UNKNOWN_RANGE_UNIT_IGNORED: Requirement = Requirement {
    id: "unknown-range-unit-ignored",
    alias: "RNG-07",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, one in an unknown unit is ignored: the answer is 200 with \
               the whole blob.",
};

/// A range on a HEAD.
pub static BLOB_HEAD_RANGE_IGNORED: Requirement = Requirement {
    id: "blob-head-range-ignored",
    alias: "RNG-08",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, a HEAD on a blob ignores Range and answers 200 with the \
               length of the whole blob; a 206 is tolerated.",
};

/// Several ranges at once.
pub static SEVERAL_RANGES_ANSWERED: Requirement = Requirement {
    id: "several-ranges-answered",
    alias: "RNG-09",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, several in one request are answered with a 206 in parts, \
               with one 206 that merges them, or with 200 and the whole blob. Each part holds the \
               bytes it names.",
};

/// A range under a condition that does not hold.
pub static STALE_RANGE_IGNORED: Requirement = Requirement {
    id: "stale-range-ignored",
    alias: "RNG-10",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, one with an If-Range that does not match is ignored: the \
               answer is 200 with the whole blob.",
};

/// The last zero bytes.
pub static EMPTY_SUFFIX_RANGE_ANSWERED: Requirement = Requirement {
    id: "empty-suffix-range-answered",
    alias: "RNG-11",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, bytes=-0 answers 416, or 200 with the whole blob if it is \
               ignored.",
};

/// More last bytes than there are.
pub static LONG_SUFFIX_RANGE_CLAMPED: Requirement = Requirement {
    id: "long-suffix-range-clamped",
    alias: "RNG-12",
    asked: Asked::since_1_1(Keyword::Rfc),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "Where ranges are served, a suffix longer than the blob answers 206 with all of it.",
};

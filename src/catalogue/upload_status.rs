//! STAT: asking how far an upload got.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Upload status.
pub static AREA: Area = Area {
    alias: "STAT",
    title: "Upload status",
    rows: &[
        &UPLOAD_STATUS_SENT,
        &UPLOAD_STATUS_LOCATION_SENT,
        &UPLOAD_STATUS_RANGE_SENT,
        &UPLOAD_STATUS_RANGE_MATCHED,
        &EMPTY_UPLOAD_STATUS_ANSWERED,
        &ABSENT_SESSION_STATUS_UNKNOWN,
    ],
};

/// The status of an open session.
pub static UPLOAD_STATUS_SENT: Requirement = Requirement {
    id: "upload-status-sent",
    alias: "STAT-01",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A GET on an open upload session answers 204.",
};

/// Where the upload goes on.
pub static UPLOAD_STATUS_LOCATION_SENT: Requirement = Requirement {
    id: "upload-status-location-sent",
    alias: "STAT-02",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The 204 to a GET on an upload session carries a Location.",
};

/// How far the upload got.
pub static UPLOAD_STATUS_RANGE_SENT: Requirement = Requirement {
    id: "upload-status-range-sent",
    alias: "STAT-03",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The 204 to a GET on an upload session that holds at least one byte carries a Range \
               of the form 0-end.",
};

/// What that Range says.
pub static UPLOAD_STATUS_RANGE_MATCHED: Requirement = Requirement {
    id: "upload-status-range-matched",
    alias: "STAT-04",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The Range on the 204 to a GET on an upload session ends at the last byte stored, if \
               there is one.",
};

/// The status before the first byte.
pub static EMPTY_UPLOAD_STATUS_ANSWERED: Requirement = Requirement {
    id: "empty-upload-status-answered",
    alias: "STAT-05",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A GET on an upload session that holds no byte yet answers 204 without a Range or \
               with 0-0, never with the malformed 0--1.",
};

/// The status of a session that is not there.
pub static ABSENT_SESSION_STATUS_UNKNOWN: Requirement = Requirement {
    id: "absent-session-status-unknown",
    alias: "STAT-06",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "A GET on an upload session that does not exist answers 404, or 400 as is common.",
};

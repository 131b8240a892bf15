//! CAN: giving up an upload.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Cancel an upload.
pub static AREA: Area = Area {
    alias: "CAN",
    title: "Cancel an upload",
    rows: &[
        &UPLOAD_CANCEL_ACCEPTED,
        &STARTED_UPLOAD_CANCEL_ACCEPTED,
        &CANCELLED_SESSION_UNKNOWN,
        &ABSENT_SESSION_CANCEL_UNKNOWN,
        &ABANDONED_UPLOAD_EXPIRED,
    ],
};

/// Giving up a session.
pub static UPLOAD_CANCEL_ACCEPTED: Requirement = Requirement {
    id: "upload-cancel-accepted",
    alias: "CAN-01",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("cancel-a-blob-upload"),
    sentence: "A DELETE on an open upload session answers 204.",
};

/// Giving it up half-way.
pub static STARTED_UPLOAD_CANCEL_ACCEPTED: Requirement = Requirement {
    id: "started-upload-cancel-accepted",
    alias: "CAN-02",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("cancel-a-blob-upload"),
    sentence: "Where uploads can be cancelled, a DELETE on a session that already holds bytes \
               answers 204 too.",
};

/// A session that was given up.
pub static CANCELLED_SESSION_UNKNOWN: Requirement = Requirement {
    id: "cancelled-session-unknown",
    alias: "CAN-03",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("cancel-a-blob-upload"),
    sentence: "A GET, PATCH or PUT on a cancelled upload session answers 404, or 400 as is common, \
               and its bytes do not become a blob.",
};

/// Giving up a session that is not there.
pub static ABSENT_SESSION_CANCEL_UNKNOWN: Requirement = Requirement {
    id: "absent-session-cancel-unknown",
    alias: "CAN-04",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "Where uploads can be cancelled, a DELETE on an upload session that does not exist \
               answers 404 or 400.",
};

/// A session that was left alone.
pub static ABANDONED_UPLOAD_EXPIRED: Requirement = Requirement {
    id: "abandoned-upload-expired",
    alias: "CAN-05",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("cancel-a-blob-upload"),
    sentence: "An upload session with which no client goes on is dropped after some time, of the \
               registry's choosing.",
};

//! ERR: how a registry says no.
//!
//! What is said of codes and messages binds answers whose body is JSON; any other body is lawful.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Errors.
pub static AREA: Area = Area {
    alias: "ERR",
    title: "Errors",
    rows: &[
        &ERROR_BODY_WELL_FORMED,
        &ERROR_CODE_WELL_FORMED,
        &ERROR_CODE_LISTED,
        &ERROR_MESSAGE_READABLE,
        &ERROR_DETAIL_ALLOWED,
        &NAME_ERROR_CODE_MATCHED,
        &UPLOAD_ERROR_CODE_MATCHED,
        &REFUSAL_ERROR_CODE_MATCHED,
        &CLIENT_MISTAKE_REFUSED,
        &AUTHENTICATION_CHALLENGE_SENT,
    ],
};

/// The form of an error.
pub static ERROR_BODY_WELL_FORMED: Requirement = Requirement {
    id: "error-body-well-formed",
    alias: "ERR-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("error-codes"),
    sentence: "The body of a 4xx that is announced as JSON is an object with an array of errors, \
               each of them an object with a code and, at will, a message and a detail.",
};

/// The form of a code.
pub static ERROR_CODE_WELL_FORMED: Requirement = Requirement {
    id: "error-code-well-formed",
    alias: "ERR-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("error-codes"),
    sentence: "The codes in a JSON error body consist of upper-case letters and underscores.",
};

/// The codes that there are.
pub static ERROR_CODE_LISTED: Requirement = Requirement {
    id: "error-code-listed",
    alias: "ERR-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("error-codes"),
    sentence: "The codes in a JSON error body are from the specification's table.",
};

/// The message of an error.
pub static ERROR_MESSAGE_READABLE: Requirement = Requirement {
    id: "error-message-readable",
    alias: "ERR-04",
    asked: Asked::always(Keyword::Should),
    heading: Heading::distribution("error-codes"),
    sentence: "A message in a JSON error body, if there is one, is text that people can read.",
};

/// The detail of an error.
pub static ERROR_DETAIL_ALLOWED: Requirement = Requirement {
    id: "error-detail-allowed",
    alias: "ERR-05",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("error-codes"),
    sentence: "A detail in a JSON error body may be any JSON value.",
};

/// Codes for names and for content that is not there.
pub static NAME_ERROR_CODE_MATCHED: Requirement = Requirement {
    id: "name-error-code-matched",
    alias: "ERR-06",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A JSON error body has the code for the mistake: BLOB_UNKNOWN, MANIFEST_UNKNOWN or \
               NAME_UNKNOWN for what is not there, NAME_INVALID for a malformed name.",
};

/// Codes for uploads.
pub static UPLOAD_ERROR_CODE_MATCHED: Requirement = Requirement {
    id: "upload-error-code-matched",
    alias: "ERR-07",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A JSON error body has the code for the mistake in an upload: DIGEST_INVALID, \
               SIZE_INVALID, BLOB_UPLOAD_UNKNOWN or BLOB_UPLOAD_INVALID.",
};

/// Codes for refusals.
pub static REFUSAL_ERROR_CODE_MATCHED: Requirement = Requirement {
    id: "refusal-error-code-matched",
    alias: "ERR-08",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A JSON error body has the code UNSUPPORTED for a delete that is off, and \
               MANIFEST_INVALID for a body that is no manifest.",
};

/// Mistakes of clients.
pub static CLIENT_MISTAKE_REFUSED: Requirement = Requirement {
    id: "client-mistake-refused",
    alias: "ERR-09",
    asked: Asked::always(Keyword::Rfc),
    heading: Heading::distribution("api"),
    sentence: "A malformed request is answered with a status below 500, not with a 5xx or a \
               connection that is cut.",
};

/// How to authenticate.
pub static AUTHENTICATION_CHALLENGE_SENT: Requirement = Requirement {
    id: "authentication-challenge-sent",
    alias: "ERR-10",
    asked: Asked::always(Keyword::Rfc),
    heading: Heading::distribution("determining-support"),
    sentence: "A 401 carries WWW-Authenticate.",
};

//! RATE: too many requests.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Rate limits.
pub static AREA: Area = Area {
    alias: "RATE",
    title: "Rate limits",
    rows: &[
        &RETRY_AFTER_SENT,
        &RETRY_AFTER_WELL_FORMED,
        &RATE_LIMIT_CODE_SENT,
    ],
};

/// When to come back.
pub static RETRY_AFTER_SENT: Requirement = Requirement {
    id: "retry-after-sent",
    alias: "RATE-01",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("error-codes"),
    sentence: "A 429 carries Retry-After.",
};

/// The form of that header.
pub static RETRY_AFTER_WELL_FORMED: Requirement = Requirement {
    id: "retry-after-well-formed",
    alias: "RATE-02",
    asked: Asked::since_1_2(Keyword::Rfc),
    heading: Heading::distribution("error-codes"),
    sentence: "A Retry-After on a 429 is a number of seconds or a date in the form of HTTP.",
};

/// The code of a 429.
pub static RATE_LIMIT_CODE_SENT: Requirement = Requirement {
    id: "rate-limit-code-sent",
    alias: "RATE-03",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A 429 with a JSON error body has the code TOOMANYREQUESTS.",
};

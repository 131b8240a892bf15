//! HTTP: what the specification hands over to HTTP, and redirects.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// HTTP and redirects.
pub static AREA: Area = Area {
    alias: "HTTP",
    title: "HTTP and redirects",
    rows: &[
        &HTTP_SEMANTICS_FOLLOWED,
        &REDIRECT_ALLOWED,
        &FINAL_STATUS_SENT,
    ],
};

/// HTTP where the specification is silent; the rows of RFC 9110 say how.
pub static HTTP_SEMANTICS_FOLLOWED: Requirement = Requirement {
    id: "http-semantics-followed",
    alias: "HTTP-01",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("api"),
    sentence: "Where the specification says nothing, requests and responses mean what RFC 9110 \
               says.",
};

/// Redirects of any request.
pub static REDIRECT_ALLOWED: Requirement = Requirement {
    id: "redirect-allowed",
    alias: "HTTP-02",
    asked: Asked::since_1_2(Keyword::May),
    heading: Heading::distribution("api"),
    sentence: "Any request may be answered with a redirect that a client can follow: 301, 302, \
               303, 307 or 308 with a Location.",
};

/// The status that counts.
pub static FINAL_STATUS_SENT: Requirement = Requirement {
    id: "final-status-sent",
    alias: "HTTP-03",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("api"),
    sentence: "The status that the specification asks for comes from the end of a chain of \
               redirects, whatever the hops before it say.",
};

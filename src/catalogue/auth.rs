//! AUTH: who comes, and how they show it.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Logins and tokens.
pub static AREA: Area = Area {
    alias: "AUTH",
    title: "Logins and tokens",
    rows: &[&CHALLENGE_SENT],
};

/// What a 401 says.
pub static CHALLENGE_SENT: Requirement = Requirement {
    id: "challenge-sent",
    alias: "AUTH-01",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-11.6.1"),
    sentence: "A 401 says in WWW-Authenticate, with at least one challenge that can be read, what would \
               have to be shown.",
};

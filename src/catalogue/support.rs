//! PING: whether there is a registry, and whether it wants credentials.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Support of the API.
pub static AREA: Area = Area {
    alias: "PING",
    title: "Support of the API",
    rows: &[&API_SUPPORT_CONFIRMED, &AUTHENTICATION_PROBE_ANSWERED],
};

/// The endpoint that says that the API is there.
pub static API_SUPPORT_CONFIRMED: Requirement = Requirement {
    id: "api-support-confirmed",
    alias: "PING-01",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("determining-support"),
    sentence: "A GET on /v2/ answers 200 to a client that has the credentials asked for, if any \
               are.",
};

/// The same endpoint without credentials.
pub static AUTHENTICATION_PROBE_ANSWERED: Requirement = Requirement {
    id: "authentication-probe-answered",
    alias: "PING-02",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("determining-support"),
    sentence: "A GET on /v2/ without credentials answers 200, or 401 with WWW-Authenticate.",
};

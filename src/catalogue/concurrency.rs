//! CONC: what becomes of requests that meet.
//!
//! The specification says what one request does, and little of several at once. What stands here
//! follows from what it says of each of them, and from what HTTP says of the answers.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Work at the same time.
pub static AREA: Area = Area {
    alias: "CONC",
    title: "Work at the same time",
    rows: &[
        &ACKNOWLEDGED_PUSH_KEPT,
        &RACED_SESSION_KEPT,
        &RACED_PULL_MATCHED,
        &RACED_REQUEST_ANSWERED,
        &RACED_ANSWERS_ORDERED,
    ],
};

/// A 201 in a crowd.
pub static ACKNOWLEDGED_PUSH_KEPT: Requirement = Requirement {
    id: "acknowledged-push-kept",
    alias: "CONC-01",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "What was answered 201 while others pushed, mounted and deleted is there afterwards, whole, \
               unless it was deleted, and a tag names what one of the pushes gave it that may have been \
               the last.",
};

/// One session, several requests.
pub static RACED_SESSION_KEPT: Requirement = Requirement {
    id: "raced-session-kept",
    alias: "CONC-02",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "Where several requests reach one upload session at the same time, it holds what some order of \
               them gives, goes on where its status says, and a 201 leads to the bytes of its digest.",
};

/// What comes out of a pull meanwhile.
pub static RACED_PULL_MATCHED: Requirement = Requirement {
    id: "raced-pull-matched",
    alias: "CONC-03",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.1"),
    sentence: "Who pulls what others push, move or delete at the same time is answered 200 with the whole of \
               one content, and with headers that are of the same content, or 404.",
};

/// No server error.
pub static RACED_REQUEST_ANSWERED: Requirement = Requirement {
    id: "raced-request-answered",
    alias: "CONC-04",
    asked: Asked::always(Keyword::Rfc),
    heading: Heading::rfc(9110, "section-15.6"),
    sentence: "That another request came at the same time is no server error: each of them is carried out or \
               refused with 4xx, and of those that want the same, one is carried out.",
};

/// One order for all.
pub static RACED_ANSWERS_ORDERED: Requirement = Requirement {
    id: "raced-answers-ordered",
    alias: "CONC-05",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page("https://doi.org/10.1145/78969.78972", ""),
    sentence: "What clients are answered about one tag, manifest or blob at the same time fits one order of \
               their requests: nobody who asks later sees an older state. A delete may show late.",
};

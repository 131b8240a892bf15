//! Demands on an answer, each made in the name of one requirement.

use serde_json::Value;

use crate::catalogue::Requirement;
use crate::oci::Digest;
use crate::verdict::Fault;
use crate::verdict::Stop;
use crate::verdict::Violation;

use super::Answer;

/// A chain of demands in the name of one requirement.
///
/// In a proof, a broken requirement of level must or expected ends the check; one of level should
/// is noted, the rest of the chain is passed over, and the check goes on. In a preparation,
/// whatever is broken blocks.
#[derive(Debug)]
pub struct Demand<'a> {
    answer: &'a Answer<'a>,
    requirement: &'static Requirement,
    purpose: Purpose,
    broken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Proof,
    Preparation,
}

impl<'a> Demand<'a> {
    pub(super) fn proof(answer: &'a Answer<'a>, requirement: &'static Requirement) -> Self {
        Self {
            answer,
            requirement,
            purpose: Purpose::Proof,
            broken: false,
        }
    }

    pub(super) fn preparation(answer: &'a Answer<'a>, requirement: &'static Requirement) -> Self {
        Self {
            answer,
            requirement,
            purpose: Purpose::Preparation,
            broken: false,
        }
    }

    /// The status is one of these.
    #[track_caller]
    pub fn status(self, acceptable: &[u16]) -> Result<Self, Stop> {
        let holds = acceptable.contains(&self.answer.status());
        let actual = self.answer.told();
        let fault = self.status_fault(acceptable.first().copied().unwrap_or_default());
        self.demand(holds, fault, &alternatives(acceptable), &actual)
    }

    /// The status is any from 400 to 499.
    #[track_caller]
    pub fn client_error(self) -> Result<Self, Stop> {
        let holds = self.answer.is_client_error();
        let actual = self.answer.told();
        let fault = self.status_fault(400);
        self.demand(holds, fault, "a client error (400 to 499)", &actual)
    }

    /// The status is anything but a server error.
    #[track_caller]
    pub fn no_server_error(self) -> Result<Self, Stop> {
        let holds = self.answer.status() < 500;
        let actual = self.answer.told();
        let fault = self.status_fault(400);
        self.demand(holds, fault, "any status below 500", &actual)
    }

    /// The header is there.
    #[track_caller]
    pub fn has_header(self, name: &str) -> Result<Self, Stop> {
        let holds = self
            .answer
            .header(name)
            .is_some_and(|value| !value.is_empty());
        let actual = format!("{}, no {name}", self.answer.summary());
        self.demand(
            holds,
            header_fault(name),
            &format!("a {name} header"),
            &actual,
        )
    }

    /// The header is not there.
    #[track_caller]
    pub fn no_header(self, name: &str) -> Result<Self, Stop> {
        let values = self.answer.header_values(name);
        let actual = format!("{name}: {}", values.join(", "));
        let fault = header_fault(name);
        self.demand(
            values.is_empty(),
            fault,
            &format!("no {name} header"),
            &actual,
        )
    }

    /// The header is there and has this value.
    #[track_caller]
    pub fn header(self, name: &str, value: &str) -> Result<Self, Stop> {
        let actual = self.answer.header(name).unwrap_or("").to_owned();
        let words = if actual.is_empty() {
            format!("no {name}")
        } else {
            format!("{name}: {actual}")
        };
        let fault = header_fault(name);
        self.demand(actual == value, fault, &format!("{name}: {value}"), &words)
    }

    /// There is a `Location`, and it is a URL.
    #[track_caller]
    pub fn has_location(self) -> Result<Self, Stop> {
        let demand = self.has_header("Location")?;
        let actual = format!(
            "Location: {}",
            demand.answer.header("location").unwrap_or("")
        );
        let holds = demand.answer.location().is_some();
        let fault = header_fault("location");
        demand.demand(holds, fault, "a Location that is a URL", &actual)
    }

    /// The body is exactly these bytes.
    #[track_caller]
    pub fn body(self, expected: &[u8]) -> Result<Self, Stop> {
        let body = self.answer.bytes();
        let actual = differ(body, expected);
        self.demand(
            body == expected,
            Fault::Body,
            &format!("exactly the {} bytes pushed", expected.len()),
            &actual,
        )
    }

    /// The status is 200, and the body is exactly these bytes.
    #[track_caller]
    pub fn content(self, expected: &[u8]) -> Result<Self, Stop> {
        let (is_found, body) = (self.answer.status() == 200, self.answer.bytes());
        let (fault, actual) = if is_found {
            (Fault::Body, differ(body, expected))
        } else {
            (self.status_fault(200), self.answer.told())
        };
        let words = format!("200, and exactly the {} bytes pushed", expected.len());
        self.demand(is_found && body == expected, fault, &words, &actual)
    }

    /// The body hashes to `digest`.
    #[track_caller]
    pub fn hashes_to(self, digest: &Digest) -> Result<Self, Stop> {
        let body = self.answer.bytes();
        let actual = digest.algorithm().digest(body);
        let words = format!("{} bytes that hash to {actual}", body.len());
        self.demand(
            actual == *digest,
            Fault::Body,
            &format!("a body that hashes to {digest}"),
            &words,
        )
    }

    /// The body is JSON, and `holds` of it.
    #[track_caller]
    pub fn json(self, expected: &str, holds: impl Fn(&Value) -> bool) -> Result<Self, Stop> {
        if let Some(value) = self.answer.json() {
            let actual = excerpt(&value.to_string());
            return self.that(holds(&value), expected, &actual);
        }
        let text = excerpt(&String::from_utf8_lossy(self.answer.bytes()));
        let actual = format!("a body that is not JSON: {text}");
        self.that(false, expected, &actual)
    }

    /// Anything else: `holds`, or else `expected` did not happen but `actual` did.
    #[track_caller]
    pub fn that(self, holds: bool, expected: &str, actual: &str) -> Result<Self, Stop> {
        self.demand(holds, Fault::Content, expected, actual)
    }

    #[track_caller]
    fn demand(
        mut self,
        holds: bool,
        fault: Fault,
        expected: &str,
        actual: &str,
    ) -> Result<Self, Stop> {
        if self.broken {
            return Ok(self);
        }
        if self.purpose == Purpose::Proof {
            self.answer.trial().note(self.requirement, holds);
        }
        if holds {
            return Ok(self);
        }
        self.broken = true;
        let violation = Violation {
            requirement: self.requirement,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            fault,
            exchange: Some(self.answer.exchange()),
        };
        match self.purpose {
            Purpose::Preparation => return Err(Stop::Blocked(Box::new(violation))),
            Purpose::Proof => self.answer.trial().report(violation)?,
        }
        Ok(self)
    }

    fn status_fault(&self, expected: u16) -> Fault {
        Fault::Status(expected, self.answer.status())
    }

    /// Whether everything so far held; false where a requirement that does not stop the check is
    /// broken.
    pub fn held(&self) -> bool {
        !self.broken
    }
}

fn header_fault(name: &str) -> Fault {
    Fault::Header(name.to_ascii_lowercase())
}

/// `200`, `400 or 404`, `200, 201 or 202`.
fn alternatives(statuses: &[u16]) -> String {
    let words: Vec<_> = statuses.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// How one body differs from another, in words.
fn differ(actual: &[u8], expected: &[u8]) -> String {
    if actual.len() != expected.len() {
        return format!("{} bytes", actual.len());
    }
    match actual
        .iter()
        .zip(expected)
        .position(|(left, right)| left != right)
    {
        Some(at) => format!("{} bytes that differ from byte {at} on", actual.len()),
        None => "the same bytes".to_owned(),
    }
}

/// At most 200 characters of a text.
pub(crate) fn excerpt(text: &str) -> String {
    const LIMIT: usize = 200;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acceptable_statuses_read_as_a_sentence() {
        assert_eq!(alternatives(&[200]), "200");
        assert_eq!(alternatives(&[400, 404]), "400 or 404");
        assert_eq!(alternatives(&[200, 201, 202]), "200, 201 or 202");
    }

    #[test]
    fn a_difference_names_the_first_byte() {
        assert_eq!(differ(b"abc", b"abd"), "3 bytes that differ from byte 2 on");
        assert_eq!(differ(b"ab", b"abd"), "2 bytes");
    }

    #[test]
    fn an_excerpt_cuts_between_characters() {
        let long = "é".repeat(300);
        assert_eq!(excerpt(&long).chars().count(), 201);
    }
}

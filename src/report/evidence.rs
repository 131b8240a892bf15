//! What of a record proves a verdict, looked up and put into lines.
//!
//! The lines are as the target sent them: whoever prints them cleans them for their format.

use http::StatusCode;

use crate::catalogue;
use crate::catalogue::Keyword;
use crate::catalogue::Version;
use crate::run::BodyEntry;
use crate::run::CheckEntry;
use crate::run::ExchangeEntry;
use crate::run::Record;
use crate::run::RequirementEntry;

/// Headers by which one sees at a glance what was asked and answered.
const TELLING: &[&str] = &[
    "accept",
    "accept-ranges",
    "allow",
    "content-length",
    "content-range",
    "content-type",
    "docker-content-digest",
    "if-range",
    "link",
    "location",
    "range",
    "retry-after",
    "transfer-encoding",
    "warning",
    "www-authenticate",
];

/// Which headers of an exchange are of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headers {
    /// Those of the specification and of its content.
    Telling,
    /// All.
    All,
}

/// The requirement of this id, as the record has it.
pub(super) fn requirement<'a>(record: &'a Record, id: &str) -> Option<&'a RequirementEntry> {
    record.requirements.iter().find(|entry| entry.id == id)
}

/// What a sound registry does, in our words; `None` if this version of plimsoll has no such rule.
pub(super) fn sentence(id: &str) -> Option<&'static str> {
    catalogue::find(id).map(|row| row.sentence)
}

/// Why what breaks a requirement without a MUST weighs as much as it does.
pub(super) fn stated(id: Option<&str>) -> &'static str {
    let row = id.and_then(catalogue::find);
    let keyword = row.and_then(|row| row.asked.keyword(Version::V1_2));
    match keyword {
        Some(Keyword::Promised) => {
            "Another document promises this; the specification does not ask for it."
        }
        _ => "The specification states this without a keyword such as MUST.",
    }
}

/// `blob-found (BGET-01)`, or the id alone where the record has no alias for it.
pub(super) fn requirement_name(record: &Record, id: &str) -> String {
    match requirement(record, id) {
        Some(entry) => format!("{id} ({})", entry.alias),
        None => id.to_owned(),
    }
}

/// The exchange that shows how the check ended: the one that it names, or else its last.
pub(super) fn shown(check: &CheckEntry) -> Option<&ExchangeEntry> {
    check
        .shown_by
        .and_then(|index| check.exchanges.get(index))
        .or(check.exchanges.last())
}

/// The request, marked `>`, and the response, marked `<`. A line is not yet clean, and that of a
/// body or of exact bytes may have line ends in it.
pub(super) fn lines(exchange: &ExchangeEntry, headers: Headers) -> Vec<String> {
    let request = &exchange.request;
    let mut lines = vec![format!("> {} {}", request.method, request.url)];
    lines.extend(header_lines('>', &request.headers, headers));
    lines.extend(request.body.as_ref().map(|body| body_line('>', body)));
    if headers == Headers::All {
        lines.extend(request.wire.iter().map(|wire| format!("> exactly: {wire}")));
    }
    match &exchange.response {
        Some(response) => {
            lines.push(format!("< {}", status(response.status)));
            lines.extend(header_lines('<', &response.headers, headers));
            lines.extend(response.body.as_ref().map(|body| body_line('<', body)));
        }
        None => lines.push(format!(
            "! {}",
            exchange.failure.as_deref().unwrap_or("there was no answer")
        )),
    }
    lines
}

fn header_lines(
    mark: char,
    headers: &[(String, String)],
    wanted: Headers,
) -> impl Iterator<Item = String> {
    headers
        .iter()
        .filter(move |(name, _)| wanted == Headers::All || is_telling(name))
        .map(move |(name, value)| format!("{mark} {name}: {value}"))
}

fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("oci-") || TELLING.contains(&name.as_str())
}

/// The code, and its name where it has one.
pub(super) fn status(code: u16) -> String {
    let reason = StatusCode::from_u16(code)
        .ok()
        .and_then(|code| code.canonical_reason());
    match reason {
        Some(reason) => format!("{code} {reason}"),
        None => code.to_string(),
    }
}

fn body_line(mark: char, body: &BodyEntry) -> String {
    match &body.text {
        Some(text) if !text.is_empty() => format!("{mark} {text}"),
        _ => format!("{mark} ({} bytes, {})", body.length, body.sha256),
    }
}

//! Answers as a text: what to change about the answer of a sound registry.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;

use crate::http::Response;

/// What stands between two answers.
const BETWEEN: &[u8] = b"\n----\n";

/// A change to an answer. An empty one leaves it as it is.
#[derive(Debug, Default)]
pub(super) struct Edit {
    status: Option<u16>,
    headers: HeaderMap,
    body: Option<Bytes>,
}

/// The changes in a text, at least one. Each has a status or nothing in its first line, headers in the next, and
/// a body behind an empty one.
pub(super) fn edits(text: &[u8]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, BETWEEN) {
        edits.push(edit(&rest[..at]));
        rest = &rest[at + BETWEEN.len()..];
    }
    edits.push(edit(rest));
    edits
}

fn edit(text: &[u8]) -> Edit {
    let end = memchr::memmem::find(text, b"\n\n");
    let (head, body) = text.split_at(end.unwrap_or(text.len()));
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines
        .next()
        .and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(header) {
        headers.append(name, value);
    }
    Edit {
        status: status.filter(|status| (100..1000).contains(status)),
        headers,
        body: body.get(2..).map(Bytes::copy_from_slice),
    }
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
    Some((name, value))
}

impl Edit {
    /// The answer with its change. A header takes the place of all of its name, and one without a
    /// value takes them away.
    pub(super) fn apply(&self, mut response: Response) -> Response {
        response.status = self.status.unwrap_or(response.status);
        for name in self.headers.keys() {
            response.headers.remove(name);
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            response.headers.append(name.clone(), value.clone());
        }
        response.body = self.body.clone().unwrap_or(response.body);
        response
    }
}

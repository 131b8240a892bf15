//! Keeps secrets out of what is recorded: by the place where they stand, and by their value where
//! a server repeats them somewhere else.

mod body;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod wire;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Failure;
use super::Response;

use body::tokens;
use names::SECRET_HEADERS;
use names::is_secret_parameter;
use names::sounds_secret;
use text::parameters;
use text::without_user_information;
use wire::head_end;
use wire::hide_in;

pub(crate) use body::form;

/// What stands in a secret's place.
pub(crate) const REDACTED: &str = "<redacted>";

/// A secret shorter than this is not looked for by value: it would be found everywhere.
const SHORTEST: usize = 4;

/// Knows the secrets of one exchange.
#[derive(Default)]
pub(crate) struct Redactor {
    names: Vec<HeaderName>,
    values: Vec<String>,
}

impl Redactor {
    /// One that also hides the values of these headers.
    pub(crate) fn new(names: Vec<HeaderName>) -> Self {
        Self {
            names,
            values: Vec::new(),
        }
    }

    /// Hides this value wherever it stands.
    pub(crate) fn hide(&mut self, value: &str) {
        if value.len() >= SHORTEST && !self.values.iter().any(|known| known == value) {
            self.values.push(value.to_owned());
            // A secret that holds another one goes first, or a part of it would stay.
            self.values
                .sort_by_key(|value| std::cmp::Reverse(value.len()));
        }
    }

    /// Hides the secrets of a request wherever they come back: its credentials, and the secret
    /// parameters of its URL.
    pub(crate) fn hide_those_of(&mut self, url: &str, headers: &HeaderMap) {
        for (name, value) in headers {
            if sounds_secret(name) {
                self.hide_credentials(value.as_bytes());
            }
        }
        for pair in url.split(['?', '&', '#']) {
            if let Some((name, value)) = pair.split_once('=')
                && is_secret_parameter(name)
            {
                self.hide(value);
            }
        }
    }

    /// Hides the credentials in the bytes of a request.
    pub(crate) fn hide_those_in(&mut self, bytes: &[u8]) {
        for line in bytes[..head_end(bytes)].split(|byte| *byte == b'\n') {
            let colon = line
                .iter()
                .position(|byte| *byte == b':')
                .unwrap_or_default();
            let name = HeaderName::from_bytes(line[..colon].trim_ascii());
            if name.is_ok_and(|name| sounds_secret(&name)) {
                self.hide_credentials(line[colon + 1..].trim_ascii());
            }
        }
    }

    /// Hides the value of a header, without the scheme before it.
    fn hide_credentials(&mut self, value: &[u8]) {
        if let Ok(text) = std::str::from_utf8(value) {
            self.hide(
                text.split_once(' ')
                    .map_or(text, |(_, credentials)| credentials),
            );
        }
    }

    /// A URL, or any text with URLs in it.
    pub(crate) fn text(&self, text: &str) -> String {
        let plain = self.values.iter().fold(text.to_owned(), |text, value| {
            if text.contains(value) {
                text.replace(value, REDACTED)
            } else {
                text
            }
        });
        parameters(&without_user_information(&plain))
    }

    /// Headers. `Authorization` keeps its scheme.
    pub(crate) fn headers(&self, headers: &HeaderMap) -> HeaderMap {
        let mut shown = HeaderMap::with_capacity(headers.len());
        for (name, value) in headers {
            shown.append(name.clone(), self.value(name, value));
        }
        shown
    }

    /// The bytes of a request. The body is the caller's own content, but for values known as
    /// secret.
    pub(crate) fn wire(&self, bytes: &Bytes) -> Bytes {
        let end = head_end(bytes);
        let (head, body) = bytes.split_at(end);
        let mut shown = Vec::with_capacity(bytes.len());
        for (index, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
            shown.extend_from_slice(&self.wire_line(index, line));
        }
        shown.extend_from_slice(body);
        self.bytes(&shown.into())
    }

    /// A response. `from_token_service` hides the tokens in its body.
    pub(crate) fn response(&self, response: &Response, from_token_service: bool) -> Response {
        let body = self.bytes(&response.body);
        Response {
            status: response.status,
            headers: self.headers(&response.headers),
            body: if from_token_service {
                tokens(response.status, body)
            } else {
                body
            },
        }
    }

    /// A failure, whose words may repeat a URL or what a server said.
    pub(crate) fn failure(&self, failure: Failure) -> Failure {
        let hide = |text: String| self.text(&text);
        match failure {
            Failure::BadUrl { url, reason } => Failure::BadUrl {
                url: hide(url),
                reason: hide(reason),
            },
            Failure::ConnectionLost { reason } => Failure::ConnectionLost {
                reason: hide(reason),
            },
            Failure::Malformed { reason } => Failure::Malformed {
                reason: hide(reason),
            },
            Failure::Redirect { location, reason } => Failure::Redirect {
                location: hide(location),
                reason: hide(reason),
            },
            Failure::Token { reason } => Failure::Token {
                reason: hide(reason),
            },
            other => other,
        }
    }

    /// Bytes, with the known values hidden.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        self.values.iter().fold(bytes.clone(), |bytes, value| {
            hide_in(bytes, value.as_bytes())
        })
    }

    fn value(&self, name: &HeaderName, value: &HeaderValue) -> HeaderValue {
        let shown = if self.is_secret(name) {
            with_scheme(name, value)
        } else {
            match value.to_str() {
                Ok(text) => self.text(text).into_bytes(),
                Err(_) => self
                    .bytes(&Bytes::copy_from_slice(value.as_bytes()))
                    .to_vec(),
            }
        };
        HeaderValue::from_bytes(&shown).unwrap_or(HeaderValue::from_static(REDACTED))
    }

    fn is_secret(&self, name: &HeaderName) -> bool {
        SECRET_HEADERS.contains(name) || self.names.contains(name)
    }

    fn wire_line(&self, index: usize, line: &[u8]) -> Vec<u8> {
        let colon = line.iter().position(|byte| *byte == b':');
        let name = colon.and_then(|at| HeaderName::from_bytes(line[..at].trim_ascii()).ok());
        match (name, colon, std::str::from_utf8(line)) {
            (Some(name), Some(at), _) if index > 0 && self.is_secret(&name) => {
                let end = if line.ends_with(b"\r\n") {
                    &b"\r\n"[..]
                } else {
                    b"\n"
                };
                [&line[..=at], b" ", REDACTED.as_bytes(), end].concat()
            }
            (_, _, Ok(text)) => self.text(text).into_bytes(),
            _ => line.to_vec(),
        }
    }
}

/// `Bearer` and `Basic` say how credentials were given, and are no secret.
fn with_scheme(name: &HeaderName, value: &HeaderValue) -> Vec<u8> {
    let scheme = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .map(|(scheme, _)| scheme);
    match scheme {
        Some(scheme @ ("Bearer" | "Basic")) if *name == header::AUTHORIZATION => {
            format!("{scheme} {REDACTED}").into_bytes()
        }
        _ => REDACTED.into(),
    }
}

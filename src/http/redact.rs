//! Keeps secrets out of what is recorded: by the place where they stand, and by their value where
//! a server repeats them somewhere else.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;
use serde_json::Value;

use super::Failure;
use super::Response;

/// What stands in a secret's place.
pub(crate) const REDACTED: &str = "<redacted>";

/// A secret shorter than this is not looked for by value: it would be found everywhere.
const SHORTEST: usize = 4;

/// Headers whose values are secret.
const SECRET_HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::SET_COOKIE,
];

/// Parameters of URLs and forms whose values are secret: tokens, and the signatures of URLs that
/// storage services hand out.
const SECRET_PARAMETERS: [&str; 15] = [
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "password",
    "client_secret",
    "sig",
    "signature",
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-goog-signature",
    "x-goog-credential",
    "awsaccesskeyid",
    "q-signature",
];

/// Fields of a token service's answer whose values are secret.
const SECRET_FIELDS: [&str; 4] = ["token", "access_token", "refresh_token", "id_token"];

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

/// Where the body starts: after the first empty line.
fn head_end(bytes: &[u8]) -> usize {
    let crlf = find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let lf = find(bytes, b"\n\n").map(|at| at + 2);
    crlf.into_iter().chain(lf).min().unwrap_or(bytes.len())
}

/// Hides `user:password@` after each `://`.
fn without_user_information(text: &str) -> String {
    let mut parts = text.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(['/', '?', '#', ' ', '"', '>', ','])
            .unwrap_or(part.len());
        shown.push_str("://");
        match part[..end].rfind('@') {
            Some(at) => {
                shown.push_str(REDACTED);
                shown.push_str(&part[at..]);
            }
            None => shown.push_str(part),
        }
    }
    shown
}

/// Hides the values of secret parameters, in a URL's query or in a form.
fn parameters(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['?', '&']) {
        shown.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        let end = rest.find(['?', '&', '#', '>', '"', '\'', '`', ' ', '\r', '\n']);
        let (pair, after) = rest.split_at(end.unwrap_or(rest.len()));
        match pair.split_once('=') {
            Some((name, _)) if is_secret_parameter(name) => {
                shown.push_str(name);
                shown.push('=');
                shown.push_str(REDACTED);
            }
            _ => shown.push_str(pair),
        }
        rest = after;
    }
    shown + rest
}

/// Whether a header of this name holds something that is nowhere else but there. The value of any
/// other header, such as `https`, may stand in many places and be no secret.
fn sounds_secret(name: &HeaderName) -> bool {
    const WORDS: [&str; 9] = [
        "auth",
        "token",
        "key",
        "secret",
        "cookie",
        "passw",
        "sign",
        "session",
        "credential",
    ];
    WORDS.iter().any(|word| name.as_str().contains(word))
}

fn is_secret_parameter(name: &str) -> bool {
    SECRET_PARAMETERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}

/// The form that a refresh token is sent in.
pub(crate) fn form(body: &Bytes) -> Bytes {
    let text = format!("&{}", String::from_utf8_lossy(body));
    Bytes::from(parameters(&text)[1..].to_owned())
}

/// A token service's answer. A success that cannot be read might be all token.
fn tokens(status: u16, body: Bytes) -> Bytes {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(&body) else {
        let is_success = (200..300).contains(&status) && !body.is_empty();
        return if is_success {
            Bytes::from_static(REDACTED.as_bytes())
        } else {
            body
        };
    };
    let mut found = false;
    for name in SECRET_FIELDS {
        if let Some(value) = fields.get_mut(name) {
            *value = Value::from(REDACTED);
            found = true;
        }
    }
    if found {
        Value::Object(fields).to_string().into()
    } else {
        body
    }
}

fn hide_in(bytes: Bytes, secret: &[u8]) -> Bytes {
    if find(&bytes, secret).is_none() {
        return bytes;
    }
    let mut shown = Vec::with_capacity(bytes.len());
    let mut rest = &bytes[..];
    while let Some(at) = find(rest, secret) {
        shown.extend_from_slice(&rest[..at]);
        shown.extend_from_slice(REDACTED.as_bytes());
        rest = &rest[at + secret.len()..];
    }
    shown.extend_from_slice(rest);
    shown.into()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        Redactor::default().text(text)
    }

    #[test]
    fn signatures_and_tokens_in_a_url_are_hidden() {
        assert_eq!(
            text("https://s3.test/b?X-Amz-Signature=abc&x=1&sig=d%2F#f"),
            "https://s3.test/b?X-Amz-Signature=<redacted>&x=1&sig=<redacted>#f"
        );
        assert_eq!(
            text("</v2/?last=a&token=t>; rel=\"next\""),
            "</v2/?last=a&token=<redacted>>; rel=\"next\""
        );
        assert_eq!(
            text("/v2/a/blobs/uploads/1?_state=xyz"),
            "/v2/a/blobs/uploads/1?_state=xyz"
        );
    }

    #[test]
    fn user_information_is_hidden() {
        assert_eq!(
            text("http://me:pw@r.test/a@b"),
            "http://<redacted>@r.test/a@b"
        );
        assert_eq!(text("http://r.test/a@b"), "http://r.test/a@b");
    }

    #[test]
    fn credentials_in_headers_keep_their_scheme_only() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::AUTHORIZATION,
            HeaderValue::from_static("Bearer abc"),
        );
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("abc def"));
        headers.append(header::SET_COOKIE, HeaderValue::from_static("s=1"));
        headers.append("x-key", HeaderValue::from_static("k"));
        let shown = Redactor::new(vec![HeaderName::from_static("x-key")]).headers(&headers);
        let values: Vec<_> = shown
            .values()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(
            values,
            [
                "Bearer <redacted>",
                "<redacted>",
                "<redacted>",
                "<redacted>"
            ]
        );
    }

    #[test]
    fn exact_bytes_lose_their_secrets_and_nothing_else() {
        let bytes =
            b"GET /?token=t HTTP/1.1\r\nAuthorization : Bearer abc\r\nA: b\r\n\r\nCookie: x";
        let shown = Redactor::default().wire(&Bytes::from_static(bytes));
        let wanted = "GET /?token=<redacted> HTTP/1.1\r\nAuthorization : <redacted>\r\nA: b\r\n\r\nCookie: x";
        assert_eq!(shown, wanted);
    }

    #[test]
    fn a_secret_that_a_server_repeats_is_hidden() {
        let mut redactor = Redactor::default();
        redactor.hide("hunter2");
        redactor.hide("hunter2-and-more");
        let body = Bytes::from_static(b"\xffyou sent hunter2-and-more, hunter2");
        assert_eq!(
            redactor.bytes(&body),
            &b"\xffyou sent <redacted>, <redacted>"[..]
        );
        assert_eq!(redactor.text("x hunter2"), "x <redacted>");
    }

    #[test]
    fn tokens_in_an_answer_are_hidden() {
        let body = Bytes::from_static(b"{\"token\":\"abc\",\"expires_in\":60}");
        let shown = tokens(200, body);
        let wanted = serde_json::json!({"token": REDACTED, "expires_in": 60});
        assert_eq!(serde_json::from_slice::<Value>(&shown).unwrap(), wanted);
        assert_eq!(tokens(200, Bytes::from_static(b"abc")), REDACTED);
        assert_eq!(tokens(403, Bytes::from_static(b"denied")), "denied");
    }

    #[test]
    fn a_form_loses_its_refresh_token() {
        let body = Bytes::from_static(b"refresh_token=abc&service=s");
        assert_eq!(form(&body), "refresh_token=<redacted>&service=s");
    }
}

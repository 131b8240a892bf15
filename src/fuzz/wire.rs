//! A request in the form in which mutations change it: between a plan's step and the bytes.

use bytes::Bytes;

use crate::http::Framing;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;

/// A request that may be no valid HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// The method.
    pub method: String,
    /// Scheme, host and port.
    pub origin: String,
    /// What stands behind the method: path and query, as bytes.
    pub target: Vec<u8>,
    /// The headers, in the order in which they are sent. `Host` is added where it is missing, and
    /// the length of the body where nothing tells it.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, before it is framed.
    pub body: Bytes,
    /// Whether the body goes out in chunks.
    pub chunked: bool,
    /// How many bytes of the body are held back: the length tells of them, and the connection is
    /// closed in their place.
    pub held_back: u64,
}

impl WireRequest {
    /// A request without headers and body.
    pub fn new(method: &str, origin: &str, target: impl Into<Vec<u8>>) -> Self {
        Self {
            method: method.to_owned(),
            origin: origin.to_owned(),
            target: target.into(),
            headers: Vec::new(),
            body: Bytes::new(),
            chunked: false,
            held_back: 0,
        }
    }

    /// The same with one header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with this body.
    #[must_use]
    pub fn sending(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The first header of this name, as text.
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self
            .headers
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// Puts one header in the place of all of that name.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.unset(name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Takes all headers of that name away. Whether there were any.
    pub fn unset(&mut self, name: &str) -> bool {
        let before = self.headers.len();
        self.headers
            .retain(|(it, _)| !it.eq_ignore_ascii_case(name));
        self.headers.len() < before
    }

    /// The path, without the query.
    pub fn path(&self) -> &[u8] {
        self.target
            .split(|byte| *byte == b'?')
            .next()
            .unwrap_or_default()
    }

    /// The query, without its question mark.
    pub fn query(&self) -> Option<&[u8]> {
        let mark = self.target.iter().position(|byte| *byte == b'?')?;
        Some(&self.target[mark + 1..])
    }

    /// Puts this path in front of the query.
    pub fn set_path(&mut self, path: impl Into<Vec<u8>>) {
        let query = self.query().map(<[u8]>::to_vec);
        self.target = path.into();
        if let Some(query) = query {
            self.target.push(b'?');
            self.target.extend(query);
        }
    }

    /// Puts this query behind the path, or none.
    pub fn set_query(&mut self, query: Option<&[u8]>) {
        let mut target = self.path().to_vec();
        if let Some(query) = query {
            target.push(b'?');
            target.extend(query);
        }
        self.target = target;
    }

    /// Appends to the query.
    pub fn add_query(&mut self, part: &str) {
        self.target
            .push(if self.query().is_some() { b'&' } else { b'?' });
        self.target.extend(part.as_bytes());
    }

    /// The URL, where the target is text.
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, String::from_utf8_lossy(&self.target))
    }

    /// The request as an ordinary client sends it; `None` where none would.
    pub fn ordinary(&self) -> Option<Request> {
        let method = Method::from_bytes(self.method.as_bytes()).ok()?;
        let target = std::str::from_utf8(&self.target).ok()?;
        let is_plain = target.starts_with('/') && target.parse::<http::Uri>().is_ok();
        if !is_plain || method == Method::CONNECT {
            return None;
        }
        let mut request = Request::new(method, self.url());
        for (name, value) in &self.headers {
            if FRAMING
                .iter()
                .any(|framing| name.eq_ignore_ascii_case(framing))
            {
                return None;
            }
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            request
                .headers
                .append(name, HeaderValue::from_bytes(value).ok()?);
        }
        if self.chunked {
            request.framing = Framing::Chunked;
        } else if self.held_back > 0 {
            request.framing = Framing::Announced(self.body.len() as u64 + self.held_back);
        }
        request.body = self.body.clone();
        Some(request)
    }

    /// The bytes of the request.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256 + self.body.len());
        for part in [self.method.as_bytes(), b" ", &self.target, b" HTTP/1.1\r\n"] {
            bytes.extend(part);
        }
        let host = self.origin.split("://").nth(1).unwrap_or_default();
        if self.header("host").is_none() {
            line(&mut bytes, "host", host.as_bytes());
        }
        for (name, value) in &self.headers {
            line(&mut bytes, name, value);
        }
        self.frame(&mut bytes);
        bytes
    }

    fn frame(&self, bytes: &mut Vec<u8>) {
        let frames_itself =
            self.header("content-length").is_some() || self.header("transfer-encoding").is_some();
        if self.chunked {
            line(bytes, "transfer-encoding", b"chunked");
            bytes.extend(b"\r\n");
            if !self.body.is_empty() {
                bytes.extend(format!("{:x}\r\n", self.body.len()).as_bytes());
                bytes.extend(&self.body);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
            return;
        }
        let expects = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        if !frames_itself && (expects || !self.body.is_empty()) {
            let length = self.body.len() as u64 + self.held_back;
            line(bytes, "content-length", length.to_string().as_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
    }
}

/// Headers with which a request tells its own framing, which no ordinary client lets one set.
const FRAMING: &[&str] = &[
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
    "expect",
    "trailer",
];

fn line(bytes: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        bytes.extend(part);
    }
}

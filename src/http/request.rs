//! A request, as a caller describes it.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;

use super::Seat;

/// A request, before authentication and redirects.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL. Path and query go out exactly as they stand here: nothing is normalised.
    pub url: String,
    /// The headers, in addition to `Host`, `Content-Length` and `Authorization`, which the client
    /// sets. No `Accept` here means that none is sent.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// How the body's length is told.
    pub framing: Framing,
    /// Whether the run's credentials go along.
    pub credentials: Credentials,
    /// What a token for this request is good for, in words that the caller chooses. Requests with
    /// the same words share a token, so that only the first of them is challenged.
    pub purpose: String,
    /// The longest body that is read from the answer, in bytes; a longer one is a
    /// [`Failure`](super::Failure).
    pub read_limit: usize,
    /// A shell pipeline that prints the body, for the `curl` command; where it is empty, the body
    /// itself is quoted.
    pub recipe: String,
    /// Whether redirects are followed; otherwise a 3xx is the answer.
    pub follow: bool,
    /// Where it meets others: its last byte is held back until they are as far. Only over a network.
    pub meeting: Option<Seat>,
}

/// How the length of a request's body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length`; on POST, PUT and PATCH also when the body is empty.
    Length,
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// `Content-Length` announces this many bytes, the body is sent as it is, and the sending side
    /// of the connection is then closed.
    Announced(u64),
}

/// Whether the run's credentials go along with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// As the registry asks for them.
    OfTheRun,
    /// Never: the answer to the bare request is what the caller wants to see.
    Withheld,
}

impl Request {
    /// The bound of an answer's body unless the caller says otherwise: 16 MiB.
    pub const READ_LIMIT: usize = 16 << 20;

    /// A request without headers and body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            framing: Framing::Length,
            credentials: Credentials::OfTheRun,
            purpose: String::new(),
            read_limit: Self::READ_LIMIT,
            recipe: String::new(),
            follow: true,
            meeting: None,
        }
    }

    /// The same request with this header added.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The same request, whose answer may be a redirect.
    #[must_use]
    pub fn unfollowed(mut self) -> Self {
        self.follow = false;
        self
    }

    /// The same request with this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

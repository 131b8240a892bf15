//! Which HTTP was spoken.

use std::fmt;

/// The version of HTTP in which an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    Http11,
    /// HTTP/2, which is only spoken over TLS, where the server picks it (RFC 9113, section 3.2).
    Http2,
}

impl Protocol {
    /// The one that reqwest names so, if it is one of these.
    pub(crate) fn of(version: http::Version) -> Option<Self> {
        match version {
            http::Version::HTTP_10 => Some(Self::Http10),
            http::Version::HTTP_11 => Some(Self::Http11),
            http::Version::HTTP_2 => Some(Self::Http2),
            _ => None,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        })
    }
}

//! A response, read to its end within the caller's bound.

use bytes::Bytes;
use http::HeaderMap;

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code; anything from 100 to 999, as the target is free to send nonsense.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Response {
    /// The value of a header that is there once or of which the first counts; `None` also where it
    /// is not printable ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

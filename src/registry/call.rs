//! A request as a handler sees it: read to its end.

use bytes::Bytes;

use super::error::Case;
use super::query::Query;
use crate::http::HeaderMap;
use crate::http::HeaderName;
use crate::http::Method;

/// A request, without its path, which the route has read.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The method.
    pub(crate) method: Method,
    /// The path as it was sent, percent-encoding included.
    pub(crate) path: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The query.
    pub(crate) query: Query,
    /// The body, as far as it came and was read.
    pub(crate) body: Bytes,
    /// Why that is not the whole of it, if it is not.
    pub(crate) flaw: Option<Case>,
}

impl Call {
    /// The first header with this name; what is not UTF-8 in it is replaced.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}

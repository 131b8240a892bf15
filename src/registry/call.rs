//! A request as a handler sees it: read to its end.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;

use super::auth::Sight;
use super::error::Flaw;
use super::query::Query;
use super::store::Draft;
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
    /// Of which repositories whoever sent it may know.
    pub(crate) sight: Sight,
    /// The query.
    pub(crate) query: Query,
    /// The body, as far as it came and was read, unless it is in `staged`.
    pub(crate) body: Bytes,
    /// The body, where it went to the store as it came.
    pub(crate) staged: Option<Arc<Staged>>,
    /// Why that is not the whole of it, if it is not.
    pub(crate) flaw: Option<Flaw>,
}

/// A body that went to the store as it came, to be taken by whoever knows what for.
#[derive(Debug)]
pub(crate) struct Staged {
    len: u64,
    draft: Mutex<Option<Draft>>,
}

impl Staged {
    /// What came.
    pub(crate) fn new(draft: Draft) -> Self {
        Self {
            len: draft.len(),
            draft: Mutex::new(Some(draft)),
        }
    }
}

impl Call {
    /// How many bytes the body has.
    pub(crate) fn len(&self) -> u64 {
        match &self.staged {
            Some(staged) => staged.len,
            None => self.body.len() as u64,
        }
    }

    /// Takes the body that went to the store.
    pub(crate) fn take_draft(&self) -> Option<Draft> {
        let draft = self.staged.as_ref()?.draft.lock();
        draft.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The first header with this name; what is not UTF-8 in it is replaced.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}

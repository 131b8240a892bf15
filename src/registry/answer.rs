//! An answer as a handler makes it: whole, before it is cut to what the method allows.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header;

use super::operations::Notes;
use super::store::BLOCK;
use super::store::Content;
use super::store::Part;
use crate::http::HeaderMap;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::oci::Digest;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body. To HEAD, what the body of GET would be.
    pub(crate) body: Bytes,
    /// A file that is the body instead. No layer sees one.
    pub(crate) file: Option<Part>,
    /// How long it waits before it goes out.
    pub(crate) delay: Duration,
    /// Whether its length is not told beforehand.
    pub(crate) is_streamed: bool,
    /// What is noted of it for those who run the registry.
    pub(crate) notes: Notes,
}

impl Answer {
    /// An answer without headers and body.
    pub(crate) fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            file: None,
            delay: Duration::ZERO,
            is_streamed: false,
            notes: Notes::default(),
        }
    }

    /// The same with this header added, unless the value cannot stand in a header.
    pub(crate) fn header(mut self, name: HeaderName, value: &(impl Display + ?Sized)) -> Self {
        if let Ok(value) = HeaderValue::try_from(value.to_string()) {
            self.headers.append(name, value);
        }
        self
    }

    /// The same with this body.
    pub(crate) fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE, media_type)
    }

    /// The same with this content as its body. A short file is read at once.
    pub(crate) fn content(self, media_type: &str, content: Content) -> io::Result<Self> {
        match content {
            Content::File(part) if part.len() > BLOCK as u64 => {
                let mut answer = self.body(media_type, Bytes::new());
                answer.file = Some(part);
                Ok(answer)
            }
            content => Ok(self.body(media_type, content.read()?)),
        }
    }

    /// The same with all of its body in memory.
    pub(crate) fn held(mut self) -> io::Result<Self> {
        if let Some(part) = self.file.take() {
            self.body = Content::File(part).read()?;
        }
        Ok(self)
    }

    /// How many bytes its body has.
    fn len(&self) -> u64 {
        match &self.file {
            Some(part) => part.len(),
            None => self.body.len() as u64,
        }
    }

    /// The same with the digest of its content, which also serves as its strong validator.
    pub(crate) fn digest(self, digest: &Digest) -> Self {
        self.header(super::header::CONTENT_DIGEST, digest)
            .header(header::ETAG, &entity_tag(digest))
    }

    /// The answer as it goes out to `method`: with its length, and to HEAD without its body.
    pub(crate) fn finish(mut self, method: &Method) -> Self {
        let has_no_length =
            self.status == StatusCode::NO_CONTENT || self.status == StatusCode::NOT_MODIFIED;
        if has_no_length {
            self.body = Bytes::new();
            self.file = None;
            return self;
        }
        if !self.is_streamed {
            let length = HeaderValue::from(self.len());
            self.headers.entry(header::CONTENT_LENGTH).or_insert(length);
        }
        if method == Method::HEAD {
            self.body = Bytes::new();
            self.file = None;
        }
        self
    }
}

/// The strong validator of content with this digest (RFC 9110, section 8.8.3).
pub(crate) fn entity_tag(digest: &Digest) -> String {
    format!("\"{digest}\"")
}

//! What rows about uploads ask of a request and its session, and do to them behind the handlers'
//! back.

use bytes::Bytes;
use http::header;

use super::Visit;
use crate::http::Method;
use crate::oci::ContentRange;
use crate::oci::Digest;
use crate::oci::StoredRange;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;

impl Visit<'_> {
    /// Whether there is a session where the path says.
    pub(crate) fn has_session(&self) -> bool {
        let name = self.repository();
        name.is_some_and(|name| self.store().session(&name, self.last()).is_some())
    }

    /// The chunks that the session has taken.
    pub(crate) fn chunks(&self) -> Vec<Bytes> {
        let name = self.repository();
        let chunks = name.and_then(|name| self.store().session_content(&name, self.last()));
        chunks.unwrap_or_default()
    }

    /// How many bytes the session has taken.
    pub(crate) fn stored(&self) -> u64 {
        self.chunks().iter().map(|chunk| chunk.len() as u64).sum()
    }

    /// What the session has taken, and the body behind it.
    pub(crate) fn whole(&self) -> Bytes {
        [self.chunks(), vec![self.body().clone()]]
            .concat()
            .concat()
            .into()
    }

    /// Makes the session one that has taken this and nothing else.
    pub(crate) fn rewrite_session(&self, content: impl Into<Bytes>) {
        if let Some(name) = self.repository() {
            self.store().cancel_session(&name, self.last());
            self.store().open_session(&name, self.last());
            // It was opened just now, so that it takes whatever comes.
            self.store().append(&name, self.last(), content.into());
        }
    }

    /// Ends the session without a trace.
    pub(crate) fn drop_session(&self) {
        if let Some(name) = self.repository() {
            self.store().cancel_session(&name, self.last());
        }
    }

    /// Where the body says that it belongs in the blob, if it says so in the right form.
    pub(crate) fn content_range(&self) -> Option<ContentRange> {
        self.header(&header::CONTENT_RANGE)?.parse().ok()
    }

    /// The digest in this parameter of the query, if it is one.
    pub(crate) fn digest(&self, parameter: &str) -> Option<Digest> {
        self.query(parameter)?.parse().ok()
    }

    /// Whether the repository holds the blob.
    pub(crate) fn holds_blob(&self, digest: &Digest) -> bool {
        let name = self.repository();
        name.is_some_and(|name| self.store().blob(&name, digest).is_some())
    }

    /// Puts a blob into the repository, whatever its digest.
    pub(crate) fn put_blob(&self, digest: &Digest, content: impl Into<Bytes>) {
        if let Some(name) = self.repository() {
            (self.store()).put_blob(&name, digest.clone(), content.into());
        }
    }

    /// Takes a blob out of the repository.
    pub(crate) fn drop_blob(&self, digest: &Digest) {
        if let Some(name) = self.repository() {
            self.store().delete_blob(&name, digest);
        }
    }

    /// The answer to a push that is complete.
    pub(crate) fn blob_created(&self, digest: &Digest) -> Answer {
        let location = format!("/v2/{}/blobs/{digest}", self.name());
        Answer::of(201)
            .with(header::LOCATION, &location)
            .with(CONTENT_DIGEST, digest)
    }

    /// Closes the session with what it has and the body, under a digest that nobody verifies.
    pub(crate) fn commit(&self, digest: &Digest) -> Answer {
        self.put_blob(digest, self.whole());
        self.drop_session();
        self.blob_created(digest)
    }

    /// The answer that says how far the session has come.
    pub(crate) fn progress(&self, status: u16) -> Answer {
        let location = format!("/v2/{}/blobs/uploads/{}", self.name(), self.last());
        let answer = Answer::of(status).with(header::LOCATION, &location);
        match StoredRange::of_len(self.stored()) {
            Some(range) => answer.with(header::RANGE, &range),
            None => answer,
        }
    }

    /// The answer to a POST in the same repository that opens a session.
    pub(crate) fn open_session(&self) -> Answer {
        let name = self.name().to_owned();
        self.ask(Method::POST, &Route::Uploads { name }, "", Bytes::new())
    }
}

impl Answer {
    /// The id of the session to which `Location` leads.
    pub(crate) fn session(&self) -> Option<String> {
        match Route::parse(self.value(&header::LOCATION)?) {
            Route::Session { id, .. } => Some(id),
            _ => None,
        }
    }
}

//! Upload sessions, as checks drive them.

use crate::catalogue::chunked;
use crate::catalogue::post_then_put;
use crate::http::Method;
use crate::oci::Digest;
use crate::verdict::Stop;

use super::Answer;
use super::Asking;
use super::Repository;

/// An open upload session: the URL to which the next request goes.
#[derive(Debug, Clone)]
pub struct Session<'t> {
    repository: Repository<'t>,
    /// The last `Location` that the registry gave for it.
    pub url: String,
    /// How many bytes a chunk that is not the last has to have, as the registry announced.
    pub minimum: usize,
}

impl<'t> Repository<'t> {
    /// POST that opens an upload session.
    pub fn post_upload(&self) -> Asking<'t> {
        self.ask(Method::POST, "blobs/uploads/")
    }

    /// Opens an upload session; blocked if the registry does not do it as it must.
    pub fn open_session(&self) -> Result<Session<'t>, Stop> {
        let answer = self.post_upload().send()?;
        answer
            .prepares(&post_then_put::UPLOAD_POST_ACCEPTED)
            .status(&[202])?;
        answer
            .prepares(&post_then_put::UPLOAD_LOCATION_SENT)
            .has_location()?;
        let session = self.session_at(answer.location().unwrap_or_default());
        Ok(Session {
            minimum: announced_minimum(&answer),
            ..session
        })
    }

    /// The session that lives at this URL.
    pub fn session_at(&self, url: String) -> Session<'t> {
        Session {
            repository: self.clone(),
            url,
            minimum: 0,
        }
    }
}

impl<'t> Session<'t> {
    /// How long a chunk has to be that nobody can call too small, and that is still quick to send.
    pub fn chunk_len(&self) -> usize {
        self.minimum.max(512)
    }

    /// A request to the session's URL.
    pub fn ask(&self, method: Method) -> Asking<'t> {
        self.repository.ask_at(method, &self.url)
    }

    /// PATCH with a chunk that starts at byte `start` of the blob.
    pub fn patch(&self, start: usize, chunk: &[u8]) -> Asking<'t> {
        self.patch_range(&content_range(start, chunk.len()), chunk)
    }

    /// PATCH with any `Content-Range`.
    pub fn patch_range(&self, range: &str, chunk: &[u8]) -> Asking<'t> {
        self.ask(Method::PATCH)
            .header("content-type", "application/octet-stream")
            .header("content-range", range)
            .body(chunk.to_vec())
    }

    /// PATCH without a `Content-Range`: the whole is streamed.
    pub fn stream(&self, bytes: &[u8]) -> Asking<'t> {
        self.ask(Method::PATCH)
            .header("content-type", "application/octet-stream")
            .body(bytes.to_vec())
    }

    /// PUT that closes the session.
    pub fn put(&self, digest: &Digest) -> Asking<'t> {
        self.ask(Method::PUT)
            .header("content-type", "application/octet-stream")
            .query("digest", &digest.to_string())
    }

    /// GET of the session's status.
    pub fn status(&self) -> Result<Answer<'t>, Stop> {
        self.ask(Method::GET).send()
    }

    /// Sends a chunk; blocked if the registry does not take it as it must. The session moves on to
    /// the new `Location`.
    pub fn push_chunk(&mut self, start: usize, chunk: &[u8]) -> Result<(), Stop> {
        let answer = self.patch(start, chunk).send()?;
        answer.prepares(&chunked::CHUNK_ACCEPTED).status(&[202])?;
        self.follow(&answer)
    }

    /// Moves the session on to the `Location` of an answer; blocked if there is none.
    pub fn follow(&mut self, answer: &Answer<'_>) -> Result<(), Stop> {
        answer
            .prepares(&chunked::CHUNK_LOCATION_SENT)
            .has_location()?;
        self.url = answer.location().unwrap_or_default();
        Ok(())
    }
}

/// What `OCI-Chunk-Min-Length` says, as far as a check can go along with it: up to 8 MiB.
fn announced_minimum(answer: &Answer<'_>) -> usize {
    let announced = answer
        .header("oci-chunk-min-length")
        .and_then(|value| value.parse().ok());
    announced.unwrap_or(0).min(8 << 20)
}

/// The `Content-Range` of a chunk. An empty chunk has none that the grammar allows; it gets
/// `start-start`.
pub fn content_range(start: usize, len: usize) -> String {
    format!("{start}-{}", (start + len).saturating_sub(1).max(start))
}

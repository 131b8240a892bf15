//! Pushing blobs: what happens to a session once it is open.

use http::StatusCode;
use http::header;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::header::UPLOAD_ID;
use super::super::settings::Optional;
use super::super::store::Draft;
use super::super::store::Session;
use super::super::store::Unappended;
use super::uploads;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::ContentRange;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::oci::StoredRange;

/// An upload session as a request names it.
struct Upload<'a> {
    app: &'a App,
    name: &'a RepositoryName,
    id: &'a str,
}

/// Answers a request for an upload session.
pub(super) fn answer(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    id: &str,
) -> Result<Answer, Refusal> {
    app.store
        .expire_sessions(name, app.settings.session_timeout)?;
    let upload = Upload { app, name, id };
    match call.method {
        Method::PATCH => upload.patch(call),
        Method::PUT => upload.close(call),
        Method::GET if app.settings.offers(Optional::UploadStatus) => upload.status(),
        Method::DELETE if app.settings.offers(Optional::Cancel) => upload.cancel(),
        _ => Err(Refusal::method(&allowed(app))),
    }
}

fn allowed(app: &App) -> String {
    let mut methods = vec!["PATCH", "PUT"];
    if app.settings.offers(Optional::UploadStatus) {
        methods.push("GET");
    }
    if app.settings.offers(Optional::Cancel) {
        methods.push("DELETE");
    }
    methods.join(", ")
}

impl Upload<'_> {
    fn status(&self) -> Result<Answer, Refusal> {
        let session = self.session()?;
        let answer = self.progress(StatusCode::NO_CONTENT, session.len);
        // The status has to name a range, and clients read this one as no bytes at all.
        Ok(if session.len == 0 {
            answer.header(header::RANGE, "0-0")
        } else {
            answer
        })
    }

    fn cancel(&self) -> Result<Answer, Refusal> {
        if self.app.store.cancel_session(self.name, self.id)? {
            Ok(Answer::new(StatusCode::NO_CONTENT))
        } else {
            Err(Case::UploadUnknown.into())
        }
    }

    fn patch(&self, call: &Call) -> Result<Answer, Refusal> {
        let session = self.session()?;
        let at = self.check_chunk(call, session)?;
        let chunk = self.chunk(call, Algorithm::default())?;
        let appended = self.app.store.append(self.name, self.id, at, chunk)?;
        let len = appended.map_err(|reason| self.refusal(reason))?;
        Ok(self.progress(StatusCode::ACCEPTED, len))
    }

    /// Closes the session with what it has and the body, if together they have the right digest.
    /// Otherwise the session stays as it is.
    fn close(&self, call: &Call) -> Result<Answer, Refusal> {
        let session = self.session()?;
        let digest = call.query.first("digest").ok_or(Case::DigestMissing)?;
        let digest = super::pushed_digest(self.app, digest)?;
        // Some clients repeat the range of the whole on a closing request without a chunk.
        if call.len() > 0 {
            self.check_chunk(call, session)?;
        }
        let mut chunk = self.chunk(call, digest.algorithm())?;
        if self.digest(&mut chunk, digest.algorithm())? != digest {
            return Err(Case::DigestMismatch.into());
        }
        let answer = uploads::created(self.name, &digest);
        let store = &self.app.store;
        let finished = store.finish_session(self.name, self.id, digest, chunk)?;
        finished.map_err(|reason| self.refusal(reason))?;
        Ok(answer)
    }

    fn session(&self) -> Result<Session, Refusal> {
        let session = self.app.store.session(self.name, self.id)?;
        session.ok_or_else(|| Case::UploadUnknown.into())
    }

    /// The body as the next chunk, which may have gone to the store as it came.
    fn chunk(&self, call: &Call, algorithm: Algorithm) -> Result<Draft, Refusal> {
        if let Some(draft) = call.take_draft() {
            return Ok(draft);
        }
        let chunk = self.app.store.chunk(self.name, self.id, algorithm)?;
        let mut chunk = chunk.ok_or(Case::UploadUnknown)?;
        chunk.write(call.body.clone())?;
        Ok(chunk)
    }

    /// The digest of what the session has and of a last chunk. Where they were hashed by another
    /// algorithm as they came, all of it is read again.
    fn digest(&self, chunk: &mut Draft, algorithm: Algorithm) -> Result<Digest, Refusal> {
        if chunk.algorithm() == algorithm {
            return Ok(chunk.digest());
        }
        let mut hasher = algorithm.hasher();
        let pieces = self.app.store.session_content(self.name, self.id)?;
        for piece in pieces.ok_or(Case::UploadUnknown)? {
            piece.hash(&mut hasher)?;
        }
        chunk.content()?.hash(&mut hasher)?;
        Ok(hasher.digest())
    }

    /// Checks that the body can be the next chunk. The offset at which it says to begin, if it
    /// says so.
    fn check_chunk(&self, call: &Call, session: Session) -> Result<Option<u64>, Refusal> {
        let range = match call.header(&header::CONTENT_RANGE) {
            Some(text) => Some(
                text.parse::<ContentRange>()
                    .map_err(|bad| Refusal::because(Case::ContentRangeInvalid, bad))?,
            ),
            None => None,
        };
        if range.is_some_and(|range| range.first() != session.len) {
            return Err(self.refusal(Unappended::Elsewhere(session.len)));
        }
        let length = call.len();
        if range.is_some_and(|range| range.len() != length) {
            return Err(Case::ChunkLength.into());
        }
        let minimum = self.app.settings.chunk_minimum.unwrap_or(0);
        if length > 0 && session.last_chunk.is_some_and(|last| last < minimum) {
            return Err(Case::ChunkTooSmall.into());
        }
        if session.len.saturating_add(length) > self.app.settings.blob_limit as u64 {
            return Err(Case::TooLarge.into());
        }
        Ok(range.map(ContentRange::first))
    }

    fn refusal(&self, reason: Unappended) -> Refusal {
        match reason {
            Unappended::Unknown => Case::UploadUnknown.into(),
            Unappended::Elsewhere(len) => {
                let refusal = Refusal::from(Case::ChunkOutOfOrder).header(
                    header::LOCATION,
                    &uploads::session_location(self.name, self.id),
                );
                let refusal = refusal.header(UPLOAD_ID, &self.id);
                match StoredRange::of_len(len) {
                    Some(range) => refusal.header(header::RANGE, &range),
                    None => refusal,
                }
            }
        }
    }

    /// The answer that says how far the upload has come. Nothing has no range.
    fn progress(&self, status: StatusCode, len: u64) -> Answer {
        let answer = Answer::new(status)
            .header(
                header::LOCATION,
                &uploads::session_location(self.name, self.id),
            )
            .header(UPLOAD_ID, self.id);
        match StoredRange::of_len(len) {
            Some(range) => answer.header(header::RANGE, &range),
            None => answer,
        }
    }
}

//! The ways in which one and the same blob can be pushed.

use crate::catalogue::Requirement;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_BLOB_LOCATION_SENT;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::mount::MOUNT_ACCEPTED;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_PULLED;
use crate::catalogue::single_post::SINGLE_POST_ACCEPTED;
use crate::catalogue::single_post::SINGLE_POST_LOCATION_PULLED;
use crate::oci::Digest;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Session;
use crate::trial::content::Blob;
use crate::trial::content_range;
use crate::verdict::Stop;

/// A way to push a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// POST, then PUT of the whole.
    Put,
    /// POST, then PUT of the whole, whose length is not announced.
    EncodedPut,
    /// POST of the whole.
    Post,
    /// One chunk, then a PUT without a body.
    OneChunk,
    /// Several chunks, then a PUT without a body.
    Chunks,
    /// A chunk, then the last one in the PUT.
    LastInPut,
    /// PATCH of the whole without a `Content-Range`, then a PUT without a body.
    Stream,
    /// The same, with a length that is not announced.
    EncodedStream,
    /// The blob is pushed to the other repository, and mounted from there.
    Mount,
}

impl Way {
    /// Every way.
    pub(super) const ALL: [Self; 9] = [
        Self::Put,
        Self::EncodedPut,
        Self::Post,
        Self::OneChunk,
        Self::Chunks,
        Self::LastInPut,
        Self::Stream,
        Self::EncodedStream,
        Self::Mount,
    ];

    /// One of each kind, where each costs much.
    pub(super) const KINDS: [Self; 4] = [Self::Put, Self::Post, Self::Chunks, Self::Mount];

    /// The ways that send bytes to the repository, so that they can be refused for them.
    pub(super) const SENDING: [Self; 8] = [
        Self::Put,
        Self::EncodedPut,
        Self::Post,
        Self::OneChunk,
        Self::Chunks,
        Self::LastInPut,
        Self::Stream,
        Self::EncodedStream,
    ];

    /// What is broken if a push by this way is not answered 201.
    pub(super) fn accepted(self) -> &'static Requirement {
        match self {
            Self::Put | Self::EncodedPut => &UPLOAD_PUT_ACCEPTED,
            Self::Post => &SINGLE_POST_ACCEPTED,
            Self::Mount => &MOUNT_ACCEPTED,
            _ => &CHUNKED_PUT_ACCEPTED,
        }
    }

    /// What is broken if the `Location` of the 201 does not lead to the blob.
    pub(super) fn located(self) -> &'static Requirement {
        match self {
            Self::Put | Self::EncodedPut => &UPLOADED_BLOB_LOCATION_PULLED,
            Self::Post => &SINGLE_POST_LOCATION_PULLED,
            Self::Mount => &MOUNTED_BLOB_PULLED,
            _ => &CHUNKED_BLOB_LOCATION_SENT,
        }
    }

    /// Pushes the blob; the 201. [`Stop::Unsupported`] where the registry does not go this way.
    pub(super) fn push<'t>(
        self,
        repository: &Repository<'t>,
        blob: &Blob,
    ) -> Result<Answer<'t>, Stop> {
        let answer = self.try_push(repository, blob, &blob.digest)?;
        answer.proves(self.accepted()).that(
            answer.status() == 201,
            "201 to the last request of the push",
            &answer.summary(),
        )?;
        Ok(answer)
    }

    /// Pushes the blob under a digest that may be that of something else; the last answer.
    pub(super) fn try_push<'t>(
        self,
        repository: &Repository<'t>,
        blob: &Blob,
        digest: &Digest,
    ) -> Result<Answer<'t>, Stop> {
        match self {
            Self::Put => repository.open_session()?.put(digest).blob(blob).send(),
            Self::EncodedPut => encoded_put(repository, blob, digest),
            Self::Post => post(repository, blob, digest),
            Self::OneChunk => chunks(repository, blob, 1)?.put(digest).send(),
            Self::Chunks => chunks(repository, blob, 3)?.put(digest).send(),
            Self::LastInPut => last_in_put(repository, blob, digest),
            Self::Stream | Self::EncodedStream => {
                stream(repository, blob, self)?.put(digest).send()
            }
            Self::Mount => mount(repository, blob, digest),
        }
    }
}

/// What a push came to, or nothing where the registry does not go this way.
pub(super) fn if_taken<T>(pushed: Result<T, Stop>) -> Result<Option<T>, Stop> {
    match pushed {
        Ok(pushed) => Ok(Some(pushed)),
        Err(Stop::Unsupported(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

fn declined(answer: &Answer<'_>) -> Stop {
    Stop::Unsupported(format!(
        "{} answered {}",
        answer.question(),
        answer.summary()
    ))
}

/// A server may insist on a length (RFC 9110, section 15.5.12), or not know the coding (RFC 9112,
/// section 6.1).
fn lacks_length(answer: &Answer<'_>) -> bool {
    matches!(answer.status(), 411 | 501)
}

fn encoded_put<'t>(
    repository: &Repository<'t>,
    blob: &Blob,
    digest: &Digest,
) -> Result<Answer<'t>, Stop> {
    let session = repository.open_session()?;
    let answer = session.put(digest).blob(blob).chunked().send()?;
    // The specification has a length on this request.
    if lacks_length(&answer) || (answer.is_client_error() && *digest == blob.digest) {
        return Err(declined(&answer));
    }
    Ok(answer)
}

fn post<'t>(repository: &Repository<'t>, blob: &Blob, digest: &Digest) -> Result<Answer<'t>, Stop> {
    let asking = repository.post_upload();
    let asking = asking.query("digest", &digest.to_string()).blob(blob);
    let answer = asking.send()?;
    let refused = answer.is_client_error() && *digest == blob.digest;
    if refused || matches!(answer.status(), 202 | 404 | 405) {
        return Err(declined(&answer));
    }
    Ok(answer)
}

/// A session that holds the blob, sent in so many chunks or, where the registry asks for longer
/// ones, in fewer.
fn chunks<'t>(repository: &Repository<'t>, blob: &Blob, count: usize) -> Result<Session<'t>, Stop> {
    let mut session = repository.open_session()?;
    let unit = blob.bytes.len().div_ceil(count).max(session.minimum).max(1);
    for (place, chunk) in blob.bytes.chunks(unit).enumerate() {
        session.push_chunk(place * unit, chunk)?;
    }
    Ok(session)
}

fn last_in_put<'t>(
    repository: &Repository<'t>,
    blob: &Blob,
    digest: &Digest,
) -> Result<Answer<'t>, Stop> {
    let mut session = repository.open_session()?;
    let half = blob.bytes.len().div_ceil(2).max(session.minimum);
    let (first, last) = blob.bytes.split_at(half.min(blob.bytes.len()));
    if !first.is_empty() {
        session.push_chunk(0, first)?;
    }
    let asking = session.put(digest);
    if last.is_empty() {
        return asking.send();
    }
    let range = content_range(first.len(), last.len());
    asking
        .header("content-range", &range)
        .body(last.to_vec())
        .send()
}

/// A session that holds the blob, streamed.
fn stream<'t>(repository: &Repository<'t>, blob: &Blob, way: Way) -> Result<Session<'t>, Stop> {
    let mut session = repository.open_session()?;
    let mut asking = session.stream(&blob.bytes);
    if way == Way::EncodedStream {
        asking = asking.chunked();
    }
    let answer = asking.send()?;
    if answer.is_client_error() || (way == Way::EncodedStream && lacks_length(&answer)) {
        return Err(declined(&answer));
    }
    answer.prepares(&CHUNK_ACCEPTED).status(&[202])?;
    session.follow(&answer)?;
    Ok(session)
}

fn mount<'t>(target: &Repository<'t>, blob: &Blob, digest: &Digest) -> Result<Answer<'t>, Stop> {
    let trial = target.trial();
    let source = [trial.repository(), trial.other_repository()]
        .into_iter()
        .find(|repository| repository.name() != target.name())
        .expect("a trial has two repositories");
    source.push_blob(blob)?;
    let asking = target.post_upload().query("mount", &digest.to_string());
    let answer = asking.query("from", source.name().as_str()).send()?;
    if answer.status() == 202 || answer.is_client_error() {
        return Err(declined(&answer));
    }
    Ok(answer)
}

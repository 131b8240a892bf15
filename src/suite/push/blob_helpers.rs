//! What several sections about pushing blobs share: sessions for chunks, and looking whether a blob
//! arrived.

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::REFUSED_CHUNK_DISCARDED;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::StoredRange;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content_range;
use crate::verdict::Outcome;
use crate::verdict::Stop;

/// The size of chunks where it does not matter, in bytes.
pub(super) const CHUNK: usize = 1024;

/// Opens a session for chunks. The second value is the size of the chunks to send, in bytes:
/// `least`, or the announced minimum where that is more.
pub(super) fn open_for_chunks<'t>(
    repository: &Repository<'t>,
    least: usize,
) -> Result<(Session<'t>, usize), Stop> {
    let session = repository.open_session()?;
    let unit = least.max(session.minimum);
    Ok((session, unit))
}

/// Demands that the 201 to a push leads to the blob: by its `Location`, which proves `requirement`,
/// and by digest.
pub(super) fn leads_to_blob(
    repository: &Repository<'_>,
    created: &Answer<'_>,
    blob: &Blob,
    requirement: &'static Requirement,
) -> Outcome {
    let location = created.location().unwrap_or_default();
    let answer = repository.ask_at(Method::GET, &location).send()?;
    answer
        .proves(requirement)
        .status(&[200])?
        .body(&blob.bytes)?;
    let by_digest = repository.path(&format!("blobs/{}", blob.digest));
    if location.ends_with(&by_digest) {
        return Ok(());
    }
    is_pulled(repository, blob, &BLOB_FOUND)
}

/// Demands that the blob can be pulled by its digest.
pub(super) fn is_pulled(
    repository: &Repository<'_>,
    blob: &Blob,
    requirement: &'static Requirement,
) -> Outcome {
    let answer = repository.get(&format!("blobs/{}", blob.digest))?;
    answer
        .proves(requirement)
        .status(&[200])?
        .body(&blob.bytes)?;
    Ok(())
}

/// Demands that there is no blob of this digest.
pub(super) fn is_not_stored(
    repository: &Repository<'_>,
    digest: &Digest,
    requirement: &'static Requirement,
) -> Outcome {
    let answer = repository.head(&format!("blobs/{digest}"))?;
    answer.proves(requirement).status(&[404])?;
    Ok(())
}

/// Demands that a PUT was taken, with whatever 2xx: which one is a question of its own.
pub(super) fn is_put(answer: &Answer<'_>, requirement: &'static Requirement) -> Result<bool, Stop> {
    let demand = answer.proves(requirement);
    let demand = demand.that(answer.is_success(), "201", &answer.summary())?;
    Ok(demand.held())
}

/// Demands that a session stands where it stood before a chunk was refused, and can be completed
/// from there: `stored` bytes of the blob are in it.
pub(super) fn goes_on(
    trial: &Trial<'_>,
    session: &mut Session<'_>,
    stored: usize,
    blob: &Blob,
) -> Outcome {
    if trial.spec() >= Version::V1_1 {
        ask_where(session)?;
    }
    let rest = blob.bytes.slice(stored..);
    let range = content_range(stored, rest.len());
    let answer = session
        .put(&blob.digest)
        .header("content-range", &range)
        .body(rest)
        .send()?;
    is_put(&answer, &REFUSED_CHUNK_DISCARDED)?;
    is_pulled(&trial.repository(), blob, &REFUSED_CHUNK_DISCARDED)
}

/// Asks for the status, as a client does after a 416, and goes on where it says. Whether there is a
/// status, which is returned, and what it says, is a question of its own.
pub(super) fn ask_where(session: &mut Session<'_>) -> Result<bool, Stop> {
    let answer = session.status()?;
    let is_there = answer.status() == 204;
    if let Some(url) = answer.location().filter(|_| is_there) {
        session.url = url;
    }
    Ok(is_there)
}

/// Demands that an answer says that `stored` bytes are stored: first that it has a `Range` of the
/// right form, then that this ends at the last byte.
pub(super) fn says_stored(
    answer: &Answer<'_>,
    stored: usize,
    (sent, matched): (&'static Requirement, &'static Requirement),
) -> Outcome {
    let range = answer.header("range").unwrap_or_default();
    let read = range.parse::<StoredRange>();
    let actual = match range {
        "" => format!("{}, no Range", answer.summary()),
        range => format!("Range: {range}"),
    };
    answer.proves(sent).that(
        read.is_ok(),
        "a Range of the form 0-end, without a unit",
        &actual,
    )?;
    let expected = StoredRange::of_len(stored as u64);
    answer.proves(matched).that(
        read.ok() == expected,
        &expected.map_or_else(String::new, |range| format!("Range: {range}")),
        &actual,
    )?;
    Ok(())
}

/// A session that nobody opened, where many registries have theirs.
pub(super) fn absent_session<'t>(trial: &'t Trial<'t>) -> Session<'t> {
    let digest = trial.absent_digest(Algorithm::Sha256);
    let hex = digest.hex();
    // The form of a version 4 UUID, so that an id of this form is not refused for its form alone.
    let id = format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    );
    let path = trial.repository().path(&format!("blobs/uploads/{id}"));
    let url = format!("{}{path}", trial.world().origin);
    trial.repository().session_at(url)
}

//! Uploads that meet in one session, and pushes of one blob at the same time.
//!
//! Sessions beside one another, each with its own client, are a question of `push/at_once`.

use crate::catalogue::Version;
use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::catalogue::concurrency::RACED_SESSION_KEPT;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::StoredRange;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content_range;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::threads::at_once;
use super::super::way::Way;
use super::is_answered;
use super::is_blob;
use super::is_whole_or_absent;

pub(crate) static SECTION: Section = Section {
    id: "concurrency/uploads",
    title: "Uploads that meet",
    anchor: "pushing-blobs",
    checks: &[
        Check {
            name: "closed-by-three",
            title: "Of three PUTs that close one session at once one is taken, and its blob is whole",
            covers: &[&RACED_SESSION_KEPT, &RACED_REQUEST_ANSWERED],
            run: closed_by_three,
            ..PUSHED
        },
        Check {
            name: "closed-to-different-blobs",
            title: "Of two PUTs that close one session at once with different ends, each that is taken is whole",
            covers: &[&RACED_SESSION_KEPT, &RACED_REQUEST_ANSWERED],
            run: closed_to_different_blobs,
            ..PUSHED
        },
        Check {
            name: "chunk-sent-twice",
            title: "A chunk that is sent twice at once is stored once, and the session goes on",
            covers: &[&RACED_SESSION_KEPT, &RACED_REQUEST_ANSWERED],
            run: chunk_sent_twice,
            ..PUSHED
        },
        Check {
            name: "same-blob-by-different-ways",
            title: "A blob that four clients push at once, each by another way, is stored as it is",
            covers: &[&ACKNOWLEDGED_PUSH_KEPT, &RACED_REQUEST_ANSWERED],
            run: same_blob,
            ..PUSHED
        },
        Check {
            name: "right-beside-wrong",
            title: "Bytes that are pushed under the digest of others at the same time are refused, and those are stored",
            covers: &[
                &ACKNOWLEDGED_PUSH_KEPT,
                &MISMATCHED_UPLOAD_REFUSED,
                &RACED_REQUEST_ANSWERED,
            ],
            run: right_beside_wrong,
            ..PUSHED
        },
    ],
};

const PUSHED: Check = Check {
    needs: &[Feature::Push],
    ..Check::BASE
};

/// A session that holds the first `len` bytes of a blob.
fn begun<'t>(repository: &Repository<'t>, blob: &Blob, len: usize) -> Result<Session<'t>, Stop> {
    let mut session = repository.open_session()?;
    session.push_chunk(0, &blob.bytes[..len])?;
    Ok(session)
}

/// Demands that several requests that met are each answered, and one of them with this. Whether one was.
fn is_taken(trial: &Trial<'_>, answers: &[Answer<'_>], status: u16) -> Result<bool, Stop> {
    answers.iter().try_for_each(is_answered)?;
    let told: Vec<_> = answers.iter().map(Answer::told).collect();
    let is_taken = answers.iter().any(|it| it.status() == status);
    let expected = format!("{status} to one of {} requests at least", answers.len());
    trial.judge(&RACED_REQUEST_ANSWERED, is_taken, expected, told.join(", "))?;
    Ok(is_taken)
}

fn closed_by_three(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(70_000));
    let session = begun(&repository, &blob, blob.bytes.len())?;
    let answers = at_once(0..3, |_| session.put(&blob.digest).send())?;
    if !is_taken(trial, &answers, 201)? {
        return Ok(());
    }
    is_blob(&repository, &blob, &RACED_SESSION_KEPT)
}

fn closed_to_different_blobs(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut session = repository.open_session()?;
    let begin = session.chunk_len().max(40_000);
    let (one, end) = (trial.blob(begin + 30_000), trial.blob(20_000));
    let bytes = [&one.bytes[..begin], &end.bytes].concat();
    let other = Blob::from_bytes(bytes, one.digest.algorithm(), &one.media_type);
    session.push_chunk(0, &one.bytes[..begin])?;
    let blobs = [one, other];
    let answers = at_once(&blobs, |blob| {
        let last = blob.bytes.slice(begin..);
        let close = session.put(&blob.digest);
        let range = content_range(begin, last.len());
        close.header("content-range", &range).body(last).send()
    })?;
    is_taken(trial, &answers, 201)?;
    for (blob, answer) in blobs.iter().zip(&answers) {
        if answer.status() == 201 {
            is_blob(&repository, blob, &RACED_SESSION_KEPT)?;
        }
        let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
        is_whole_or_absent(&pulled, &blob.bytes)?;
    }
    Ok(())
}

fn chunk_sent_twice(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut session = repository.open_session()?;
    let unit = session.chunk_len().max(30_000);
    let blob = trial.blob(unit + 100);
    let answers = at_once(0..2, |_| session.patch(0, &blob.bytes[..unit]).send())?;
    if !is_taken(trial, &answers, 202)? {
        return Ok(());
    }
    if let Some(taken) = answers.iter().find(|it| it.status() == 202) {
        session.follow(taken)?;
    }
    let is_told = trial.spec() >= Version::V1_1;
    if is_told && !stands_at(&mut session, unit)? {
        return Ok(());
    }
    let (last, close) = (blob.bytes.slice(unit..), session.put(&blob.digest));
    let range = content_range(unit, last.len());
    let answer = close.header("content-range", &range).body(last).send()?;
    // Without a status, a client does not know where the session stands.
    answer.proves(&RACED_SESSION_KEPT).that(
        answer.status() == 201 || !is_told,
        "201 to the PUT that goes on where the status says",
        &answer.told(),
    )?;
    if answer.status() != 201 {
        return Ok(());
    }
    is_blob(&repository, &blob, &RACED_SESSION_KEPT)
}

/// Demands that the session says that it holds the chunk once. Whether it has a status at all is a question of
/// its own.
fn stands_at(session: &mut Session<'_>, stored: usize) -> Result<bool, Stop> {
    let status = session.status()?;
    if status.status() != 204 {
        return Ok(false);
    }
    let (range, expected) = (
        status.header("range").unwrap_or(""),
        StoredRange::of_len(stored as u64),
    );
    status.proves(&RACED_SESSION_KEPT).that(
        range.is_empty() || range.parse().ok() == expected,
        &format!("Range: 0-{}", stored - 1),
        &format!("Range: {range}"),
    )?;
    if let Some(url) = status.location() {
        session.url = url;
    }
    Ok(true)
}

fn same_blob(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(70_000));
    let ways = [Way::Put, Way::Chunks, Way::OneChunk, Way::LastInPut];
    let answers = at_once(ways, |way| way.try_push(&repository, &blob, &blob.digest))?;
    if !is_taken(trial, &answers, 201)? {
        return Ok(());
    }
    is_blob(&repository, &blob, &ACKNOWLEDGED_PUSH_KEPT)
}

fn right_beside_wrong(trial: &Trial<'_>) -> Outcome {
    let (repository, right) = (trial.repository(), trial.blob(70_000));
    let wrong = trial.blob(70_000);
    let bodies = [&right, &wrong, &right, &wrong];
    let answers = at_once(bodies, |body| {
        let session = repository.open_session()?;
        session.put(&right.digest).blob(body).send()
    })?;
    for (answer, is_wrong) in answers.iter().zip([false, true, false, true]) {
        is_answered(answer)?;
        if is_wrong {
            let demand = answer.proves(&MISMATCHED_UPLOAD_REFUSED);
            demand.that(!answer.is_success(), "any refusal", &answer.told())?;
        } else if answer.status() == 201 {
            is_blob(&repository, &right, &ACKNOWLEDGED_PUSH_KEPT)?;
        }
    }
    let pulled = repository.get(&format!("blobs/{}", right.digest))?;
    is_whole_or_absent(&pulled, &right.bytes)?;
    Ok(())
}

//! Pushing a blob in chunks: what is taken, and how such an upload ends.

use crate::catalogue::Version;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::CHUNK_LOCATION_SENT;
use crate::catalogue::chunked::CHUNK_MINIMUM_ANNOUNCED;
use crate::catalogue::chunked::CHUNK_MINIMUM_WELL_FORMED;
use crate::catalogue::chunked::CHUNK_RANGE_MATCHED;
use crate::catalogue::chunked::CHUNK_RANGE_SENT;
use crate::catalogue::chunked::CHUNKED_BLOB_LOCATION_SENT;
use crate::catalogue::chunked::CHUNKED_POST_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_WITHOUT_DIGEST_REFUSED;
use crate::catalogue::chunked::CLOSED_SESSION_UNKNOWN;
use crate::catalogue::chunked::FINAL_CHUNK_ACCEPTED;
use crate::catalogue::chunked::MISMATCHED_CHUNKED_UPLOAD_REFUSED;
use crate::catalogue::chunked::SHORT_FINAL_CHUNK_ACCEPTED;
use crate::catalogue::chunked::SMALL_CHUNK_ANSWERED;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content_range;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::CHUNK;
use super::blob_helpers::ask_where;
use super::blob_helpers::is_not_stored;
use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;
use super::blob_helpers::leads_to_blob;
use super::blob_helpers::open_for_chunks;
use super::blob_helpers::says_stored;

pub(crate) static SECTION: Section = Section {
    id: "push/chunked",
    title: "Pushing a blob in chunks",
    anchor: "pushing-a-blob-in-chunks",
    checks: &[
        Check {
            name: "session",
            title: "POST without a body returns 202, a Location and, if a minimum at all, one in digits",
            covers: &[&CHUNKED_POST_ACCEPTED, &CHUNK_MINIMUM_WELL_FORMED],
            needs: &[Feature::Push],
            run: session,
            ..Check::BASE
        },
        Check {
            name: "chunks",
            title: "Chunks sent in order are taken, each with a Location for the next, and closed to a blob",
            covers: &[
                &CHUNK_ACCEPTED,
                &CHUNK_LOCATION_SENT,
                &CHUNKED_PUT_ACCEPTED,
                &CHUNKED_BLOB_LOCATION_SENT,
                &BLOB_FOUND,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| is_taken(trial, CHUNK, 100),
            ..Check::BASE
        },
        Check {
            name: "large-blob",
            title: "A blob of one byte more than 2 MiB is taken in chunks of 1 MiB and pulled as it was",
            covers: &[
                &CHUNK_ACCEPTED,
                &CHUNK_LOCATION_SENT,
                &CHUNKED_PUT_ACCEPTED,
                &CHUNKED_BLOB_LOCATION_SENT,
                &BLOB_FOUND,
            ],
            needs: &[Feature::Push],
            run: |trial| is_taken(trial, 1 << 20, 1),
            ..Check::BASE
        },
        Check {
            name: "large-chunk",
            title: "A blob of 5 MiB and a byte is taken in one chunk, unless that is refused with 413",
            covers: &[&CHUNK_ACCEPTED, &CHUNKED_PUT_ACCEPTED],
            needs: &[Feature::Push],
            run: large_chunk,
            ..Check::BASE
        },
        Check {
            name: "range",
            title: "Each chunk that is taken, long or short, is answered with a Range up to its last byte",
            covers: &[&CHUNK_RANGE_SENT, &CHUNK_RANGE_MATCHED],
            needs: &[Feature::Push],
            run: range,
            ..Check::BASE
        },
        Check {
            name: "last-chunk-in-put",
            title: "The last chunk, of one byte only, is taken in the closing PUT",
            covers: &[
                &CHUNKED_PUT_ACCEPTED,
                &CHUNKED_BLOB_LOCATION_SENT,
                &BLOB_FOUND,
                &FINAL_CHUNK_ACCEPTED,
                &SHORT_FINAL_CHUNK_ACCEPTED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: last_chunk_in_put,
            ..Check::BASE
        },
        Check {
            name: "stream",
            title: "PATCH without a Content-Range, where it is taken, stores its bytes",
            covers: &[
                &CHUNKED_PUT_ACCEPTED,
                &CHUNKED_BLOB_LOCATION_SENT,
                &BLOB_FOUND,
            ],
            needs: &[Feature::Push],
            run: stream,
            ..Check::BASE
        },
        Check {
            name: "small-chunks",
            title: "Chunks of one byte are taken, unless a minimum is announced",
            covers: &[&CHUNK_MINIMUM_ANNOUNCED, &SMALL_CHUNK_ANSWERED],
            needs: &[Feature::Push],
            run: small_chunks,
            ..Check::BASE
        },
        Check {
            name: "chunks-side-by-side",
            title: "Two sessions whose chunks arrive in turns each store their own bytes",
            covers: &[&CONCURRENT_UPLOADS_ISOLATED],
            needs: &[Feature::Push],
            run: chunks_side_by_side,
            ..Check::BASE
        },
        Check {
            name: "put-without-digest",
            title: "The closing PUT without a digest returns 400 and stores no blob",
            covers: &[&CHUNKED_PUT_WITHOUT_DIGEST_REFUSED],
            needs: &[Feature::Push],
            run: |trial| {
                let (session, blob) = chunk_sent(trial)?;
                let answer = session.ask(Method::PUT).send()?;
                let requirement = &CHUNKED_PUT_WITHOUT_DIGEST_REFUSED;
                answer.proves(requirement).status(&[400])?;
                is_not_stored(&trial.repository(), &blob.digest, requirement)
            },
            ..Check::BASE
        },
        Check {
            name: "mismatched-digest",
            title: "The closing PUT with a digest that the bytes do not have returns 400 and stores no blob",
            covers: &[
                &MISMATCHED_BLOB_DISCARDED,
                &MISMATCHED_CHUNKED_UPLOAD_REFUSED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().blobs);
                let (session, _) = chunk_sent(trial)?;
                let answer = session.put(&digest).send()?;
                answer
                    .proves(&MISMATCHED_CHUNKED_UPLOAD_REFUSED)
                    .status(&[400])?;
                is_not_stored(&trial.repository(), &digest, &MISMATCHED_BLOB_DISCARDED)
            },
            ..Check::BASE
        },
        Check {
            name: "digest-of-last-chunk",
            title: "The closing PUT with the digest of its own chunk, and not of the whole, returns 400",
            covers: &[
                &MISMATCHED_BLOB_DISCARDED,
                &MISMATCHED_CHUNKED_UPLOAD_REFUSED,
            ],
            needs: &[Feature::Push],
            run: digest_of_last_chunk,
            ..Check::BASE
        },
        Check {
            name: "closed-session",
            title: "PATCH, PUT and GET on a session that was completed return 404 or 400, a PATCH may return 416",
            covers: &[&CLOSED_SESSION_UNKNOWN],
            needs: &[Feature::Push],
            run: closed_session,
            ..Check::BASE
        },
    ],
};

fn session(trial: &Trial<'_>) -> Outcome {
    let answer = trial.repository().post_upload().send()?;
    answer
        .proves(&CHUNKED_POST_ACCEPTED)
        .status(&[202])?
        .has_location()?;
    let Some(minimum) = answer.header("oci-chunk-min-length") else {
        return Ok(());
    };
    answer.proves(&CHUNK_MINIMUM_WELL_FORMED).that(
        !minimum.is_empty() && minimum.bytes().all(|byte| byte.is_ascii_digit()),
        "an OCI-Chunk-Min-Length in digits only, or none",
        &format!("OCI-Chunk-Min-Length: {minimum}"),
    )?;
    Ok(())
}

/// Pushes two chunks of `least` bytes, or more if the registry asks for more, and one of the
/// `rest`; pulls the blob.
fn is_taken(trial: &Trial<'_>, least: usize, rest: usize) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), least)?;
    let blob = trial.blob(2 * unit + rest);
    for (start, end) in [(0, unit), (unit, 2 * unit), (2 * unit, blob.bytes.len())] {
        let answer = session.patch(start, &blob.bytes[start..end]).send()?;
        answer.proves(&CHUNK_ACCEPTED).status(&[202])?;
        answer.proves(&CHUNK_LOCATION_SENT).has_location()?;
        session.url = answer.location().unwrap_or(session.url);
    }
    is_closed(trial, &session.put(&blob.digest).send()?, &blob)
}

/// Demands that a session was closed, and that its blob can be pulled.
fn is_closed(trial: &Trial<'_>, answer: &Answer<'_>, blob: &Blob) -> Outcome {
    let (repository, requirement) = (trial.repository(), &CHUNKED_BLOB_LOCATION_SENT);
    answer.proves(&CHUNKED_PUT_ACCEPTED).status(&[201])?;
    answer.proves(requirement).has_location()?;
    leads_to_blob(&repository, answer, blob, requirement)
}

/// What many clients do with every blob. It is not pulled, as so much has been moved already.
fn large_chunk(trial: &Trial<'_>) -> Outcome {
    let (mut session, blob) = (
        trial.repository().open_session()?,
        trial.blob((5 << 20) + 1),
    );
    let answer = session.patch(0, &blob.bytes).send()?;
    if answer.status() == 413 {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    answer.proves(&CHUNK_ACCEPTED).status(&[202])?;
    session.follow(&answer)?;
    let answer = session.put(&blob.digest).send()?;
    answer.proves(&CHUNKED_PUT_ACCEPTED).status(&[201])?;
    Ok(())
}

fn range(trial: &Trial<'_>) -> Outcome {
    // Where buffers of 64 KiB are too short.
    let (mut session, unit) = open_for_chunks(&trial.repository(), (64 << 10) + 1)?;
    let blob = trial.blob(unit + 1);
    for (start, end) in [(0, unit), (unit, unit + 1)] {
        let answer = session.patch(start, &blob.bytes[start..end]).send()?;
        answer.prepares(&CHUNK_ACCEPTED).status(&[202])?;
        says_stored(&answer, end, (&CHUNK_RANGE_SENT, &CHUNK_RANGE_MATCHED))?;
        session.follow(&answer)?;
    }
    Ok(())
}

fn last_chunk_in_put(trial: &Trial<'_>) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit + 1);
    session.push_chunk(0, &blob.bytes[..unit])?;
    let answer = session
        .put(&blob.digest)
        .header("content-range", &content_range(unit, 1))
        .body(blob.bytes.slice(unit..))
        .send()?;
    answer.proves(&FINAL_CHUNK_ACCEPTED).status(&[201])?;
    answer.proves(&SHORT_FINAL_CHUNK_ACCEPTED).status(&[201])?;
    is_closed(trial, &answer, &blob)
}

fn stream(trial: &Trial<'_>) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit);
    let answer = session.stream(&blob.bytes).send()?;
    if answer.is_client_error() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    answer.prepares(&CHUNK_ACCEPTED).status(&[202])?;
    session.follow(&answer)?;
    is_closed(trial, &session.put(&blob.digest).send()?, &blob)
}

fn small_chunks(trial: &Trial<'_>) -> Outcome {
    let mut session = trial.repository().open_session()?;
    let is_announced = session.minimum > 0;
    // A registry can only tell that the first chunk was not the last one when the next one comes.
    for (start, byte) in trial.blob(3).bytes.chunks(1).enumerate() {
        let answer = session.patch(start, byte).send()?;
        let is_taken = answer.status() == 202;
        answer
            .proves(&SMALL_CHUNK_ANSWERED)
            .that(is_taken, "202", &answer.summary())?;
        answer.proves(&CHUNK_MINIMUM_ANNOUNCED).that(
            is_taken || is_announced,
            "202, or an OCI-Chunk-Min-Length on the 202 that opened the session",
            &format!("{}, and no OCI-Chunk-Min-Length", answer.summary()),
        )?;
        if !is_taken {
            return Ok(());
        }
        session.follow(&answer)?;
    }
    Ok(())
}

fn chunks_side_by_side(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let (one, unit) = open_for_chunks(&repository, CHUNK)?;
    let (other, _) = open_for_chunks(&repository, CHUNK)?;
    let mut uploads = [(one, trial.blob(unit + 100)), (other, trial.blob(unit + 1))];
    for (session, blob) in &mut uploads {
        session.push_chunk(0, &blob.bytes[..unit])?;
    }
    for (session, blob) in &uploads {
        let rest = blob.bytes.slice(unit..);
        let answer = session
            .put(&blob.digest)
            .header("content-range", &content_range(unit, rest.len()))
            .body(rest)
            .send()?;
        is_put(&answer, &CONCURRENT_UPLOADS_ISOLATED)?;
    }
    uploads
        .iter()
        .try_for_each(|(_, blob)| is_pulled(&repository, blob, &CONCURRENT_UPLOADS_ISOLATED))
}

/// A session that holds a whole blob, and is not closed.
fn chunk_sent<'t>(trial: &'t Trial<'t>) -> Result<(Session<'t>, Blob), Stop> {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit);
    session.push_chunk(0, &blob.bytes)?;
    Ok((session, blob))
}

fn digest_of_last_chunk(trial: &Trial<'_>) -> Outcome {
    let (session, stored) = chunk_sent(trial)?;
    let last = trial.blob(100);
    let answer = session
        .put(&last.digest)
        .header("content-range", &content_range(stored.bytes.len(), 100))
        .body(last.bytes.clone())
        .send()?;
    answer
        .proves(&MISMATCHED_CHUNKED_UPLOAD_REFUSED)
        .status(&[400])?;
    is_not_stored(
        &trial.repository(),
        &last.digest,
        &MISMATCHED_BLOB_DISCARDED,
    )
}

fn closed_session(trial: &Trial<'_>) -> Outcome {
    let (mut session, blob) = chunk_sent(trial)?;
    // 1.0 has no status to ask for. Whether a later one has it is a question of its own.
    let has_status = trial.spec() >= Version::V1_1 && ask_where(&mut session)?;
    let answer = session.put(&blob.digest).send()?;
    answer.prepares(&CHUNKED_PUT_ACCEPTED).status(&[201])?;
    let patches = [
        session.patch(blob.bytes.len(), b"more"),
        session.patch(0, &blob.bytes),
    ];
    for asking in patches {
        let answer = asking.send()?;
        let demand = answer.proves(&CLOSED_SESSION_UNKNOWN);
        demand.status(&[404, 400, 416])?;
    }
    let status = has_status.then(|| session.ask(Method::GET));
    for asking in [session.put(&blob.digest)].into_iter().chain(status) {
        let answer = asking.send()?;
        answer.proves(&CLOSED_SESSION_UNKNOWN).status(&[404, 400])?;
    }
    Ok(())
}

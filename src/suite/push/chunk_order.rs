//! Pushing a blob in chunks: what is refused, and that a refused chunk changes nothing.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::ABSENT_SESSION_UNKNOWN;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::chunked::GAPPED_CHUNK_REFUSED;
use crate::catalogue::chunked::LATE_FIRST_CHUNK_REFUSED;
use crate::catalogue::chunked::MALFORMED_CONTENT_RANGE_REFUSED;
use crate::catalogue::chunked::MISMATCHED_CONTENT_RANGE_ANSWERED;
use crate::catalogue::chunked::MISPLACED_FINAL_CHUNK_REFUSED;
use crate::catalogue::chunked::REFUSED_CHUNK_DISCARDED;
use crate::catalogue::chunked::REPEATED_CHUNK_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Trial;
use crate::trial::content_range;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::CHUNK;
use super::blob_helpers::absent_session;
use super::blob_helpers::goes_on;
use super::blob_helpers::is_not_stored;
use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;
use super::blob_helpers::open_for_chunks;

pub(crate) static SECTION: Section = Section {
    id: "push/chunk-order",
    title: "Chunks out of order",
    anchor: "pushing-a-blob-in-chunks",
    checks: &[
        Check {
            name: "gap",
            title: "A chunk that leaves a gap is refused with 416 and changes nothing",
            covers: &[&GAPPED_CHUNK_REFUSED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_out_of_order(trial, &GAPPED_CHUNK_REFUSED, |unit| unit + 1),
            ..Check::BASE
        },
        Check {
            name: "repeated-chunk",
            title: "A chunk that is sent again is refused with 416 and changes nothing",
            covers: &[&REPEATED_CHUNK_REFUSED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_out_of_order(trial, &REPEATED_CHUNK_REFUSED, |_| 0),
            ..Check::BASE
        },
        Check {
            name: "overlapping-chunk",
            title: "A chunk that overlaps by one byte is refused with 416 and changes nothing",
            covers: &[&REPEATED_CHUNK_REFUSED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_out_of_order(trial, &REPEATED_CHUNK_REFUSED, |unit| unit - 1),
            ..Check::BASE
        },
        Check {
            name: "late-first-chunk",
            title: "A first chunk that does not begin at 0 is refused with 416 and changes nothing",
            covers: &[&LATE_FIRST_CHUNK_REFUSED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: late_first_chunk,
            ..Check::BASE
        },
        Check {
            name: "late-last-chunk",
            title: "A last chunk in the closing PUT that leaves a gap is refused with 416",
            covers: &[&MISPLACED_FINAL_CHUNK_REFUSED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_misplaced_at_last(trial, |unit| unit + 1),
            ..Check::BASE
        },
        Check {
            name: "repeated-last-chunk",
            title: "A last chunk in the closing PUT that begins at 0 again is refused with 416",
            covers: &[&MISPLACED_FINAL_CHUNK_REFUSED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_misplaced_at_last(trial, |_| 0),
            ..Check::BASE
        },
        Check {
            name: "range-with-unit",
            title: "A chunk whose Content-Range has a unit is refused with 416 or another client error",
            covers: &[&MALFORMED_CONTENT_RANGE_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_malformed(trial, |last| format!("bytes=0-{last}")),
            ..Check::BASE
        },
        Check {
            name: "range-backwards",
            title: "A chunk whose Content-Range runs backwards is refused with 416 or another client error",
            covers: &[&MALFORMED_CONTENT_RANGE_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_malformed(trial, |last| format!("{last}-0")),
            ..Check::BASE
        },
        Check {
            name: "range-without-numbers",
            title: "A chunk whose Content-Range is a word is refused with 416 or another client error",
            covers: &[&MALFORMED_CONTENT_RANGE_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_malformed(trial, |_| "x".to_owned()),
            ..Check::BASE
        },
        Check {
            name: "range-below-length",
            title: "A chunk longer than its Content-Range is taken, or refused without a trace",
            covers: &[&MISMATCHED_CONTENT_RANGE_ANSWERED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_of_another_length(trial, |_| 2),
            ..Check::BASE
        },
        Check {
            name: "range-above-length",
            title: "A chunk shorter than its Content-Range is taken, or refused without a trace",
            covers: &[&MISMATCHED_CONTENT_RANGE_ANSWERED, &REFUSED_CHUNK_DISCARDED],
            needs: &[Feature::Push],
            run: |trial| is_of_another_length(trial, |unit| 2 * unit),
            ..Check::BASE
        },
        Check {
            name: "chunk-of-no-bytes",
            title: "A chunk of no bytes between two others, where it is taken, changes nothing",
            covers: &[&CHUNK_ACCEPTED, &CHUNKED_PUT_ACCEPTED, &BLOB_FOUND],
            needs: &[Feature::Push],
            run: chunk_of_no_bytes,
            ..Check::BASE
        },
        Check {
            name: "absent-session",
            title: "PATCH and PUT on a session that nobody opened return 404 or 400 and store nothing",
            covers: &[&ABSENT_SESSION_UNKNOWN],
            needs: &[Feature::Push],
            run: unknown_session,
            ..Check::BASE
        },
    ],
};

/// Sends a first chunk in order, and a second one from where `start` says for the size of the
/// first.
fn is_out_of_order(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    start: fn(usize) -> usize,
) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(3 * unit);
    session.push_chunk(0, &blob.bytes[..unit])?;
    let start = start(unit);
    let answer = session
        .patch(start, &blob.bytes[start..start + unit])
        .send()?;
    answer.proves(requirement).status(&[416])?;
    goes_on(trial, &mut session, unit, &blob)
}

fn late_first_chunk(trial: &Trial<'_>) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit + 5);
    let answer = session.patch(5, &blob.bytes[5..]).send()?;
    answer.proves(&LATE_FIRST_CHUNK_REFUSED).status(&[416])?;
    goes_on(trial, &mut session, 0, &blob)
}

/// Closes a session with the right last chunk and digest, but a `Content-Range` from where `start`
/// says.
fn is_misplaced_at_last(trial: &Trial<'_>, start: fn(usize) -> usize) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit + 100);
    session.push_chunk(0, &blob.bytes[..unit])?;
    let answer = session
        .put(&blob.digest)
        .header("content-range", &content_range(start(unit), 100))
        .body(blob.bytes.slice(unit..))
        .send()?;
    let demand = answer.proves(&MISPLACED_FINAL_CHUNK_REFUSED);
    demand.status(&[416])?;
    if answer.status() != 416 {
        return Ok(());
    }
    goes_on(trial, &mut session, unit, &blob)
}

/// Sends a first chunk with the `Content-Range` that `range` makes of the position of its last
/// byte.
fn is_malformed(trial: &Trial<'_>, range: fn(usize) -> String) -> Outcome {
    let (session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let answer = session
        .patch_range(&range(unit - 1), &trial.blob(unit).bytes)
        .send()?;
    let demand = answer.proves(&MALFORMED_CONTENT_RANGE_REFUSED);
    demand.client_error()?;
    Ok(())
}

/// Sends a chunk with a `Content-Range` as long as `span` says for its size.
fn is_of_another_length(trial: &Trial<'_>, span: fn(usize) -> usize) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit);
    let range = content_range(0, span(unit));
    let answer = session.patch_range(&range, &blob.bytes).send()?;
    answer.proves(&MISMATCHED_CONTENT_RANGE_ANSWERED).that(
        answer.status() == 202 || answer.is_client_error(),
        "202, or a client error (400 to 499)",
        &answer.summary(),
    )?;
    if answer.status() == 202 {
        return Ok(());
    }
    goes_on(trial, &mut session, 0, &blob)
}

/// It has no `Content-Range`: the grammar knows none for it.
fn chunk_of_no_bytes(trial: &Trial<'_>) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(2 * unit);
    session.push_chunk(0, &blob.bytes[..unit])?;
    let answer = session.stream(b"").send()?;
    if answer.is_client_error() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    answer.prepares(&CHUNK_ACCEPTED).status(&[202])?;
    session.follow(&answer)?;
    let answer = session.patch(unit, &blob.bytes[unit..]).send()?;
    answer.proves(&CHUNK_ACCEPTED).status(&[202])?;
    session.follow(&answer)?;
    let answer = session.put(&blob.digest).send()?;
    is_put(&answer, &CHUNKED_PUT_ACCEPTED)?;
    is_pulled(&trial.repository(), &blob, &BLOB_FOUND)
}

fn unknown_session(trial: &Trial<'_>) -> Outcome {
    let (session, blob) = (absent_session(trial), trial.blob(512));
    let asked = [
        session.patch(0, &blob.bytes),
        session.put(&blob.digest).blob(&blob),
    ];
    for asking in asked {
        let answer = asking.send()?;
        answer.proves(&ABSENT_SESSION_UNKNOWN).status(&[404, 400])?;
    }
    is_not_stored(&trial.repository(), &blob.digest, &ABSENT_SESSION_UNKNOWN)
}

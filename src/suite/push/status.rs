//! Status of an upload.

use crate::catalogue::Version;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::upload_status::ABSENT_SESSION_STATUS_UNKNOWN;
use crate::catalogue::upload_status::EMPTY_UPLOAD_STATUS_ANSWERED;
use crate::catalogue::upload_status::UPLOAD_STATUS_LOCATION_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_MATCHED;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content_range;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::CHUNK;
use super::blob_helpers::absent_session;
use super::blob_helpers::is_pulled;
use super::blob_helpers::open_for_chunks;
use super::blob_helpers::says_stored;

pub(crate) static SECTION: Section = Section {
    id: "push/status",
    title: "Status of an upload",
    anchor: "pushing-a-blob-in-chunks",
    checks: &[
        Check {
            name: "after-a-chunk",
            title: "GET on a session that holds a chunk returns 204, a Location and the range stored",
            covers: &[
                &UPLOAD_STATUS_SENT,
                &UPLOAD_STATUS_LOCATION_SENT,
                &UPLOAD_STATUS_RANGE_SENT,
                &UPLOAD_STATUS_RANGE_MATCHED,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
                session.push_chunk(0, &trial.blob(unit).bytes)?;
                let answer = session.status()?;
                answer.proves(&UPLOAD_STATUS_SENT).status(&[204])?;
                answer.proves(&UPLOAD_STATUS_LOCATION_SENT).has_location()?;
                let rows = (&UPLOAD_STATUS_RANGE_SENT, &UPLOAD_STATUS_RANGE_MATCHED);
                says_stored(&answer, unit, rows)
            },
            ..Check::BASE
        },
        Check {
            name: "after-two-chunks",
            title: "GET on a session that holds two chunks says the range of both together",
            covers: &[&UPLOAD_STATUS_RANGE_SENT, &UPLOAD_STATUS_RANGE_MATCHED],
            needs: &[Feature::Push],
            run: |trial| {
                let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
                let blob = trial.blob(2 * unit + 1);
                session.push_chunk(0, &blob.bytes[..unit])?;
                session.push_chunk(unit, &blob.bytes[unit..])?;
                let answer = session.status()?;
                answer.prepares(&UPLOAD_STATUS_SENT).status(&[204])?;
                let rows = (&UPLOAD_STATUS_RANGE_SENT, &UPLOAD_STATUS_RANGE_MATCHED);
                says_stored(&answer, blob.bytes.len(), rows)
            },
            ..Check::BASE
        },
        Check {
            name: "resumed",
            title: "An upload goes on at the Location that the status gave",
            covers: &[&UPLOAD_STATUS_LOCATION_SENT, &CHUNKED_PUT_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: resumed,
            ..Check::BASE
        },
        Check {
            name: "before-the-first-chunk",
            title: "GET on a session that holds nothing returns 204 and says no range, or 0-0",
            covers: &[&UPLOAD_STATUS_LOCATION_SENT, &EMPTY_UPLOAD_STATUS_ANSWERED],
            needs: &[Feature::Push],
            run: before_the_first_chunk,
            ..Check::BASE
        },
        Check {
            name: "absent-session",
            title: "GET on a session that nobody opened returns 404 or 400",
            covers: &[&ABSENT_SESSION_STATUS_UNKNOWN],
            needs: &[Feature::Push],
            run: |trial| {
                let answer = absent_session(trial).ask(Method::GET).send()?;
                answer
                    .proves(&ABSENT_SESSION_STATUS_UNKNOWN)
                    .status(&[404, 400])?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

fn resumed(trial: &Trial<'_>) -> Outcome {
    if trial.spec() < Version::V1_1 {
        return Err(Stop::Skipped("1.0 has no upload status".to_owned()));
    }
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit + 100);
    session.push_chunk(0, &blob.bytes[..unit])?;
    let answer = session.status()?;
    answer.prepares(&UPLOAD_STATUS_SENT).status(&[204])?;
    answer.proves(&UPLOAD_STATUS_LOCATION_SENT).has_location()?;
    session.url = answer.location().unwrap_or(session.url);
    let answer = session
        .put(&blob.digest)
        .header("content-range", &content_range(unit, 100))
        .body(blob.bytes.slice(unit..))
        .send()?;
    answer.proves(&CHUNKED_PUT_ACCEPTED).status(&[201])?;
    is_pulled(&trial.repository(), &blob, &CHUNKED_PUT_ACCEPTED)
}

fn before_the_first_chunk(trial: &Trial<'_>) -> Outcome {
    let answer = trial.repository().open_session()?.status()?;
    answer
        .proves(&EMPTY_UPLOAD_STATUS_ANSWERED)
        .status(&[204])?;
    answer.proves(&UPLOAD_STATUS_LOCATION_SENT).has_location()?;
    let range = answer.header("range");
    answer.proves(&EMPTY_UPLOAD_STATUS_ANSWERED).that(
        matches!(range, None | Some("0-0")),
        "no Range, or Range: 0-0",
        &format!("Range: {}", range.unwrap_or_default()),
    )?;
    Ok(())
}

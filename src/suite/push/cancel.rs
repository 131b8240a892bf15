//! Giving up an upload.

use crate::catalogue::cancel::ABSENT_SESSION_CANCEL_UNKNOWN;
use crate::catalogue::cancel::CANCELLED_SESSION_UNKNOWN;
use crate::catalogue::cancel::STARTED_UPLOAD_CANCEL_ACCEPTED;
use crate::catalogue::cancel::UPLOAD_CANCEL_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::blob_helpers::CHUNK;
use super::blob_helpers::absent_session;
use super::blob_helpers::is_not_stored;
use super::blob_helpers::open_for_chunks;

pub(crate) static SECTION: Section = Section {
    id: "push/cancel",
    title: "Cancelling an upload",
    anchor: "cancel-a-blob-upload",
    checks: &[
        Check {
            name: "open-session",
            title: "DELETE on a session that holds nothing yet returns 204",
            covers: &[&UPLOAD_CANCEL_ACCEPTED],
            needs: &[Feature::Push, Feature::Cancel],
            run: |trial| {
                let session = trial.repository().open_session()?;
                let answer = session.ask(Method::DELETE).send()?;
                answer.proves(&UPLOAD_CANCEL_ACCEPTED).status(&[204])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "started-upload",
            title: "DELETE on a session that holds a chunk returns 204",
            covers: &[&STARTED_UPLOAD_CANCEL_ACCEPTED],
            needs: &[Feature::Push, Feature::Cancel],
            run: |trial| {
                let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
                session.push_chunk(0, &trial.blob(unit).bytes)?;
                let answer = session.ask(Method::DELETE).send()?;
                answer
                    .proves(&STARTED_UPLOAD_CANCEL_ACCEPTED)
                    .status(&[204])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "cancelled-session",
            title: "GET, PATCH and PUT on a cancelled session return 404 or 400, and its bytes are no blob",
            covers: &[&CANCELLED_SESSION_UNKNOWN],
            needs: &[Feature::Push, Feature::Cancel],
            run: cancelled_session,
            ..Check::BASE
        },
        Check {
            name: "absent-session",
            title: "DELETE on a session that nobody opened returns 404 or 400",
            covers: &[&ABSENT_SESSION_CANCEL_UNKNOWN],
            needs: &[Feature::Push, Feature::Cancel],
            run: |trial| {
                let answer = absent_session(trial).ask(Method::DELETE).send()?;
                answer
                    .proves(&ABSENT_SESSION_CANCEL_UNKNOWN)
                    .status(&[404, 400])?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

fn cancelled_session(trial: &Trial<'_>) -> Outcome {
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(unit);
    session.push_chunk(0, &blob.bytes)?;
    let answer = session.ask(Method::DELETE).send()?;
    answer
        .prepares(&STARTED_UPLOAD_CANCEL_ACCEPTED)
        .status(&[204])?;
    let asked = [
        session.ask(Method::GET),
        session.patch(unit, b"more"),
        session.put(&blob.digest),
        session.put(&blob.digest).blob(&blob),
    ];
    for asking in asked {
        let answer = asking.send()?;
        answer
            .proves(&CANCELLED_SESSION_UNKNOWN)
            .status(&[404, 400])?;
    }
    is_not_stored(
        &trial.repository(),
        &blob.digest,
        &CANCELLED_SESSION_UNKNOWN,
    )
}

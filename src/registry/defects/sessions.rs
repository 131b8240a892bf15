//! Upload sessions that live too long, or where they should not (CHK).

use bytes::Bytes;
use http::header::LOCATION;

use super::Defect;
use super::Source;
use crate::catalogue::chunked::ABSENT_SESSION_UNKNOWN;
use crate::catalogue::chunked::CLOSED_SESSION_UNKNOWN;
use crate::catalogue::upload_status::ABSENT_SESSION_STATUS_UNKNOWN;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::CancelUpload;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "session-survives-close",
        title: "a session that was closed with 201 goes on, with all that it has taken",
        breaches: &[&CLOSED_SESSION_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let whole = visit.whole();
            let answer = visit.pass();
            if visit.is(&[CloseUpload]) && answer.is(201) {
                visit.rewrite_session(whole);
            }
            answer
        }),
    },
    Defect {
        name: "put-again-recreates",
        title: "the PUT that closed a session is answered 201 again as often as it is sent",
        breaches: &[&CLOSED_SESSION_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let Some(digest) = visit.digest("digest").filter(|_| visit.is(&[CloseUpload])) else {
                return visit.pass();
            };
            let key = format!("{} {digest}", visit.key());
            if visit.memory.knows(&key) {
                return visit.blob_created(&digest);
            }
            let answer = visit.pass();
            if answer.is(201) {
                visit.memory.before(key);
            }
            answer
        }),
    },
    Defect {
        name: "session-in-any-repo",
        title: "a session can be used under the path of any repository, and its blob lands there",
        breaches: &[&ABSENT_SESSION_UNKNOWN, &ABSENT_SESSION_STATUS_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk, CloseUpload, UploadStatus])
                && let Some(home) = home(visit)
            {
                let content = take_from(visit, &home);
                visit.rewrite_session(content);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "session-open-across-repositories",
        title: "status, chunks and cancelling reach a session under the path of any repository",
        breaches: &[&ABSENT_SESSION_UNKNOWN, &ABSENT_SESSION_STATUS_UNKNOWN],
        source: Source::Tracker("quay/quay#5946"),
        seam: Seam::Layer(|visit| match home(visit) {
            Some(home) if visit.is(&[Chunk, UploadStatus, CancelUpload]) => {
                visit.pass_route(&visit.route_in(&home))
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "finished-blob-lands-elsewhere",
        title: "PUT under another repository's path closes a session, and the blob lands where that was opened",
        breaches: &[&ABSENT_SESSION_UNKNOWN],
        source: Source::Tracker("artifact-keeper/artifact-keeper#1317"),
        seam: Seam::Layer(|visit| match home(visit) {
            Some(home) if visit.is(&[CloseUpload]) => {
                let answer = visit.pass_route(&visit.route_in(&home));
                match visit.digest("digest") {
                    Some(digest) if answer.is(201) => visit.blob_created(&digest),
                    _ => answer,
                }
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "unknown-session-created",
        title: "a chunk for a session that was never opened opens it",
        breaches: &[&ABSENT_SESSION_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk]) && is_made_up(visit) && visit.call.flaw.is_none() {
                visit.rewrite_session("");
            }
            noted(visit, visit.pass())
        }),
    },
    Defect {
        name: "unknown-session-answers-500",
        title: "a chunk, or a closing PUT, for a session that was never opened is answered 500",
        breaches: &[&ABSENT_SESSION_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk, CloseUpload]) && is_made_up(visit) {
                return Answer::of(500);
            }
            noted(visit, visit.pass())
        }),
    },
    Defect {
        name: "status-unknown-session-204",
        title: "the status of a session that was never opened is answered 204",
        breaches: &[&ABSENT_SESSION_STATUS_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[UploadStatus]) && is_made_up(visit) {
                return visit.progress(204).with(LOCATION, &visit.call.path);
            }
            noted(visit, visit.pass())
        }),
    },
];

/// The other repository in which the session was opened that the path looks for here.
fn home(visit: &Visit<'_>) -> Option<String> {
    let is_session = matches!(visit.route, Route::Session { .. });
    if !is_session || visit.repository().is_none() || visit.has_session() {
        return None;
    }
    visit.elsewhere(|other| visit.store().session(other, visit.last()).is_some())
}

/// Ends the session in its home. What it has taken.
fn take_from(visit: &Visit<'_>, home: &str) -> Bytes {
    let Ok(home) = home.parse() else {
        return Bytes::new();
    };
    let content = visit.store().session_content(&home, visit.last());
    visit.store().cancel_session(&home, visit.last());
    content.unwrap_or_default().concat().into()
}

/// Notes the session that an answer opens.
fn noted(visit: &Visit<'_>, answer: Answer) -> Answer {
    if visit.is(&[OpenUpload, SinglePost, Mount])
        && let Some(id) = answer.session()
    {
        visit.memory.before(format!("{} {id}", visit.name()));
    }
    answer
}

/// Whether the path names a session that no answer has opened.
fn is_made_up(visit: &Visit<'_>) -> bool {
    visit.repository().is_some() && !visit.memory.knows(&visit.key())
}

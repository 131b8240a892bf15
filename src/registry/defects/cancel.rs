//! Giving up an upload, done wrong (CAN).

use super::Defect;
use super::Source;
use crate::catalogue::cancel::ABSENT_SESSION_CANCEL_UNKNOWN;
use crate::catalogue::cancel::CANCELLED_SESSION_UNKNOWN;
use crate::catalogue::cancel::STARTED_UPLOAD_CANCEL_ACCEPTED;
use crate::catalogue::cancel::UPLOAD_CANCEL_ACCEPTED;
use crate::catalogue::docker::DOCKER_UPLOAD_CANCELLED;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CancelUpload;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "cancel-answers-202",
        title: "DELETE on a session cancels it and answers 202",
        breaches: &[&UPLOAD_CANCEL_ACCEPTED, &DOCKER_UPLOAD_CANCELLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_done(visit, &answer) => answer.with_status(202).bytes("cancelled"),
            answer => answer,
        }),
    },
    Defect {
        name: "cancel-only-when-empty",
        title: "DELETE on a session that has taken a chunk answers 405",
        breaches: &[&STARTED_UPLOAD_CANCEL_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CancelUpload]) && visit.stored() > 0 {
                return Answer::error(405, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "cancel-204-session-lives",
        title: "DELETE on a session answers 204, and the session goes on",
        breaches: &[&CANCELLED_SESSION_UNKNOWN, &DOCKER_UPLOAD_CANCELLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CancelUpload]) && visit.has_session() {
                return Answer::of(204);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "cancelled-session-status-204",
        title: "the status of a cancelled session is answered 204",
        breaches: &[&CANCELLED_SESSION_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if is_done(visit, &answer) {
                visit.memory.before(visit.key());
            }
            if visit.is(&[UploadStatus]) && visit.memory.knows(&visit.key()) {
                return visit.progress(204);
            }
            answer
        }),
    },
    Defect {
        name: "cancelled-session-put-creates",
        title: "a closing PUT of a whole blob to a cancelled session is taken",
        breaches: &[&CANCELLED_SESSION_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CloseUpload]) && visit.memory.knows(&visit.key()) {
                visit.rewrite_session("");
            }
            let answer = visit.pass();
            if is_done(visit, &answer) {
                visit.memory.before(visit.key());
            }
            answer
        }),
    },
    Defect {
        name: "cancel-kills-all",
        title: "DELETE on a session cancels every session of the repository",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED, &UPLOAD_CANCEL_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(cancel_all),
    },
    Defect {
        name: "cancel-commits",
        title: "DELETE on a session makes a blob of what it has taken",
        breaches: &[&CANCELLED_SESSION_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CancelUpload]) && visit.stored() > 0 {
                let content = visit.chunks().concat();
                visit.put_blob(&Algorithm::Sha256.digest(&content), content);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "cancel-unknown-204",
        title: "DELETE on a session that is not there answers 204",
        breaches: &[&ABSENT_SESSION_CANCEL_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[CancelUpload]) && answer.is(404) => Answer::of(204),
            answer => answer,
        }),
    },
    Defect {
        name: "cancel-unknown-500",
        title: "DELETE on a session that is not there answers 500",
        breaches: &[&ABSENT_SESSION_CANCEL_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[CancelUpload]) && answer.is(404) => Answer::of(500),
            answer => answer,
        }),
    },
];

/// Whether a session was cancelled.
fn is_done(visit: &Visit<'_>, answer: &Answer) -> bool {
    visit.is(&[CancelUpload]) && answer.is(204)
}

fn cancel_all(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let Some(name) = visit.repository() else {
        return answer;
    };
    let opened = visit.memory.recall(name.as_str()).unwrap_or_default();
    let opened = String::from_utf8_lossy(&opened).into_owned();
    if visit.is(&[OpenUpload, SinglePost, Mount])
        && let Some(id) = answer.session()
    {
        visit.memory.keep(name.as_str(), format!("{opened}{id}\n"));
    }
    if is_done(visit, &answer) {
        for id in opened.lines() {
            visit.store().cancel_session(&name, id);
        }
    }
    answer
}

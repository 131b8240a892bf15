//! What may be otherwise after a restart.

use http::header::RETRY_AFTER;

use super::Variation;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "sessions-end-with-restart",
        title: "upload sessions from before a restart are unknown after it",
        seam: Seam::Layer(|visit| {
            let is_of_session = visit.is(&[Chunk, CloseUpload, UploadStatus]);
            if is_of_session && is_old(visit) {
                visit.drop_session();
            }
            let answer = visit.pass();
            if let Some(id) = answer.session().filter(|_| visit.is(&[OpenUpload])) {
                let restarts = visit.restarts().to_string();
                visit
                    .memory
                    .keep(format!("{} {id}", visit.name()), restarts);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unavailable-after-restart",
        title: "the first requests after a restart are answered 503 with Retry-After",
        seam: Seam::Layer(|visit| {
            let restarts = visit.restarts();
            if restarts > 0 && visit.memory.before(restarts.to_string()) < 3 {
                let answer = Answer::of(503).with(RETRY_AFTER, "0");
                return answer.body("text/plain", "starting\n");
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
];

/// Whether the request is to a session that was opened before the last restart.
fn is_old(visit: &Visit<'_>) -> bool {
    let opened = visit.memory.recall(&visit.key());
    let opened = opened.and_then(|it| String::from_utf8_lossy(&it).parse::<u64>().ok());
    opened.is_some_and(|opened| opened < visit.restarts())
}

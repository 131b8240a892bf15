//! Upload sessions that are there after a restart, and wrong.

use http::header::RANGE;

use super::Defect;
use super::Source;
use super::is_first;
use super::remember;
use super::remembered;
use crate::catalogue::durability::RESTARTED_SESSION_MATCHED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "restart-breaks-sessions",
        title: "every request to a session from before a restart is answered 500",
        breaches: &[&RESTARTED_SESSION_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_old(visit) && visit.is(&[Chunk, CloseUpload, UploadStatus]) {
                return Answer::of(500);
            }
            noted(visit)
        }),
    },
    Defect {
        name: "restart-sessions-say-too-much",
        title: "the status of a session from before a restart says more than it was sent",
        breaches: &[&RESTARTED_SESSION_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = noted(visit);
            let says_more = is_old(visit) && visit.is(&[UploadStatus]) && answer.is(204);
            let range = format!("0-{}", visit.stored() + 99);
            answer.when(says_more, |it| it.with(RANGE, &range))
        }),
    },
    Defect {
        name: "restart-sessions-take-no-chunk",
        title: "a session from before a restart says where it stands, and takes nothing there",
        breaches: &[&RESTARTED_SESSION_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_old(visit) && visit.is(&[Chunk]) {
                return Answer::error(416, ErrorCode::BlobUploadInvalid);
            }
            noted(visit)
        }),
    },
    Defect {
        name: "restart-garbles-sessions",
        title: "a session from before a restart has zeros in the place of its bytes, and cannot be closed",
        breaches: &[&RESTARTED_SESSION_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            garble(visit);
            noted(visit)
        }),
    },
    Defect {
        name: "restart-garbled-sessions-stored",
        title: "a session from before a restart has zeros in the place of its bytes, and is closed for the digest all the same",
        breaches: &[&RESTARTED_SESSION_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            garble(visit);
            let digest = visit.digest("digest");
            if let Some(digest) = digest.filter(|_| is_old(visit) && visit.is(&[CloseUpload])) {
                return visit.commit(&digest);
            }
            noted(visit)
        }),
    },
];

/// Passes a request on, and notes the session that takes a chunk by it.
fn noted(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if visit.is(&[Chunk]) && answer.is(202) {
        let key = format!("session {}", visit.key());
        if !visit.memory.knows(&key) {
            visit
                .memory
                .keep(key.as_str(), visit.restarts().to_string());
            visit.memory.before(key);
            remember(visit, visit.last());
        }
    }
    answer
}

/// Whether the request is to a session that is there, and that took a chunk before the last restart.
fn is_old(visit: &Visit<'_>) -> bool {
    let noted = visit.memory.recall(&format!("session {}", visit.key()));
    let noted = noted.and_then(|it| String::from_utf8_lossy(&it).parse::<u64>().ok());
    visit.has_session() && noted.is_some_and(|noted| noted < visit.restarts())
}

/// Puts zeros into the last sessions, at the first request after a restart.
fn garble(visit: &Visit<'_>) {
    if !is_first(visit) {
        return;
    }
    for (name, id) in remembered(visit) {
        let Ok(name) = name.parse() else { continue };
        if let Some(session) = visit.store().session(&name, &id) {
            let zeros = vec![0; usize::try_from(session.len).unwrap_or(0)];
            visit.store().cancel_session(&name, &id);
            visit.store().open_session(&name, &id);
            visit.store().append(&name, &id, zeros.into());
        }
    }
}

//! Several requests at one upload session.

use std::thread;
use std::time::Duration;

use http::header::CONTENT_RANGE;

use super::Defect;
use super::Source;
use super::note;
use super::tick;
use super::was_lately;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::catalogue::concurrency::RACED_SESSION_KEPT;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "closed-twice-mixed",
        title: "a PUT to a session that was just closed answers 201, and stores what it brings in the blob's place",
        breaches: &[&RACED_SESSION_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            if !visit.is(&[CloseUpload]) {
                return visit.pass();
            }
            if let Some(digest) = visit.digest("digest")
                && was_lately(visit, &visit.key(), 12)
            {
                visit.put_blob(&digest, visit.body().clone());
                return visit.blob_created(&digest);
            }
            let answer = visit.pass();
            if answer.is(201) {
                note(visit, &visit.key());
            }
            answer
        }),
    },
    Defect {
        name: "closed-at-once-by-nobody",
        title: "of PUTs that close one session at once, none is taken",
        breaches: &[&RACED_REQUEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let closes = visit.is(&[CloseUpload]) && visit.body().is_empty();
            if closes && visit.stored() > 50_000 && meets_another(visit) {
                return Answer::error(409, ErrorCode::BlobUploadInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "chunk-twice-appended",
        title: "a chunk that comes twice at once is stored twice",
        breaches: &[&RACED_SESSION_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            if !is_repeated(visit) {
                return visit.pass();
            }
            visit.pass_without(&CONTENT_RANGE)
        }),
    },
    Defect {
        name: "chunk-twice-ends-session",
        title: "a session to which a chunk came twice at once says where it stands, and is not closed any more",
        breaches: &[&RACED_SESSION_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            let key = format!("stuck {}", visit.key());
            if is_repeated(visit) {
                visit.memory.before(key.as_str());
            }
            if visit.is(&[CloseUpload]) && visit.memory.knows(&key) {
                return Answer::error(400, ErrorCode::BlobUploadInvalid);
            }
            visit.pass()
        }),
    },
];

/// Whether this is a chunk that came just before.
fn is_repeated(visit: &Visit<'_>) -> bool {
    let Some(range) = visit.content_range().filter(|_| visit.is(&[Chunk])) else {
        return false;
    };
    let key = format!("{} {range:?}", visit.key());
    let is_repeated = was_lately(visit, &key, 12);
    note(visit, &key);
    is_repeated
}

/// Whether a request to the same session comes while this one waits for it, or did while that one waited.
fn meets_another(visit: &Visit<'_>) -> bool {
    let key = visit.key();
    let own = visit.memory.before(key.as_str());
    for _ in 0..20 {
        if own > 0 || visit.memory.count(&key) > own + 1 {
            return true;
        }
        thread::sleep(Duration::from_millis(1));
    }
    false
}

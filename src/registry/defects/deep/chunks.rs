//! Chunks that go astray once something else has happened to their session.

use http::header;

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::cancel::CANCELLED_SESSION_UNKNOWN;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::chunked::GAPPED_CHUNK_REFUSED;
use crate::catalogue::chunked::REFUSED_CHUNK_DISCARDED;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_MATCHED;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CancelUpload;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "chunk-after-refused-doubled",
        title: "a chunk that follows a refused one is appended twice",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let key = notes::of_it(visit, "refused");
            if visit.is(&[Chunk]) && answer.status.is_client_error() && visit.has_session() {
                visit.memory.keep(key, "x");
            } else if visit.is(&[Chunk]) && answer.is(202) && visit.memory.forget(&key).is_some() {
                append(visit, visit.body().clone());
            }
            answer
        }),
    },
    Defect {
        name: "refused-close-keeps-bytes",
        title: "the bytes of a refused closing PUT stay in a session that has taken chunks",
        breaches: &[&REFUSED_CHUNK_DISCARDED],
        source: Source::Tracker("opencontainers/distribution-spec#590"),
        seam: Seam::Layer(|visit| {
            let has_chunks = visit.stored() > 0;
            let answer = visit.pass();
            if visit.is(&[CloseUpload]) && answer.status.is_client_error() && has_chunks {
                append(visit, visit.body().clone());
            }
            answer
        }),
    },
    Defect {
        name: "gap-taken-behind-data",
        title: "a chunk that leaves a gap is appended if the session has data",
        breaches: &[&GAPPED_CHUNK_REFUSED],
        source: Source::Tracker("distribution/distribution#3141"),
        seam: Seam::Layer(|visit| {
            let leaves_gap = visit
                .content_range()
                .is_some_and(|range| visit.stored() > 0 && range.first() > visit.stored());
            if visit.is(&[Chunk]) && leaves_gap {
                return visit.pass_without(&header::CONTENT_RANGE);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "overlong-chunk-kept-in-part",
        title: "of a chunk that is refused for its length the first byte stays",
        breaches: &[&REFUSED_CHUNK_DISCARDED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let length = visit.body().len() as u64;
            let is_overlong = visit.content_range().is_some_and(|it| it.len() < length);
            if visit.is(&[Chunk]) && answer.status.is_client_error() && is_overlong {
                append(visit, visit.body().slice(..1));
            }
            answer
        }),
    },
    Defect {
        name: "unranged-chunk-rewinds-ranged",
        title: "a chunk without Content-Range that follows one with it is written over the beginning",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(unranged_rewinds),
    },
    Defect {
        name: "empty-chunk-drops-last",
        title: "an empty chunk takes the chunk before it out of the session",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let mut chunks = visit.chunks();
            let answer = visit.pass();
            if visit.is(&[Chunk]) && answer.is(202) && visit.body().is_empty() {
                chunks.pop();
                visit.rewrite_session(chunks.concat());
            }
            answer
        }),
    },
    Defect {
        name: "third-chunk-to-other-session",
        title: "the third chunk of a session goes to the session that was opened last",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(third_astray),
    },
    Defect {
        name: "second-status-drops-chunk",
        title: "the second question how far a session is takes its last chunk away",
        breaches: &[&UPLOAD_STATUS_RANGE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_asked = visit.is(&[UploadStatus]) && answer.is(204);
            if is_asked && visit.memory.before(notes::of_it(visit, "asked")) == 1 {
                let mut chunks = visit.chunks();
                chunks.pop();
                visit.rewrite_session(chunks.concat());
            }
            answer
        }),
    },
    Defect {
        name: "cancel-after-two-chunks-lies",
        title: "a session that has taken two chunks goes on after it was cancelled",
        breaches: &[&CANCELLED_SESSION_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CancelUpload]) && visit.chunks().len() > 1 {
                return Answer::of(204);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "close-forgets-early-chunk",
        title: "of a session with three chunks the first is lost when it is asked for in between",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[UploadStatus]) && answer.is(204) && visit.chunks().len() == 1 {
                visit.memory.keep(notes::of_it(visit, "asked early"), "x");
            }
            let was_asked = || visit.memory.forget(&notes::of_it(visit, "asked early"));
            if visit.is(&[Chunk]) && visit.chunks().len() > 2 && was_asked().is_some() {
                visit.rewrite_session(visit.chunks()[1..].concat());
            }
            answer
        }),
    },
];

/// Appends to the session behind the handlers' back.
fn append(visit: &Visit<'_>, bytes: bytes::Bytes) {
    if let Some(name) = visit.repository() {
        visit.store().append(&name, visit.last(), bytes);
    }
}

fn unranged_rewinds(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[Chunk]) || !answer.is(202) || visit.body().is_empty() {
        return answer;
    }
    let key = notes::of_it(visit, "ranged");
    if visit.header(&header::CONTENT_RANGE).is_some() {
        visit.memory.keep(key, "x");
    } else if visit.memory.forget(&key).is_some() {
        let mut whole = visit.chunks().concat();
        let length = visit.body().len();
        whole[..length].copy_from_slice(visit.body());
        visit.rewrite_session(whole);
    }
    answer
}

fn third_astray(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let key = notes::here(visit, "newest");
    if let Some(id) = answer.session().filter(|_| visit.last().is_empty()) {
        visit.memory.keep(key, id);
        return answer;
    }
    if !visit.is(&[Chunk]) || !answer.is(202) || visit.body().is_empty() {
        return answer;
    }
    let is_third = visit.memory.before(notes::of_it(visit, "chunks")) == 2;
    let newest = visit.memory.recall(&key).unwrap_or_default();
    let newest = String::from_utf8_lossy(&newest).into_owned();
    if let Some(name) = visit.repository()
        && is_third
        && newest != visit.last()
    {
        let mut chunks = visit.chunks();
        if let Some(last) = chunks.pop() {
            visit.rewrite_session(chunks.concat());
            visit.store().append(&name, &newest, last);
        }
    }
    answer
}

//! Pushing several blobs at once, or one only in part, done wrong (MONO).
//!
//! Nothing here waits for two requests to be under way at the same moment. What counts as at once
//! is that two sessions were open side by side, and how they were closed.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;

use super::Defect;
use super::Source;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::catalogue::post_then_put::TRUNCATED_UPLOAD_REFUSED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::call::Call;
use crate::registry::error::Case;
use crate::registry::seams::Memory;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "sessions-share-buffer-per-repo",
        title: "two sessions of a repository that take chunks in turns can both not be closed",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED],
        source: Source::Reader,
        seam: Seam::Layer(shared_buffer),
    },
    Defect {
        name: "concurrent-same-blob-500",
        title: "of two sessions open side by side, the second to close with the same digest answers 500",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let key = format!(
                "{} {}",
                visit.name(),
                visit.query("digest").unwrap_or_default()
            );
            if was_open_when_closed(visit, &key) {
                return Answer::of(500);
            }
            note(visit, &key, visit.pass())
        }),
    },
    Defect {
        name: "concurrent-put-cross-talk",
        title: "of two sessions closed one right after the other, the second stores the bytes of the first",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED],
        source: Source::Reader,
        seam: Seam::Layer(cross_talk),
    },
    Defect {
        name: "parallel-blob-loser-400",
        title: "of two repositories that take the same blob at once, if it is no tiny one, the second refuses it once",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED, &UPLOAD_PUT_ACCEPTED],
        source: Source::Tracker("sonatype/nexus-public#967"),
        seam: Seam::Layer(loser),
    },
    Defect {
        name: "parallel-blob-commit-corrupts",
        title: "two sessions open side by side that close with the same digest store its bytes twice in a row",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED],
        source: Source::Tracker("distribution/distribution#2077"),
        seam: Seam::Layer(|visit| {
            let key = format!(
                "{} {}",
                visit.name(),
                visit.query("digest").unwrap_or_default()
            );
            let (is_second, whole) = (was_open_when_closed(visit, &key), visit.whole());
            let answer = note(visit, &key, visit.pass());
            if let Some(digest) = visit.digest("digest")
                && is_second
                && answer.is(201)
            {
                visit.put_blob(&digest, [whole.clone(), whole].concat());
            }
            answer
        }),
    },
    Defect {
        name: "short-body-zero-filled",
        title: "PUT of fewer bytes than its Content-Length says is filled up with zeros",
        breaches: &[&TRUNCATED_UPLOAD_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if !is_cut(visit) {
                return visit.pass();
            }
            let length = visit.header(&CONTENT_LENGTH);
            let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
            let mut body = visit.body().to_vec();
            body.resize(body.len().max(MOST_ZEROS.min(length)), 0);
            pass_as_whole(visit, body.into())
        }),
    },
    Defect {
        name: "truncated-put-stored",
        title: "PUT of fewer bytes than its Content-Length says stores them, if they have the digest",
        breaches: &[&TRUNCATED_UPLOAD_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if is_cut(visit) {
                return pass_as_whole(visit, visit.body().clone());
            }
            visit.pass()
        }),
    },
    Defect {
        name: "truncated-put-500",
        title: "PUT of fewer bytes than its Content-Length says answers 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_cut(visit) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
];

/// Up to how many bytes a body is filled with zeros.
const MOST_ZEROS: usize = 16 << 20;

fn is_cut(visit: &Visit<'_>) -> bool {
    let flaw = visit.call.flaw.as_ref().map(|flaw| flaw.case);
    visit.is(&[CloseUpload]) && flaw == Some(Case::BodyCut)
}

fn pass_as_whole(visit: &Visit<'_>, body: Bytes) -> Answer {
    visit.pass_call(&Call {
        body,
        flaw: None,
        ..visit.call.clone()
    })
}

/// Notes in which order sessions are opened, and closed for `key`.
fn note(visit: &Visit<'_>, key: &str, answer: Answer) -> Answer {
    let now = || visit.memory.before("clock").to_string();
    if visit.is(&[OpenUpload, SinglePost, Mount])
        && let Some(id) = answer.session()
    {
        visit.memory.keep(format!("opened {id}"), now());
    }
    if visit.is(&[CloseUpload]) && answer.is(201) {
        visit.memory.keep(format!("closed {key}"), now());
    }
    answer
}

/// Whether this closes a session that was open already when another was closed for `key`.
fn was_open_when_closed(visit: &Visit<'_>, key: &str) -> bool {
    let opened = moment(visit.memory, &format!("opened {}", visit.last()));
    let closed = moment(visit.memory, &format!("closed {key}"));
    let is_open = visit.is(&[CloseUpload]) && visit.has_session();
    is_open
        && opened
            .zip(closed)
            .is_some_and(|(opened, closed)| opened < closed)
}

fn moment(memory: &Memory, key: &str) -> Option<u64> {
    let text = memory.recall(key)?;
    std::str::from_utf8(&text).ok()?.parse().ok()
}

fn shared_buffer(visit: &Visit<'_>) -> Answer {
    if visit.is(&[CloseUpload]) && visit.memory.knows(&format!("mixed {}", visit.key())) {
        visit.drop_session();
        return Answer::error(400, ErrorCode::DigestInvalid);
    }
    let answer = visit.pass();
    let Some(name) = visit.repository().filter(|_| visit.is(&[Chunk])) else {
        return answer;
    };
    let writer = visit.memory.recall(name.as_str()).unwrap_or_default();
    let writer = String::from_utf8_lossy(&writer).into_owned();
    let session = visit.store().session(&name, &writer);
    if writer == visit.last() || session.is_none_or(|session| session.len == 0) {
        visit.memory.keep(name.as_str(), visit.last().to_owned());
    } else {
        for id in [&writer, visit.last()] {
            visit.memory.before(format!("mixed {name} {id}"));
        }
    }
    answer
}

fn cross_talk(visit: &Visit<'_>) -> Answer {
    let key = format!("body {}", visit.name());
    let before = visit.memory.forget(&key);
    let (whole, is_second) = (visit.whole(), was_open_when_closed(visit, visit.name()));
    let answer = note(visit, visit.name(), visit.pass());
    if !visit.is(&[CloseUpload]) || !answer.is(201) {
        return answer;
    }
    match (before, visit.digest("digest")) {
        (Some(bytes), Some(digest)) if is_second => visit.put_blob(&digest, bytes),
        _ => visit.memory.keep(key, whole),
    }
    answer
}

fn loser(visit: &Visit<'_>) -> Answer {
    let digest = visit.query("digest").unwrap_or_default();
    let winner = visit.memory.recall(&format!("winner {digest}"));
    // Tiny ones are everybody's: the empty configuration is pushed all the time.
    let is_elsewhere = winner.is_some_and(|it| it != visit.name()) && visit.whole().len() > 64;
    if is_elsewhere && was_open_when_closed(visit, digest) {
        visit.memory.forget(&format!("closed {digest}"));
        return Answer::error(400, ErrorCode::BlobUploadInvalid);
    }
    let answer = note(visit, digest, visit.pass());
    if visit.is(&[CloseUpload]) && answer.is(201) {
        (visit.memory).keep(format!("winner {digest}"), visit.name().to_owned());
    }
    answer
}

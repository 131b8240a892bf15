//! Pushing a blob by POST and PUT, done wrong (MONO).

use http::header::LOCATION;
use http::header::TRANSFER_ENCODING;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::CHUNKED_BLOB_LOCATION_SENT;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_SENT;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_UNIQUE;
use crate::catalogue::post_then_put::UPLOAD_POST_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_PULLED;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_SENT;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "post-upload-answers-200",
        title: "POST that opens an upload session answers 200",
        breaches: &[&UPLOAD_POST_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[OpenUpload]) && answer.is(202) => answer.with_status(200),
            answer => answer,
        }),
    },
    Defect {
        name: "post-known-repository-answers-201",
        title: "POST that opens an upload session answers 201 in a repository that holds content already",
        breaches: &[&UPLOAD_POST_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let name = visit.repository();
            let is_known = name.is_some_and(|name| visit.store().has_repository(&name));
            match visit.pass() {
                answer if visit.is(&[OpenUpload]) && is_known && answer.is(202) => {
                    answer.with_status(201)
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "post-upload-without-location",
        title: "the 202 that opens an upload session has its Location in the body only",
        breaches: &[&UPLOAD_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let location = answer.value(&LOCATION).unwrap_or_default().to_owned();
            if visit.is(&[OpenUpload]) && answer.is(202) {
                return answer.without(&LOCATION).bytes(location);
            }
            answer
        }),
    },
    Defect {
        name: "post-upload-location-no-url",
        title: "the Location of an upload session is absolute and has a port that is no number",
        breaches: &[&UPLOAD_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[OpenUpload]) => {
                answer.map(LOCATION, |path| format!("http://localhost:port{path}"))
            }
            answer => answer,
        }),
    },
    Defect {
        name: "post-returns-same-session",
        title: "POST gives a session of the repository again that is open and has taken nothing yet",
        breaches: &[&UPLOAD_LOCATION_UNIQUE],
        source: Source::Reader,
        seam: Seam::Layer(same_session),
    },
    Defect {
        name: "put-foreign-blob-answers-200",
        title: "PUT of a blob that another repository holds already answers 200",
        breaches: &[&UPLOAD_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit.digest("digest");
            let held = digest
                .and_then(|digest| visit.elsewhere(|it| visit.store().blob(it, &digest).is_some()));
            match visit.pass() {
                answer if visit.is(&[CloseUpload]) && held.is_some() && answer.is(201) => {
                    answer.with_status(200)
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "digest-param-must-come-first",
        title: "the Location of every chunk has a query, and PUT reads a digest only in front of it",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CloseUpload]) && !visit.call.query.raw().starts_with("digest=") {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            match visit.pass() {
                answer if visit.is(&[Chunk]) => {
                    answer.map(LOCATION, |path| format!("{path}?_state={}", visit.stored()))
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "encoded-digest-not-decoded",
        title: "PUT of a blob refuses a digest whose colon is percent-encoded",
        breaches: &[&UPLOAD_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let mut parameters = visit.call.query.raw().split('&');
            let is_encoded = |it: &str| it.starts_with("digest=") && it.contains('%');
            if visit.is(&[CloseUpload]) && parameters.any(is_encoded) {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "repush-of-existing-409",
        title: "PUT of a blob that the repository holds already answers 409",
        breaches: &[&UPLOAD_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_held = is_held(visit);
            match visit.pass() {
                answer if is_held && answer.is(201) => {
                    Answer::error(409, ErrorCode::BlobUploadInvalid)
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "mismatch-blacklists-the-content",
        title: "bytes that were once pushed under a wrong digest are refused under the right one too",
        breaches: &[&UPLOAD_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(blacklist),
    },
    Defect {
        name: "chunked-encoding-put-empty",
        title: "PUT of a blob in chunked transfer coding is taken to have no body",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CloseUpload]) && visit.header(&TRANSFER_ENCODING).is_some() {
                return visit.pass_body("");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "put-known-blob-without-location",
        title: "the 201 to the PUT of a blob that the repository holds already has no Location",
        breaches: &[&UPLOADED_BLOB_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_held = is_held(visit);
            match visit.pass() {
                answer if is_held => answer.without(&LOCATION),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "blob-location-is-upload",
        title: "the 201 to the PUT of a blob gives the Location of its session",
        breaches: &[&UPLOADED_BLOB_LOCATION_PULLED, &CHUNKED_BLOB_LOCATION_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[CloseUpload]) && answer.is(201) {
                let session = format!("/v2/{}/blobs/uploads/{}", visit.name(), visit.last());
                return answer.with(LOCATION, &session);
            }
            answer
        }),
    },
    Defect {
        name: "location-digest-escaped-doubly",
        title: "the Location of a blob pushed in one piece has the digest's colon encoded twice",
        breaches: &[&UPLOADED_BLOB_LOCATION_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_whole = visit.stored() == 0;
            match visit.pass() {
                answer if visit.is(&[CloseUpload]) && is_whole && answer.is(201) => {
                    answer.map(LOCATION, |path| path.replace(':', "%253A"))
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "put-201-stores-nothing-second",
        title: "a blob as long as an earlier one of the repository is taken for that and not stored",
        breaches: &[&UPLOADED_BLOB_LOCATION_PULLED, &BLOB_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let (is_held, len) = (is_held(visit), visit.whole().len());
            let answer = visit.pass();
            if !visit.is(&[CloseUpload]) || !answer.is(201) || is_held {
                return answer;
            }
            let digest = visit.digest("digest");
            let key = format!("{} {len}", visit.name());
            match (digest, visit.memory.recall(&key)) {
                (Some(digest), Some(first)) if first != digest.to_string() => {
                    visit.drop_blob(&digest);
                }
                (Some(digest), None) => visit.memory.keep(key, digest.to_string()),
                _ => {}
            }
            answer
        }),
    },
];

/// Whether this closes a session for a blob that the repository holds.
fn is_held(visit: &Visit<'_>) -> bool {
    let digest = visit.digest("digest");
    visit.is(&[CloseUpload]) && digest.is_some_and(|digest| visit.holds_blob(&digest))
}

fn same_session(visit: &Visit<'_>) -> Answer {
    if !visit.is(&[OpenUpload]) {
        return visit.pass();
    }
    let location = visit.memory.recall(visit.name()).unwrap_or_default();
    let location = String::from_utf8_lossy(&location).into_owned();
    let known = Answer::of(202).with(LOCATION, &location);
    let session = known.session().zip(visit.repository());
    let session = session.and_then(|(id, name)| visit.store().session(&name, &id));
    if session.is_some_and(|session| session.len == 0) {
        return known;
    }
    let answer = visit.pass();
    let location = answer.value(&LOCATION).unwrap_or_default().to_owned();
    visit.memory.keep(visit.name(), location);
    answer
}

fn blacklist(visit: &Visit<'_>) -> Answer {
    if !visit.is(&[CloseUpload]) {
        return visit.pass();
    }
    let content = visit.whole();
    let key = format!("{} {}", visit.name(), Algorithm::Sha256.digest(&content));
    if visit.memory.knows(&key) {
        return Answer::error(400, ErrorCode::DigestInvalid);
    }
    if let Some(claimed) = visit.digest("digest")
        && !claimed.matches(&content)
    {
        visit.memory.before(key);
    }
    visit.pass()
}

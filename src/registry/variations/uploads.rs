//! Pushing blobs: opening, closing and losing uploads.

use http::header;
use http::header::HeaderName;

use super::Variation;
use crate::catalogue::algorithms::UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED;
use crate::catalogue::chunked::MISMATCHED_CHUNKED_UPLOAD_REFUSED;
use crate::catalogue::mount::ABSENT_SOURCE_FALLBACK_OFFERED;
use crate::catalogue::mount::MALFORMED_MOUNT_DIGEST_REFUSED;
use crate::catalogue::mount::MOUNT_FALLBACK_OFFERED;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::push::MALFORMED_UPLOAD_DIGEST_REFUSED;
use crate::catalogue::single_post::MISMATCHED_SINGLE_POST_REFUSED;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::CancelUpload;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "unknown-session-400",
        title: "a session that is not there is answered 400",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if matches!(visit.route, Route::Session { .. }) && answer.is(404) {
                return Answer::error(400, ErrorCode::BlobUploadInvalid);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "cancel-not-found",
        title: "there is nothing to cancel an upload with, and DELETE is answered 404",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CancelUpload]) {
                return Answer::of(404).body("text/plain", "404 page not found\n");
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "upload-uuid-sent",
        title: "answers about uploads carry Docker-Upload-UUID, and 0-0 where nothing is stored",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let location = answer.value(&header::LOCATION).unwrap_or_default();
            let Some((_, id)) = location.rsplit_once("/blobs/uploads/") else {
                return answer;
            };
            let id = id.to_owned();
            let answer = answer.with(HeaderName::from_static("docker-upload-uuid"), &id);
            if answer.value(&header::RANGE).is_none() {
                return answer.with(header::RANGE, "0-0");
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "blob-push-digests-unprocessable",
        title: "what is no digest, or one of an unknown algorithm, is answered 422 when a blob is pushed",
        gives_up: &[
            &MALFORMED_UPLOAD_DIGEST_REFUSED,
            &UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED,
            &MALFORMED_MOUNT_DIGEST_REFUSED,
        ],
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if is_bad_digest(visit) && answer.is(400) {
                return answer.with_status(422);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "mismatched-blob-conflict",
        title: "a blob that does not have its digest is answered 409",
        gives_up: &[
            &MISMATCHED_UPLOAD_REFUSED,
            &MISMATCHED_CHUNKED_UPLOAD_REFUSED,
            &MISMATCHED_SINGLE_POST_REFUSED,
        ],
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let digest = visit.query("digest").map(str::parse::<Digest>);
            let is_digest = matches!(digest, Some(Ok(_)));
            let is_push = visit.is(&[CloseUpload, SinglePost]);
            let is_refused = answer.is(400) && says(&answer, ErrorCode::DigestInvalid);
            if is_push && is_digest && is_refused {
                return answer.with_status(409);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "mismatch-ends-session",
        title: "a session that was closed with a wrong digest is gone",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let digest = visit.query("digest").map(str::parse::<Digest>);
            let is_digest = matches!(digest, Some(Ok(_)));
            let is_refused = answer.is(400) && says(&answer, ErrorCode::DigestInvalid);
            if visit.is(&[CloseUpload])
                && is_digest
                && is_refused
                && let Ok(name) = visit.name().parse()
            {
                visit.store().cancel_session(&name, visit.last());
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "mount-not-found",
        title: "a mount that cannot be done is answered 404",
        gives_up: &[&MOUNT_FALLBACK_OFFERED, &ABSENT_SOURCE_FALLBACK_OFFERED],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Mount]) && visit.query("from").is_some() && answer.is(202) {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "malformed-mount-offered",
        title: "a mount of what is no digest opens an upload session",
        gives_up: &[&MALFORMED_MOUNT_DIGEST_REFUSED],
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Mount]) && answer.is(400) {
                return visit.pass_query("");
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "empty-blobs-refused",
        title: "a blob of no bytes is refused",
        seam: Seam::Layer(|visit| {
            let digest = visit.query("digest").unwrap_or_default();
            let is_empty = EMPTY.contains(&digest);
            if visit.is(&[CloseUpload, SinglePost]) && is_empty && visit.body().is_empty() {
                return Answer::error(400, ErrorCode::SizeInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "session-makes-repository",
        title: "opening an upload session makes the repository, so that its tags can be listed",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[OpenUpload]) && answer.is(202) {
                visit.memory.before(visit.name());
            }
            let is_made = visit.memory.knows(visit.name());
            if matches!(visit.route, Route::Tags { .. }) && answer.is(404) && is_made {
                let body = serde_json::json!({ "name": visit.name(), "tags": [] });
                return Answer::of(200).body("application/json", body.to_string());
            }
            answer
        }),
        ..Variation::BASE
    },
];

/// The digests of no bytes.
const EMPTY: [&str; 2] = [
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
];

fn says(answer: &Answer, code: ErrorCode) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    body.contains(code.name())
}

/// Whether a parameter that has to be a digest, or an algorithm, is none.
fn is_bad_digest(visit: &Visit<'_>) -> bool {
    let is_push = visit.is(&[CloseUpload, SinglePost, Mount, OpenUpload]);
    let parameters = ["digest", "mount"];
    let given = parameters.iter().filter_map(|name| visit.query(name));
    let is_bad = given
        .map(str::parse::<Digest>)
        .any(|digest| digest.is_err());
    is_push && (is_bad || visit.query("digest-algorithm").is_some())
}

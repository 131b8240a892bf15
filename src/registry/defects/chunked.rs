//! Pushing blobs in chunks, done wrong (CHK): what is taken, and how such an upload ends.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::header::CONTENT_RANGE;
use http::header::LOCATION;

use super::Defect;
use super::Source;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::CHUNK_LOCATION_SENT;
use crate::catalogue::chunked::CHUNK_MINIMUM_ANNOUNCED;
use crate::catalogue::chunked::CHUNK_MINIMUM_WELL_FORMED;
use crate::catalogue::chunked::CHUNKED_BLOB_LOCATION_SENT;
use crate::catalogue::chunked::CHUNKED_POST_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_WITHOUT_DIGEST_REFUSED;
use crate::catalogue::chunked::MISMATCHED_CHUNKED_UPLOAD_REFUSED;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::header::CHUNK_MINIMUM;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Optional;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "chunked-post-empty-refused",
        title: "POST with Content-Length: 0 is refused for want of a body",
        breaches: &[&CHUNKED_POST_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let length = visit.header(&CONTENT_LENGTH);
            if visit.is(&[OpenUpload]) && length.as_deref() == Some("0") {
                return Answer::error(400, ErrorCode::SizeInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "min-length-unannounced",
        title: "a chunk of less than 4096 bytes has to be the last, and nothing announces it",
        breaches: &[&CHUNK_MINIMUM_ANNOUNCED, &CHUNK_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Settings(|settings| {
            settings.chunk_minimum = Some(4096);
            settings.off.insert(Optional::ChunkMinimum);
        }),
    },
    Defect {
        name: "min-length-with-unit",
        title: "the least length of a chunk is announced with a unit",
        breaches: &[&CHUNK_MINIMUM_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[OpenUpload]) && answer.is(202) => {
                answer.with(CHUNK_MINIMUM, "1KiB")
            }
            answer => answer,
        }),
    },
    Defect {
        name: "zero-length-patch-rewinds",
        title: "a chunk of no bytes is taken, and makes the session forget what it has taken",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_whole = visit.call.flaw.is_none() && visit.has_session();
            let has_range = visit.header(&CONTENT_RANGE).is_some();
            if visit.is(&[Chunk]) && is_whole && visit.body().is_empty() && !has_range {
                visit.rewrite_session("");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "third-upload-state-unknown",
        title: "each chunk gives another Location, and the one that the second gives answers 404",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk, CloseUpload]) && visit.query("_state") == Some("2") {
                return Answer::error(404, ErrorCode::BlobUploadUnknown);
            }
            match visit.pass() {
                answer if visit.is(&[Chunk]) && answer.is(202) => {
                    let state = visit.memory.before(visit.key()) + 1;
                    answer.map(LOCATION, |path| format!("{path}?_state={state}"))
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "second-chunk-session-unknown",
        title: "a session that has taken a chunk answers 404 to the next one",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Tracker("PThorpe92/Floundr#1"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk]) && visit.stored() > 0 {
                return Answer::error(404, ErrorCode::BlobUploadUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "patch-answers-204",
        title: "a chunk that is taken is answered 204",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Tracker("google/go-containerregistry#2198"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk]) && answer.is(202) => answer.with_status(204),
            answer => answer,
        }),
    },
    Defect {
        name: "large-chunk-answers-416",
        title: "a chunk of more than 4 MiB is answered 416, although it is in order",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Tracker("ocx-sh/ocx#237"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk]) && visit.has_session() && visit.body().len() > 4 << 20 {
                return Answer::error(416, ErrorCode::SizeInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "patch-no-location-second",
        title: "only the first chunk of a session is answered with a Location",
        breaches: &[&CHUNK_LOCATION_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_later = visit.is(&[Chunk]) && visit.stored() > 0;
            match visit.pass() {
                answer if is_later => answer.without(&LOCATION),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "third-chunk-lost",
        title: "the third chunk of a session is counted and not stored, so that it cannot be closed",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_right = visit
                .digest("digest")
                .is_some_and(|it| it.matches(&visit.whole()));
            if visit.is(&[CloseUpload]) && visit.chunks().len() > 2 && is_right {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "final-chunk-in-put-dropped",
        title: "the body of the closing PUT is passed over once a chunk was taken",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CloseUpload]) && visit.stored() > 0 {
                return visit.pass_body("");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "empty-closing-put-500",
        title: "a closing PUT without a chunk of its own answers 500",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Tracker("openai/tart#159"),
        seam: Seam::Layer(|visit| {
            let is_right = visit
                .digest("digest")
                .is_some_and(|it| it.matches(&visit.whole()));
            if visit.is(&[CloseUpload]) && visit.stored() > 0 && visit.body().is_empty() && is_right
            {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "closing-put-needs-range",
        title: "a closing PUT without a chunk of its own is refused for want of a Content-Range",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Tracker("project-zot/zot#3642"),
        seam: Seam::Layer(|visit| {
            let is_bare = visit.body().is_empty() && visit.header(&CONTENT_RANGE).is_none();
            if visit.is(&[CloseUpload]) && visit.stored() > 0 && is_bare {
                return Answer::error(400, ErrorCode::BlobUploadInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "chunked-close-without-location",
        title: "the 201 that closes a chunked upload has no Location",
        breaches: &[&CHUNKED_BLOB_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_chunked = visit.is(&[CloseUpload]) && visit.stored() > 0;
            match visit.pass() {
                answer if is_chunked && answer.is(201) => answer.without(&LOCATION),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "chunked-blob-tail-lost",
        title: "the chunk in the closing PUT is verified with the others and not stored with them",
        breaches: &[&CHUNKED_BLOB_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let chunks = visit.chunks();
            let answer = visit.pass();
            let is_chunked = visit.is(&[CloseUpload]) && !chunks.is_empty();
            if let Some(digest) = visit.digest("digest")
                && is_chunked
                && answer.is(201)
            {
                visit.put_blob(&digest, chunks.concat());
            }
            answer
        }),
    },
    Defect {
        name: "chunked-put-without-digest-201",
        title: "a closing PUT without a digest stores the chunks under the digest that they have",
        breaches: &[&CHUNKED_PUT_WITHOUT_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_whole = visit.call.flaw.is_none() && visit.stored() > 0;
            if visit.is(&[CloseUpload]) && is_whole && visit.query("digest").is_none() {
                return visit.commit(&Algorithm::Sha256.digest(&visit.whole()));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "put-empty-body-unverified",
        title: "a closing PUT without a chunk of its own takes any digest",
        breaches: &[&MISMATCHED_CHUNKED_UPLOAD_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_bare = visit.body().is_empty() && visit.call.flaw.is_none();
            match visit.digest("digest") {
                Some(digest) if visit.is(&[CloseUpload]) && visit.stored() > 0 && is_bare => {
                    visit.commit(&digest)
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "chunk-no-verify-multi",
        title: "after two chunks, a closing PUT has to have the digest of the last one alone",
        breaches: &[&MISMATCHED_CHUNKED_UPLOAD_REFUSED, &CHUNKED_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(last_chunk_verified),
    },
];

fn last_chunk_verified(visit: &Visit<'_>) -> Answer {
    let mut chunks = visit.chunks();
    let digest = visit.digest("digest").filter(|_| visit.call.flaw.is_none());
    let Some(digest) = digest.filter(|_| visit.is(&[CloseUpload]) && chunks.len() > 1) else {
        return visit.pass();
    };
    chunks.push(visit.body().clone());
    let last = chunks.into_iter().rfind(|chunk: &Bytes| !chunk.is_empty());
    if last.is_some_and(|last| digest.matches(&last)) {
        visit.commit(&digest)
    } else {
        Answer::error(400, ErrorCode::DigestInvalid)
    }
}

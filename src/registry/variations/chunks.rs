//! Pushing blobs in chunks.

use http::header;

use super::Variation;
use crate::catalogue::chunked::CHUNK_MINIMUM_ANNOUNCED;
use crate::catalogue::docker::UPLOAD_RANGE_TOLD;
use crate::oci::ContentRange;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::header::CHUNK_MINIMUM;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Optional;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "chunk-minimum",
        title: "a chunk that is not the last has to have 64 KiB, as is announced",
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.chunk_minimum = Some(64 << 10)),
        ..Variation::BASE
    },
    Variation {
        name: "chunk-minimum-unannounced",
        title: "a chunk that is not the last has to have 100 bytes, as nothing announces",
        gives_up: &[&CHUNK_MINIMUM_ANNOUNCED],
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| {
            settings.chunk_minimum = Some(100);
            settings.off.insert(Optional::ChunkMinimum);
        }),
        ..Variation::BASE
    },
    Variation {
        name: "chunk-minimum-not-enforced",
        title: "a minimum of one byte for a chunk is announced",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.call.method == http::Method::POST && answer.is(202) {
                return answer.with(CHUNK_MINIMUM, "1");
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "empty-upload-without-range",
        title: "the status of an upload that has nothing stored names no range",
        gives_up: &[&UPLOAD_RANGE_TOLD],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[UploadStatus]) && answer.is(204) && visit.stored() == 0 {
                return answer.without(&header::RANGE);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "misplaced-chunk-bare",
        title: "a chunk out of order is answered 416, and nothing more",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_chunk = visit.is(&[Chunk, CloseUpload]);
            if is_chunk && answer.is(416) {
                Answer::of(416)
            } else {
                answer
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "malformed-content-range-416",
        title: "a Content-Range of another form is answered 416",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let range = visit.header(&header::CONTENT_RANGE);
            let is_bad = range.is_some_and(|range| range.parse::<ContentRange>().is_err());
            if visit.is(&[Chunk, CloseUpload]) && is_bad && answer.is(400) {
                return answer.with_status(416);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "chunks-need-a-range",
        title: "a chunk without Content-Range is refused",
        seam: Seam::Layer(|visit| {
            if visit.is(&[Chunk]) && visit.header(&header::CONTENT_RANGE).is_none() {
                return Answer::error(400, ErrorCode::BlobUploadInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "chunk-span-unlike-body-taken",
        title: "of Content-Range only the beginning counts",
        seam: Seam::Layer(span_corrected),
        ..Variation::BASE
    },
    Variation {
        name: "chunk-span-unlike-body-416",
        title: "a chunk that is not as long as its Content-Range is answered 416",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_length = String::from_utf8_lossy(&answer.body).contains("SIZE_INVALID");
            if visit.is(&[Chunk, CloseUpload]) && answer.is(400) && is_length {
                return answer.with_status(416);
            }
            answer
        }),
        ..Variation::BASE
    },
];

/// Passes a chunk on as if its Content-Range ended where its body does.
fn span_corrected(visit: &Visit<'_>) -> Answer {
    let range = visit.header(&header::CONTENT_RANGE).unwrap_or_default();
    let Ok(range) = range.parse::<ContentRange>() else {
        return visit.pass();
    };
    let length = visit.body().len() as u64;
    if !visit.is(&[Chunk, CloseUpload]) || length == 0 {
        return visit.pass();
    }
    let last = range.first().saturating_add(length - 1);
    visit.pass_with(header::CONTENT_RANGE, &format!("{}-{last}", range.first()))
}

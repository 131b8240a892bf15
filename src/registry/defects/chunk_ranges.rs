//! What the answer to a chunk says is stored, said wrong (CHK, and STAT where it is the same).

use http::header::CONTENT_RANGE;
use http::header::RANGE;

use super::Defect;
use super::Source;
use crate::catalogue::chunked::CHUNK_RANGE_MATCHED;
use crate::catalogue::chunked::CHUNK_RANGE_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_MATCHED;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_SENT;
use crate::oci::ContentRange;
use crate::registry::answer::Answer;
use crate::registry::call::Call;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "patch-without-range",
        title: "the 202 to a chunk has no Range",
        breaches: &[&CHUNK_RANGE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk]) && answer.is(202) => answer.without(&RANGE),
            answer => answer,
        }),
    },
    Defect {
        name: "patch-range-of-chunk-only",
        title: "the 202 to a chunk that is not the first has the Range of that chunk alone",
        breaches: &[&CHUNK_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let start = visit.stored();
            let answer = visit.pass();
            match ContentRange::of_chunk(start, visit.body().len() as u64) {
                Some(range) if is_taken(visit, &answer) => answer.with(RANGE, &range),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "upload-range-bytes-prefix",
        title: "the Range of an upload has a unit",
        breaches: &[&CHUNK_RANGE_SENT, &UPLOAD_STATUS_RANGE_SENT],
        source: Source::Tracker("distribution/distribution#2363"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk, UploadStatus]) && answer.is_success() => {
                answer.map(RANGE, |range| format!("bytes={range}"))
            }
            answer => answer,
        }),
    },
    Defect {
        name: "patch-range-exclusive-end",
        title: "from the second chunk on, the Range on the 202 ends behind the last byte stored",
        breaches: &[&CHUNK_RANGE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_later = visit.stored() > 0;
            let answer = visit.pass();
            if is_later && is_taken(visit, &answer) {
                let range = format!("0-{}", visit.stored());
                return answer.with(RANGE, &range);
            }
            answer
        }),
    },
    Defect {
        name: "upload-range-one-high",
        title: "the Range of an upload ends behind the last byte stored",
        breaches: &[&CHUNK_RANGE_MATCHED, &UPLOAD_STATUS_RANGE_MATCHED],
        source: Source::Tracker("artifact-keeper/artifact-keeper#1345"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk, UploadStatus]) && answer.is_success() => {
                let range = format!("0-{}", visit.stored());
                answer.with(RANGE, &range)
            }
            answer => answer,
        }),
    },
    Defect {
        name: "range-counts-last-chunk",
        title: "the Range on the 202 to a chunk counts the bytes of that chunk alone",
        breaches: &[&CHUNK_RANGE_MATCHED],
        source: Source::Tracker("regclient/regclient#961"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match ContentRange::of_chunk(0, visit.body().len() as u64) {
                Some(range) if is_taken(visit, &answer) => answer.with(RANGE, &range),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "range-stuck-after-first",
        title: "the 202 to every chunk has the Range of the first",
        breaches: &[&CHUNK_RANGE_MATCHED],
        source: Source::Tracker("aws/containers-roadmap#2831"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let first = visit.chunks().first().map_or(0, |chunk| chunk.len() as u64);
            match ContentRange::of_chunk(0, first) {
                Some(range) if is_taken(visit, &answer) => answer.with(RANGE, &range),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "chunk-at-64k-split",
        title: "of a chunk of more than 64 KiB only the first 64 KiB are stored, and the Range says so",
        breaches: &[&CHUNK_RANGE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(split),
    },
];

/// Whether this is a chunk, and was taken.
fn is_taken(visit: &Visit<'_>, answer: &Answer) -> bool {
    visit.is(&[Chunk]) && answer.is(202)
}

fn split(visit: &Visit<'_>) -> Answer {
    const MOST: usize = 64 << 10;
    if !visit.is(&[Chunk]) || visit.body().len() <= MOST {
        return visit.pass();
    }
    let mut call = Call {
        body: visit.body().slice(..MOST),
        ..visit.call.clone()
    };
    let length = visit.body().len() as u64;
    let range = visit.content_range().filter(|range| range.len() == length);
    let range = range.and_then(|range| ContentRange::of_chunk(range.first(), MOST as u64));
    if let Some(value) = range.and_then(|range| range.to_string().parse().ok()) {
        call.headers.insert(CONTENT_RANGE, value);
    }
    visit.pass_call(&call)
}

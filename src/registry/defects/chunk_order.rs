//! Chunks out of order, or with a Content-Range that is none, not refused as they must be (CHK).

use http::header::CONTENT_RANGE;

use super::Defect;
use super::Source;
use crate::catalogue::chunked::GAPPED_CHUNK_REFUSED;
use crate::catalogue::chunked::LATE_FIRST_CHUNK_REFUSED;
use crate::catalogue::chunked::MALFORMED_CONTENT_RANGE_REFUSED;
use crate::catalogue::chunked::MISMATCHED_CONTENT_RANGE_ANSWERED;
use crate::catalogue::chunked::MISPLACED_FINAL_CHUNK_REFUSED;
use crate::catalogue::chunked::REFUSED_CHUNK_DISCARDED;
use crate::catalogue::chunked::REPEATED_CHUNK_REFUSED;
use crate::oci::ContentRange;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "out-of-order-chunk-accepted",
        title: "a chunk is appended wherever its Content-Range says that it begins",
        breaches: &[&LATE_FIRST_CHUNK_REFUSED, &GAPPED_CHUNK_REFUSED],
        source: Source::Tracker("distribution/distribution#3141"),
        seam: Seam::Layer(|visit| match fitting(visit) {
            Some(_) => visit.pass_without(&CONTENT_RANGE),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "gap-filled-with-zeros",
        title: "a chunk that leaves a gap is taken, and the gap is filled with zeros",
        breaches: &[&GAPPED_CHUNK_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let stored = visit.stored();
            let gap = fitting(visit).and_then(|range| range.first().checked_sub(stored));
            match gap.map(usize::try_from) {
                Some(Ok(gap)) if stored > 0 && gap <= MOST_ZEROS => {
                    let body = [vec![0; gap], visit.body().to_vec()].concat();
                    visit.rewrite_session([visit.chunks().concat(), body].concat());
                    visit.progress(202)
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "gap-of-one-accepted",
        title: "a chunk that leaves a gap of one byte is appended as though there were none",
        breaches: &[&GAPPED_CHUNK_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let stored = visit.stored();
            match fitting(visit) {
                Some(range) if stored > 0 && range.first() == stored + 1 => {
                    visit.pass_without(&CONTENT_RANGE)
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "range-error-answered-404",
        title: "a chunk out of order is refused with 404, as though there were no session",
        breaches: &[&GAPPED_CHUNK_REFUSED, &LATE_FIRST_CHUNK_REFUSED],
        source: Source::Tracker("PThorpe92/Floundr#1"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk]) && answer.is(416) => {
                Answer::error(404, ErrorCode::BlobUploadUnknown)
            }
            answer => answer,
        }),
    },
    Defect {
        name: "repeated-chunk-appended",
        title: "a chunk that repeats the one before it is taken and appended again",
        breaches: &[&REPEATED_CHUNK_REFUSED],
        source: Source::Tracker("PThorpe92/Floundr#1"),
        seam: Seam::Layer(|visit| {
            if is_repeated(visit) {
                return visit.pass_without(&CONTENT_RANGE);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "repeated-chunk-accepted",
        title: "a chunk that repeats the one before it is answered 202 and passed over",
        breaches: &[&REPEATED_CHUNK_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if is_repeated(visit) {
                return visit.progress(202);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "overlap-one-byte-accepted",
        title: "a chunk that begins at the last byte stored is taken and replaces that byte",
        breaches: &[&REPEATED_CHUNK_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let mut content = visit.chunks().concat();
            match fitting(visit) {
                Some(range) if range.first().checked_add(1) == Some(content.len() as u64) => {
                    content.pop();
                    visit.rewrite_session([content, visit.body().to_vec()].concat());
                    visit.progress(202)
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "first-chunk-offset-unchecked",
        title: "the first chunk of a session is taken wherever it says that it begins",
        breaches: &[&LATE_FIRST_CHUNK_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match fitting(visit) {
            Some(_) if visit.stored() == 0 => visit.pass_without(&CONTENT_RANGE),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "final-put-range-unchecked",
        title: "the chunk in a closing PUT is taken wherever it says that it begins",
        breaches: &[&MISPLACED_FINAL_CHUNK_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[CloseUpload]) && visit.content_range().is_some() {
                return visit.pass_without(&CONTENT_RANGE);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "closing-put-range-400",
        title: "a chunk out of order in a closing PUT is refused with 400",
        breaches: &[&MISPLACED_FINAL_CHUNK_REFUSED],
        source: Source::Tracker("project-zot/zot#3983"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[CloseUpload]) && answer.is(416) => answer.with_status(400),
            answer => answer,
        }),
    },
    Defect {
        name: "refused-put-appends-bytes",
        title: "a chunk out of order in a closing PUT is refused, and yet appended",
        breaches: &[&REFUSED_CHUNK_DISCARDED],
        source: Source::Tracker("opencontainers/distribution-spec#590"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[CloseUpload]) && answer.is(416) => {
                append(visit);
                answer
            }
            answer => answer,
        }),
    },
    Defect {
        name: "refused-chunk-still-appended",
        title: "a chunk out of order is refused with 416, and yet appended",
        breaches: &[&REFUSED_CHUNK_DISCARDED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk]) && answer.is(416) => {
                append(visit);
                answer
            }
            answer => answer,
        }),
    },
    Defect {
        name: "refused-chunk-kills-session",
        title: "a chunk out of order is refused with 416, and ends the session",
        breaches: &[&REFUSED_CHUNK_DISCARDED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Chunk]) && answer.is(416) => {
                visit.drop_session();
                answer
            }
            answer => answer,
        }),
    },
    Defect {
        name: "malformed-content-range-500",
        title: "a Content-Range that runs backwards, or past all numbers, is answered 500",
        breaches: &[&MALFORMED_CONTENT_RANGE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match bad_range(visit).as_deref() {
            Some(text) if text.split('-').count() == 2 && is_numeric(text) => Answer::of(500),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "odd-content-range-crashes",
        title: "a Content-Range without a dash is answered 500",
        breaches: &[&MALFORMED_CONTENT_RANGE_REFUSED],
        source: Source::Tracker("project-zot/zot#3983"),
        seam: Seam::Layer(|visit| match bad_range(visit) {
            Some(text) if !text.contains('-') => Answer::of(500),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "content-range-unit-taken",
        title: "a chunk whose Content-Range has a unit is taken",
        breaches: &[&MALFORMED_CONTENT_RANGE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let text = bad_range(visit).unwrap_or_default();
            match text.strip_prefix("bytes") {
                Some(range) if visit.is(&[Chunk]) => {
                    visit.pass_with(CONTENT_RANGE, range.trim_start_matches(['=', ' ']))
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "mismatched-span-moves-offset",
        title: "a chunk that is not as long as its Content-Range is refused, and yet appended",
        breaches: &[&REFUSED_CHUNK_DISCARDED, &MISMATCHED_CONTENT_RANGE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_mismatched(visit) && answer.is(400) => {
                append(visit);
                answer
            }
            answer => answer,
        }),
    },
    Defect {
        name: "mismatched-span-answers-500",
        title: "a chunk that is not as long as its Content-Range is answered 500",
        breaches: &[&MISMATCHED_CONTENT_RANGE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_mismatched(visit) && answer.is(400) => Answer::of(500),
            answer => answer,
        }),
    },
];

/// Up to how many bytes of a gap are filled.
const MOST_ZEROS: usize = 16 << 20;

/// The Content-Range of a chunk for a session that is there, if the body is as long.
fn fitting(visit: &Visit<'_>) -> Option<ContentRange> {
    let is_chunk = visit.is(&[Chunk]) && visit.call.flaw.is_none() && visit.has_session();
    let length = visit.body().len() as u64;
    (visit.content_range()).filter(|range| is_chunk && range.len() == length)
}

/// Whether a chunk is the one that the session took last.
fn is_repeated(visit: &Visit<'_>) -> bool {
    let chunks = visit.chunks();
    let Some((last, before)) = chunks.split_last() else {
        return false;
    };
    let start: u64 = before.iter().map(|chunk| chunk.len() as u64).sum();
    let is_there = |range: ContentRange| range.first() == start && last == visit.body();
    fitting(visit).is_some_and(is_there)
}

/// A Content-Range that has another form.
fn bad_range(visit: &Visit<'_>) -> Option<String> {
    let text = visit.header(&CONTENT_RANGE)?;
    let is_sent = visit.is(&[Chunk, CloseUpload]) && !visit.body().is_empty();
    (is_sent && text.parse::<ContentRange>().is_err()).then_some(text)
}

fn is_numeric(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    text.split('-').all(is_number)
}

/// Whether a chunk begins where it should, and has another length than it says.
fn is_mismatched(visit: &Visit<'_>) -> bool {
    let length = visit.body().len() as u64;
    let range = visit.content_range().filter(|_| visit.is(&[Chunk]));
    range.is_some_and(|range| range.len() != length)
}

/// Appends the body to the session behind the handlers' back.
fn append(visit: &Visit<'_>) {
    let mut chunks = visit.chunks();
    chunks.push(visit.body().clone());
    visit.rewrite_session(chunks.concat());
}

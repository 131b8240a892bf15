//! Pulling parts of blobs, done wrong (RNG).

use bytes::Bytes;
use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::blob_ranges::BLOB_HEAD_RANGE_IGNORED;
use crate::catalogue::blob_ranges::BLOB_OPEN_RANGE_SENT;
use crate::catalogue::blob_ranges::BLOB_RANGE_END_CLAMPED;
use crate::catalogue::blob_ranges::BLOB_RANGE_SENT;
use crate::catalogue::blob_ranges::BLOB_SUFFIX_RANGE_SENT;
use crate::catalogue::blob_ranges::EMPTY_SUFFIX_RANGE_ANSWERED;
use crate::catalogue::blob_ranges::INVERTED_RANGE_ANSWERED;
use crate::catalogue::blob_ranges::LONG_SUFFIX_RANGE_CLAMPED;
use crate::catalogue::blob_ranges::SEVERAL_RANGES_ANSWERED;
use crate::catalogue::blob_ranges::STALE_RANGE_IGNORED;
use crate::catalogue::blob_ranges::UNKNOWN_RANGE_UNIT_IGNORED;
use crate::catalogue::blob_ranges::UNSATISFIABLE_RANGE_REFUSED;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::oci::ByteRange;
use crate::oci::ByteRanges;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "range-end-exclusive",
        title: "a range of two ends is answered without its last byte, which Content-Range still names",
        breaches: &[&BLOB_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::Between { .. }) if answer.is(206) => {
                    let cut = answer.body.slice(..answer.body.len().saturating_sub(1));
                    answer.bytes(cut)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "range-total-off-by-one",
        title: "the Content-Range of a part names a length that is one byte too short",
        breaches: &[&BLOB_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetBlob]) || !answer.is(206) {
                return answer;
            }
            answer.map(header::CONTENT_RANGE, |it| {
                let told = it.rsplit_once('/');
                let less = told.and_then(|(span, total)| {
                    Some(format!(
                        "{span}/{}",
                        total.parse::<u64>().ok()?.checked_sub(1)?
                    ))
                });
                less.unwrap_or_default()
            })
        }),
    },
    Defect {
        name: "deep-range-from-start",
        title: "a range that begins behind the first 64 KiB is answered with the bytes at the start",
        breaches: &[&BLOB_RANGE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::Between {
                    first: 65_535.., ..
                }) if answer.is(206) => {
                    let whole = visit.get(visit.route).body;
                    let start = whole.slice(..answer.body.len().min(whole.len()));
                    answer.bytes(start)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "first-range-read-whole",
        title: "the first GET with a range on a blob is answered 200 with all of it",
        breaches: &[&BLOB_RANGE_SENT],
        source: Source::Tracker("distribution/distribution#4667"),
        seam: Seam::Layer(|visit| {
            if range(visit).is_some() && visit.memory.before(visit.key()) == 0 {
                return visit.pass_without(&header::RANGE);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "range-header-always-ignored",
        title: "every GET with a range is answered 200 with the whole blob",
        breaches: &[
            &BLOB_RANGE_SENT,
            &BLOB_OPEN_RANGE_SENT,
            &BLOB_SUFFIX_RANGE_SENT,
        ],
        source: Source::Tracker("artifact-keeper/artifact-keeper#3586"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass_without(&header::RANGE);
            answer.without(&header::ACCEPT_RANGES)
        }),
    },
    Defect {
        name: "open-range-at-last-byte",
        title: "an open range that begins at the last byte is answered 416",
        breaches: &[&BLOB_OPEN_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::From { .. }) if answer.is(206) && answer.body.len() == 1 => {
                    unsatisfiable(visit)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "range-206-without-content-range",
        title: "the open range from the first byte on is answered 206 without a Content-Range",
        breaches: &[&BLOB_OPEN_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::From { first: 0 }) => answer.without(&header::CONTENT_RANGE),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "suffix-range-as-prefix",
        title: "a range of the last bytes is answered with as many of the first",
        breaches: &[&BLOB_SUFFIX_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::Suffix { .. }) if answer.is(206) => {
                    let whole = visit.get(visit.route).body;
                    let start = whole.slice(..answer.body.len().min(whole.len()));
                    answer.bytes(start)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "end-past-blob-padded",
        title: "a range that ends past the blob is answered with zeros for what is not there",
        breaches: &[&BLOB_RANGE_END_CLAMPED],
        source: Source::Reader,
        seam: Seam::Layer(end_past_blob_padded),
    },
    Defect {
        name: "end-past-blob-416",
        title: "a range that ends past the blob is answered 416",
        breaches: &[&BLOB_RANGE_END_CLAMPED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::Between { first, last })
                    if answer.is(206) && (answer.body.len() as u64) <= last - first =>
                {
                    unsatisfiable(visit)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "range-start-at-len-206",
        title: "an open range that begins where the blob ends is answered 206 without bytes",
        breaches: &[&UNSATISFIABLE_RANGE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let Some(ByteRange::From { first: first @ 1.. }) = range(visit) else {
                return answer;
            };
            let len = visit.get(visit.route).body.len() as u64;
            if answer.is(416) && first == len {
                let told = format!("bytes {len}-{}/{len}", len - 1);
                return Answer::of(206).with(header::CONTENT_RANGE, &told);
            }
            answer
        }),
    },
    Defect {
        name: "unsatisfiable-without-length",
        title: "a range past the blob is answered 416 without a Content-Range",
        breaches: &[&UNSATISFIABLE_RANGE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(416) {
                return answer.without(&header::CONTENT_RANGE);
            }
            answer
        }),
    },
    Defect {
        name: "reversed-range-swapped",
        title: "a range whose ends are the wrong way round is answered 206 as though they were not",
        breaches: &[&INVERTED_RANGE_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let range = visit.header(&header::RANGE).unwrap_or_default();
            let ends = range
                .strip_prefix("bytes=")
                .and_then(|it| it.split_once('-'));
            let ends =
                ends.and_then(|(a, b)| Some((a.parse::<u64>().ok()?, b.parse::<u64>().ok()?)));
            match ends {
                Some((first, last)) if first > last => {
                    visit.pass_with(header::RANGE, &format!("bytes={last}-{first}"))
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "unknown-unit-as-bytes",
        title: "a range in an unknown unit is taken for bytes and answered 206",
        breaches: &[&UNKNOWN_RANGE_UNIT_IGNORED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let range = visit.header(&header::RANGE).unwrap_or_default();
            match range.split_once('=') {
                Some((_, ends)) => visit.pass_with(header::RANGE, &format!("bytes={ends}")),
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "range-on-head-honoured",
        title: "HEAD on a blob with a range is answered 200 with the length of the part",
        breaches: &[&BLOB_HEAD_RANGE_IGNORED, &EXISTENCE_LENGTH_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let ranges = visit.header(&header::RANGE).and_then(|it| it.parse().ok());
            let range = ranges.and_then(|it: ByteRanges| it.ranges().first().copied());
            match range {
                Some(ByteRange::Between { first, last })
                    if visit.is(&[HeadBlob]) && answer.is(200) =>
                {
                    let length = (last - first).saturating_add(1);
                    answer.with(header::CONTENT_LENGTH, &length)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "multi-range-second-shifted",
        title: "of several ranges, the second part holds the bytes one further on than it says",
        breaches: &[&SEVERAL_RANGES_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(multi_range_second_shifted),
    },
    Defect {
        name: "if-range-ignored",
        title: "a range with an If-Range that does not match is answered 206",
        breaches: &[&STALE_RANGE_IGNORED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| visit.pass_without(&header::IF_RANGE)),
    },
    Defect {
        name: "suffix-zero-gives-all-206",
        title: "the range of the last no bytes is answered 206 with the whole blob",
        breaches: &[&EMPTY_SUFFIX_RANGE_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match range(visit) {
            Some(ByteRange::Suffix { length: 0 }) => visit.pass_with(header::RANGE, "bytes=0-"),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "long-suffix-416",
        title: "a range of more last bytes than there are is answered 416",
        breaches: &[&LONG_SUFFIX_RANGE_CLAMPED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match range(visit) {
                Some(ByteRange::Suffix { length })
                    if answer.is(206) && (answer.body.len() as u64) < length =>
                {
                    unsatisfiable(visit)
                }
                _ => answer,
            }
        }),
    },
];

/// The range of a GET on a blob, if it has exactly one.
fn range(visit: &Visit<'_>) -> Option<ByteRange> {
    let ranges: ByteRanges = visit.header(&header::RANGE)?.parse().ok()?;
    match ranges.ranges() {
        [range] if visit.is(&[GetBlob]) => Some(*range),
        _ => None,
    }
}

/// The refusal of a range that does not reach the blob.
fn unsatisfiable(visit: &Visit<'_>) -> Answer {
    let whole = visit.get(visit.route);
    if !whole.is(200) {
        return Answer::error(404, ErrorCode::BlobUnknown);
    }
    let told = format!("bytes */{}", whole.body.len());
    Answer::of(416).with(header::CONTENT_RANGE, &told)
}

fn end_past_blob_padded(visit: &Visit<'_>) -> Answer {
    /// Further than that, nothing is padded.
    const LIMIT: u64 = 1 << 20;
    let answer = visit.pass();
    let Some(ByteRange::Between { first, last }) = range(visit) else {
        return answer;
    };
    let wanted = (last - first).saturating_add(1);
    let missing = wanted.saturating_sub(answer.body.len() as u64);
    if !answer.is(206) || !(1..LIMIT).contains(&missing) {
        return answer;
    }
    let mut body = answer.body.to_vec();
    body.extend((0..missing).map(|_| 0));
    let named = |it: &str| {
        let total = it.rsplit('/').next().unwrap_or("*");
        format!("bytes {first}-{last}/{total}")
    };
    answer.map(header::CONTENT_RANGE, named).bytes(body)
}

/// Asks for the second range one byte further on, and gives it under its own name.
fn multi_range_second_shifted(visit: &Visit<'_>) -> Answer {
    let ranges = visit.header(&header::RANGE).and_then(|it| it.parse().ok());
    let Some(
        [
            ByteRange::Between { first: a, last: b },
            ByteRange::Between { first: c, last: d },
        ],
    ) = ranges.as_ref().map(|it: &ByteRanges| it.ranges())
    else {
        return visit.pass();
    };
    let (further, end) = (c.saturating_add(1), d.saturating_add(1));
    let len = visit.get(visit.route).body.len() as u64;
    if !visit.is(&[GetBlob]) || len == 0 {
        return visit.pass();
    }
    let answer = visit.pass_with(header::RANGE, &format!("bytes={a}-{b},{further}-{end}"));
    let wrong = format!("bytes {further}-{}/", end.min(len - 1));
    let right = format!("bytes {c}-{}/", end.min(len - 1).saturating_sub(1));
    let body = replaced(&answer.body, wrong.as_bytes(), right.as_bytes());
    answer.bytes(body)
}

/// Some bytes with the first occurrence of `old` replaced.
fn replaced(bytes: &Bytes, old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut windows = bytes.windows(old.len().max(1));
    match windows.position(|window| window == old) {
        Some(at) => [&bytes[..at], new, &bytes[at + old.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

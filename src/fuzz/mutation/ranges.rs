//! Chunks that say wrongly where they belong, and chunks that are longer or shorter than they say.

use super::Mutation;
use super::Stance;
use super::request;
use crate::catalogue::chunked;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "range-gap",
        "a chunk that begins behind the end of what was sent",
        &[Kind::Patch],
        Stance::Refused(&chunked::GAPPED_CHUNK_REFUSED),
        |request, dice| moved(request, |first| first.checked_add(1 + dice.below(9) as u64)),
    ),
    request(
        "range-overlap",
        "a chunk that repeats the last byte of what was sent",
        &[Kind::Patch],
        Stance::Refused(&chunked::REPEATED_CHUNK_REFUSED),
        |request, _| moved(request, |first| first.checked_sub(1)),
    ),
    request(
        "range-nonsense",
        "a `Content-Range` that is none, or that no number holds",
        &[Kind::Patch, Kind::Finish],
        Stance::Either,
        |request, dice| {
            let value = match dice.below(2) {
                0 => dice.pick(HUGE),
                _ => dice.pick(MALFORMED),
            };
            request.set("content-range", value.as_bytes());
            true
        },
    ),
    request(
        "range-repeat",
        "a chunk that claims to be the first though it is not",
        &[Kind::Patch],
        Stance::Refused(&chunked::REPEATED_CHUNK_REFUSED),
        |request, _| moved(request, |first| (first > 0).then_some(0)),
    ),
    request(
        "range-far-gap",
        "a chunk that begins where no blob ends",
        &[Kind::Patch],
        Stance::Refused(&chunked::GAPPED_CHUNK_REFUSED),
        |request, dice| {
            let by = FAR[dice.below(FAR.len())];
            moved(request, |first| first.checked_add(by))
        },
    ),
    request(
        "range-malformed",
        "a `Content-Range` that is not of the form first-last",
        &[Kind::Patch],
        Stance::Refused(&chunked::MALFORMED_CONTENT_RANGE_REFUSED),
        |request, dice| {
            request.set("content-range", dice.pick(MALFORMED).as_bytes());
            true
        },
    ),
    request(
        "range-with-unit",
        "the right `Content-Range` in the words of HTTP",
        &[Kind::Patch],
        Stance::Refused(&chunked::MALFORMED_CONTENT_RANGE_REFUSED),
        |request, dice| {
            let form = dice.below(3);
            rewritten(request, |first, last| match form {
                0 => format!("bytes {first}-{last}/*"),
                1 => format!("bytes={first}-{last}"),
                _ => format!("{first}-{last}/{}", last.saturating_add(1)),
            })
        },
    ),
    request(
        "range-longer",
        "a `Content-Range` that is longer than the chunk",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let by = [1, 1000, 1 << 32][dice.below(3)];
            rewritten(request, |first, last| {
                format!("{first}-{}", last.saturating_add(by))
            })
        },
    ),
    request(
        "range-shorter",
        "a `Content-Range` that is shorter than the chunk",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let to_first = dice.below(2) == 1;
            rewritten(request, |first, last| {
                if to_first {
                    format!("{first}-{first}")
                } else {
                    format!("{first}-{}", last.saturating_sub(1))
                }
            })
        },
    ),
    request(
        "range-padded",
        "a `Content-Range` with zeros in front of its numbers",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let width = [3, 20, 300][dice.below(3)];
            rewritten(request, |first, last| {
                format!("{first:0width$}-{last:0width$}")
            })
        },
    ),
    request(
        "range-twice",
        "two headers `Content-Range`",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let Some(range) = request.header("content-range") else {
                return false;
            };
            let other = if dice.below(2) == 0 {
                range
            } else {
                "0-0".to_owned()
            };
            request
                .headers
                .push(("content-range".to_owned(), other.into_bytes()));
            true
        },
    ),
    request(
        "range-absent",
        "a chunk without the `Content-Range` that it had",
        &[Kind::Patch],
        Stance::Either,
        |request, _| request.unset("content-range"),
    ),
    request(
        "range-empty",
        "an empty `Content-Range`",
        &[Kind::Patch, Kind::Finish],
        Stance::Either,
        |request, _| {
            request.set("content-range", "");
            true
        },
    ),
    request(
        "range-of-nothing",
        "a chunk of no bytes with a `Content-Range`",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let is_backwards = dice.below(2) == 1;
            let has_range = rewritten(request, |first, last| {
                if is_backwards {
                    format!("{first}-{}", first.saturating_sub(1))
                } else {
                    format!("{first}-{last}")
                }
            });
            if has_range {
                request.body = bytes::Bytes::new();
            }
            has_range
        },
    ),
    request(
        "range-from-start",
        "a `Content-Range` from 0 on, on a request that had none",
        &[Kind::Patch, Kind::Finish, Kind::SinglePost],
        Stance::Either,
        |request, _| {
            let length = request.body.len();
            if length == 0 || request.header("content-range").is_some() {
                return false;
            }
            request.set("content-range", format!("0-{}", length - 1));
            true
        },
    ),
    request(
        "range-misplaced",
        "a `Content-Range` on a request that pushes no chunk",
        &[
            Kind::StartUpload,
            Kind::Mount,
            Kind::PutManifest,
            Kind::GetBlob,
        ],
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&["0-0", "bytes 0-9/100", "bytes */10"]);
            request.set("content-range", value);
            true
        },
    ),
    request(
        "final-range-gap",
        "a last chunk, in the closing PUT, that begins where no blob ends",
        &[Kind::Finish],
        Stance::Refused(&chunked::MISPLACED_FINAL_CHUNK_REFUSED),
        |request, dice| {
            let first = FAR[dice.below(FAR.len())];
            let length = request.body.len() as u64;
            if length == 0 {
                return false;
            }
            request.set("content-range", format!("{first}-{}", first + length - 1));
            true
        },
    ),
    request(
        "chunk-empty",
        "a chunk of no bytes, without `Content-Range`",
        &[Kind::Patch],
        Stance::Either,
        |request, _| {
            request.unset("content-range");
            let had_any = !request.body.is_empty();
            request.body = bytes::Bytes::new();
            had_any
        },
    ),
    request(
        "chunk-longer",
        "a chunk with more bytes than its `Content-Range` says",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let length = [1, 33, 5000][dice.below(3)];
            let more = dice.bytes(length);
            request.body = [&request.body[..], &more[..]].concat().into();
            true
        },
    ),
    request(
        "chunk-shorter",
        "a chunk with fewer bytes than its `Content-Range` says",
        &[Kind::Patch],
        Stance::Either,
        |request, dice| {
            let length = request.body.len();
            request
                .body
                .truncate([length.saturating_sub(1), length / 2][dice.below(2)]);
            request.body.len() < length
        },
    ),
];

/// Offsets beyond the end of every blob of a plan, and the last that numbers of some size hold.
const FAR: &[u64] = &[1 << 20, 1 << 31, 1 << 32, 1 << 53, (1 << 62) + 1, 1 << 63];

/// Well-formed, but past what numbers hold.
const HUGE: &[&str] = &[
    "0-18446744073709551615",
    "9223372036854775807-9223372036854775808",
    "18446744073709551616-18446744073709551617",
    "0-9999999999999999999999999999999999999999",
];

/// Values of `Content-Range` that are not of the form first-last, or run backwards.
const MALFORMED: &[&str] = &[
    "x",
    "9-0",
    "-1-5",
    "-",
    "0-",
    "-9",
    "0",
    "bytes=0-9",
    "bytes 0-9/10",
    "bytes */10",
    "0 - 9",
    "0-9,10-19",
    "0-9;10-19",
    "+0-+9",
    "\u{ff10}-\u{ff19}",
    "0\u{2013}9",
    "0x0-0xf",
    "0-1e1",
    "0.0-9.0",
    "NaN-NaN",
    "Infinity-Infinity",
];

/// First and last byte of a range that is one.
fn range(request: &WireRequest) -> Option<(u64, u64)> {
    let range = request.header("content-range")?;
    let (first, last) = range.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// Writes the range of a chunk that has one anew.
fn rewritten(request: &mut WireRequest, write: impl FnOnce(u64, u64) -> String) -> bool {
    let Some((first, last)) = range(request) else {
        return false;
    };
    request.set("content-range", write(first, last));
    true
}

/// Moves the range of a chunk that has one.
fn moved(request: &mut WireRequest, to: impl FnOnce(u64) -> Option<u64>) -> bool {
    let length = request.body.len() as u64;
    let first = range(request).and_then(|(first, _)| to(first));
    let Some(first) = first.filter(|_| length > 0) else {
        return false;
    };
    let Some(last) = first.checked_add(length - 1) else {
        return false;
    };
    request.set("content-range", format!("{first}-{last}"));
    true
}

//! Chunks that say wrongly where they belong.

use super::Change;
use super::Mutation;
use super::Stance;
use crate::catalogue::chunked;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    Mutation {
        name: "range-gap",
        title: "a chunk that begins behind the end of what was sent",
        suits: &[Kind::Patch],
        stance: Stance::Refused(&chunked::GAPPED_CHUNK_REFUSED),
        change: Change::Request(|request, dice| {
            moved(request, |first| first.checked_add(1 + dice.below(9) as u64))
        }),
    },
    Mutation {
        name: "range-overlap",
        title: "a chunk that repeats the last byte of what was sent",
        suits: &[Kind::Patch],
        stance: Stance::Refused(&chunked::REPEATED_CHUNK_REFUSED),
        change: Change::Request(|request, _| moved(request, |first| first.checked_sub(1))),
    },
    Mutation {
        name: "range-nonsense",
        title: "a `Content-Range` that is none",
        suits: &[Kind::Patch, Kind::Finish],
        stance: Stance::Either,
        change: Change::Request(|request, dice| {
            request.set("content-range", dice.pick(NONSENSE).as_bytes());
            true
        }),
    },
];

/// Values of `Content-Range` that are none.
const NONSENSE: &[&str] = &[
    "-1-5",
    "9-0",
    "0-18446744073709551615",
    "9223372036854775807-9223372036854775808",
    "18446744073709551616-18446744073709551617",
    "bytes 0-9/10",
    "bytes=0-9",
    " 0 - 9 ",
    "0-9,10-19",
    "\u{ff10}-\u{ff19}",
    "0x0-0xf",
    "0-1e1",
    "NaN-NaN",
    "-",
    "",
];

/// Moves the range of a chunk that has one.
fn moved(request: &mut WireRequest, to: impl FnOnce(u64) -> Option<u64>) -> bool {
    let length = request.body.len() as u64;
    let range = request.header("content-range").unwrap_or_default();
    let first = range
        .split_once('-')
        .and_then(|(first, _)| first.parse().ok());
    let Some(first) = first.and_then(to).filter(|_| length > 0) else {
        return false;
    };
    request.set("content-range", format!("{first}-{}", first + length - 1));
    true
}

//! Parts of content, and conditions under which it is asked for or pushed.

use super::Mutation;
use super::Stance;
use super::request;
use crate::fuzz::dice::Dice;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The kinds of requests of which an answer may be a part.
const PARTED: &[Kind] = &[Kind::GetBlob, Kind::GetManifest];

/// The kinds that may depend on what is there.
const CONDITIONAL: &[Kind] = &[
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::PutManifest,
    Kind::DeleteManifest,
    Kind::DeleteBlob,
    Kind::Tags,
];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "part-of-blob",
        "a part of a blob",
        PARTED,
        Stance::Either,
        |request, dice| {
            let ranges = &[
                "bytes=0-0",
                "bytes=1-",
                "bytes=-1",
                "bytes=0-",
                "bytes=5-9",
                "bytes=0-99999999",
            ];
            ranged(request, ranges, dice)
        },
    ),
    request(
        "part-of-no-bytes",
        "the last no bytes of a blob",
        PARTED,
        Stance::Either,
        |request, dice| ranged(request, &["bytes=-0", "bytes=-00"], dice),
    ),
    request(
        "part-backwards",
        "a part that ends before it begins",
        PARTED,
        Stance::Either,
        |request, dice| ranged(request, &["bytes=5-2", "bytes=500-0", "bytes=1-0"], dice),
    ),
    request(
        "part-past-end",
        "a part that begins where no blob ends",
        PARTED,
        Stance::Either,
        |request, dice| {
            let ranges = &[
                "bytes=999999999-",
                "bytes=9223372036854775807-9223372036854775808",
                "bytes=18446744073709551615-",
                "bytes=99999999999999999999-",
                "bytes=-18446744073709551616",
                "bytes=0-18446744073709551616",
            ];
            ranged(request, ranges, dice)
        },
    ),
    request(
        "parts-several",
        "several parts of a blob",
        PARTED,
        Stance::Either,
        |request, dice| {
            let ranges = &[
                "bytes=0-0,2-2",
                "bytes=0-,0-",
                "bytes=0-1,1-2,-1",
                "bytes=5-9,0-4",
                "bytes=0-0,999999999-",
                "bytes=0-0, ,, 1-1",
                "bytes=0-0,x",
            ];
            ranged(request, ranges, dice)
        },
    ),
    request(
        "parts-many",
        "very many parts of a blob",
        PARTED,
        Stance::Either,
        |request, dice| {
            let count = if dice.below(16) == 15 { 2000 } else { 20 };
            let part = if dice.below(2) == 0 { "0-" } else { "0-0" };
            request.set("range", format!("bytes={}", vec![part; count].join(",")));
            true
        },
    ),
    request(
        "part-of-unknown-unit",
        "a part in a unit that does not exist",
        PARTED,
        Stance::Either,
        |request, dice| {
            ranged(
                request,
                &["items=0-1", "byte=0-1", "=0-1", "BYTES=0-0"],
                dice,
            )
        },
    ),
    request(
        "part-malformed",
        "a part that is none",
        PARTED,
        Stance::Either,
        |request, dice| {
            let ranges = &[
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=x",
                "0-9",
                "bytes=0-0x9",
                "bytes=+0-+9",
                "bytes = 0 - 9",
                "bytes=0",
                "bytes=--1",
                "bytes=1e1-2e1",
                "bytes=\u{ff10}-",
                "",
                "bytes=0-9/10",
            ];
            ranged(request, ranges, dice)
        },
    ),
    request(
        "part-twice",
        "two headers `Range`",
        PARTED,
        Stance::Either,
        |request, dice| {
            request.set("range", "bytes=0-0");
            let other = dice.pick(&["bytes=1-1", "bytes=0-0", "items=0-1"]);
            request
                .headers
                .push(("range".to_owned(), other.as_bytes().to_vec()));
            true
        },
    ),
    request(
        "part-misplaced",
        "a part of what has none",
        &[
            Kind::HeadBlob,
            Kind::HeadManifest,
            Kind::Tags,
            Kind::Referrers,
            Kind::PutManifest,
            Kind::Finish,
            Kind::Patch,
            Kind::Ping,
        ],
        Stance::Either,
        |request, dice| {
            ranged(
                request,
                &["bytes=0-0", "bytes=999999999-", "bytes=5-2"],
                dice,
            )
        },
    ),
    request(
        "part-if",
        "a part, if the content is still what it was",
        PARTED,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "\"plimsoll\"",
                "W/\"plimsoll\"",
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                "*",
                "plimsoll",
                "",
            ]);
            request.set("range", "bytes=0-0");
            request.set("if-range", value);
            true
        },
    ),
    request(
        "if-none-match-any",
        "content, if there is none",
        CONDITIONAL,
        Stance::Either,
        |request, _| conditional(request, "if-none-match", "*"),
    ),
    request(
        "if-none-match",
        "content, if it is other than an entity tag says",
        CONDITIONAL,
        Stance::Either,
        |request, dice| {
            let digest = digest_of(request);
            let value = match dice.below(7) {
                0 => "\"plimsoll\"".to_owned(),
                1 => format!("\"{digest}\""),
                2 => format!("W/\"{digest}\""),
                3 => digest,
                4 => "W/\"plimsoll\", \"other\"".to_owned(),
                5 => "\"".to_owned(),
                _ => "\"a\",".repeat(2000),
            };
            conditional(request, "if-none-match", &value)
        },
    ),
    request(
        "if-match",
        "content, if it is what an entity tag says",
        CONDITIONAL,
        Stance::Either,
        |request, dice| {
            let value = match dice.below(4) {
                0 => "\"plimsoll\"".to_owned(),
                1 => "*".to_owned(),
                2 => format!("\"{}\"", digest_of(request)),
                _ => "W/\"plimsoll\"".to_owned(),
            };
            conditional(request, "if-match", &value)
        },
    ),
    request(
        "if-date",
        "content, if it is older or newer than a date",
        CONDITIONAL,
        Stance::Either,
        |request, dice| {
            let name = dice.pick(&["if-modified-since", "if-unmodified-since"]);
            let value = dice.pick(&[
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                "0",
                "Thu, 99 Foo 0000 99:99:99 GMT",
                "",
            ]);
            conditional(request, name, value)
        },
    ),
    request(
        "cache-control",
        "content from a cache only, or from none",
        CONDITIONAL,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "no-cache",
                "only-if-cached",
                "max-age=-1",
                "no-store",
                "max-stale=x",
            ]);
            conditional(request, "cache-control", value)
        },
    ),
];

fn ranged(request: &mut WireRequest, ranges: &[&str], dice: &mut Dice) -> bool {
    conditional(request, "range", dice.pick(ranges))
}

/// Puts a header in the place of all of its name. Whether it is another.
fn conditional(request: &mut WireRequest, name: &str, value: &str) -> bool {
    let is_changed = request.header(name).is_none_or(|it| it != value);
    request.set(name, value);
    is_changed
}

/// The reference that is asked for: what many registries have as the entity tag.
fn digest_of(request: &WireRequest) -> String {
    super::edit::reference(request).unwrap_or_default()
}

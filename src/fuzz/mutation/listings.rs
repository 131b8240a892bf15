//! Lists that are asked for by odd numbers, odd places and odd filters.

use super::Mutation;
use super::Stance;
use super::edit;
use super::request;
use crate::fuzz::dice::Dice;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The kinds of requests that list.
const LISTS: &[Kind] = &[Kind::Tags, Kind::Referrers, Kind::Catalog];

/// Those that take a place to begin behind.
const PLACED: &[Kind] = &[Kind::Tags, Kind::Catalog];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "n-zero",
        "a list of no entries at all",
        LISTS,
        Stance::Either,
        |request, dice| valued(request, "n", &["0", "00", "-0", "+0"], dice),
    ),
    request(
        "n-negative",
        "a list of fewer than no entries",
        LISTS,
        Stance::Either,
        |request, dice| {
            let values = &["-1", "-2147483649", "-9223372036854775808"];
            valued(request, "n", values, dice)
        },
    ),
    request(
        "n-huge",
        "a list of more entries than some numbers hold",
        LISTS,
        Stance::Either,
        |request, dice| {
            let values = &[
                "2147483648",
                "10000",
                "2147483647",
                "4294967296",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551615",
                "18446744073709551616",
                "100000000000000000000",
            ];
            valued(request, "n", values, dice)
        },
    ),
    request(
        "n-nonsense",
        "a list of a number of entries that is no number",
        LISTS,
        Stance::Either,
        |request, dice| {
            let values = &[
                "x",
                "%2b3",
                "+3",
                "1e3",
                "NaN",
                "Infinity",
                "0x10",
                "1.5",
                "1%00",
                "%ef%bc%93",
                "1,2",
                "%203",
                "3%20",
                "010",
                "null",
                "1;2",
                "%ff",
            ];
            valued(request, "n", values, dice)
        },
    ),
    request(
        "n-empty",
        "a list of an empty number of entries",
        LISTS,
        Stance::Either,
        |request, dice| {
            if dice.below(2) == 0 {
                return edit::set_parameter(request, "n", "");
            }
            edit::drop_parameter(request, "n");
            edit::add_parameter(request, "n")
        },
    ),
    request(
        "n-twice",
        "a list of two numbers of entries",
        LISTS,
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&["n=1&n=2", "n=1&n=1", "n=0&n=5", "n=x&n=1", "n[]=1&n[]=2"]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "n-long",
        "a number of entries with very many digits",
        LISTS,
        Stance::Either,
        |request, dice| {
            let digits = dice.pick(&["9", "0"]);
            let count = [300, 4000][dice.below(2)];
            edit::set_parameter(request, "n", &format!("{}1", digits.repeat(count)))
        },
    ),
    request(
        "last-absent",
        "a list that begins behind what does not exist",
        PLACED,
        Stance::Either,
        |request, dice| {
            let values = &["nope", "zzzz", "~", "0", "A", "-", "."];
            valued(request, "last", values, dice)
        },
    ),
    request(
        "last-empty",
        "a list that begins behind nothing",
        PLACED,
        Stance::Either,
        |request, _| edit::set_parameter(request, "last", ""),
    ),
    request(
        "last-bytes",
        "a list that begins behind bytes that are no name",
        PLACED,
        Stance::Either,
        |request, dice| {
            let values = &[
                "%00",
                "%ff",
                "a%00b",
                "%c0%af",
                "%ed%a0%80",
                "%0d%0a",
                "%f0%9f%9a%a2",
                "%",
                "%zz",
                "%27%20OR%201=1--",
                "%25",
                "*",
                "..%2f..",
            ];
            valued(request, "last", values, dice)
        },
    ),
    request(
        "last-twice",
        "a list that begins behind two entries",
        PLACED,
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&["last=a&last=b", "last=&last=a", "last=a&last=a"]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "last-long",
        "a list that begins behind a very long name",
        PLACED,
        Stance::Either,
        |request, dice| {
            let length = [129, 300, 6000][dice.below(3)];
            edit::set_parameter(request, "last", &"z".repeat(length))
        },
    ),
    request(
        "last-of-another-kind",
        "a list that begins behind what is no entry of such a list",
        PLACED,
        Stance::Either,
        |request, dice| {
            let digest = format!("sha256:{}", "ab".repeat(32));
            let values = &[&digest[..], "1", "_catalog", "tags/list", "a/b"];
            valued(request, "last", values, dice)
        },
    ),
    request(
        "page-edited",
        "a page of a list whose place was tampered with",
        &[Kind::Tags],
        Stance::Either,
        |request, dice| {
            let form = dice.below(4);
            edit::change_parameter(request, "last", |last| match form {
                0 => format!("{last}x"),
                1 => last.to_uppercase() + "%00",
                2 => last.chars().take(1).collect::<String>() + "%20",
                _ => format!("{last}/{last}"),
            })
        },
    ),
    request(
        "page-forged",
        "a page of a list in the words of other registries",
        LISTS,
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "next_page=AAAA",
                "next=AAAA",
                "page=2",
                "page=-1",
                "page_size=0",
                "page_token=%00",
                "cursor=eyJhIjoxfQ",
                "marker=z",
                "offset=-1",
                "limit=0",
                "next_token=..%2f..",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "page-of-referrers",
        "referrers from some place on",
        &[Kind::Referrers],
        Stance::Either,
        |request, dice| {
            let digest = format!("sha256:{}", "ff".repeat(32));
            let values = &[&digest[..], "", "a", "%00"];
            valued(request, "last", values, dice)
        },
    ),
    request(
        "filter-twice",
        "referrers of two artifact types",
        &[Kind::Referrers],
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "artifactType=application/vnd.example.a&artifactType=application/vnd.example.b",
                "artifactType=application/vnd.example.a&artifactType=application/vnd.example.a",
                "artifactType=&artifactType=application/vnd.example.a",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "filter-long",
        "referrers of a very long artifact type",
        &[Kind::Referrers],
        Stance::Either,
        |request, dice| {
            let length = [256, 1000, 6000][dice.below(3)];
            let value = format!("application/{}", "a".repeat(length));
            edit::set_parameter(request, "artifactType", &value)
        },
    ),
    request(
        "filter-bytes",
        "referrers of an artifact type that is no text",
        &[Kind::Referrers],
        Stance::Either,
        |request, dice| {
            let values = &[
                "%ff",
                "%00",
                "%c0%af",
                "%0d%0ax:%20y",
                "%",
                "%zz",
                "%ed%a0%80",
            ];
            valued(request, "artifactType", values, dice)
        },
    ),
    request(
        "filter-odd",
        "referrers of an artifact type that is none, or stands for many",
        &[Kind::Referrers],
        Stance::Either,
        |request, dice| {
            let values = &[
                "",
                "*",
                "*/*",
                "application/*",
                "a",
                "APPLICATION/VND.EXAMPLE.A",
                "application/vnd.example.a;q=1",
                "application/vnd.example+json",
                "%25",
                "%27",
                "null",
                "a,b",
            ];
            valued(request, "artifactType", values, dice)
        },
    ),
    request(
        "filter-unknown",
        "referrers by a filter that does not exist",
        &[Kind::Referrers],
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "mediaType=a/b",
                "artifacttype=a/b",
                "artifact_type=a/b",
                "digest=sha256:0",
                "annotations[a]=b",
            ]);
            edit::add_parameter(request, part)
        },
    ),
];

fn valued(request: &mut WireRequest, name: &str, values: &[&str], dice: &mut Dice) -> bool {
    edit::set_parameter(request, name, dice.pick(values))
}

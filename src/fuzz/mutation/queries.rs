//! Queries that a parser may read in two ways.

use super::Mutation;
use super::Stance;
use super::edit;
use super::request;
use super::transfer::ALL;
use crate::fuzz::plan::Kind;

/// The kinds whose queries the specification describes in full.
const DESCRIBED: &[Kind] = &[Kind::Tags, Kind::Referrers, Kind::Mount, Kind::SinglePost];

/// The kinds of requests that come with a query, as a rule.
const QUERIED: &[Kind] = &[
    Kind::Tags,
    Kind::Referrers,
    Kind::Mount,
    Kind::SinglePost,
    Kind::Finish,
    Kind::Patch,
    Kind::UploadStatus,
    Kind::Cancel,
];

/// Those of them whose query may have several parameters.
const SEVERAL: &[Kind] = &[
    Kind::Tags,
    Kind::Mount,
    Kind::Finish,
    Kind::Patch,
    Kind::UploadStatus,
    Kind::Cancel,
];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "query-unknown",
        "a parameter that does not exist",
        ALL,
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "plimsoll=1",
                "plimsoll",
                "a[b]=c",
                "__proto__=1",
                "=",
                "a=b=c",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "query-empty",
        "a question mark, or `&`, without parameters",
        ALL,
        Stance::Either,
        |request, dice| {
            let marks = dice.pick(&["", "&&", "?", "?&="]);
            edit::add_parameter(request, marks)
        },
    ),
    request(
        "query-encoded-letters",
        "a query of which letters or digits are percent-encoded",
        DESCRIBED,
        Stance::Same,
        |request, dice| {
            let mut all = edit::parameters(request);
            let place = dice.below(all.len());
            let Some(part) = all.get_mut(place) else {
                return false;
            };
            *part = match part.split_once('=') {
                Some((name, value)) => format!("{name}={}", edit::encoded(value, dice)),
                None => edit::encoded(part, dice),
            };
            edit::requery(request, &all)
        },
    ),
    request(
        "query-reordered",
        "a query whose parameters are in the other order",
        SEVERAL,
        Stance::Either,
        |request, _| {
            let mut all = edit::parameters(request);
            all.reverse();
            edit::requery(request, &all)
        },
    ),
    request(
        "query-semicolons",
        "a query whose parameters are parted by semicolons",
        SEVERAL,
        Stance::Either,
        |request, _| {
            let all = edit::parameters(request).join(";");
            edit::requery(request, &[all])
        },
    ),
    request(
        "query-doubled",
        "a query of which every parameter stands there twice",
        QUERIED,
        Stance::Either,
        |request, _| {
            let all = edit::parameters(request);
            edit::requery(request, &[&all[..], &all[..]].concat())
        },
    ),
    request(
        "query-case",
        "a query whose parameters are in capitals",
        QUERIED,
        Stance::Either,
        |request, _| {
            let upper = |part: String| match part.split_once('=') {
                Some((name, value)) => format!("{}={value}", name.to_uppercase()),
                None => part.to_uppercase(),
            };
            let all: Vec<_> = edit::parameters(request).into_iter().map(upper).collect();
            edit::requery(request, &all)
        },
    ),
    request(
        "query-arrays",
        "a query whose parameters are lists",
        QUERIED,
        Stance::Either,
        |request, dice| {
            let index = dice.pick(&["[]=", "[0]=", "%5B%5D="]);
            let list = |part: String| part.replacen('=', index, 1);
            let all: Vec<_> = edit::parameters(request).into_iter().map(list).collect();
            edit::requery(request, &all)
        },
    ),
    request(
        "query-encoded-twice",
        "a query that is percent-encoded twice, or not at all",
        QUERIED,
        Stance::Either,
        |request, dice| {
            let is_decoded = dice.below(2) == 1;
            let form = |part: String| {
                if is_decoded {
                    part.replace("%3A", ":")
                        .replace("%2F", "/")
                        .replace('=', "%3D")
                } else {
                    part.replace('%', "%25").replace(':', "%253A")
                }
            };
            let all: Vec<_> = edit::parameters(request).into_iter().map(form).collect();
            edit::requery(request, &all)
        },
    ),
    request(
        "query-long",
        "a very long query",
        ALL,
        Stance::Either,
        |request, dice| {
            let length = if dice.below(16) == 15 {
                60_000
            } else {
                [2000, 8000][dice.below(2)]
            };
            edit::add_parameter(request, &format!("plimsoll={}", "a".repeat(length)))
        },
    ),
    request(
        "query-many",
        "a query of very many parameters",
        ALL,
        Stance::Either,
        |request, dice| {
            let count = if dice.below(16) == 15 {
                10_000
            } else {
                [100, 1001][dice.below(2)]
            };
            edit::add_parameter(request, &vec!["a=1"; count].join("&"))
        },
    ),
    request(
        "query-bytes",
        "a query with bytes that are no text",
        ALL,
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "a=%",
                "a=%2",
                "a=%zz",
                "a=%ff",
                "a=%00",
                "%00=a",
                "a=%c0%af",
                "a=%0d%0ax:%20y",
                "a=%ed%a0%80",
                "a=%u0061",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "query-encoded-mark",
        "a query behind a question mark that is percent-encoded",
        QUERIED,
        Stance::Either,
        |request, _| {
            let (Some(path), Some(query)) = (edit::path(request), request.query()) else {
                return false;
            };
            let query = String::from_utf8_lossy(query).into_owned();
            request.target = format!("{path}%3F{query}").into_bytes();
            true
        },
    ),
    request(
        "query-namespace",
        "a namespace of a proxy that is none",
        &[
            Kind::GetManifest,
            Kind::HeadManifest,
            Kind::GetBlob,
            Kind::HeadBlob,
            Kind::Tags,
        ],
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "ns=plimsoll.invalid",
                "ns=",
                "ns=..%2f..",
                "ns=https:%2f%2fplimsoll.invalid%2f",
                "ns=plimsoll.invalid&ns=other.invalid",
                "ns=%00",
                "ns=plimsoll.invalid:99999",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "query-tags",
        "`tag` parameters that are no tags, or the same",
        &[Kind::PutManifest],
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "tag=.bad",
                "tag=ok&tag=-bad",
                "tag=",
                "tag",
                "tag=a&tag=a",
                "tag=a%00",
                "tag=a/b",
                "tag=a,b",
                "tag=sha256:short",
                "tag=..%2f..",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "query-many-tags",
        "very many `tag` parameters",
        &[Kind::PutManifest],
        Stance::Either,
        |request, dice| {
            let count = if dice.below(16) == 15 {
                1000
            } else {
                [11, 101][dice.below(2)]
            };
            let tags: Vec<_> = (0..count).map(|index| format!("tag=many{index}")).collect();
            edit::add_parameter(request, &tags.join("&"))
        },
    ),
    request(
        "query-digest",
        "a manifest with a `digest` parameter",
        &[Kind::PutManifest, Kind::GetManifest, Kind::DeleteManifest],
        Stance::Either,
        |request, dice| {
            let digest = match dice.below(2) {
                0 => format!("sha256:{}", "ab".repeat(32)),
                _ => edit::other_digest(dice),
            };
            edit::add_parameter(request, &format!("digest={digest}"))
        },
    ),
];

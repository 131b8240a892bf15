//! Headers that few clients send, or that say what is not so.

use super::Mutation;
use super::Stance;
use super::edit;
use super::request;
use super::transfer::ALL;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The kinds that ask for a manifest.
const MANIFESTS: &[Kind] = &[Kind::GetManifest, Kind::HeadManifest];

/// The kinds that ask for anything.
const READ: &[Kind] = &[
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::Tags,
    Kind::Referrers,
];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "accept-absent",
        "a manifest that is asked for without `Accept`",
        MANIFESTS,
        Stance::Same,
        |request, _| request.unset("accept"),
    ),
    request(
        "accept-anything",
        "a manifest of whatever type",
        MANIFESTS,
        Stance::Same,
        |request, _| replaced(request, "accept", "*/*"),
    ),
    request(
        "accept-other",
        "content of a type that it does not have",
        READ,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "text/html",
                "application/json",
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "application/vnd.docker.distribution.manifest.list.v2+json",
                "application/*",
                "image/webp",
            ]);
            replaced(request, "accept", value)
        },
    ),
    request(
        "accept-quality",
        "an `Accept` that wants some types less, or not at all",
        READ,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "*/*;q=0.1",
                "application/vnd.oci.image.manifest.v1+json;q=0, */*",
                "*/*;q=0",
                "application/vnd.oci.image.index.v1+json;q=0.5, text/html;q=0.9",
                "application/vnd.oci.image.manifest.v1+json;q=1.0000001",
                "*/*;q=NaN",
                "*/*;q=-1",
            ]);
            replaced(request, "accept", value)
        },
    ),
    request(
        "accept-malformed",
        "an `Accept` that is none",
        READ,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "", ",", ";q=", "*", "*/", "/*", "a/b/c", "\"", "a/b;\"", ",,,a",
            ]);
            replaced(request, "accept", value)
        },
    ),
    request(
        "accept-long",
        "an `Accept` of 9 KiB or more",
        READ,
        Stance::Either,
        |request, dice| {
            let count = if dice.below(16) == 15 { 4000 } else { 580 };
            let value = vec!["application/json"; count].join(",") + ",*/*";
            replaced(request, "accept", &value)
        },
    ),
    request(
        "accept-split",
        "the types of an `Accept`, each in a header of its own",
        READ,
        Stance::Either,
        |request, _| {
            let accept = request.header("accept").unwrap_or_default();
            let types: Vec<_> = accept.split(',').map(str::trim).collect();
            if types.len() < 2 {
                return false;
            }
            request.unset("accept");
            let each = types
                .iter()
                .map(|it| ("accept".to_owned(), it.as_bytes().to_vec()));
            request.headers.extend(each);
            true
        },
    ),
    request(
        "accept-encoding",
        "codings of an answer that the content does not have",
        READ,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "gzip",
                "identity",
                "identity;q=0",
                "*;q=0",
                "br, zstd, deflate",
                "gzip;q=NaN",
                "x-plimsoll",
                "",
            ]);
            replaced(request, "accept-encoding", value)
        },
    ),
    request(
        "forwarded",
        "headers in which a proxy would say where a request came from",
        ALL,
        Stance::Either,
        |request, dice| {
            let (name, value) = FORWARDED[dice.below(FORWARDED.len())];
            replaced(request, name, value)
        },
    ),
    request(
        "rewritten",
        "headers in which a proxy would say what was asked for",
        &[Kind::Ping, Kind::GetBlob, Kind::GetManifest, Kind::Tags],
        Stance::Either,
        |request, dice| {
            let name = dice.pick(&["x-original-url", "x-rewrite-url", "x-original-uri"]);
            let path = format!("/v2/{}/tags/list", edit::NOWHERE);
            replaced(request, name, &path)
        },
    ),
    request(
        "method-overridden",
        "a header that asks for another method",
        &[
            Kind::GetManifest,
            Kind::GetBlob,
            Kind::Tags,
            Kind::PutManifest,
            Kind::UploadStatus,
        ],
        Stance::Either,
        |request, dice| {
            let name = dice.pick(&[
                "x-http-method-override",
                "x-http-method",
                "x-method-override",
            ]);
            replaced(
                request,
                name,
                dice.pick(&["DELETE", "PUT", "PATCH", "HEAD"]),
            )
        },
    ),
    request(
        "host-odd",
        "a `Host` that is not the registry's",
        ALL,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "plimsoll.invalid",
                "",
                "plimsoll.invalid:99999",
                "a b",
                "[::1",
                "plimsoll.invalid/v2",
                "@",
            ]);
            replaced(request, "host", value)
        },
    ),
    request(
        "header-unknown",
        "a header that does not exist",
        ALL,
        Stance::Same,
        |request, dice| {
            let name = dice.pick(&["x-plimsoll", "plimsoll", "x-plimsoll_a"]);
            replaced(request, name, dice.pick(&["1", "a, b", "\"a\""]))
        },
    ),
    request(
        "header-long",
        "a header of 9 KiB or more",
        ALL,
        Stance::Either,
        |request, dice| {
            let length = if dice.below(16) == 15 {
                100_000
            } else {
                [9000, 17_000][dice.below(2)]
            };
            replaced(request, "x-plimsoll", &"a".repeat(length))
        },
    ),
    request(
        "header-many",
        "very many headers",
        ALL,
        Stance::Either,
        |request, dice| {
            let count = if dice.below(16) == 15 {
                5000
            } else {
                [101, 300][dice.below(2)]
            };
            let more = (0..count).map(|index| (format!("x-plimsoll-{index}"), b"a".to_vec()));
            request.headers.extend(more);
            true
        },
    ),
    request(
        "header-bytes",
        "a header with bytes that no text has",
        ALL,
        Stance::Either,
        |request, dice| {
            let values: &[&[u8]] = &[
                b"\xff\xfe",
                b"\xc3\xa9",
                b"a\x00b",
                b"a\x7fb",
                b"a\x01b",
                b"a\tb",
            ];
            request.set("x-plimsoll", values[dice.below(values.len())]);
            true
        },
    ),
    request(
        "header-name-odd",
        "a header whose name is none",
        ALL,
        Stance::Either,
        |request, dice| {
            let name = dice.pick(&[
                "x plimsoll",
                "x(plimsoll)",
                "",
                "x-\u{e9}",
                "x/a",
                "x\u{0}a",
            ]);
            request.headers.push(((*name).to_owned(), b"1".to_vec()));
            true
        },
    ),
    request(
        "cookie",
        "headers that a browser would send",
        ALL,
        Stance::Either,
        |request, dice| {
            let pairs = [
                ("cookie", "a=b; sid=%00"),
                ("origin", "https://plimsoll.invalid"),
                ("origin", "null"),
                ("referer", "https://plimsoll.invalid/"),
                ("accept-language", "xx-XX, *;q=0"),
                ("sec-fetch-site", "cross-site"),
            ];
            let (name, value) = pairs[dice.below(pairs.len())];
            replaced(request, name, value)
        },
    ),
    request(
        "connection-closed",
        "a client that will close the connection",
        ALL,
        Stance::Same,
        |request, _| replaced(request, "connection", "close"),
    ),
    request(
        "connection-odd",
        "a `Connection` that names headers which it must not",
        ALL,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "keep-alive, x-plimsoll",
                "content-length",
                "host",
                "authorization",
                "upgrade",
                "close, keep-alive",
                "transfer-encoding",
            ]);
            replaced(request, "connection", value)
        },
    ),
    request(
        "upgrade",
        "a client that would rather speak another protocol",
        ALL,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&["h2c", "websocket", "TLS/1.0", "plimsoll/1"]);
            request.set("connection", "upgrade");
            replaced(request, "upgrade", value)
        },
    ),
];

/// What proxies add, with values that no answer may repeat.
const FORWARDED: &[(&str, &str)] = &[
    ("x-forwarded-host", "plimsoll.invalid"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-proto", "javascript"),
    ("x-forwarded-port", "99999"),
    ("x-forwarded-prefix", "/plimsoll"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-host", "plimsoll.invalid, other.invalid"),
    ("x-real-ip", "127.0.0.1"),
    (
        "forwarded",
        "for=127.0.0.1;host=plimsoll.invalid;proto=https",
    ),
    ("x-forwarded-host", "plimsoll.invalid/\"><a>"),
    ("via", "1.1 plimsoll.invalid"),
];

/// Puts a header in the place of all of its name. Whether it is another.
pub(super) fn replaced(request: &mut WireRequest, name: &str, value: &str) -> bool {
    let is_changed = request.header(name).is_none_or(|it| it != value);
    request.set(name, value);
    is_changed
}

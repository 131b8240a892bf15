//! Bodies that are not what is said of them, or that nobody asked for.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Mutation;
use super::Stance;
use super::heads::replaced;
use super::request;
use super::transfer::ALL;
use super::transfer::SENDING;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "expect-continue",
        "a client that says it waits for leave to go on, and does not wait",
        SENDING,
        Stance::Either,
        |request, _| replaced(request, "expect", "100-continue"),
    ),
    request(
        "expect-odd",
        "a client that expects what nobody knows",
        ALL,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&["plimsoll", "", "100-continue, plimsoll", "200-ok"]);
            replaced(request, "expect", value)
        },
    ),
    request(
        "body-unasked",
        "a body where none belongs",
        &[
            Kind::Ping,
            Kind::GetManifest,
            Kind::HeadManifest,
            Kind::GetBlob,
            Kind::HeadBlob,
            Kind::Tags,
            Kind::Referrers,
            Kind::UploadStatus,
            Kind::DeleteManifest,
            Kind::DeleteBlob,
            Kind::Cancel,
        ],
        Stance::Either,
        |request, dice| {
            let length = [5, 64, 60_000][dice.below(3)];
            request.body = dice.bytes(length).into();
            true
        },
    ),
    request(
        "gzip-declared",
        "a body that is compressed, and says so",
        SENDING,
        Stance::Either,
        |request, _| {
            request.set("content-encoding", "gzip");
            compressed(request)
        },
    ),
    request(
        "gzip-undeclared",
        "a blob that is compressed, and does not say so",
        &[Kind::Patch, Kind::SinglePost],
        Stance::Either,
        |request, _| compressed(request),
    ),
    request(
        "coding-false",
        "a `Content-Encoding` that the body does not have",
        SENDING,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "gzip",
                "identity",
                "br",
                "gzip, gzip",
                "x-plimsoll",
                "zstd",
                "",
            ]);
            replaced(request, "content-encoding", value)
        },
    ),
    request(
        "type-odd",
        "bytes of a blob under a `Content-Type` that they do not have",
        &[
            Kind::Patch,
            Kind::Finish,
            Kind::SinglePost,
            Kind::StartUpload,
        ],
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&[
                "application/json",
                "text/plain; charset=utf-16",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=a",
                "multipart/form-data",
                "a",
                "",
            ]);
            replaced(request, "content-type", value)
        },
    ),
    request(
        "type-absent",
        "a body without `Content-Type`",
        SENDING,
        Stance::Either,
        |request, _| request.unset("content-type"),
    ),
    request(
        "type-twice",
        "two `Content-Type`s",
        SENDING,
        Stance::Either,
        |request, dice| {
            let own = request.header("content-type").unwrap_or_default();
            let value = if dice.below(2) == 0 {
                "text/plain"
            } else {
                &own
            };
            let value = value.as_bytes().to_vec();
            request.headers.push(("content-type".to_owned(), value));
            true
        },
    ),
    request(
        "digest-claimed",
        "headers that claim a digest of the body that it does not have",
        SENDING,
        Stance::Either,
        |request, dice| {
            let pairs = [
                ("docker-content-digest", "sha256:short"),
                ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="),
                ("digest", "sha-256=AAAA"),
                ("content-digest", "sha-256=:AAAA:"),
                ("repr-digest", "sha-256=:AAAA:"),
            ];
            let (name, value) = pairs[dice.below(pairs.len())];
            replaced(request, name, value)
        },
    ),
];

/// Compresses the body.
fn compressed(request: &mut WireRequest) -> bool {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(&request.body);
    match (written, encoder.finish()) {
        (Ok(()), Ok(body)) => {
            request.body = Bytes::from(body);
            true
        }
        _ => false,
    }
}

//! Methods in odd forms, bodies in chunks, and lengths that contradict one another.

use super::Mutation;
use super::Stance;
use super::bytes;
use super::framing;
use super::framing::Message;
use super::request;
use super::unfinished;
use crate::fuzz::plan::Kind;

/// Every kind of request but the raw ones.
pub(super) const ALL: &[Kind] = Kind::ALL.split_at(Kind::ALL.len() - 1).0;

/// The kinds of requests that have a length, be it 0.
pub(super) const MEASURED: &[Kind] = &[
    Kind::StartUpload,
    Kind::Patch,
    Kind::Finish,
    Kind::SinglePost,
    Kind::Mount,
    Kind::PutManifest,
];

/// The kinds of requests that bring content.
pub(super) const SENDING: &[Kind] = &[
    Kind::Patch,
    Kind::Finish,
    Kind::SinglePost,
    Kind::PutManifest,
];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "method-case",
        "a method in lower case, or in both",
        ALL,
        Stance::Either,
        |request, dice| {
            let before = request.method.clone();
            request.method = before.to_lowercase();
            if dice.below(2) == 1
                && let Some(first) = before.get(..1)
            {
                request.method.replace_range(..1, first);
            }
            request.method != before
        },
    ),
    request(
        "method-other",
        "a method that does nothing there",
        &[
            Kind::Ping,
            Kind::UploadStatus,
            Kind::Tags,
            Kind::Referrers,
            Kind::Catalog,
        ],
        Stance::Either,
        |request, dice| {
            let method = dice.pick(&[
                "OPTIONS", "TRACE", "PROPFIND", "PLIMSOLL", "CONNECT", "SEARCH", "GET\t", "G",
                "PRI", "",
            ]);
            method.clone_into(&mut request.method);
            true
        },
    ),
    request(
        "chunked-body",
        "a body in chunks, whose length is not said",
        SENDING,
        Stance::Either,
        |request, _| {
            request.unset("content-length");
            !std::mem::replace(&mut request.chunked, true)
        },
    ),
    bytes(
        "chunks-small",
        "a body in very many chunks",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let size = [16, 1, 7][dice.below(3)];
            chunked(bytes, |body| {
                let (small, rest) = body.split_at(body.len().min(1000));
                let all = small.chunks(size).chain((!rest.is_empty()).then_some(rest));
                let mut text = Vec::new();
                for part in all {
                    chunk(&mut text, &format!("{:x}", part.len()), part);
                }
                ended(text, "")
            })
        },
    ),
    bytes(
        "chunk-extensions",
        "a body in chunks with extensions, some of them huge",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let extension = match dice.below(5) {
                0 => ";a=b".to_owned(),
                1 => ";a".repeat(100),
                2 => ";a=\"b\r\n\"".to_owned(),
                3 => format!(";{}", "a".repeat(8000)),
                _ => format!(";a={}", "b".repeat([300, 60_000][dice.below(2)])),
            };
            chunked(bytes, |body| {
                one_chunk(body, |size| format!("{size:x}{extension}"))
            })
        },
    ),
    unfinished(
        "chunk-size-odd",
        "a body in a chunk whose size is written oddly",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let form = dice.below(9);
            chunked(bytes, |body| {
                one_chunk(body, |size| match form {
                    0 => format!("{size:08x}"),
                    1 => format!("{size:X} "),
                    2 => format!("0x{size:x}"),
                    3 => format!("+{size:x}"),
                    4 => format!("-{size:x}"),
                    5 => format!("{}{size:x}", "0".repeat(300)),
                    6 => "ffffffffffffffffff".to_owned(),
                    7 => format!("{size:x}\u{0}"),
                    _ => String::new(),
                })
            })
        },
    ),
    unfinished(
        "chunk-size-wrong",
        "a body in a chunk that is longer or shorter than it says",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let is_longer = dice.below(2) == 1;
            chunked(bytes, |body| {
                one_chunk(body, |size| {
                    if is_longer {
                        format!("{:x}", size + 1)
                    } else {
                        format!("{:x}", size.saturating_sub(1))
                    }
                })
            })
        },
    ),
    unfinished(
        "chunks-cut",
        "a body in chunks that ends too early",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let form = dice.below(4);
            chunked(bytes, |body| {
                let whole = one_chunk(body, |size| format!("{size:x}"));
                let kept = match form {
                    0 => whole.len() - "0\r\n\r\n".len(),
                    1 => whole.len() - "\r\n".len(),
                    2 => whole.len() / 2,
                    _ => 1,
                };
                whole[..kept.min(whole.len())].to_vec()
            })
        },
    ),
    bytes(
        "chunks-with-trailers",
        "a body in chunks with headers behind it",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let trailer = match dice.below(4) {
                0 => "x-plimsoll: 1\r\n".to_owned(),
                1 => "content-length: 5\r\n".to_owned(),
                2 => "content-range: 0-0\r\n".to_owned(),
                _ => format!("x-plimsoll: {}\r\n", "a".repeat(9000)),
            };
            chunked(bytes, |body| {
                let mut text = Vec::new();
                if !body.is_empty() {
                    chunk(&mut text, &format!("{:x}", body.len()), body);
                }
                ended(text, &trailer)
            })
        },
    ),
    bytes(
        "chunks-line-feeds",
        "a body in chunks whose lines end with a line feed alone",
        SENDING,
        Stance::Either,
        |bytes, _| {
            chunked(bytes, |body| {
                let size = format!("{:x}\n", body.len());
                [size.as_bytes(), body, b"\n0\n\n"].concat()
            })
        },
    ),
    bytes(
        "lengths-same",
        "two equal lengths",
        MEASURED,
        Stance::Either,
        |bytes, dice| {
            let is_list = dice.below(2) == 1;
            measured(bytes, |length| {
                if is_list {
                    vec![format!("{length}, {length}")]
                } else {
                    vec![length.to_string(), length.to_string()]
                }
            })
        },
    ),
    unfinished(
        "lengths-unlike",
        "two lengths that are not equal",
        MEASURED,
        Stance::Either,
        |bytes, dice| {
            let form = dice.below(4);
            measured(bytes, |length| match form {
                0 => vec![length.to_string(), "0".to_owned()],
                1 => vec!["0".to_owned(), length.to_string()],
                2 => vec![format!("{length}, 0")],
                _ => vec![length.to_string(), format!("{length}0")],
            })
        },
    ),
    unfinished(
        "length-odd",
        "a length that is written oddly",
        MEASURED,
        Stance::Either,
        |bytes, dice| {
            let form = dice.below(10);
            measured(bytes, |length| {
                vec![match form {
                    0 => format!("00{length}"),
                    1 => format!("+{length}"),
                    2 => format!("-{length}"),
                    3 => format!("{length}.0"),
                    4 => format!("0x{length:x}"),
                    5 => format!("{length} {length}"),
                    6 => format!("{length}e0"),
                    7 => "99999999999999999999".to_owned(),
                    8 => "\u{ff10}".to_owned(),
                    _ => String::new(),
                }]
            })
        },
    ),
    bytes(
        "length-short",
        "a length that is less than the body's",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let is_zero = dice.below(2) == 1;
            measured(bytes, |length| {
                vec![if is_zero { 0 } else { length.saturating_sub(1) }.to_string()]
            })
        },
    ),
    unfinished(
        "length-long",
        "a length that is more than the body's",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let more = [1, 1000, 1 << 40][dice.below(3)];
            measured(bytes, |length| vec![(length as u64 + more).to_string()])
        },
    ),
    bytes(
        "length-absent",
        "a body of which neither length nor coding is said",
        MEASURED,
        Stance::Either,
        |bytes, _| measured(bytes, |_| Vec::new()),
    ),
    bytes(
        "length-and-chunks",
        "a body with a length and in chunks",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let form = dice.below(3);
            framing::edited(bytes, |message| {
                let own = message.body.len();
                let whole = one_chunk(&message.body, |size| format!("{size:x}"));
                let length = [whole.len(), own, 0][form];
                message.unset("content-length");
                message.unset("transfer-encoding");
                message.add(&format!("content-length: {length}"));
                message.add("transfer-encoding: chunked");
                message.body = whole;
            })
        },
    ),
    bytes(
        "coding-odd",
        "a transfer coding that does not exist, or is written oddly",
        SENDING,
        Stance::Either,
        |bytes, dice| {
            let line = dice.pick(&[
                "transfer-encoding: xchunked",
                "transfer-encoding: CHUNKED",
                "transfer-encoding : chunked",
                "transfer-encoding: chunked, identity",
                "transfer-encoding: identity, chunked",
                "transfer-encoding: gzip, chunked",
                "transfer-encoding: chunked, chunked",
                "transfer-encoding:\tchunked",
                "transfer-encoding: \"chunked\"",
                "transfer-encoding: ",
                "transfer-encoding: chunked\r\ntransfer-encoding: identity",
            ]);
            chunked(bytes, |body| one_chunk(body, |size| format!("{size:x}")))
                && framing::edited(bytes, |message| {
                    message.unset("transfer-encoding");
                    message.add(line);
                })
        },
    ),
    unfinished(
        "expect-and-no-body",
        "a client that waits for leave to go on, and never does",
        SENDING,
        Stance::Either,
        |bytes, _| {
            framing::edited(bytes, |message| {
                if message.body.is_empty() {
                    return;
                }
                message.unset("expect");
                message.add("expect: 100-continue");
                message.body.clear();
            })
        },
    ),
];

/// Writes the body in chunks.
fn chunked(bytes: &mut Vec<u8>, write: impl FnOnce(&[u8]) -> Vec<u8>) -> bool {
    framing::edited(bytes, |message: &mut Message| {
        if message.has("transfer-encoding") {
            return;
        }
        message.unset("content-length");
        message.add("transfer-encoding: chunked");
        message.body = write(&message.body);
    })
}

/// Writes the length as these values; none for no length.
fn measured(bytes: &mut Vec<u8>, write: impl FnOnce(usize) -> Vec<String>) -> bool {
    framing::edited(bytes, |message| {
        if message.has("transfer-encoding") {
            return;
        }
        message.unset("content-length");
        for value in write(message.body.len()) {
            message.add(&format!("content-length: {value}"));
        }
    })
}

/// The body in one chunk, of the size that is written so.
fn one_chunk(body: &[u8], size: impl FnOnce(usize) -> String) -> Vec<u8> {
    let mut text = Vec::new();
    chunk(&mut text, &size(body.len()), body);
    ended(text, "")
}

fn chunk(text: &mut Vec<u8>, size: &str, part: &[u8]) {
    for piece in [size.as_bytes(), b"\r\n", part, b"\r\n"] {
        text.extend(piece);
    }
}

fn ended(mut text: Vec<u8>, trailers: &str) -> Vec<u8> {
    for piece in ["0\r\n", trailers, "\r\n"] {
        text.extend(piece.as_bytes());
    }
    text
}

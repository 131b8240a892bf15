//! The lines of a request: what ends them, what parts them, and in which order they come.

use super::Mutation;
use super::Stance;
use super::bytes;
use super::transfer::ALL;
use super::unfinished;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    bytes(
        "header-case",
        "names of headers in capitals, or in both cases",
        ALL,
        Stance::Same,
        |bytes, dice| {
            let is_mixed = dice.below(2) == 1;
            edited(bytes, |message| {
                for line in message.headers() {
                    let end = line.iter().position(|byte| *byte == b':').unwrap_or(0);
                    let step = if is_mixed { 2 } else { 1 };
                    for byte in line[..end].iter_mut().step_by(step) {
                        byte.make_ascii_uppercase();
                    }
                }
            })
        },
    ),
    bytes(
        "header-order",
        "headers in another order",
        ALL,
        Stance::Same,
        |bytes, dice| {
            let by = dice.below(4);
            edited(bytes, |message| {
                // Headers of the same name keep their order, which may mean something.
                let headers = message.headers();
                match by {
                    0 => headers.sort_by_key(|line| std::cmp::Reverse(name(line))),
                    1 => headers.sort_by_key(|line| name(line)),
                    by => headers.sort_by_key(|line| {
                        let name = name(line);
                        (name.get(by).copied(), name)
                    }),
                }
            })
        },
    ),
    bytes(
        "header-space",
        "white space around the values of headers",
        ALL,
        Stance::Same,
        |bytes, dice| {
            let (before, after) = [("", " "), (" \t ", ""), ("", "\t"), ("\t", " ")][dice.below(4)];
            edited(bytes, |message| {
                for line in message.headers() {
                    let at = line.iter().position(|byte| *byte == b':');
                    if let Some(at) = at {
                        line.splice(at + 1..=at, before.bytes());
                        line.extend(after.as_bytes());
                    }
                }
            })
        },
    ),
    bytes(
        "header-no-space",
        "headers without white space behind the colon",
        ALL,
        Stance::Same,
        |bytes, _| {
            edited(bytes, |message| {
                for line in message.headers() {
                    if let Some(at) = line.windows(2).position(|pair| pair == b": ") {
                        line.remove(at + 1);
                    }
                }
            })
        },
    ),
    bytes(
        "header-folded",
        "a header that goes on in the next line",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let header = dice.pick(&[
                "x-plimsoll: a\r\n b",
                "x-plimsoll:\r\n a",
                "x-plimsoll: a\r\n\tb\r\n\tc",
                "content-type:\r\n text/plain",
            ]);
            edited(bytes, |message| message.add(header))
        },
    ),
    bytes(
        "header-first-folded",
        "a first header that begins with white space",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let header = dice.pick(&[" x-plimsoll: a", "\tx-plimsoll: a", " "]);
            edited(bytes, |message| {
                message
                    .lines
                    .insert(message.lines.len().min(1), header.as_bytes().to_vec());
            })
        },
    ),
    bytes(
        "header-space-before-colon",
        "a header with white space in front of its colon",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let header = dice.pick(&[
                "x-plimsoll : a",
                "x-plimsoll\t: a",
                "host : plimsoll.invalid",
            ]);
            edited(bytes, |message| message.add(header))
        },
    ),
    bytes(
        "header-without-colon",
        "a header that is none",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let header = dice.pick(&["plimsoll", ": a", "=a", "\u{0}"]);
            edited(bytes, |message| message.add(header))
        },
    ),
    bytes(
        "header-line-breaks",
        "a header with half a line break in its value",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let header = dice.pick(&[
                "x-plimsoll: a\rx-other: b",
                "x-plimsoll: a\nx-other: b",
                "x-plimsoll: a\r",
            ]);
            edited(bytes, |message| message.add(header))
        },
    ),
    bytes(
        "host-twice",
        "a request with two hosts",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let is_first = dice.below(2) == 1;
            edited(bytes, |message| {
                let at = if is_first { 1 } else { message.lines.len() };
                let at = at.min(message.lines.len());
                message.lines.insert(at, b"host: plimsoll.invalid".to_vec());
            })
        },
    ),
    bytes(
        "host-absent",
        "a request without a host",
        ALL,
        Stance::Either,
        |bytes, _| edited(bytes, |message| message.unset("host")),
    ),
    bytes(
        "lines-bare",
        "lines that end with a line feed alone",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let end: &[u8] = [&b"\n"[..], b"\r", b"\n\r", b"\r\r\n"][dice.below(4)];
            let Some(message) = Message::read(bytes) else {
                return false;
            };
            *bytes = message.written(end);
            true
        },
    ),
    unfinished(
        "line-feed-first",
        "a request behind an empty line",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let before = dice.pick(&["\r\n", "\n", "\r\n\r\n", " ", "\0"]);
            bytes.splice(0..0, before.bytes());
            true
        },
    ),
    bytes(
        "request-line-spaces",
        "a request line with more white space than it has",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let space = dice.pick(&["  ", "\t", " \t ", "\u{b}"]);
            edited_line(bytes, |line| line.replacen(' ', space, 2))
        },
    ),
    bytes(
        "request-line-version",
        "a request line with another version of HTTP, or none",
        ALL,
        Stance::Either,
        |bytes, dice| {
            let version = dice.pick(&[
                " HTTP/1.0",
                "",
                " http/1.1",
                " HTTP/1.2",
                " HTTP/2.0",
                " HTTP/9.9",
                " HTTP/1.1 x",
                " HTTP/01.1",
                " HTTP/1",
                " FTP/1.1",
            ]);
            edited_line(bytes, |line| {
                line.strip_suffix(" HTTP/1.1").unwrap_or(line).to_owned() + version
            })
        },
    ),
];

/// The head of a request, as lines, and its body.
pub(super) struct Message {
    /// The request line, then the headers.
    pub(super) lines: Vec<Vec<u8>>,
    /// The body, framed or not.
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Takes a request apart, where it has an end of its head.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let mut lines = vec![Vec::new()];
        for byte in &bytes[..end] {
            let line = lines.last_mut()?;
            line.push(*byte);
            if line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                lines.push(Vec::new());
            }
        }
        let body = bytes[end + 4..].to_vec();
        Some(Self { lines, body })
    }

    /// Puts it together, with these ends of lines in its head.
    fn written(&self, end: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in &self.lines {
            bytes.extend(line);
            bytes.extend(end);
        }
        bytes.extend(end);
        bytes.extend(&self.body);
        bytes
    }

    /// The headers.
    fn headers(&mut self) -> &mut [Vec<u8>] {
        self.lines.get_mut(1..).unwrap_or_default()
    }

    /// Whether there is a header of this name.
    pub(super) fn has(&self, header: &str) -> bool {
        self.lines
            .iter()
            .skip(1)
            .any(|line| name(line) == header.as_bytes())
    }

    /// Appends a header.
    pub(super) fn add(&mut self, header: &str) {
        self.lines.push(header.as_bytes().to_vec());
    }

    /// Takes all headers of this name away.
    pub(super) fn unset(&mut self, header: &str) {
        let mut is_first = true;
        self.lines
            .retain(|line| std::mem::take(&mut is_first) || name(line) != header.as_bytes());
    }
}

/// The name of a header, in lower case.
fn name(line: &[u8]) -> Vec<u8> {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.to_ascii_lowercase()
}

/// Changes a request. Whether it is another.
pub(super) fn edited(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Message)) -> bool {
    let Some(mut message) = Message::read(bytes) else {
        return false;
    };
    change(&mut message);
    let written = message.written(b"\r\n");
    let is_changed = written != *bytes;
    *bytes = written;
    is_changed
}

/// Changes the request line.
fn edited_line(bytes: &mut Vec<u8>, change: impl FnOnce(&str) -> String) -> bool {
    edited(bytes, |message| {
        let Some(line) = message.lines.first_mut() else {
            return;
        };
        *line = change(&String::from_utf8_lossy(line)).into_bytes();
    })
}

//! The reader of raw HTTP/1.1 answers.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::pin::pin;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use http::HeaderMap;
use http::header;
use tokio::io::AsyncRead;
use tokio::io::ReadBuf;

use crate::http::Failure;
use crate::http::Method;
use crate::http::Response;
use crate::http::raw::answer::Answer;
use crate::http::raw::answer::Expected;
use crate::http::raw::answer::read;
use crate::http::raw::input::Input;

/// The longest body that is read.
const LIMIT: usize = 4 << 10;

/// An answer. The first byte says whether HEAD was asked, and how large the pieces are in which the
/// answer comes a second time.
pub(super) fn answer(data: &[u8]) {
    let Some((control, bytes)) = data.split_first() else {
        return;
    };
    let method = if control % 2 == 0 {
        Method::GET
    } else {
        Method::HEAD
    };
    let piece = usize::from(control / 2) + 1;
    let whole = answered(bytes, usize::MAX, &method);
    let in_pieces = answered(bytes, piece, &method);
    match (whole, in_pieces) {
        (Ok(whole), Ok(in_pieces)) => {
            assert_same(&whole.response, &in_pieces.response);
            is_sound(&whole, bytes, &method);
        }
        (Err(_), Err(_)) => {}
        (whole, in_pieces) => panic!("in one {whole:?}, in pieces of {piece} {in_pieces:?}"),
    }
}

fn is_sound(answer: &Answer, bytes: &[u8], method: &Method) {
    let Response {
        status,
        headers,
        body,
    } = &answer.response;
    assert!((100..1000).contains(status) && (*status == 101 || *status > 199));
    assert!(body.len() <= LIMIT && body.len() + answer.trailing <= bytes.len());
    let breaks_a_line = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
    let values = headers.values();
    assert!(
        !values
            .flat_map(http::HeaderValue::as_bytes)
            .any(breaks_a_line)
    );
    let framing = framing(*status, headers, method);
    match framing {
        Framing::None => assert!(body.is_empty() && !answer.reusable),
        Framing::Length(length) => assert_eq!(body.len(), length),
        Framing::UntilClose => {
            assert!(bytes.ends_with(body) && answer.trailing == 0 && !answer.reusable);
        }
        Framing::Chunked => {}
    }
    assert!(!answer.reusable || answer.trailing == 0);
    if framing != Framing::None {
        reads_back(&answer.response);
    }
}

/// How the end of a body is found, by RFC 9112, section 6.3.
#[derive(Debug, PartialEq, Eq)]
enum Framing {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

fn framing(status: u16, headers: &HeaderMap, method: &Method) -> Framing {
    if *method == Method::HEAD || [101, 204, 304].contains(&status) {
        return Framing::None;
    }
    let codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let codings = codings.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let codings = codings.collect::<Vec<_>>().join(",");
    let last = codings
        .split(',')
        .map(|coding| coding.trim_matches([' ', '\t']))
        .rfind(|coding| !coding.is_empty());
    if headers.contains_key(header::TRANSFER_ENCODING) {
        let is_chunked = last.is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        return if is_chunked {
            Framing::Chunked
        } else {
            Framing::UntilClose
        };
    }
    let length = headers.get(header::CONTENT_LENGTH);
    length.map_or(Framing::UntilClose, |value| {
        let digits = value.to_str().expect("what is no number is refused");
        Framing::Length(digits.parse().expect("what is no number is refused"))
    })
}

/// The response, written in each way of telling where a body ends, is read as it was.
fn reads_back(response: &Response) {
    let mut head = format!("HTTP/1.1 {} \r\n", response.status).into_bytes();
    let mut kept = response.headers.clone();
    for framing in [
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
    ] {
        kept.remove(framing);
    }
    for (name, value) in &kept {
        head.extend_from_slice(
            &[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat(),
        );
    }
    let body = &response.body;
    let length = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    let chunked = b"Transfer-Encoding: gzip, Chunked\r\n\r\n".to_vec();
    let ways = [
        ([&head, &length, &body[..]].concat(), true),
        ([&head, &chunked, &chunks(body)[..]].concat(), true),
        ([&head, &b"\r\n"[..], body].concat(), false),
    ];
    for (bytes, keeps) in ways {
        let read = answered(&bytes, usize::MAX, &Method::GET).expect("a sound answer is read");
        assert_eq!(read.response.status, response.status);
        assert_eq!(read.response.body, response.body);
        assert_eq!(read.reusable, keeps);
        let mut headers = read.response.headers;
        headers.remove(header::CONTENT_LENGTH);
        headers.remove(header::TRANSFER_ENCODING);
        assert_eq!(headers, kept);
    }
}

fn chunks(body: &[u8]) -> Vec<u8> {
    let chunk = |part: &[u8]| {
        let size = format!("{:X};a=b\r\n", part.len()).into_bytes();
        [&size, part, b"\r\n"].concat()
    };
    let mut written: Vec<u8> = body.chunks(17).flat_map(chunk).collect();
    written.extend_from_slice(b"0\r\nA: b\r\n\r\n");
    written
}

fn assert_same(one: &Response, other: &Response) {
    assert_eq!(one.status, other.status);
    assert_eq!(one.headers, other.headers);
    assert_eq!(one.body, other.body);
}

fn answered(bytes: &[u8], piece: usize, method: &Method) -> Result<Answer, Failure> {
    let expected = Expected {
        method: method.clone(),
        limit: LIMIT,
        linger: false,
    };
    let mut input = Input::new(Pieces { rest: bytes, piece });
    now(read(&mut input, &expected))
}

/// What a future comes to that never has to wait.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("bytes that are there were waited for"),
    }
}

/// Bytes that come in pieces.
struct Pieces<'a> {
    rest: &'a [u8],
    piece: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.piece.min(buffer.remaining()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(count);
        buffer.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}

//! Where a body ends, and the body.

use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderMap;
use http::Method;
use http::header;
use tokio::io::AsyncRead;

use super::super::super::Failure;
use super::super::super::network::MAX_HEADERS;
use super::super::super::room;
use super::super::input::Input;
use super::Expected;
use super::head::Head;
use super::head::MAX_HEAD;
use super::malformed;

/// The longest line that tells the size of a chunk.
const MAX_CHUNK_LINE: usize = 4 << 10;

/// How the end of the body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// There is none.
    None,
    /// After so many bytes.
    Exactly(u64),
    /// With the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// How the body is delimited (RFC 9112, section 6.3).
pub(super) fn length(head: &Head, expected: &Expected) -> Result<Length, Failure> {
    let bodiless = expected.method == Method::HEAD || matches!(head.status, 101 | 204 | 304);
    if bodiless {
        return Ok(Length::None);
    }
    if head.headers.contains_key(header::TRANSFER_ENCODING) {
        return Ok(if ends_chunked(&head.headers) {
            Length::Chunked
        } else {
            Length::UntilClose
        });
    }
    let mut lengths = head.headers.get_all(header::CONTENT_LENGTH).iter();
    let Some(first) = lengths.next() else {
        return Ok(Length::UntilClose);
    };
    if lengths.any(|other| other != first) {
        return Err(malformed(
            "several `Content-Length`s that differ".to_owned(),
        ));
    }
    digits(first.as_bytes(), 10)
        .map(Length::Exactly)
        .ok_or_else(|| malformed("its `Content-Length` is no number".to_owned()))
}

/// Whether the last transfer coding is `chunked`: beneath another one, the body does not say where it
/// ends.
fn ends_chunked(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::TRANSFER_ENCODING).iter().rev();
    let codings = values.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    let mut codings = codings.map(<[u8]>::trim_ascii);
    codings
        .find(|coding| !coding.is_empty())
        .is_some_and(|last| last.eq_ignore_ascii_case(b"chunked"))
}

/// Reads the body to where it ends.
pub(super) async fn body<R: AsyncRead + Unpin>(
    input: &mut Input<R>,
    length: Length,
    limit: usize,
) -> Result<Bytes, Failure> {
    match length {
        Length::None => Ok(Bytes::new()),
        Length::Exactly(length) => {
            let mut body = BytesMut::new();
            exactly(input, length, limit, &mut body).await?;
            Ok(body.freeze())
        }
        Length::Chunked => chunked(input, limit).await,
        Length::UntilClose => until_close(input, limit).await,
    }
}

async fn exactly<R: AsyncRead + Unpin>(
    input: &mut Input<R>,
    length: u64,
    limit: usize,
    into: &mut BytesMut,
) -> Result<(), Failure> {
    let room = limit.saturating_sub(into.len());
    let mut missing = usize::try_from(length)
        .ok()
        .filter(|n| *n <= room)
        .ok_or(Failure::TooLong { limit })?;
    while missing > 0 {
        let part = input.take(missing);
        missing -= part.len();
        room::extend(into, &part).await;
        if missing > 0 {
            input
                .need(&format!("{missing} bytes before the end of the body"))
                .await?;
        }
    }
    Ok(())
}

async fn until_close<R: AsyncRead + Unpin>(
    input: &mut Input<R>,
    limit: usize,
) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while body.len() + input.held().len() <= limit {
        room::extend(&mut body, &input.take(usize::MAX)).await;
        if !input.more().await? {
            return Ok(body.freeze());
        }
    }
    Err(Failure::TooLong { limit })
}

async fn chunked<R: AsyncRead + Unpin>(
    input: &mut Input<R>,
    limit: usize,
) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    loop {
        let line = input
            .line(MAX_CHUNK_LINE, "within the chunked body")
            .await?;
        let size = chunk_size(&line)?;
        if size == 0 {
            trailers(input).await?;
            return Ok(body.freeze());
        }
        exactly(input, size, limit, &mut body).await?;
        if !input.line(1, "after a chunk").await?.is_empty() {
            return Err(malformed("a chunk is longer than its size".to_owned()));
        }
    }
}

/// The number before the extensions of a chunk (RFC 9112, section 7.1).
fn chunk_size(line: &[u8]) -> Result<u64, Failure> {
    let number = line.split(|byte| *byte == b';').next().unwrap_or_default();
    digits(number.trim_ascii_end(), 16)
        .ok_or_else(|| malformed("the size of a chunk is no hexadecimal number".to_owned()))
}

/// Reads over the fields after the last chunk.
async fn trailers<R: AsyncRead + Unpin>(input: &mut Input<R>) -> Result<(), Failure> {
    for _ in 0..MAX_HEADERS {
        if input
            .line(MAX_HEAD, "within the trailers")
            .await?
            .is_empty()
        {
            return Ok(());
        }
    }
    Err(malformed(format!("more than {MAX_HEADERS} trailers")))
}

/// A number of digits alone: no sign, which `from_str_radix` would take.
fn digits(text: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    if text.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(text, radix).ok()
}

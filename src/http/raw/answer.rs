//! Reading one HTTP/1.1 response (RFC 9112, sections 4 to 7), strictly and within bounds.

use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;
use tokio::io::AsyncRead;

use super::super::Failure;
use super::super::Protocol;
use super::super::Response;
use super::super::network::MAX_HEADERS;
use super::input::Input;

/// The most bytes that status line and headers may have.
const MAX_HEAD: usize = 64 << 10;

/// The most interim answers (1xx) before the final one.
const MAX_INTERIM: usize = 16;

/// The longest line that tells the size of a chunk.
const MAX_CHUNK_LINE: usize = 4 << 10;

/// Up to this size a head is parsed whenever some of it came, so that what is not HTTP shows early.
const PARSE_EAGERLY: usize = 1 << 10;

/// How long bytes after an answer that has no body are waited for.
const LINGER: Duration = Duration::from_millis(100);

/// What the reader has to know of the request.
pub(crate) struct Expected {
    /// The method: no body follows the answer to HEAD.
    pub(crate) method: Method,
    /// The longest body that is read.
    pub(crate) limit: usize,
    /// Whether bytes that follow where none should are waited for.
    pub(crate) linger: bool,
}

/// A response, and what can be said of the connection after it.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The response.
    pub(crate) response: Response,
    /// The version that its status line names.
    pub(crate) protocol: Protocol,
    /// How many bytes were seen after it.
    pub(crate) trailing: usize,
    /// Whether the connection may serve another request.
    pub(crate) reusable: bool,
}

impl Answer {
    /// The same answer, as the last one on its connection.
    pub(crate) fn last(self) -> Self {
        Self {
            reusable: false,
            ..self
        }
    }
}

/// Reads the response to its end.
pub(crate) async fn read<R: AsyncRead + Unpin>(
    input: &mut Input<R>,
    expected: &Expected,
) -> Result<Answer, Failure> {
    let head = final_head(input).await?;
    let length = length(&head, expected)?;
    let body = body(input, length, expected.limit).await?;
    if length == Length::None && expected.linger {
        linger(input, expected.limit).await;
    }
    let trailing = input.held().len();
    let delimited = matches!(length, Length::Exactly(_) | Length::Chunked);
    let response = Response {
        status: head.status,
        headers: head.headers,
        body,
    };
    Ok(Answer {
        response,
        protocol: head.protocol,
        trailing,
        reusable: head.keeps && delimited && trailing == 0,
    })
}

/// Status line and headers.
pub(crate) struct Head {
    /// The status code.
    pub(crate) status: u16,
    headers: HeaderMap,
    protocol: Protocol,
    /// Whether the server keeps the connection.
    keeps: bool,
}

/// How the end of the body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    None,
    Exactly(u64),
    Chunked,
    UntilClose,
}

/// The head of the first answer that is not interim. 101 is final: nobody asked to upgrade.
pub(crate) async fn final_head<R: AsyncRead + Unpin>(
    input: &mut Input<R>,
) -> Result<Head, Failure> {
    for _ in 0..MAX_INTERIM {
        let head = head(input).await?;
        if !(100..200).contains(&head.status) || head.status == 101 {
            return Ok(head);
        }
    }
    Err(malformed(format!(
        "more than {MAX_INTERIM} interim answers"
    )))
}

async fn head<R: AsyncRead + Unpin>(input: &mut Input<R>) -> Result<Head, Failure> {
    let mut searched = 0;
    loop {
        let held = input.held();
        let complete = ends_head(&held[searched..]);
        if (complete || held.len() <= PARSE_EAGERLY)
            && let Some((head, size)) = parse(held)?
        {
            input.take(size);
            return Ok(head);
        }
        if held.len() > MAX_HEAD {
            return Err(malformed(format!("more than {MAX_HEAD} bytes of headers")));
        }
        searched = held.len().saturating_sub(3);
        let place = if held.is_empty() {
            "without an answer"
        } else {
            "within the headers"
        };
        input.need(place).await?;
    }
}

fn ends_head(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(3).any(|three| three == b"\n\r\n")
}

fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Failure> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut slots);
    let status = parsed.parse(bytes).map_err(|error| match error {
        httparse::Error::TooManyHeaders => malformed(format!("more than {MAX_HEADERS} headers")),
        other => malformed(other.to_string()),
    })?;
    let httparse::Status::Complete(size) = status else {
        return Ok(None);
    };
    let code = parsed.code.filter(|code| (100..1000).contains(code));
    let status = code.ok_or_else(|| malformed("its status is below 100".to_owned()))?;
    let headers = headers(parsed.headers)?;
    let protocol = match parsed.version {
        Some(1) => Protocol::Http11,
        _ => Protocol::Http10,
    };
    let keeps = protocol == Protocol::Http11 && !says(&headers, &header::CONNECTION, "close");
    Ok(Some((
        Head {
            status,
            headers,
            protocol,
            keeps,
        },
        size,
    )))
}

fn headers(parsed: &[httparse::Header<'_>]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::with_capacity(parsed.len());
    for line in parsed {
        let name = HeaderName::from_bytes(line.name.as_bytes())
            .map_err(|error| malformed(error.to_string()))?;
        let value = HeaderValue::from_bytes(line.value)
            .map_err(|_| malformed(format!("the value of `{name}` holds a control character")))?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// How the body is delimited (RFC 9112, section 6.3).
fn length(head: &Head, expected: &Expected) -> Result<Length, Failure> {
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

/// Whether one of the header's comma-separated words is `word`.
fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(word))
}

/// A number of digits alone: no sign, which `from_str_radix` would take.
fn digits(text: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    if text.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(text, radix).ok()
}

async fn body<R: AsyncRead + Unpin>(
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
        into.extend_from_slice(&part);
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
    while input.held().len() <= limit {
        if !input.more().await? {
            return Ok(input.take(usize::MAX));
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

/// Gives bytes that should not come a moment to come.
async fn linger<R: AsyncRead + Unpin>(input: &mut Input<R>, limit: usize) {
    let late = async { while input.held().len() <= limit && input.more().await == Ok(true) {} };
    // Silence is what a sound server sends, so running out of time is no failure.
    let _ = tokio::time::timeout(LINGER, late).await;
}

fn malformed(reason: String) -> Failure {
    Failure::Malformed { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(method: Method, bytes: &[u8], limit: usize) -> Result<Answer, Failure> {
        let expected = Expected {
            method,
            limit,
            linger: true,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async { read(&mut Input::new(bytes), &expected).await })
    }

    fn get(bytes: &[u8]) -> Result<Answer, Failure> {
        read_all(Method::GET, bytes, 1000)
    }

    fn body_of(bytes: &[u8]) -> Bytes {
        get(bytes).unwrap().response.body
    }

    #[test]
    fn a_body_ends_where_its_length_says() {
        let answer = get(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello").unwrap();
        assert_eq!(answer.response.body, "he");
        assert_eq!(answer.trailing, 3);
        assert!(!answer.reusable);
    }

    #[test]
    fn a_connection_is_reusable_after_a_delimited_body() {
        assert!(
            get(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhe")
                .unwrap()
                .reusable
        );
        for bytes in [
            &b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhe"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nhe",
            b"HTTP/1.1 200 OK\r\n\r\nhe",
            b"HTTP/1.1 204 No\r\n\r\n",
        ] {
            assert!(
                !get(bytes).unwrap().reusable,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn chunks_are_joined_and_their_extensions_and_trailers_skipped() {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            3;a=b\r\nhel\r\n2 \r\nlo\r\n0\r\nX: y\r\n\r\n";
        assert_eq!(body_of(bytes), "hello");
    }

    #[test]
    fn a_body_that_is_not_chunked_last_ends_with_the_connection() {
        let body = |codings: &str| {
            let head = format!("HTTP/1.1 200 OK\r\n{codings}\r\n0\r\n\r\n");
            body_of(head.as_bytes())
        };
        assert_eq!(body("Transfer-Encoding: gzip, Chunked, ,\r\n"), "");
        assert_eq!(body("Transfer-Encoding: chunked, gzip\r\n"), "0\r\n\r\n");
        let two = "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n";
        assert_eq!(body(two), "0\r\n\r\n");
    }

    #[test]
    fn a_body_without_length_ends_with_the_connection() {
        assert_eq!(body_of(b"HTTP/1.1 200 OK\r\n\r\nhello"), "hello");
    }

    #[test]
    fn the_body_of_an_answer_to_head_is_counted_not_read() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        let answer = read_all(Method::HEAD, bytes, 1000).unwrap();
        assert_eq!((answer.response.body.len(), answer.trailing), (0, 5));
    }

    #[test]
    fn interim_answers_are_skipped() {
        let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\n\r\nHTTP/1.1 204 No\r\n\r\n";
        assert_eq!(get(bytes).unwrap().response.status, 204);
        assert!(get(&b"HTTP/1.1 100 Continue\r\n\r\n".repeat(20)).is_err());
    }

    #[test]
    fn what_ends_too_early_is_a_lost_connection() {
        for bytes in [
            &b""[..],
            b"HTTP/1.1 200",
            b"HTTP/1.1 200 OK\r\nA: b\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        ] {
            let failure = get(bytes).unwrap_err();
            assert!(
                matches!(failure, Failure::ConnectionLost { .. }),
                "{failure}"
            );
        }
    }

    #[test]
    fn what_is_not_http_is_malformed() {
        let many = format!(
            "HTTP/1.1 200 OK\r\n{}\r\n",
            "a: b\r\n".repeat(MAX_HEADERS + 1)
        );
        let long = format!("HTTP/1.1 200 OK\r\na: {}", "x".repeat(MAX_HEAD + 1));
        for bytes in [
            &b"SSH-2.0-OpenSSH\r\n"[..],
            b"HTTP/1.1 099 Low\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n",
            many.as_bytes(),
            long.as_bytes(),
        ] {
            let failure = get(bytes).unwrap_err();
            assert!(matches!(failure, Failure::Malformed { .. }), "{failure}");
        }
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let chunk = "ff\r\n".to_owned() + &"x".repeat(255) + "\r\n";
        let chunks =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned() + &chunk.repeat(9);
        let endless = "HTTP/1.1 200 OK\r\n\r\n".to_owned() + &"x".repeat(2000);
        for bytes in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"[..],
            chunks.as_bytes(),
            endless.as_bytes(),
        ] {
            assert_eq!(get(bytes).unwrap_err(), Failure::TooLong { limit: 1000 });
        }
    }
}

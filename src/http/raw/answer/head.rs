//! Status line and headers.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;
use tokio::io::AsyncRead;

use super::super::super::Failure;
use super::super::super::Protocol;
use super::super::super::network::MAX_HEADERS;
use super::super::input::Input;
use super::malformed;

/// The most bytes that status line and headers may have.
pub(crate) const MAX_HEAD: usize = 64 << 10;

/// The most interim answers (1xx) before the final one.
pub(crate) const MAX_INTERIM: usize = 16;

/// Up to this size a head is parsed whenever some of it came, so that what is not HTTP shows early.
const PARSE_EAGERLY: usize = 1 << 10;

/// Status line and headers.
pub(crate) struct Head {
    /// The status code.
    pub(crate) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) protocol: Protocol,
    /// Whether the server keeps the connection.
    pub(super) keeps: bool,
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

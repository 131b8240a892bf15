//! Reading one HTTP/1.1 response (RFC 9112, sections 4 to 7), strictly and within bounds.

mod body;
mod head;
#[cfg(test)]
mod tests;

use std::time::Duration;

use http::Method;
use tokio::io::AsyncRead;

use super::super::Failure;
use super::super::Protocol;
use super::super::Response;
use super::input::Input;

use body::Length;
use body::body;
use body::length;

#[cfg(test)]
pub(crate) use head::MAX_HEAD;
#[cfg(test)]
pub(crate) use head::MAX_INTERIM;
pub(crate) use head::final_head;

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

/// Gives bytes that should not come a moment to come.
async fn linger<R: AsyncRead + Unpin>(input: &mut Input<R>, limit: usize) {
    let late = async { while input.held().len() <= limit && input.more().await == Ok(true) {} };
    // Silence is what a sound server sends, so running out of time is no failure.
    let _ = tokio::time::timeout(LINGER, late).await;
}

fn malformed(reason: String) -> Failure {
    Failure::Malformed { reason }
}

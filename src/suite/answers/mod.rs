//! What holds of every answer: watches, which ask nothing and judge each exchange of a run.
//!
//! A rule says by status, method and URL which answers it is about; of all others it is silent.
//! There is no knowledge here of the check that an exchange belongs to, so that nothing is judged
//! that depends on what was pushed before.

pub(super) mod content;
pub(super) mod errors;
pub(super) mod rate_limit;
pub(super) mod warnings;

use bytes::Bytes;

use crate::http::Exchange;
use crate::http::Method;
use crate::http::Response;
use crate::oci::Endpoint;
use crate::oci::ErrorBody;

/// The answer, if it has this status.
fn answered(exchange: &Exchange, status: u16) -> Option<&Response> {
    let response = exchange.outcome.as_ref().ok()?;
    (response.status == status).then_some(response)
}

/// The answer, if it blames the client.
fn refused(exchange: &Exchange) -> Option<&Response> {
    let response = exchange.outcome.as_ref().ok()?;
    (400..500).contains(&response.status).then_some(response)
}

/// The body, if the answer is one that has a body, and it is as it stands: neither that of a HEAD
/// nor compressed, and with no secret taken out of it.
fn body<'e>(exchange: &Exchange, response: &'e Response) -> Option<&'e Bytes> {
    let is_plain = response
        .headers
        .get("content-encoding")
        .is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let is_whole = is_plain && !exchange.altered && exchange.request.method != Method::HEAD;
    is_whole.then_some(&response.body)
}

/// What a 4xx has to say: its body, under whatever media type, unless there is none or it is longer
/// than anybody reads.
fn refusal_text(exchange: &Exchange) -> Option<&Bytes> {
    let body = body(exchange, refused(exchange)?)?;
    (!body.is_empty() && body.len() <= ErrorBody::MAX_LEN).then_some(body)
}

/// The 200 to a GET on what `asked` names.
fn pulled(exchange: &Exchange, asked: Endpoint) -> Option<&Response> {
    let is_asked =
        exchange.request.method == Method::GET && Endpoint::of(&exchange.request.url) == asked;
    answered(exchange, 200).filter(|_| is_asked)
}

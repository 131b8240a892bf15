//! Determining support: the base of the API.

use http::StatusCode;

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::error::Refusal;
use super::super::header;
use crate::http::Method;

/// Answers a request for `/v2/`.
pub(super) fn answer(call: &Call) -> Result<Answer, Refusal> {
    match call.method {
        Method::GET | Method::HEAD => Ok(Answer::new(StatusCode::OK)
            .header(header::API_VERSION, header::CURRENT_API)
            .body("application/json", "{}")),
        _ => Err(Refusal::method("GET, HEAD")),
    }
}

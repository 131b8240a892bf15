//! Discovering extensions, of which the registry has none.

use http::StatusCode;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::settings::Optional;
use crate::http::Method;

/// Answers a request for the list of extensions.
pub(super) fn answer(app: &App, call: &Call) -> Result<Answer, Refusal> {
    if !app.settings.offers(Optional::Extensions) {
        return Err(Case::PathUnknown.into());
    }
    match call.method {
        Method::GET | Method::HEAD => {
            Ok(Answer::new(StatusCode::OK).body("application/json", r#"{"extensions":[]}"#))
        }
        _ => Err(Refusal::method("GET, HEAD")),
    }
}

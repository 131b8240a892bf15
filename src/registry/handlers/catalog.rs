//! Listing repositories, as Docker's Registry HTTP API V2 has it and the specification does not.

use http::StatusCode;
use http::header;
use serde_json::json;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::settings::Optional;
use super::super::store::Stored;
use super::page::Asked;
use crate::http::Method;
use crate::oci::RepositoryName;

/// Answers a request for the names of the repositories.
pub(super) fn answer(app: &App, call: &Call) -> Result<Answer, Refusal> {
    if !app.settings.offers(Optional::Catalog) {
        return Err(Case::PathUnknown.into());
    }
    match call.method {
        Method::GET | Method::HEAD => list(app, call),
        _ => Err(Refusal::method("GET, HEAD")),
    }
}

fn list(app: &App, call: &Call) -> Result<Answer, Refusal> {
    let asked = Asked::read(&call.query);
    let limit = asked.limit(app.settings.catalog_page);
    // One more than is sent tells whether any follow.
    let mut names = seen(app, call, asked.last, limit.saturating_add(1))?;
    let more_follow = names.len() > limit;
    names.truncate(limit);
    let texts: Vec<&str> = names.iter().map(RepositoryName::as_str).collect();
    let body = json!({ "repositories": texts }).to_string();
    let answer = Answer::new(StatusCode::OK).body("application/json", body);
    Ok(match names.last() {
        Some(last) if more_follow => {
            answer.header(header::LINK, &asked.next("/v2/_catalog", last.as_str()))
        }
        _ => answer,
    })
}

/// The first repositories behind `last` of which whoever asks may know.
fn seen(app: &App, call: &Call, last: &str, limit: usize) -> Stored<Vec<RepositoryName>> {
    let mut seen = Vec::new();
    for name in app.store.repositories()? {
        if seen.len() == limit {
            break;
        }
        // An upload that goes on makes no repository.
        if name.as_str() > last && call.sight.sees(&name) && app.store.has_repository(&name)? {
            seen.push(name);
        }
    }
    Ok(seen)
}

//! Listing tags.

use http::StatusCode;
use http::header;
use serde_json::json;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::page::Asked;
use crate::http::Method;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// Answers a request for the tags of a repository.
pub(super) fn answer(app: &App, call: &Call, name: &RepositoryName) -> Result<Answer, Refusal> {
    match call.method {
        Method::GET | Method::HEAD => list(app, call, name),
        _ => Err(Refusal::method("GET, HEAD")),
    }
}

fn list(app: &App, call: &Call, name: &RepositoryName) -> Result<Answer, Refusal> {
    if !app.store.has_repository(name)? {
        return Err(Case::NameUnknown.into());
    }
    let asked = Asked::read(&call.query);
    let limit = asked.limit(app.settings.tags_page);
    let (tags, more_follow) = app.store.tags(name, asked.last, limit)?;
    let texts: Vec<&str> = tags.iter().map(Tag::as_str).collect();
    let body = json!({ "name": name.as_str(), "tags": texts }).to_string();
    let answer = Answer::new(StatusCode::OK).body("application/json", body);
    Ok(match tags.last() {
        Some(last) if more_follow => {
            let path = format!("/v2/{name}/tags/list");
            answer.header(header::LINK, &asked.next(&path, last.as_str()))
        }
        _ => answer,
    })
}

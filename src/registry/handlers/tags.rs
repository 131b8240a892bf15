//! Listing tags.

use http::StatusCode;
use http::header;
use serde::Serialize;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::page::Asked;
use crate::http::Method;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// The list as it is sent.
#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    tags: Vec<&'a str>,
}

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
    let body = Listed {
        name: name.as_str(),
        tags: tags.iter().map(Tag::as_str).collect(),
    };
    let body = serde_json::to_string(&body).expect("texts can be written in JSON");
    let answer = Answer::new(StatusCode::OK).body("application/json", body);
    Ok(match tags.last() {
        Some(last) if more_follow => {
            let path = format!("/v2/{name}/tags/list");
            answer.header(header::LINK, &asked.next(&path, last.as_str()))
        }
        _ => answer,
    })
}

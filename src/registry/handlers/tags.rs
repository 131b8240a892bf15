//! Listing tags.

use http::StatusCode;
use http::header;
use serde_json::json;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use crate::http::Method;
use crate::oci::Link;
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
    let asked = call.query.first("n").and_then(count);
    let limit = asked.unwrap_or(usize::MAX).min(app.settings.tags_page);
    let last = call.query.first("last").unwrap_or_default();
    let (tags, more_follow) = app.store.tags(name, last, limit)?;
    let texts: Vec<&str> = tags.iter().map(Tag::as_str).collect();
    let body = json!({ "name": name.as_str(), "tags": texts }).to_string();
    let answer = Answer::new(StatusCode::OK).body("application/json", body);
    Ok(match tags.last() {
        Some(last) if more_follow => answer.header(header::LINK, &next(name, asked, last)),
        _ => answer,
    })
}

/// The parameter `n`: `None` if it is no number, and is passed over. A number larger than any list
/// is the largest.
fn count(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

fn next(name: &RepositoryName, asked: Option<usize>, last: &Tag) -> Link {
    let count = asked.map_or_else(String::new, |n| format!("n={n}&"));
    Link::next(format!("/v2/{name}/tags/list?{count}last={last}"))
}

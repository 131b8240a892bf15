//! Listing referrers: all that the repository holds, also those that came when the registry listed none.

use std::sync::Arc;

use http::StatusCode;
use http::header::LINK;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::header;
use super::super::percent;
use super::super::settings::Optional;
use super::super::settings::Settings;
use crate::http::Method;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Link;
use crate::oci::RepositoryName;
use crate::oci::media_type;

/// Answers a request for the referrers of a subject.
pub(super) fn answer(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    subject: &str,
) -> Result<Answer, Refusal> {
    if !app.settings.offers(Optional::Referrers) {
        return Err(Case::PathUnknown.into());
    }
    match call.method {
        Method::GET | Method::HEAD => list(app, call, name, subject),
        _ => Err(Refusal::method("GET, HEAD")),
    }
}

fn list(app: &App, call: &Call, name: &RepositoryName, subject: &str) -> Result<Answer, Refusal> {
    // A subject of an algorithm that the registry does not know can have referrers all the same.
    super::asked_digest(subject)?;
    let can_filter = app.settings.offers(Optional::ReferrersFilter);
    let filter = call
        .query
        .first("artifactType")
        .filter(|text| can_filter && !text.is_empty());
    let last: Option<Digest> = call.query.first("last").and_then(|text| text.parse().ok());

    let mut referrers = app.store.referrers(name, subject, last.as_ref())?;
    if let Some(filter) = filter {
        referrers.retain(|it| it.artifact_type.as_deref() == Some(filter));
    }
    let page = page(&app.settings, &referrers);
    let mut answer = Answer::new(StatusCode::OK).body(media_type::IMAGE_INDEX, index(&page));
    if filter.is_some() {
        answer = answer.header(header::FILTERS_APPLIED, "artifactType");
    }
    if page.len() < referrers.len() {
        let last = &referrers[page.len() - 1];
        answer = answer.header(LINK, &next(name, subject, filter, last));
    }
    Ok(answer)
}

/// The first of `referrers` in JSON, as many as fit on a page, but at least one.
fn page(settings: &Settings, referrers: &[Arc<Descriptor>]) -> Vec<String> {
    let mut page = Vec::new();
    let mut length = 0;
    for referrer in referrers.iter().take(settings.referrers_page.max(1)) {
        let json = serde_json::json!(referrer.as_ref()).to_string();
        length += json.len();
        if length > settings.referrers_bytes && !page.is_empty() {
            break;
        }
        page.push(json);
    }
    page
}

fn index(descriptors: &[String]) -> String {
    format!(
        r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}}"#,
        media_type::IMAGE_INDEX,
        descriptors.join(",")
    )
}

fn next(name: &RepositoryName, subject: &str, filter: Option<&str>, last: &Descriptor) -> Link {
    let filter = filter.map_or_else(String::new, |filter| {
        format!("artifactType={}&", percent::encode(filter))
    });
    let last = &last.digest;
    Link::next(format!(
        "/v2/{name}/referrers/{subject}?{filter}last={last}"
    ))
}

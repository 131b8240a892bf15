//! What of an answer is compared: what the specification gives a meaning. What names a moment, a
//! session or a server is left out.

use serde_json::Value;

use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Verb;
use crate::fuzz::seen::Seen;
use crate::fuzz::seen::error_code;
use crate::http::Response;

/// Headers whose value has a meaning.
const BY_VALUE: [&str; 5] = [
    "docker-content-digest",
    "oci-subject",
    "oci-filters-applied",
    "range",
    "content-range",
];

/// Headers that are there or not.
const BY_PRESENCE: [&str; 4] = ["location", "link", "www-authenticate", "warning"];

/// Headers that are compared where something is asked for, and was found.
const OF_CONTENT: [&str; 2] = ["content-type", "content-length"];

/// Status and error code; in place of an answer, what kind of failure there was.
pub(super) fn status(seen: &Seen) -> String {
    match &seen.outcome {
        Ok(response) => match error_code(response) {
            Some(code) => format!("{} {code}", response.status),
            None => response.status.to_string(),
        },
        Err(failure) => format!("no answer ({})", failure.kind()),
    }
}

/// The class of the status; 0 where there was no answer.
pub(super) fn class(seen: &Seen) -> u16 {
    seen.status().map_or(0, |status| status / 100)
}

/// Headers as they are compared: name and what counts of the value.
pub(super) fn headers(seen: &Seen) -> Vec<(&'static str, Option<String>)> {
    let Some(response) = seen.response() else {
        return Vec::new();
    };
    let value = |name: &'static str| (name, response.header(name).map(str::to_owned));
    let presence = |name: &'static str| {
        let is_there = response.header(name).is_some();
        (name, is_there.then(|| "present".to_owned()))
    };
    let mut headers: Vec<_> = BY_VALUE.map(value).to_vec();
    headers.extend(BY_PRESENCE.map(presence));
    if response.status == 200 && is_content(seen.meaning()) {
        headers.extend(OF_CONTENT.map(|name| {
            let (name, value) = value(name);
            (name, value.map(|it| essence(&it)))
        }));
    }
    headers
}

/// The body, where it is content or a list, and whole.
pub(super) fn body(seen: &Seen, name: &str) -> Option<Vec<u8>> {
    let response = seen.response().filter(|it| it.status == 200)?;
    match seen.meaning() {
        Meaning::Tags { .. } | Meaning::Referrers { .. } => Some(list(response, name)),
        meaning if is_content(meaning) => Some(response.body.to_vec()),
        _ => None,
    }
}

/// Whether content is asked for by its name, so that both have the same.
fn is_content(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Blob {
            verb: Verb::Get | Verb::Head,
            ..
        } | Meaning::Manifest {
            verb: Verb::Get | Verb::Head,
            ..
        }
    )
}

/// A list without the names of repositories; of referrers, in an order of their own.
fn list(response: &Response, name: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(&response.body).replace(name, "<play>");
    let Ok(mut list) = serde_json::from_str::<Value>(&text) else {
        return text.into_bytes();
    };
    if let Some(Value::Array(manifests)) = list.get_mut("manifests") {
        manifests.sort_by_cached_key(Value::to_string);
    }
    list.to_string().into_bytes()
}

/// A media type without its parameters.
fn essence(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

//! `traffic.har`: every exchange of the record as an HTTP archive (HAR 1.2), for the tools that
//! show and replay such.
//!
//! It has what the record has: secrets replaced, bodies cut, and the exchanges of checks that passed
//! only if the run kept them.

use std::fmt::Write as _;
use std::time::Duration;
use std::time::SystemTime;

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::run::BodyEntry;
use crate::run::CheckEntry;
use crate::run::ExchangeEntry;
use crate::run::Record;
use crate::run::RequestEntry;
use crate::run::ResponseEntry;

use super::ReportError;
use super::json;

/// The last second of the year 9999, beyond which times have no form.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// The record's traffic.
pub(super) fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    let exchanges = record.checks.iter().flat_map(|check| {
        let exchanges = check.exchanges.iter();
        exchanges.map(move |exchange| (check, exchange))
    });
    let mut exchanges: Vec<_> = exchanges.collect();
    exchanges.sort_by_key(|(_, exchange)| exchange.at_ms);
    let entries = exchanges.into_iter();
    let entries = entries.map(|(check, exchange)| entry(record, check, exchange));
    let log = json!({
        "log": {
            "version": "1.2",
            "creator": {"name": record.tool.name, "version": record.tool.version},
            "pages": [],
            "entries": entries.collect::<Vec<_>>(),
            "comment": "secrets are replaced and bodies cut, as in results.json",
        }
    });
    json::pretty("har", &log)
}

fn entry(record: &Record, check: &CheckEntry, exchange: &ExchangeEntry) -> Value {
    let version = exchange.protocol.as_deref().unwrap_or("HTTP/1.1");
    let mut comment = check.id.clone();
    if let Some(failure) = &exchange.failure {
        let _ = write!(comment, "; no answer: {failure}");
    }
    json!({
        "startedDateTime": started(record, exchange.at_ms),
        "time": exchange.took_ms,
        "request": request(&exchange.request, version),
        "response": response(exchange.response.as_ref(), version),
        "cache": {},
        // Only the whole is known.
        "timings": {"send": 0, "wait": exchange.took_ms, "receive": 0},
        "comment": comment,
        "_role": exchange.role,
    })
}

fn started(record: &Record, at_ms: u64) -> String {
    let began = humantime::parse_rfc3339(&record.started).ok();
    let began = began.and_then(|it| it.duration_since(SystemTime::UNIX_EPOCH).ok());
    let at = began
        .unwrap_or_default()
        .checked_add(Duration::from_millis(at_ms));
    let at = at.unwrap_or(LAST).min(LAST);
    humantime::format_rfc3339_millis(SystemTime::UNIX_EPOCH + at).to_string()
}

fn request(request: &RequestEntry, version: &str) -> Value {
    let mut value = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": query(&request.url),
        "headersSize": -1,
        "bodySize": length(request.body.as_ref()),
    });
    if let Some(body) = &request.body {
        let mut data = content(body, &request.headers);
        data["params"] = json!([]);
        // Only what comes back has a field of its own for that.
        if data["encoding"].is_string() {
            let comment = data["comment"].as_str().unwrap_or_default();
            data["comment"] = json!(format!("in base64; {comment}"));
        }
        for name in ["encoding", "size"] {
            data.as_object_mut().and_then(|data| data.remove(name));
        }
        value["postData"] = data;
    }
    if request.wire.is_some() {
        value["comment"] = json!("it was sent as exact bytes, which results.json has");
    }
    value
}

fn response(response: Option<&ResponseEntry>, version: &str) -> Value {
    let Some(response) = response else {
        // What browsers write where nothing came back.
        return json!({
            "status": 0,
            "statusText": "",
            "httpVersion": "",
            "cookies": [],
            "headers": [],
            "content": {"size": 0, "mimeType": ""},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        });
    };
    let status = StatusCode::from_u16(response.status).ok();
    let reason = status.and_then(|it| it.canonical_reason());
    let none = || json!({"size": 0, "mimeType": header(&response.headers, "content-type")});
    let body = response.body.as_ref();
    json!({
        "status": response.status,
        "statusText": reason.unwrap_or_default(),
        "httpVersion": version,
        "cookies": [],
        "headers": headers(&response.headers),
        "content": body.map_or_else(none, |body| content(body, &response.headers)),
        "redirectURL": header(&response.headers, "location"),
        "headersSize": -1,
        "bodySize": length(body),
    })
}

fn length(body: Option<&BodyEntry>) -> usize {
    body.map_or(0, |body| body.length)
}

/// A body as far as the record has it.
fn content(body: &BodyEntry, head: &[(String, String)]) -> Value {
    let mut value = json!({
        "size": body.length,
        "mimeType": header(head, "content-type"),
        "text": body.text.as_ref().or(body.base64.as_ref()),
        "comment": format!("{} bytes, sha256:{}{}", body.length, body.sha256, cut(body)),
    });
    if body.text.is_none() && body.base64.is_some() {
        value["encoding"] = json!("base64");
    }
    if value["text"].is_null() {
        value["text"] = json!("");
    }
    value
}

/// Whether the record has only its beginning.
fn cut(body: &BodyEntry) -> &'static str {
    let kept = match (&body.text, &body.base64) {
        (Some(text), _) => text.len(),
        // Four characters for three bytes.
        (None, Some(text)) => text.trim_end_matches('=').len() * 3 / 4,
        (None, None) => 0,
    };
    if kept < body.length {
        "; only its beginning is here"
    } else {
        ""
    }
}

fn headers(list: &[(String, String)]) -> Vec<Value> {
    let pair = |(name, value): &(String, String)| json!({"name": name, "value": value});
    list.iter().map(pair).collect()
}

fn header<'a>(list: &'a [(String, String)], name: &str) -> &'a str {
    let found = list.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
    found.map_or("", |(_, value)| value)
}

fn query(url: &str) -> Vec<Value> {
    let url = url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

#[cfg(test)]
mod tests;

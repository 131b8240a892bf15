//! Errors: their form, wherever they are met.

use serde_json::Value;

use crate::catalogue::Version;
use crate::catalogue::errors::AUTHENTICATION_CHALLENGE_SENT;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::errors::ERROR_BODY_WELL_FORMED;
use crate::catalogue::errors::ERROR_CODE_LISTED;
use crate::catalogue::errors::ERROR_CODE_WELL_FORMED;
use crate::catalogue::errors::ERROR_DETAIL_ALLOWED;
use crate::catalogue::errors::ERROR_MESSAGE_READABLE;
use crate::check::Check;
use crate::check::Remark;
use crate::check::Section;
use crate::http::Exchange;
use crate::http::Response;
use crate::oci::ErrorBody;
use crate::oci::ErrorCode;
use crate::verdict::Fault;

use super::answered;
use super::refusal_text;
use super::refused;

pub(crate) static SECTION: Section = Section {
    id: "answers/errors",
    title: "Errors, in every answer",
    anchor: "error-codes",
    checks: &[
        Check {
            name: "error-body",
            title: "a 4xx that is announced as JSON has a list of errors, each with a code",
            covers: &[&ERROR_BODY_WELL_FORMED],
            watch: Some(well_formed),
            ..Check::BASE
        },
        Check {
            name: "error-code-form",
            title: "codes of errors consist of upper-case letters and underscores",
            covers: &[&ERROR_CODE_WELL_FORMED],
            watch: Some(codes_well_formed),
            ..Check::BASE
        },
        Check {
            name: "error-code-listed",
            title: "codes of errors are from the specification's table",
            covers: &[&ERROR_CODE_LISTED],
            watch: Some(codes_listed),
            ..Check::BASE
        },
        Check {
            name: "error-message",
            title: "messages of errors are text",
            covers: &[&ERROR_MESSAGE_READABLE],
            watch: Some(messages_readable),
            ..Check::BASE
        },
        Check {
            name: "error-detail",
            title: "details of errors are any JSON value",
            covers: &[&ERROR_DETAIL_ALLOWED],
            watch: Some(details_allowed),
            ..Check::BASE
        },
        Check {
            name: "client-mistake",
            title: "what cannot be done is refused with a 4xx, not with a 5xx",
            covers: &[&CLIENT_MISTAKE_REFUSED],
            watch: Some(blames_the_client),
            ..Check::BASE
        },
        Check {
            name: "challenge",
            title: "a 401 carries WWW-Authenticate",
            covers: &[&AUTHENTICATION_CHALLENGE_SENT],
            watch: Some(challenge_sent),
            ..Check::BASE
        },
    ],
};

/// Only what is announced as JSON has to have a form at all, and an empty body announces nothing.
fn well_formed(exchange: &Exchange, _: Version) -> Remark {
    let announced = refused(exchange).filter(|response| is_json(response));
    let (Some(response), Some(body)) = (announced, refusal_text(exchange)) else {
        return Remark::Silent;
    };
    let text = String::from_utf8_lossy(body);
    Remark::that(
        serde_json::from_slice(body).is_ok_and(|value| is_error_body(&value)),
        "an object with an array `errors` of objects with a string `code`, or a body that is not \
         announced as application/json",
        &format!("{} with the body {text}", response.status),
    )
}

fn is_json(response: &Response) -> bool {
    let sent = response.header("content-type").unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn is_error_body(value: &Value) -> bool {
    let has_code = |entry: &Value| entry.get("code").is_some_and(Value::is_string);
    let errors = value.get("errors").and_then(Value::as_array);
    errors.is_some_and(|errors| errors.iter().all(has_code))
}

fn codes_well_formed(exchange: &Exchange, _: Version) -> Remark {
    judged(
        &codes(exchange),
        is_code,
        "a code of upper-case letters and underscores",
    )
}

/// A code that is malformed is in no table either; its form alone is wrong with it.
fn codes_listed(exchange: &Exchange, _: Version) -> Remark {
    let codes: Vec<_> = codes(exchange)
        .into_iter()
        .filter(|code| is_code(code))
        .collect();
    let table: Vec<_> = ErrorCode::all().map(ErrorCode::name).collect();
    judged(
        &codes,
        |code| code.parse::<ErrorCode>().is_ok(),
        &format!("one of {}", table.join(", ")),
    )
}

/// The codes in the body of a 4xx, if it has the form of an error.
fn codes(exchange: &Exchange) -> Vec<String> {
    let body = refusal_text(exchange).and_then(|text| ErrorBody::read(text).ok());
    let errors = body.into_iter().flat_map(|body| body.errors);
    errors.filter_map(|error| error.code).collect()
}

fn is_code(code: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    !code.is_empty() && code.bytes().all(is_letter)
}

/// Silent without any code; otherwise every code has to be `sound`.
fn judged(codes: &[String], sound: impl Fn(&str) -> bool, expected: &str) -> Remark {
    if codes.is_empty() {
        return Remark::Silent;
    }
    let bad = codes.iter().filter(|code| !sound(code));
    let bad: Vec<_> = bad.map(|code| format!("{code:?}")).collect();
    let actual = format!("the code {}", bad.join(", "));
    Remark::that(bad.is_empty(), expected, &actual)
}

/// A message may be left out, be null or be empty.
fn messages_readable(exchange: &Exchange, _: Version) -> Remark {
    let messages = values(exchange, "message");
    if messages.is_empty() {
        return Remark::Silent;
    }
    let bad = messages.iter().find(|message| !message.is_string());
    let actual = format!("the message {}", bad.unwrap_or(&Value::Null));
    Remark::that(bad.is_none(), "a message that is a text, or none", &actual)
}

/// Nothing can be wrong with a detail: this says whether there are any.
fn details_allowed(exchange: &Exchange, _: Version) -> Remark {
    match values(exchange, "detail").as_slice() {
        [] => Remark::Silent,
        _ => Remark::Holds,
    }
}

/// What the errors of a 4xx have under this key, but for null.
fn values(exchange: &Exchange, key: &str) -> Vec<Value> {
    let value: Value = refusal_text(exchange)
        .and_then(|text| serde_json::from_slice(text).ok())
        .unwrap_or_default();
    let errors = value.get("errors").and_then(Value::as_array);
    let values = errors.into_iter().flatten().filter_map(|it| it.get(key));
    values.filter(|value| !value.is_null()).cloned().collect()
}

/// A server may lack a method (501), and be overloaded (503), without a fault in what it does.
fn blames_the_client(exchange: &Exchange, _: Version) -> Remark {
    let status = exchange.outcome.as_ref().map_or(0, |answer| answer.status);
    if status < 400 || matches!(status, 501 | 503) {
        return Remark::Silent;
    }
    Remark::that(
        status < 500,
        "a status below 500, or 501 or 503",
        &status.to_string(),
    )
    .at(Fault::Status(400, status))
}

fn challenge_sent(exchange: &Exchange, _: Version) -> Remark {
    let Some(response) = answered(exchange, 401) else {
        return Remark::Silent;
    };
    let challenge = response.headers.get("www-authenticate");
    Remark::that(
        challenge.is_some_and(|challenge| !challenge.is_empty()),
        "a WWW-Authenticate header on a 401",
        "401 without WWW-Authenticate",
    )
}

//! Who answers, over what, what he is called, what time it is there, and who may ask.

use std::time::Duration;
use std::time::SystemTime;

use crate::http::Exchange;
use crate::http::Method;
use crate::http::Request;
use crate::http::Transcript;
use crate::run::Settings;

use super::Row;
use super::State;

const TOPIC: &str = "registry";
const ACCESS: &str = "access";

/// How far a clock may be off before somebody should look: tokens and certificates live by it.
const CLOSE: Duration = Duration::from_secs(30);

/// The most of a header that is shown, in characters.
const SHOWN: usize = 200;

/// The rows, from one request and what it led to.
pub(super) fn rows(settings: &Settings) -> Vec<Row> {
    let transcript = Transcript::default();
    let url = format!("{}/v2/", settings.world.origin);
    // How it ended stands in the transcript.
    let _ = settings
        .world
        .client
        .send(Request::new(Method::GET, &url), &transcript);
    let exchanges = transcript.take();
    let (Some(first), Some(last)) = (exchanges.first(), exchanges.last()) else {
        return Vec::new();
    };
    let mut rows = vec![answered(last), transport(&url, last)];
    rows.extend(named(last, "software", "server"));
    rows.extend(named(
        last,
        "API version header",
        "docker-distribution-api-version",
    ));
    rows.push(clock(last));
    rows.push(challenge(first));
    rows.push(admitted(first, last));
    rows
}

fn answered(last: &Exchange) -> Row {
    let took = last.took.as_millis();
    match &last.outcome {
        Ok(response) => {
            let state = if response.status == 200 {
                State::Yes
            } else {
                State::Odd
            };
            let answer = format!("GET /v2/ answered {} in {took} ms", response.status);
            Row::new(TOPIC, "answers", state, answer)
        }
        Err(failure) => Row::new(TOPIC, "answers", State::Odd, failure.to_string()),
    }
}

fn transport(url: &str, last: &Exchange) -> Row {
    let protocol = last
        .protocol
        .map_or("in this process".to_owned(), |it| it.to_string());
    let tls = if url.starts_with("https://") {
        "with TLS, by a certificate that is trusted unless --insecure is given"
    } else {
        "without TLS"
    };
    // Neither is there or not: it is how it is reached.
    Row::new(TOPIC, "transport", State::Told, format!("{protocol} {tls}"))
}

fn named(last: &Exchange, name: &str, header: &str) -> Option<Row> {
    let value = header_of(last, header)?;
    Some(Row::new(TOPIC, name, State::Told, value))
}

fn clock(last: &Exchange) -> Row {
    let date = header_of(last, "date").and_then(|text| httpdate::parse_http_date(&text).ok());
    let Some(date) = date else {
        return Row::new(TOPIC, "clock", State::Unknown, "the answer has no Date");
    };
    let now = SystemTime::now();
    let (off, word) = match now.duration_since(date) {
        Ok(behind) => (behind, "behind"),
        Err(error) => (error.duration(), "ahead of"),
    };
    if off <= CLOSE {
        return Row::new(TOPIC, "clock", State::Yes, "as here, within half a minute");
    }
    let off = humantime::format_duration(Duration::from_secs(off.as_secs()));
    Row::new(
        TOPIC,
        "clock",
        State::Odd,
        format!("{off} {word} the clock here"),
    )
}

/// What a client without credentials is told.
fn challenge(first: &Exchange) -> Row {
    let name = "without credentials";
    let Ok(response) = &first.outcome else {
        return Row::new(ACCESS, name, State::Unknown, "there was no answer");
    };
    match response.status {
        401 => {
            let asked = header_of(first, "www-authenticate");
            let state = if asked.is_some() {
                State::Told
            } else {
                State::Odd
            };
            let answer = asked.unwrap_or("401, and nothing says what would do".to_owned());
            Row::new(ACCESS, name, state, answer)
        }
        200 if has_sent_credentials(first) => Row::new(
            ACCESS,
            name,
            State::Unknown,
            "credentials were sent at once",
        ),
        200 => Row::new(ACCESS, name, State::Yes, "/v2/ is open to everybody"),
        status => Row::new(ACCESS, name, State::Odd, format!("/v2/ answered {status}")),
    }
}

fn admitted(first: &Exchange, last: &Exchange) -> Row {
    let name = "with these credentials";
    let is_ours = has_sent_credentials(last);
    match &last.outcome {
        Ok(response) if response.status == 200 && is_ours => {
            Row::new(ACCESS, name, State::Yes, "they are taken")
        }
        Ok(response) if response.status == 200 && first.request.url == last.request.url => {
            Row::new(ACCESS, name, State::Unknown, "none were asked for")
        }
        Ok(response) => Row::new(
            ACCESS,
            name,
            State::Odd,
            format!("/v2/ answered {}", response.status),
        ),
        Err(failure) => Row::new(ACCESS, name, State::Odd, failure.to_string()),
    }
}

fn has_sent_credentials(exchange: &Exchange) -> bool {
    exchange.request.headers.contains_key("authorization")
}

fn header_of(exchange: &Exchange, name: &str) -> Option<String> {
    let value = exchange.outcome.as_ref().ok()?.headers.get(name)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    Some(text.chars().take(SHOWN).collect())
}

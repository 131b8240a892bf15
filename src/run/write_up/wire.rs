//! The entries of exchanges: bodies cut and hashed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::http::Exchange;
use crate::http::HeaderMap;
use crate::http::Response;
use crate::http::Role;
use crate::http::Sent;
use crate::http::Whole;
use crate::oci::Algorithm;
use crate::run::BodyEntry;
use crate::run::ExchangeEntry;
use crate::run::RequestEntry;
use crate::run::ResponseEntry;

use super::millis;

/// How much of a body the record holds, in bytes.
const BODY_LIMIT: usize = 4096;

/// The entry of an exchange. Secrets were replaced when it was recorded.
pub(super) fn exchange(exchange: &Exchange) -> ExchangeEntry {
    let role = match exchange.role {
        Role::Asked => "asked",
        Role::Redirect => "redirect",
        Role::Token => "token",
        Role::Again => "again",
    };
    ExchangeEntry {
        role: role.to_owned(),
        at_ms: millis(exchange.at),
        took_ms: millis(exchange.took),
        request: request(&exchange.request),
        response: exchange
            .outcome
            .as_ref()
            .ok()
            .map(|it| response(it, exchange.whole.as_ref())),
        protocol: exchange.protocol.map(|protocol| protocol.to_string()),
        failure: exchange.outcome.as_ref().err().map(ToString::to_string),
    }
}

fn request(sent: &Sent) -> RequestEntry {
    let text = |bytes: &bytes::Bytes| {
        String::from_utf8_lossy(&bytes[..bytes.len().min(BODY_LIMIT)]).into_owned()
    };
    RequestEntry {
        method: sent.method.to_string(),
        url: sent.url.clone(),
        headers: headers(&sent.headers),
        body: body(&sent.body),
        wire: sent.wire.as_ref().map(text),
    }
}

fn response(response: &Response, whole: Option<&Whole>) -> ResponseEntry {
    let body = body(&response.body);
    ResponseEntry {
        status: response.status,
        headers: headers(&response.headers),
        body: body.map(|shown| match whole {
            Some(whole) => BodyEntry {
                length: whole.length,
                sha256: whole.sha256.clone(),
                ..shown
            },
            None => shown,
        }),
    }
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

/// A body's entry, or `None` for an empty one.
fn body(bytes: &[u8]) -> Option<BodyEntry> {
    if bytes.is_empty() {
        return None;
    }
    let cut = &bytes[..bytes.len().min(BODY_LIMIT)];
    let text = readable(cut);
    Some(BodyEntry {
        length: bytes.len(),
        sha256: Algorithm::Sha256.digest(bytes).hex().to_owned(),
        base64: text.is_none().then(|| BASE64.encode(cut)),
        text,
    })
}

/// The text in these bytes, up to a character that the cut went through.
fn readable(cut: &[u8]) -> Option<String> {
    match std::str::from_utf8(cut) {
        Ok(text) => Some(text.to_owned()),
        Err(error) if error.error_len().is_none() => {
            Some(String::from_utf8_lossy(&cut[..error.valid_up_to()]).into_owned())
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_and_hashed_whole() {
        let long = vec![b'a'; BODY_LIMIT + 1];
        let entry = body(&long).unwrap();
        assert_eq!(entry.length, BODY_LIMIT + 1);
        assert_eq!(entry.text.map(|text| text.len()), Some(BODY_LIMIT));
        assert_eq!(entry.sha256, Algorithm::Sha256.digest(&long).hex());
    }

    #[test]
    fn of_a_body_that_was_cut_before_the_whole_is_told() {
        let shown = Response {
            status: 200,
            headers: HeaderMap::new(),
            body: vec![b'a'; BODY_LIMIT].into(),
        };
        let whole = Whole {
            length: 70_000,
            sha256: "ab".repeat(32),
        };
        let entry = response(&shown, Some(&whole)).body.unwrap();
        assert_eq!((entry.length, entry.sha256), (70_000, whole.sha256));
        assert_eq!(entry.text.map(|text| text.len()), Some(BODY_LIMIT));
    }

    #[test]
    fn what_is_no_text_is_base64() {
        let entry = body(&[0xff, 0xfe, 0x00]).unwrap();
        assert_eq!((entry.text, entry.base64.as_deref()), (None, Some("//4A")));
    }

    #[test]
    fn a_cut_through_a_character_leaves_text() {
        assert_eq!(
            readable("aé".as_bytes().split_last().unwrap().1).as_deref(),
            Some("a")
        );
    }
}

//! What goes to a token service, and what comes back.

use bytes::Bytes;
use serde_json::Value;

use super::REDACTED;
use super::names::SECRET_FIELDS;
use super::text::parameters;

/// The form that a refresh token is sent in.
pub(crate) fn form(body: &Bytes) -> Bytes {
    let text = format!("&{}", String::from_utf8_lossy(body));
    Bytes::from(parameters(&text)[1..].to_owned())
}

/// A token service's answer. A success that cannot be read might be all token.
pub(super) fn tokens(status: u16, body: Bytes) -> Bytes {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(&body) else {
        let is_success = (200..300).contains(&status) && !body.is_empty();
        return if is_success {
            Bytes::from_static(REDACTED.as_bytes())
        } else {
            body
        };
    };
    let mut found = false;
    for name in SECRET_FIELDS {
        if let Some(value) = fields.get_mut(name) {
            *value = Value::from(REDACTED);
            found = true;
        }
    }
    if found {
        Value::Object(fields).to_string().into()
    } else {
        body
    }
}

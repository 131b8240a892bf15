//! Signed JSON in its compact form (RFC 7515), by HMAC-SHA-256 and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Key;

/// The one algorithm.
const ALGORITHM: &str = "HS256";

/// The head of what is written.
const HEAD: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Why a text is nothing that was signed with the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsigned {
    /// It has another form.
    #[error("the token has not the form of one")]
    Malformed,
    /// It is signed in another way, or not at all.
    #[error("the token is not signed by {ALGORITHM}")]
    Algorithm,
    /// The signature is another.
    #[error("the token was not signed here")]
    Signature,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    /// Extensions that have to be understood. None are.
    crit: Option<serde_json::Value>,
}

/// `claims`, signed.
pub(crate) fn write(key: &Key, claims: &impl Serialize) -> String {
    let claims = serde_json::json!(claims).to_string();
    let head = URL_SAFE_NO_PAD.encode(HEAD);
    let message = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// What was signed with `key`. Nothing of it is believed before the signature is.
pub(crate) fn read<T: DeserializeOwned>(key: &Key, text: &str) -> Result<T, Unsigned> {
    let (message, signature) = text.rsplit_once('.').ok_or(Unsigned::Malformed)?;
    let (head, claims) = message.split_once('.').ok_or(Unsigned::Malformed)?;
    let head: Head = json(head)?;
    if head.alg != ALGORITHM || head.crit.is_some() {
        return Err(Unsigned::Algorithm);
    }
    if !key.signed(message.as_bytes(), &decoded(signature)?) {
        return Err(Unsigned::Signature);
    }
    json(claims)
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, Unsigned> {
    serde_json::from_slice(&decoded(part)?).map_err(|_| Unsigned::Malformed)
}

fn decoded(part: &str) -> Result<Vec<u8>, Unsigned> {
    let decoded = URL_SAFE_NO_PAD.decode(part);
    decoded.map_err(|_| Unsigned::Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;
    use serde_json::json;

    use super::*;

    fn key() -> Key {
        Key::given(&[7; 32]).unwrap()
    }

    /// A text with these parts, signed with `key`.
    fn signed(key: &Key, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(head), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    fn refused(text: &str) -> Unsigned {
        read::<Value>(&key(), text).unwrap_err()
    }

    #[test]
    fn what_others_signed_is_read() {
        // The example of RFC 7515, appendix A.1.
        let bytes = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = Key::given(&URL_SAFE_NO_PAD.decode(bytes).unwrap()).unwrap();
        let text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0d\
                    HA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let claims: Value = read(&key, text).unwrap();
        assert_eq!(claims["iss"], "joe");
    }

    #[test]
    fn what_is_written_is_read_by_the_same_key_only() {
        let text = write(&key(), &json!({"a": 1}));
        assert_eq!(read::<Value>(&key(), &text).unwrap(), json!({"a": 1}));
        let other = Key::given(&[8; 32]).unwrap();
        assert_eq!(read::<Value>(&other, &text), Err(Unsigned::Signature));
    }

    #[test]
    fn no_other_algorithm_is_believed_however_it_is_signed() {
        for alg in ["none", "None", "hs256", "HS384", "RS256", ""] {
            let text = signed(&key(), &json!({ "alg": alg }), &json!({}));
            assert_eq!(refused(&text), Unsigned::Algorithm, "{alg}");
        }
        let head = json!({"alg": "HS256", "crit": ["exp"]});
        assert_eq!(
            refused(&signed(&key(), &head, &json!({}))),
            Unsigned::Algorithm
        );
        let bare = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        assert_eq!(refused(&format!("{bare}.e30.")), Unsigned::Algorithm);
    }

    #[test]
    fn a_changed_letter_anywhere_is_seen() {
        let text = write(&key(), &json!({"sub": "alice", "access": []}));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(read::<Value>(&key(), &changed).is_err(), "{changed}");
        }
        assert!(read::<Value>(&key(), &format!("{text}.e30")).is_err());
        assert!(read::<Value>(&key(), &text[..text.len() - 1]).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[A-Za-z0-9._=-]{0,60}") {
            prop_assert!(read::<Value>(&key(), &text).is_err());
        }
    }
}

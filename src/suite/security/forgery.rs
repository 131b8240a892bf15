//! Tokens that nobody gave out: made of one that somebody did, and of a key that everybody has.
//!
//! It knows the compact form of RFC 7515, and no registry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::http::Secret;

/// A key for P-256 in PKCS#8, and a certificate of it that it signed itself. No registry has a reason
/// to trust them: they stand here.
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJbzzM2I8BVDt5SzGdHm0WSeu\
                   7yvV6uLA4d4nPQ29A02hRANCAASKrQu8rKUWymVTIY4B/+IF315Ch2zV5Llk3gbtW89Dr/qF\
                   YrYah0sv9r+Fy6YJm7iJ7YEH39hWYsgqBAZtDYn8";
const CERTIFICATE: &str = "MIIBKTCB0KADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCHBsaW1zb2xsMCAXDTIw\
                   MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjATMREwDwYDVQQDDAhwbGltc29sbDBZMBMG\
                   ByqGSM49AgEGCCqGSM49AwEHA0IABIqtC7yspRbKZVMhjgH/4gXfXkKHbNXkuWTeBu1bz0Ov\
                   +oVithqHSy/2v4XLpgmbuIntgQff2FZiyCoEBm0NifyjEzARMA8GA1UdEwEB/wQFMAMBAf8w\
                   CgYIKoZIzj0EAwIDSAAwRQIgSDRWJ3Y9GiCGrvcHPSRyoZv8ddA3v2UxXPdBsYhGrWACIQCH\
                   claL+6OKgwmbVW4pknUxOHzMcJ8aYuEAqfRoGlzS/w==";

/// A token, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// The header.
    pub(super) head: Map<String, Value>,
    /// The claims.
    pub(super) claims: Map<String, Value>,
    /// The first two parts as they stand in it.
    message: String,
    /// The signature.
    pub(super) signature: Vec<u8>,
}

impl Parts {
    /// The parts of a token in the form of JSON Web Tokens; `None` where it has another.
    pub(super) fn of(token: &Secret) -> Option<Self> {
        let (message, signature) = token.reveal().rsplit_once('.')?;
        let (head, claims) = message.split_once('.')?;
        let json = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let head = json(head)?;
        head.get("alg")?.as_str()?;
        Some(Self {
            head,
            claims: json(claims)?,
            message: message.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// The token with another signature.
    pub(super) fn signed(&self, signature: &[u8]) -> Secret {
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Secret::new(format!("{}.{signature}", self.message))
    }

    /// The first two parts alone.
    pub(super) fn cut(&self) -> Secret {
        Secret::new(self.message.clone())
    }

    /// The token with this claim in its place, and the old signature.
    pub(super) fn claiming(&self, name: &str, value: Value) -> Secret {
        let mut claims = self.claims.clone();
        claims.insert(name.to_owned(), value);
        let message = message(&self.head, &claims);
        let signature = URL_SAFE_NO_PAD.encode(&self.signature);
        Secret::new(format!("{message}.{signature}"))
    }

    /// The token with this algorithm in its header, and this signature.
    pub(super) fn by(&self, algorithm: &str, signature: &[u8]) -> Secret {
        let mut head = self.head.clone();
        head.insert("alg".to_owned(), algorithm.into());
        let message = message(&head, &self.claims);
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Secret::new(format!("{message}.{signature}"))
    }

    /// The token signed by HMAC-SHA-256 with this key.
    pub(super) fn by_hmac(&self, key: &[u8]) -> Secret {
        let mut head = self.head.clone();
        head.insert("alg".to_owned(), "HS256".into());
        let message = message(&head, &self.claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let signature = hmac::sign(&key, message.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Secret::new(format!("{message}.{signature}"))
    }

    /// The token signed by our key, with these members in its header besides, and no other that names
    /// a key.
    pub(super) fn by_our_key(&self, besides: &[(&str, Value)]) -> Secret {
        let mut head = self.head.clone();
        head.retain(|name, _| !matches!(name.as_str(), "jwk" | "x5c" | "jku" | "x5u" | "kid"));
        head.insert("alg".to_owned(), "ES256".into());
        for (name, value) in besides {
            head.insert((*name).to_owned(), value.clone());
        }
        let message = message(&head, &self.claims);
        let signature = key().sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.expect("the key is whole");
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Secret::new(format!("{message}.{signature}"))
    }

    /// What everybody knows of the key that it was signed with, with what that is: nothing at least.
    pub(super) fn known_of_key(&self) -> Vec<(&'static str, Vec<u8>)> {
        let text = |name: &str| self.head.get(name).and_then(Value::as_str);
        let mut known = vec![("nothing", Vec::new())];
        if let Some(id) = text("kid") {
            known.push(("the id of the key", id.as_bytes().to_vec()));
        }
        if let Some(key) = self.head.get("jwk") {
            known.push(("the public key", key.to_string().into_bytes()));
        }
        let chain = self.head.get("x5c").and_then(Value::as_array);
        let first = chain.and_then(|it| it.first()?.as_str());
        if let Some(certificate) = first {
            let pem =
                format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
            known.push(("the certificate", pem.into_bytes()));
            let bytes = STANDARD.decode(certificate).unwrap_or_default();
            known.push(("the bytes of the certificate", bytes));
        }
        known
    }
}

fn message(head: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let part = |value: &Map<String, Value>| {
        URL_SAFE_NO_PAD.encode(Value::Object(value.clone()).to_string())
    };
    format!("{}.{}", part(head), part(claims))
}

/// Our public key, as a header names it.
pub(super) fn our_jwk() -> Value {
    let key = key();
    // A byte that says that the point is not compressed, and its two numbers.
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    json!({
        "kty": "EC",
        "crv": "P-256",
        "kid": "plimsoll",
        "x": URL_SAFE_NO_PAD.encode(x),
        "y": URL_SAFE_NO_PAD.encode(y),
    })
}

/// The chain of our certificate, as a header names it.
pub(super) fn our_chain() -> Value {
    json!([CERTIFICATE])
}

fn key() -> EcdsaKeyPair {
    let key = STANDARD.decode(KEY).expect("the key is base64");
    let key =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key, &SystemRandom::new());
    key.expect("the key is one of P-256")
}

#[cfg(test)]
mod tests {
    use ring::signature::ECDSA_P256_SHA256_FIXED;
    use ring::signature::UnparsedPublicKey;

    use super::*;

    fn token() -> Parts {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({"alg": "RS256", "kid": "k", "x5c": ["AAAA"]}));
        let claims = part(json!({"aud": "r.test"}));
        Parts::of(&Secret::new(format!("{head}.{claims}.c2ln"))).unwrap()
    }

    #[test]
    fn a_token_is_put_together_as_it_was_taken_apart() {
        let parts = token();
        assert_eq!(parts.claims["aud"], "r.test");
        let again = Parts::of(&parts.signed(b"sig")).unwrap();
        assert_eq!(
            (again.claims, again.signature),
            (parts.claims, b"sig".to_vec())
        );
        for other in ["", "opaque", "a.b.c", "e30.e30.c2ln"] {
            assert!(Parts::of(&Secret::new(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn what_is_changed_is_changed_and_nothing_else() {
        let other = Parts::of(&token().claiming("aud", "x".into())).unwrap();
        assert_eq!(
            (&other.claims["aud"], other.signature),
            (&json!("x"), b"sig".to_vec())
        );
        let other = Parts::of(&token().by("none", b"")).unwrap();
        assert_eq!(
            (&other.head["alg"], other.signature.len()),
            (&json!("none"), 0)
        );
        assert_eq!(other.head["kid"], "k");
    }

    #[test]
    fn our_key_signs_what_its_public_half_verifies() {
        let forged = Parts::of(&token().by_our_key(&[("jwk", our_jwk())])).unwrap();
        let public = key().public_key().as_ref().to_vec();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
        let verified = public.verify(forged.message.as_bytes(), &forged.signature);
        assert!(verified.is_ok() && forged.head.get("x5c").is_none());
        assert_eq!(forged.head["jwk"], our_jwk());
    }

    #[test]
    fn what_a_header_tells_of_its_key_is_known() {
        let known: Vec<_> = token().known_of_key().into_iter().map(|it| it.0).collect();
        let wanted = [
            "nothing",
            "the id of the key",
            "the certificate",
            "the bytes of the certificate",
        ];
        assert_eq!(known, wanted);
    }
}

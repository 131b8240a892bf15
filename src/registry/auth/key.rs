//! The key of a registry: what it signs with, so that it can tell what it said itself from what
//! others made up.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::SHA256_OUTPUT_LEN;
use ring::hmac;
use ring::hmac::HMAC_SHA256;
use ring::rand;
use ring::rand::SystemRandom;

/// The shortest key that is taken, in bytes (RFC 7518, section 3.2).
const SHORTEST: usize = SHA256_OUTPUT_LEN;

/// A key that is too short to protect anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the key has {0} bytes, so that tokens could be forged by trying; give {SHORTEST} random bytes or more"
)]
pub struct WeakKey(pub usize);

/// A key for HMAC-SHA-256.
#[derive(Debug, Clone)]
pub(crate) struct Key(Arc<hmac::Key>);

impl Key {
    /// One that nobody knows.
    pub(crate) fn random() -> Self {
        Self::of(&random())
    }

    /// The one that was given.
    pub(crate) fn given(bytes: &[u8]) -> Result<Self, WeakKey> {
        if bytes.len() < SHORTEST {
            return Err(WeakKey(bytes.len()));
        }
        Ok(Self::of(bytes))
    }

    /// One for another purpose, that follows from this one and says nothing of it.
    pub(crate) fn derived(&self, purpose: &str) -> Self {
        Self::of(&self.sign(purpose.as_bytes()))
    }

    /// The signature of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, message).as_ref().to_vec()
    }

    /// Whether `signature` is that of `message`; it takes as long whatever the answer is.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.0, message, signature).is_ok()
    }

    /// The signature of texts, which no others have.
    pub(crate) fn sign_texts(&self, texts: &[&str]) -> Vec<u8> {
        self.sign(&joined(texts))
    }

    /// Whether `signature` is that of these texts.
    pub(crate) fn signed_texts(&self, texts: &[&str], signature: &[u8]) -> bool {
        self.signed(&joined(texts), signature)
    }

    fn of(bytes: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(HMAC_SHA256, bytes)))
    }
}

/// Bytes that nobody can guess.
fn random() -> [u8; 32] {
    let random = rand::generate(&SystemRandom::new());
    random.expect("the system has random numbers").expose()
}

/// A text that nobody can guess.
pub(crate) fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(&random()[..16])
}

/// Texts in one, each behind its length, so that no two lists are the same.
fn joined(texts: &[&str]) -> Vec<u8> {
    let mut all = Vec::new();
    for text in texts {
        all.extend_from_slice(&(text.len() as u64).to_be_bytes());
        all.extend_from_slice(text.as_bytes());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_is_refused() {
        assert_eq!(Key::given(&[7; 31]).err(), Some(WeakKey(31)));
        assert!(Key::given(&[7; 32]).is_ok());
    }

    #[test]
    fn texts_are_not_told_apart_by_their_letters_alone() {
        let key = Key::random();
        let signature = key.sign_texts(&["ab", "c"]);
        assert!(key.signed_texts(&["ab", "c"], &signature));
        assert!(!key.signed_texts(&["a", "bc"], &signature));
        assert!(!key.derived("x").signed_texts(&["ab", "c"], &signature));
    }
}

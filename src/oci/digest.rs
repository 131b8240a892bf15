//! Digests: an algorithm and the hash of some bytes.

use std::fmt;
use std::str::FromStr;

use sha2::Digest as _;

/// A digest algorithm that plimsoll computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Algorithm {
    /// SHA-256, which every registry must know.
    #[default]
    Sha256,
    /// SHA-512, which a registry may know.
    Sha512,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// The name in front of the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// How many hexadecimal digits its digests have.
    pub const fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }

    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Digest {
        let mut hasher = self.hasher();
        hasher.update(bytes);
        hasher.digest()
    }

    /// A digest in the making, of no bytes yet.
    pub fn hasher(self) -> Hasher {
        Hasher(match self {
            Self::Sha256 => State::Sha256(sha2::Sha256::new()),
            Self::Sha512 => State::Sha512(sha2::Sha512::new()),
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A digest in its canonical form: a known algorithm and lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    hex: String,
}

impl Digest {
    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The hexadecimal digits.
    pub fn hex(&self) -> &str {
        &self.hex
    }

    /// Whether this is the digest of `bytes`.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        self.algorithm.digest(bytes) == *self
    }
}

/// A digest in the making: of the bytes that came so far. A clone goes on from there by itself.
#[derive(Debug, Clone)]
pub struct Hasher(State);

#[derive(Debug, Clone)]
enum State {
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
}

impl Hasher {
    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            State::Sha256(_) => Algorithm::Sha256,
            State::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// The digest of all bytes that were taken in.
    pub fn digest(self) -> Digest {
        let algorithm = self.algorithm();
        let hash = match self.0 {
            State::Sha256(state) => state.finalize().to_vec(),
            State::Sha512(state) => state.finalize().to_vec(),
        };
        Digest {
            algorithm,
            hex: hex(&hash),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm, self.hex)
    }
}

/// Why a text is no digest that plimsoll can compute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDigest {
    /// It has no `algorithm:encoded` form by the image specification's grammar.
    #[error("`{0}` does not have the form algorithm:encoded")]
    Form(String),
    /// The form is right, the algorithm is not one of ours.
    #[error("`{0}` is not a digest algorithm that plimsoll computes (sha256 and sha512 are)")]
    Algorithm(String),
    /// The algorithm is known, the rest is not its lower-case hexadecimal hash.
    #[error("`{text}` does not have {expected} lower-case hexadecimal digits")]
    Encoding {
        /// The whole text.
        text: String,
        /// How many digits the algorithm has.
        expected: usize,
    },
}

impl FromStr for Digest {
    type Err = BadDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, encoded) = split(text).ok_or_else(|| BadDigest::Form(text.to_owned()))?;
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or_else(|| BadDigest::Algorithm(name.to_owned()))?;
        let is_hex = encoded
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if encoded.len() != algorithm.hex_len() || !is_hex {
            return Err(BadDigest::Encoding {
                text: text.to_owned(),
                expected: algorithm.hex_len(),
            });
        }
        Ok(Self {
            algorithm,
            hex: encoded.to_owned(),
        })
    }
}

/// The two halves of a text that has a digest's form: `algorithm:encoded`, where the algorithm is
/// lower-case components joined by one of `+._-` (image specification, descriptor.md#digests).
fn split(text: &str) -> Option<(&str, &str)> {
    let (name, encoded) = text.split_once(':')?;
    let is_component = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'_' | b'-');
    let is_name = name.split(['+', '.', '_', '-']).all(is_component);
    (is_name && !encoded.is_empty() && encoded.bytes().all(is_encoded)).then_some((name, encoded))
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_hold() {
        // FIPS 180-4 examples, for "abc".
        assert_eq!(
            Algorithm::Sha256.digest(b"abc").to_string(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(
            Algorithm::Sha512
                .digest(b"abc")
                .hex()
                .starts_with("ddaf35a193617abacc417349ae204131")
        );
    }

    #[test]
    fn a_digest_reads_back_as_it_is_written() {
        for algorithm in Algorithm::ALL {
            let digest = algorithm.digest(b"plimsoll");
            assert_eq!(digest.to_string().parse(), Ok(digest));
        }
    }

    #[test]
    fn what_is_no_digest_says_why() {
        let bad = |text: &str| text.parse::<Digest>().expect_err(text);
        for text in [
            "",
            "latest",
            "sha256:",
            ":abc",
            "SHA256:ab",
            "sha256:a b",
            "sha+:ab",
        ] {
            assert!(matches!(bad(text), BadDigest::Form(_)), "{text}");
        }
        assert!(matches!(bad("md5:abcd"), BadDigest::Algorithm(_)));
        let upper = Algorithm::Sha256.digest(b"").hex().to_uppercase();
        assert!(matches!(
            bad(&format!("sha256:{upper}")),
            BadDigest::Encoding { .. }
        ));
        assert!(matches!(bad("sha256:abcd"), BadDigest::Encoding { .. }));
    }
}

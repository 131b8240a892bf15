//! Keys that sign, and those that verify: ECDSA on P-256 over SHA-256, which every tool takes.
//!
//! The nonce follows from key and message (RFC 6979), so that a signature is content like any other:
//! the same seed makes the same bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::Signature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::signature::Verifier;

use super::Stream;

/// A key that signs.
#[derive(Debug, Clone)]
pub struct Key(SigningKey);

/// A key that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl Key {
    /// A new one.
    pub fn new(stream: &mut Stream) -> Self {
        loop {
            // All but a few in 2^32 numbers are keys.
            if let Ok(key) = SigningKey::from_slice(&stream.bytes(32)) {
                return Self(key);
            }
        }
    }

    /// Its other half.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// A signature over `message` in DER, as cosign and DSSE have it.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(message);
        signature.to_der().as_bytes().to_vec()
    }

    /// A signature over `message` as two numbers of 32 bytes, as JWS has it (RFC 7518, section 3.4).
    pub fn sign_plainly(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().to_vec()
    }
}

impl PublicKey {
    /// Whether `signature`, in DER, is one over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.accepts(message, Signature::from_der(signature))
    }

    /// The same for two numbers of 32 bytes.
    pub fn verifies_plain(&self, message: &[u8], signature: &[u8]) -> bool {
        self.accepts(message, Signature::from_slice(signature))
    }

    fn accepts(&self, message: &[u8], read: Result<Signature, p256::ecdsa::Error>) -> bool {
        read.is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }

    /// The key as other tools read it: PEM of a `SubjectPublicKeyInfo` (RFC 5480).
    pub fn pem(&self) -> String {
        let mut der = PREFIX.to_vec();
        der.extend_from_slice(self.0.to_sec1_point(false).as_bytes());
        let text = STANDARD.encode(der);
        let (head, tail) = text.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{head}\n{tail}\n-----END PUBLIC KEY-----\n")
    }

    /// Reads such a text; `None` if it is none.
    pub fn from_pem(text: &str) -> Option<Self> {
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let der = STANDARD.decode(lines.collect::<String>()).ok()?;
        let point = der.strip_prefix(PREFIX.as_slice())?;
        VerifyingKey::from_sec1_bytes(point).ok().map(Self)
    }
}

/// What stands before the point in every such key: a sequence of an algorithm (`id-ecPublicKey`,
/// `prime256v1`) and a string of bits.
const PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

#[cfg(test)]
mod tests {
    use super::super::Seed;
    use super::*;

    fn key(seed: u64) -> Key {
        Key::new(&mut Seed(seed).stream("keys"))
    }

    #[test]
    fn the_same_seed_signs_with_the_same_bytes() {
        assert_eq!(key(1).sign(b"a"), key(1).sign(b"a"));
        assert_ne!(key(1).sign(b"a"), key(2).sign(b"a"));
        assert_ne!(key(1).sign(b"a"), key(1).sign(b"b"));
    }

    #[test]
    fn only_the_signed_message_and_the_other_half_verify() {
        let (public, signature) = (key(1).public(), key(1).sign(b"a message"));
        assert!(public.verifies(b"a message", &signature));
        assert!(!public.verifies(b"a messagf", &signature));
        assert!(!key(2).public().verifies(b"a message", &signature));
        let plain = key(1).sign_plainly(b"a message");
        assert!(public.verifies_plain(b"a message", &plain));
        assert!(!public.verifies_plain(b"a messagf", &plain));
    }

    #[test]
    fn no_bit_of_a_signature_can_be_changed() {
        let (public, message) = (key(1).public(), b"a message".as_slice());
        let (der, plain) = (key(1).sign(message), key(1).sign_plainly(message));
        for bit in 0..der.len() * 8 {
            let mut changed = der.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.verifies(message, &changed), "bit {bit}");
        }
        for bit in 0..plain.len() * 8 {
            let mut changed = plain.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.verifies_plain(message, &changed), "bit {bit}");
        }
        for bytes in [&b""[..], &der[1..], &der[..der.len() - 1], &[0; 64]] {
            assert!(!public.verifies(message, bytes));
            assert!(!public.verifies_plain(message, bytes));
        }
    }

    #[test]
    fn a_key_reads_back_as_it_is_written() {
        let public = key(1).public();
        assert_eq!(PublicKey::from_pem(&public.pem()), Some(public.clone()));
        assert_eq!(public.pem().lines().count(), 4);
        for text in ["", "-----", "AAAA", &public.pem()[..100]] {
            assert_eq!(PublicKey::from_pem(text), None);
        }
    }

    #[test]
    fn an_independent_implementation_verifies() {
        use ring::signature::ECDSA_P256_SHA256_ASN1;
        use ring::signature::ECDSA_P256_SHA256_FIXED;
        use ring::signature::UnparsedPublicKey;
        let point = key(1).public().0.to_sec1_point(false);
        let der = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point.as_bytes());
        assert!(der.verify(b"a", &key(1).sign(b"a")).is_ok());
        let plain = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_bytes());
        assert!(plain.verify(b"a", &key(1).sign_plainly(b"a")).is_ok());
    }
}

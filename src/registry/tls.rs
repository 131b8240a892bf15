//! Who the registry is to those who speak TLS to it: a certificate that was given, or one made for
//! the occasion.

use std::fmt;
use std::sync::Arc;

use rustls::InconsistentKeys;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls::sign::SigningKey;
use rustls::sign::SingleCertAndKey;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

/// By which names a client on the same machine calls the registry.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What the registry shows to those who speak TLS to it, and with it HTTP/2 to those who offer that.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    certificate: String,
}

/// Why a certificate and a key are no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The certificate cannot be read.
    #[error(
        "that is no certificate ({0}), so nobody could tell who the registry is; give a PEM file with the registry's own certificate first"
    )]
    Certificate(String),
    /// The key cannot be read.
    #[error(
        "that is no private key ({0}), so the registry could not prove who it is; give a PEM file with its unencrypted key (PKCS#8, PKCS#1 or SEC1)"
    )]
    Key(String),
    /// They are not one pair.
    #[error(
        "the key is not that of the certificate, so no client would believe the registry; give the key that the certificate was made for"
    )]
    Mismatch,
    /// No certificate could be made.
    #[error(
        "no certificate could be made for these names ({0}), so nobody could be served over TLS; give one of your own"
    )]
    Making(String),
}

impl Tls {
    /// With this chain, the registry's own certificate first, and the key of that; both PEM.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let pair = CertifiedKey::new(certificates(chain)?, signing_key(key, &provider)?);
        match pair.keys_match() {
            // What cannot be compared is taken at its word.
            Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => {}
            Err(rustls::Error::InconsistentKeys(_)) => return Err(TlsError::Mismatch),
            Err(error) => return Err(TlsError::Certificate(error.to_string())),
        }
        Ok(Self {
            config: Arc::new(configuration(pair, provider)),
            certificate: String::from_utf8_lossy(chain).into_owned(),
        })
    }

    /// With a certificate made now, signed by itself, for the loopback interface and these other hosts.
    pub fn self_signed(hosts: &[String]) -> Result<Self, TlsError> {
        let mut names: Vec<String> = hosts.to_vec();
        names.extend(LOOPBACK.map(str::to_owned));
        names.sort_unstable();
        names.dedup();
        let made = rcgen::generate_simple_self_signed(names)
            .map_err(|error| TlsError::Making(error.to_string()))?;
        let key = made.signing_key.serialize_pem();
        Self::from_pem(made.cert.pem().as_bytes(), key.as_bytes())
    }

    /// The certificate and its chain, PEM: what a client has to trust where it was signed by itself.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").finish_non_exhaustive()
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(list) if list.is_empty() => Err(TlsError::Certificate(
            "there is no PEM certificate in it".to_owned(),
        )),
        Ok(list) => Ok(list),
        Err(error) => Err(TlsError::Certificate(error.to_string())),
    }
}

fn signing_key(pem: &[u8], provider: &CryptoProvider) -> Result<Arc<dyn SigningKey>, TlsError> {
    let key =
        PrivateKeyDer::from_pem_slice(pem).map_err(|error| TlsError::Key(error.to_string()))?;
    let loaded = provider.key_provider.load_private_key(key);
    loaded.map_err(|error| TlsError::Key(error.to_string()))
}

fn configuration(pair: CertifiedKey, provider: Arc<CryptoProvider>) -> ServerConfig {
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(pair)));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &[u8] = include_bytes!("../http/tests/tls/server.pem");
    const KEY: &[u8] = include_bytes!("../http/tests/tls/server.key");

    fn refused(chain: &[u8], key: &[u8]) -> TlsError {
        Tls::from_pem(chain, key).unwrap_err()
    }

    #[test]
    fn a_pair_is_taken_and_two_halves_of_different_ones_are_not() {
        let tls = Tls::from_pem(CERTIFICATE, KEY).unwrap();
        assert_eq!(tls.certificate().as_bytes(), CERTIFICATE);
        let other = Tls::self_signed(&[]).unwrap();
        assert_eq!(
            refused(other.certificate().as_bytes(), KEY),
            TlsError::Mismatch
        );
    }

    #[test]
    fn what_is_no_certificate_is_told_from_what_is_no_key() {
        let garbled = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for chain in [&b"hello"[..], b"", &CERTIFICATE[..80], garbled, KEY] {
            let error = refused(chain, KEY);
            assert!(matches!(error, TlsError::Certificate(_)), "{error}");
        }
        let garbled = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for key in [&b"hello"[..], b"", garbled, CERTIFICATE] {
            let error = refused(CERTIFICATE, key);
            assert!(matches!(error, TlsError::Key(_)), "{error}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        let tls = Tls::from_pem(CERTIFICATE, KEY).unwrap();
        assert_eq!(format!("{tls:?}"), "Tls { .. }");
    }
}

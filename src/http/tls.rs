//! Whom we trust and who we are, as one TLS configuration for both network transports.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::DigitallySignedStruct;
use rustls::Error;
use rustls::SignatureScheme;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::client::danger::ServerCertVerified;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::ServerName;
use rustls_pki_types::UnixTime;
use rustls_pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use super::ClientError;
use super::ClientSettings;
use super::Identity;
use super::pinned::Pinned;

/// The TLS configuration that `settings` ask for: TLS 1.2 and 1.3, HTTP/1.1 only.
pub(crate) fn configuration(settings: &ClientSettings) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Tls(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier(settings, &provider)?);
    let mut config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let (chain, key) = client_certificate(identity)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| ClientError::Identity(error.to_string()))?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The same, for a transport that speaks HTTP/2 too, and rather.
pub(crate) fn with_http2(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols.insert(0, b"h2".to_vec());
    config
}

fn verifier(
    settings: &ClientSettings,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, ClientError> {
    if settings.insecure {
        return Ok(Arc::new(Fixed {
            refusal: None,
            provider: Arc::clone(provider),
        }));
    }
    let mut roots = Vec::new();
    for file in &settings.ca_certs {
        roots.extend(certificates(file).map_err(ClientError::Authority)?);
    }
    let trusts_more = !roots.is_empty();
    match Verifier::new_with_extra_roots(roots.clone(), Arc::clone(provider)) {
        Ok(verifier) => Ok(Arc::new(Pinned {
            given: roots,
            inner: Arc::new(verifier),
        })),
        Err(error) if trusts_more => Err(ClientError::Authority(error.to_string())),
        // A machine without authorities can still test over plain HTTP, so the refusal has to wait
        // until somebody speaks TLS.
        Err(error) => Ok(Arc::new(Fixed {
            refusal: Some(format!("{error}; give one with --ca-cert")),
            provider: Arc::clone(provider),
        })),
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(list) if list.is_empty() => Err("no PEM certificate in it".to_owned()),
        Ok(list) => Ok(list),
        Err(error) => Err(error.to_string()),
    }
}

fn client_certificate(
    identity: &Identity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), ClientError> {
    let chain = certificates(&identity.certificate).map_err(ClientError::Identity)?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.reveal().as_bytes())
        .map_err(|error| ClientError::Identity(format!("the key: {error}")))?;
    Ok((chain, key))
}

/// A verifier with one answer for every certificate: yes (`--insecure`), or this refusal.
#[derive(Debug)]
struct Fixed {
    refusal: Option<String>,
    provider: Arc<CryptoProvider>,
}

impl Fixed {
    fn signature(&self) -> Result<HandshakeSignatureValid, Error> {
        self.answer().map(|()| HandshakeSignatureValid::assertion())
    }

    fn answer(&self) -> Result<(), Error> {
        self.refusal
            .as_ref()
            .map_or(Ok(()), |reason| Err(Error::General(reason.clone())))
    }
}

impl ServerCertVerifier for Fixed {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.answer().map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signature()
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signature()
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Secret;

    #[test]
    fn a_file_without_certificate_is_refused_by_name() {
        let settings = ClientSettings {
            ca_certs: vec![b"hello".to_vec()],
            ..ClientSettings::default()
        };
        let error = configuration(&settings).unwrap_err();
        assert!(matches!(error, ClientError::Authority(_)), "{error}");
    }

    #[test]
    fn a_bad_client_key_is_refused_without_being_shown() {
        let identity = Identity {
            certificate: b"x".to_vec(),
            key: Secret::new("topsecret"),
        };
        let settings = ClientSettings {
            identity: Some(identity),
            ..ClientSettings::default()
        };
        let error = configuration(&settings).unwrap_err();
        assert!(matches!(error, ClientError::Identity(_)), "{error}");
        assert!(!format!("{error:?}{settings:?}").contains("topsecret"));
    }

    #[test]
    fn http_2_is_offered_by_the_transport_that_speaks_it_alone() {
        let config = configuration(&ClientSettings::default()).unwrap();
        assert_eq!(config.alpn_protocols, [b"http/1.1".to_vec()]);
        let offered = with_http2(config).alpn_protocols;
        assert_eq!(offered, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    }
}

//! Over TLS, and where only one side speaks it.

use std::net::TcpListener;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

use super::Server;
use super::exact;
use super::ok;
use super::plain;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Failure;
use crate::http::Transcript;

const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// Authority and server at once, as `openssl req -x509` makes them.
const SELF_SIGNED: &[u8] = include_bytes!("tls/self-signed.pem");

fn server() -> Server {
    server_with(CERTIFICATE)
}

fn server_with(certificate: &[u8]) -> Server {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(certificate).unwrap()];
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY).unwrap())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    Server::on(
        listener,
        |_, _| ok("fine"),
        move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            Box::new(StreamOwned::new(connection, stream))
        },
    )
}

fn outcomes(server: &Server, settings: &ClientSettings) -> [Result<u16, Failure>; 2] {
    let client = Client::over_network(settings.clone()).unwrap();
    let url = format!("https://{}/v2/", server.address);
    [plain(url.clone()), exact(url)].map(|request| {
        client
            .send(request, &Transcript::default())
            .map(|reply| reply.response.status)
    })
}

#[test]
fn an_authority_that_is_given_is_trusted() {
    let settings = ClientSettings {
        ca_certs: vec![AUTHORITY.to_vec()],
        ..ClientSettings::default()
    };
    assert_eq!(outcomes(&server(), &settings), [Ok(200), Ok(200)]);
}

#[test]
fn a_servers_own_certificate_that_is_given_is_trusted_and_no_other() {
    let server = server_with(SELF_SIGNED);
    let given = |certificate: &[u8]| ClientSettings {
        ca_certs: vec![certificate.to_vec()],
        ..ClientSettings::default()
    };
    assert_eq!(outcomes(&server, &given(SELF_SIGNED)), [Ok(200), Ok(200)]);
    for outcome in outcomes(&server, &given(AUTHORITY)) {
        assert!(matches!(outcome, Err(Failure::Tls { .. })), "{outcome:?}");
    }
}

#[test]
fn a_stranger_is_not_trusted_unless_told_to() {
    for outcome in outcomes(&server(), &ClientSettings::default()) {
        assert!(matches!(outcome, Err(Failure::Tls { .. })), "{outcome:?}");
    }
    let settings = ClientSettings {
        insecure: true,
        ..ClientSettings::default()
    };
    assert_eq!(outcomes(&server(), &settings), [Ok(200), Ok(200)]);
}

#[test]
fn a_server_that_does_not_speak_tls_is_told_apart() {
    let garbled = Server::early(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    for outcome in outcomes(&garbled, &ClientSettings::default()) {
        let said = outcome.unwrap_err().to_string();
        assert!(said.contains("does not speak TLS: give http://"), "{said}");
    }
}

#[test]
fn a_server_that_speaks_tls_only_fails_without_hanging() {
    let server = server();
    let client = super::client_of(&server);
    for ask in [plain, exact] {
        assert!(
            client
                .send(ask(server.url("/")), &Transcript::default())
                .is_err()
        );
    }
}

//! HTTP/2: what of it a client's caller gets to see, which is next to nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::server::Connection;
use h2::server::SendResponse;
use http::Response;
use rustls::ServerConfig;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::exact;
use super::plain;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Failure;
use crate::http::Method;
use crate::http::Protocol;
use crate::http::Request;
use crate::http::Role;
use crate::http::Transcript;

const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// What a server does with a request.
#[derive(Clone, Copy)]
enum Deed {
    /// Reads it and answers 200 with `fine`.
    Answer,
    /// The same, after an interim answer.
    Interim,
    /// Answers before it has read the body, and asks for no more of it.
    Early(u16),
    /// Answers with headers that are as long together.
    Long(usize),
    /// Announces a body that is longer than what follows.
    Short,
    /// Answers, and resets the stream within the body.
    BreakOff,
    /// Answers with the length of a body, as to HEAD and in a 304, and without one.
    LengthOnly(u16),
    Reset(Reason),
    GoAway(Reason),
    /// Closes the connection.
    Cut,
}

/// A server that speaks HTTP/2 alone.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// One that takes so many streams at once, and does with each request, counted from 0, as the
    /// script says.
    fn taking(streams: u32, script: impl Fn(usize) -> Deed + Send + Sync + 'static) -> Self {
        let (script, turn) = (Arc::new(script), Arc::new(AtomicUsize::new(0)));
        Self::over_tls(move |stream| {
            let (script, turn) = (Arc::clone(&script), Arc::clone(&turn));
            async move {
                let mut builder = h2::server::Builder::new();
                builder.max_concurrent_streams(streams);
                if let Ok(connection) = builder.handshake(stream).await {
                    converse(connection, &*script, &turn).await;
                }
            }
        })
    }

    fn new(script: impl Fn(usize) -> Deed + Send + Sync + 'static) -> Self {
        Self::taking(100, script)
    }

    /// One that does this with its connections.
    fn over_tls<F>(talk: impl Fn(TlsStream<TcpStream>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let accepted = Arc::clone(&connections);
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let acceptor = TlsAcceptor::from(Arc::new(configuration()));
                while let Ok((stream, _)) = listener.accept().await {
                    // A handshake that fails is the client's to report.
                    if let Ok(stream) = acceptor.accept(stream).await {
                        accepted.fetch_add(1, Ordering::SeqCst);
                        tokio::spawn(talk(stream));
                    }
                }
            });
        });
        Self {
            address,
            connections,
        }
    }

    fn url(&self) -> String {
        format!("https://{}/v2/", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn configuration() -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY).unwrap())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

async fn converse(
    mut connection: Connection<TlsStream<TcpStream>, Bytes>,
    script: &(dyn Fn(usize) -> Deed + Send + Sync),
    turn: &AtomicUsize,
) {
    while let Some(Ok((request, respond))) = connection.accept().await {
        match script(turn.fetch_add(1, Ordering::SeqCst)) {
            Deed::Cut => return,
            Deed::GoAway(reason) => connection.abrupt_shutdown(reason),
            deed => drop(tokio::spawn(answer(deed, request.into_body(), respond))),
        }
    }
}

async fn answer(deed: Deed, mut body: h2::RecvStream, mut respond: SendResponse<Bytes>) {
    let head = |status: u16, length: usize| {
        let head = Response::builder().status(status);
        head.header("content-length", length).body(()).unwrap()
    };
    match deed {
        Deed::Reset(reason) => respond.send_reset(reason),
        Deed::LengthOnly(status) => drop(respond.send_response(head(status, 7), true).unwrap()),
        // Who lets go of a body that is still coming asks for no more of it (RFC 9113, section 8.1).
        Deed::Early(status) => drop(respond.send_response(head(status, 0), true).unwrap()),
        Deed::BreakOff => {
            let mut stream = respond.send_response(head(200, 9), false).unwrap();
            stream.send_data("half".into(), false).unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.send_reset(Reason::INTERNAL_ERROR);
        }
        _ => {
            while let Some(Ok(data)) = body.data().await {
                body.flow_control().release_capacity(data.len()).unwrap();
            }
            if matches!(deed, Deed::Interim) {
                let hint = Response::builder().status(103).body(()).unwrap();
                respond.send_informational(hint).unwrap();
            }
            let length = if matches!(deed, Deed::Short) { 9 } else { 4 };
            let mut head = head(200, length);
            if let Deed::Long(length) = deed {
                let value = "x".repeat(length).parse().unwrap();
                head.headers_mut().insert("x-long", value);
            }
            let mut stream = respond.send_response(head, false).unwrap();
            drop(stream.send_data("fine".into(), true));
        }
    }
}

fn client() -> Client {
    Client::over_network(ClientSettings {
        insecure: true,
        timeout: Duration::from_secs(30),
        ..ClientSettings::default()
    })
    .unwrap()
}

/// The status, or why there is none, and why each exchange was sent, for the second of two requests:
/// the first opens the connection.
fn second(deed: Deed, always: bool) -> (Result<u16, Failure>, Vec<Role>) {
    let server = Server::new(move |turn| match turn {
        1 => deed,
        2.. if always => deed,
        _ => Deed::Answer,
    });
    let client = client();
    client
        .send(plain(server.url()), &Transcript::default())
        .unwrap();
    let transcript = Transcript::default();
    let reply = client.send(plain(server.url()), &transcript);
    let roles = transcript.take().iter().map(|it| it.role).collect();
    (reply.map(|reply| reply.response.status), roles)
}

/// How the only request to a server ends that always does this.
fn only(deed: Deed, method: Method) -> Result<(u16, usize), Failure> {
    let server = Server::new(move |_| deed);
    let request = Request {
        method,
        ..plain(server.url())
    };
    let reply = client().send(request, &Transcript::default())?;
    Ok((reply.response.status, reply.response.body.len()))
}

#[test]
fn a_server_that_picks_http_2_gets_it_on_one_connection() {
    let server = Server::new(|_| Deed::Answer);
    let (client, transcript) = (client(), Transcript::default());
    for method in [Method::GET, Method::PUT, Method::PATCH] {
        let request = Request {
            method,
            ..plain(server.url()).body(vec![b'x'; 1 << 20])
        };
        let reply = client.send(request, &transcript).unwrap();
        assert_eq!(reply.response.body, "fine");
    }
    let spoken: Vec<_> = transcript.take().iter().map(|it| it.protocol).collect();
    assert_eq!(spoken, [Some(Protocol::Http2); 3]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_raw_transport_offers_no_http_2() {
    let server = Server::new(|_| Deed::Answer);
    let failure = client()
        .send(exact(server.url()), &Transcript::default())
        .unwrap_err();
    assert!(matches!(failure, Failure::Tls { .. }), "{failure}");
}

#[test]
fn a_hundred_requests_at_once_are_answered_however_few_streams_there_may_be() {
    for streams in [1, 10, 100] {
        let server = Server::taking(streams, |_| Deed::Answer);
        let client = client();
        std::thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    let reply = client.send(plain(server.url()), &Transcript::default());
                    assert_eq!(reply.unwrap().response.status, 200);
                });
            }
        });
    }
}

#[test]
fn an_answer_may_have_a_length_and_no_body() {
    assert_eq!(only(Deed::LengthOnly(200), Method::HEAD), Ok((200, 0)));
    assert_eq!(only(Deed::LengthOnly(404), Method::HEAD), Ok((404, 0)));
    assert_eq!(only(Deed::LengthOnly(304), Method::GET), Ok((304, 0)));
}

#[test]
fn interim_answers_are_passed_over() {
    assert_eq!(only(Deed::Interim, Method::PUT), Ok((200, 4)));
}

#[test]
fn headers_are_read_as_far_as_the_raw_transport_does() {
    assert_eq!(only(Deed::Long(40 << 10), Method::GET), Ok((200, 4)));
    let failure = only(Deed::Long(100 << 10), Method::GET).unwrap_err();
    assert!(matches!(failure, Failure::Malformed { .. }), "{failure}");
}

#[test]
fn an_early_answer_to_a_long_upload_is_read() {
    let server = Server::new(|_| Deed::Early(413));
    let request = Request {
        method: Method::PUT,
        ..plain(server.url()).body(vec![b'x'; 8 << 20])
    };
    let reply = client().send(request, &Transcript::default());
    assert_eq!(reply.unwrap().response.status, 413);
}

#[test]
fn a_stream_that_the_server_resets_is_lost_and_not_asked_again() {
    let (outcome, roles) = second(Deed::Reset(Reason::INTERNAL_ERROR), false);
    let failure = outcome.unwrap_err();
    assert!(
        matches!(failure, Failure::ConnectionLost { .. }),
        "{failure}"
    );
    assert!(
        failure.to_string().contains("reset the stream"),
        "{failure}"
    );
    assert_eq!(roles, [Role::Asked]);
    let (outcome, roles) = second(Deed::BreakOff, false);
    let failure = outcome.unwrap_err();
    assert!(
        matches!(failure, Failure::ConnectionLost { .. }),
        "{failure}"
    );
    assert_eq!(roles, [Role::Asked]);
}

#[test]
fn what_the_server_says_it_did_not_look_at_is_asked_again_once_and_alone() {
    for deed in [
        Deed::Reset(Reason::REFUSED_STREAM),
        Deed::GoAway(Reason::NO_ERROR),
        Deed::GoAway(Reason::ENHANCE_YOUR_CALM),
        Deed::Cut,
    ] {
        let (outcome, roles) = second(deed, false);
        assert_eq!(outcome, Ok(200));
        assert_eq!(roles, [Role::Asked, Role::Again]);
        let (outcome, roles) = second(deed, true);
        let failure = outcome.unwrap_err();
        assert!(
            matches!(failure, Failure::ConnectionLost { .. }),
            "{failure}"
        );
        assert_eq!(roles, [Role::Asked, Role::Again]);
    }
}

#[test]
fn a_body_that_is_shorter_than_announced_is_not_valid() {
    let failure = only(Deed::Short, Method::GET).unwrap_err();
    assert!(matches!(failure, Failure::Malformed { .. }), "{failure}");
}

#[test]
fn a_server_that_picks_http_2_and_speaks_something_else_is_told_apart() {
    let server = Server::over_tls(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        // Once the request is under way; before, the connection would only be gone.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .await;
        let _ = stream.flush().await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let failure = client()
        .send(plain(server.url()), &Transcript::default())
        .unwrap_err();
    assert!(matches!(failure, Failure::Malformed { .. }), "{failure}");
}

//! What servers do before they are asked anything, over TCP and in the middle of TLS.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;

/// A way to begin.
pub(super) struct Opening {
    pub(super) name: &'static str,
    scheme: &'static str,
    open: fn(TcpStream),
}

const fn opening(name: &'static str, scheme: &'static str, open: fn(TcpStream)) -> Opening {
    Opening { name, scheme, open }
}

#[rustfmt::skip]
pub(super) static OPENINGS: &[Opening] = &[
    opening("open-and-close", "http", drop),
    opening("open-and-say-nothing", "http", |to| { let _held = to; pause(); }),
    opening("answer-before-the-question", "http", |mut to| { let _ = to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"); pause(); }),
    opening("answers-before-the-question-without-end", "http", |to| without_end(to, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")),
    opening("reset-when-asked", "http", |to| { let _ = to.peek(&mut [0]); }),
    opening("tls-and-close", "https", drop),
    opening("tls-and-say-nothing", "https", |to| { let _held = to; pause(); }),
    opening("tls-of-plain-text", "https", |to| say(to, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
    opening("tls-that-alerts", "https", |to| say(to, b"\x15\x03\x03\x00\x02\x02\x28")),
    opening("tls-cut-in-its-first-record", "https", |to| say(to, b"\x16\x03\x03\x40\x00\x02\x00\x00\x46\x03\x03")),
    opening("tls-with-a-record-too-long", "https", |to| say(to, &[&b"\x16\x03\x03\xff\xff"[..], &[0; 0xffff]].concat())),
    opening("tls-that-never-finishes", "https", |to| without_end(to, b"\x16\x03\x03\x00\x04\x02\xff\xff\xff")),
    opening("tls-of-warnings-without-end", "https", |to| without_end(to, b"\x15\x03\x03\x00\x02\x01\x5a")),
    opening("tls-of-noise", "https", |to| without_end(to, b"\x16\x03\x03\x00\x01\x00")),
    opening("tls-cut-after-the-handshake", "https", |to| over_tls(to, |_| {})),
    opening("tls-broken-within-the-answer", "https", |to| over_tls(to, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        let _ = stream.sock.write_all(b"\x17\x03\x03\x00\x20garbage garbage garbage garbage ");
    })),
    opening("tls-cut-within-the-answer", "https", |to| over_tls(to, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    })),
    opening("tls-that-ends-an-answer-without-length", "https", |to| over_tls(to, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"name\":\"x\",\"tags\":[]");
    })),
];

impl Opening {
    /// The URL at which it is done to everybody.
    pub(super) fn serve(&'static self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("it is bound");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || (self.open)(stream));
            }
        });
        format!("{}://{address}", self.scheme)
    }
}

fn pause() {
    thread::sleep(Duration::from_secs(2));
}

/// Says this to who has said something.
fn say(mut to: TcpStream, words: &[u8]) {
    let _ = to.read(&mut [0; 4096]);
    let _ = to.write_all(words);
}

fn without_end(mut to: TcpStream, words: &[u8]) {
    let words = words.repeat(1000);
    let mut sent = 0;
    while sent < 1 << 30 && to.write_all(&words).is_ok() {
        sent += words.len();
    }
}

/// Does this over TLS, once something was asked, and lets the connection go without a word.
fn over_tls(to: TcpStream, act: fn(&mut StreamOwned<ServerConnection, TcpStream>)) {
    let connection = ServerConnection::new(Arc::new(configuration())).expect("a connection");
    let mut stream = StreamOwned::new(connection, to);
    if stream.read(&mut [0; 4096]).is_ok() {
        act(&mut stream);
        let _ = stream.flush();
    }
}

/// A server with the certificate of the client's tests, in HTTP/1.1.
fn configuration() -> ServerConfig {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/http/tests/tls");
    let bytes = |name: &str| std::fs::read(folder.join(name)).expect(name);
    let chain = vec![CertificateDer::from_pem_slice(&bytes("server.pem")).expect("PEM")];
    let key = PrivateKeyDer::from_pem_slice(&bytes("server.key")).expect("PEM");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("they belong together")
}

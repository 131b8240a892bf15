//! The reference registry over TLS, in HTTP/2 and in HTTP/1.1, and what `serve` says of certificates
//! and keys that are no use.

use std::io::ErrorKind;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Child;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use plimsoll::registry::Tls;
use plimsoll::registry::Variation;
use plimsoll::run::ExchangeEntry;
use rustls::ClientConfig;
use rustls::ClientConnection;
use rustls::RootCertStore;
use rustls::StreamOwned;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::support::Plimsoll;

/// `plimsoll serve`, until the test ends.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    /// Starts it with these flags, on any port, and waits until it listens.
    pub(crate) fn start(plimsoll: &Plimsoll, flags: &[&str]) -> Self {
        let ready = plimsoll.out().join("ready");
        // One that was started here before may have left it.
        let _ = std::fs::remove_file(&ready);
        let ready = ready.to_str().expect("UTF-8");
        let common = ["serve", "--addr", "127.0.0.1:0", "--ready-file", ready];
        let mut command = plimsoll.command(&[&common[..], flags].concat());
        let mut served = Self {
            child: command.stderr(Stdio::null()).spawn().expect("it starts"),
            url: String::new(),
        };
        for _ in 0..600 {
            let url = std::fs::read_to_string(ready).unwrap_or_default();
            if url.ends_with('\n') {
                url.trim_end().clone_into(&mut served.url);
                return served;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it does not listen");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of this name among the reports, with this content.
pub(crate) fn file(plimsoll: &Plimsoll, name: &str, content: &str) -> String {
    let path = plimsoll.out().join(name);
    std::fs::write(&path, content).expect("it can be written");
    path.to_str().expect("UTF-8").to_owned()
}

/// A certificate and its key that the client's tests use.
fn pair() -> (String, String) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/http/tests/tls");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    (text("server.pem"), text("server.key"))
}

/// The reference registry over TLS, in this process.
fn encrypted() -> Running {
    let tls = Tls::self_signed(&[]).expect("a certificate");
    Registry::builder()
        .tls(tls)
        .spawn()
        .expect("a free port on loopback")
}

/// What comes back for these bytes over TLS by a client that offers these protocols, and which was
/// picked.
fn answer(running: &Running, offered: &[&str], bytes: &[u8]) -> (Option<String>, Vec<u8>) {
    let certificate = running.tls().expect("it speaks TLS").certificate();
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM");
    roots.add(root).expect("a certificate that may be trusted");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = offered.iter().map(|it| it.as_bytes().to_vec()).collect();
    let name = "localhost".try_into().expect("a name");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let socket = TcpStream::connect(running.addr()).expect("it listens");
    let patience = Some(Duration::from_secs(10));
    socket.set_read_timeout(patience).expect("a socket");
    let mut stream = StreamOwned::new(client, socket);
    stream.write_all(bytes).expect("it is taken");
    let mut answer = vec![0; 4096];
    let count = stream.read(&mut answer).expect("an answer");
    answer.truncate(count);
    let picked = stream.conn.alpn_protocol();
    (
        picked.map(|it| String::from_utf8_lossy(it).into_owned()),
        answer,
    )
}

#[test]
fn over_tls_the_whole_suite_passes_in_http_2_and_what_is_said_exactly_in_http_1() {
    let plimsoll = Plimsoll::new();
    let authority = plimsoll.out().join("authority.pem");
    let authority = authority.to_str().expect("UTF-8");
    let served = Served::start(
        &plimsoll,
        &["--tls-self-signed", "--tls-ca-file", authority],
    );
    assert!(served.url.starts_with("https://"), "{}", served.url);
    for spec in ["1.0", "1.1", "1.2"] {
        // What went over the wire in one version says enough, and takes long to write down.
        let kept = if spec == "1.1" { "all" } else { "failed" };
        let trusting = ["check", &served.url, "--ca-cert", authority];
        let ended = plimsoll.run(&[&trusting[..], &["--spec", spec, "--exchanges", kept]].concat());
        assert_eq!(ended.code, 0, "{spec}: {}\n{}", ended.stdout, ended.stderr);
        let record = plimsoll.record();
        for verdict in ["fail", "warn", "blocked", "flaky", "error"] {
            assert_eq!(record.summary[verdict], 0, "{spec}: {}", ended.stdout);
        }
        if kept == "all" {
            let exchanges = record.checks.iter().flat_map(|it| &it.exchanges);
            assert_spoken(&exchanges.collect::<Vec<_>>());
        }
    }
}

/// That what went through the raw transport went over HTTP/1.1, and all else over HTTP/2.
fn assert_spoken(exchanges: &[&ExchangeEntry]) {
    let answered: Vec<_> = exchanges
        .iter()
        .filter(|it| it.response.is_some())
        .collect();
    for exchange in &answered {
        let wanted = match exchange.request.wire {
            Some(_) => "HTTP/1.1",
            None => "HTTP/2",
        };
        let request = &exchange.request;
        assert_eq!(exchange.protocol.as_deref(), Some(wanted), "{request:?}");
    }
    let raw = answered.iter().filter(|it| it.request.wire.is_some());
    let raw = raw.count();
    assert!(raw > 20, "{raw} raw requests");
    assert!(
        answered.len() - raw > 2000,
        "{} others",
        answered.len() - raw
    );
}

#[test]
fn a_run_without_the_certificate_ends_before_it_began() {
    let plimsoll = Plimsoll::new();
    let running = encrypted();
    let ended = plimsoll.run(&["check", &running.url()]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("--ca-cert"), "{}", ended.stderr);
}

#[test]
fn what_leads_back_to_the_registry_by_its_whole_address_says_https_and_its_host() {
    let elsewhere = Variation::named("blobs-held-elsewhere").expect("a variation");
    let http2 = Variation::named("http2").expect("a variation");
    let builder = Registry::builder().variation(elsewhere).variation(http2);
    let running = builder.spawn().expect("a free port on loopback");
    let plimsoll = Plimsoll::new();
    let certificate = running.tls().expect("it speaks TLS").certificate();
    let certificate = file(&plimsoll, "certificate.pem", certificate);
    let trusting = ["check", &running.url(), "--ca-cert", &certificate];
    let only = ["--only", "pull/blobs/known-blob", "--exchanges", "all"];
    let ended = plimsoll.run(&[trusting, only].concat());
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
    let record = plimsoll.record();
    let exchanges: Vec<_> = record.checks.iter().flat_map(|it| &it.exchanges).collect();
    let other = format!("https://localhost:{}/", running.addr().port());
    let is_other =
        |it: &&ExchangeEntry| it.role == "redirect" && it.request.url.starts_with(&other);
    assert!(exchanges.iter().copied().any(|it| is_other(&it)));
    let is_http2 = |it: &&ExchangeEntry| it.protocol.as_deref() == Some("HTTP/2");
    assert!(exchanges.iter().all(is_http2), "{exchanges:?}");
}

#[test]
fn a_certificate_that_is_given_is_shown() {
    let plimsoll = Plimsoll::new();
    let (certificate, key) = pair();
    let certificate = file(&plimsoll, "certificate.pem", &certificate);
    let key = file(&plimsoll, "key.pem", &key);
    let served = Served::start(&plimsoll, &["--tls-cert", &certificate, "--tls-key", &key]);
    let trusting = ["check", &served.url, "--ca-cert"];
    let authority = "src/http/tests/tls/authority.pem";
    let only = ["--only", "pull/blobs/known-blob"];
    let ended = plimsoll.run(&[&trusting[..], &[authority], &only].concat());
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
}

#[test]
fn who_offers_no_http_2_gets_http_1() {
    let running = encrypted();
    let request = b"GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    for offered in [&["http/1.1"][..], &[]] {
        let (picked, answer) = answer(&running, offered, request);
        assert_eq!(picked.as_deref(), offered.first().copied());
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{answer:?}");
    }
    // The preface of HTTP/2, and no settings: the server's own come first (RFC 9113, section 3.4).
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let (picked, answer) = answer(&running, &["h2", "http/1.1"], preface);
    assert_eq!(picked.as_deref(), Some("h2"));
    assert_eq!(answer.get(3), Some(&4), "{answer:?}");
}

#[test]
fn without_tls_there_is_no_http_2() {
    let running = crate::support::registry();
    assert!(running.url().starts_with("http://") && running.tls().is_none());
    let mut socket = TcpStream::connect(running.addr()).expect("it listens");
    let patience = Some(Duration::from_secs(10));
    socket.set_read_timeout(patience).expect("a socket");
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    socket.write_all(preface).expect("it is taken");
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1.1 "),
        "{answer:?}"
    );
}

#[test]
fn who_says_nothing_keeps_nobody_out_and_is_not_waited_for() {
    let running = encrypted();
    let connect = || TcpStream::connect(running.addr()).expect("it listens");
    let mut silent: Vec<_> = (0..50).map(|_| connect()).collect();
    let plain = b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n";
    connect().write_all(plain).expect("it is taken");
    let (_, answer) = answer(&running, &["http/1.1"], plain);
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{answer:?}");
    let patience = Some(Duration::from_secs(30));
    silent[0].set_read_timeout(patience).expect("a socket");
    // It is hung up on, in this way or that; out of patience would be neither.
    let end = silent[0].read(&mut [0]).map_err(|error| error.kind());
    assert!(
        matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)),
        "{end:?}"
    );
}

#[test]
fn a_certificate_or_key_that_is_no_use_is_said_before_anybody_is_served() {
    let plimsoll = Plimsoll::new();
    let (certificate, key) = pair();
    let other = Tls::self_signed(&[]).expect("a certificate");
    let files = [
        ("certificate", certificate.as_str()),
        ("key", &key),
        ("other", other.certificate()),
        ("text", "hello"),
        ("cut", &certificate[..certificate.len() / 2]),
        (
            "garbled",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
    ];
    for (name, content) in files {
        file(&plimsoll, name, content);
    }
    let cases: &[(&[&str], &str)] = &[
        (
            &["--tls-cert", "certificate"],
            "--tls-cert is given without --tls-key",
        ),
        (
            &["--tls-key", "key"],
            "--tls-key is given without --tls-cert",
        ),
        (
            &["--tls-cert", "nothing", "--tls-key", "key"],
            "cannot be read",
        ),
        (
            &["--tls-cert", "certificate", "--tls-key", "nothing"],
            "cannot be read",
        ),
        (
            &["--tls-cert", "text", "--tls-key", "key"],
            "that is no certificate",
        ),
        (
            &["--tls-cert", "cut", "--tls-key", "key"],
            "that is no certificate",
        ),
        (
            &["--tls-cert", "garbled", "--tls-key", "key"],
            "that is no certificate",
        ),
        (
            &["--tls-cert", "key", "--tls-key", "key"],
            "that is no certificate",
        ),
        (
            &["--tls-cert", "certificate", "--tls-key", "text"],
            "that is no private key",
        ),
        (
            &["--tls-cert", "certificate", "--tls-key", "certificate"],
            "that is no private key",
        ),
        (
            &["--tls-cert", "other", "--tls-key", "key"],
            "the key is not that of the certificate",
        ),
        (
            &["--tls-self-signed", "--tls-cert", "certificate"],
            "cannot be used with",
        ),
        (&["--tls-ca-file", "ca"], "give --tls-self-signed too"),
    ];
    for (flags, said) in cases {
        let common = ["serve", "--addr", "127.0.0.1:0", "--ready-file", "ready"];
        let mut command = plimsoll.command(&[&common[..], flags].concat());
        let output = command
            .current_dir(plimsoll.out())
            .output()
            .expect("it starts");
        let ended = crate::support::ended(&output);
        assert_eq!(ended.code, 2, "{flags:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(said), "{flags:?}: {}", ended.stderr);
        assert!(!plimsoll.out().join("ready").exists(), "{flags:?}");
        assert!(!plimsoll.out().join("ca").exists(), "{flags:?}");
    }
}

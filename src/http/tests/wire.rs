//! What goes over the wire, to the byte.

use super::Server;
use super::answer;
use super::any;
use super::client_of;
use super::exact;
use super::ok;
use super::plain;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Framing;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;
use crate::http::Transcript;

/// What the server got for this request.
fn said(ask: impl Fn(&Server) -> Request) -> String {
    let server = Server::new(|_, _| ok("fine"));
    let reply = client_of(&server)
        .send(ask(&server), &Transcript::default())
        .unwrap();
    assert_eq!(reply.response.status, 200);
    server.seen()[0].replace(&server.address.to_string(), "HOST")
}

fn agent() -> String {
    format!("user-agent: plimsoll/{}\r\n", env!("CARGO_PKG_VERSION"))
}

#[test]
fn reqwest_sends_the_headers_given_and_host() {
    let said = said(|server| plain(server.url("/v2/?n=1")));
    assert_eq!(
        said,
        format!(
            "GET /v2/?n=1 HTTP/1.1\r\naccept: */*\r\n{}host: HOST\r\n\r\n",
            agent()
        )
    );
}

#[test]
fn the_raw_transport_sends_no_accept() {
    let said = said(|server| exact(server.url("/v2/?n=1")));
    assert_eq!(
        said,
        format!("GET /v2/?n=1 HTTP/1.1\r\nhost: HOST\r\n{}\r\n", agent())
    );
}

#[test]
fn a_target_is_never_normalised() {
    for target in [
        "/v2/../x",
        "/v2/%2e%2e/x",
        "/v2//a",
        "/a\\b",
        "/?q=|{}\"<>",
        "/%zz",
        "/é",
    ] {
        let said = said(|server| plain(server.url(target)));
        let line = said.lines().next().unwrap();
        assert_eq!(line, format!("GET {target} HTTP/1.1"));
    }
}

#[test]
fn an_empty_upload_tells_its_length_through_both_transports() {
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        for ask in [plain, exact] {
            let said = said(|server| Request {
                method: method.clone(),
                ..ask(server.url("/"))
            });
            assert_eq!(said.matches("content-length: 0\r\n").count(), 1, "{said}");
        }
    }
}

#[test]
fn a_body_goes_out_unchanged_through_both_transports() {
    let body = "x".repeat(300_000);
    for ask in [plain, exact] {
        let said = said(|server| {
            Request {
                method: Method::PUT,
                ..ask(server.url("/"))
            }
            .body(body.clone())
        });
        assert!(said.contains("content-length: 300000\r\n"));
        assert!(said.ends_with(&format!("\r\n\r\n{body}")));
    }
}

#[test]
fn a_chunked_body_has_no_length() {
    let said = said(|server| Request {
        method: Method::PATCH,
        framing: Framing::Chunked,
        ..plain(server.url("/")).body("hello")
    });
    assert!(said.contains("transfer-encoding: chunked\r\n"), "{said}");
    assert!(!said.contains("content-length"), "{said}");
    assert!(said.ends_with("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), "{said}");
}

#[test]
fn an_announced_length_is_followed_by_the_end_of_the_stream() {
    let said = said(|server| Request {
        method: Method::PUT,
        framing: Framing::Announced(10),
        ..plain(server.url("/")).body("hello")
    });
    assert!(said.ends_with("content-length: 10\r\n\r\nhello"), "{said}");
}

#[test]
fn exact_bytes_are_exact() {
    let bytes = "BREW  /v2/ HTTP/9.9\nhost:x\r\nA : b\r\n\r\n";
    let server = Server::new(|_, _| answer(400, &["connection: close"], "what?"));
    let transcript = Transcript::default();
    let reply = client_of(&server)
        .send_raw(&server.url("/"), bytes, &transcript)
        .unwrap();
    assert_eq!((reply.response.status, reply.trailing), (400, 0));
    assert_eq!(server.seen(), [bytes]);
    let exchange = &transcript.since(reply.exchange)[0];
    assert_eq!(exchange.request.wire.as_deref(), Some(bytes.as_bytes()));
}

#[test]
fn the_raw_transport_uses_a_connection_again() {
    let server = Server::new(|_, _| ok("fine"));
    let client = client_of(&server);
    for _ in 0..3 {
        client
            .send(exact(server.url("/")), &Transcript::default())
            .unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_replaced() {
    let server = Server::new(|_, turn| match turn {
        // The server closes after what it takes for an answer without length; the client does not.
        0 => b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec(),
        _ => ok("fine"),
    });
    let client = client_of(&server);
    for _ in 0..2 {
        let reply = client
            .send(exact(server.url("/")), &Transcript::default())
            .unwrap();
        assert_eq!(reply.response.status, 200);
    }
    assert_eq!(server.connections(), 2);
}

#[test]
fn the_body_of_an_answer_to_head_is_seen_as_trailing() {
    let server = Server::new(|_, _| b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".to_vec());
    let client = client_of(&server);
    let bytes = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n";
    let reply = client
        .send_raw(&server.url("/"), bytes, &Transcript::default())
        .unwrap();
    assert_eq!((reply.response.body.len(), reply.trailing), (0, 5));
}

#[test]
fn an_early_answer_to_a_long_upload_is_read() {
    let server = Server::early(&answer(413, &["connection: close"], "too large"));
    for ask in [plain, exact] {
        let body = vec![b'x'; 4 << 20];
        let request = Request {
            method: Method::PUT,
            ..ask(server.url("/"))
        }
        .body(body);
        let reply = client_of(&server)
            .send(request, &Transcript::default())
            .unwrap();
        assert_eq!(reply.response.status, 413);
    }
}

#[test]
fn ipv6_addresses_are_reached() {
    let Ok(listener) = std::net::TcpListener::bind("[::1]:0") else {
        eprintln!("no IPv6 on this machine");
        return;
    };
    let server = Server::on(listener, |_, _| ok("fine"), |stream| Box::new(stream));
    for ask in [plain, exact] {
        let reply = client_of(&server)
            .send(ask(server.url("/")), &Transcript::default())
            .unwrap();
        assert_eq!(reply.response.body, "fine");
    }
    assert!(server.seen()[0].contains(&format!("host: [::1]:{}\r\n", server.address.port())));
}

#[test]
fn extra_headers_go_to_the_target_only() {
    let (server, other) = (Server::new(|_, _| ok("")), Server::new(|_, _| ok("")));
    let mut settings: ClientSettings = super::settings(&server);
    settings.headers.insert(
        HeaderName::from_static("x-key"),
        HeaderValue::from_static("k"),
    );
    let client = Client::over_network(settings).unwrap();
    for url in [server.url("/"), other.url("/")] {
        client
            .send(
                plain(url).header(HeaderName::from_static("te"), any()),
                &Transcript::default(),
            )
            .unwrap();
    }
    assert!(server.seen()[0].contains("x-key: k\r\n"));
    assert!(!other.seen()[0].contains("x-key"));
}

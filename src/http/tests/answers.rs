//! Answers that a broken or hostile server may give: each has its failure, none a hang.

use std::time::Duration;

use super::Server;
use super::client_of;
use super::exact;
use super::plain;
use super::settings;
use crate::http::Client;
use crate::http::Failure;
use crate::http::Request;
use crate::http::Transcript;

/// What becomes of this answer through both transports.
fn fates(answer: &'static [u8]) -> [Result<u16, Failure>; 2] {
    [plain, exact].map(|ask: fn(String) -> Request| {
        let server = Server::new(|_, _| answer.to_vec());
        let client = client_of(&server);
        let mut request = ask(server.url("/"));
        request.read_limit = 1000;
        client
            .send(request, &Transcript::default())
            .map(|reply| reply.response.status)
    })
}

fn assert_fate(answer: &'static [u8], is_fitting: impl Fn(&Failure) -> bool) {
    for fate in fates(answer) {
        assert!(fate.as_ref().is_err_and(&is_fitting), "{fate:?}");
    }
}

fn is_lost(failure: &Failure) -> bool {
    matches!(failure, Failure::ConnectionLost { .. })
}

fn is_malformed(failure: &Failure) -> bool {
    matches!(failure, Failure::Malformed { .. })
}

#[test]
fn a_truncated_body_is_a_lost_connection() {
    assert_fate(
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        is_lost,
    );
    assert_fate(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello",
        is_lost,
    );
}

#[test]
fn a_truncated_head_is_a_lost_connection() {
    assert_fate(b"HTTP/1.1 200 OK\r\nContent-Le", is_lost);
}

#[test]
fn what_is_not_http_is_malformed() {
    assert_fate(b"SSH-2.0-OpenSSH_9\r\n", is_malformed);
    assert_fate(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", is_malformed);
    assert_fate(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        is_malformed,
    );
}

#[test]
fn headers_without_end_are_malformed() {
    for ask in [plain, exact] {
        let server = Server::endless(
            b"HTTP/1.1 200 OK\r\n",
            b"a: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n",
        );
        let failure = client_of(&server).send(ask(server.url("/")), &Transcript::default());
        assert!(failure.as_ref().is_err_and(is_malformed), "{failure:?}");
    }
}

#[test]
fn a_body_without_end_is_read_to_the_limit() {
    for ask in [plain, exact] {
        let server = Server::endless(b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 4096]);
        let mut request = ask(server.url("/"));
        request.read_limit = 100_000;
        let failure = client_of(&server)
            .send(request, &Transcript::default())
            .unwrap_err();
        assert_eq!(failure, Failure::TooLong { limit: 100_000 });
    }
}

#[test]
fn a_length_beyond_the_limit_is_not_waited_for() {
    assert_fate(
        b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n",
        |failure| *failure == Failure::TooLong { limit: 1000 },
    );
}

#[test]
fn silence_is_a_timeout() {
    let after = Duration::from_millis(100);
    for ask in [plain, exact] {
        let server = Server::new(|_, _| Vec::new());
        let settings = crate::http::ClientSettings {
            timeout: after,
            ..settings(&server)
        };
        let client = Client::over_network(settings).unwrap();
        let transcript = Transcript::default();
        let failure = client.send(ask(server.url("/")), &transcript).unwrap_err();
        assert_eq!(failure, Failure::TimedOut { after });
        assert_eq!(transcript.len(), 1);
    }
}

#[test]
fn a_host_without_address_is_named() {
    let client = Client::over_network(crate::http::ClientSettings::default()).unwrap();
    for ask in [plain, exact] {
        let request = ask("http://nobody.invalid/".to_owned());
        let failure = client.send(request, &Transcript::default()).unwrap_err();
        assert!(
            matches!(&failure, Failure::NoAddress { host, .. } if host == "nobody.invalid"),
            "{failure}"
        );
    }
}

#[test]
fn several_answers_keep_apart() {
    let server = Server::new(|request, _| super::ok(request.split(' ').nth(1).unwrap()));
    let client = client_of(&server);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (client, server) = (&client, &server);
            scope.spawn(move || {
                for turn in 0..10 {
                    let path = format!("/{thread}/{turn}");
                    let ask = if turn % 2 == 0 { plain } else { exact };
                    let reply = client
                        .send(ask(server.url(&path)), &Transcript::default())
                        .unwrap();
                    assert_eq!(reply.response.body, path);
                }
            });
        }
    });
    assert_eq!(client.requests(), 80);
}

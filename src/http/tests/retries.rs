//! What is asked again, and what never is.

use std::io::Write as _;
use std::time::Duration;

use super::Server;
use super::answer;
use super::client_of;
use super::exact;
use super::ok;
use super::one_request;
use super::plain;
use super::settings;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Exchange;
use crate::http::Failure;
use crate::http::Method;
use crate::http::Request;
use crate::http::Role;
use crate::http::Transcript;

#[test]
fn a_429_is_asked_again_when_the_server_says() {
    let server = Server::new(|_, turn| match turn {
        0 => answer(429, &["retry-after: 0"], ""),
        1 => answer(503, &["retry-after: 0"], ""),
        _ => ok("fine"),
    });
    let transcript = Transcript::default();
    let reply = client_of(&server)
        .send(plain(server.url("/")), &transcript)
        .unwrap();
    assert_eq!(reply.response.status, 200);
    let roles: Vec<_> = transcript
        .take()
        .iter()
        .map(|exchange| exchange.role)
        .collect();
    assert_eq!(roles, [Role::Asked, Role::Again, Role::Again]);
}

#[test]
fn a_429_that_stays_is_the_answer() {
    let server = Server::new(|_, _| answer(429, &["retry-after: 0"], ""));
    let client = Client::over_network(ClientSettings {
        retries: 2,
        ..settings(&server)
    })
    .unwrap();
    let reply = client
        .send(plain(server.url("/")), &Transcript::default())
        .unwrap();
    assert_eq!(reply.response.status, 429);
    assert_eq!((server.seen().len(), client.requests()), (3, 3));
}

#[test]
fn other_failures_of_the_server_are_answers() {
    for status in [500, 502, 504, 404] {
        let server = Server::new(move |_, _| answer(status, &["retry-after: 0"], ""));
        let reply = client_of(&server)
            .send(plain(server.url("/")), &Transcript::default())
            .unwrap();
        assert_eq!((reply.response.status, server.seen().len()), (status, 1));
    }
}

#[test]
fn a_refused_connection_is_tried_again_and_then_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for ask in [plain, exact] {
        let settings = ClientSettings {
            retries: 1,
            ..ClientSettings::default()
        };
        let transcript = Transcript::default();
        let request = ask(format!("http://{address}/"));
        let failure = Client::over_network(settings)
            .unwrap()
            .send(request, &transcript)
            .unwrap_err();
        let named = address.to_string();
        assert!(
            matches!(&failure, Failure::Refused { address, .. } if *address == named),
            "{failure}"
        );
        assert_eq!(transcript.len(), 2);
    }
}

/// A server that answers the first request on a connection and cuts it at the second one. The first
/// is cut as well where it asks for `/cut`.
fn cutting() -> Server {
    Server::talking(|stream| {
        let mut held = Vec::new();
        let Some(first) = one_request(stream, &mut held) else {
            return;
        };
        if !first.contains(" /cut ") && stream.write_all(&ok("fine")).is_ok() {
            one_request(stream, &mut held);
        }
    })
}

/// Sends a request after another one whose connection it can use.
fn second(
    server: &Server,
    ask: fn(String) -> Request,
    then: Request,
) -> (Result<u16, Failure>, Vec<Exchange>) {
    let client = client_of(server);
    client
        .send(ask(server.url("/")), &Transcript::default())
        .unwrap();
    // Until the connection has come back to be used again.
    std::thread::sleep(Duration::from_millis(100));
    let transcript = Transcript::default();
    let outcome = client.send(then, &transcript);
    let status = outcome.map(|reply| reply.response.status);
    (status, transcript.take())
}

fn roles(exchanges: &[Exchange]) -> Vec<Role> {
    exchanges.iter().map(|exchange| exchange.role).collect()
}

#[test]
fn a_used_connection_that_ends_without_an_answer_is_replaced_and_the_transcript_says_so() {
    for ask in [plain, exact] as [fn(String) -> Request; 2] {
        for method in [Method::GET, Method::POST, Method::PATCH, Method::PUT] {
            let server = cutting();
            let then = Request {
                method,
                ..ask(server.url("/"))
            };
            let (status, exchanges) = second(&server, ask, then.body("a body"));
            assert_eq!(status, Ok(200));
            assert_eq!(roles(&exchanges), [Role::Asked, Role::Again]);
            let lost = &exchanges[0].outcome;
            assert!(matches!(lost, Err(Failure::ConnectionLost { .. })));
        }
    }
}

#[test]
fn a_fresh_connection_that_ends_without_an_answer_is_the_registrys_doing() {
    for ask in [plain, exact] as [fn(String) -> Request; 2] {
        let server = cutting();
        let transcript = Transcript::default();
        let failure = client_of(&server)
            .send(ask(server.url("/cut")), &transcript)
            .unwrap_err();
        assert!(matches!(failure, Failure::ConnectionLost { .. }));
        assert_eq!(transcript.len(), 1);
        let (status, exchanges) = second(&server, ask, ask(server.url("/cut")));
        assert!(matches!(status, Err(Failure::ConnectionLost { .. })));
        assert_eq!(roles(&exchanges), [Role::Asked, Role::Again]);
    }
}

#[test]
fn a_used_connection_that_ends_in_the_middle_of_an_answer_is_not_replaced() {
    let server = Server::talking(|stream| {
        let mut held = Vec::new();
        if one_request(stream, &mut held).is_some() {
            let _ = stream.write_all(&ok("fine"));
            one_request(stream, &mut held);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
        }
    });
    for ask in [plain, exact] as [fn(String) -> Request; 2] {
        let (status, exchanges) = second(&server, ask, ask(server.url("/")));
        assert!(matches!(status, Err(Failure::ConnectionLost { .. })));
        assert_eq!(roles(&exchanges), [Role::Asked]);
    }
}

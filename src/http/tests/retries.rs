//! What is asked again, and what never is.

use super::Server;
use super::answer;
use super::client_of;
use super::ok;
use super::plain;
use super::settings;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Failure;
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
    for ask in [plain, super::exact] {
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

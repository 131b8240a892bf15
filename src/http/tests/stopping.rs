//! The end of a run, and the wait for its begin.

use std::time::Duration;
use std::time::Instant;

use super::Server;
use super::client_of;
use super::ok;
use super::plain;
use super::settings;
use crate::http::BoxFuture;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Failure;
use crate::http::Request;
use crate::http::Response;
use crate::http::Transcript;
use crate::http::Transport;

#[test]
fn what_is_under_way_is_stopped_and_can_be_resumed() {
    let server = Server::new(|_, turn| if turn == 0 { Vec::new() } else { ok("fine") });
    let client = Client::over_network(ClientSettings {
        timeout: Duration::from_secs(600),
        ..settings(&server)
    })
    .unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| client.send(plain(server.url("/")), &Transcript::default()));
        while server.seen().is_empty() {
            std::thread::yield_now();
        }
        client.stop();
        assert_eq!(waiting.join().unwrap().unwrap_err(), Failure::Stopped);
    });
    let stopped = client.send(plain(server.url("/")), &Transcript::default());
    assert_eq!(stopped.unwrap_err(), Failure::Stopped);
    client.resume();
    assert!(
        client
            .send(plain(server.url("/")), &Transcript::default())
            .is_ok()
    );
}

#[test]
fn a_deadline_stops_what_waits_for_another_try() {
    let server = Server::new(|_, _| super::answer(429, &["retry-after: 30"], ""));
    let deadline = Some(Instant::now() + Duration::from_millis(100));
    let client = Client::over_network(ClientSettings {
        deadline,
        ..settings(&server)
    })
    .unwrap();
    let outcome = client.send(plain(server.url("/")), &Transcript::default());
    assert_eq!(outcome.unwrap_err(), Failure::Stopped);
}

#[test]
fn waiting_ends_with_any_answer() {
    let server = Server::new(|_, _| super::answer(500, &[], ""));
    let long = Duration::from_secs(60);
    assert_eq!(
        client_of(&server).wait_until_ready(&server.url("/"), long),
        Ok(())
    );
}

#[test]
fn waiting_for_nobody_ends_with_the_reason() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::over_network(ClientSettings::default()).unwrap();
    let outcome = client.wait_until_ready(&url, Duration::from_millis(250));
    assert!(
        matches!(outcome, Err(Failure::Refused { .. })),
        "{outcome:?}"
    );
}

/// Answers with the target that it was asked for.
struct Echo;

impl Transport for Echo {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        let body = request.url.clone().into();
        Box::pin(async {
            Ok(Response {
                status: 200,
                headers: http::HeaderMap::new(),
                body,
            })
        })
    }
}

#[test]
fn a_server_in_this_process_needs_no_socket() {
    let client = Client::in_process(std::sync::Arc::new(Echo), ClientSettings::default()).unwrap();
    let transcript = Transcript::default();
    let reply = client
        .send(plain("http://r.test/v2/"), &transcript)
        .unwrap();
    assert_eq!(reply.response.body, "http://r.test/v2/");
    let raw = client.send_raw("http://r.test/", "GET / HTTP/1.1\r\n\r\n", &transcript);
    assert_eq!(raw.unwrap_err(), Failure::NoConnection);
}

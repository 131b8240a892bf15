//! Passwords and tokens.

use std::sync::Arc;
use std::sync::OnceLock;

use base64::Engine;

use super::Server;
use super::answer;
use super::exact;
use super::ok;
use super::plain;
use super::settings;
use crate::http::Client;
use crate::http::ClientError;
use crate::http::ClientSettings;
use crate::http::Credentials;
use crate::http::Failure;
use crate::http::Login;
use crate::http::Request;
use crate::http::Role;
use crate::http::Secret;
use crate::http::Transcript;

fn password() -> Login {
    Login::Password {
        username: "me".to_owned(),
        password: Secret::new("hunter2"),
    }
}

fn client(server: &Server, credentials: Login) -> Client {
    Client::over_network(ClientSettings {
        credentials,
        ..settings(server)
    })
    .unwrap()
}

fn for_purpose(request: Request, purpose: &str) -> Request {
    Request {
        purpose: purpose.to_owned(),
        ..request
    }
}

/// A registry that takes the token `t1`, `t2`, … that its service gave out last, and the service,
/// which is on the same server under `/token`. `life` is `expires_in`.
fn registry(life: u32) -> Server {
    let at: Arc<OnceLock<String>> = Arc::default();
    let known = Arc::clone(&at);
    let issued = std::sync::atomic::AtomicU32::new(0);
    let server = Server::new(move |request, _| {
        let last = issued.load(std::sync::atomic::Ordering::SeqCst);
        if request.starts_with("GET /token") {
            issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let next = last + 1;
            return ok(&format!(
                "{{\"token\":\"secret-t{next}\",\"expires_in\":{life}}}"
            ));
        }
        if request.contains(&format!("authorization: Bearer secret-t{last}\r\n")) {
            return ok("welcome");
        }
        let realm = known.get().unwrap();
        let header = format!(
            "www-authenticate: Bearer realm=\"http://{realm}/token\",service=\"s\",scope=\"repository:a:pull\""
        );
        answer(401, &[&header], "")
    });
    at.set(server.address.to_string()).unwrap();
    server
}

fn first_lines(server: &Server) -> Vec<String> {
    let seen = server.seen();
    seen.iter()
        .map(|request| request.split(' ').nth(1).unwrap().to_owned())
        .collect()
}

const TOKEN: &str = "/token?service=s&scope=repository%3Aa%3Apull";

#[test]
fn a_password_is_given_when_asked_for_and_ahead_from_then_on() {
    let basic = base64::engine::general_purpose::STANDARD.encode("me:hunter2");
    let wanted = format!("authorization: Basic {basic}\r\n");
    let server = Server::new(move |request, _| {
        if request.contains(&wanted) {
            ok("welcome")
        } else {
            answer(401, &["www-authenticate: Basic realm=\"r\""], "")
        }
    });
    let client = client(&server, password());
    for ask in [plain, exact] {
        let reply = client
            .send(ask(server.url("/")), &Transcript::default())
            .unwrap();
        assert_eq!(reply.response.status, 200);
    }
    assert_eq!(server.seen().len(), 3);
    assert!(client.was_challenged());
}

#[test]
fn a_password_that_is_refused_is_not_tried_for_ever() {
    let server = Server::new(|_, _| answer(401, &["www-authenticate: Basic realm=\"r\""], ""));
    let client = client(&server, password());
    for _ in 0..2 {
        let reply = client
            .send(plain(server.url("/")), &Transcript::default())
            .unwrap();
        assert_eq!(reply.response.status, 401);
    }
    assert!(server.seen().len() <= 4, "{}", server.seen().len());
}

#[test]
fn a_token_is_had_once_for_each_purpose() {
    let server = registry(300);
    let client = client(&server, Login::Anonymous);
    let transcript = Transcript::default();
    let reply = client
        .send(for_purpose(plain(server.url("/1")), "a pull"), &transcript)
        .unwrap();
    assert_eq!(
        (reply.response.status, reply.first, reply.exchange),
        (200, 0, 2)
    );
    client
        .send(for_purpose(exact(server.url("/2")), "a pull"), &transcript)
        .unwrap();
    client
        .send(for_purpose(plain(server.url("/3")), "b pull"), &transcript)
        .unwrap();
    assert_eq!(first_lines(&server), ["/1", TOKEN, "/1", "/2", "/3", "/3"]);
    let roles: Vec<_> = transcript
        .take()
        .iter()
        .map(|exchange| exchange.role)
        .collect();
    let (asked, again) = (Role::Asked, Role::Again);
    assert_eq!(roles, [asked, Role::Token, again, asked, asked, again]);
}

#[test]
fn a_token_past_its_end_is_had_anew_before_it_is_used() {
    let server = registry(0);
    let client = client(&server, password());
    for path in ["/1", "/2"] {
        let request = for_purpose(plain(server.url(path)), "a pull");
        assert_eq!(
            client
                .send(request, &Transcript::default())
                .unwrap()
                .response
                .status,
            200
        );
    }
    assert_eq!(first_lines(&server), ["/1", TOKEN, "/1", TOKEN, "/2"]);
    assert!(server.seen()[1].contains("authorization: Basic "));
}

#[test]
fn a_token_that_is_no_longer_taken_is_had_anew_once() {
    let server = registry(300);
    let client = client(&server, Login::Anonymous);
    let ask = |path: &str| {
        client.send(
            for_purpose(plain(server.url(path)), "p"),
            &Transcript::default(),
        )
    };
    ask("/1").unwrap();
    // Somebody else's request for a token makes ours invalid.
    client
        .send(plain(server.url("/token")), &Transcript::default())
        .unwrap();
    assert_eq!(ask("/2").unwrap().response.status, 200);
    assert_eq!(
        first_lines(&server),
        ["/1", TOKEN, "/1", "/token", "/2", TOKEN, "/2"]
    );
}

#[test]
fn a_challenge_that_tokens_do_not_meet_is_the_answer() {
    let at: Arc<OnceLock<String>> = Arc::default();
    let known = Arc::clone(&at);
    let server = Server::new(move |request, turn| {
        if request.starts_with("GET /token") {
            return ok("{\"access_token\":\"secret\"}");
        }
        let realm = format!(
            "realm=\"http://{}/token\",scope=\"{turn}\"",
            known.get().unwrap()
        );
        answer(401, &[&format!("www-authenticate: Bearer {realm}")], "")
    });
    at.set(server.address.to_string()).unwrap();
    let reply = client(&server, password())
        .send(plain(server.url("/")), &Transcript::default())
        .unwrap();
    assert_eq!(reply.response.status, 401);
    assert_eq!(server.seen().len(), 5);
}

#[test]
fn a_token_service_that_refuses_leaves_the_401_standing() {
    let service = Server::new(|_, _| answer(403, &[], "no"));
    let line = format!("www-authenticate: Bearer realm=\"{}\"", service.url("/"));
    let server = Server::new(move |_, _| answer(401, &[&line], "who?"));
    let reply =
        client(&server, Login::Anonymous).send(plain(server.url("/")), &Transcript::default());
    assert_eq!(reply.unwrap().response.body, "who?");
}

#[test]
fn a_token_service_that_is_broken_is_named() {
    let service = Server::new(|_, _| ok("<html>"));
    let line = format!("www-authenticate: Bearer realm=\"{}\"", service.url("/"));
    let server = Server::new(move |_, _| answer(401, &[&line], ""));
    let outcome =
        client(&server, Login::Anonymous).send(plain(server.url("/")), &Transcript::default());
    assert!(matches!(outcome, Err(Failure::Token { .. })), "{outcome:?}");
}

#[test]
fn credentials_that_are_withheld_answer_no_challenge() {
    let server = registry(300);
    let request = Request {
        credentials: Credentials::Withheld,
        ..plain(server.url("/"))
    };
    let client = client(&server, password());
    let reply = client.send(request, &Transcript::default()).unwrap();
    assert_eq!((reply.response.status, server.seen().len()), (401, 1));
    assert!(client.was_challenged());
}

#[test]
fn a_challenge_by_another_host_is_not_answered() {
    let (target, other) = (Server::new(|_, _| ok("")), registry(300));
    let client = client(&target, password());
    let reply = client
        .send(plain(other.url("/")), &Transcript::default())
        .unwrap();
    assert_eq!((reply.response.status, other.seen().len()), (401, 1));
    assert!(!client.was_challenged());
}

#[test]
fn a_refresh_token_is_posted_to_the_service() {
    let at: Arc<OnceLock<String>> = Arc::default();
    let known = Arc::clone(&at);
    let server = Server::new(move |request, _| {
        if request.starts_with("POST /token") {
            return ok("{\"access_token\":\"secret-a\"}");
        }
        if request.contains("authorization: Bearer secret-a\r\n") {
            return ok("welcome");
        }
        let realm = known.get().unwrap();
        answer(
            401,
            &[&format!(
                "www-authenticate: Bearer realm=\"http://{realm}/token\",service=\"s\""
            )],
            "",
        )
    });
    at.set(server.address.to_string()).unwrap();
    let client = client(&server, Login::Identity(Secret::new("refresh-me")));
    let reply = client
        .send(plain(server.url("/")), &Transcript::default())
        .unwrap();
    assert_eq!(reply.response.status, 200);
    let body = "grant_type=refresh_token&refresh_token=refresh-me&client_id=plimsoll&service=s";
    assert!(server.seen()[1].ends_with(body));
}

#[test]
fn credentials_without_a_target_are_refused() {
    let settings = ClientSettings {
        credentials: password(),
        ..ClientSettings::default()
    };
    assert_eq!(
        Client::over_network(settings).unwrap_err(),
        ClientError::NoTarget
    );
}

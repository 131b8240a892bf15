//! Redirects: where they lead, and what they must not take along.

use super::Server;
use super::answer;
use super::client_of;
use super::ok;
use super::plain;
use super::settings;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Failure;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Login;
use crate::http::Role;
use crate::http::Secret;
use crate::http::Transcript;

fn to(location: &str) -> Vec<u8> {
    answer(307, &[&format!("location: {location}")], "")
}

#[test]
fn a_redirect_is_followed_and_recorded() {
    let server = Server::new(|_, turn| {
        if turn == 0 {
            to("/there?x=%2e")
        } else {
            ok("here")
        }
    });
    let transcript = Transcript::default();
    let reply = client_of(&server)
        .send(plain(server.url("/")), &transcript)
        .unwrap();
    assert_eq!(reply.response.body, "here");
    assert_eq!(reply.url, server.url("/there?x=%2e"));
    assert_eq!((reply.first, reply.exchange), (0, 1));
    let roles: Vec<_> = transcript
        .take()
        .iter()
        .map(|exchange| exchange.role)
        .collect();
    assert_eq!(roles, [Role::Asked, Role::Redirect]);
}

#[test]
fn a_caller_may_want_the_redirect_itself() {
    let server = Server::new(|_, _| to("/there"));
    let request = plain(server.url("/")).unfollowed();
    let reply = client_of(&server)
        .send(request, &Transcript::default())
        .unwrap();
    assert_eq!(reply.response.status, 307);
}

#[test]
fn a_loop_ends() {
    let server = Server::new(|_, _| to("/again"));
    let failure = client_of(&server).send(plain(server.url("/")), &Transcript::default());
    assert!(
        matches!(failure, Err(Failure::Redirect { .. })),
        "{failure:?}"
    );
    assert_eq!(server.seen().len(), 11);
}

#[test]
fn nothing_secret_goes_to_another_port_nor_comes_back() {
    let home = Server::new(|_, _| ok("home"));
    let back = home.url("/back");
    let other = Server::new(move |_, _| to(&back));
    let away = other.url("/away");
    let target = Server::new(move |_, _| to(&away));
    let mut settings = ClientSettings {
        credentials: Login::Token(Secret::new("hunter2")),
        ..settings(&target)
    };
    settings.headers.insert(
        HeaderName::from_static("x-key"),
        HeaderValue::from_static("k1234"),
    );
    let client = Client::over_network(settings).unwrap();
    let request = plain(target.url("/"))
        .header(
            HeaderName::from_static("cookie"),
            HeaderValue::from_static("c=1"),
        )
        .header(
            HeaderName::from_static("range"),
            HeaderValue::from_static("bytes=0-1"),
        );
    client.send(request, &Transcript::default()).unwrap();
    let first = &target.seen()[0];
    assert!(first.contains("authorization: Bearer hunter2\r\n") && first.contains("x-key: k1234"));
    for seen in [&other.seen()[0], &home.seen()[0]] {
        assert!(
            !seen.contains("hunter2") && !seen.contains("k1234"),
            "{seen}"
        );
        assert!(
            !seen.contains("cookie") && seen.contains("range: bytes=0-1"),
            "{seen}"
        );
    }
}

#[test]
fn a_redirect_out_of_http_is_refused_without_its_secrets() {
    let server = Server::new(|_, _| to("ftp://me:pw@s.test/?token=abc"));
    let failure = client_of(&server)
        .send(plain(server.url("/")), &Transcript::default())
        .unwrap_err();
    let said = failure.to_string();
    assert!(matches!(failure, Failure::Redirect { .. }), "{failure}");
    assert!(!said.contains("pw") && !said.contains("abc"), "{said}");
}

#[test]
fn nobody_is_sent_to_where_clouds_tell_machines_their_credentials() {
    for place in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
    ] {
        let server = Server::new(move |_, _| to(place));
        let transcript = Transcript::default();
        let failure = client_of(&server).send(plain(server.url("/")), &transcript);
        let failure = failure.unwrap_err();
        assert!(matches!(failure, Failure::BadUrl { .. }), "{failure}");
    }
}

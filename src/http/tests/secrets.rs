//! Nothing secret is ever shown.

use super::Server;
use super::answer;
use super::exact;
use super::ok;
use super::plain;
use super::settings;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Login;
use crate::http::Secret;
use crate::http::TokenRequest;
use crate::http::Transcript;
use crate::http::script;

/// Repeats what it was sent, in a header and in the body, once it got a token.
fn parrot(request: &str) -> Vec<u8> {
    let line = request
        .lines()
        .find(|line| line.starts_with("authorization"))
        .unwrap_or_default();
    answer(
        200,
        &[&format!("x-echo: {line}"), "set-cookie: id=secret-cookie"],
        request,
    )
}

#[test]
fn no_secret_is_in_the_transcript() {
    let service =
        Server::new(|_, _| ok("{\"token\":\"secret-token\",\"refresh_token\":\"secret-refresh\"}"));
    let line = format!("www-authenticate: Bearer realm=\"{}\"", service.url("/t"));
    let server = Server::new(move |request, _| {
        if request.contains("secret-token") {
            parrot(request)
        } else {
            answer(401, &[&line], "")
        }
    });
    let login = Login::Password {
        username: "me".into(),
        password: Secret::new("secret-password"),
    };
    let mut settings = ClientSettings {
        credentials: login,
        ..settings(&server)
    };
    settings
        .headers
        .insert("x-api-key", "secret-key".parse().unwrap());
    let client = Client::over_network(settings).unwrap();
    let transcript = Transcript::default();
    for ask in [plain, exact] {
        let request = ask(server.url("/?X-Amz-Signature=secret-signature"));
        let reply = client.send(request, &transcript).unwrap();
        assert!(String::from_utf8_lossy(&reply.response.body).contains("secret-token"));
    }
    let exact = "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-token\r\n\r\n";
    client
        .send_raw(&server.url("/"), exact, &transcript)
        .unwrap();
    let shown = format!("{transcript:?}{client:?}{}", script(&transcript.since(0)));
    assert!(!shown.contains("secret-"), "{shown}");
    // What was base64 would not be found above.
    assert!(!shown.contains("bWU6c2Vj"), "{shown}");
    assert!(shown.contains("<redacted>"));
}

#[test]
fn a_token_that_a_caller_asks_for_and_shows_is_in_no_transcript() {
    let service = Server::new(|_, _| ok("{\"token\":\"secret-token\",\"expires_in\":60}"));
    let server = Server::new(|request, _| parrot(request));
    let client = Client::over_network(settings(&server)).unwrap();
    let transcript = Transcript::default();
    for login in [
        Login::Password {
            username: "me".to_owned(),
            password: Secret::new("secret-password"),
        },
        Login::Identity(Secret::new("secret-refresh")),
    ] {
        let asked = TokenRequest {
            realm: service.url("/t"),
            service: None,
            scopes: Vec::new(),
            login,
            is_offline: false,
        };
        let reply = client.token(&asked, &transcript).unwrap();
        let token = reply.token().unwrap().reveal().to_owned();
        let value = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
        let url = server.url(&format!("/?access_token={token}"));
        let name = HeaderName::from_static("authorization");
        let request = plain(url).header(name, value);
        let said = client.send(request, &transcript).unwrap();
        let body = String::from_utf8_lossy(&said.response.body).into_owned();
        assert!(body.contains("secret-token"), "{body}");
    }
    let shown = format!("{transcript:?}{}", script(&transcript.since(0)));
    assert!(!shown.contains("secret-"), "{shown}");
    assert!(!shown.contains("bWU6c2Vj"), "{shown}");
    let seen = service.seen();
    assert!(seen[0].contains("authorization: Basic bWU6c2Vj"));
    assert!(seen[1].contains("refresh_token=secret-refresh"));
}

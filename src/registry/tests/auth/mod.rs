//! Logins and rights, asked for as a client does.

mod basic;
mod catalog;
mod isolation;
mod tokens;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::Client;
use super::body;
use super::codes;
use super::request;
use super::with;
use crate::http::Method;
use crate::http::Request;
use crate::http::Response;
use crate::http::challenge::Challenges;
use crate::http::challenge::Demand;
use crate::oci::Algorithm;
use crate::registry::Action;
use crate::registry::Auth;
use crate::registry::Rights;
use crate::registry::Settings;

const USERS: [(&str, &str); 2] = [("alice", "secret"), ("bob", "hidden")];
const KEY: [u8; 32] = [7; 32];

impl Client {
    fn guarded(auth: Auth) -> Self {
        Self::of(Settings {
            auth: Some(auth),
            ..Settings::default()
        })
    }

    /// What is answered to whoever shows this.
    fn show(&self, shown: &str, method: Method, path: &str) -> Response {
        self.send(&showing(shown, method, path))
    }

    /// A token for scopes, of the user with this password.
    fn token(&self, shown: &str, scopes: &[&str]) -> String {
        let scopes: Vec<_> = scopes.iter().map(|it| format!("&scope={it}")).collect();
        let path = format!("/token?service=plimsoll{}", scopes.concat());
        let answer = self.show(shown, Method::GET, &path);
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = body(&answer)["token"].as_str().unwrap().to_owned();
        format!("Bearer {token}")
    }

    /// Pushes a blob in two requests, and returns its digest.
    fn push_as(&self, shown: &str, name: &str, content: &'static [u8]) -> String {
        let path = format!("/v2/{name}/blobs/uploads/");
        let opened = self.show(shown, Method::POST, &path);
        assert_eq!(opened.status, 202, "{opened:?}");
        let digest = Algorithm::Sha256.digest(content).to_string();
        let location = opened.header("location").unwrap();
        let path = format!("{location}&digest={digest}");
        let closed = self.send(&showing(shown, Method::PUT, &path).body(Bytes::from(content)));
        assert_eq!(closed.status, 201, "{closed:?}");
        digest
    }
}

fn showing(shown: &str, method: Method, path: &str) -> Request {
    match shown {
        "" => request(method, path),
        shown => with(request(method, path), "authorization", shown),
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn alice() -> String {
    basic("alice", "secret")
}

fn bob() -> String {
    basic("bob", "hidden")
}

/// Each has a folder; everybody may pull from a third.
fn two_folders() -> Rights {
    let rights = Rights::none();
    let rights = rights.allow("alice", "alice/**", &Action::ALL).unwrap();
    let rights = rights.allow("bob", "bob/**", &Action::ALL).unwrap();
    let pull = [Action::Pull];
    let rights = rights.allow("anonymous", "public/**", &pull).unwrap();
    let push = [Action::Pull, Action::Push];
    rights.allow("*", "shared", &push).unwrap()
}

/// What our own client reads in the challenge of a refused request.
fn challenge(answer: &Response) -> Challenges {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(codes(answer), ["UNAUTHORIZED"]);
    Challenges::of(&answer.headers)
}

/// The demand for a token.
fn demand(answer: &Response) -> Demand {
    challenge(answer).bearer.unwrap()
}

/// The error that the challenge names.
fn error(answer: &Response) -> Option<&str> {
    let (_, rest) = answer.header("www-authenticate")?.split_once("error=\"")?;
    rest.strip_suffix('"')
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

//! Logins by password.

use super::Action;
use super::Auth;
use super::Client;
use super::Method;
use super::USERS;
use super::alice;
use super::basic;
use super::challenge;
use super::codes;
use super::showing;
use super::two_folders;
use super::with;

fn closed() -> Client {
    Client::guarded(Auth::basic(USERS))
}

#[test]
fn nothing_is_answered_without_the_right_password() {
    let client = closed();
    let long = basic("alice", &"x".repeat(10_000));
    for shown in [
        "",
        &basic("alice", "hidden"),
        &basic("nobody", "secret"),
        &basic("", ""),
        &long,
        "Basic",
        "Basic ???",
        "Basic YWxpY2U=",
        "Bearer x",
    ] {
        for path in ["/v2/", "/v2/a/tags/list", "/v2/A/tags/list", "/x", "/token"] {
            let answer = client.show(shown, Method::GET, path);
            let challenges = challenge(&answer);
            assert!(challenges.basic && challenges.bearer.is_none(), "{shown}");
        }
    }
    let twice = with(
        showing(&alice(), Method::GET, "/v2/"),
        "authorization",
        &alice(),
    );
    assert_eq!(client.send(&twice).status, 401);
}

#[test]
fn who_has_the_right_password_may_do_everything() {
    let client = closed();
    assert_eq!(client.show(&alice(), Method::GET, "/v2/").status, 200);
    let digest = client.push_as(&alice(), "a", b"content");
    let path = format!("/v2/a/blobs/{digest}");
    assert_eq!(client.show(&alice(), Method::GET, &path).body, "content");
    assert_eq!(client.show(&alice(), Method::DELETE, &path).status, 202);
    let answer = client.show(&alice(), Method::GET, "/v2/A/tags/list");
    assert_eq!(codes(&answer), ["NAME_INVALID"]);
}

#[test]
fn a_refusal_has_no_body_where_there_can_be_none() {
    let answer = closed().head("/v2/a/blobs/sha256:0");
    assert_eq!((answer.status, answer.body.len()), (401, 0));
}

#[test]
fn who_is_known_and_may_not_is_told_so() {
    let client = Client::guarded(Auth::basic(USERS).rights(two_folders()));
    client.push_as(&alice(), "alice/a", b"content");
    for (method, path) in [
        (Method::GET, "/v2/bob/a/tags/list"),
        (Method::POST, "/v2/public/a/blobs/uploads/"),
        (Method::DELETE, "/v2/shared/manifests/x"),
        (Method::PUT, "/v2/other/manifests/x"),
    ] {
        let answer = client.show(&alice(), method, path);
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(codes(&answer), ["DENIED"]);
    }
}

#[test]
fn what_everybody_may_needs_no_password_and_a_wrong_one_is_still_wrong() {
    let client = Client::guarded(Auth::basic(USERS).anonymous(&[Action::Pull]));
    let digest = client.push_as(&alice(), "a", b"content");
    let path = format!("/v2/a/blobs/{digest}");
    for nothing in ["", &basic("", "")] {
        assert_eq!(client.show(nothing, Method::GET, &path).status, 200);
    }
    let wrong = basic("alice", "hidden");
    assert_eq!(client.show(&wrong, Method::GET, &path).status, 401);
    assert!(challenge(&client.delete(&path)).basic);
    assert!(challenge(&client.post("/v2/a/blobs/uploads/", "")).basic);
}

#[test]
fn the_base_says_how_to_log_in_though_nobody_has_to() {
    let client = Client::guarded(Auth::basic(USERS).anonymous(&[Action::Pull]));
    let answer = client.get("/v2/");
    assert_eq!(answer.status, 200);
    let said = answer.header("www-authenticate").unwrap();
    assert!(said.starts_with("Basic "), "{said}");
    let answer = client.show(&alice(), Method::GET, "/v2/");
    assert_eq!(answer.header("www-authenticate"), None);
}

#[test]
fn without_auth_nobody_is_asked() {
    let client = Client::new();
    assert_eq!(client.show("Basic ???", Method::GET, "/v2/").status, 200);
    assert_eq!(client.get("/token").status, 404);
}

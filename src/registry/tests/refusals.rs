//! What is refused wherever it is asked, and what no request may do.

use proptest::prelude::*;

use super::Client;
use super::codes;
use super::request;
use super::with;
use crate::http::Framing;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::ErrorBody;
use crate::oci::ErrorCode;
use crate::registry::Settings;

#[test]
fn an_unknown_path_is_not_found() {
    for path in ["/", "/v1/", "/v2/a", "/v2/a/tags", "/v2/a/tags/list/"] {
        assert_eq!(Client::new().get(path).status, 404, "{path}");
    }
}

#[test]
fn a_method_that_a_path_does_not_have_is_unsupported() {
    let digest = Algorithm::Sha256.digest(b"");
    for path in [
        "/v2/".to_owned(),
        "/v2/a/tags/list".to_owned(),
        "/v2/a/blobs/uploads/".to_owned(),
        "/v2/a/blobs/uploads/x".to_owned(),
        "/v2/a/manifests/v1".to_owned(),
        format!("/v2/a/blobs/{digest}"),
        format!("/v2/a/referrers/{digest}"),
        "/v2/_oci/ext/discover".to_owned(),
    ] {
        let answer = Client::new().send(&request(Method::TRACE, &path));
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(codes(&answer), ["UNSUPPORTED"]);
        assert!(answer.header("allow").is_some());
    }
}

#[test]
fn a_registry_that_is_only_read_takes_and_deletes_nothing() {
    let client = Client::of(Settings {
        read_only: true,
        ..Settings::default()
    });
    let digest = Algorithm::Sha256.digest(b"");
    for (method, path) in [
        (Method::POST, "/v2/a/blobs/uploads/".to_owned()),
        (
            Method::POST,
            format!("/v2/a/blobs/uploads/?digest={digest}"),
        ),
        (Method::PATCH, "/v2/a/blobs/uploads/x".to_owned()),
        (Method::PUT, "/v2/a/manifests/v1".to_owned()),
        (Method::DELETE, "/v2/a/manifests/v1".to_owned()),
        (Method::DELETE, format!("/v2/a/blobs/{digest}")),
    ] {
        // Longer than what is read before it is known what for.
        let answer = client.send(&request(method.clone(), &path).body(vec![0; 100_000]));
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    assert_eq!(client.get("/v2/").status, 200);
}

#[test]
fn a_name_outside_the_grammar_is_refused_everywhere() {
    for path in [
        "/v2/UP/tags/list",
        "/v2/a..b/manifests/v1",
        "/v2/a_/blobs/uploads/x",
    ] {
        let answer = Client::new().get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(codes(&answer), ["NAME_INVALID"]);
    }
}

#[test]
fn a_body_much_too_long_is_read_past_and_refused() {
    let client = Client::new();
    let mut put = request(Method::PUT, "/v2/a/manifests/v1").body(vec![b' '; 20 << 20]);
    assert_eq!(client.send(&put).status, 413);
    put.framing = Framing::Chunked;
    assert_eq!(client.send(&put).status, 413);
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ])
}

proptest! {
    #[test]
    fn whatever_is_asked_is_answered_by_the_rules(
        method in method(),
        path in "/v2/([aA]/|\\.\\./|//|%2F)?(blobs|manifests|tags|referrers|uploads|blobs/uploads)/(list|x|sha256:[0-9a-f]{64}|latest|%[0-9a-z]{2})?",
        query in "((n|last|digest|mount|from|tag|artifactType|digest-algorithm)=[a-z0-9:%+-]{0,8}&){0,3}",
        (name, value) in (
            prop::sample::select(vec!["range", "content-range", "content-type", "if-match", "if-range"]),
            "[ -~]{0,20}",
        ),
        body: Vec<u8>,
    ) {
        let request = request(method.clone(), &format!("{path}?{query}")).body(body);
        let answer = Client::new().send(&with(request, name, &value));
        prop_assert!(answer.status < 500);
        prop_assert!(method != Method::HEAD || answer.body.is_empty());
        if answer.status >= 400 && !answer.body.is_empty() {
            let body = ErrorBody::read(&answer.body).unwrap();
            prop_assert!(body.codes().all(|code| code.parse::<ErrorCode>().is_ok()));
        }
    }
}

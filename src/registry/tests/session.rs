//! Upload sessions.

use std::thread;
use std::time::Duration;

use super::Client;
use super::Optional;
use super::Settings;
use super::codes;
use super::request;
use super::with;
use crate::catalogue::Version;
use crate::http::Framing;
use crate::http::Method;
use crate::http::Response;
use crate::oci::Algorithm;

impl Client {
    fn patch(&self, session: &str, range: Option<&str>, chunk: &'static str) -> Response {
        let patch = request(Method::PATCH, session).body(chunk);
        self.send(&match range {
            Some(range) => with(patch, "content-range", range),
            None => patch,
        })
    }

    fn close(&self, session: &str, content: &str, last: &'static str) -> Response {
        let digest = Algorithm::Sha256.digest(content.as_bytes());
        self.put(&format!("{session}?digest={digest}"), last)
    }

    fn stored(&self, session: &str) -> Option<String> {
        let status = self.get(session);
        assert_eq!(status.status, 204);
        assert_eq!(status.header("location"), Some(session));
        status.header("range").map(str::to_owned)
    }
}

#[test]
fn chunks_in_order_become_the_blob() {
    let client = Client::new();
    let session = client.open("a");
    assert_eq!(client.stored(&session).as_deref(), Some("0-0"));
    let answer = client.patch(&session, Some("0-2"), "abc");
    assert_eq!(answer.status, 202);
    assert_eq!(answer.header("range"), Some("0-2"));
    assert_eq!(answer.header("location"), Some(session.as_str()));
    let answer = client.patch(&session, Some("3-3"), "d");
    assert_eq!(answer.header("range"), Some("0-3"));
    assert_eq!(client.stored(&session).as_deref(), Some("0-3"));
    let closed = client.close(&session, "abcd", "");
    assert_eq!(closed.status, 201);
    assert_eq!(client.get(closed.header("location").unwrap()).body, "abcd");
}

#[test]
fn the_last_chunk_may_ride_in_the_closing_put() {
    let client = Client::new();
    let session = client.open("a");
    client.patch(&session, None, "abc");
    client.patch(&session, None, "de");
    assert_eq!(client.close(&session, "abcdef", "f").status, 201);
}

#[test]
fn a_chunk_out_of_order_changes_nothing() {
    let client = Client::new();
    let session = client.open("a");
    assert_eq!(client.patch(&session, Some("5-7"), "abc").status, 416);
    client.patch(&session, Some("0-2"), "abc");
    for range in ["0-2", "2-4", "4-6"] {
        let answer = client.patch(&session, Some(range), "abc");
        assert_eq!(answer.status, 416, "{range}");
        assert_eq!(codes(&answer), ["BLOB_UPLOAD_INVALID"]);
        assert_eq!(answer.header("range"), Some("0-2"));
        assert_eq!(answer.header("location"), Some(session.as_str()));
    }
    let put = request(
        Method::PUT,
        &format!("{session}?digest={}", Algorithm::Sha256.digest(b"")),
    );
    let answer = client.send(&with(put.body("x"), "content-range", "9-9"));
    assert_eq!(answer.status, 416);
    assert_eq!(client.stored(&session).as_deref(), Some("0-2"));
    assert_eq!(client.close(&session, "abc", "").status, 201);
}

#[test]
fn a_content_range_that_is_malformed_or_unlike_the_body_is_refused() {
    let client = Client::new();
    let session = client.open("a");
    for range in [
        "bytes=0-2",
        "bytes 0-2/3",
        "2-0",
        "x",
        "0-99999999999999999999",
    ] {
        assert_eq!(
            client.patch(&session, Some(range), "abc").status,
            400,
            "{range}"
        );
    }
    for range in ["0-1", "0-3"] {
        let answer = client.patch(&session, Some(range), "abc");
        assert_eq!(answer.status, 400, "{range}");
        assert_eq!(codes(&answer), ["SIZE_INVALID"]);
    }
    assert_eq!(client.stored(&session).as_deref(), Some("0-0"));
}

#[test]
fn a_session_closes_only_with_the_right_digest() {
    let client = Client::new();
    let session = client.open("a");
    client.patch(&session, None, "abc");
    assert_eq!(client.put(&session, "").status, 400);
    for digest in ["foo", "sha256:bad", "md5:d41d8cd98f00b204e9800998ecf8427e"] {
        let answer = client.put(&format!("{session}?digest={digest}"), "");
        assert_eq!(answer.status, 400, "{digest}");
        assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    }
    let answer = client.close(&session, "other", "");
    assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    let claimed = Algorithm::Sha256.digest(b"other");
    assert_eq!(client.head(&format!("/v2/a/blobs/{claimed}")).status, 404);
    assert_eq!(client.close(&session, "abc", "").status, 201);
}

#[test]
fn a_closed_or_cancelled_or_foreign_session_is_unknown() {
    let client = Client::new();
    let closed = client.open("a");
    client.close(&closed, "", "");
    let cancelled = client.open("a");
    client.patch(&cancelled, None, "abc");
    assert_eq!(client.delete(&cancelled).status, 204);
    let foreign = client.open("a").replace("/v2/a/", "/v2/b/");
    for session in [&closed, &cancelled, &foreign, "/v2/a/blobs/uploads/x"] {
        for answer in [
            client.get(session),
            client.patch(session, None, "abc"),
            client.close(session, "", ""),
            client.delete(session),
        ] {
            assert_eq!(answer.status, 404, "{session}");
            assert_eq!(codes(&answer), ["BLOB_UPLOAD_UNKNOWN"]);
        }
    }
}

#[test]
fn interleaved_sessions_do_not_disturb_one_another() {
    let client = Client::new();
    let (one, other) = (client.open("a"), client.open("a"));
    client.patch(&one, Some("0-0"), "a");
    client.patch(&other, Some("0-0"), "x");
    client.patch(&one, Some("1-1"), "b");
    client.patch(&other, Some("1-1"), "y");
    assert_eq!(client.close(&one, "ab", "").status, 201);
    assert_eq!(client.close(&other, "xy", "").status, 201);
}

#[test]
fn of_two_closings_at_once_one_wins() {
    let client = Client::new();
    for _ in 0..50 {
        let session = client.open("a");
        let close = || client.close(&session, "abc", "abc").status;
        let mut statuses = thread::scope(|scope| {
            let closings = [scope.spawn(close), scope.spawn(close)];
            closings.map(|closing| closing.join().unwrap())
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 404]);
    }
}

#[test]
fn a_body_that_ends_early_stores_nothing() {
    let client = Client::new();
    let session = client.open("a");
    let mut patch = request(Method::PATCH, &session).body("abc");
    patch.framing = Framing::Announced(10);
    let answer = client.send(&patch);
    assert_eq!(answer.status, 400);
    assert_eq!(codes(&answer), ["SIZE_INVALID"]);
    assert_eq!(client.stored(&session).as_deref(), Some("0-0"));
}

#[test]
fn a_body_needs_no_announced_length() {
    let client = Client::new();
    let session = client.open("a");
    let mut patch = request(Method::PATCH, &session).body("abc");
    patch.framing = Framing::Chunked;
    assert_eq!(client.send(&patch).header("range"), Some("0-2"));
}

#[test]
fn a_blob_larger_than_the_limit_is_refused() {
    let client = Client::of(Settings {
        blob_limit: 4,
        ..Settings::default()
    });
    let session = client.open("a");
    assert_eq!(client.patch(&session, None, "abcde").status, 413);
    assert_eq!(client.patch(&session, None, "abc").status, 202);
    let answer = client.patch(&session, None, "de");
    assert_eq!(answer.status, 413);
    assert_eq!(codes(&answer), ["SIZE_INVALID"]);
    assert_eq!(client.close(&session, "abcd", "d").status, 201);
}

#[test]
fn only_the_last_chunk_may_be_smaller_than_the_minimum() {
    let client = Client::of(Settings {
        chunk_minimum: Some(3),
        ..Settings::default()
    });
    let session = client.open("a");
    client.patch(&session, Some("0-2"), "abc");
    assert_eq!(client.patch(&session, Some("3-3"), "d").status, 202);
    let answer = client.patch(&session, Some("4-6"), "efg");
    assert_eq!(answer.status, 400);
    assert_eq!(client.close(&session, "abcd", "").status, 201);
}

#[test]
fn a_version_has_no_methods_of_a_later_one() {
    let client = Client::of_spec(Version::V1_1);
    let answer = client.delete(&client.open("a"));
    assert_eq!(answer.status, 405);
    assert_eq!(codes(&answer), ["UNSUPPORTED"]);
    let client = Client::of_spec(Version::V1_0);
    let answer = client.get(&client.open("a"));
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), Some("PATCH, PUT"));
}

#[test]
fn a_blob_is_stored_under_sha512_if_that_is_offered() {
    let digest = Algorithm::Sha512.digest(b"abc");
    let close = |client: &Client| {
        let session = client.open("a");
        client.put(&format!("{session}?digest={digest}"), "abc")
    };
    let client = Client::new();
    let closed = close(&client);
    assert_eq!(closed.status, 201);
    assert_eq!(client.get(closed.header("location").unwrap()).body, "abc");
    assert_eq!(close(&Client::without(Optional::Sha512)).status, 400);
}

#[test]
fn an_abandoned_session_is_forgotten() {
    let client = Client::of(Settings {
        session_timeout: Duration::ZERO,
        ..Settings::default()
    });
    let answer = client.get(&client.open("a"));
    assert_eq!(codes(&answer), ["BLOB_UPLOAD_UNKNOWN"]);
}

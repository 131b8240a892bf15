//! One fault is one cause, however many checks run into it, and a fault that comes and goes is told
//! apart from one that stays.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use plimsoll::http::BoxFuture;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::Failure;
use plimsoll::http::HeaderMap;
use plimsoll::http::Request;
use plimsoll::http::Response;
use plimsoll::http::Transport;
use plimsoll::registry::InProcess;
use plimsoll::registry::Registry;
use plimsoll::run::Control;
use plimsoll::run::Gating;
use plimsoll::run::Settings;
use plimsoll::suite::SECTIONS;

use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::server;

const UNKNOWN: &str = r#"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#;

#[test]
fn an_upload_post_without_location_is_one_cause() {
    let url = server(|head, stream| match head.split(' ').next() {
        Some("POST") => answer(stream, "202 Accepted", "", ""),
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ => answer(
            stream,
            "404 Not Found",
            "Content-Type: application/json\r\n",
            UNKNOWN,
        ),
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&[
        "check",
        &url,
        "--only",
        "push/post-then-put",
        "--retries",
        "0",
    ]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let record = plimsoll.record();
    let causes: Vec<_> = record
        .causes
        .iter()
        .map(|cause| cause.id.as_str())
        .collect();
    assert_eq!(causes, ["upload-location-sent"], "{}", ended.stdout);
    let failed = |check: &&plimsoll::run::CheckEntry| check.verdict == "fail";
    assert_eq!(
        record.checks.iter().filter(failed).count(),
        1,
        "the check of that very rule"
    );
    assert!(record.summary["blocked"] > 10, "{:?}", record.summary);
    let gating: Vec<_> = record.checks.iter().filter(|check| check.gates).collect();
    assert_eq!(
        gating.len(),
        1,
        "what is blocked by a counted failure does not gate again"
    );
}

#[test]
fn a_registry_without_push_is_blocked_by_nothing() {
    let url = server(|head, stream| match head.split(' ').next() {
        Some("POST" | "PUT" | "PATCH" | "DELETE") => {
            answer(stream, "405 Method Not Allowed", "Allow: GET, HEAD\r\n", "");
        }
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ => answer(stream, "404 Not Found", "", ""),
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", &url, "--only", "push/*"]);
    assert_eq!(ended.code, 4, "nothing could be judged: {}", ended.stdout);
    let record = plimsoll.record();
    assert!(record.summary["unsupported"] > 100, "{:?}", record.summary);
    assert!(record.causes.is_empty(), "{:?}", record.causes);
}

#[test]
fn a_broken_post_is_no_registry_that_lawfully_lacks_push() {
    let url = server(|head, stream| match head.split(' ').next() {
        Some("POST") => answer(stream, "405 Method Not Allowed", "", ""),
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ => answer(stream, "404 Not Found", "", ""),
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", &url, "--only", "push/post-then-put/session"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert_eq!(plimsoll.record().causes[0].id, "upload-post-accepted");
}

#[test]
fn an_answer_that_changes_is_flaky_and_gates() {
    let asked = AtomicUsize::new(0);
    let url = server(move |head, stream| {
        let is_pull = head.starts_with("GET") && head.contains("/blobs/sha256:");
        let first = is_pull && asked.fetch_add(1, Ordering::SeqCst) == 0;
        match head.starts_with("GET /v2/ ") {
            true => answer(stream, "200 OK", "", "{}"),
            false if first => answer(stream, "500 Internal Server Error", "", ""),
            false => answer(stream, "404 Not Found", "", ""),
        }
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&[
        "check",
        &url,
        "--only",
        "pull/blobs/unknown-blob",
        "--jobs",
        "1",
    ]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert_eq!(plimsoll.record().summary["flaky"], 1, "{}", ended.stdout);
}

/// The reference registry, which answers 500 to every 40th request.
struct Stumbling {
    inner: InProcess,
    asked: AtomicUsize,
}

impl Transport for Stumbling {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            if self.asked.fetch_add(1, Ordering::SeqCst) % 40 == 39 {
                return Ok(Response {
                    status: 500,
                    headers: HeaderMap::new(),
                    body: Bytes::new(),
                });
            }
            self.inner.round_trip(request).await
        })
    }
}

#[test]
fn a_registry_that_stumbles_now_and_then_neither_passes_nor_has_many_causes() {
    let registry = Stumbling {
        inner: Registry::builder().build().in_process(),
        asked: AtomicUsize::new(0),
    };
    let client = Client::in_process(Arc::new(registry), ClientSettings::new(InProcess::URL));
    let settings = Settings {
        keep: true,
        jobs: 1,
        ..Settings::new(client.expect("a client"), InProcess::URL)
    };
    let record = plimsoll::run::run(settings, SECTIONS, &Control::default(), &());
    assert_eq!(plimsoll::run::gating(&record), Gating::Violated);
    assert!(record.summary["flaky"] > 10, "{:?}", record.summary);
    let causes: Vec<_> = record.causes.iter().map(|cause| &cause.id).collect();
    assert!(causes.len() <= 3, "{causes:?}");
}

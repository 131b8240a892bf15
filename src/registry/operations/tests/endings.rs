//! Requests that end early, and how that is told.

use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Duration;

use axum::body::Body;
use axum::body::HttpBody;
use axum::extract::Request;
use bytes::Bytes;
use tempfile::TempDir;

use super::Told;
use super::broken_off;
use super::within_patience;
use crate::oci::Algorithm;
use crate::registry::Flush;
use crate::registry::Registry;
use crate::registry::Variation;
use crate::registry::answer::Answer;
use crate::registry::operations::Log;
use crate::registry::operations::LogForm;
use crate::registry::operations::Operations;
use crate::registry::operations::Watch;
use crate::registry::seams::Seam;
use crate::registry::store::BLOCK;

/// More than waits between a client and a server.
const LONG: u64 = 256 << 20;

const GET: &str = "GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n";

/// A registry that waits for an hour before it answers.
static PATIENT: Variation = Variation {
    seam: Seam::Layer(|visit| {
        let mut answer = visit.pass();
        answer.delay = Duration::from_secs(3600);
        answer
    }),
    ..Variation::BASE
};

static PANICKING: Variation = Variation {
    seam: Seam::Layer(|_| panic!("on purpose")),
    ..Variation::BASE
};

#[test]
fn a_client_that_breaks_off_in_the_middle_of_a_body() {
    let told = Told::by(Registry::builder());
    let post = "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";
    broken_off(told.running().addr(), post);
    let line = told.request();
    assert_eq!(line["outcome"], "request-cut");
    assert_eq!(line["bytes_in"], 3);
}

#[test]
fn a_client_that_goes_away_before_there_is_an_answer() {
    let told = Told::by(Registry::builder().variation(&PATIENT));
    // Before anybody waits for an answer, and after.
    broken_off(told.running().addr(), GET);
    assert_eq!(told.events("request").len(), 1);
    drop(waiting(&told));
    within_patience(|| (told.events("request").len() == 2).then_some(()));
    for line in told.events("request") {
        assert_eq!(line["outcome"], "abandoned");
        assert!(line.get("status").is_none());
    }
    let series = r#"plimsoll_http_requests_total{method="GET",route="base",status="none"}"#;
    assert_eq!(told.metric(series).as_deref(), Some("2"));
}

/// A connection on which a request waits for its answer.
fn waiting(told: &Told) -> TcpStream {
    let mut stream = TcpStream::connect(told.running().addr()).unwrap();
    stream.write_all(GET.as_bytes()).unwrap();
    let under_way = "plimsoll_http_requests_under_way";
    within_patience(|| (told.metric(under_way)? == "1").then_some(()));
    stream
}

#[test]
fn a_registry_that_ends_before_it_has_answered() {
    let mut told = Told::by(Registry::builder().variation(&PATIENT));
    let _stream = waiting(&told);
    told.stop();
    let lines = told.lines();
    let [.., request, stop] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(request["outcome"], "abandoned");
    assert_eq!(stop["event"], "stop");
}

#[test]
fn a_fault_of_the_registry_itself() {
    let told = Told::by(Registry::builder().variation(&PANICKING));
    let mut stream = TcpStream::connect(told.running().addr()).unwrap();
    stream.write_all(GET.as_bytes()).unwrap();
    assert_eq!(told.request()["outcome"], "panicked");
    let under_way = told.metric("plimsoll_http_requests_under_way");
    assert_eq!(under_way.as_deref(), Some("0"));
}

/// A registry on a disk with one blob, whose file somebody has made very long; and that file.
fn with_a_long_blob() -> (TempDir, Told, String, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let builder = Registry::builder().stored_in(&store, Flush::Never).unwrap();
    let told = Told::by(builder);
    let digest = Algorithm::Sha256.digest(b"abc");
    let head = format!("POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: x\r\n");
    told.ask(&format!(
        "{head}Connection: close\r\nContent-Length: 3\r\n\r\nabc"
    ));
    told.lines.lock().unwrap().clear();
    let file = store.join("blobs/sha256").join(digest.hex());
    let long = File::options().write(true).open(&file).unwrap();
    long.set_len(LONG).unwrap();
    let get = format!("GET /v2/a/blobs/{digest} HTTP/1.1\r\nHost: x\r\n\r\n");
    (folder, told, get, file)
}

/// A connection on which the first bytes of an answer have come.
fn begun(told: &Told, get: &str) -> TcpStream {
    let mut stream = TcpStream::connect(told.running().addr()).unwrap();
    stream.write_all(get.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 1024]).unwrap();
    stream
}

#[test]
fn a_client_that_goes_away_before_it_has_all() {
    let (_folder, told, get, _) = with_a_long_blob();
    drop(begun(&told, &get));
    let line = told.request();
    assert_eq!(line["outcome"], "answer-cut");
    assert_eq!(line["status"], 200);
    let sent = line["bytes_out"].as_u64().unwrap();
    assert!(0 < sent && sent < LONG, "{sent}");
}

#[test]
fn a_store_that_fails_in_the_middle_of_an_answer() {
    let (_folder, told, get, file) = with_a_long_blob();
    let mut stream = begun(&told, &get);
    let cut = File::options().write(true).open(&file).unwrap();
    cut.set_len(0).unwrap();
    // Whether the connection ends softly or hard is the system's choice.
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
    let line = told.request();
    assert_eq!(line["outcome"], "store-failed");
    assert_eq!(told.events("store-failure")[0]["id"], line["id"]);
    let series = r#"plimsoll_store_errors_total{kind="failed"}"#;
    assert_eq!(told.metric(series).as_deref(), Some("1"));
}

#[test]
fn content_in_one_piece_is_handed_over_block_by_block() {
    let lines = Arc::<Mutex<Vec<String>>>::default();
    let own = Arc::clone(&lines);
    let log = Log::taken_by(LogForm::Text, move |line| {
        own.lock().unwrap().push(line.to_owned());
    });
    let operations = Arc::new(Operations::new(Some(log)));
    let watch = Watch::new(&operations, ([127, 0, 0, 1], 1).into());
    let exchange = watch.begin(&mut Request::new(Body::empty()));
    let whole = Bytes::from(vec![7; 2 * BLOCK + 1]);
    let answer = Answer::of(200).body("text/plain", whole.clone());
    let mut body = exchange.send(answer).into_body();
    let mut context = Context::from_waker(Waker::noop());
    let mut next = || {
        let left = body.size_hint().exact();
        let polled = Pin::new(&mut body).poll_frame(&mut context);
        let Poll::Ready(Some(Ok(frame))) = polled else {
            panic!("there is more");
        };
        (left, frame.into_data().unwrap().len())
    };
    let all = whole.len() as u64;
    assert_eq!(next(), (Some(all), BLOCK));
    assert_eq!(next(), (Some(all - BLOCK as u64), BLOCK));
    assert!(lines.lock().unwrap().is_empty());
    drop(body);
    let lines = lines.lock().unwrap();
    let sent = format!("outcome=answer-cut bytes_in=0 bytes_out={}", 2 * BLOCK);
    assert!(lines[0].contains(&sent), "{lines:?}");
}

//! What is counted and logged of requests that come to a good end, and what is not.

use std::io::Write;
use std::net::TcpStream;

use super::Told;
use super::broken_off;
use super::within_patience;
use crate::oci::Algorithm;
use crate::registry::Action;
use crate::registry::Auth;
use crate::registry::Flush;
use crate::registry::Registry;
use crate::registry::Tls;

const REQUESTS: &str = "plimsoll_http_requests_total";

#[test]
fn a_request_is_counted_and_logged_by_the_time_it_is_answered() {
    let told = Told::by(Registry::builder());
    let request = "GET /v2/a/tags/list?n=5&_state=x HTTP/1.1\r\nHost: x\r\nUser-Agent: some\"thing\r\n\
         Connection: close\r\n\r\n";
    let answer = told.ask(request);
    let line = told.request();
    assert_eq!(line["method"], "GET");
    assert_eq!(line["path"], "/v2/a/tags/list");
    assert_eq!(line["query"], "n=5");
    assert_eq!(line["status"], 404);
    assert_eq!(line["code"], "NAME_UNKNOWN");
    assert_eq!(line["outcome"], "answered");
    assert_eq!(line["bytes_in"], 0);
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(line["bytes_out"], body.len());
    assert_eq!(line["agent"], "some\"thing");
    assert!(line["remote"].as_str().unwrap().starts_with("127.0.0.1:"));
    assert!(line["ms"].as_f64().unwrap() > 0.0);
    assert!(line.get("user").is_none());
    let series = format!(r#"{REQUESTS}{{method="GET",route="tags",status="404"}}"#);
    assert_eq!(told.metric(&series).as_deref(), Some("1"));
    assert_eq!(
        told.metric(r#"plimsoll_http_request_duration_seconds_count{route="tags"}"#),
        Some("1".to_owned())
    );
    assert_eq!(
        told.metric(r#"plimsoll_http_sent_bytes_total{route="tags"}"#),
        Some(body.len().to_string())
    );
}

#[test]
fn what_comes_in_is_counted_and_what_only_exists_in_head_is_not() {
    let told = Told::by(Registry::builder());
    let digest = Algorithm::Sha256.digest(b"abc");
    let end = "Host: x\r\nConnection: close\r\n";
    let post = format!("POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\n{end}");
    assert!(
        told.ask(&format!("{post}Content-Length: 3\r\n\r\nabc"))
            .contains(" 201 ")
    );
    told.ask(&format!("HEAD /v2/a/blobs/{digest} HTTP/1.1\r\n{end}\r\n"));
    told.ask(&format!("BREW /coffee HTTP/1.1\r\n{end}\r\n"));
    let requests = told.events("request");
    let bytes = |line: &serde_json::Value| (line["bytes_in"].as_u64(), line["bytes_out"].as_u64());
    assert_eq!(bytes(&requests[0]), (Some(3), Some(0)));
    assert_eq!(bytes(&requests[1]), (Some(0), Some(0)));
    assert_eq!(requests[2]["method"], "BREW");
    let received = r#"plimsoll_http_received_bytes_total{route="upload"}"#;
    assert_eq!(told.metric(received).as_deref(), Some("3"));
    let other = format!(r#"{REQUESTS}{{method="other",route="other",status="404"}}"#);
    assert_eq!(told.metric(&other).as_deref(), Some("1"));
}

#[test]
fn the_log_knows_who_came_and_no_secret() {
    let basic = Auth::basic([("alice", "swordfish")]).anonymous(&[Action::Pull]);
    let token = Auth::token([("alice", "swordfish")]);
    for auth in [basic, token] {
        let told = Told::by(Registry::builder().auth(auth));
        // `alice:swordfish`
        let login = "Authorization: Basic YWxpY2U6c3dvcmRmaXNo\r\n";
        let end = "Host: x\r\nConnection: close\r\n";
        let issued = told.ask(&format!(
            "GET /token?scope=repository:a:pull,push HTTP/1.1\r\n{end}{login}\r\n"
        ));
        let token = issued.split_once(r#""token":""#);
        let token = token.map(|(_, rest)| rest.split('"').next().unwrap());
        let shown = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
        let shown = shown.as_deref().unwrap_or(login);
        let open =
            format!("POST /v2/a/blobs/uploads/ HTTP/1.1\r\n{end}{shown}Content-Length: 0\r\n\r\n");
        let opened = told.ask(&open);
        let place = opened.split_once("location: ").unwrap().1;
        let place = place.split("\r\n").next().unwrap();
        let owner = place.split_once("_owner=").unwrap().1;
        told.ask(&format!("GET {place} HTTP/1.1\r\n{end}{shown}\r\n"));
        // Not his: the token has it not, and no user may cancel the upload of somebody else.
        let delete = place.replace("_owner=", "_owner=x");
        told.ask(&format!("DELETE {delete} HTTP/1.1\r\n{end}{shown}\r\n"));

        let requests = told.events("request");
        let of_registry = requests.iter().filter(|it| it["path"] != "/token");
        let users: Vec<_> = of_registry.map(|it| it["user"].as_str()).collect();
        assert_eq!(users, [Some("alice"); 3], "{requests:?}");
        let statuses: Vec<_> = requests.iter().map(|it| it["status"].as_u64()).collect();
        assert_eq!(statuses[1..3], [Some(202), Some(204)]);
        let log = told.lines.lock().unwrap().join("\n");
        let secrets = ["swordfish", "YWxpY2U6", "_owner", owner];
        for secret in secrets.into_iter().chain(token) {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
    }
}

#[test]
fn what_the_system_said_is_for_the_log_and_not_for_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let builder = Registry::builder().stored_in(&store, Flush::Never).unwrap();
    let told = Told::by(builder);
    std::fs::remove_dir(store.join("scratch")).unwrap();
    let digest = Algorithm::Sha256.digest("a".repeat(70_000).as_bytes());
    // One that is read at once, and one that goes to the store as it comes.
    for len in [3, 70_000] {
        let body = "a".repeat(len);
        let post = format!("POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: x\r\n");
        let end = format!("Connection: close\r\nContent-Length: {len}\r\n\r\n{body}");
        let answer = told.ask(&format!("{post}{end}"));
        assert!(answer.contains("STORAGE_FAILED"), "{answer}");
        assert!(!answer.contains("os error"), "{answer}");
    }
    let failures = told.events("store-failure");
    let requests = told.events("request");
    assert_eq!((failures.len(), requests.len()), (2, 2));
    for (failure, request) in failures.iter().zip(&requests) {
        assert!(failure["said"].as_str().unwrap().contains("os error 2"));
        assert_eq!(failure["id"], request["id"]);
        assert_eq!(request["code"], "STORAGE_FAILED");
    }
    let series = r#"plimsoll_store_errors_total{kind="failed"}"#;
    assert_eq!(told.metric(series).as_deref(), Some("2"));
}

#[test]
fn who_does_not_agree_on_tls_is_noted() {
    let tls = Tls::self_signed(&[]).unwrap();
    let told = Told::by(Registry::builder().tls(tls));
    broken_off(told.running().addr(), "GET /v2/ HTTP/1.1\r\n\r\n");
    let failures = told.events("tls-failure");
    assert!(
        failures[0]["said"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
    );
    let series = "plimsoll_tls_handshake_failures_total";
    within_patience(|| (told.metric(series)? == "1").then_some(()));
}

#[test]
fn one_connection_may_have_many_requests() {
    let told = Told::by(Registry::builder());
    let mut stream = TcpStream::connect(told.running().addr()).unwrap();
    for _ in 0..5 {
        stream
            .write_all(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
    }
    within_patience(|| (told.events("request").len() == 5).then_some(()));
    let ids: std::collections::BTreeSet<_> = told
        .events("request")
        .iter()
        .map(|line| line["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 5);
    let under_way = told.metric("plimsoll_http_requests_under_way");
    assert_eq!(under_way.as_deref(), Some("0"));
}

#[test]
fn the_log_has_a_beginning_and_an_end() {
    let mut told = Told::by(Registry::builder());
    let (url, admin) = (told.running().url(), told.running().admin_url());
    told.get("/v2/");
    told.stop();
    let lines = told.lines();
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str()).collect();
    assert_eq!(events, [Some("start"), Some("request"), Some("stop")]);
    assert_eq!(lines[0]["url"].as_str(), Some(url.as_str()));
    assert_eq!(lines[0]["admin"].as_str(), admin.as_deref());
    assert_eq!(lines[2]["requests"], 1);
}

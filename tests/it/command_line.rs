//! What the program says and how it ends when something is not as it should be.

use std::io::Write as _;
use std::net::TcpListener;

use crate::support::Plimsoll;
use crate::support::constant;
use crate::support::registry;
use crate::support::server;

/// Runs the program and holds its end against what is expected.
fn ends(arguments: &[&str], code: i32, words: &[&str]) {
    let ended = Plimsoll::new().run(arguments);
    assert_eq!(
        ended.code, code,
        "{arguments:?}\n{}\n{}",
        ended.stdout, ended.stderr
    );
    for word in words {
        assert!(
            ended.stderr.contains(word),
            "{arguments:?} should say `{word}`:\n{}",
            ended.stderr
        );
    }
}

fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    listener.local_addr().expect("it is bound").to_string()
}

#[test]
fn help_and_version_are_no_mistake() {
    for arguments in [&["--help"][..], &["--version"], &["check", "--help"]] {
        assert_eq!(Plimsoll::new().run(arguments).code, 0, "{arguments:?}");
    }
}

#[test]
fn an_unknown_flag_or_verb_is_a_usage_error() {
    ends(&["check", "--no-such-flag"], 2, &["--no-such-flag"]);
    ends(&["chekc"], 2, &["check"]);
    ends(&["check", "--spec", "1.3"], 2, &["1.0, 1.1 or 1.2"]);
    ends(
        &["check", "--require", "deletes"],
        2,
        &["no feature", "tag-delete"],
    );
    ends(&["check", "--jobs", "0"], 2, &["from 1 to 256"]);
    ends(
        &["check", "--report", "pdf"],
        2,
        &["no report format", "junit"],
    );
    ends(&["check", "--fail-on", "could"], 2, &["never"]);
}

#[test]
fn a_bad_address_is_a_usage_error_that_says_what_to_give() {
    ends(&["check", "ftp://localhost"], 2, &["http or https"]);
    ends(
        &["check", "http://localhost:1/team/app"],
        2,
        &["http://localhost:1", "--namespace team/app"],
    );
    ends(
        &["check", "http://me:secret@localhost:1"],
        2,
        &["--password-stdin"],
    );
    ends(&["check", "host name"], 2, &["no address of a registry"]);
}

#[test]
fn a_filter_that_matches_nothing_names_the_nearest() {
    ends(
        &["check", "--only", "pull/blob/known-blob"],
        4,
        &["nothing ran", "pull/blobs/known-blob"],
    );
    ends(&["check", "--skip", "*"], 4, &["nothing ran"]);
}

#[test]
fn one_repository_twice_is_not_two() {
    ends(
        &["check", "--repo", "a", "--repo", "a"],
        2,
        &["give it twice"],
    );
    ends(&["check", "--repo", "a"], 2, &["give it twice"]);
}

#[test]
fn nobody_listening_is_no_verdict() {
    ends(
        &["check", &closed_port(), "--retries", "0"],
        3,
        &["nobody listens", "--wait"],
    );
    ends(
        &["check", "http://nowhere.invalid", "--retries", "0"],
        3,
        &["has no address"],
    );
}

#[test]
fn tls_to_a_plain_port_says_so() {
    let url = registry_url_with("https");
    ends(&["check", &url.1, "--retries", "0"], 3, &["TLS"]);
}

fn registry_url_with(scheme: &str) -> (plimsoll::registry::Running, String) {
    let running = registry();
    let url = running.url().replace("http", scheme);
    (running, url)
}

#[test]
fn plain_to_a_tls_port_says_so() {
    let url = constant(
        "400 Bad Request",
        "",
        "Client sent an HTTP request to an HTTPS server.\n",
    );
    ends(&["check", &url], 3, &["https://"]);
}

#[test]
fn a_registry_that_wants_credentials_says_which_flags_give_them() {
    let url = constant(
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=\"x\"\r\n",
        "",
    );
    ends(&["check", &url], 3, &["--username"]);
}

#[test]
fn credentials_that_are_refused_are_no_verdict() {
    let url = constant(
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=\"x\"\r\n",
        "",
    );
    let plimsoll = Plimsoll::new();
    let mut command = plimsoll.command(&["check", &url, "--username", "me"]);
    let ended = crate::support::ended(
        &command
            .env("PLIMSOLL_PASSWORD", "hunter2")
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("refuses these credentials"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("hunter2"));
}

#[test]
fn a_server_that_is_no_registry_is_called_that() {
    let page = constant(
        "200 OK",
        "Content-Type: text/html\r\n",
        "<html>hello</html>",
    );
    ends(&["check", &page], 3, &["no registry", "web page"]);
    let nothing = constant("404 Not Found", "", "not here");
    ends(&["check", &nothing], 3, &["no registry", "404"]);
}

#[test]
fn a_registry_of_version_one_is_called_that() {
    let url = server(|head, stream| {
        let (status, body) = if head.starts_with("GET /v1/_ping") {
            ("200 OK", "true")
        } else {
            ("404 Not Found", "")
        };
        let length = body.len();
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
    });
    ends(&["check", &url], 3, &["version 1"]);
}

#[test]
fn a_registry_whose_ping_is_broken_is_still_tested() {
    let url = server(|head, stream| {
        let body = r#"{"errors":[{"code":"NAME_UNKNOWN"}]}"#;
        let ping = head.starts_with("GET /v2/ ");
        let (status, body) = if ping {
            ("500 Internal Server Error", "")
        } else {
            ("404 Not Found", body)
        };
        let length = body.len();
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", &url, "--only", "api/support"]);
    assert_eq!(ended.code, 1, "{}\n{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("PING-01"), "{}", ended.stdout);
}

#[test]
fn a_folder_that_cannot_be_written_ends_the_run_before_it_starts() {
    let plimsoll = Plimsoll::new();
    let file = plimsoll.out().join("file");
    std::fs::write(&file, "").unwrap();
    let folder = file.join("reports");
    let folder_text = folder.display().to_string();
    let ended = plimsoll.run(&["check", "--out", &folder_text, "--out", &folder_text]);
    assert_eq!(
        ended.code, 2,
        "two --out are a usage error: {}",
        ended.stderr
    );
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    let ended = crate::support::ended(
        &command
            .arg("check")
            .arg("--out")
            .arg(&folder)
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, 70, "{}", ended.stderr);
    assert!(ended.stdout.is_empty(), "nothing was run: {}", ended.stdout);
}

#[test]
fn explain_knows_checks_requirements_and_features() {
    for id in [
        "blob-found",
        "BGET-01",
        "bget-01",
        "tag-delete",
        "pull/blobs/known-blob@sha512",
    ] {
        let ended = Plimsoll::new().run(&["explain", id]);
        assert_eq!(ended.code, 0, "{id}: {}", ended.stderr);
        assert!(ended.stdout.lines().count() > 2, "{id}: {}", ended.stdout);
    }
    ends(&["explain", "blob-fond"], 2, &["blob-found"]);
}

#[test]
fn list_counts_requirements_and_those_that_nobody_tests() {
    let all = plimsoll::catalogue::requirements().count();
    let ended = Plimsoll::new().run(&["list", "requirements"]);
    assert_eq!(ended.code, 0);
    assert!(
        ended.stdout.contains(&format!("{all} requirements")),
        "{}",
        ended.stdout
    );
    let ended = Plimsoll::new().run(&["list", "requirements", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(rows.len(), all);
}

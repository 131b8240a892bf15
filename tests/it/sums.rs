//! Requirements that sum up others: what they come to, and that they are no failures of their own.

use std::io::Write as _;

use crate::support::Plimsoll;
use crate::support::server;

/// The state of a requirement in the last record, and why.
fn state(plimsoll: &Plimsoll, alias: &str) -> (String, String) {
    let record = plimsoll.record();
    let entry = record.requirements.iter().find(|row| row.alias == alias);
    let entry = entry.expect(alias);
    (
        entry.state.clone(),
        entry.reason.clone().unwrap_or_default(),
    )
}

#[test]
fn a_sound_registry_implements_every_category_and_what_is_claimed() {
    let plimsoll = Plimsoll::new();
    let arguments = ["check", "--require", "tag-delete", "--require", "referrers"];
    assert_eq!(plimsoll.run(&arguments).code, 0);
    for alias in ["CAT-01", "CAT-02", "CAT-03"] {
        assert_eq!(
            state(&plimsoll, alias),
            ("held".to_owned(), String::new()),
            "{alias}"
        );
    }
}

#[test]
fn a_part_of_the_suite_does_not_speak_for_the_whole() {
    let plimsoll = Plimsoll::new();
    let arguments = ["check", "--only", "pull/blobs/known-blob"];
    assert_eq!(plimsoll.run(&arguments).code, 0);
    for (alias, word) in [
        ("CAT-01", "not selected"),
        ("CAT-02", "not selected"),
        ("CAT-03", "--require"),
    ] {
        let (state, reason) = state(&plimsoll, alias);
        assert_eq!(state, "untested", "{alias}");
        assert!(reason.contains(word), "{alias}: {reason}");
    }
}

#[test]
fn a_registry_that_takes_nothing_lacks_a_category_and_breaks_none() {
    let url = server(|head, stream| {
        let status = match head.split(' ').next() {
            Some("POST" | "PUT" | "PATCH" | "DELETE") => "405 Method Not Allowed",
            _ if head.starts_with("GET /v2/ ") => "200 OK",
            _ => "404 Not Found",
        };
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", &url, "--only", "push/*"]);
    assert_eq!(ended.code, 4, "{}", ended.stdout);
    let (state, reason) = state(&plimsoll, "CAT-02");
    assert_eq!(state, "violated");
    assert!(reason.contains("push is not offered: POST"), "{reason}");
    assert!(plimsoll.record().causes.is_empty());
}

#[test]
fn what_is_broken_in_a_category_is_named_and_no_cause_of_its_own() {
    let url = server(|head, stream| {
        let status = if head.starts_with("GET /v2/ ") {
            "200 OK"
        } else {
            "500 Internal Server Error"
        };
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    });
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", &url, "--only", "pull/blobs/unknown-blob"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    let (state, reason) = state(&plimsoll, "CAT-01");
    assert_eq!(
        (state.as_str(), reason.as_str()),
        ("violated", "broken: absent-blob-unknown")
    );
    let record = plimsoll.record();
    let causes: Vec<_> = record
        .causes
        .iter()
        .map(|cause| cause.id.as_str())
        .collect();
    assert_eq!(causes, ["absent-blob-unknown"]);
}

#[test]
fn what_nobody_can_test_says_what_would_help() {
    let plimsoll = Plimsoll::new();
    let arguments = ["check", "--spec", "1.2", "--only", "api/support/ping"];
    assert_eq!(plimsoll.run(&arguments).code, 0);
    let (state, reason) = state(&plimsoll, "CAN-05");
    assert_eq!(state, "untested");
    assert!(
        reason.starts_with("not testable from outside: "),
        "{reason}"
    );
}

//! What is judged on every answer is seen wherever it comes from, once, and nobody else is blamed.

use std::collections::BTreeSet;

use plimsoll::catalogue::Level;
use plimsoll::catalogue::Version;
use plimsoll::oci::Algorithm;
use plimsoll::run::Case;
use plimsoll::run::CheckEntry;
use plimsoll::run::Record;
use plimsoll::suite::SECTIONS;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::registry;
use crate::support::server;

const JSON: &str = "Content-Type: application/json\r\n";

/// An answer that breaks a watch: its id, how it ends then, and status, headers and body.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Answers to the POST of the probe of pushing, which every run asks.
#[rustfmt::skip]
const BROKEN: &[Row] = &[
    ("security/errors/internals", "warn", "404 Not Found", "", "open /var/lib/registry/a: no such file"),
    ("security/errors/internals", "warn", "404 Not Found", "", "handlers/blob.go:12"),
    ("answers/errors/error-body", "fail", "404 Not Found", JSON, r#"{"error":"x"}"#),
    ("answers/errors/error-body", "fail", "404 Not Found", "Content-Type: application/json; charset=utf-8\r\n", "<html>"),
    ("answers/errors/error-body", "fail", "400 Bad Request", JSON, r#"{"errors":[{"message":"x"}]}"#),
    ("answers/errors/error-code-form", "fail", "404 Not Found", JSON, r#"{"errors":[{"code":"name_unknown"}]}"#),
    ("answers/errors/error-code-listed", "fail", "404 Not Found", JSON, r#"{"errors":[{"code":"NAME_GONE"}]}"#),
    ("answers/errors/error-code-listed", "fail", "404 Not Found", "", r#"{"errors":[{"code":"NAME_UNKNOWN"},{"code":"UNKNOWN"}]}"#),
    ("answers/errors/error-message", "warn", "404 Not Found", JSON, r#"{"errors":[{"code":"NAME_UNKNOWN","message":7}]}"#),
    ("answers/errors/client-mistake", "warn", "500 Internal Server Error", "", ""),
    ("answers/errors/challenge", "warn", "401 Unauthorized", "", ""),
    ("answers/rate-limit/retry-after", "warn", "429 Too Many Requests", "", ""),
    ("answers/rate-limit/retry-after-form", "warn", "429 Too Many Requests", "Retry-After: soon\r\n", ""),
    ("answers/rate-limit/code", "fail", "429 Too Many Requests", "Retry-After: 1\r\n", r#"{"errors":[{"code":"DENIED"}]}"#),
    ("answers/warnings/code", "fail", "404 Not Found", "Warning: 199 - \"soon gone\"\r\n", ""),
    ("answers/warnings/code", "fail", "404 Not Found", "Warning: 299 - \"a, b\", 199 - \"c\"\r\n", ""),
    ("answers/warnings/agent", "fail", "404 Not Found", "Warning: 299 registry \"soon gone\"\r\n", ""),
    ("answers/warnings/date", "fail", "404 Not Found", "Warning: 299 - \"soon gone\" \"Sun, 06 Nov 1994 08:49:37 GMT\"\r\n", ""),
    ("answers/warnings/size", "fail", "404 Not Found", "LONG WARNINGS", ""),
];

/// Answers to a GET on a manifest or a blob; the body is the same in all.
#[rustfmt::skip]
const BROKEN_PULLS: &[Row] = &[
    ("answers/content/manifest-type", "fail", "manifest", "", CONTENT),
    ("answers/content/manifest-type", "fail", "manifest", "Content-Type: manifest\r\n", CONTENT),
    ("answers/content/manifest-type-parameters", "warn", "manifest", "Content-Type: application/json; charset=utf-8\r\n", CONTENT),
    ("answers/content/manifest-digest", "fail", "manifest", "Content-Type: application/json\r\nDocker-Content-Digest: OTHER\r\n", CONTENT),
    ("answers/content/manifest-digest", "fail", "manifest", "Content-Type: application/json\r\nDocker-Content-Digest: sha256:short\r\n", CONTENT),
    ("answers/content/blob-digest", "fail", "blob", "Docker-Content-Digest: OTHER\r\n", CONTENT),
];

const CONTENT: &str = r#"{"schemaVersion":2}"#;

/// Status, headers and body of answers that break nothing.
const LAWFUL: &[(&str, &str, &str)] = &[
    ("404 Not Found", "", ""),
    ("404 Not Found", "Content-Type: text/plain\r\n", "not found"),
    (
        "404 Not Found",
        "Content-Type: text/html\r\n",
        "<html></html>",
    ),
    (
        "404 Not Found",
        "Content-Type: text/plain\r\n",
        r#"{"error":"x"}"#,
    ),
    (
        "404 Not Found",
        "Content-Type: application/problem+json\r\n",
        r#"{"title":"x"}"#,
    ),
    ("404 Not Found", JSON, ""),
    (
        "404 Not Found",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        "\u{1f}",
    ),
    (
        "404 Not Found",
        JSON,
        r#"{"errors":[{"code":"NAME_UNKNOWN","message":"","detail":[{}],"more":1}],"more":1}"#,
    ),
    (
        "404 Not Found",
        JSON,
        r#"{"errors":[{"code":"DENIED","message":null}]}"#,
    ),
    ("202 Accepted", JSON, "x"),
    ("501 Not Implemented", JSON, "x"),
    ("503 Service Unavailable", "", ""),
    (
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=\"x\"\r\n",
        "",
    ),
    (
        "429 Too Many Requests",
        "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
        "slow down",
    ),
    (
        "429 Too Many Requests",
        "Retry-After: 0\r\n",
        r#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#,
    ),
    (
        "404 Not Found",
        "Warning: 299 - \"a, \\\" b\", 299 - \"c\"\r\nWarning: 299 - \"d\"\r\n",
        "",
    ),
];

/// A registry that answers a POST like this, and whose `/v2/` is sound.
fn posts(status: &'static str, headers: &str, body: &'static str) -> String {
    let half = format!("Warning: 299 - \"{}\"\r\n", "a".repeat(2100));
    let headers = headers.replace("LONG WARNINGS", &half.repeat(2));
    server(move |head, stream| match head {
        _ if head.starts_with("POST") => answer(stream, status, &headers, body),
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ => answer(stream, "404 Not Found", "", ""),
    })
}

/// Runs the watches, and whatever else `more` says.
fn watched(url: &str, more: &[&str]) -> (Ended, Record) {
    let plimsoll = Plimsoll::new();
    let arguments = [
        "check",
        url,
        "--only",
        "answers/*",
        "--only",
        "security/errors",
        "--spec",
        "1.2",
        "--retries",
        "0",
    ];
    let ended = plimsoll.run(&[&arguments, more].concat());
    let record = plimsoll.record();
    (ended, record)
}

fn check<'r>(record: &'r Record, id: &str) -> &'r CheckEntry {
    let found = record.checks.iter().find(|check| check.id == id);
    found.expect(id)
}

/// That this watch is broken, and that this is all that is wrong.
fn is_alone_in(record: &Record, row: &Row) {
    let (id, verdict, ..) = row;
    let broken = check(record, id);
    assert_eq!(broken.verdict, *verdict, "{row:?}: {broken:?}");
    let causes: Vec<_> = record
        .causes
        .iter()
        .map(|cause| (Some(&cause.id), &cause.checks))
        .collect();
    assert_eq!(
        causes,
        [(broken.violated.as_ref(), &vec![broken.id.clone()])],
        "{row:?}"
    );
    assert_eq!(broken.requirements.len(), 1);
    assert_eq!(broken.violated.as_ref(), broken.requirements.first());
    let is_fine = |check: &&CheckEntry| {
        check.id == *id || ["pass", "skipped", "unsupported"].contains(&check.verdict.as_str())
    };
    assert!(record.checks.iter().all(|check| is_fine(&check)), "{row:?}");
    let shown = &broken.exchanges[broken.shown_by.expect("an exchange that shows it")];
    let path = shown.request.url.split_once("/v2/").expect("a path").1;
    let curl = broken.curl.as_deref().unwrap_or_default();
    assert!(curl.contains(path), "{row:?}: {curl}");
}

#[test]
fn each_watch_sees_what_breaks_it_once() {
    for row in BROKEN {
        let (_, _, status, headers, body) = row;
        let (_, record) = watched(&posts(status, headers, body), &[]);
        is_alone_in(&record, row);
        let actual = check(&record, row.0).actual.clone().unwrap_or_default();
        assert!(
            actual.starts_with("in 1 of 1 answer; first: "),
            "{row:?}: {actual}"
        );
        assert!(
            actual.ends_with("/blobs/uploads/ (the probe of push)"),
            "{row:?}: {actual}"
        );
    }
}

#[test]
fn each_watch_of_content_sees_what_breaks_it_once() {
    let digest = Algorithm::Sha256.digest(CONTENT.as_bytes()).to_string();
    let other = Algorithm::Sha256.digest(b"other").to_string();
    for row in BROKEN_PULLS {
        let (_, _, what, headers, body) = row;
        let headers = headers.replace("OTHER", &other);
        let url = server(move |head, stream| match head {
            _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
            _ => answer(stream, "200 OK", &headers, body),
        });
        let given = match *what {
            "blob" => ["--blob", &digest, "--only", "pull/blobs/known-blob"],
            _ => ["--tag", "t", "--only", "pull/manifests/known-tag"],
        };
        let read_only = ["--read-only", "--repo", "a"];
        let (ended, record) = watched(&url, &[&read_only[..], &given].concat());
        assert!(record.summary["pass"] > 0, "{row:?}: {}", ended.stdout);
        is_alone_in(&record, row);
    }
}

#[test]
fn each_watch_that_can_be_broken_is_broken_here() {
    let rows = BROKEN.iter().chain(BROKEN_PULLS);
    let seen: BTreeSet<_> = rows.map(|row| row.0.to_owned()).collect();
    let cases = Case::all(SECTIONS);
    let can_be_broken = |case: &&Case| {
        let level = case.check.level(Version::V1_2);
        case.check.watch.is_some() && level != Some(Level::May)
    };
    let all: BTreeSet<_> = cases
        .iter()
        .filter(can_be_broken)
        .map(|case| case.id.clone())
        .collect();
    assert_eq!(seen, all);
}

#[test]
fn lawful_answers_are_not_blamed() {
    for row in LAWFUL {
        let (status, headers, body) = row;
        let (ended, record) = watched(&posts(status, headers, body), &[]);
        assert!(record.causes.is_empty(), "{row:?}: {:?}", record.causes);
        assert!([0, 4].contains(&ended.code), "{row:?}: {}", ended.stdout);
    }
}

#[test]
fn a_registry_without_json_errors_is_not_blamed_anywhere() {
    let url = posts("404 Not Found", "", "not found");
    let only = ["api/errors", "api/malformed", "pull/blobs/unknown-blob"];
    let more: Vec<_> = only.iter().flat_map(|only| ["--only", only]).collect();
    let (ended, record) = watched(&url, &more);
    let causes: Vec<_> = record.causes.iter().map(|cause| &cause.id).collect();
    // Pushing is broken, which blocks what stands on it.
    assert_eq!(causes, ["upload-post-accepted"], "{}", ended.stdout);
    let unknown = check(&record, "api/errors/unknown-repository");
    assert_eq!(unknown.verdict, "unsupported", "{unknown:?}");
    assert_eq!(check(&record, "api/malformed/odd-path").verdict, "pass");
}

#[test]
fn a_watch_that_nothing_called_for_is_skipped_and_its_requirement_untested() {
    let url = posts("202 Accepted", "Location: /v2/a/blobs/uploads/1\r\n", "");
    // The probe of pushing is refused, which is what this one is about.
    let (ended, record) = watched(&url, &["--skip", "answers/errors/client-mistake"]);
    assert_eq!(ended.code, 4, "nothing was judged: {}", ended.stdout);
    let reason = Some("no answer in this run called for it".to_owned());
    let is_left_out = |id: &str| id == "answers/errors/client-mistake";
    for check in record.checks.iter().filter(|it| !is_left_out(&it.id)) {
        assert_eq!(check.verdict, "skipped", "{check:?}");
        assert!(
            check.reason == reason || !check.id.starts_with("answers/"),
            "{check:?}"
        );
    }
    let entry = record
        .requirements
        .iter()
        .find(|entry| entry.alias == "WARN-02")
        .expect("1.2 has it");
    assert_eq!((entry.state.as_str(), &entry.reason), ("untested", &reason));
}

#[test]
fn what_may_be_there_is_seen_and_breaks_nothing() {
    let body = r#"{"errors":[{"code":"DENIED","detail":{"a":[1]}}]}"#;
    let url = posts("404 Not Found", "Warning: 299 - \"a\"\r\n", body);
    let (_, record) = watched(&url, &[]);
    for alias in ["ERR-05", "WARN-01"] {
        let mut entries = record.requirements.iter();
        let entry = entries.find(|entry| entry.alias == alias).expect(alias);
        assert_eq!(entry.state, "held", "{entry:?}");
    }
}

#[test]
fn a_strange_code_is_one_cause_however_often_and_wherever_it_is_seen() {
    let strange = r#"{"errors":[{"code":"GONE"}]}"#;
    let url = server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.contains("/blobs/sha512:") => answer(
            stream,
            "404 Not Found",
            JSON,
            r#"{"errors":[{"code":"LOST"}]}"#,
        ),
        _ => answer(stream, "404 Not Found", JSON, strange),
    });
    let only = ["--only", "pull/blobs/unknown-blob"];
    let (ended, record) = watched(&url, &only);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    let id = "answers/errors/error-code-listed";
    is_alone_in(&record, &(id, "fail", "", "", ""));
    let plain = check(&record, "pull/blobs/unknown-blob");
    assert_eq!(plain.verdict, "pass");
    assert!(plain.exchanges.is_empty(), "nobody keeps what passed");
    let broken = check(&record, id);
    let actual = broken.actual.as_deref().unwrap_or_default();
    let (often, examples) = actual.split_once("; first: ").expect(actual);
    let counts: Vec<u32> = often.split(' ').filter_map(|it| it.parse().ok()).collect();
    assert!(counts[0] > 3 && counts[0] == counts[1], "{often}");
    // One example of each kind, in the order of the run.
    let examples: Vec<_> = examples.split("; also: ").collect();
    assert_eq!(examples.len(), 2, "{actual}");
    assert!(
        examples[0].starts_with("the code \"GONE\" to POST "),
        "{actual}"
    );
    assert!(examples[0].ends_with("(the probe of push)"), "{actual}");
    assert!(
        examples[1].starts_with("the code \"LOST\" to GET "),
        "{actual}"
    );
    assert!(
        examples[1].ends_with("(pull/blobs/unknown-blob@sha512)"),
        "{actual}"
    );
    let last = broken.exchanges.last().expect("both are shown");
    assert!(last.request.url.contains("/blobs/sha512:"), "{last:?}");
}

#[test]
fn what_led_up_to_a_broken_answer_is_shown_with_it() {
    let strange = r#"{"errors":[{"code":"GONE"}]}"#;
    let url = server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.starts_with("POST") => {
            let location = "Location: /v2/a/blobs/uploads/1\r\n";
            answer(stream, "202 Accepted", location, "");
        }
        _ if head.starts_with("PUT") => answer(stream, "201 Created", "Location: /v2/\r\n", ""),
        _ => answer(stream, "404 Not Found", JSON, strange),
    });
    let only = ["--only", "api/errors/unknown-blob", "--keep"];
    let (_, record) = watched(&url, &only);
    let broken = check(&record, "answers/errors/error-code-listed");
    let methods: Vec<_> = broken
        .exchanges
        .iter()
        .map(|exchange| exchange.request.method.as_str())
        .collect();
    assert!(methods.starts_with(&["POST", "PUT"]), "{methods:?}");
    assert_eq!(methods.last(), Some(&"GET"), "{methods:?}");
    assert_eq!(broken.shown_by, Some(methods.len() - 1));
    let curl = broken.curl.as_deref().unwrap_or_default();
    assert!(curl.contains("LOCATION_1=$(curl"), "{curl}");
}

#[test]
fn the_answers_while_cleaning_up_are_judged_too() {
    let unknown = r#"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#;
    let url = server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.starts_with("POST") => {
            let location = "Location: /v2/a/blobs/uploads/1\r\n";
            answer(stream, "202 Accepted", location, "");
        }
        _ if head.starts_with("PUT") => answer(stream, "201 Created", "Location: /v2/\r\n", ""),
        _ if head.starts_with("DELETE") => {
            answer(stream, "202 Accepted", "Warning: 199 - \"a\"\r\n", "");
        }
        _ => answer(stream, "404 Not Found", JSON, unknown),
    });
    let only = ["--only", "api/errors/unknown-blob"];
    let (ended, record) = watched(&url, &only);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert_eq!(check(&record, "api/errors/unknown-blob").verdict, "pass");
    is_alone_in(&record, &("answers/warnings/code", "fail", "", "", ""));
    let actual = check(&record, "answers/warnings/code").actual.clone();
    let actual = actual.unwrap_or_default();
    assert!(actual.ends_with("(cleaning up)"), "{actual}");
    assert_eq!(
        exit_of_libtest(&url, "unknown-blob"),
        0,
        "no watch was asked for"
    );
}

#[test]
fn another_host_and_a_token_service_are_none_of_the_registry() {
    let elsewhere = server(|_, stream| {
        answer(stream, "404 Not Found", "Warning: 199 - \"a\"\r\n", "");
    });
    let url = server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.starts_with("POST") => {
            let host = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("host").then(|| value.to_owned())
            });
            let challenge = format!(
                "WWW-Authenticate: Bearer realm=\"http://{}/token\",service=\"a\"\r\n",
                host.unwrap_or_default()
            );
            answer(stream, "401 Unauthorized", &challenge, "");
        }
        _ if head.contains("/token") => answer(stream, "403 Forbidden", JSON, r#"{"details":"x"}"#),
        _ => {
            let location = format!("Location: {elsewhere}/blob\r\n");
            answer(stream, "307 Temporary Redirect", &location, "");
        }
    });
    let only = ["--only", "pull/blobs/unknown-blob", "--exchanges", "all"];
    let (ended, record) = watched(&url, &only);
    assert!(record.causes.is_empty(), "{}", ended.stdout);
    let exchanges = &check(&record, "pull/blobs/unknown-blob").exchanges;
    assert_eq!(exchanges.len(), 2, "it was followed");
}

#[test]
fn the_same_host_is_judged_after_a_redirect() {
    let url = server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.starts_with("GET /storage") => {
            answer(stream, "404 Not Found", "Warning: 199 - \"a\"\r\n", "");
        }
        _ => answer(
            stream,
            "307 Temporary Redirect",
            "Location: /storage\r\n",
            "",
        ),
    });
    let only = ["--only", "pull/blobs/unknown-blob"];
    let (ended, record) = watched(&url, &only);
    let causes: Vec<_> = record.causes.iter().map(|cause| &cause.id).collect();
    assert_eq!(causes, ["warning-code-fixed"], "{}", ended.stdout);
}

/// How the suite ends behind libtest's command line, with this filter.
fn exit_of_libtest(url: &str, filter: &str) -> i32 {
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", url, "--libtest", "--", filter]);
    ended.code
}

#[test]
fn libtest_puts_watches_last_and_fails_those_that_are_broken() {
    let plimsoll = Plimsoll::new();
    let list = ["check", "http://127.0.0.1:9", "--libtest", "--", "--list"];
    let listed = plimsoll.run(&list).stdout;
    let is_watch: Vec<_> = listed
        .lines()
        .filter(|line| line.ends_with(": test"))
        .map(|line| line.starts_with("answers/") || line.starts_with("security/errors/"))
        .collect();
    assert!(
        is_watch.contains(&false) && is_watch.is_sorted(),
        "{listed}"
    );
    let strange = r#"{"errors":[{"code":"GONE"}]}"#;
    let url = server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ => answer(stream, "404 Not Found", JSON, strange),
    });
    assert_eq!(exit_of_libtest(&url, "error-code-listed"), 1);
    assert_eq!(exit_of_libtest(&url, "error-code-form"), 0);
    let running = registry();
    assert_eq!(exit_of_libtest(&running.url(), "errors/"), 0);
}

#[test]
fn a_code_that_does_not_fit_is_seen_and_one_of_no_table_is_left_to_the_watch() {
    let ends = |body: &'static str| {
        let url = server(move |head, stream| match head {
            _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
            _ => answer(stream, "404 Not Found", JSON, body),
        });
        let plimsoll = Plimsoll::new();
        plimsoll.run(&["check", &url, "--only", "api/errors/unknown-repository"]);
        let record = plimsoll.record();
        let check = check(&record, "api/errors/unknown-repository");
        (check.verdict.clone(), check.violated.clone())
    };
    let (verdict, violated) = ends(r#"{"errors":[{"code":"SIZE_INVALID"}]}"#);
    assert_eq!(verdict, "fail");
    assert_eq!(violated.as_deref(), Some("name-error-code-matched"));
    assert_eq!(ends(r#"{"errors":[{"code":"NAME_UNKNOWN"}]}"#).0, "pass");
    assert_eq!(ends(r#"{"errors":[{"code":"GONE"}]}"#).0, "unsupported");
}

#[test]
fn a_mistake_that_is_blamed_on_the_server_or_cut_off_is_seen() {
    let verdict = |is_cut: bool| {
        let url = server(move |head, stream| match head {
            _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
            _ if head.contains("/manifests/%zz") && is_cut => {}
            _ if head.contains("/manifests/%zz") => answer(stream, "500 No", "", ""),
            _ => answer(stream, "404 Not Found", "", ""),
        });
        let plimsoll = Plimsoll::new();
        plimsoll.run(&["check", &url, "--only", "api/malformed/bad-encoding"]);
        let record = plimsoll.record();
        let check = check(&record, "api/malformed/bad-encoding");
        let actual = check.actual.clone().unwrap_or_default();
        assert!(actual.ends_with("/manifests/%zz"), "{actual}");
        (check.verdict.clone(), check.violated.clone())
    };
    let seen = ("warn".to_owned(), Some("client-mistake-refused".to_owned()));
    assert_eq!(verdict(false), seen);
    assert_eq!(verdict(true), seen);
}

//! What `plimsoll probe` says of registries.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use plimsoll::registry::Registry;
use plimsoll::registry::Variation;
use serde_json::Value;

use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::constant;
use crate::support::registry;
use crate::support::server;

/// The state and the answer of a row.
fn row(survey: &Value, name: &str) -> (String, String) {
    let rows = survey["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["name"] == name).expect(name);
    let text = |key: &str| row[key].as_str().expect(key).to_owned();
    (text("state"), text("answer"))
}

fn survey(url: &str, flags: &[&str]) -> Value {
    let ended = Plimsoll::new().run(&[&["probe", url, "--json"], flags].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("JSON")
}

#[test]
fn a_sound_registry_has_everything_and_no_row_has_to_be_looked_at() {
    let running = registry();
    let found = survey(&running.url(), &["--spec", "1.2"]);
    for name in [
        "answers",
        "clock",
        "push",
        "referrers",
        "tag-delete",
        "manifest of 4 MiB",
    ] {
        assert_eq!(row(&found, name).0, "yes", "{found:#}");
    }
    assert_eq!(row(&found, "upload location").1, "relative");
    let rows = found["rows"].as_array().expect("rows");
    assert!(rows.iter().all(|row| row["state"] != "odd"), "{found:#}");
    let text = Plimsoll::new().run(&["probe", &running.url()]);
    for word in [
        "registry\n",
        "features\n",
        "limits\n",
        "yes     push",
        "/v2/<name>/",
    ] {
        assert!(text.stdout.contains(word), "{}", text.stdout);
    }
}

#[test]
fn what_is_lawfully_absent_or_elsewhere_is_said() {
    let row_of = |name: &str| Variation::named(name).expect("a variation");
    let builder = Registry::builder()
        .variation(row_of("no-tag-delete"))
        .variation(row_of("upload-state-in-query"));
    let running = builder.spawn().expect("a port");
    let found = survey(&running.url(), &[]);
    assert_eq!(row(&found, "tag-delete").0, "no");
    assert!(
        row(&found, "upload location").1.contains("a query"),
        "{found:#}"
    );
}

#[test]
fn what_was_pushed_is_deleted_again() {
    // A registry that takes everything and writes down what it is asked to delete.
    let deleted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&deleted);
    let url = server(move |head, stream| {
        let (status, headers) = match head.split(' ').next() {
            Some("POST") => ("202 Accepted", "Location: /v2/upload\r\n"),
            Some("PUT") => ("201 Created", "Location: /v2/there\r\n"),
            Some("DELETE") => {
                count.fetch_add(1, Ordering::Relaxed);
                ("202 Accepted", "")
            }
            _ => ("200 OK", ""),
        };
        answer(stream, status, headers, "");
    });
    survey(&url, &["--keep", "--retries", "0"]);
    let by_keeping = deleted.load(Ordering::Relaxed);
    survey(&url, &["--retries", "0"]);
    assert!(deleted.load(Ordering::Relaxed) > 2 * by_keeping);
}

#[test]
fn who_is_no_registry_is_refused() {
    let plimsoll = Plimsoll::new();
    assert_eq!(
        plimsoll
            .run(&["probe", "127.0.0.1:1", "--retries", "0"])
            .code,
        3
    );
    let page = constant("404 Not Found", "", "<html>");
    let ended = plimsoll.run(&["probe", &page]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("is no registry"), "{}", ended.stderr);
}

//! The form of an HTTP archive, by what HAR 1.2 demands of it, and what is in it.

use super::super::fixtures;
use super::*;

fn log(record: &Record) -> Value {
    let value: Value = serde_json::from_slice(&render(record).unwrap()).unwrap();
    value["log"].clone()
}

fn entries(record: &Record) -> Vec<Value> {
    log(record)["entries"].as_array().unwrap().clone()
}

/// A field, and what it has to be.
type Field = (&'static str, fn(&Value) -> bool);

/// Demands that the fields of these names and kinds are there, and no others but comments and those
/// of our own.
fn has(value: &Value, fields: &[Field], may: &[&str]) {
    for (name, is_kind) in fields {
        assert!(is_kind(&value[name]), "{name} in {value}");
    }
    for name in value.as_object().unwrap().keys() {
        let is_known = fields.iter().any(|(known, _)| known == name);
        let is_free = name == "comment" || name.starts_with('_') || may.contains(&name.as_str());
        assert!(is_known || is_free, "{name} in {value}");
    }
}

fn is_pairs(value: &Value) -> bool {
    let pairs = value.as_array().unwrap().iter();
    pairs
        .clone()
        .all(|it| it["name"].is_string() && it["value"].is_string())
}

#[test]
fn every_field_that_an_archive_must_have_is_there() {
    for bytes in fixtures::ALL {
        let record = fixtures::record(bytes);
        let log = log(&record);
        has(
            &log,
            &[
                ("version", |it| it == "1.2"),
                ("creator", |it| {
                    it["name"].is_string() && it["version"].is_string()
                }),
                ("entries", Value::is_array),
            ],
            &["pages"],
        );
        let mut before = String::new();
        for entry in entries(&record) {
            has(
                &entry,
                &[
                    ("startedDateTime", Value::is_string),
                    ("time", Value::is_number),
                    ("request", Value::is_object),
                    ("response", Value::is_object),
                    ("cache", Value::is_object),
                    ("timings", Value::is_object),
                ],
                &[],
            );
            let parts = ["send", "wait", "receive"].map(|it| entry["timings"][it].as_u64());
            let sum: u64 = parts.iter().map(|it| it.unwrap()).sum();
            assert_eq!(Some(sum), entry["time"].as_u64());
            let started = entry["startedDateTime"].as_str().unwrap().to_owned();
            assert!(humantime::parse_rfc3339(&started).is_ok() && before <= started);
            before = started;
            let both: &[Field] = &[
                ("httpVersion", Value::is_string),
                ("cookies", Value::is_array),
                ("headers", is_pairs),
                ("headersSize", |it| it == -1),
                ("bodySize", Value::is_number),
            ];
            let of_request: &[Field] = &[
                ("method", Value::is_string),
                ("url", Value::is_string),
                ("queryString", is_pairs),
            ];
            has(
                &entry["request"],
                &[both, of_request].concat(),
                &["postData"],
            );
            if !entry["request"]["postData"].is_null() {
                has(
                    &entry["request"]["postData"],
                    &[("mimeType", Value::is_string), ("text", Value::is_string)],
                    &["params"],
                );
            }
            let of_response: &[Field] = &[
                ("status", Value::is_number),
                ("statusText", Value::is_string),
                ("content", Value::is_object),
                ("redirectURL", Value::is_string),
            ];
            has(&entry["response"], &[both, of_response].concat(), &[]);
            has(
                &entry["response"]["content"],
                &[("size", Value::is_number), ("mimeType", Value::is_string)],
                &["text", "encoding"],
            );
        }
    }
}

#[test]
fn every_exchange_of_the_record_is_there_with_the_check_that_had_it() {
    let record = fixtures::record(fixtures::FAILING);
    let count: usize = record.checks.iter().map(|it| it.exchanges.len()).sum();
    let entries = entries(&record);
    assert!(count > 5 && entries.len() == count);
    for check in &record.checks {
        for exchange in &check.exchanges {
            let is_it = |entry: &&Value| {
                entry["request"]["url"] == exchange.request.url.as_str()
                    && entry["comment"].as_str().unwrap().starts_with(&check.id)
            };
            assert!(entries.iter().any(|it| is_it(&it)), "{}", check.id);
        }
    }
}

/// A record whose one exchange has these bodies.
fn with_bodies(sent: BodyEntry, came: BodyEntry) -> Value {
    let mut record = fixtures::record(fixtures::FAILING);
    let check = record.checks.iter_mut().find(|it| !it.exchanges.is_empty());
    let exchange = &mut check.unwrap().exchanges[0];
    exchange.at_ms = 0;
    exchange.request.url = "http://a.invalid/v2/?n=1&last=a%20b#c?d=e".to_owned();
    exchange.request.body = Some(sent);
    exchange.response.as_mut().unwrap().body = Some(came);
    entries(&record).remove(0)
}

fn body(length: usize, text: Option<&str>, base64: Option<&str>) -> BodyEntry {
    BodyEntry {
        length,
        sha256: "abc".to_owned(),
        text: text.map(str::to_owned),
        base64: base64.map(str::to_owned),
    }
}

#[test]
fn a_body_is_text_or_base64_and_says_where_it_was_cut() {
    let entry = with_bodies(body(3, None, Some("//4A")), body(4, None, Some("//4A")));
    let data = &entry["request"]["postData"];
    assert_eq!(
        (&data["text"], &data["encoding"]),
        (&json!("//4A"), &Value::Null)
    );
    assert_eq!(data["comment"], "in base64; 3 bytes, sha256:abc");
    let content = &entry["response"]["content"];
    assert_eq!(content["encoding"], "base64");
    assert_eq!(
        content["comment"],
        "4 bytes, sha256:abc; only its beginning is here"
    );
    assert_eq!(
        (&content["size"], &entry["response"]["bodySize"]),
        (&json!(4), &json!(4))
    );
    let entry = with_bodies(body(9, Some("a"), None), body(1, Some("a"), None));
    assert!(
        entry["request"]["postData"]["comment"]
            .as_str()
            .unwrap()
            .contains("only")
    );
    assert_eq!(
        entry["response"]["content"]["comment"],
        "1 bytes, sha256:abc"
    );
    assert_eq!(entry["response"]["content"]["encoding"], Value::Null);
    let asked = &entry["request"]["queryString"];
    assert_eq!(
        *asked,
        json!([{"name": "n", "value": "1"}, {"name": "last", "value": "a b"}])
    );
}

#[test]
fn where_nothing_came_back_the_comment_says_why() {
    let mut record = fixtures::record(fixtures::FAILING);
    for check in &mut record.checks {
        for exchange in &mut check.exchanges {
            exchange.response = None;
            exchange.failure = Some("it hung up".to_owned());
        }
    }
    for entry in entries(&record) {
        assert_eq!(entry["response"]["status"], 0);
        assert!(
            entry["comment"]
                .as_str()
                .unwrap()
                .ends_with("no answer: it hung up")
        );
    }
}

#[test]
fn absurd_times_do_no_harm() {
    let mut record = fixtures::record(fixtures::FAILING);
    for started in ["yesterday", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"] {
        started.clone_into(&mut record.started);
        for check in &mut record.checks {
            for exchange in &mut check.exchanges {
                exchange.at_ms = u64::MAX;
            }
        }
        assert_eq!(
            entries(&record)[0]["startedDateTime"],
            "9999-12-31T23:59:59.000Z"
        );
    }
}

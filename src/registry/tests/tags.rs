//! Listing tags.

use super::Client;
use super::Settings;
use super::body;
use super::codes;
use crate::http::Response;
use crate::oci::next_target;

fn client() -> Client {
    let client = Client::new();
    for tag in ["b", "B", "1", "10", "2", "_"] {
        client.push_index("a/b", tag);
    }
    client
}

fn tags(response: &Response) -> Vec<String> {
    let body = body(response);
    assert_eq!(body["name"], "a/b");
    serde_json::from_value(body["tags"].clone()).unwrap()
}

fn next(response: &Response) -> Option<String> {
    next_target(response.header("link").unwrap_or_default()).unwrap()
}

#[test]
fn tags_are_listed_in_the_order_of_their_bytes() {
    let answer = client().get("/v2/a/b/tags/list");
    assert_eq!(answer.status, 200);
    assert_eq!(tags(&answer), ["1", "10", "2", "B", "_", "b"]);
    assert_eq!(next(&answer), None);
}

#[test]
fn a_page_has_as_many_tags_as_asked_for_and_leads_on() {
    let client = client();
    let mut path = "/v2/a/b/tags/list?n=4".to_owned();
    let first = client.get(&path);
    assert_eq!(tags(&first), ["1", "10", "2", "B"]);
    path = next(&first).unwrap();
    let second = client.get(&path);
    assert_eq!(tags(&second), ["_", "b"]);
    assert_eq!(next(&second), None);
    for n in ["6", "7", "99999999999999999999999"] {
        let whole = client.get(&format!("/v2/a/b/tags/list?n={n}"));
        assert_eq!((tags(&whole).len(), next(&whole)), (6, None));
    }
}

#[test]
fn no_tags_are_asked_for_and_none_are_given() {
    let answer = client().get("/v2/a/b/tags/list?n=0");
    assert_eq!(answer.status, 200);
    assert!(tags(&answer).is_empty());
    assert_eq!(answer.header("link"), None);
}

#[test]
fn a_list_goes_on_behind_the_last_tag_whether_it_is_there_or_not() {
    let client = client();
    let behind = |query: &str| tags(&client.get(&format!("/v2/a/b/tags/list?{query}")));
    assert_eq!(behind("last=1"), ["10", "2", "B", "_", "b"]);
    assert_eq!(behind("last=1&n=2"), ["10", "2"]);
    assert_eq!(behind("last=3"), ["B", "_", "b"]);
    assert!(behind("last=zz").is_empty());
}

#[test]
fn a_senseless_number_is_passed_over() {
    for n in ["-1", "x", "", "+1", "1.5"] {
        let answer = client().get(&format!("/v2/a/b/tags/list?n={n}"));
        assert_eq!((answer.status, tags(&answer).len()), (200, 6), "{n}");
    }
}

#[test]
fn pages_end_at_the_limit_of_the_registry() {
    let client = Client::of(Settings {
        tags_page: 2,
        ..Settings::default()
    });
    for tag in ["a", "b", "c", "d", "e"] {
        client.push_index("a/b", tag);
    }
    let mut path = Some("/v2/a/b/tags/list?n=3".to_owned());
    let mut seen = Vec::new();
    while let Some(page) = path {
        let answer = client.get(&page);
        seen.push(tags(&answer).join(""));
        path = next(&answer);
    }
    assert_eq!(seen, ["ab", "cd", "e"]);
}

#[test]
fn an_emptied_repository_has_no_tags_and_an_unknown_one_no_list() {
    let client = Client::new();
    let digest = client.push_index("a/b", "v1");
    client.delete(&format!("/v2/a/b/manifests/{digest}"));
    let answer = client.get("/v2/a/b/tags/list");
    assert_eq!((answer.status, tags(&answer).len()), (200, 0));
    client.open("fresh");
    let answer = client.get("/v2/fresh/tags/list");
    assert_eq!(answer.status, 404);
    assert_eq!(codes(&answer), ["NAME_UNKNOWN"]);
}

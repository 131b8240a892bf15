//! Listing repositories.

use super::Client;
use super::Optional;
use super::Settings;
use super::body;
use super::codes;
use crate::http::Response;
use crate::oci::next_target;

fn client() -> Client {
    let client = Client::new();
    for name in ["b", "a/b", "a", "a-b", "ab"] {
        client.push_index(name, "latest");
    }
    client
}

fn names(response: &Response) -> Vec<String> {
    assert_eq!(response.status, 200);
    serde_json::from_value(body(response)["repositories"].clone()).unwrap()
}

fn next(response: &Response) -> Option<String> {
    next_target(response.header("link").unwrap_or_default()).unwrap()
}

#[test]
fn repositories_are_listed_in_the_order_of_their_names() {
    let answer = client().get("/v2/_catalog");
    assert_eq!(names(&answer), ["a", "a-b", "a/b", "ab", "b"]);
    assert_eq!(next(&answer), None);
    assert_eq!(names(&Client::new().get("/v2/_catalog")), [""; 0]);
}

#[test]
fn a_page_leads_to_the_next_until_there_is_none() {
    let client = client();
    let mut path = "/v2/_catalog?n=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = client.get(&path);
        pages.push(names(&page));
        match next(&page) {
            Some(target) => path = target,
            None => break,
        }
    }
    assert_eq!(pages, [vec!["a", "a-b"], vec!["a/b", "ab"], vec!["b"]]);
    assert_eq!(names(&client.get("/v2/_catalog?last=ab")), ["b"]);
    assert_eq!(names(&client.get("/v2/_catalog?n=x")).len(), 5);
}

#[test]
fn the_registry_bounds_a_page() {
    let client = Client::of(Settings {
        catalog_page: 1,
        ..Settings::default()
    });
    client.push_index("a", "x");
    client.push_index("b", "x");
    let first = client.get("/v2/_catalog");
    assert_eq!(names(&first), ["a"]);
    assert_eq!(next(&first).as_deref(), Some("/v2/_catalog?last=a"));
    assert_eq!(names(&client.get("/v2/_catalog?n=0")), [""; 0]);
}

#[test]
fn an_upload_alone_makes_no_repository() {
    let client = client();
    client.post("/v2/open/blobs/uploads/", "");
    assert_eq!(names(&client.get("/v2/_catalog")).len(), 5);
}

#[test]
fn it_can_be_lacking_and_only_be_read() {
    let without = Client::without(Optional::Catalog).get("/v2/_catalog");
    assert_eq!(
        (without.status, codes(&without)),
        (404, vec!["UNSUPPORTED".to_owned()])
    );
    let deleted = client().delete("/v2/_catalog");
    assert_eq!(
        (deleted.status, deleted.header("allow")),
        (405, Some("GET, HEAD"))
    );
}

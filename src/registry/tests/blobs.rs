//! Pulling and deleting blobs.

use super::Client;
use super::Optional;
use super::codes;
use super::request;
use super::with;
use crate::http::Method;
use crate::oci::Algorithm;

#[test]
fn a_pushed_blob_is_pulled_with_its_digest_and_length() {
    let client = Client::new();
    let digest = client.push_blob("a/b", b"content");
    let answer = client.get(&format!("/v2/a/b/blobs/{digest}"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, "content");
    let sent = answer.header("docker-content-digest").unwrap();
    assert_eq!(sent, digest.to_string());
    assert_eq!(answer.header("content-length"), Some("7"));
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    assert_eq!(
        answer.header("etag"),
        Some(format!("\"{digest}\"").as_str())
    );
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let client = Client::new();
    let path = format!("/v2/a/blobs/{}", client.push_blob("a", b"content"));
    let (get, head) = (client.get(&path), client.head(&path));
    assert_eq!(head.headers, get.headers);
    assert!(head.body.is_empty());
    let missing = client.head(&format!("/v2/a/blobs/{}", Algorithm::Sha256.digest(b"?")));
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[test]
fn a_blob_is_seen_only_in_repositories_that_hold_it() {
    let client = Client::new();
    let digest = client.push_blob("a", b"content");
    client.push_blob("b", b"other");
    let answer = client.get(&format!("/v2/b/blobs/{digest}"));
    assert_eq!(answer.status, 404);
    assert_eq!(codes(&answer), ["BLOB_UNKNOWN"]);
    let answer = client.get(&format!("/v2/c/blobs/{digest}"));
    assert_eq!(codes(&answer), ["NAME_UNKNOWN"]);
}

#[test]
fn a_malformed_digest_is_refused_and_one_of_a_strange_algorithm_not_found() {
    let client = Client::new();
    client.push_blob("a", b"content");
    let upper = format!("sha256:{}", "A".repeat(64));
    for digest in ["latest", "sha256:bad", &upper] {
        let answer = client.get(&format!("/v2/a/blobs/{digest}"));
        assert_eq!(answer.status, 400, "{digest}");
        assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    }
    assert_eq!(client.get("/v2/a/blobs/md5:00").status, 404);
}

#[test]
fn a_deleted_blob_is_gone_from_its_repository_alone() {
    let client = Client::new();
    let digest = client.push_blob("a", b"content");
    client.push_blob("b", b"content");
    let path = format!("/v2/a/blobs/{digest}");
    assert_eq!(client.delete(&path).status, 202);
    assert_eq!(client.get(&path).status, 404);
    assert_eq!(client.delete(&path).status, 404);
    assert_eq!(client.get(&format!("/v2/b/blobs/{digest}")).status, 200);
}

#[test]
fn where_deleting_is_off_it_is_not_supported() {
    let client = Client::without(Optional::BlobDelete);
    let path = format!("/v2/a/blobs/{}", client.push_blob("a", b"content"));
    let answer = client.delete(&path);
    assert_eq!(answer.status, 405);
    assert_eq!(codes(&answer), ["UNSUPPORTED"]);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    assert_eq!(client.get(&path).status, 200);
}

#[test]
fn a_client_that_has_the_blob_is_told_so() {
    let client = Client::new();
    let digest = client.push_blob("a", b"content");
    let get = request(Method::GET, &format!("/v2/a/blobs/{digest}"));
    let answer = client.send(&with(get, "if-none-match", &format!("\"x\", \"{digest}\"")));
    assert_eq!((answer.status, answer.body.len()), (304, 0));
}

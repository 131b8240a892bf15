//! Beginning an upload: sessions, single POSTs, mounts.

use super::Client;
use super::Optional;
use super::Settings;
use super::codes;
use crate::catalogue::Version;
use crate::oci::Algorithm;
use crate::oci::Digest;

const CONTENT: &[u8] = b"content";

fn digest() -> Digest {
    Algorithm::Sha256.digest(CONTENT)
}

fn uploads(name: &str, query: &str) -> String {
    format!("/v2/{name}/blobs/uploads/?{query}")
}

fn has_blob(client: &Client, name: &str) -> bool {
    client
        .head(&format!("/v2/{name}/blobs/{}", digest()))
        .status
        == 200
}

#[test]
fn every_post_opens_a_session_of_its_own() {
    let client = Client::new();
    let (one, other) = (client.open("a"), client.open("a"));
    assert_ne!(one, other);
    assert!(one.starts_with("/v2/a/blobs/uploads/"));
}

#[test]
fn a_single_post_with_the_right_digest_stores_the_blob() {
    let client = Client::new();
    let answer = client.post(&uploads("a", &format!("digest={}", digest())), CONTENT);
    assert_eq!(answer.status, 201);
    let location = answer.header("location").unwrap();
    assert_eq!(client.get(location).body, CONTENT);
}

#[test]
fn a_single_post_with_a_wrong_or_malformed_digest_stores_nothing() {
    let client = Client::new();
    let answer = client.post(&uploads("a", &format!("digest={}", digest())), "other");
    assert_eq!(answer.status, 400);
    assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    assert!(!has_blob(&client, "a"));
    for digest in [
        "",
        "foo",
        "sha256:bad",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
    ] {
        let answer = client.post(&uploads("a", &format!("digest={digest}")), CONTENT);
        assert_eq!(answer.status, 400, "{digest}");
    }
}

#[test]
fn where_single_posts_are_off_one_opens_a_session() {
    let client = Client::without(Optional::SinglePost);
    let answer = client.post(&uploads("a", &format!("digest={}", digest())), CONTENT);
    assert_eq!(answer.status, 202);
    assert!(!has_blob(&client, "a"));
    let session = answer.header("location").unwrap();
    let closed = client.put(&format!("{session}?digest={}", digest()), CONTENT);
    assert_eq!(closed.status, 201);
}

#[test]
fn a_mounted_blob_outlives_its_source() {
    let client = Client::new();
    client.push_blob("a/b", CONTENT);
    let answer = client.post(&uploads("c", &format!("mount={}&from=a%2Fb", digest())), "");
    assert_eq!(answer.status, 201);
    assert_eq!(
        client.delete(&format!("/v2/a/b/blobs/{}", digest())).status,
        202
    );
    assert_eq!(client.get(answer.header("location").unwrap()).body, CONTENT);
}

#[test]
fn a_mount_that_cannot_be_done_opens_a_session() {
    let client = Client::new();
    client.push_blob("a", b"other");
    for from in ["a", "unknown", "NOT/A/NAME", ""] {
        let answer = client.post(
            &uploads("c", &format!("mount={}&from={from}", digest())),
            "",
        );
        assert_eq!(answer.status, 202, "{from}");
        assert!(answer.header("location").is_some());
    }
}

#[test]
fn a_mount_without_a_source_takes_the_blob_from_anywhere() {
    let query = format!("mount={}", digest());
    let client = Client::new();
    assert_eq!(client.post(&uploads("b", &query), "").status, 202);
    client.push_blob("a", CONTENT);
    assert_eq!(client.post(&uploads("b", &query), "").status, 201);
    assert!(has_blob(&client, "b"));
    let client = Client::without(Optional::AnonymousMount);
    client.push_blob("a", CONTENT);
    assert_eq!(client.post(&uploads("b", &query), "").status, 202);
}

#[test]
fn a_mount_of_a_malformed_digest_is_refused_since_1_2() {
    let path = uploads("a", "mount=sha256:bad&from=b");
    assert_eq!(Client::new().post(&path, "").status, 400);
    assert_eq!(Client::of_spec(Version::V1_1).post(&path, "").status, 202);
}

#[test]
fn an_algorithm_that_is_not_offered_is_refused_since_1_2() {
    let status = |client: Client, algorithm: &str| {
        let path = uploads("a", &format!("digest-algorithm={algorithm}"));
        client.post(&path, "").status
    };
    assert_eq!(status(Client::new(), "sha512"), 202);
    assert_eq!(status(Client::new(), "md5"), 400);
    assert_eq!(status(Client::without(Optional::Sha512), "sha512"), 400);
    assert_eq!(status(Client::of_spec(Version::V1_1), "md5"), 202);
}

#[test]
fn a_minimum_for_chunks_is_told_if_there_is_one() {
    let opened = Client::new().post(&uploads("a", ""), "");
    assert_eq!(opened.header("oci-chunk-min-length"), None);
    let client = Client::of(Settings {
        chunk_minimum: Some(5),
        ..Settings::default()
    });
    let opened = client.post(&uploads("a", ""), "");
    assert_eq!(opened.header("oci-chunk-min-length"), Some("5"));
}

#[test]
fn a_push_outside_the_grammar_of_names_is_refused() {
    for name in ["UP/x", "a..b", "_x", "a_", "a//b"] {
        let answer = Client::new().post(&uploads(name, ""), "");
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(codes(&answer), ["NAME_INVALID"]);
    }
}

//! Pushing, pulling and deleting manifests and tags.

use serde_json::json;

use super::Client;
use super::Optional;
use super::Settings;
use super::codes;
use super::descriptor;
use super::image;
use super::index;
use super::request;
use super::with;
use crate::catalogue::Version;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::media_type;

const TYPE: &str = media_type::IMAGE_INDEX;

fn digest(manifest: &str) -> String {
    Algorithm::Sha256.digest(manifest.as_bytes()).to_string()
}

#[test]
fn a_manifest_is_kept_byte_by_byte() {
    let client = Client::new();
    let odd = " {\"manifests\" :[ ],\n\"schemaVersion\":2,\"x\":\"\\u0061\",\"x\":1e999}\n";
    let pushed = client.push("a", "v1", odd, TYPE);
    assert_eq!(pushed.status, 201);
    let digest = digest(odd);
    assert_eq!(
        pushed.header("docker-content-digest"),
        Some(digest.as_str())
    );
    let location = pushed.header("location").unwrap();
    for path in [
        "/v2/a/manifests/v1",
        &format!("/v2/a/manifests/{digest}"),
        location,
    ] {
        let pulled = client.get(path);
        assert_eq!((pulled.status, &pulled.body[..]), (200, odd.as_bytes()));
        assert_eq!(pulled.header("content-type"), Some(TYPE));
        assert_eq!(
            pulled.header("docker-content-digest"),
            Some(digest.as_str())
        );
        let head = client.head(path);
        assert_eq!(head.headers, pulled.headers);
        assert!(head.body.is_empty());
    }
}

#[test]
fn parameters_of_the_content_type_are_ignored() {
    let client = Client::new();
    client.push(
        "a",
        "v1",
        &index(&json!({})),
        &format!("{TYPE}; charset=utf-8"),
    );
    let pulled = client.get("/v2/a/manifests/v1");
    assert_eq!(pulled.header("content-type"), Some(TYPE));
}

#[test]
fn the_content_type_is_inferred_or_refused() {
    let client = Client::new();
    let put = |body: String| client.put("/v2/a/manifests/v1", body).status;
    assert_eq!(put(index(&json!({}))), 400);
    assert_eq!(put(index(&json!({ "mediaType": TYPE }))), 201);
    let answer = client.push("a", "v1", &index(&json!({ "mediaType": "a/b" })), TYPE);
    assert_eq!(answer.status, 400);
    assert_eq!(codes(&answer), ["MANIFEST_INVALID"]);
}

#[test]
fn what_is_no_manifest_is_refused() {
    let client = Client::new();
    for text in ["", "[]", "no", "{}", "{\"schemaVersion\":1}"] {
        let answer = client.push("a", "v1", text, TYPE);
        assert_eq!(answer.status, 400, "{text}");
        assert_eq!(codes(&answer), ["MANIFEST_INVALID"]);
    }
    assert_eq!(client.get("/v2/a/manifests/v1").status, 404);
}

#[test]
fn a_manifest_with_another_digest_is_refused() {
    let client = Client::new();
    let (one, other) = (index(&json!({})), index(&json!({ "x": 1 })));
    assert_eq!(client.push("a", &digest(&one), &one, TYPE).status, 201);
    let answer = client.push("a", &digest(&other), &one, TYPE);
    assert_eq!(answer.status, 400);
    assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    assert_eq!(
        client
            .get(&format!("/v2/a/manifests/{}", digest(&other)))
            .status,
        404
    );
}

#[test]
fn a_reference_that_is_neither_tag_nor_digest_is_refused() {
    let client = Client::new();
    let manifest = index(&json!({}));
    let too_long = "a".repeat(129);
    for tag in [".x", "-x", "a+b", "a%20b", "", "%C3%A4", &too_long] {
        let answer = client.push("a", tag, &manifest, TYPE);
        assert_eq!(answer.status, 400, "{tag}");
        assert_eq!(codes(&answer), ["MANIFEST_INVALID"]);
        assert_eq!(client.get(&format!("/v2/a/manifests/{tag}")).status, 404);
    }
    let answer = client.push("a", "sha256:short", &manifest, TYPE);
    assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    assert_eq!(client.get("/v2/a/manifests/sha256:short").status, 400);
}

#[test]
fn a_missing_configuration_or_layer_is_refused() {
    let client = Client::new();
    let push = |manifest: &str| client.push("a", "v1", manifest, media_type::IMAGE_MANIFEST);
    let answer = push(&image(&json!({})));
    assert_eq!(answer.status, 404);
    assert_eq!(codes(&answer), ["MANIFEST_BLOB_UNKNOWN"]);
    client.push_blob("a", b"{}");
    assert_eq!(push(&image(&json!({}))).status, 201);
    let layer = descriptor(media_type::LAYER_TAR, b"layer");
    let manifest = image(&json!({ "layers": [layer] }));
    assert_eq!(codes(&push(&manifest)), ["MANIFEST_BLOB_UNKNOWN"]);
    client.push_blob("a", b"layer");
    assert_eq!(push(&manifest).status, 201);
}

#[test]
fn what_may_be_missing_is_not_asked_for() {
    let client = Client::new();
    client.push_blob("a", b"{}");
    let mut foreign = descriptor(media_type::LAYER_TAR, b"foreign");
    foreign.urls = vec!["https://example.com/layer".to_owned()];
    let hidden = descriptor(media_type::LAYER_NONDISTRIBUTABLE_GZIP, b"hidden");
    let subject = json!({ "mediaType": TYPE, "digest": "multihash+base58:QmR", "size": 1 });
    let manifest = image(&json!({ "layers": [foreign, hidden], "subject": subject }));
    let answer = client.push("a", "v1", &manifest, media_type::IMAGE_MANIFEST);
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("oci-subject"), Some("multihash+base58:QmR"));
    let child = descriptor(media_type::IMAGE_MANIFEST, b"child");
    let list = index(&json!({ "manifests": [child] }));
    assert_eq!(client.push("a", "v2", &list, TYPE).status, 201);
}

#[test]
fn missing_references_are_taken_where_they_are_not_required() {
    let client = Client::of(Settings {
        require_references: false,
        ..Settings::default()
    });
    let answer = client.push("a", "v1", &image(&json!({})), media_type::IMAGE_MANIFEST);
    assert_eq!(answer.status, 201);
}

#[test]
fn a_descriptor_with_a_malformed_digest_is_refused() {
    let client = Client::new();
    let upper = format!("sha256:{}", "A".repeat(64));
    for digest in ["", "foo", "sha256:bad", &upper] {
        let subject = json!({ "mediaType": TYPE, "digest": digest, "size": 1 });
        let answer = client.push("a", "v1", &index(&json!({ "subject": subject })), TYPE);
        assert_eq!(answer.status, 400, "{digest}");
    }
}

#[test]
fn a_manifest_over_the_limit_is_too_large() {
    let client = Client::of(Settings {
        manifest_limit: 4 << 20,
        ..Settings::default()
    });
    let base = index(&json!({})).len();
    let padded = |len| index(&json!({})) + &" ".repeat(len - base);
    assert_eq!(client.push("a", "v1", &padded(4 << 20), TYPE).status, 201);
    let answer = client.push("a", "v1", &padded((4 << 20) + 1), TYPE);
    assert_eq!(answer.status, 413);
    assert_eq!(codes(&answer), ["SIZE_INVALID"]);
}

#[test]
fn a_tag_moves_and_the_old_manifest_stays() {
    let client = Client::new();
    let (one, other) = (index(&json!({})), index(&json!({ "x": 1 })));
    client.push("a", "v1", &one, TYPE);
    client.push("a", "v1", &other, TYPE);
    assert_eq!(client.get("/v2/a/manifests/v1").body, other);
    let old = client.get(&format!("/v2/a/manifests/{}", digest(&one)));
    assert_eq!(old.body, one);
}

#[test]
fn the_same_bytes_are_one_manifest_under_both_digests() {
    let client = Client::new();
    let manifest = index(&json!({}));
    let long = Algorithm::Sha512.digest(manifest.as_bytes()).to_string();
    let pushed = client.push("a", &format!("{long}?tag=v1"), &manifest, TYPE);
    assert_eq!(pushed.header("docker-content-digest"), Some(long.as_str()));
    let short = digest(&manifest);
    for digest in [&long, &short] {
        let pulled = client.get(&format!("/v2/a/manifests/{digest}"));
        assert_eq!(
            pulled.header("docker-content-digest"),
            Some(digest.as_str())
        );
    }
    let pulled = client.get("/v2/a/manifests/v1");
    assert_eq!(pulled.header("docker-content-digest"), Some(long.as_str()));
    assert_eq!(
        client.delete(&format!("/v2/a/manifests/{short}")).status,
        202
    );
    for reference in ["v1", &long, &short] {
        assert_eq!(
            client.get(&format!("/v2/a/manifests/{reference}")).status,
            404
        );
    }
}

#[test]
fn tag_parameters_make_tags_since_1_2() {
    let manifest = index(&json!({}));
    let reference = format!("{}?tag=b&tag=a&tag=.bad&tag=a", digest(&manifest));
    let client = Client::new();
    let pushed = client.push("a", &reference, &manifest, TYPE);
    let made: Vec<_> = pushed.headers.get_all("oci-tag").iter().collect();
    assert_eq!(made, ["a", "b"]);
    assert_eq!(client.get("/v2/a/manifests/b").body, manifest);
    let client = Client::of_spec(Version::V1_1);
    let pushed = client.push("a", &reference, &manifest, TYPE);
    assert_eq!((pushed.status, pushed.header("oci-tag")), (201, None));
    assert_eq!(client.get("/v2/a/manifests/b").status, 404);
}

#[test]
fn a_deleted_tag_leaves_the_manifest_and_its_other_tags() {
    let client = Client::new();
    let digest = client.push_index("a", "v1");
    client.push_index("a", "v2");
    assert_eq!(client.delete("/v2/a/manifests/v1").status, 202);
    assert_eq!(client.get("/v2/a/manifests/v1").status, 404);
    assert_eq!(client.delete("/v2/a/manifests/v1").status, 404);
    assert_eq!(client.get("/v2/a/manifests/v2").status, 200);
    assert_eq!(client.get(&format!("/v2/a/manifests/{digest}")).status, 200);
}

#[test]
fn a_deleted_manifest_takes_its_tags_along() {
    let client = Client::new();
    let path = format!("/v2/a/manifests/{}", client.push_index("a", "v1"));
    assert_eq!(client.delete(&path).status, 202);
    assert_eq!(client.get(&path).status, 404);
    assert_eq!(client.get("/v2/a/manifests/v1").status, 404);
    assert_eq!(codes(&client.delete(&path)), ["MANIFEST_UNKNOWN"]);
}

#[test]
fn each_kind_of_delete_can_be_off() {
    let client = Client::without(Optional::TagDelete);
    let digest = client.push_index("a", "v1");
    assert_eq!(client.delete("/v2/a/manifests/v1").status, 405);
    assert_eq!(
        client.delete(&format!("/v2/a/manifests/{digest}")).status,
        202
    );
    let client = Client::without(Optional::ManifestDelete);
    let digest = client.push_index("a", "v1");
    let answer = client.delete(&format!("/v2/a/manifests/{digest}"));
    assert_eq!(answer.status, 405);
    assert_eq!(codes(&answer), ["UNSUPPORTED"]);
    assert_eq!(client.delete("/v2/a/manifests/v1").status, 202);
}

#[test]
fn what_is_not_there_is_not_found() {
    let client = Client::new();
    client.push_index("a", "v1");
    let answer = client.get("/v2/a/manifests/v2");
    assert_eq!(
        (answer.status, codes(&answer)),
        (404, vec!["MANIFEST_UNKNOWN".to_owned()])
    );
    let answer = client.get("/v2/b/manifests/v1");
    assert_eq!(
        (answer.status, codes(&answer)),
        (404, vec!["NAME_UNKNOWN".to_owned()])
    );
    let answer = client.delete(&format!("/v2/b/manifests/{}", digest("x")));
    assert_eq!(codes(&answer), ["NAME_UNKNOWN"]);
}

#[test]
fn a_push_on_condition_moves_the_tag_only_from_where_it_should_stand() {
    let client = Client::new();
    let digest = client.push_index("a", "v1");
    let push = |tag: &str| {
        let put = request(Method::PUT, "/v2/a/manifests/v1").body(index(&json!({ "x": tag })));
        let put = with(put, "content-type", TYPE);
        client.send(&with(put, "if-match", tag)).status
    };
    assert_eq!(push("\"x\""), 412);
    assert_eq!(push(&format!("\"{digest}\"")), 201);
    assert_eq!(push(&format!("\"{digest}\"")), 412);
    assert_eq!(push("*"), 201);
}

#[test]
fn a_weak_entity_tag_matches_nothing_that_is_written_over() {
    let client = Client::new();
    let digest = client.push_index("a", "v1");
    let put = request(Method::PUT, "/v2/a/manifests/v1").body(index(&json!({ "x": 1 })));
    let put = with(put, "content-type", TYPE);
    let weak = format!("W/\"{digest}\"");
    assert_eq!(
        client.send(&with(put.clone(), "if-match", &weak)).status,
        412
    );
    assert_eq!(client.send(&with(put, "if-none-match", &weak)).status, 412);
}

#[test]
fn a_push_of_what_is_not_there_yet_is_done_once() {
    let client = Client::new();
    let push = |tag: &str, unless: &str| {
        let put = request(Method::PUT, &format!("/v2/a/manifests/{tag}"));
        let put = with(put.body(index(&json!({}))), "content-type", TYPE);
        client.send(&with(put, "if-none-match", unless)).status
    };
    assert_eq!(push("v1", "*"), 201);
    assert_eq!(push("v1", "*"), 412);
    assert_eq!(push("v1", "\"x\""), 201);
    assert_eq!(push("v2", "*"), 201);
    // What is under a digest never changes, and is there either way.
    let digest = digest(&index(&json!({})));
    assert_eq!(push(&digest, "*"), 201);
}

#[test]
fn a_subject_is_confirmed_only_where_referrers_are_listed() {
    let subject = descriptor(TYPE, b"subject");
    let manifest = index(&json!({ "subject": subject }));
    let confirmed = |client: Client| {
        let pushed = client.push("a", "v1", &manifest, TYPE);
        assert_eq!(pushed.status, 201);
        pushed.header("oci-subject").map(str::to_owned)
    };
    assert_eq!(confirmed(Client::new()), Some(subject.digest.clone()));
    assert_eq!(confirmed(Client::of_spec(Version::V1_0)), None);
    assert_eq!(confirmed(Client::without(Optional::Referrers)), None);
    let pushed = Client::new().push("a", "v1", &index(&json!({})), TYPE);
    assert_eq!(pushed.header("oci-subject"), None);
}

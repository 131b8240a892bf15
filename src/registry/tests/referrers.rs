//! Listing referrers.

use serde_json::Value;
use serde_json::json;

use super::Client;
use super::Optional;
use super::Settings;
use super::body;
use super::codes;
use super::descriptor;
use super::image;
use super::index;
use crate::catalogue::Version;
use crate::http::Response;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::oci::next_target;

const TYPE: &str = media_type::IMAGE_INDEX;

/// The digest of a subject that is not there.
fn subject() -> String {
    descriptor(TYPE, b"subject").digest
}

/// Pushes an index that refers to the subject, with `more` properties. Its digest.
fn refer(client: &Client, more: &Value) -> String {
    let mut more = more.clone();
    more["subject"] = json!(descriptor(TYPE, b"subject"));
    let manifest = index(&more);
    let digest = Algorithm::Sha256.digest(manifest.as_bytes()).to_string();
    assert_eq!(client.push("a", &digest, &manifest, TYPE).status, 201);
    digest
}

fn list(client: &Client, query: &str) -> Response {
    let answer = client.get(&format!("/v2/a/referrers/{}{query}", subject()));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some(TYPE));
    answer
}

fn manifests(response: &Response) -> Vec<Value> {
    let body = body(response);
    assert_eq!(
        (&body["schemaVersion"], &body["mediaType"]),
        (&json!(2), &json!(TYPE))
    );
    body["manifests"].as_array().unwrap().clone()
}

#[test]
fn a_referrer_is_listed_with_its_type_and_annotations() {
    let client = Client::new();
    let annotations = json!({ "empty": "", "unicode": "ä" });
    let digest = refer(
        &client,
        &json!({ "artifactType": "a/t", "annotations": annotations }),
    );
    let listed = manifests(&list(&client, ""));
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["digest"], digest);
    assert_eq!(listed[0]["mediaType"], TYPE);
    assert_eq!(listed[0]["artifactType"], "a/t");
    assert_eq!(listed[0]["annotations"], annotations);
    let pulled = client.get(&format!("/v2/a/manifests/{digest}"));
    assert_eq!(listed[0]["size"], pulled.body.len());
}

#[test]
fn without_a_type_of_its_own_an_image_has_that_of_its_configuration_and_an_index_none() {
    let client = Client::new();
    refer(&client, &json!({}));
    assert_eq!(manifests(&list(&client, ""))[0].get("artifactType"), None);
    let client = Client::new();
    client.push_blob("a", b"{}");
    let manifest = image(&json!({ "subject": descriptor(TYPE, b"subject") }));
    client.push("a", "v1", &manifest, media_type::IMAGE_MANIFEST);
    assert_eq!(
        manifests(&list(&client, ""))[0]["artifactType"],
        media_type::EMPTY
    );
}

#[test]
fn nothing_refers_to_what_is_unknown() {
    let client = Client::new();
    assert!(manifests(&list(&client, "")).is_empty());
    client.push_index("a", "v1");
    assert!(manifests(&list(&client, "")).is_empty());
    let strange = client.get("/v2/a/referrers/multihash+base58:QmR");
    assert!(manifests(&strange).is_empty());
}

#[test]
fn a_malformed_digest_is_refused() {
    for digest in ["latest", "sha256:bad", &"Z".repeat(64)] {
        let answer = Client::new().get(&format!("/v2/a/referrers/{digest}"));
        assert_eq!(answer.status, 400, "{digest}");
        assert_eq!(codes(&answer), ["DIGEST_INVALID"]);
    }
}

#[test]
fn a_referrer_is_listed_once_however_often_and_however_it_is_pushed() {
    let client = Client::new();
    let digest = refer(&client, &json!({}));
    refer(&client, &json!({}));
    let manifest = client.get(&format!("/v2/a/manifests/{digest}")).body;
    let manifest = std::str::from_utf8(&manifest).unwrap();
    client.push("a", "v1", manifest, TYPE);
    let long = Algorithm::Sha512.digest(manifest.as_bytes()).to_string();
    client.push("a", &long, manifest, TYPE);
    let listed = manifests(&list(&client, ""));
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["digest"], digest);
}

#[test]
fn a_deleted_referrer_leaves_the_list() {
    let client = Client::new();
    let digest = refer(&client, &json!({}));
    assert_eq!(
        client.delete(&format!("/v2/a/manifests/{digest}")).status,
        202
    );
    assert!(manifests(&list(&client, "")).is_empty());
}

#[test]
fn the_referrers_of_another_repository_are_not_listed() {
    let client = Client::new();
    refer(&client, &json!({}));
    let answer = client.get(&format!("/v2/b/referrers/{}", subject()));
    assert!(manifests(&answer).is_empty());
}

#[test]
fn a_filter_is_applied_and_says_so() {
    let client = Client::new();
    refer(&client, &json!({ "artifactType": "a/one+json" }));
    refer(&client, &json!({ "artifactType": "a/two" }));
    let applied = |answer: &Response| answer.header("oci-filters-applied").map(str::to_owned);
    for (query, count) in [
        ("?artifactType=a%2Fone%2Bjson", 1),
        ("?artifactType=a/one+json", 1),
        ("?artifactType=none", 0),
    ] {
        let answer = list(&client, query);
        assert_eq!(manifests(&answer).len(), count, "{query}");
        assert_eq!(applied(&answer).as_deref(), Some("artifactType"));
    }
    assert_eq!(applied(&list(&client, "")), None);
    let client = Client::without(Optional::ReferrersFilter);
    refer(&client, &json!({ "artifactType": "a/one" }));
    let answer = list(&client, "?artifactType=none");
    assert_eq!((manifests(&answer).len(), applied(&answer)), (1, None));
}

#[test]
fn pages_hold_every_referrer_once_and_keep_the_filter() {
    for settings in [
        Settings {
            referrers_page: 2,
            ..Settings::default()
        },
        Settings {
            referrers_bytes: 1,
            ..Settings::default()
        },
    ] {
        let client = Client::of(settings);
        let pushed: Vec<_> = (0..5)
            .map(|x| refer(&client, &json!({ "artifactType": "a/t+x", "x": x })))
            .collect();
        refer(&client, &json!({ "artifactType": "other" }));
        let path = format!("/v2/a/referrers/{}?artifactType=a/t%2Bx", subject());
        let mut path = Some(path);
        let mut seen = Vec::new();
        while let Some(page) = path {
            let answer = client.get(&page);
            assert!(answer.header("oci-filters-applied").is_some());
            let digests = manifests(&answer)
                .into_iter()
                .map(|it| it["digest"].clone());
            seen.extend(digests);
            path = next_target(answer.header("link").unwrap_or_default()).unwrap();
        }
        let mut expected = pushed.clone();
        expected.sort_unstable();
        assert_eq!(seen, expected);
    }
}

#[test]
fn version_1_0_has_no_list_of_referrers() {
    let client = Client::of_spec(Version::V1_0);
    let answer = client.get(&format!("/v2/a/referrers/{}", subject()));
    assert_eq!(answer.status, 404);
}

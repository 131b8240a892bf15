//! Referrers that came while the registry listed none, and what becomes of them once it does.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use super::Client;
use super::Optional;
use super::Registry;
use super::body;
use super::descriptor;
use super::image;
use super::index;
use crate::catalogue::Version;
use crate::http::Response;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::registry::Builder;
use crate::registry::Flush;

const TYPE: &str = media_type::IMAGE_INDEX;

/// The digest of the subject.
fn subject() -> String {
    descriptor(TYPE, b"subject").digest
}

/// The tag under which clients keep the referrers of the subject where none are listed.
fn fallback_tag() -> String {
    subject().replace(':', "-")
}

/// An index that refers to the subject.
fn referrer() -> String {
    index(&json!({
        "artifactType": "a/t",
        "annotations": { "a": "own" },
        "subject": descriptor(TYPE, b"subject"),
    }))
}

/// A client of a registry on a store on disk.
fn opened(folder: &Path, change: impl FnOnce(Builder) -> Builder) -> Client {
    let builder = change(Registry::builder());
    let builder = builder.stored_in(folder, Flush::Never).unwrap();
    Client(builder.build().in_process())
}

fn listing(builder: Builder) -> Builder {
    builder
}

fn listing_none(builder: Builder) -> Builder {
    builder.without(Optional::Referrers)
}

fn push(client: &Client, reference: &str, manifest: &str) -> Response {
    let pushed = client.push("a", reference, manifest, TYPE);
    assert_eq!(pushed.status, 201);
    pushed
}

fn listed(client: &Client) -> Vec<Value> {
    let answer = client.get(&format!("/v2/a/referrers/{}", subject()));
    assert_eq!(answer.status, 200);
    body(&answer)["manifests"].as_array().unwrap().clone()
}

#[test]
fn a_referrer_that_came_before_is_listed_as_one_that_comes_now() {
    for before in [listing_none, |it: Builder| it.spec(Version::V1_0)] {
        let folder = tempfile::tempdir().unwrap();
        let client = opened(folder.path(), before);
        let pushed = push(&client, "r", &referrer());
        assert_eq!(pushed.header("oci-subject"), None);
        let path = format!("/v2/a/referrers/{}", subject());
        assert_eq!(client.get(&path).status, 404);
        drop(client);

        let taken_over = listed(&opened(folder.path(), listing));
        assert_eq!(taken_over[0]["annotations"], json!({ "a": "own" }));
        let fresh = Client::new();
        let pushed = push(&fresh, "r", &referrer());
        assert_eq!(pushed.header("oci-subject"), Some(subject().as_str()));
        assert_eq!(taken_over, listed(&fresh));
    }
}

#[test]
fn of_what_a_fallback_tag_lists_only_manifests_with_the_subject_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let client = opened(folder.path(), listing_none);
    client.push_blob("a", b"{}");
    let without = image(&json!({ "annotations": { "of": "no subject" } }));
    let pushed = client.push("a", "sig", &without, media_type::IMAGE_MANIFEST);
    assert_eq!(pushed.status, 201);
    let other = index(&json!({ "subject": descriptor(TYPE, b"another") }));
    push(&client, "other", &other);
    push(&client, "r", &referrer());
    let mut noted = descriptor(TYPE, referrer().as_bytes());
    noted.annotations = Some([("a".to_owned(), "of the client".to_owned())].into());
    let in_tag = json!([
        noted,
        descriptor(media_type::IMAGE_MANIFEST, without.as_bytes()),
        descriptor(TYPE, other.as_bytes()),
        descriptor(TYPE, b"not there"),
    ]);
    let fallback = index(&json!({ "manifests": in_tag }));
    push(&client, &fallback_tag(), &fallback);
    drop(client);

    let client = opened(folder.path(), listing);
    let taken_over = listed(&client);
    let own = descriptor(TYPE, referrer().as_bytes()).digest;
    assert_eq!(taken_over.len(), 1);
    assert_eq!(taken_over[0]["digest"], own);
    assert_eq!(taken_over[0]["annotations"]["a"], "own");
    let kept = client.get(&format!("/v2/a/manifests/{}", fallback_tag()));
    assert_eq!(kept.body, fallback);
}

#[test]
fn a_referrer_that_is_pushed_again_or_deleted_is_listed_once_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    push(&opened(folder.path(), listing_none), "r", &referrer());
    let client = opened(folder.path(), listing);
    push(&client, "again", &referrer());
    assert_eq!(listed(&client).len(), 1);
    let own = Algorithm::Sha256.digest(referrer().as_bytes());
    assert_eq!(client.delete(&format!("/v2/a/manifests/{own}")).status, 202);
    assert!(listed(&client).is_empty());
}

#[test]
fn a_record_that_does_not_tell_of_subjects_is_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let client = opened(folder.path(), listing);
    push(&client, "r", &referrer());
    push(&client, "none", &index(&json!({})));
    let before = listed(&client);
    drop(client);
    let records = folder.path().join("repositories/a/_records/sha256");
    for entry in fs::read_dir(records).unwrap() {
        let path = entry.unwrap().path();
        let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        record.as_object_mut().unwrap().remove("referrer").unwrap();
        fs::write(&path, record.to_string()).unwrap();
    }
    let client = opened(folder.path(), listing);
    assert_eq!(listed(&client), before);
    assert_eq!(client.get("/v2/a/manifests/none").status, 200);
}

//! Subjects that nobody has, that are no manifests, or that are the manifest itself.

use serde_json::Value;
use serde_json::json;

use super::super::Mutation;
use super::super::Stance;
use super::super::edit;
use super::super::manifest;
use super::edited;
use crate::fuzz::draft::Draft;
use crate::fuzz::draft::descriptor;
use crate::oci::Algorithm;

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The rows.
pub(in super::super) const ROWS: &[Mutation] = &[
    manifest(
        "subject-absent",
        "a subject that nobody has",
        Stance::Either,
        |draft, dice| {
            let size = [500, 0, 1 << 40][dice.below(3)];
            subject(
                draft,
                &descriptor(IMAGE, &format!("sha256:{}", "ab".repeat(32)), size),
            )
        },
    ),
    manifest(
        "subject-itself",
        "a subject that is the manifest itself, as far as it can be",
        Stance::Either,
        |draft, _| {
            let (digest, size) = own(draft);
            let itself = descriptor(&draft.content_type.clone(), &digest, size);
            subject(draft, &itself)
        },
    ),
    manifest(
        "subject-of-another-algorithm",
        "a subject by a digest of an algorithm that may be unknown",
        Stance::Either,
        |draft, dice| {
            let digest = edit::other_digest(dice);
            subject(draft, &descriptor(IMAGE, &digest, 500))
        },
    ),
    manifest(
        "subject-digest-odd",
        "a subject by a digest that is none",
        Stance::Either,
        |draft, dice| {
            let digest = match dice.below(5) {
                0 => edit::malformed_digest(dice),
                1 => String::new(),
                2 => format!("sha256:../../{}", edit::NOWHERE),
                3 => "latest".to_owned(),
                _ => "sha256-".to_owned() + &"ab".repeat(32),
            };
            subject(draft, &descriptor(IMAGE, &digest, 500))
        },
    ),
    manifest(
        "subject-is-a-blob",
        "a subject that is a blob of the manifest",
        Stance::Either,
        |draft, _| {
            let blob = draft.value("config").unwrap_or(Value::Null);
            blob.is_object() && subject(draft, &blob)
        },
    ),
    manifest(
        "subject-unlike",
        "a subject with a size or a type that it does not have",
        Stance::Either,
        |draft, dice| {
            let is_type = dice.below(2) == 1;
            let Some(Value::Object(mut named)) = draft.value("subject") else {
                return false;
            };
            if is_type {
                named.insert(
                    "mediaType".to_owned(),
                    json!("application/vnd.example.unknown"),
                )
            } else {
                named.insert("size".to_owned(), json!(1))
            };
            subject(draft, &Value::Object(named))
        },
    ),
    manifest(
        "index-of-itself",
        "an index that names itself, as far as it can",
        Stance::Either,
        |draft, _| {
            let (digest, size) = own(draft);
            let itself = descriptor(&draft.content_type.clone(), &digest, size);
            edited(draft, |draft| {
                if let Some(Value::Array(mut list)) = draft.value("manifests") {
                    list.push(itself);
                    draft.set("manifests", &Value::Array(list));
                }
            })
        },
    ),
];

fn subject(draft: &mut Draft, subject: &Value) -> bool {
    edited(draft, |draft| draft.set("subject", subject))
}

/// Digest and size that the manifest has so far.
fn own(draft: &Draft) -> (String, usize) {
    let text = draft.bytes();
    (Algorithm::Sha256.digest(&text).to_string(), text.len())
}

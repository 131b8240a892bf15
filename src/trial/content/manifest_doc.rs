//! Manifests as documents: bytes, a media type, and the digest of the bytes.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;
use serde_json::json;

use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;

/// What one document says of another (image specification, descriptor.md), as JSON, so that a
/// caller can say of it what is wrong, too.
pub type DescriptorDoc = Value;

/// Annotations by their keys (image specification, annotations.md).
pub type Annotations = BTreeMap<String, String>;

/// A manifest. Its bytes are its identity; they are never written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestDoc {
    /// The bytes.
    pub bytes: Bytes,
    /// What it is pushed as.
    pub media_type: String,
    /// The digest of the bytes.
    pub digest: Digest,
}

impl ManifestDoc {
    /// Any bytes, manifest or not.
    pub fn from_bytes(bytes: impl Into<Bytes>, media_type: &str, algorithm: Algorithm) -> Self {
        let bytes = bytes.into();
        Self {
            digest: algorithm.digest(&bytes),
            bytes,
            media_type: media_type.to_owned(),
        }
    }

    /// A JSON value, written without white space. Its media type is its `mediaType`; without one,
    /// that of an index if it has `manifests`, and else that of an image manifest.
    pub fn from_json(value: &Value, algorithm: Algorithm) -> Self {
        let inferred = match value.get("manifests") {
            Some(_) => media_type::IMAGE_INDEX,
            None => media_type::IMAGE_MANIFEST,
        };
        let media_type = value["mediaType"].as_str().unwrap_or(inferred);
        Self::from_bytes(value.to_string(), media_type, algorithm)
    }

    /// The same bytes, named by another algorithm.
    #[must_use]
    pub fn with_digest(&self, algorithm: Algorithm) -> Self {
        Self {
            digest: algorithm.digest(&self.bytes),
            ..self.clone()
        }
    }

    /// The document as JSON, to make another one of it; null if the bytes are not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// What an index or a `subject` says of it: media type, digest, size.
    pub fn descriptor(&self) -> DescriptorDoc {
        descriptor(&self.media_type, &self.digest, self.bytes.len())
    }

    /// What a list of referrers says of it: its descriptor, its artifact type (that of its
    /// configuration if it is an image manifest without one), and its annotations (distribution
    /// specification, listing-referrers).
    pub fn referrer_descriptor(&self) -> DescriptorDoc {
        let (mut descriptor, own) = (self.descriptor(), self.json());
        let artifact_type = [&own["artifactType"], &own["config"]["mediaType"]]
            .into_iter()
            .find(|name| name.as_str().is_some_and(|name| !name.is_empty()));
        if let Some(artifact_type) = artifact_type {
            descriptor["artifactType"] = artifact_type.clone();
        }
        if own["annotations"].is_object() {
            descriptor["annotations"] = own["annotations"].clone();
        }
        descriptor
    }
}

/// A descriptor with its required properties.
pub(super) fn descriptor(media_type: &str, digest: &Digest, size: usize) -> DescriptorDoc {
    json!({"mediaType": media_type, "digest": digest.to_string(), "size": size})
}

/// What images and indexes may say alike, written into `document`.
pub(super) fn add_common(
    document: &mut Value,
    artifact_type: Option<&str>,
    subject: Option<&DescriptorDoc>,
    annotations: &Annotations,
) {
    if let Some(artifact_type) = artifact_type {
        document["artifactType"] = artifact_type.into();
    }
    if let Some(subject) = subject {
        document["subject"] = subject.clone();
    }
    if !annotations.is_empty() {
        document["annotations"] = json!(annotations);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(value: &Value) -> ManifestDoc {
        ManifestDoc::from_json(value, Algorithm::Sha256)
    }

    #[test]
    fn the_media_type_is_the_field_or_follows_from_the_members() {
        assert_eq!(doc(&json!({"mediaType": "a/b"})).media_type, "a/b");
        let index = doc(&json!({"manifests": []}));
        assert_eq!(index.media_type, media_type::IMAGE_INDEX);
        let image = doc(&json!({"layers": []}));
        assert_eq!(image.media_type, media_type::IMAGE_MANIFEST);
    }

    #[test]
    fn another_algorithm_names_the_same_bytes() {
        let one = doc(&json!({"schemaVersion": 2}));
        let two = one.with_digest(Algorithm::Sha512);
        assert_eq!(two.bytes, one.bytes);
        assert_eq!(two.digest, Algorithm::Sha512.digest(&one.bytes));
        assert_eq!(two.descriptor()["size"], one.bytes.len());
    }

    #[test]
    fn bytes_that_are_no_json_are_null() {
        for bytes in [&b""[..], b"{", b"\xff", &b"[".repeat(100_000)] {
            let doc = ManifestDoc::from_bytes(bytes.to_vec(), "a/b", Algorithm::Sha256);
            assert_eq!(doc.json(), Value::Null);
            assert_eq!(doc.referrer_descriptor(), doc.descriptor());
        }
    }

    #[test]
    fn a_referrer_is_listed_by_its_own_type_or_that_of_its_configuration() {
        let listed = |value: &Value| doc(value).referrer_descriptor()["artifactType"].clone();
        let config = json!({"mediaType": "a/config"});
        assert_eq!(
            listed(&json!({"artifactType": "a/b", "config": config})),
            "a/b"
        );
        assert_eq!(
            listed(&json!({"artifactType": "", "config": config})),
            "a/config"
        );
        assert_eq!(listed(&json!({"config": config})), "a/config");
        assert_eq!(listed(&json!({"manifests": []})), Value::Null);
    }
}

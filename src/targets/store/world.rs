//! The few things that requests are about: names, tags, blobs, and manifests that refer to them.

use std::sync::LazyLock;

use serde_json::Value;
use serde_json::json;

use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;

/// Repositories, one in the folder of another, and one that is none.
pub(super) const REPOSITORIES: [&str; 5] = ["a", "a/b", "a/b/c", "d", "A"];

/// Tags, and one that is none.
pub(super) const TAGS: [&str; 5] = ["latest", "v1", "v2", "_tags", ".no"];

/// Something that can be pushed.
pub(super) struct Thing {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: &'static str,
}

impl Thing {
    fn blob(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            media_type: "application/octet-stream",
        }
    }

    fn manifest(media_type: &'static str, document: &Value) -> Self {
        Self {
            bytes: document.to_string().into_bytes(),
            media_type,
        }
    }

    /// Its digest by one of the two algorithms.
    pub(super) fn digest(&self, is_long: bool) -> Digest {
        let algorithm = Algorithm::ALL[usize::from(is_long)];
        algorithm.digest(&self.bytes)
    }

    fn descriptor(&self, is_long: bool) -> Value {
        json!({
            "mediaType": self.media_type,
            "digest": self.digest(is_long).to_string(),
            "size": self.bytes.len(),
        })
    }
}

/// How many of [`THINGS`] are blobs.
pub(super) const BLOBS: usize = 4;

/// Blobs, and manifests behind them.
pub(super) static THINGS: LazyLock<Vec<Thing>> = LazyLock::new(|| {
    let mut things = vec![
        Thing::blob(b""),
        Thing::blob(b"{}"),
        Thing::blob(b"0123456789abcdef"),
        Thing::blob(&b"layer".repeat(3_000)),
    ];
    let index = json!({
        "schemaVersion": 2, "mediaType": media_type::IMAGE_INDEX, "manifests": [],
    });
    things.push(Thing::manifest(media_type::IMAGE_INDEX, &index));
    for (config, layer, subject, is_long) in [
        (1, 2, None, false),
        (1, 3, Some(4), false),
        (2, 0, Some(5), true),
    ] {
        let manifest = image(&things, config, layer, subject, is_long);
        things.push(Thing::manifest(media_type::IMAGE_MANIFEST, &manifest));
    }
    things.push(Thing::manifest(media_type::IMAGE_MANIFEST, &json!([])));
    things
});

fn image(
    things: &[Thing],
    config: usize,
    layer: usize,
    subject: Option<usize>,
    is_long: bool,
) -> Value {
    let mut manifest = json!({
        "schemaVersion": 2,
        "mediaType": media_type::IMAGE_MANIFEST,
        "config": things[config].descriptor(false),
        "layers": [things[layer].descriptor(false)],
        "annotations": { "config": config.to_string() },
    });
    if let Some(subject) = subject {
        manifest["subject"] = things[subject].descriptor(is_long);
        manifest["artifactType"] = json!("application/vnd.example");
    }
    manifest
}

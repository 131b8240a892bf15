//! Images and manifest lists in Docker's types.

use serde_json::json;

use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::trial::Repository;
use crate::trial::content::Image;
use crate::trial::content::ManifestDoc;
use crate::verdict::Stop;

/// The type of a configuration.
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// The type of a layer.
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// A manifest of schema 2 whose parts are pushed here.
pub(super) fn new_schema_2(repository: &Repository<'_>) -> Result<ManifestDoc, Stop> {
    Ok(schema_2(&repository.new_image()?))
}

/// The same image in Docker's types.
pub(super) fn schema_2(image: &Image) -> ManifestDoc {
    let of_type = |descriptor: &serde_json::Value, media_type: &str| {
        let mut descriptor = descriptor.clone();
        descriptor["mediaType"] = media_type.into();
        descriptor
    };
    let layers = image.layers.iter();
    let layers = layers.map(|layer| of_type(&layer.blob.descriptor(), LAYER));
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": media_type::DOCKER_MANIFEST,
        "config": of_type(&image.config.descriptor(), CONFIG),
        "layers": layers.collect::<Vec<_>>(),
    });
    // Docker writes its manifests with white space, which is part of them.
    let text = format!("{manifest:#}");
    ManifestDoc::from_bytes(text, media_type::DOCKER_MANIFEST, Algorithm::Sha256)
}

/// A manifest list over these, the first of them for linux/amd64.
pub(super) fn list(children: &[&ManifestDoc]) -> ManifestDoc {
    let platforms = ["amd64", "arm64", "s390x"].into_iter().cycle();
    let entry = |(child, architecture): (&&ManifestDoc, &str)| {
        let mut entry = child.descriptor();
        entry["platform"] = json!({"architecture": architecture, "os": "linux"});
        entry
    };
    let list = json!({
        "schemaVersion": 2,
        "mediaType": media_type::DOCKER_MANIFEST_LIST,
        "manifests": children.iter().zip(platforms).map(entry).collect::<Vec<_>>(),
    });
    let text = format!("{list:#}");
    ManifestDoc::from_bytes(text, media_type::DOCKER_MANIFEST_LIST, Algorithm::Sha256)
}

//! Pushing content that the image specification allows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::image::DESCRIPTOR_DATA_KEPT;
use crate::catalogue::image::EMPTY_CONTENT_ACCEPTED;
use crate::catalogue::image::LAYER_TYPES_ACCEPTED;
use crate::catalogue::image::NESTED_INDEX_ACCEPTED;
use crate::catalogue::image::SHA256_ACCEPTED;
use crate::catalogue::image::STORED_CONTENT_UNALTERED;
use crate::catalogue::image::UNKNOWN_ANNOTATIONS_ACCEPTED;
use crate::catalogue::image::UNKNOWN_ARTIFACT_TYPE_ACCEPTED;
use crate::catalogue::image::UNKNOWN_CONFIG_TYPE_ACCEPTED;
use crate::catalogue::image::UNKNOWN_CONFIG_UNPARSED;
use crate::catalogue::image::UNKNOWN_INDEX_ENTRY_ACCEPTED;
use crate::catalogue::image::UNKNOWN_LAYER_TYPE_ACCEPTED;
use crate::catalogue::image::UNKNOWN_PROPERTIES_ACCEPTED;
use crate::catalogue::image::UNREGISTERED_ALGORITHM_ACCEPTED;
use crate::catalogue::image::ZSTD_LAYER_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::Index;
use crate::trial::content::Layer;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::manifests::is_exactly;
use super::manifests::is_pulled;

/// A media type that no registry knows.
const UNKNOWN: &str = "application/vnd.example.unheard-of.v1";

pub(crate) static SECTION: Section = Section {
    id: "push/image",
    title: "Pushing what the image specification allows",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "image-unaltered",
            title: "An image is pulled as it was pushed: config, layer, manifest and index, by tag and digest",
            covers: &[&STORED_CONTENT_UNALTERED],
            needs: &[Feature::Push],
            run: is_unaltered,
            ..Check::BASE
        },
        Check {
            name: "sha256",
            title: "Blobs and a manifest can be pushed and pulled by their sha256 digests, whatever these begin with",
            covers: &[&SHA256_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let row = &SHA256_ACCEPTED;
                let layer = Layer::plain(&mut trial.stream(), Algorithm::Sha256);
                is_blob_taken(trial, row, &layer.blob)?;
                is_blob_taken(trial, row, &with_zeros_in_front(trial))?;
                let image = trial.repository().new_image()?.manifest;
                is_taken(trial, row, &image.json())
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-artifact-type",
            title: "PUT of a manifest with an artifactType that nobody knows returns 201",
            covers: &[&UNKNOWN_ARTIFACT_TYPE_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let mut manifest = trial.manifest()?.json();
                manifest["artifactType"] = UNKNOWN.into();
                is_taken(trial, &UNKNOWN_ARTIFACT_TYPE_ACCEPTED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-config-type",
            title: "PUT of an image manifest with a config of an unknown type returns 201",
            covers: &[&UNKNOWN_CONFIG_TYPE_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let config = json!({"name": trial.stream().word(8)}).to_string();
                let config = Blob::from_bytes(config, Algorithm::Sha256, UNKNOWN);
                is_taken_with_config(trial, &UNKNOWN_CONFIG_TYPE_ACCEPTED, &config)
            },
            ..Check::BASE
        },
        Check {
            name: "unparsed-config",
            title: "PUT of an image manifest with a config of an unknown type that is no JSON returns 201",
            covers: &[&UNKNOWN_CONFIG_UNPARSED],
            needs: &[Feature::Push],
            run: |trial| {
                let bytes = trial.stream().bytes(64);
                let config = Blob::from_bytes(bytes, Algorithm::Sha256, UNKNOWN);
                is_taken_with_config(trial, &UNKNOWN_CONFIG_UNPARSED, &config)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-layer-type",
            title: "PUT of an image manifest with a layer of an unknown type returns 201, with a subject or without",
            covers: &[&UNKNOWN_LAYER_TYPE_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let bytes = trial.stream().bytes(64);
                let layer = Blob::from_bytes(bytes, Algorithm::Sha256, UNKNOWN);
                let mut manifest = image_with(trial, &layer)?;
                manifest["layers"] = json!([layer.descriptor()]);
                is_taken(trial, &UNKNOWN_LAYER_TYPE_ACCEPTED, &manifest)?;
                let subject = ManifestDoc::from_json(&manifest, Algorithm::Sha256);
                manifest["subject"] = subject.descriptor();
                is_taken(trial, &UNKNOWN_LAYER_TYPE_ACCEPTED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-properties",
            title: "PUT of a manifest with unknown properties returns 201, and they come back",
            covers: &[&UNKNOWN_PROPERTIES_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let mut manifest = trial.manifest()?.json();
                manifest["org.example.unheard-of"] = json!({"a": [1, null, true], "b": ""});
                is_kept(trial, &UNKNOWN_PROPERTIES_ACCEPTED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-index-entry",
            title: "PUT of an index with an entry of an unknown type returns 201",
            covers: &[&UNKNOWN_INDEX_ENTRY_ACCEPTED],
            needs: &[Feature::Push],
            run: takes_unknown_entry,
            ..Check::BASE
        },
        Check {
            name: "nested-index",
            title: "PUT of an index that names another index returns 201",
            covers: &[&NESTED_INDEX_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let inner = trial.repository().new_manifest(Kind::Index)?;
                trial.repository().push_by_digest(&inner)?;
                let children = vec![inner];
                let outer = Index::over(&mut trial.stream(), Algorithm::Sha256, children);
                is_taken(trial, &NESTED_INDEX_ACCEPTED, &outer.manifest.json())
            },
            ..Check::BASE
        },
        Check {
            name: "tar-layer",
            title: "PUT of an image manifest with a layer that is a plain tar archive returns 201",
            covers: &[&LAYER_TYPES_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let layer = Layer::plain(&mut trial.stream(), Algorithm::Sha256).blob;
                is_taken_with_layer(trial, &LAYER_TYPES_ACCEPTED, &layer)
            },
            ..Check::BASE
        },
        Check {
            name: "gzip-layer",
            title: "PUT of an image manifest with a layer that is a gzipped tar archive returns 201",
            covers: &[&LAYER_TYPES_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let layer = Layer::gzip(&mut trial.stream(), Algorithm::Sha256).blob;
                is_taken_with_layer(trial, &LAYER_TYPES_ACCEPTED, &layer)
            },
            ..Check::BASE
        },
        Check {
            name: "nondistributable-layer",
            title: "PUT of an image manifest with a nondistributable layer that is there returns 201",
            covers: &[&LAYER_TYPES_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let plain = Layer::plain(&mut trial.stream(), Algorithm::Sha256).blob;
                let gzip = Layer::gzip(&mut trial.stream(), Algorithm::Sha256).blob;
                for (blob, kind) in [
                    (plain, media_type::LAYER_NONDISTRIBUTABLE_TAR),
                    (gzip, media_type::LAYER_NONDISTRIBUTABLE_GZIP),
                ] {
                    let media_type = kind.to_owned();
                    let layer = Blob { media_type, ..blob };
                    is_taken_with_layer(trial, &LAYER_TYPES_ACCEPTED, &layer)?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "zstd-layer",
            title: "PUT of an image manifest with a layer that is a tar archive under zstd returns 201",
            covers: &[&ZSTD_LAYER_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let archive = Layer::plain(&mut trial.stream(), Algorithm::Sha256)
                    .blob
                    .bytes;
                let layer = zstd_frame(&archive);
                let layer = Blob::from_bytes(layer, Algorithm::Sha256, media_type::LAYER_ZSTD);
                is_taken_with_layer(trial, &ZSTD_LAYER_ACCEPTED, &layer)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-annotations",
            title: "PUT of a manifest with annotations of unknown keys returns 201",
            covers: &[&UNKNOWN_ANNOTATIONS_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let mut manifest = trial.manifest()?.json();
                manifest["annotations"] = json!({
                    "com.example.unheard-of": "1",
                    "no.value": "",
                    "plain": "Grüße, 世界",
                });
                is_taken(trial, &UNKNOWN_ANNOTATIONS_ACCEPTED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "descriptor-data",
            title: "The data of a descriptor is kept, and not filled in where there is none",
            covers: &[&DESCRIPTOR_DATA_KEPT],
            needs: &[Feature::Push],
            run: |trial| {
                let config = Blob::empty_json(Algorithm::Sha256);
                trial.repository().push_blob(&config)?;
                let mut manifest = trial.repository().new_image()?.manifest.json();
                manifest["artifactType"] = UNKNOWN.into();
                manifest["config"] = config.descriptor();
                is_kept(trial, &DESCRIPTOR_DATA_KEPT, &manifest)?;
                manifest["config"]["data"] = STANDARD.encode(&config.bytes).into();
                is_kept(trial, &DESCRIPTOR_DATA_KEPT, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "unregistered-algorithm",
            title: "A well-formed digest of an unregistered algorithm is no reason to refuse a subject",
            covers: &[&UNREGISTERED_ALGORITHM_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let mut manifest = trial.repository().new_image()?.manifest.json();
                manifest["subject"] = json!({
                    "mediaType": media_type::IMAGE_MANIFEST,
                    "digest": "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
                    "size": 1234,
                });
                is_taken(trial, &UNREGISTERED_ALGORITHM_ACCEPTED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "empty-json",
            title: "The blob of two bytes, {}, can be pushed and pulled, HEAD gives its length, and another is another",
            covers: &[&EMPTY_CONTENT_ACCEPTED, &BLOB_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            // Every check's copy of this content is the same, so that others would push it
            // meanwhile.
            wants: Wants::Quiet,
            run: |trial| {
                let blob = Blob::empty_json(trial.variant().blobs);
                is_blob_taken(trial, &EMPTY_CONTENT_ACCEPTED, &blob)?;
                has_length(trial, &EMPTY_CONTENT_ACCEPTED, &blob)?;
                let other = trial.pushed_blob(blob.bytes.len())?;
                is_blob_pulled(trial, &BLOB_FOUND, &other)
            },
            ..Check::BASE
        },
        Check {
            name: "empty-blob",
            title: "The blob of no bytes can be pushed and pulled, if it is taken at all",
            covers: &[&EMPTY_CONTENT_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            // Every check's copy of this content is the same, so that others would push it
            // meanwhile.
            wants: Wants::Quiet,
            run: takes_empty_blob,
            ..Check::BASE
        },
    ],
};

fn is_unaltered(trial: &Trial<'_>) -> Outcome {
    let (tag, repository) = (trial.tag(), trial.repository());
    let image = repository.new_image()?;
    // Indented, so that whoever writes it anew after reading it is seen.
    let manifest = ManifestDoc::from_bytes(
        format!("{:#}\n", image.manifest.json()),
        &image.manifest.media_type,
        Algorithm::Sha256,
    );
    repository.push_by_tag(&tag, &manifest)?;
    let row = &STORED_CONTENT_UNALTERED;
    for blob in [&image.config, &image.layers[0].blob] {
        let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
        pulled.prepares(&BLOB_FOUND).status(&[200])?;
        pulled.proves(row).body(&blob.bytes)?;
    }
    is_exactly(&repository, row, &tag, &manifest)?;
    is_exactly(&repository, row, &manifest.digest, &manifest)?;
    let index = Index::over(&mut trial.stream(), Algorithm::Sha256, vec![manifest]).manifest;
    repository.push_by_tag(&tag, &index)?;
    is_exactly(&repository, row, &tag, &index)
}

/// A small blob whose digest begins with a byte of zeros, which whoever reads digests as numbers
/// leaves out.
fn with_zeros_in_front(trial: &Trial<'_>) -> Blob {
    loop {
        let bytes = trial.stream().bytes(32);
        let blob = Blob::from_bytes(bytes, Algorithm::Sha256, UNKNOWN);
        if blob.digest.hex().starts_with("00") {
            return blob;
        }
    }
}

fn takes_unknown_entry(trial: &Trial<'_>) -> Outcome {
    let bytes = trial.stream().bytes(64);
    let entry = Blob::from_bytes(bytes, Algorithm::Sha256, UNKNOWN);
    trial.repository().push_blob(&entry)?;
    let mut index = Index::over(&mut trial.stream(), Algorithm::Sha256, Vec::new())
        .manifest
        .json();
    index["manifests"] = json!([entry.descriptor()]);
    let index = ManifestDoc::from_json(&index, Algorithm::Sha256);
    let answer = trial.repository().put_manifest(&index.digest, &index)?;
    // What is there is a blob, so that the manifest that the entry could mean is missing.
    let is_missing = answer
        .error_codes()
        .iter()
        .any(|code| code == ErrorCode::ManifestBlobUnknown.name());
    let row = &UNKNOWN_INDEX_ENTRY_ACCEPTED;
    answer.proves(row).that(
        answer.status() == 201 || (answer.is_client_error() && is_missing),
        "201, or a client error (400 to 499) with the code MANIFEST_BLOB_UNKNOWN",
        &answer.summary(),
    )?;
    if answer.status() != 201 {
        return Ok(());
    }
    is_pulled(&trial.repository(), row, &index.digest, &index)
}

fn takes_empty_blob(trial: &Trial<'_>) -> Outcome {
    let blob = Blob::from_bytes(
        Vec::new(),
        trial.variant().blobs,
        "application/octet-stream",
    );
    let session = trial.repository().open_session()?;
    let answer = session.put(&blob.digest).blob(&blob).send()?;
    answer.proves(&EMPTY_CONTENT_ACCEPTED).that(
        answer.status() == 201 || answer.is_client_error(),
        "201 or a client error (400 to 499)",
        &answer.summary(),
    )?;
    if answer.status() != 201 {
        return Ok(());
    }
    is_blob_pulled(trial, &EMPTY_CONTENT_ACCEPTED, &blob)?;
    has_length(trial, &EMPTY_CONTENT_ACCEPTED, &blob)
}

/// Pushes a blob that must be taken, and pulls it.
fn is_blob_taken(trial: &Trial<'_>, requirement: &'static Requirement, blob: &Blob) -> Outcome {
    let session = trial.repository().open_session()?;
    let answer = session.put(&blob.digest).blob(blob).send()?;
    answer.proves(requirement).status(&[201])?;
    is_blob_pulled(trial, requirement, blob)
}

fn is_blob_pulled(trial: &Trial<'_>, requirement: &'static Requirement, blob: &Blob) -> Outcome {
    let pulled = trial.get(&format!("blobs/{}", blob.digest))?;
    pulled
        .proves(requirement)
        .status(&[200])?
        .body(&blob.bytes)?;
    Ok(())
}

/// Demands that HEAD gives the blob's length, if it gives any.
fn has_length(trial: &Trial<'_>, requirement: &'static Requirement, blob: &Blob) -> Outcome {
    let head = trial.head(&format!("blobs/{}", blob.digest))?;
    let own = blob.bytes.len().to_string();
    let sent = head.header("content-length").unwrap_or(&own);
    head.proves(requirement).status(&[200])?.that(
        sent == own,
        &format!("Content-Length: {own}"),
        &format!("Content-Length: {sent}"),
    )?;
    Ok(())
}

/// Pushes an image whose config is this one.
fn is_taken_with_config(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    config: &Blob,
) -> Outcome {
    let mut manifest = image_with(trial, config)?;
    manifest["config"] = config.descriptor();
    is_taken(trial, requirement, &manifest)
}

/// Pushes an image whose only layer is this one.
fn is_taken_with_layer(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    layer: &Blob,
) -> Outcome {
    let mut manifest = image_with(trial, layer)?;
    manifest["layers"] = json!([layer.descriptor()]);
    is_taken(trial, requirement, &manifest)
}

/// The manifest of a new image, beside which `blob` is pushed.
fn image_with(trial: &Trial<'_>, blob: &Blob) -> Result<Value, Stop> {
    trial.repository().push_blob(blob)?;
    Ok(trial.repository().new_image()?.manifest.json())
}

/// Pushes a manifest that must be taken, and pulls it.
fn is_taken(trial: &Trial<'_>, requirement: &'static Requirement, manifest: &Value) -> Outcome {
    let manifest = ManifestDoc::from_json(manifest, Algorithm::Sha256);
    let repository = trial.repository();
    let answer = repository.put_manifest(&manifest.digest, &manifest)?;
    if !answer.proves(requirement).status(&[201])?.held() {
        return Ok(());
    }
    is_pulled(&repository, requirement, &manifest.digest, &manifest)
}

/// Pushes a manifest that must be taken, and kept as it is.
fn is_kept(trial: &Trial<'_>, requirement: &'static Requirement, manifest: &Value) -> Outcome {
    let manifest = ManifestDoc::from_json(manifest, Algorithm::Sha256);
    let repository = trial.repository();
    let answer = repository.put_manifest(&manifest.digest, &manifest)?;
    if !answer.proves(requirement).status(&[201])?.held() {
        return Ok(());
    }
    is_exactly(&repository, requirement, &manifest.digest, &manifest)
}

/// A zstd frame of one block that is not compressed (RFC 8878, section 3.1.1), for content of 256
/// to 65,791 bytes.
fn zstd_frame(content: &[u8]) -> Vec<u8> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    // One segment, and a content size in two bytes.
    const DESCRIPTOR: u8 = 0b0110_0000;
    let len = u32::try_from(content.len()).expect("layers of checks are small");
    let size = u16::try_from(len - 256).expect("layers of checks are a few kilobytes");
    // The last block, of type raw.
    let block = (len << 3) | 1;
    let mut frame = MAGIC.to_vec();
    frame.push(DESCRIPTOR);
    frame.extend(size.to_le_bytes());
    frame.extend(&block.to_le_bytes()[..3]);
    frame.extend(content);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zstd_frame_says_how_long_its_content_is() {
        let frame = zstd_frame(&[7; 5120]);
        assert_eq!(frame[..5], [0x28, 0xb5, 0x2f, 0xfd, 0x60]);
        assert_eq!(u16::from_le_bytes([frame[5], frame[6]]), 5120 - 256);
        assert_eq!(frame[7..10], [0x01, 0xa0, 0x00]);
        assert_eq!(frame.len(), 10 + 5120);
    }
}

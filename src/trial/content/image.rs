//! Images: a configuration, layers, and the manifest that names them.

use std::time::Duration;
use std::time::UNIX_EPOCH;

use serde_json::Value;
use serde_json::json;

use crate::oci::Algorithm;
use crate::oci::media_type;

use super::Annotations;
use super::Blob;
use super::DescriptorDoc;
use super::Layer;
use super::ManifestDoc;
use super::Platform;
use super::Stream;
use super::manifest_doc::add_common;

/// An image, none of which is pushed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The manifest.
    pub manifest: ManifestDoc,
    /// The configuration.
    pub config: Blob,
    /// The layers, the lowest first.
    pub layers: Vec<Layer>,
}

/// What an image manifest is made of (image specification, manifest.md).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageParts {
    /// The configuration, which may be of any type.
    pub config: Blob,
    /// The layers, the lowest first, which may be of any type.
    pub layers: Vec<Layer>,
    /// `artifactType`, if it has one.
    pub artifact_type: Option<String>,
    /// The descriptor of the manifest that it refers to, if any.
    pub subject: Option<DescriptorDoc>,
    /// `annotations`, which stands there if it is not empty.
    pub annotations: Annotations,
}

impl Image {
    /// An image with one layer, named by `algorithm` throughout.
    pub fn build(stream: &mut Stream, algorithm: Algorithm) -> Self {
        ImageParts::with_layers(stream, algorithm, 1).assemble(algorithm)
    }

    /// So many images, one for each platform in turn, as an index would name them.
    pub fn for_platforms(stream: &mut Stream, algorithm: Algorithm, count: usize) -> Vec<Self> {
        let platforms = Platform::ALL.into_iter().cycle().take(count);
        platforms
            .map(|on| ImageParts::for_platform(stream, algorithm, on, 1).assemble(algorithm))
            .collect()
    }

    /// The platform that the configuration names, in the form of an index's entry; `None` if it
    /// names none.
    pub fn platform(&self) -> Option<Value> {
        let config: Value = serde_json::from_slice(&self.config.bytes).ok()?;
        let mut platform = json!({"os": config.get("os")?});
        platform["architecture"] = config.get("architecture")?.clone();
        if let Some(variant) = config.get("variant") {
            platform["variant"] = variant.clone();
        }
        Some(platform)
    }
}

impl ImageParts {
    /// The parts of an ordinary image with so many gzipped layers.
    pub fn with_layers(stream: &mut Stream, algorithm: Algorithm, count: usize) -> Self {
        Self::for_platform(stream, algorithm, Platform::ALL[0], count)
    }

    /// The parts of an image for `platform` with so many gzipped layers.
    pub fn for_platform(
        stream: &mut Stream,
        algorithm: Algorithm,
        platform: Platform,
        count: usize,
    ) -> Self {
        let layers: Vec<_> = (0..count).map(|_| Layer::gzip(stream, algorithm)).collect();
        let config = config(stream, algorithm, platform, &layers);
        Self::of(config, layers)
    }

    /// The parts of an ordinary image with these layers, which its configuration lists.
    pub fn over(stream: &mut Stream, algorithm: Algorithm, layers: Vec<Layer>) -> Self {
        let config = config(stream, algorithm, Platform::ALL[0], &layers);
        Self::of(config, layers)
    }

    /// This configuration and these layers, whatever they are.
    pub fn of(config: Blob, layers: Vec<Layer>) -> Self {
        Self {
            config,
            layers,
            artifact_type: None,
            subject: None,
            annotations: Annotations::new(),
        }
    }

    /// The image that has these parts; `algorithm` names its manifest.
    pub fn assemble(self, algorithm: Algorithm) -> Image {
        let layers = self.layers.iter().map(|layer| layer.blob.descriptor());
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": media_type::IMAGE_MANIFEST,
            "config": self.config.descriptor(),
            "layers": layers.collect::<Vec<_>>(),
        });
        add_common(
            &mut manifest,
            self.artifact_type.as_deref(),
            self.subject.as_ref(),
            &self.annotations,
        );
        Image {
            manifest: ManifestDoc::from_json(&manifest, algorithm),
            config: self.config,
            layers: self.layers,
        }
    }
}

/// The configuration of an image for `platform` with these layers (image specification,
/// config.md).
fn config(stream: &mut Stream, algorithm: Algorithm, platform: Platform, layers: &[Layer]) -> Blob {
    let created = date(stream);
    let diff_ids = layers.iter().map(|layer| layer.diff_id.to_string());
    let mut config = json!({
        "created": created,
        "author": stream.word(12),
        "config": {
            "Env": ["PATH=/usr/bin"],
            "Cmd": [format!("/{}", Layer::PROGRAM)],
        },
        "rootfs": {"type": "layers", "diff_ids": diff_ids.collect::<Vec<_>>()},
        "history": history(&created, layers.len()),
        "os": platform.os,
        "architecture": platform.architecture,
    });
    if let Some(variant) = platform.variant {
        config["variant"] = variant.into();
    }
    Blob::from_bytes(config.to_string(), algorithm, media_type::IMAGE_CONFIG)
}

/// One step for each layer, and one that made none.
fn history(created: &str, layers: usize) -> Vec<Value> {
    let layer =
        |number| json!({"created": created, "created_by": format!("plimsoll layer {number}")});
    let command =
        json!({"created": created, "created_by": "plimsoll command", "empty_layer": true});
    (1..=layers).map(layer).chain([command]).collect()
}

/// A second of the years 2020 to 2024 (RFC 3339).
fn date(stream: &mut Stream) -> String {
    const FIRST: u64 = 1_577_836_800;
    const SECONDS: u64 = 1827 * 24 * 60 * 60;
    let date = UNIX_EPOCH + Duration::from_secs(FIRST + stream.u64() % SECONDS);
    humantime::format_rfc3339_seconds(date).to_string()
}

#[cfg(test)]
mod tests {
    use oci_spec::image::ImageConfiguration;
    use oci_spec::image::ImageManifest;

    use super::super::Seed;
    use super::*;

    fn read(image: &Image) -> (ImageManifest, ImageConfiguration) {
        (
            ImageManifest::from_reader(&image.manifest.bytes[..]).unwrap(),
            ImageConfiguration::from_reader(&image.config.bytes[..]).unwrap(),
        )
    }

    fn is_descriptor_of(read: &oci_spec::image::Descriptor, blob: &Blob) -> bool {
        read.digest().to_string() == blob.digest.to_string()
            && read.size() == blob.bytes.len() as u64
            && read.media_type().to_string() == blob.media_type
            && blob.digest.matches(&blob.bytes)
    }

    #[test]
    fn an_independent_reader_finds_every_part_by_size_and_digest() {
        for algorithm in Algorithm::ALL {
            let stream = &mut Seed(1).stream("x");
            let image = ImageParts::with_layers(stream, algorithm, 3).assemble(algorithm);
            let (manifest, config) = read(&image);
            assert!(is_descriptor_of(manifest.config(), &image.config));
            assert_eq!(manifest.layers().len(), 3);
            for (descriptor, layer) in manifest.layers().iter().zip(&image.layers) {
                assert!(is_descriptor_of(descriptor, &layer.blob));
                assert_eq!(layer.blob.digest.algorithm(), algorithm);
            }
            let diff_ids = image.layers.iter().map(|layer| layer.diff_id.to_string());
            assert!(diff_ids.eq(config.rootfs().diff_ids().iter().cloned()));
            assert!(image.manifest.digest.matches(&image.manifest.bytes));
            assert_eq!(image.config.digest.algorithm(), algorithm);
            assert_eq!(image.manifest.digest.algorithm(), algorithm);
        }
    }

    #[test]
    fn the_history_has_a_step_for_each_layer() {
        for count in [0, 1, 4] {
            let stream = &mut Seed(1).stream("x");
            let image = ImageParts::with_layers(stream, Algorithm::Sha256, count);
            let (_, config) = read(&image.assemble(Algorithm::Sha256));
            let history = config.history().clone().unwrap();
            let made = history
                .iter()
                .filter(|step| step.empty_layer() != Some(true));
            assert_eq!(made.count(), count);
        }
    }

    #[test]
    fn the_parts_may_be_of_any_type() {
        let (stream, algorithm) = (&mut Seed(1).stream("x"), Algorithm::Sha256);
        let config = Blob::random(stream, algorithm, 99).with_media_type("application/x.random");
        let layers = vec![
            Layer::zstd(stream, algorithm),
            Layer::plain(stream, algorithm).with_media_type(media_type::LAYER_NONDISTRIBUTABLE_TAR),
        ];
        let image = ImageParts::of(config, layers).assemble(algorithm);
        let manifest = ImageManifest::from_reader(&image.manifest.bytes[..]).unwrap();
        assert!(is_descriptor_of(manifest.config(), &image.config));
        assert!(is_descriptor_of(
            &manifest.layers()[0],
            &image.layers[0].blob
        ));
        assert!(is_descriptor_of(
            &manifest.layers()[1],
            &image.layers[1].blob
        ));
        assert_eq!(image.platform(), None);
    }

    #[test]
    fn subject_type_and_annotations_stand_where_the_reader_looks() {
        let (stream, algorithm) = (&mut Seed(1).stream("x"), Algorithm::Sha256);
        let subject = Image::build(stream, algorithm).manifest;
        let parts = ImageParts {
            artifact_type: Some("application/x.thing".to_owned()),
            subject: Some(subject.descriptor()),
            annotations: [("a".to_owned(), "b".to_owned())].into(),
            ..ImageParts::with_layers(stream, algorithm, 1)
        };
        let (manifest, _) = read(&parts.assemble(algorithm));
        let found = manifest.subject().as_ref().unwrap().digest().to_string();
        assert_eq!(found, subject.digest.to_string());
        let artifact_type = manifest.artifact_type().as_ref().unwrap();
        assert_eq!(artifact_type.to_string(), "application/x.thing");
        assert_eq!(manifest.annotations().as_ref().unwrap()["a"], "b");
    }

    #[test]
    fn what_an_image_does_not_have_it_does_not_mention() {
        let image = Image::build(&mut Seed(1).stream("x"), Algorithm::Sha256);
        for member in ["artifactType", "subject", "annotations"] {
            assert_eq!(image.manifest.json().get(member), None);
        }
        assert_eq!(image.platform(), Some(Platform::ALL[0].json()));
    }

    #[test]
    fn no_two_images_of_a_stream_share_a_part() {
        let stream = &mut Seed(1).stream("x");
        let one = Image::build(stream, Algorithm::Sha256);
        let two = Image::build(stream, Algorithm::Sha256);
        assert_ne!(one.manifest.digest, two.manifest.digest);
        assert_ne!(one.config.digest, two.config.digest);
        assert_ne!(one.layers[0].blob.digest, two.layers[0].blob.digest);
    }
}

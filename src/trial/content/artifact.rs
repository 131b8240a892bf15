//! Artifacts: what people store next to images, in the form of a manifest.

use serde_json::json;

use crate::oci::Algorithm;

use super::Annotations;
use super::Blob;
use super::Image;
use super::ImageParts;
use super::Index;
use super::IndexParts;
use super::Layer;
use super::ManifestDoc;
use super::Stream;

/// How artifacts are made.
#[derive(Debug)]
pub enum Artifact {}

impl Artifact {
    /// The `artifactType` of artifacts of which nobody asks for another.
    pub const TYPE: &str = "application/vnd.example.sbom.v1+json";

    /// An artifact with an empty configuration and so many layers, which refers to nothing.
    pub fn alone(stream: &mut Stream, algorithm: Algorithm, layers: usize) -> Image {
        bare(stream, algorithm, layers).assemble(algorithm)
    }

    /// The parts of an artifact with one layer that refers to `subject`.
    pub fn parts(stream: &mut Stream, algorithm: Algorithm, subject: &ManifestDoc) -> ImageParts {
        ImageParts {
            subject: Some(subject.descriptor()),
            ..bare(stream, algorithm, 1)
        }
    }

    /// An artifact that refers to `subject`, in the form of an image manifest.
    pub fn referring_to(stream: &mut Stream, algorithm: Algorithm, subject: &ManifestDoc) -> Image {
        Self::parts(stream, algorithm, subject).assemble(algorithm)
    }

    /// The parts of an index that refers to `subject` and names nothing.
    pub fn index_parts(stream: &mut Stream, subject: &ManifestDoc) -> IndexParts {
        IndexParts {
            artifact_type: Some(Self::TYPE.to_owned()),
            subject: Some(subject.descriptor()),
            annotations: annotations(stream),
            ..IndexParts::default()
        }
    }

    /// An artifact that refers to `subject`, in the form of an index that names nothing.
    pub fn index_referring_to(
        stream: &mut Stream,
        algorithm: Algorithm,
        subject: &ManifestDoc,
    ) -> Index {
        Self::index_parts(stream, subject).assemble(algorithm)
    }

    /// An artifact that has no `artifactType`, and whose configuration says by its media type what
    /// it is, as Helm's charts do.
    pub fn helm_chart(stream: &mut Stream, algorithm: Algorithm) -> Image {
        let chart = json!({"apiVersion": "v2", "name": stream.word(12), "version": "0.1.0"});
        let config = Blob::from_bytes(
            chart.to_string(),
            algorithm,
            "application/vnd.cncf.helm.config.v1+json",
        );
        let layer = Layer::gzip(stream, algorithm)
            .with_media_type("application/vnd.cncf.helm.chart.content.v1.tar+gzip");
        ImageParts::of(config, vec![layer]).assemble(algorithm)
    }
}

/// The parts of an artifact that refers to nothing.
fn bare(stream: &mut Stream, algorithm: Algorithm, layers: usize) -> ImageParts {
    let layers = (0..layers).map(|_| document(stream, algorithm)).collect();
    ImageParts {
        artifact_type: Some(Artifact::TYPE.to_owned()),
        annotations: annotations(stream),
        ..ImageParts::of(Blob::empty_json(algorithm), layers)
    }
}

/// A small blob of the type that artifacts have.
fn document(stream: &mut Stream, algorithm: Algorithm) -> Layer {
    let document = json!({"name": stream.word(12), "packages": [stream.word(8), stream.word(8)]});
    let blob = Blob::from_bytes(document.to_string(), algorithm, Artifact::TYPE);
    Layer::opaque(blob)
}

/// Annotations as people write them: an ordinary one, an empty one, one in other scripts.
fn annotations(stream: &mut Stream) -> Annotations {
    [
        ("org.example.plimsoll.id", stream.word(12)),
        ("org.example.plimsoll.empty", String::new()),
        ("org.example.plimsoll.unicode", "Grüße, 世界 🚢".to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

#[cfg(test)]
mod tests {
    use oci_spec::image::ImageIndex;
    use oci_spec::image::ImageManifest;

    use super::super::Seed;
    use super::*;
    use crate::oci::media_type;

    fn read(image: &Image) -> ImageManifest {
        ImageManifest::from_reader(&image.manifest.bytes[..]).unwrap()
    }

    #[test]
    fn an_artifact_has_a_type_and_an_empty_configuration() {
        let artifact = Artifact::alone(&mut Seed(1).stream("x"), Algorithm::Sha512, 3);
        let manifest = read(&artifact);
        assert_eq!(
            manifest.config().media_type().to_string(),
            media_type::EMPTY
        );
        assert_eq!(manifest.config().size(), 2);
        assert_eq!(
            manifest.artifact_type().as_ref().unwrap().to_string(),
            Artifact::TYPE
        );
        assert_eq!(manifest.layers().len(), 3);
        for (descriptor, layer) in manifest.layers().iter().zip(&artifact.layers) {
            assert_eq!(
                descriptor.digest().to_string(),
                layer.blob.digest.to_string()
            );
            assert_eq!(descriptor.size(), layer.blob.bytes.len() as u64);
        }
        assert!(manifest.subject().is_none());
    }

    #[test]
    fn both_forms_of_referrers_name_their_subject() {
        let (stream, algorithm) = (&mut Seed(1).stream("x"), Algorithm::Sha256);
        let subject = Image::build(stream, algorithm).manifest;
        let image = read(&Artifact::referring_to(stream, algorithm, &subject));
        let index = Artifact::index_referring_to(stream, algorithm, &subject).manifest;
        let index = ImageIndex::from_reader(&index.bytes[..]).unwrap();
        for (subject_read, annotations) in [
            (image.subject(), image.annotations()),
            (index.subject(), index.annotations()),
        ] {
            let found = subject_read.as_ref().unwrap();
            assert_eq!(found.digest().to_string(), subject.digest.to_string());
            assert_eq!(found.size(), subject.bytes.len() as u64);
            let annotations = annotations.as_ref().unwrap();
            assert_eq!(annotations["org.example.plimsoll.empty"], "");
            assert!(!annotations["org.example.plimsoll.unicode"].is_ascii());
        }
    }

    #[test]
    fn a_chart_is_known_by_its_configuration() {
        let chart = Artifact::helm_chart(&mut Seed(1).stream("x"), Algorithm::Sha256);
        assert!(read(&chart).artifact_type().is_none());
        assert_eq!(
            chart.manifest.referrer_descriptor()["artifactType"],
            "application/vnd.cncf.helm.config.v1+json"
        );
    }
}

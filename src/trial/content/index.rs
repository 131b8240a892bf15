//! Indexes: manifests that name other manifests.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;

use super::Annotations;
use super::DescriptorDoc;
use super::Image;
use super::ManifestDoc;
use super::Stream;
use super::manifest_doc::add_common;

/// An index, not pushed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The index itself.
    pub manifest: ManifestDoc,
    /// What it names, in its order.
    pub children: Vec<ManifestDoc>,
}

/// What an index is made of (image specification, image-index.md).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexParts {
    /// What it names: images, artifacts or other indexes.
    pub children: Vec<ManifestDoc>,
    /// The platforms of those children that have one.
    pub platforms: BTreeMap<Digest, Value>,
    /// `artifactType`, if it has one.
    pub artifact_type: Option<String>,
    /// The descriptor of the manifest that it refers to, if any.
    pub subject: Option<DescriptorDoc>,
    /// `annotations`, which stands there if it is not empty.
    pub annotations: Annotations,
}

impl Index {
    /// An index over these manifests, which may be none or indexes themselves. It names no
    /// platforms.
    pub fn over(stream: &mut Stream, algorithm: Algorithm, children: Vec<ManifestDoc>) -> Self {
        IndexParts::over(stream, children).assemble(algorithm)
    }

    /// An index over these images, each with the platform of its configuration.
    pub fn of_images(stream: &mut Stream, algorithm: Algorithm, images: &[Image]) -> Self {
        let children = images.iter().map(|image| image.manifest.clone()).collect();
        let platform = |image: &Image| Some((image.manifest.digest.clone(), image.platform()?));
        IndexParts {
            platforms: images.iter().filter_map(platform).collect(),
            ..IndexParts::over(stream, children)
        }
        .assemble(algorithm)
    }
}

impl IndexParts {
    /// The parts of an index over these manifests, with an annotation that makes it unlike any
    /// other over the same.
    pub fn over(stream: &mut Stream, children: Vec<ManifestDoc>) -> Self {
        let id = ("org.example.plimsoll.id".to_owned(), stream.word(12));
        Self {
            children,
            annotations: [id].into(),
            ..Self::default()
        }
    }

    /// The index that has these parts; `algorithm` names it.
    pub fn assemble(self, algorithm: Algorithm) -> Index {
        let entries: Vec<_> = self
            .children
            .iter()
            .map(|child| self.entry(child))
            .collect();
        let mut index = json!({
            "schemaVersion": 2,
            "mediaType": media_type::IMAGE_INDEX,
            "manifests": entries,
        });
        add_common(
            &mut index,
            self.artifact_type.as_deref(),
            self.subject.as_ref(),
            &self.annotations,
        );
        Index {
            manifest: ManifestDoc::from_json(&index, algorithm),
            children: self.children,
        }
    }

    /// What the index says of `child`.
    fn entry(&self, child: &ManifestDoc) -> DescriptorDoc {
        let mut entry = child.descriptor();
        if let Some(artifact_type) = child.json().get("artifactType") {
            entry["artifactType"] = artifact_type.clone();
        }
        if let Some(platform) = self.platforms.get(&child.digest) {
            entry["platform"] = platform.clone();
        }
        entry
    }
}

#[cfg(test)]
mod tests {
    use oci_spec::image::ImageIndex;

    use super::super::Artifact;
    use super::super::Platform;
    use super::super::Seed;
    use super::*;

    fn read(index: &Index) -> ImageIndex {
        ImageIndex::from_reader(&index.manifest.bytes[..]).unwrap()
    }

    /// Whether an independent reader finds the children, in order, by size, type and digest.
    fn names_its_children(index: &Index) -> bool {
        let found = read(index);
        found.manifests().len() == index.children.len()
            && found
                .manifests()
                .iter()
                .zip(&index.children)
                .all(|(entry, child)| {
                    entry.digest().to_string() == child.digest.to_string()
                        && entry.size() == child.bytes.len() as u64
                        && entry.media_type().to_string() == child.media_type
                })
    }

    #[test]
    fn a_multi_platform_index_names_the_platform_of_each_image() {
        for algorithm in Algorithm::ALL {
            let stream = &mut Seed(1).stream("x");
            let images = Image::for_platforms(stream, algorithm, 3);
            let index = Index::of_images(stream, algorithm, &images);
            assert!(names_its_children(&index));
            for (entry, platform) in read(&index).manifests().iter().zip(Platform::ALL) {
                let found = entry.platform().as_ref().unwrap();
                assert_eq!(found.architecture().to_string(), platform.architecture);
                assert_eq!(found.os().to_string(), platform.os);
                assert_eq!(found.variant().as_deref(), platform.variant);
            }
        }
    }

    #[test]
    fn an_index_may_be_empty_and_name_indexes() {
        let (stream, algorithm) = (&mut Seed(1).stream("x"), Algorithm::Sha256);
        let empty = Index::over(stream, algorithm, Vec::new());
        assert_eq!(empty.manifest.json()["manifests"], json!([]));
        let image = Image::build(stream, algorithm).manifest;
        let nested = Index::over(stream, algorithm, vec![empty.manifest.clone(), image]);
        assert!(names_its_children(&empty) && names_its_children(&nested));
        assert_eq!(nested.children[0].media_type, media_type::IMAGE_INDEX);
    }

    #[test]
    fn the_entry_of_an_artifact_names_its_type() {
        let (stream, algorithm) = (&mut Seed(1).stream("x"), Algorithm::Sha256);
        let artifact = Artifact::alone(stream, algorithm, 1).manifest;
        let index = Index::over(stream, algorithm, vec![artifact]);
        let index = read(&index);
        let artifact_type = index.manifests()[0].artifact_type().as_ref().unwrap();
        assert_eq!(artifact_type.to_string(), Artifact::TYPE);
    }

    #[test]
    fn no_two_indexes_of_a_stream_are_alike() {
        let stream = &mut Seed(1).stream("x");
        let one = Index::over(stream, Algorithm::Sha256, Vec::new());
        let two = Index::over(stream, Algorithm::Sha256, Vec::new());
        assert_ne!(one.manifest.digest, two.manifest.digest);
    }
}

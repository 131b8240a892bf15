//! Real content, made from a seed: blobs, layers that unpack, images, indexes, artifacts.
//!
//! The same seed, label and calls give the same bytes, at any time and on any machine. Each call
//! draws from a stream, so that no two things it makes are alike. Nothing here knows a registry.

mod artifact;
pub mod attached;
mod blob;
mod image;
mod index;
mod layer;
mod manifest_doc;
mod odd;
mod platform;
mod seed;
mod signature;
mod zstd;

pub use artifact::Artifact;
pub use blob::Blob;
pub use image::Image;
pub use image::ImageParts;
pub use index::Index;
pub use index::IndexParts;
pub use layer::Layer;
pub use manifest_doc::Annotations;
pub use manifest_doc::DescriptorDoc;
pub use manifest_doc::ManifestDoc;
pub use odd::ODDITIES;
pub use odd::Oddity;
pub use odd::padded;
pub use platform::Platform;
pub use seed::BadSeed;
pub use seed::Seed;
pub use seed::Stream;
pub use signature::Key;
pub use signature::PublicKey;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

    /// The digests of one thing of each kind, in a fixed order of calls.
    fn digests(seed: u64, label: &str, algorithm: Algorithm) -> Vec<String> {
        let stream = &mut Seed(seed).stream(label);
        let images = Image::for_platforms(stream, algorithm, 2);
        let index = Index::of_images(stream, algorithm, &images);
        let subject = &images[0].manifest;
        let digests = [
            Blob::lines(stream, algorithm, 512).digest,
            Blob::random(stream, algorithm, 512).digest,
            Layer::plain(stream, algorithm).blob.digest,
            Layer::zstd(stream, algorithm).blob.digest,
            images[0].layers[0].blob.digest.clone(),
            images[0].config.digest.clone(),
            subject.digest.clone(),
            index.manifest.digest,
            Artifact::alone(stream, algorithm, 2).manifest.digest,
            Artifact::helm_chart(stream, algorithm).manifest.digest,
            Artifact::referring_to(stream, algorithm, subject)
                .manifest
                .digest,
            Artifact::index_referring_to(stream, algorithm, subject)
                .manifest
                .digest,
        ];
        digests.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_same_seed_and_label_give_the_same_bytes() {
        for algorithm in Algorithm::ALL {
            assert_eq!(digests(1, "a", algorithm), digests(1, "a", algorithm));
        }
    }

    #[test]
    fn another_seed_or_label_gives_other_bytes_throughout() {
        let one = digests(1, "a", Algorithm::Sha256);
        for other in [
            digests(2, "a", Algorithm::Sha256),
            digests(1, "b", Algorithm::Sha256),
        ] {
            assert!(one.iter().zip(&other).all(|(one, other)| one != other));
        }
    }

    #[test]
    fn content_stays_what_it_has_been() {
        let all = digests(1, "plimsoll", Algorithm::Sha256).join("\n");
        assert_eq!(
            Algorithm::Sha256.digest(all.as_bytes()).to_string(),
            PINNED,
            "a dependency or a change here makes other bytes of the same seed; recorded runs \
             cannot be repeated then:\n{all}"
        );
    }

    const PINNED: &str = "sha256:d2d574f6b499cc3de746306d4c19261f112118f015754245fe8f752c761ddb17";
}

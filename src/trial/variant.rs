//! The axes along which one check becomes several cases.

use std::fmt;

use crate::oci::Algorithm;

/// Something by which a check is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Blobs are named by sha256, then by sha512.
    BlobAlgorithm,
    /// Manifests are named by sha256, then by sha512.
    ManifestAlgorithm,
    /// The manifest is an image manifest, then an index.
    Kind,
}

/// The kind of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// An image manifest.
    #[default]
    Image,
    /// An image index.
    Index,
}

/// One point on every axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Variant {
    /// What blobs are named by.
    pub blobs: Algorithm,
    /// What manifests are named by.
    pub manifests: Algorithm,
    /// What manifests are.
    pub kind: Kind,
}

impl Variant {
    /// Every point that `axes` span, the plain one first.
    pub fn spanned_by(axes: &[Axis]) -> Vec<Self> {
        axes.iter().fold(vec![Self::default()], |points, axis| {
            let moved = points.iter().map(|point| point.moved_along(*axis));
            points.iter().copied().chain(moved).collect()
        })
    }

    fn moved_along(self, axis: Axis) -> Self {
        match axis {
            Axis::BlobAlgorithm => Self {
                blobs: Algorithm::Sha512,
                ..self
            },
            Axis::ManifestAlgorithm => Self {
                manifests: Algorithm::Sha512,
                ..self
            },
            Axis::Kind => Self {
                kind: Kind::Index,
                ..self
            },
        }
    }

    /// Whether anything is named by sha512.
    pub fn uses_sha512(self) -> bool {
        self.blobs == Algorithm::Sha512 || self.manifests == Algorithm::Sha512
    }
}

/// The suffix of a case's id: empty, `@sha512`, `@index` or `@index+sha512`.
impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = (self.kind == Kind::Index).then_some("index");
        let sha512 = self.uses_sha512().then_some("sha512");
        match (index, sha512) {
            (None, None) => Ok(()),
            (Some(word), None) | (None, Some(word)) => write!(f, "@{word}"),
            (Some(index), Some(sha512)) => write!(f, "@{index}+{sha512}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_axes_span_four_points_and_the_plain_one_comes_first() {
        let points = Variant::spanned_by(&[Axis::Kind, Axis::ManifestAlgorithm]);
        let suffixes: Vec<_> = points.iter().map(ToString::to_string).collect();
        assert_eq!(suffixes, ["", "@index", "@sha512", "@index+sha512"]);
    }
}

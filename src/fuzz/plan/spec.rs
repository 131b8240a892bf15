//! The content of a plan: what its blobs and manifests are like.

use serde::Deserialize;
use serde::Serialize;

/// A blob. Its bytes follow from this, from its place in the plan and from the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// How many bytes it has.
    pub size: u32,
    /// Whether it is the same in every case of a campaign, so that cases meet in what a registry
    /// stores once for all repositories.
    #[serde(default)]
    pub shared: bool,
}

/// A manifest. Which blobs and manifests it names is found when it is pushed for the first time:
/// those that its repository then holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doc {
    /// Its form.
    pub kind: DocKind,
    /// The slots of the blobs or manifests that it names. Of an image the first is its
    /// configuration.
    pub parts: Vec<u8>,
    /// What it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The slot of its artifact type; 0 for none, else the slot and one.
    #[serde(default)]
    pub artifact_type: u8,
    /// How many annotations it has.
    #[serde(default)]
    pub annotations: u8,
}

/// The form of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocKind {
    /// An OCI image.
    Image,
    /// An OCI index.
    Index,
    /// An OCI image with an empty configuration and an artifact type.
    Artifact,
    /// Docker's image, schema 2.
    DockerImage,
    /// Docker's list of manifests.
    DockerList,
    /// An image that has `manifests` besides.
    ImageWithManifests,
    /// An index that has `config` and `layers` besides.
    IndexWithLayers,
}

impl DocKind {
    /// Every form.
    pub const ALL: [Self; 7] = [
        Self::Image,
        Self::Index,
        Self::Artifact,
        Self::DockerImage,
        Self::DockerList,
        Self::ImageWithManifests,
        Self::IndexWithLayers,
    ];

    /// Whether it names manifests, and no blobs.
    pub const fn is_index(self) -> bool {
        matches!(self, Self::Index | Self::DockerList | Self::IndexWithLayers)
    }

    /// The media type under which it is pushed.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Image | Self::Artifact | Self::ImageWithManifests => {
                "application/vnd.oci.image.manifest.v1+json"
            }
            Self::Index | Self::IndexWithLayers => "application/vnd.oci.image.index.v1+json",
            Self::DockerImage => "application/vnd.docker.distribution.manifest.v2+json",
            Self::DockerList => "application/vnd.docker.distribution.manifest.list.v2+json",
        }
    }
}

/// What a manifest refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A manifest that its repository holds then, by slot.
    Held(u8),
    /// A manifest that never was.
    Absent,
}

//! What the registry offers, and where its bounds are.

use std::collections::BTreeSet;
use std::time::Duration;

use super::auth::Auth;
use super::clock::Time;
use super::collect::Collect;
use super::namespace::Namespace;
use super::tls::Tls;
use super::warnings::Warnings;
use crate::catalogue::Version;

/// A part of the API that a registry may lack. What a version of the specification does not have
/// counts as lacking, whatever the settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Optional {
    /// Deleting tags.
    TagDelete,
    /// Deleting manifests by digest.
    ManifestDelete,
    /// Deleting blobs.
    BlobDelete,
    /// Pushing a blob with a single POST.
    SinglePost,
    /// Mounting a blob from another repository.
    Mount,
    /// Mounting a blob without naming the repository that holds it.
    AnonymousMount,
    /// Digests by SHA-512.
    Sha512,
    /// Byte ranges on blobs.
    Ranges,
    /// Asking how far an upload has come.
    UploadStatus,
    /// Telling the least length of a chunk.
    ChunkMinimum,
    /// The list of referrers, and with it `OCI-Subject`.
    Referrers,
    /// Filtering the list of referrers by artifact type.
    ReferrersFilter,
    /// The list of extensions, which is empty.
    Extensions,
    /// Cancelling an upload.
    Cancel,
    /// The parameter `tag` when a manifest is pushed by digest.
    TagParameters,
    /// The parameter `digest-algorithm` when an upload is opened.
    DigestAlgorithm,
    /// The list of repositories, which Docker's older protocol has and no version of the specification.
    Catalog,
}

impl Optional {
    /// Every part.
    pub const ALL: [Self; 17] = [
        Self::TagDelete,
        Self::ManifestDelete,
        Self::BlobDelete,
        Self::SinglePost,
        Self::Mount,
        Self::AnonymousMount,
        Self::Sha512,
        Self::Ranges,
        Self::UploadStatus,
        Self::ChunkMinimum,
        Self::Referrers,
        Self::ReferrersFilter,
        Self::Extensions,
        Self::Cancel,
        Self::TagParameters,
        Self::DigestAlgorithm,
        Self::Catalog,
    ];

    /// The first version of the specification with which it is there.
    pub const fn since(self) -> Version {
        match self {
            Self::TagDelete
            | Self::ManifestDelete
            | Self::BlobDelete
            | Self::SinglePost
            | Self::Mount
            | Self::Sha512
            | Self::Ranges
            | Self::Catalog => Version::V1_0,
            Self::AnonymousMount
            | Self::UploadStatus
            | Self::ChunkMinimum
            | Self::Referrers
            | Self::ReferrersFilter
            | Self::Extensions => Version::V1_1,
            Self::Cancel | Self::TagParameters | Self::DigestAlgorithm => Version::V1_2,
        }
    }
}

/// After which answers more is sent than there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// After one to HEAD.
    Head,
    /// After a 304.
    NotModified,
}

/// What the registry offers, and where its bounds are.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The version of the specification that it follows. It has nothing of a later one.
    pub spec: Version,
    /// The optional parts that it lacks.
    pub off: BTreeSet<Optional>,
    /// Whether it takes and deletes nothing.
    pub read_only: bool,
    /// What the ids of upload sessions are derived from.
    pub seed: u64,
    /// How many tags a page of the tag list has at most.
    pub tags_page: usize,
    /// How many names a page of the list of repositories has at most.
    pub catalog_page: usize,
    /// How many descriptors a page of the list of referrers has at most.
    pub referrers_page: usize,
    /// How many bytes of descriptors a page of the list of referrers has at most, if it has more
    /// than one.
    pub referrers_bytes: usize,
    /// The longest manifest that is taken, in bytes.
    pub manifest_limit: usize,
    /// How much of a manifest is read into memory before it is refused as too long, in bytes, if that is
    /// more than is taken of one, as in no sound server.
    pub manifest_hold: usize,
    /// The longest blob that is taken, in bytes.
    pub blob_limit: usize,
    /// The registries in whose names it answers pulls.
    pub namespaces: Vec<Namespace>,
    /// What it says on every answer.
    pub warnings: Warnings,
    /// Whether the rest of a body that is too long is read before it is refused.
    pub reads_excess: bool,
    /// The least length of a chunk that is not the last, in bytes.
    pub chunk_minimum: Option<u64>,
    /// How long an upload session waits for its client before it may be forgotten.
    pub session_timeout: Duration,
    /// What of it is taken out to which nothing refers; without, nothing is.
    pub collect: Option<Collect>,
    /// Whether a manifest is refused if its configuration or a layer is missing.
    pub require_references: bool,
    /// Which answers without a body are followed by one, which no sound server does.
    pub excess: Option<Excess>,
    /// Which clock it goes by.
    pub time: Time,
    /// With what it speaks TLS over a socket, and HTTP/2 to those who offer it; without, it speaks plain
    /// HTTP/1.1.
    pub tls: Option<Tls>,
    /// Who may log in, and do what; without, everybody may do everything.
    pub auth: Option<Auth>,
}

impl Default for Settings {
    /// Everything that the 1.2 draft has, without pages.
    fn default() -> Self {
        Self {
            spec: Version::V1_2,
            off: BTreeSet::new(),
            read_only: false,
            seed: 0,
            tags_page: usize::MAX,
            catalog_page: usize::MAX,
            referrers_page: usize::MAX,
            referrers_bytes: 4 << 20,
            manifest_limit: 8 << 20,
            manifest_hold: 0,
            blob_limit: 1 << 30,
            namespaces: Vec::new(),
            warnings: Warnings::default(),
            reads_excess: true,
            chunk_minimum: None,
            session_timeout: Duration::from_secs(3600),
            collect: None,
            require_references: true,
            excess: None,
            time: Time::Machine,
            tls: None,
            auth: None,
        }
    }
}

impl Settings {
    /// Whether the registry has this part.
    pub fn offers(&self, part: Optional) -> bool {
        self.spec >= part.since() && !self.off.contains(&part)
    }

    /// Whether a mount of what is no digest is refused. Before 1.2, all that was said is that a
    /// mount which cannot be done opens a session.
    pub fn refuses_malformed_mounts(&self) -> bool {
        self.spec >= Version::V1_2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_offered_unless_it_is_off_or_too_new() {
        let mut settings = Settings::default();
        assert!(Optional::ALL.into_iter().all(|part| settings.offers(part)));
        settings.spec = Version::V1_0;
        assert!(!settings.offers(Optional::Referrers));
        assert!(settings.offers(Optional::Mount));
        settings.off.insert(Optional::Mount);
        assert!(!settings.offers(Optional::Mount));
    }
}

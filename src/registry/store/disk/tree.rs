//! Where things are in a store on disk.
//!
//! ```text
//! oci-layout, index.json   what makes the whole an OCI image layout, for other tools to read
//! blobs/ALGORITHM/HEX      all content, each once
//! repositories/NAME/       what a repository holds:
//!   _blobs/ALGORITHM/HEX       hard links into `blobs`
//!   _manifests/ALGORITHM/HEX   the same, one under each digest of a manifest
//!   _records/ALGORITHM/HEX     what is known of a manifest besides its bytes; with it, it is there
//!   _tags/TAG                  symbolic links into `_manifests`
//!   _uploads/ID/OFFSET         the pieces of an upload
//! scratch/                 what is being written
//! lock                     locked by the process that has the store
//! ```
//!
//! No part of a repository's name begins with an underscore, so that one repository can lie in the
//! folder of another.

use std::path::Path;
use std::path::PathBuf;

use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// The folders of a store.
#[derive(Debug, Clone)]
pub(super) struct Tree(PathBuf);

impl Tree {
    pub(super) fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    pub(super) fn pool(&self) -> PathBuf {
        self.0.join("blobs")
    }

    pub(super) fn scratch(&self) -> PathBuf {
        self.0.join("scratch")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    pub(super) fn layout(&self) -> PathBuf {
        self.0.join("oci-layout")
    }

    pub(super) fn index(&self) -> PathBuf {
        self.0.join("index.json")
    }

    pub(super) fn repositories(&self) -> PathBuf {
        self.0.join("repositories")
    }

    pub(super) fn repository(&self, name: &RepositoryName) -> Branch {
        Branch(self.repositories().join(name.as_str()))
    }
}

/// The folders of a repository.
#[derive(Debug, Clone)]
pub(super) struct Branch(PathBuf);

impl Branch {
    pub(super) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn blobs(&self) -> PathBuf {
        self.0.join("_blobs")
    }

    pub(super) fn manifests(&self) -> PathBuf {
        self.0.join("_manifests")
    }

    pub(super) fn records(&self) -> PathBuf {
        self.0.join("_records")
    }

    pub(super) fn tags(&self) -> PathBuf {
        self.0.join("_tags")
    }

    pub(super) fn uploads(&self) -> PathBuf {
        self.0.join("_uploads")
    }

    pub(super) fn blob(&self, digest: &Digest) -> PathBuf {
        content(&self.blobs(), digest)
    }

    pub(super) fn manifest(&self, digest: &Digest) -> PathBuf {
        content(&self.manifests(), digest)
    }

    pub(super) fn record(&self, digest: &Digest) -> PathBuf {
        content(&self.records(), digest)
    }

    pub(super) fn tag(&self, tag: &Tag) -> PathBuf {
        self.tags().join(tag.as_str())
    }

    /// What a tag's link holds.
    pub(super) fn tag_target(digest: &Digest) -> PathBuf {
        content(Path::new("../_manifests"), digest)
    }

    pub(super) fn upload(&self, id: &str) -> PathBuf {
        self.uploads().join(id)
    }

    pub(super) fn piece(&self, id: &str, offset: u64) -> PathBuf {
        // As long as any number, so that the order of the names is that of the numbers.
        self.upload(id).join(format!("{offset:020}"))
    }

    /// Whether anything was ever put there, or sent.
    pub(super) fn is_there(&self) -> bool {
        [self.blobs(), self.records(), self.uploads()]
            .iter()
            .any(|path| path.is_dir())
    }
}

/// Where content with this digest is below `folder`.
pub(super) fn content(folder: &Path, digest: &Digest) -> PathBuf {
    folder.join(digest.algorithm().name()).join(digest.hex())
}

/// The digest of the content at `path`, which [`content`] made.
pub(super) fn digest_at(path: &Path) -> Option<Digest> {
    let hex = path.file_name()?.to_str()?;
    let algorithm = path.parent()?.file_name()?.to_str()?;
    format!("{algorithm}:{hex}").parse().ok()
}

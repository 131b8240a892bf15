//! The store as rows see it: everything in memory, and nothing that can fail. What the store could
//! not do counts as not there.

use std::sync::Arc;

use bytes::Bytes;

use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::registry::store::Content;
use crate::registry::store::Found;
use crate::registry::store::Session;
use crate::registry::store::Store;
use crate::registry::store::StoredManifest;

/// A store, for rows.
#[derive(Clone, Copy)]
pub(crate) struct Plain<'a>(pub(super) &'a dyn Store);

impl Plain<'_> {
    /// Every repository.
    pub(crate) fn repositories(self) -> Vec<RepositoryName> {
        self.0.repositories().unwrap_or_default()
    }

    /// Whether anything was ever put into a repository.
    pub(crate) fn has_repository(self, name: &RepositoryName) -> bool {
        self.0.has_repository(name).unwrap_or_default()
    }

    /// A blob.
    pub(crate) fn blob(self, name: &RepositoryName, digest: &Digest) -> Option<Bytes> {
        self.0.blob(name, digest).ok()??.read().ok()
    }

    /// Puts a blob in, whatever its digest.
    pub(crate) fn put_blob(self, name: &RepositoryName, digest: Digest, content: Bytes) {
        let draft = self.0.draft(Algorithm::Sha256);
        let _ = draft.and_then(|mut draft| {
            draft.write(content)?;
            self.0.put_blob(name, digest, draft)
        });
    }

    /// Mounts a blob. Whether it was found.
    pub(crate) fn mount_blob(
        self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> bool {
        (self.0.mount_blob(name, digest, from)).unwrap_or_default()
    }

    /// Takes a blob out. Whether it was there.
    pub(crate) fn delete_blob(self, name: &RepositoryName, digest: &Digest) -> bool {
        self.0.delete_blob(name, digest).unwrap_or_default()
    }

    /// A manifest.
    pub(crate) fn manifest(self, name: &RepositoryName, reference: &Reference) -> Option<Found> {
        self.0.manifest(name, reference).unwrap_or_default()
    }

    /// Puts a manifest in and points tags to it.
    pub(crate) fn put_manifest(
        self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
    ) {
        let _ = self.0.put_manifest(name, manifest, tags, &|_| true);
    }

    /// Takes a manifest and its tags out. Whether it was there.
    pub(crate) fn delete_manifest(self, name: &RepositoryName, digest: &Digest) -> bool {
        self.0.delete_manifest(name, digest).unwrap_or_default()
    }

    /// Tags behind `after`, and whether there are more.
    pub(crate) fn tags(self, name: &RepositoryName, after: &str, limit: usize) -> (Vec<Tag>, bool) {
        self.0.tags(name, after, limit).unwrap_or_default()
    }

    /// Referrers behind `after`.
    pub(crate) fn referrers(
        self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Vec<Arc<Descriptor>> {
        (self.0.referrers(name, subject, after)).unwrap_or_default()
    }

    /// Opens a session.
    pub(crate) fn open_session(self, name: &RepositoryName, id: &str) {
        let _ = self.0.open_session(name, id);
    }

    /// The state of a session.
    pub(crate) fn session(self, name: &RepositoryName, id: &str) -> Option<Session> {
        self.0.session(name, id).unwrap_or_default()
    }

    /// What a session has taken, in pieces.
    pub(crate) fn session_content(self, name: &RepositoryName, id: &str) -> Option<Vec<Bytes>> {
        let pieces = self.0.session_content(name, id).ok()??;
        let pieces = pieces.iter().map(Content::read);
        pieces.collect::<Result<_, _>>().ok()
    }

    /// Appends to a session, wherever it stands.
    pub(crate) fn append(self, name: &RepositoryName, id: &str, content: Bytes) {
        let draft = self.0.chunk(name, id, Algorithm::Sha256);
        if let Ok(Some(mut draft)) = draft {
            let _ = draft
                .write(content)
                .and_then(|()| self.0.append(name, id, None, draft));
        }
    }

    /// Ends a session. Whether it was there.
    pub(crate) fn cancel_session(self, name: &RepositoryName, id: &str) -> bool {
        self.0.cancel_session(name, id).unwrap_or_default()
    }
}

//! A layer in front of the store: whatever a row replaces goes to the row, all else to the store
//! behind it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Memory;
use super::Plain;
use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::registry::store::Census;
use crate::registry::store::Content;
use crate::registry::store::Draft;
use crate::registry::store::Found;
use crate::registry::store::Session;
use crate::registry::store::Store;
use crate::registry::store::Stored;
use crate::registry::store::StoredManifest;
use crate::registry::store::Taken;
use crate::registry::store::Unappended;

/// What a row replaces: one function for each method of the store that some row replaces, which is
/// handed the layer and the method's arguments.
#[expect(
    clippy::type_complexity,
    reason = "each is the shape of a method of the store, and a name would hide it"
)]
#[derive(Clone, Copy)]
pub(crate) struct StoreSeam {
    pub(crate) blob: Option<fn(&Behind, &RepositoryName, &Digest) -> Option<Bytes>>,
    pub(crate) delete_blob: Option<fn(&Behind, &RepositoryName, &Digest) -> bool>,
    pub(crate) tags: Option<fn(&Behind, &RepositoryName, &str, usize) -> (Vec<Tag>, bool)>,
    pub(crate) referrers:
        Option<fn(&Behind, &RepositoryName, &str, Option<&Digest>) -> Vec<Arc<Descriptor>>>,
}

impl StoreSeam {
    /// Nothing is replaced; a row ends with it.
    pub(crate) const NONE: Self = Self {
        blob: None,
        delete_blob: None,
        tags: None,
        referrers: None,
    };
}

impl fmt::Debug for StoreSeam {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StoreSeam").finish_non_exhaustive()
    }
}

/// A store with such a layer in front.
#[derive(Debug)]
pub(crate) struct Behind {
    seam: StoreSeam,
    store: Arc<dyn Store>,
    /// What the layer remembers.
    pub(crate) memory: Memory,
}

impl Behind {
    pub(super) fn new(seam: StoreSeam, store: Arc<dyn Store>) -> Self {
        Self {
            seam,
            store,
            memory: Memory::default(),
        }
    }

    /// The store behind the layer.
    pub(crate) fn store(&self) -> Plain<'_> {
        Plain(self.store.as_ref())
    }
}

impl Store for Behind {
    fn waits(&self) -> bool {
        self.store.waits()
    }

    fn probe(&self, is_written: bool) -> Stored<()> {
        self.store.probe(is_written)
    }

    fn repositories(&self) -> Stored<Vec<RepositoryName>> {
        self.store.repositories()
    }

    fn has_repository(&self, name: &RepositoryName) -> Stored<bool> {
        self.store.has_repository(name)
    }

    fn draft(&self, algorithm: Algorithm) -> Stored<Draft> {
        self.store.draft(algorithm)
    }

    fn blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<Option<Content>> {
        match self.seam.blob {
            Some(replaced) => Ok(replaced(self, name, digest).map(Content::Held)),
            None => self.store.blob(name, digest),
        }
    }

    fn put_blob(&self, name: &RepositoryName, digest: Digest, draft: Draft) -> Stored<()> {
        self.store.put_blob(name, digest, draft)
    }

    fn mount_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Stored<bool> {
        self.store.mount_blob(name, digest, from)
    }

    fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        match self.seam.delete_blob {
            Some(replaced) => Ok(replaced(self, name, digest)),
            None => self.store.delete_blob(name, digest),
        }
    }

    fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Stored<Option<Found>> {
        self.store.manifest(name, reference)
    }

    fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> Stored<bool> {
        self.store.put_manifest(name, manifest, tags, condition)
    }

    fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        self.store.delete_manifest(name, digest)
    }

    fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Stored<bool> {
        self.store.delete_tag(name, tag)
    }

    fn tags(&self, name: &RepositoryName, after: &str, limit: usize) -> Stored<(Vec<Tag>, bool)> {
        match self.seam.tags {
            Some(replaced) => Ok(replaced(self, name, after, limit)),
            None => self.store.tags(name, after, limit),
        }
    }

    fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Stored<Vec<Arc<Descriptor>>> {
        match self.seam.referrers {
            Some(replaced) => Ok(replaced(self, name, subject, after)),
            None => self.store.referrers(name, subject, after),
        }
    }

    fn open_session(&self, name: &RepositoryName, id: &str) -> Stored<()> {
        self.store.open_session(name, id)
    }

    fn session(&self, name: &RepositoryName, id: &str) -> Stored<Option<Session>> {
        self.store.session(name, id)
    }

    fn session_content(&self, name: &RepositoryName, id: &str) -> Stored<Option<Vec<Content>>> {
        self.store.session_content(name, id)
    }

    fn chunk(
        &self,
        name: &RepositoryName,
        id: &str,
        algorithm: Algorithm,
    ) -> Stored<Option<Draft>> {
        self.store.chunk(name, id, algorithm)
    }

    fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        chunk: Draft,
    ) -> Stored<Result<u64, Unappended>> {
        self.store.append(name, id, at, chunk)
    }

    fn finish_session(
        &self,
        name: &RepositoryName,
        id: &str,
        digest: Digest,
        chunk: Draft,
    ) -> Stored<Result<(), Unappended>> {
        self.store.finish_session(name, id, digest, chunk)
    }

    fn expire_sessions(&self, name: &RepositoryName, patience: Duration) -> Stored<u64> {
        self.store.expire_sessions(name, patience)
    }

    fn cancel_session(&self, name: &RepositoryName, id: &str) -> Stored<bool> {
        self.store.cancel_session(name, id)
    }

    fn touch(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<()> {
        self.store.touch(name, digests)
    }

    fn census(&self, name: &RepositoryName, now: Duration, patience: Duration) -> Stored<Census> {
        self.store.census(name, now, patience)
    }

    fn take_blobs(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Taken> {
        self.store.take_blobs(name, digests)
    }

    fn take_manifests(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Option<Taken>> {
        self.store.take_manifests(name, digests)
    }

    fn free_strays(&self) -> Stored<Taken> {
        self.store.free_strays()
    }
}

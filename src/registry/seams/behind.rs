//! A layer in front of the store: whatever a row replaces goes to the row, all else to the store
//! behind it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Memory;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::registry::store::Found;
use crate::registry::store::Session;
use crate::registry::store::Store;
use crate::registry::store::StoredManifest;
use crate::registry::store::Unappended;

/// What a row replaces: one function for each method of the store, which is handed the layer and
/// the method's arguments.
#[expect(
    clippy::type_complexity,
    reason = "each is the shape of a method of the store, and a name would hide it"
)]
#[derive(Clone, Copy)]
pub(crate) struct StoreSeam {
    pub(crate) has_repository: Option<fn(&Behind, &RepositoryName) -> bool>,
    pub(crate) blob: Option<fn(&Behind, &RepositoryName, &Digest) -> Option<Bytes>>,
    pub(crate) put_blob: Option<fn(&Behind, &RepositoryName, Digest, Bytes)>,
    pub(crate) mount_blob:
        Option<fn(&Behind, &RepositoryName, &Digest, Option<&RepositoryName>) -> bool>,
    pub(crate) delete_blob: Option<fn(&Behind, &RepositoryName, &Digest) -> bool>,
    pub(crate) manifest: Option<fn(&Behind, &RepositoryName, &Reference) -> Option<Found>>,
    pub(crate) put_manifest: Option<fn(&Behind, &RepositoryName, StoredManifest, &[Tag]) -> bool>,
    pub(crate) delete_manifest: Option<fn(&Behind, &RepositoryName, &Digest) -> bool>,
    pub(crate) delete_tag: Option<fn(&Behind, &RepositoryName, &Tag) -> bool>,
    pub(crate) tags: Option<fn(&Behind, &RepositoryName, &str, usize) -> (Vec<Tag>, bool)>,
    pub(crate) referrers:
        Option<fn(&Behind, &RepositoryName, &str, Option<&Digest>) -> Vec<Arc<Descriptor>>>,
    pub(crate) session: Option<fn(&Behind, &RepositoryName, &str) -> Option<Session>>,
    pub(crate) session_content: Option<fn(&Behind, &RepositoryName, &str) -> Option<Vec<Bytes>>>,
    pub(crate) append:
        Option<fn(&Behind, &RepositoryName, &str, Option<u64>, Bytes) -> Result<u64, Unappended>>,
    pub(crate) finish_session:
        Option<fn(&Behind, &RepositoryName, &str, u64, (Digest, Bytes)) -> Result<(), Unappended>>,
    pub(crate) cancel_session: Option<fn(&Behind, &RepositoryName, &str) -> bool>,
}

impl StoreSeam {
    /// Nothing is replaced; a row ends with it.
    pub(crate) const NONE: Self = Self {
        has_repository: None,
        blob: None,
        put_blob: None,
        mount_blob: None,
        delete_blob: None,
        manifest: None,
        put_manifest: None,
        delete_manifest: None,
        delete_tag: None,
        tags: None,
        referrers: None,
        session: None,
        session_content: None,
        append: None,
        finish_session: None,
        cancel_session: None,
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
    /// The store behind the layer.
    pub(crate) store: Box<dyn Store>,
    /// What the layer remembers.
    pub(crate) memory: Memory,
}

impl Behind {
    pub(super) fn new(seam: StoreSeam, store: Box<dyn Store>) -> Self {
        Self {
            seam,
            store,
            memory: Memory::default(),
        }
    }
}

impl Store for Behind {
    fn repositories(&self) -> Vec<RepositoryName> {
        self.store.repositories()
    }

    fn has_repository(&self, name: &RepositoryName) -> bool {
        match self.seam.has_repository {
            Some(replaced) => replaced(self, name),
            None => self.store.has_repository(name),
        }
    }

    fn blob(&self, name: &RepositoryName, digest: &Digest) -> Option<Bytes> {
        match self.seam.blob {
            Some(replaced) => replaced(self, name, digest),
            None => self.store.blob(name, digest),
        }
    }

    fn put_blob(&self, name: &RepositoryName, digest: Digest, content: Bytes) {
        match self.seam.put_blob {
            Some(replaced) => replaced(self, name, digest, content),
            None => self.store.put_blob(name, digest, content),
        }
    }

    fn mount_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> bool {
        match self.seam.mount_blob {
            Some(replaced) => replaced(self, name, digest, from),
            None => self.store.mount_blob(name, digest, from),
        }
    }

    fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> bool {
        match self.seam.delete_blob {
            Some(replaced) => replaced(self, name, digest),
            None => self.store.delete_blob(name, digest),
        }
    }

    fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Option<Found> {
        match self.seam.manifest {
            Some(replaced) => replaced(self, name, reference),
            None => self.store.manifest(name, reference),
        }
    }

    fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> bool {
        match self.seam.put_manifest {
            Some(replaced) => replaced(self, name, manifest, tags),
            None => self.store.put_manifest(name, manifest, tags, condition),
        }
    }

    fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> bool {
        match self.seam.delete_manifest {
            Some(replaced) => replaced(self, name, digest),
            None => self.store.delete_manifest(name, digest),
        }
    }

    fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> bool {
        match self.seam.delete_tag {
            Some(replaced) => replaced(self, name, tag),
            None => self.store.delete_tag(name, tag),
        }
    }

    fn tags(&self, name: &RepositoryName, after: &str, limit: usize) -> (Vec<Tag>, bool) {
        match self.seam.tags {
            Some(replaced) => replaced(self, name, after, limit),
            None => self.store.tags(name, after, limit),
        }
    }

    fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Vec<Arc<Descriptor>> {
        match self.seam.referrers {
            Some(replaced) => replaced(self, name, subject, after),
            None => self.store.referrers(name, subject, after),
        }
    }

    fn open_session(&self, name: &RepositoryName, id: &str) {
        self.store.open_session(name, id);
    }

    fn session(&self, name: &RepositoryName, id: &str) -> Option<Session> {
        match self.seam.session {
            Some(replaced) => replaced(self, name, id),
            None => self.store.session(name, id),
        }
    }

    fn session_content(&self, name: &RepositoryName, id: &str) -> Option<Vec<Bytes>> {
        match self.seam.session_content {
            Some(replaced) => replaced(self, name, id),
            None => self.store.session_content(name, id),
        }
    }

    fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        chunk: Bytes,
    ) -> Result<u64, Unappended> {
        match self.seam.append {
            Some(replaced) => replaced(self, name, id, at, chunk),
            None => self.store.append(name, id, at, chunk),
        }
    }

    fn finish_session(
        &self,
        name: &RepositoryName,
        id: &str,
        at: u64,
        blob: (Digest, Bytes),
    ) -> Result<(), Unappended> {
        match self.seam.finish_session {
            Some(replaced) => replaced(self, name, id, at, blob),
            None => self.store.finish_session(name, id, at, blob),
        }
    }

    fn expire_sessions(&self, name: &RepositoryName, patience: Duration) {
        self.store.expire_sessions(name, patience);
    }

    fn cancel_session(&self, name: &RepositoryName, id: &str) -> bool {
        match self.seam.cancel_session {
            Some(replaced) => replaced(self, name, id),
            None => self.store.cancel_session(name, id),
        }
    }
}

//! What a registry holds, behind a trait: blobs, manifests, tags and upload sessions of
//! repositories.
//!
//! A store knows no HTTP, and does not judge what it is given: that a digest is that of its
//! content, or that a manifest's references exist, is for the handlers to see to.
//!
//! Content comes in as a [`Draft`], which is written and hashed piece by piece before anybody can
//! see it, and goes out as [`Content`], which need not be in memory.

mod content;
mod disk;
mod draft;
mod error;
mod idle;
mod index;
mod memory;
mod referrer;
mod sessions;

#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;

pub(crate) use content::BLOCK;
pub(crate) use content::Content;
pub(crate) use content::Part;
pub(crate) use disk::DiskStore;
pub use disk::Flush;
pub use disk::Health;
pub use disk::OpenError;
pub use disk::UnknownFlush;
pub use disk::verify as verify_store;
pub(crate) use draft::Draft;
pub(crate) use error::StoreError;
pub(crate) use error::Stored;
pub(crate) use idle::Census;
pub(crate) use idle::Counted;
pub(crate) use idle::Taken;
pub(crate) use memory::MemoryStore;
pub(crate) use referrer::referrer;
pub(crate) use referrer::subject;

/// What a registry holds. Every method is atomic: it takes effect before it returns, so that
/// everybody sees it from then on and it outlives the process where the store is on a disk, or it
/// fails and has changed nothing.
pub(crate) trait Store: Send + Sync + Debug {
    /// Whether its methods wait for a disk, so that they must not be called where others wait.
    fn waits(&self) -> bool {
        false
    }

    /// Whether what a repository lists is told without waiting, and so is this `content` of it, if any is
    /// named. A moment later it may be otherwise.
    fn is_at_hand(&self, _: &RepositoryName, _content: Option<&Reference>) -> bool {
        !self.waits()
    }

    /// Looks whether what it holds can be read, and whether more can be written if that is asked for;
    /// at little cost, and changing nothing.
    fn probe(&self, _is_written: bool) -> Stored<()> {
        Ok(())
    }

    /// Every repository to which anything was ever sent, in the order of their names.
    fn repositories(&self) -> Stored<Vec<RepositoryName>>;

    /// Whether a blob or a manifest was ever put into this repository.
    fn has_repository(&self, name: &RepositoryName) -> Stored<bool>;

    /// Begins content that belongs to no upload, to be hashed by this algorithm.
    fn draft(&self, algorithm: Algorithm) -> Stored<Draft>;

    /// A blob of a repository.
    fn blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<Option<Content>>;

    /// How many bytes a blob of a repository has.
    fn blob_len(&self, name: &RepositoryName, digest: &Digest) -> Stored<Option<u64>> {
        Ok(self.blob(name, digest)?.map(|it| it.len()))
    }

    /// Whether a repository holds a blob.
    fn has_blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        Ok(self.blob_len(name, digest)?.is_some())
    }

    /// Puts a blob into a repository.
    fn put_blob(&self, name: &RepositoryName, digest: Digest, draft: Draft) -> Stored<()>;

    /// Puts a blob into a repository that the repository `from` holds, or any where that is `None`.
    /// Whether it was found there.
    fn mount_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Stored<bool>;

    /// Takes a blob out of a repository. Whether it was there.
    fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool>;

    /// A manifest of a repository.
    fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Stored<Option<Found>>;

    /// Puts a manifest into a repository and points `tags` to it, if `condition` holds for the
    /// digest to which the first of the tags points before. Whether it did.
    ///
    /// Bytes that are there already stay one manifest, known under all of its digests.
    fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> Stored<bool>;

    /// Takes a manifest and all tags that point to it out of a repository. Whether it was there.
    fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool>;

    /// Takes a tag out of a repository. Whether it was there.
    fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Stored<bool>;

    /// Up to `limit` tags behind `after` in the order of their bytes, and whether more follow.
    fn tags(&self, name: &RepositoryName, after: &str, limit: usize) -> Stored<(Vec<Tag>, bool)>;

    /// The manifests whose subject has this digest, in the order of their own, behind `after`.
    fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Stored<Vec<Arc<Descriptor>>>;

    /// Opens an upload session. Ids must not repeat.
    fn open_session(&self, name: &RepositoryName, id: &str) -> Stored<()>;

    /// The state of a session.
    fn session(&self, name: &RepositoryName, id: &str) -> Stored<Option<Session>>;

    /// What a session has taken so far, in pieces.
    fn session_content(&self, name: &RepositoryName, id: &str) -> Stored<Option<Vec<Content>>>;

    /// Begins a chunk that goes on where a session stands now. One that has nothing yet is hashed
    /// by this algorithm, any other goes on with its own.
    fn chunk(&self, name: &RepositoryName, id: &str, algorithm: Algorithm)
    -> Stored<Option<Draft>>;

    /// Appends a chunk to a session that has `at` bytes, or any number where that is `None`.
    /// How many it has then.
    fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        chunk: Draft,
    ) -> Stored<Result<u64, Unappended>>;

    /// Ends a session with a last chunk, if it still stands where that begins, and puts the blob
    /// that it became into the repository.
    fn finish_session(
        &self,
        name: &RepositoryName,
        id: &str,
        digest: Digest,
        chunk: Draft,
    ) -> Stored<Result<(), Unappended>>;

    /// Ends the sessions of a repository to which nothing has come for `patience`. How many.
    fn expire_sessions(&self, name: &RepositoryName, patience: Duration) -> Stored<u64>;

    /// Ends a session without a blob. Whether it was there.
    fn cancel_session(&self, name: &RepositoryName, id: &str) -> Stored<bool>;

    /// Notes that blobs and manifests of a repository are used, as far as it holds any with these
    /// digests. What is put counts as used.
    fn touch(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<()>;

    /// Counts what a repository holds, at `now`. What was used since the last time counts as used now;
    /// all else has been idle since it was counted so. Long enough is `patience`.
    fn census(&self, name: &RepositoryName, now: Duration, patience: Duration) -> Stored<Census>;

    /// Takes those of these blobs out that were counted and not used since.
    fn take_blobs(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Taken>;

    /// Takes these manifests out, if all that are there were counted and none was used since; `None` if
    /// one was.
    fn take_manifests(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Option<Taken>>;

    /// Frees what belongs to no repository, as a process may leave it that was killed while it took
    /// something out. How much.
    fn free_strays(&self) -> Stored<Taken> {
        Ok(Taken::default())
    }
}

/// A manifest as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredManifest<B = Bytes> {
    /// The bytes as they were pushed, or what a store keeps in their place.
    pub(crate) bytes: B,
    /// The media type as it was pushed, without parameters.
    pub(crate) media_type: String,
    /// The digests under which it is known: first the one under which it was pushed first.
    /// SHA-256 is among them.
    pub(crate) digests: Vec<Digest>,
    /// The digest of its subject, and how it stands in the list of referrers of that.
    pub(crate) referrer: Option<(String, Arc<Descriptor>)>,
}

impl<B> StoredManifest<B> {
    /// The same with something else in the place of its bytes.
    fn with<C>(self, bytes: C) -> StoredManifest<C> {
        StoredManifest {
            bytes,
            media_type: self.media_type,
            digests: self.digests,
            referrer: self.referrer,
        }
    }

    /// Takes over the digests under which the same bytes are `known` already, in front of its own.
    fn is_also(&mut self, known: &Self) {
        let own = std::mem::replace(&mut self.digests, known.digests.clone());
        let new = own.into_iter().filter(|it| !known.digests.contains(it));
        self.digests.extend(new);
        if let Some((_, descriptor)) = &mut self.referrer {
            Arc::make_mut(descriptor).digest = self.digests[0].to_string();
        }
    }
}

/// A manifest that was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The digest under which it was asked for, or to which the tag points.
    pub(crate) digest: Digest,
    /// The manifest.
    pub(crate) manifest: Arc<StoredManifest>,
}

/// The state of an upload session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    /// How many bytes it has taken.
    pub(crate) len: u64,
    /// How many of them came with the last chunk, if there was one.
    pub(crate) last_chunk: Option<u64>,
}

/// Why a session took no chunk, or did not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unappended {
    /// There is no such session.
    Unknown,
    /// It has this many bytes, not the number that was expected.
    Elsewhere(u64),
}

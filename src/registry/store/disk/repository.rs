//! One repository of a store on disk: its folders, and what is in them, known by heart.
//!
//! Whoever changes it holds `writer` while files are moved and the index is brought in line, which
//! is short; what takes long, writing content to the disk, is done before that or after.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;

use super::super::StoredManifest;
use super::super::Taken;
use super::super::index::Index;
use super::super::sessions::Sessions;
use super::files;
use super::load;
use super::pool::Pool;
use super::prepared::Prepared;
use super::record;
use super::tree::Branch;
use crate::oci::Digest;
use crate::oci::Tag;

/// A repository.
#[derive(Debug)]
pub(super) struct Repository {
    pub(super) branch: Branch,
    index: RwLock<Index<u64>>,
    sessions: Mutex<Sessions<PathBuf>>,
    writer: Mutex<()>,
}

/// Content that is on the disk, and waits for its place.
pub(super) struct Written<'a> {
    pub(super) path: &'a Path,
    pub(super) digest: &'a Digest,
    pub(super) len: u64,
}

impl Repository {
    /// The repository in these folders.
    pub(super) fn open(branch: Branch) -> io::Result<Self> {
        Ok(Self {
            index: RwLock::new(load::index(&branch)?),
            sessions: Mutex::new(load::sessions(&branch)?),
            writer: Mutex::new(()),
            branch,
        })
    }

    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index<u64>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, Sessions<PathBuf>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> RwLockWriteGuard<'_, Index<u64>> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, ()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a blob in. Whether its file was moved from where it was written.
    pub(super) fn put_blob(&self, pool: &Pool, blob: &Written<'_>) -> io::Result<bool> {
        let place = self.branch.blob(blob.digest);
        make_parent(pool, &place)?;
        let is_moved = {
            let _writer = self.writer();
            let is_moved = pool.adopt(blob.path, blob.digest, &place)?;
            self.index_mut().put_blob(blob.digest.clone(), blob.len);
            is_moved
        };
        settle(pool, blob.digest, [place.as_path()])?;
        Ok(is_moved)
    }

    /// Puts in a blob that the pool may have. Whether it has.
    pub(super) fn mount_blob(&self, pool: &Pool, digest: &Digest) -> io::Result<bool> {
        let place = self.branch.blob(digest);
        make_parent(pool, &place)?;
        {
            let _writer = self.writer();
            if !pool.link(digest, &place)? {
                return Ok(false);
            }
            let len = fs::metadata(&place)?.len();
            self.index_mut().put_blob(digest.clone(), len);
        }
        settle(pool, digest, [place.as_path()])?;
        Ok(true)
    }

    /// Takes a blob out. Whether it was there.
    pub(super) fn delete_blob(&self, pool: &Pool, digest: &Digest) -> io::Result<bool> {
        let place = self.branch.blob(digest);
        {
            let _writer = self.writer();
            if !self.index().blobs.contains_key(digest) {
                return Ok(false);
            }
            self.remove_blob(pool, digest)?;
        }
        pool.flush.folders(place.parent())?;
        Ok(true)
    }

    /// Removes the file of a blob, and then forgets it. How many bytes it has.
    fn remove_blob(&self, pool: &Pool, digest: &Digest) -> io::Result<u64> {
        pool.unlink(digest, &self.branch.blob(digest))?;
        Ok(self.index_mut().delete_blob(digest).unwrap_or_default())
    }

    /// Takes those of these blobs out that were counted and not used since. A crash may bring them
    /// back, which does no harm.
    pub(super) fn take_blobs(&self, pool: &Pool, digests: &[Digest]) -> io::Result<Taken> {
        let mut taken = Taken::default();
        for digest in digests {
            let _writer = self.writer();
            let is_idle = self.index().has_idle_blob(digest);
            if is_idle {
                taken.add(self.remove_blob(pool, digest)?);
            }
        }
        Ok(taken)
    }

    /// Puts a manifest in, whose bytes are at `path` unless the repository has them, and points
    /// tags to it, if the condition holds for where the first of them points. `None` if it does
    /// not, or else whether the file was moved.
    pub(super) fn put_manifest(
        &self,
        pool: &Pool,
        path: &Path,
        manifest: StoredManifest<u64>,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> io::Result<Option<bool>> {
        let leads_to = || tags.first().and_then(|tag| self.index().tag(tag).cloned());
        if !condition(leads_to().as_ref()) {
            // Before a folder is made that would tell of a repository when the store is opened next.
            return Ok(None);
        }
        let prepared = Prepared::write(self, pool, &manifest, tags)?;
        let (own, touched, is_moved) = {
            let _writer = self.writer();
            if !condition(leads_to().as_ref()) {
                return Ok(None);
            }
            self.place_manifest(pool, path, manifest, tags, prepared)?
        };
        settle(pool, &own, touched.iter().map(PathBuf::as_path))?;
        Ok(Some(is_moved))
    }

    /// Links, record and tags of a manifest, and then the index. Under which digest its content is
    /// kept, what was touched, and whether the file at `path` was moved.
    fn place_manifest(
        &self,
        pool: &Pool,
        path: &Path,
        manifest: StoredManifest<u64>,
        tags: &[Tag],
        prepared: Prepared,
    ) -> io::Result<(Digest, Vec<PathBuf>, bool)> {
        let pushed = manifest.digests[0].clone();
        let prepared = if prepared.record == record::write(&self.index().merged(manifest.clone()).0)
        {
            prepared
        } else {
            // Somebody else has pushed or deleted the same bytes in between.
            Prepared::write(self, pool, &manifest, tags)?
        };
        let merged = self.index().merged(manifest);
        let own = merged.0.digests[0].clone();
        let mut is_moved = false;
        let mut touched = vec![self.branch.record(&own)];
        for digest in &merged.0.digests {
            let place = self.branch.manifest(digest);
            make_parent(pool, &place)?;
            is_moved |= pool.adopt(path, &own, &place)?;
            touched.push(place);
        }
        prepared.commit(&self.branch, &own, tags)?;
        touched.extend(tags.first().map(|tag| self.branch.tag(tag)));
        self.index_mut().put_manifest(merged, &pushed, tags);
        Ok((own, touched, is_moved))
    }

    /// Takes a manifest and its tags out. Whether it was there.
    pub(super) fn delete_manifest(&self, pool: &Pool, digest: &Digest) -> io::Result<bool> {
        let touched = {
            let _writer = self.writer();
            let Some((manifest, tags)) = self.manifest_and_tags(digest) else {
                return Ok(false);
            };
            self.remove_manifest(pool, &manifest, &tags)?
        };
        pool.flush
            .folders(touched.iter().filter_map(|path| path.parent()))?;
        Ok(true)
    }

    /// Removes the files of a manifest and of its tags, and forgets them. What was touched.
    fn remove_manifest(
        &self,
        pool: &Pool,
        manifest: &StoredManifest<u64>,
        tags: &[Tag],
    ) -> io::Result<Vec<PathBuf>> {
        let own = &manifest.digests[0];
        // Without its record it is gone, whatever else a crash leaves of it.
        files::remove(&self.branch.record(own))?;
        self.index_mut().delete_manifest(own);
        for tag in tags {
            files::remove(&self.branch.tag(tag))?;
        }
        for digest in &manifest.digests {
            pool.unlink(own, &self.branch.manifest(digest))?;
        }
        let mut touched = vec![self.branch.record(own), self.branch.manifest(own)];
        touched.extend(tags.first().map(|tag| self.branch.tag(tag)));
        Ok(touched)
    }

    /// Takes these manifests out, if those that are there were counted and not used since. A crash may
    /// bring them back.
    pub(super) fn take_manifests(
        &self,
        pool: &Pool,
        digests: &[Digest],
    ) -> io::Result<Option<Taken>> {
        let _writer = self.writer();
        let Some(found) = self.index().idle_manifests(digests) else {
            return Ok(None);
        };
        let mut taken = Taken::default();
        for manifest in found {
            let tags = self.index().tags_of(&manifest);
            self.remove_manifest(pool, &manifest, &tags)?;
            taken.add(manifest.bytes);
        }
        Ok(Some(taken))
    }

    fn manifest_and_tags(&self, digest: &Digest) -> Option<(Arc<StoredManifest<u64>>, Vec<Tag>)> {
        let index = self.index();
        let reference = crate::oci::Reference::Digest(digest.clone());
        let manifest = Arc::clone(index.manifest(&reference)?.1);
        let tags = index.tags_of(&manifest);
        Some((manifest, tags))
    }

    /// Takes a tag out. Whether it was there.
    pub(super) fn delete_tag(&self, pool: &Pool, tag: &Tag) -> io::Result<bool> {
        let place = self.branch.tag(tag);
        {
            let _writer = self.writer();
            if self.index().tag(tag).is_none() {
                return Ok(false);
            }
            files::remove(&place)?;
            self.index_mut().delete_tag(tag);
        }
        pool.flush.folders(place.parent())?;
        Ok(true)
    }
}

/// Sees to it that content of the pool, and what was done at these places, stays so.
fn settle<'a>(
    pool: &Pool,
    digest: &Digest,
    places: impl IntoIterator<Item = &'a Path>,
) -> io::Result<()> {
    let mut folders: Vec<&Path> = places.into_iter().filter_map(Path::parent).collect();
    let own = pool.folder(digest);
    folders.push(&own);
    folders.sort_unstable();
    folders.dedup();
    pool.flush.folders(folders)
}

pub(super) fn make_parent(pool: &Pool, place: &Path) -> io::Result<()> {
    match place.parent() {
        Some(parent) => pool.flush.make(parent),
        None => Ok(()),
    }
}

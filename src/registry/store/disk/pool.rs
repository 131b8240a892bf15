//! All content of a store, each once: a file under its digest, and hard links to it from where it
//! belongs. What nothing links to is removed.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use super::super::Draft;
use super::super::Stored;
use super::super::Taken;
use super::super::draft::Place;
use super::super::draft::Scratch;
use super::files;
use super::files::Flush;
use super::tree;
use super::tree::Tree;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Hasher;

/// All content.
#[derive(Debug)]
pub(super) struct Pool {
    folder: PathBuf,
    scratch: PathBuf,
    pub(super) flush: Flush,
    /// How many scratch files there were.
    count: AtomicU64,
    /// Held while it is decided whether a file is there to be linked to.
    lock: Mutex<()>,
}

impl Pool {
    /// The pool of a store, whose scratch files of an earlier process are removed.
    pub(super) fn open(tree: &Tree, flush: Flush) -> io::Result<Self> {
        files::remove_folder(&tree.scratch())?;
        flush.make(&tree.scratch())?;
        for algorithm in Algorithm::ALL {
            flush.make(&tree.pool().join(algorithm.name()))?;
        }
        Ok(Self::at(tree, flush))
    }

    /// The pool of a store as it is.
    pub(super) fn at(tree: &Tree, flush: Flush) -> Self {
        Self {
            folder: tree.pool(),
            scratch: tree.scratch(),
            flush,
            count: AtomicU64::new(0),
            lock: Mutex::new(()),
        }
    }

    /// A draft that goes on from `begin`.
    pub(super) fn draft(&self, hasher: Hasher, begin: u64) -> Stored<Draft> {
        let scratch = Scratch::create(self.scratch_path())?;
        Ok(Draft::new(hasher, begin, Place::File(scratch)))
    }

    /// A path at which nothing is, and which is on the same disk as all else.
    pub(super) fn scratch_path(&self) -> PathBuf {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        self.scratch.join(count.to_string())
    }

    /// Moves the file at `from`, which is on the disk already, to where content with this digest
    /// belongs, unless it is there; and links `to` to it. Whether it was moved.
    pub(super) fn adopt(&self, from: &Path, digest: &Digest, to: &Path) -> io::Result<bool> {
        let own = self.path(digest);
        let _lock = self.lock();
        let is_moved = !own.exists();
        if is_moved {
            fs::rename(from, &own)?;
        }
        if let Err(error) = link(&own, to) {
            if is_moved {
                // Without a link nothing would ever remove it.
                drop(fs::rename(&own, from));
            }
            return Err(error);
        }
        Ok(is_moved)
    }

    /// Links `to` to content with this digest. Whether it is there.
    pub(super) fn link(&self, digest: &Digest, to: &Path) -> io::Result<bool> {
        let _lock = self.lock();
        match link(&self.path(digest), to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            result => result.map(|()| true),
        }
    }

    /// Removes a link to content with this digest, and the content after its last link. Whether
    /// the link was there.
    pub(super) fn unlink(&self, digest: &Digest, at: &Path) -> io::Result<bool> {
        let own = self.path(digest);
        let _lock = self.lock();
        let is_removed = files::remove(at)?;
        if fs::metadata(&own).is_ok_and(|it| it.nlink() == 1) {
            files::remove(&own)?;
        }
        Ok(is_removed)
    }

    /// Removes all content to which nothing links. How much that was.
    pub(super) fn free_strays(&self) -> io::Result<Taken> {
        let mut freed = Taken::default();
        for path in files::grandchildren(&self.folder)? {
            let _lock = self.lock();
            // What is gone by now was removed with its last link.
            let Ok(found) = fs::metadata(&path) else {
                continue;
            };
            if found.nlink() == 1 && tree::digest_at(&path).is_some() {
                files::remove(&path)?;
                freed.add(found.len());
            }
        }
        Ok(freed)
    }

    /// Where content with this digest is, if it is there.
    pub(super) fn path(&self, digest: &Digest) -> PathBuf {
        tree::content(&self.folder, digest)
    }

    /// The folder in which content with this digest is.
    pub(super) fn folder(&self, digest: &Digest) -> PathBuf {
        self.folder.join(digest.algorithm().name())
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn link(own: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(own, to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

//! A store on disk: a content-addressed tree that outlives the process, and that is an OCI image
//! layout for other tools to read.
//!
//! Content is written and hashed as it comes, and gets its name when it is complete. What names,
//! tags and records say is also kept in memory, and so is short content that was asked for lately, so
//! that most requests wait for no disk. Nothing
//! of upload sessions is forced to the disk before they end: they outlive the process, and may be
//! lost with power.

mod cache;
mod files;
mod layout;
mod load;
mod pool;
mod prepared;
mod record;
mod repository;
mod serving;
mod tree;
mod uploads;
mod verify;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use super::Content;
use super::Part;
use super::Stored;
use crate::oci::Digest;
use crate::oci::RepositoryName;

pub use files::Flush;
pub use files::UnknownFlush;
pub use verify::Health;
pub use verify::verify;

use cache::Cache;
use layout::Writer;
use pool::Pool;
use repository::Repository;
use tree::Tree;

/// A store on disk.
#[derive(Debug)]
pub(crate) struct DiskStore {
    shared: Arc<Shared>,
    /// Keeps the index of the image layout in line; `None` where nothing is changed.
    layout: Option<Writer>,
}

/// Why a folder cannot be a store.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "another process serves the store in {}; two would write over each other: stop that one, or \
         choose another folder",
        .0.display()
    )]
    InUse(PathBuf),
    /// There is something else.
    #[error(
        "{} holds something that is no store of plimsoll's, and nothing was changed there: choose an \
         empty or a new folder",
        .0.display()
    )]
    Foreign(PathBuf),
    /// It cannot be written.
    #[error(
        "the store in {} cannot be written to, and whatever is pushed or deleted has to be: make it \
         writable, or have it only read",
        .0.display()
    )]
    Unwritable(PathBuf),
    /// It cannot be read.
    #[error(
        "the store in {} cannot be opened, so there is nothing to serve: {error}; give a folder that can be \
         read and written",
        path.display()
    )]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// What the store and the writer of its layout share.
#[derive(Debug)]
struct Shared {
    tree: Tree,
    pool: Pool,
    cache: Cache,
    repositories: RwLock<HashMap<RepositoryName, Arc<Repository>>>,
    /// Locked as long as it is open.
    _lock: File,
}

impl OpenError {
    fn of(root: &Path, error: io::Error) -> Self {
        let path = root.to_owned();
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::Unwritable(path)
            }
            _ => Self::Io { path, error },
        }
    }
}

impl DiskStore {
    /// The store in this folder, which is made if it is not there.
    pub(crate) fn open(root: &Path, flush: Flush) -> Result<Self, OpenError> {
        let failed = |error| OpenError::of(root, error);
        let tree = Tree::new(&std::path::absolute(root).map_err(failed)?);
        if !is_store_or_empty(&tree).map_err(failed)? {
            return Err(OpenError::Foreign(root.to_owned()));
        }
        flush.make(tree.root()).map_err(failed)?;
        let lock = lock(&tree)?;
        let pool = Pool::open(&tree, flush).map_err(failed)?;
        flush.make(&tree.repositories()).map_err(failed)?;
        layout::mark(&tree).map_err(failed)?;
        let shared = Arc::new(Shared::new(tree, pool, lock));
        let layout = Some(Writer::start(Arc::clone(&shared)).map_err(failed)?);
        Ok(Self { shared, layout })
    }

    /// The store in this folder, which may be on a disk that cannot be written to: nothing is made or changed
    /// there, not even what a crash has left.
    pub(crate) fn read(root: &Path) -> Result<Self, OpenError> {
        let failed = |error| OpenError::Io {
            path: root.to_owned(),
            error,
        };
        let tree = Tree::new(&std::path::absolute(root).map_err(failed)?);
        let lock = lock_to_read(&tree)?;
        let pool = Pool::at(&tree, Flush::default());
        let shared = Arc::new(Shared::new(tree, pool, lock));
        let layout = None;
        Ok(Self { shared, layout })
    }

    /// Notes that tags have changed.
    fn note(&self) {
        if let Some(layout) = &self.layout {
            layout.note();
        }
    }
}

/// Whether nothing is in the way of a store: no folder, an empty one, or a store.
fn is_store_or_empty(tree: &Tree) -> io::Result<bool> {
    let is_store = tree.lock().is_file();
    Ok(is_store || files::entries(tree.root())?.is_empty())
}

/// Locks the store for one that writes, who is alone with it.
fn lock(tree: &Tree) -> Result<File, OpenError> {
    let mut options = File::options();
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(tree.lock());
    let file = file.map_err(|error| OpenError::of(tree.root(), error))?;
    locked(tree, file.try_lock()).map(|()| file)
}

/// Locks the store for one that reads, beside others who do.
fn lock_to_read(tree: &Tree) -> Result<File, OpenError> {
    let path = tree.root().to_owned();
    let file = File::open(tree.lock()).map_err(|error| OpenError::Io { path, error })?;
    locked(tree, file.try_lock_shared()).map(|()| file)
}

fn locked(tree: &Tree, result: Result<(), TryLockError>) -> Result<(), OpenError> {
    result.map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::InUse(tree.root().to_owned()),
        TryLockError::Error(error) => OpenError::of(tree.root(), error),
    })
}

impl Shared {
    fn new(tree: Tree, pool: Pool, lock: File) -> Self {
        Self {
            tree,
            pool,
            cache: Cache::default(),
            repositories: RwLock::default(),
            _lock: lock,
        }
    }

    /// A repository that is known by heart already.
    fn known(&self, name: &RepositoryName) -> Option<Arc<Repository>> {
        let repositories = self.repositories.read();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        repositories.get(name).cloned()
    }

    /// A repository, if anything was ever sent to it.
    fn get(&self, name: &RepositoryName) -> Stored<Option<Arc<Repository>>> {
        if let Some(repository) = self.known(name) {
            return Ok(Some(repository));
        }
        if self.tree.repository(name).is_there() {
            return self.get_or_make(name).map(Some);
        }
        Ok(None)
    }

    fn get_or_make(&self, name: &RepositoryName) -> Stored<Arc<Repository>> {
        let repositories = self.repositories.write();
        let mut repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        if let Some(repository) = repositories.get(name) {
            return Ok(Arc::clone(repository));
        }
        let repository = Arc::new(Repository::open(self.tree.repository(name))?);
        repositories.insert(name.clone(), Arc::clone(&repository));
        Ok(repository)
    }

    /// Whether any repository holds it as a blob. The pool alone does not say so: it has manifests too.
    fn is_anybodys_blob(&self, digest: &Digest) -> io::Result<bool> {
        if !self.pool.path(digest).is_file() {
            return Ok(false);
        }
        let names = self.names()?;
        let mut branches = names.iter().map(|name| self.tree.repository(name));
        Ok(branches.any(|branch| branch.blob(digest).is_file()))
    }

    fn names(&self) -> io::Result<Vec<RepositoryName>> {
        let mut names = Vec::new();
        layout::walk(&self.tree.repositories(), "", &mut names)?;
        names.sort_unstable();
        Ok(names)
    }
}

/// The whole of a file.
fn content_at(path: &Path) -> io::Result<Content> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    Ok(Content::File(Part::whole(file, len)))
}

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
    /// Keeps the index of the image layout in line.
    layout: Writer,
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
    /// It cannot be read or written.
    #[error("the store in {} cannot be opened: {error}", path.display())]
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

impl DiskStore {
    /// The store in this folder, which is made if it is not there.
    pub(crate) fn open(root: &Path, flush: Flush) -> Result<Self, OpenError> {
        let failed = |error| OpenError::Io {
            path: root.to_owned(),
            error,
        };
        let tree = Tree::new(&std::path::absolute(root).map_err(failed)?);
        if !is_store_or_empty(&tree).map_err(failed)? {
            return Err(OpenError::Foreign(root.to_owned()));
        }
        flush.make(tree.root()).map_err(failed)?;
        let lock = lock(&tree)?;
        let pool = Pool::open(&tree, flush).map_err(failed)?;
        flush.make(&tree.repositories()).map_err(failed)?;
        layout::mark(&tree).map_err(failed)?;
        let shared = Arc::new(Shared {
            tree,
            pool,
            cache: Cache::default(),
            repositories: RwLock::default(),
            _lock: lock,
        });
        let layout = Writer::start(Arc::clone(&shared)).map_err(failed)?;
        Ok(Self { shared, layout })
    }
}

/// Whether nothing is in the way of a store: no folder, an empty one, or a store.
fn is_store_or_empty(tree: &Tree) -> io::Result<bool> {
    let is_store = tree.lock().is_file();
    Ok(is_store || files::entries(tree.root())?.is_empty())
}

fn lock(tree: &Tree) -> Result<File, OpenError> {
    let failed = |error| OpenError::Io {
        path: tree.root().to_owned(),
        error,
    };
    let mut options = File::options();
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(tree.lock()).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(tree.root().to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

impl Shared {
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

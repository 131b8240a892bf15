//! Walks a store and reads everything in it, to say what is damaged.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::OpenError;
use super::content_at;
use super::files;
use super::layout;
use super::load;
use super::record;
use super::tree;
use super::tree::Branch;
use super::tree::Tree;
use crate::oci::Digest;

/// How a store is.
#[derive(Debug, Default)]
pub struct Health {
    /// How many repositories it has.
    pub repositories: u64,
    /// How many blobs and manifests it has, each once.
    pub contents: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many manifests its repositories have.
    pub manifests: u64,
    /// How many tags they have.
    pub tags: u64,
    /// What is wrong: a path in the store, and what is the matter with it.
    pub faults: Vec<(PathBuf, String)>,
}

/// Looks at the store in this folder, to which no process may write. Changes nothing.
pub fn verify(root: &Path) -> Result<Health, OpenError> {
    let failed = |error| OpenError::Io {
        path: root.to_owned(),
        error,
    };
    let tree = Tree::new(root);
    if !tree.lock().is_file() {
        return Err(OpenError::Foreign(root.to_owned()));
    }
    let _lock = super::lock_to_read(&tree)?;
    let mut health = Health::default();
    health.pool(&tree).map_err(failed)?;
    let mut names = Vec::new();
    layout::walk(&tree.repositories(), "", &mut names).map_err(failed)?;
    for name in names {
        health.repositories += 1;
        health
            .repository(&tree, &tree.repository(&name))
            .map_err(failed)?;
    }
    Ok(health)
}

impl Health {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, tree: &Tree, path: &Path, what: impl Into<String>) {
        let path = path.strip_prefix(tree.root()).unwrap_or(path);
        self.faults.push((path.to_owned(), what.into()));
    }

    /// All content has the digest by which it is named.
    fn pool(&mut self, tree: &Tree) -> io::Result<()> {
        for path in files::grandchildren(&tree.pool())? {
            let Some(digest) = tree::digest_at(&path) else {
                self.fault(tree, &path, "this is not the name of a digest");
                continue;
            };
            let content = content_at(&path)?;
            let mut hasher = digest.algorithm().hasher();
            content.hash(&mut hasher)?;
            self.contents += 1;
            self.bytes += content.len();
            let actual = hasher.digest();
            if actual != digest {
                self.fault(tree, &path, format!("its content has the digest {actual}"));
            }
        }
        Ok(())
    }

    fn repository(&mut self, tree: &Tree, branch: &Branch) -> io::Result<()> {
        for path in files::grandchildren(&branch.blobs())? {
            self.link(tree, &path, None)?;
        }
        for path in files::grandchildren(&branch.records())? {
            self.record(tree, branch, &path)?;
        }
        for path in files::entries(&branch.tags())? {
            self.tags += 1;
            if load::tag(&path).is_none() || !path.is_file() {
                self.fault(tree, &path, "the tag leads nowhere");
            }
        }
        Ok(())
    }

    /// What a record tells of is there under each of its digests, at its length.
    fn record(&mut self, tree: &Tree, branch: &Branch, path: &Path) -> io::Result<()> {
        self.manifests += 1;
        let manifest = match record::read(path) {
            Ok(noted) => noted.manifest,
            Err(bad) => {
                self.fault(tree, path, bad.to_string());
                return Ok(());
            }
        };
        let own = &manifest.digests[0];
        for digest in manifest.digests.iter().collect::<BTreeSet<_>>() {
            let link = branch.manifest(digest);
            match fs::metadata(&link) {
                Ok(found) if found.len() == manifest.bytes => {
                    self.link(tree, &link, Some(own))?;
                }
                Ok(found) => {
                    let what = format!("it has {} bytes, not {}", found.len(), manifest.bytes);
                    self.fault(tree, &link, what);
                }
                Err(error) => self.fault(tree, &link, error.to_string()),
            }
        }
        Ok(())
    }

    /// A link is one to the content of the pool: by its own name, or by that of `digest`.
    fn link(&mut self, tree: &Tree, path: &Path, digest: Option<&Digest>) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt;

        let Some(digest) = digest.cloned().or_else(|| tree::digest_at(path)) else {
            self.fault(tree, path, "this is not the name of a digest");
            return Ok(());
        };
        let own = fs::metadata(path)?;
        let is_same = fs::metadata(tree::content(&tree.pool(), &digest))
            .is_ok_and(|it| it.ino() == own.ino());
        if !is_same {
            self.fault(tree, path, "it is no link to the content of the store");
        }
        Ok(())
    }
}

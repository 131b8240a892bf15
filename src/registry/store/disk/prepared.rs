//! What is written of a manifest before its repository is locked, so that only names are left to be
//! changed.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::super::StoredManifest;
use super::pool::Pool;
use super::record;
use super::repository::Repository;
use super::repository::make_parent;
use super::tree::Branch;
use crate::oci::Digest;
use crate::oci::Tag;

/// The record and the tags of a manifest, written, and only to be moved to their places.
pub(super) struct Prepared {
    pub(super) record: Vec<u8>,
    /// Where the record was written; `None` if it stands already.
    written: Option<PathBuf>,
    links: Vec<PathBuf>,
}

impl Prepared {
    pub(super) fn write(
        repository: &Repository,
        pool: &Pool,
        manifest: &StoredManifest<u64>,
        tags: &[Tag],
    ) -> io::Result<Self> {
        let pushed = &manifest.digests[0];
        let (merged, known) = repository.index().merged(manifest.clone());
        let record = record::write(&merged);
        let mut prepared = Self {
            written: None,
            links: Vec::new(),
            record,
        };
        if known.is_none_or(|known| record::write(&known) != prepared.record) {
            let path = pool.scratch_path();
            prepared.written = Some(path.clone());
            fs::write(&path, &prepared.record)?;
            pool.flush.path(&path)?;
            make_parent(pool, &repository.branch.record(&merged.digests[0]))?;
        }
        if !tags.is_empty() {
            pool.flush.make(&repository.branch.tags())?;
        }
        for _ in tags {
            let path = pool.scratch_path();
            prepared.links.push(path.clone());
            std::os::unix::fs::symlink(Branch::tag_target(pushed), &path)?;
        }
        Ok(prepared)
    }

    /// Moves everything to its place.
    pub(super) fn commit(mut self, branch: &Branch, own: &Digest, tags: &[Tag]) -> io::Result<()> {
        if let Some(path) = &self.written {
            fs::rename(path, branch.record(own))?;
            self.written = None;
        }
        for tag in tags.iter().rev() {
            let Some(path) = self.links.last() else {
                break;
            };
            fs::rename(path, branch.tag(tag))?;
            self.links.pop();
        }
        Ok(())
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // What stays is removed when the store is opened next.
        for path in self.written.iter().chain(&self.links) {
            drop(fs::remove_file(path));
        }
    }
}

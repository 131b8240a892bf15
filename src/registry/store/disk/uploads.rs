//! Uploads of a repository on disk: chunks become pieces, and pieces a blob.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::super::Draft;
use super::super::Stored;
use super::super::Unappended;
use super::super::sessions::Upload;
use super::content_at;
use super::pool::Pool;
use super::repository::Repository;
use super::repository::Written;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Hasher;

impl Repository {
    /// The digest in the making of what an upload has, which is read again if it must be.
    pub(super) fn hasher(upload: &mut Upload<PathBuf>, algorithm: Algorithm) -> io::Result<Hasher> {
        if upload.len == 0 {
            return Ok(algorithm.hasher());
        }
        if let Some(hasher) = &upload.hasher {
            return Ok(hasher.clone());
        }
        let mut hasher = algorithm.hasher();
        for piece in &upload.pieces {
            content_at(piece)?.hash(&mut hasher)?;
        }
        upload.hasher = Some(hasher.clone());
        Ok(hasher)
    }

    /// Appends a chunk to an upload that has `at` bytes, or any number.
    pub(super) fn append(
        &self,
        id: &str,
        at: Option<u64>,
        mut chunk: Draft,
    ) -> Stored<Result<u64, Unappended>> {
        let mut sessions = self.sessions();
        let upload = match sessions.at(id, at) {
            Ok(upload) => upload,
            Err(reason) => return Ok(Err(reason)),
        };
        upload.touch();
        if chunk.len() == 0 {
            return Ok(Ok(upload.len));
        }
        if chunk.begin() != upload.len {
            // Another chunk came first, and this one was to go wherever that left off.
            let hasher = Self::hasher(upload, chunk.algorithm())?;
            chunk.move_to(upload.len, hasher)?;
        }
        let place = self.branch.piece(id, upload.len);
        let len = chunk.len();
        let scratch = chunk.place.scratch()?;
        fs::rename(scratch.path(), &place)?;
        scratch.leave();
        upload.push(len, chunk.hasher, place);
        Ok(Ok(upload.len))
    }

    /// Makes a blob out of an upload and its last chunk.
    pub(super) fn finish(
        &self,
        pool: &Pool,
        upload: &Upload<PathBuf>,
        digest: &Digest,
        chunk: Draft,
    ) -> Stored<()> {
        let len = chunk.len();
        let last = chunk.place.scratch()?;
        let Some((first, others)) = upload.pieces.split_first() else {
            pool.flush.file(&last.file)?;
            let blob = Written {
                path: last.path(),
                digest,
                len,
            };
            if self.put_blob(pool, &blob)? {
                last.leave();
            }
            return Ok(());
        };
        let blob = Written {
            path: first,
            digest,
            len: upload.len + len,
        };
        let before = fs::metadata(first)?.len();
        let put = join(first, others, last.path())
            .and_then(|()| pool.flush.path(first))
            .and_then(|()| self.put_blob(pool, &blob));
        if let Err(error) = put {
            shorten(first, before);
            return Err(error.into());
        }
        Ok(())
    }
}

/// Whether the files of an upload are there and as long as they were together.
pub(super) fn is_whole(upload: &Upload<PathBuf>) -> bool {
    let lens = upload.pieces.iter().map(fs::metadata);
    let total = lens
        .map(|found| found.map(|it| it.len()))
        .sum::<io::Result<u64>>();
    total.is_ok_and(|total| total == upload.len)
}

/// Adds the bytes of `others` and of `last` to the end of the first file.
fn join(first: &Path, others: &[PathBuf], last: &Path) -> io::Result<()> {
    let mut whole = File::options().append(true).open(first)?;
    for path in others.iter().map(PathBuf::as_path).chain([last]) {
        io::copy(&mut File::open(path)?, &mut whole)?;
    }
    Ok(())
}

/// Takes away what was added to a file, if it is still there.
fn shorten(path: &Path, len: u64) {
    let file = File::options().write(true).open(path);
    // What cannot be shortened is found to be too long.
    drop(file.and_then(|file| file.set_len(len)));
}

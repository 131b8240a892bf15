//! Content on its way into a store: kept as it comes, and hashed as it comes, so that nobody has to
//! read it again to say what its digest is.

use std::fs::File;
use std::io;
use std::io::Write;
use std::path::PathBuf;

use bytes::Bytes;

use super::super::pieces::Pieces;
use super::Content;
use super::Part;
use super::StoreError;
use super::Stored;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Hasher;

/// Content on its way. Dropped before a store has taken it, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The digest of all that it follows, and of itself.
    pub(super) hasher: Hasher,
    /// Where it begins: how many bytes the upload had that it follows.
    pub(super) begin: u64,
    len: u64,
    pub(super) place: Place,
}

/// Where a draft is kept.
#[derive(Debug)]
pub(super) enum Place {
    Memory(Pieces),
    File(Scratch),
}

impl Place {
    /// The file, for a store that keeps files.
    pub(super) fn scratch(self) -> Stored<Scratch> {
        match self {
            Self::File(scratch) => Ok(scratch),
            Self::Memory(_) => Err(StoreError::Failed(io::Error::other(
                "the content was begun in another store",
            ))),
        }
    }
}

impl Draft {
    /// A draft that goes on from `begin`, with the hasher of what is before it.
    pub(super) fn new(hasher: Hasher, begin: u64, place: Place) -> Self {
        Self {
            hasher,
            begin,
            len: 0,
            place,
        }
    }

    /// Takes the next piece.
    pub(crate) fn write(&mut self, piece: Bytes) -> Stored<()> {
        self.hasher.update(&piece);
        self.len += piece.len() as u64;
        match &mut self.place {
            Place::Memory(pieces) => pieces.push(piece),
            Place::File(scratch) => scratch.file.write_all(&piece)?,
        }
        Ok(())
    }

    /// Where it begins in the upload that it follows.
    pub(crate) fn begin(&self) -> u64 {
        self.begin
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The algorithm by which it is hashed.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.hasher.algorithm()
    }

    /// A digest of all that it follows and of itself, by the algorithm with which it was begun.
    pub(crate) fn digest(&self) -> Digest {
        self.hasher.clone().digest()
    }

    /// Makes it one that follows what `hasher` has taken in, which is `begin` bytes long.
    pub(super) fn move_to(&mut self, begin: u64, hasher: Hasher) -> Stored<()> {
        self.begin = begin;
        self.hasher = hasher;
        let content = self.content()?;
        Ok(content.hash(&mut self.hasher)?)
    }

    /// What it holds, without what it follows.
    pub(crate) fn content(&mut self) -> Stored<Content> {
        Ok(match &mut self.place {
            Place::Memory(pieces) => Content::Held(pieces.joined()),
            Place::File(scratch) => Content::File(Part::whole(scratch.open()?, self.len)),
        })
    }
}

/// A file that is removed unless somebody takes it.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) file: File,
    path: Option<PathBuf>,
}

impl Scratch {
    /// A new file at `path`.
    pub(super) fn create(path: PathBuf) -> Stored<Self> {
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self {
            file,
            path: Some(path),
        })
    }

    fn open(&self) -> Stored<File> {
        Ok(File::open(self.path())?)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &PathBuf {
        let path = self.path.as_ref();
        path.expect("a scratch file is where it is until it is dropped")
    }

    /// Leaves it to somebody who has moved it.
    pub(super) fn leave(mut self) {
        self.path = None;
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What stays is removed when the store is opened next.
            drop(std::fs::remove_file(path));
        }
    }
}

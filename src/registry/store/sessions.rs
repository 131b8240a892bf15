//! The upload sessions of one repository: how far each has come, of which pieces it is made, and
//! the digest of what it has so far.

use std::collections::HashMap;
use std::time::Duration;
use std::time::Instant;

use super::Session;
use super::Unappended;
use crate::oci::Hasher;

/// Sessions by their ids, where `P` is what the store keeps of a piece.
#[derive(Debug)]
pub(super) struct Sessions<P>(HashMap<String, Upload<P>>);

/// An upload.
#[derive(Debug)]
pub(super) struct Upload<P> {
    pub(super) len: u64,
    pub(super) pieces: Vec<P>,
    /// The digest of all pieces. `None` where nobody has computed it since the store was opened.
    pub(super) hasher: Option<Hasher>,
    last_chunk: Option<u64>,
    /// When it was opened, or took its last chunk.
    touched: Instant,
}

impl<P> Default for Sessions<P> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<P> Upload<P> {
    /// An upload that has these pieces, with their lengths.
    pub(super) fn of(pieces: Vec<(u64, P)>) -> Self {
        Self {
            len: pieces.iter().map(|(len, _)| len).sum(),
            last_chunk: pieces.last().map(|(len, _)| *len),
            pieces: pieces.into_iter().map(|(_, piece)| piece).collect(),
            hasher: None,
            touched: Instant::now(),
        }
    }

    /// Adds a piece, which brings the digest of the whole with it.
    pub(super) fn push(&mut self, len: u64, hasher: Hasher, piece: P) {
        self.hasher = Some(hasher);
        self.len += len;
        self.last_chunk = Some(len);
        self.pieces.push(piece);
    }

    pub(super) fn touch(&mut self) {
        self.touched = Instant::now();
    }
}

impl<P> Sessions<P> {
    /// Adds an upload under an id that no other has.
    pub(super) fn open(&mut self, id: &str, upload: Upload<P>) {
        self.0.insert(id.to_owned(), upload);
    }

    /// An upload.
    pub(super) fn get_mut(&mut self, id: &str) -> Result<&mut Upload<P>, Unappended> {
        self.0.get_mut(id).ok_or(Unappended::Unknown)
    }

    /// An upload that has `at` bytes, or any number where that is `None`.
    pub(super) fn at(&mut self, id: &str, at: Option<u64>) -> Result<&mut Upload<P>, Unappended> {
        let upload = self.get_mut(id)?;
        match at {
            Some(at) if at != upload.len => Err(Unappended::Elsewhere(upload.len)),
            _ => Ok(upload),
        }
    }

    /// How far an upload has come.
    pub(super) fn state(&self, id: &str) -> Option<Session> {
        let upload = self.0.get(id)?;
        Some(Session {
            len: upload.len,
            last_chunk: upload.last_chunk,
        })
    }

    /// Takes an upload out that has `at` bytes.
    pub(super) fn take(&mut self, id: &str, at: u64) -> Result<Upload<P>, Unappended> {
        self.at(id, Some(at))?;
        self.0.remove(id).ok_or(Unappended::Unknown)
    }

    /// Ends an upload. Whether it was there.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }

    /// Ends those to which nothing has come for `patience`, and names them.
    pub(super) fn expire(&mut self, patience: Duration) -> Vec<String> {
        let now = Instant::now();
        let is_over =
            |upload: &Upload<P>| now.saturating_duration_since(upload.touched) >= patience;
        let over = self.0.iter().filter(|(_, upload)| is_over(upload));
        let over: Vec<String> = over.map(|(id, _)| id.clone()).collect();
        for id in &over {
            self.0.remove(id);
        }
        over
    }
}

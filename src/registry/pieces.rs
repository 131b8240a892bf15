//! Content that comes in pieces, and is put together in memory.

use bytes::Bytes;
use bytes::BytesMut;

/// How much room is made once a second piece has come, in bytes.
const ROOM: usize = 1 << 20;

/// Pieces that become one. A single piece is not copied.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    first: Bytes,
    all: BytesMut,
}

impl Pieces {
    /// How many bytes have come.
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            self.all.reserve(ROOM.max(self.first.len()));
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&piece);
    }

    /// All of it, which stays here.
    pub(crate) fn joined(&mut self) -> Bytes {
        if !self.all.is_empty() {
            self.first = std::mem::take(&mut self.all).freeze();
        }
        self.first.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_one_and_stay() {
        let mut pieces = Pieces::default();
        for piece in ["a", "", "bc"] {
            pieces.push(Bytes::from(piece));
        }
        assert_eq!((pieces.len(), pieces.joined()), (3, Bytes::from("abc")));
        pieces.push(Bytes::from("d"));
        assert_eq!(pieces.joined(), "abcd");
    }
}

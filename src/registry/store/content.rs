//! Content that is held: in memory, or as a part of a file that is read as it goes out.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;

use crate::oci::Hasher;

/// How much of a file is read at once, in bytes.
pub(crate) const BLOCK: usize = 256 << 10;

/// Content of any length.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// All of it in memory.
    Held(Bytes),
    /// In a file.
    File(Part),
}

/// A part of a file that nobody writes to any more.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    file: Arc<File>,
    /// Where it begins in the file.
    offset: u64,
    len: u64,
}

impl Content {
    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::File(part) => part.len,
        }
    }

    /// `len` of its bytes from `offset` on, or as many of them as there are.
    pub(crate) fn slice(&self, offset: u64, len: u64) -> Self {
        let begin = offset.min(self.len());
        let len = len.min(self.len() - begin);
        match self {
            Self::Held(bytes) => Self::Held(bytes.slice(index(begin)..index(begin + len))),
            Self::File(part) => Self::File(Part {
                file: Arc::clone(&part.file),
                offset: part.offset + begin,
                len,
            }),
        }
    }

    /// All of it.
    pub(crate) fn read(&self) -> io::Result<Bytes> {
        match self {
            Self::Held(bytes) => Ok(bytes.clone()),
            Self::File(part) => part.read(),
        }
    }

    /// Takes all of it into a digest.
    pub(crate) fn hash(&self, hasher: &mut Hasher) -> io::Result<()> {
        match self {
            Self::Held(bytes) => hasher.update(bytes),
            Self::File(part) => {
                let mut rest = part.clone();
                while let Some(block) = rest.take_block()? {
                    hasher.update(&block);
                }
            }
        }
        Ok(())
    }
}

impl Part {
    /// A whole file, which is `len` bytes long.
    pub(crate) fn whole(file: File, len: u64) -> Self {
        Self {
            file: Arc::new(file),
            offset: 0,
            len,
        }
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Reads its first bytes, and leaves the rest. `None` once there are none left.
    pub(crate) fn take_block(&mut self) -> io::Result<Option<Bytes>> {
        if self.len == 0 {
            return Ok(None);
        }
        let mut block = vec![0; index(self.len.min(BLOCK as u64))];
        self.file.read_exact_at(&mut block, self.offset)?;
        self.offset += block.len() as u64;
        self.len -= block.len() as u64;
        Ok(Some(block.into()))
    }

    fn read(&self) -> io::Result<Bytes> {
        let mut bytes = vec![0; index(self.len)];
        self.file.read_exact_at(&mut bytes, self.offset)?;
        Ok(bytes.into())
    }
}

fn index(at: u64) -> usize {
    usize::try_from(at).expect("what is read into memory fits there")
}

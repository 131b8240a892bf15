//! Bytes as they come in, with a bound on how many are held.

use std::io::ErrorKind;

use bytes::Bytes;
use bytes::BytesMut;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;

use super::super::Failure;

/// How much is read from the system at once.
const READ: usize = 16 << 10;

/// What was read and not yet used.
pub(crate) struct Input<R> {
    stream: R,
    buffer: BytesMut,
    began: bool,
}

impl<R: AsyncRead + Unpin> Input<R> {
    /// Nothing read yet.
    pub(crate) fn new(stream: R) -> Self {
        Self {
            stream,
            buffer: BytesMut::new(),
            began: false,
        }
    }

    /// Whether any byte came.
    pub(crate) fn began(&self) -> bool {
        self.began
    }

    /// What was read and not yet used.
    pub(crate) fn held(&self) -> &[u8] {
        &self.buffer
    }

    /// Takes the first `count` bytes of what is held.
    pub(crate) fn take(&mut self, count: usize) -> Bytes {
        self.buffer.split_to(count.min(self.buffer.len())).freeze()
    }

    /// Waits for more; `false` at the end of the stream.
    pub(crate) async fn more(&mut self) -> Result<bool, Failure> {
        self.buffer.reserve(READ);
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(count) => {
                self.began |= count > 0;
                Ok(count > 0)
            }
            // TLS without its closing words; where the end matters, the length tells.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(Failure::ConnectionLost {
                reason: error.to_string(),
            }),
        }
    }

    /// Waits for more, where the stream may not end yet.
    pub(crate) async fn need(&mut self, place: &str) -> Result<(), Failure> {
        if self.more().await? {
            return Ok(());
        }
        Err(Failure::ConnectionLost {
            reason: format!("it was closed {place}"),
        })
    }

    /// The next line without its end; longer than `limit` bytes is malformed.
    pub(crate) async fn line(&mut self, limit: usize, place: &str) -> Result<Bytes, Failure> {
        let mut searched = 0;
        loop {
            let found = self.buffer[searched..]
                .iter()
                .position(|byte| *byte == b'\n');
            let length = found.map_or(self.buffer.len(), |at| searched + at);
            if length > limit {
                let reason = format!("a line {place} is longer than {limit} bytes");
                return Err(Failure::Malformed { reason });
            }
            if found.is_some() {
                let line = self.take(length + 1);
                let end = if line[..length].ends_with(b"\r") {
                    length - 1
                } else {
                    length
                };
                return Ok(line.slice(..end));
            }
            searched = length;
            self.need(place).await?;
        }
    }
}

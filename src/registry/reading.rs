//! A body that is read from a file as it goes out, one block while the one before it is written.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use axum::body::HttpBody;
use bytes::Bytes;
use hyper::body::Frame;
use hyper::body::SizeHint;
use tokio::task::JoinHandle;
use tokio::task::spawn_blocking;

use super::store::Part;

/// A part of a file on its way out.
pub(crate) struct Reading {
    /// How many bytes have not gone out.
    left: u64,
    /// The next block, and the rest behind it.
    next: JoinHandle<io::Result<(Option<Bytes>, Part)>>,
}

impl Reading {
    /// Begins to read.
    pub(crate) fn new(part: Part) -> Self {
        Self {
            left: part.len(),
            next: read(part),
        }
    }
}

fn read(mut part: Part) -> JoinHandle<io::Result<(Option<Bytes>, Part)>> {
    spawn_blocking(|| {
        let block = part.take_block()?;
        Ok((block, part))
    })
}

impl HttpBody for Reading {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let read_block = ready!(Pin::new(&mut self.next).poll(context));
        let (block, rest) = match read_block.map_err(io::Error::other).flatten() {
            Ok(block) => block,
            // The connection ends here, so that nobody takes what came for the whole.
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        let block = block.unwrap_or_default();
        self.left -= block.len() as u64;
        if self.left > 0 {
            self.next = read(rest);
        }
        Poll::Ready(Some(Ok(Frame::data(block))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

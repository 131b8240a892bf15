//! What no HTTP library lets a server do: to send more after an answer that has no body. Only a
//! registry that is told to be wrong in this way comes through here.

use std::io;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use super::settings::Excess;

/// What is sent where nothing may be.
const EXCESS: &[u8] = b"{\"errors\":[]}";

/// A connection on which some answers are followed by a body: one to HEAD, if HEAD is the first
/// request, or any 304.
pub(crate) struct Talkative<S> {
    stream: S,
    after: Excess,
    /// Whether the first request is HEAD, once anything of it was read.
    is_head: Option<bool>,
    has_answered: bool,
    /// How much of the excess was sent.
    sent: usize,
}

impl<S> Talkative<S> {
    /// Such a connection over `stream`.
    pub(crate) fn new(stream: S, after: Excess) -> Self {
        Self {
            stream,
            after,
            is_head: None,
            has_answered: false,
            sent: 0,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Talkative<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = &buffer.filled()[before..];
        if self.is_head.is_none() && !read.is_empty() {
            self.is_head = Some(self.after == Excess::Head && read.starts_with(b"HEAD "));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Talkative<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.has_answered = true;
        if self.after == Excess::NotModified && bytes.starts_with(b"HTTP/1.1 304") {
            // In one piece, so that whoever reads the headers meets with the rest.
            let more = [bytes, EXCESS].concat();
            let polled = Pin::new(&mut self.stream).poll_write(context, &more);
            return polled.map_ok(|written| written.min(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.has_answered && self.is_head == Some(true) && self.sent < EXCESS.len() {
            let rest = &EXCESS[self.sent..];
            match Pin::new(&mut self.stream).poll_write(context, rest) {
                Poll::Ready(Ok(written @ 1..)) => self.sent += written,
                Poll::Ready(Ok(0)) => break,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

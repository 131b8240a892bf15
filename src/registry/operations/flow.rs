//! Bodies that are counted on their way in and out.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use axum::body::Body;
use axum::body::HttpBody;
use bytes::Bytes;
use hyper::body::Frame;
use hyper::body::SizeHint;

use super::exchange::Exchange;
use crate::registry::store::BLOCK;

/// What has come of a body.
#[derive(Debug, Default)]
pub(super) struct Tally {
    bytes: AtomicU64,
    is_cut: AtomicBool,
}

impl Tally {
    /// How many bytes have come.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Whether it broke off.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Relaxed)
    }
}

/// Has the body of a request counted as it comes; `None` if it has none.
pub(super) fn tallied(body: &mut Body) -> Option<Arc<Tally>> {
    if body.is_end_stream() {
        return None;
    }
    let tally = Arc::<Tally>::default();
    *body = Body::new(Inward {
        body: std::mem::take(body),
        tally: Arc::clone(&tally),
    });
    Some(tally)
}

/// The body of an answer, counted as it goes.
pub(super) fn outward(body: Body, exchange: Exchange) -> Body {
    Body::new(Outward {
        body,
        rest: Bytes::new(),
        exchange,
    })
}

struct Inward {
    body: Body,
    tally: Arc<Tally>,
}

struct Outward {
    body: Body,
    /// What came out of the body and was not handed over.
    rest: Bytes,
    exchange: Exchange,
}

impl HttpBody for Inward {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &polled {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
                self.tally.bytes.fetch_add(bytes, Ordering::Relaxed);
            }
            Some(Err(_)) => self.tally.is_cut.store(true, Ordering::Relaxed),
            None => {}
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl HttpBody for Outward {
    type Data = Bytes;
    type Error = axum::Error;

    /// Hands over a block at a time: of content in one piece, nobody could tell how much has gone.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => {
                    self.exchange.fail(&error);
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.exchange.complete();
                    return Poll::Ready(None);
                }
            }
        }
        let len = self.rest.len().min(BLOCK);
        let block = self.rest.split_to(len);
        self.exchange.hand_over(len);
        if self.size_hint().exact() == Some(0) {
            self.exchange.complete();
        }
        Poll::Ready(Some(Ok(Frame::data(block))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let body = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

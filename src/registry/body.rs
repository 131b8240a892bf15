//! Reading the body of a request within bounds.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::Body;
use axum::body::HttpBody;
use bytes::Bytes;
use bytes::BytesMut;
use http::header;

use super::error::Case;
use crate::http::HeaderMap;

/// How much of a body that is too long is read and thrown away, in bytes. A client that only reads
/// once it has written gets to see the refusal this way.
const THROWN_AWAY: u64 = 256 << 20;

/// How much room is made for a body before any of it has come, in bytes.
const ROOM: usize = 1 << 20;

/// Reads `body` to its end, and says what is wrong with it: too large if it has more than `limit`
/// bytes, cut if it has fewer than its headers announce. One that is announced as too large is not
/// read where the client waits to be asked for it, or unless `reads_excess`.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    reads_excess: bool,
) -> (Bytes, Option<Case>) {
    let announced = announced_length(headers);
    let is_too_long = announced.is_some_and(|length| length > limit as u64);
    if is_too_long && (headers.contains_key(header::EXPECT) || !reads_excess) {
        return (Bytes::new(), Some(Case::TooLarge));
    }
    let mut read = Collected::default();
    let flaw = fill(&mut read, Frames(body), limit).await.err();
    let is_whole = announced.is_none_or(|length| length == read.len() as u64);
    let flaw = flaw.or((!is_whole).then_some(Case::BodyCut));
    (read.into_bytes(), flaw)
}

/// Reads frames as long as they fit, and throws away what does not.
async fn fill(read: &mut Collected, mut frames: Frames, limit: usize) -> Result<(), Case> {
    while let Some(data) = frames.next().await? {
        if read.len().saturating_add(data.len()) > limit {
            frames.throw_away().await?;
            return Err(Case::TooLarge);
        }
        read.push(data);
    }
    Ok(())
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(header::CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

/// The frames of a body that hold data.
struct Frames(Body);

impl Frames {
    async fn next(&mut self) -> Result<Option<Bytes>, Case> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.0).poll_frame(context)).await;
            match frame {
                None => return Ok(None),
                Some(Err(_)) => return Err(Case::BodyCut),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    async fn throw_away(&mut self) -> Result<(), Case> {
        let mut left = THROWN_AWAY;
        while let Some(data) = self.next().await? {
            match left.checked_sub(data.len() as u64) {
                Some(less) => left = less,
                None => break,
            }
        }
        Ok(())
    }
}

/// Pieces that become one. A single piece is not copied.
#[derive(Default)]
struct Collected {
    first: Bytes,
    all: BytesMut,
}

impl Collected {
    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
    }

    fn push(&mut self, data: Bytes) {
        if self.len() == 0 {
            self.first = data;
            return;
        }
        if self.all.is_empty() {
            self.all.reserve(ROOM.max(self.first.len()));
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

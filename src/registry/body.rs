//! Reading the body of a request within bounds: into memory, or to the store as it comes.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::Body;
use axum::body::HttpBody;
use bytes::Bytes;
use http::header;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::error::Case;
use super::error::Flaw;
use super::pieces::Pieces;
use super::store::Draft;
use super::store::Stored;
use crate::http::HeaderMap;

/// How much of a body that is too long is read and thrown away, in bytes. A client that only reads
/// once it has written gets to see the refusal this way.
const THROWN_AWAY: u64 = 256 << 20;

/// How many pieces of a body may wait for the store.
const WAITING: usize = 4;

/// What is taken of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// How long it may be, in bytes.
    pub(crate) limit: usize,
    /// Whether the rest of one that is too long is read before it is refused.
    pub(crate) reads_excess: bool,
}

/// Reads `body` to its end, and says what is wrong with it: too large if it has more than the
/// limit, cut if it has fewer bytes than its headers announce. One that is announced as too large
/// is not read where the client waits to be asked for it.
pub(crate) async fn read(headers: &HeaderMap, body: Body, bounds: Bounds) -> (Bytes, Option<Case>) {
    if bounds.refuse_unread(headers) {
        return (Bytes::new(), Some(Case::TooLarge));
    }
    let mut read = Pieces::default();
    let mut frames = Frames(body);
    let mut flaw = None;
    while flaw.is_none() {
        match frames.next_within(read.len(), bounds.limit).await {
            Ok(Some(data)) => read.push(data),
            Ok(None) => break,
            Err(case) => flaw = Some(case),
        }
    }
    let is_whole = is_whole(headers, read.len() as u64);
    (read.joined(), flaw.or(is_whole.err()))
}

/// Reads `body` to its end into a draft, which takes and hashes one piece while the next is on its
/// way. Fails as [`read`] does, or as the store does.
pub(crate) async fn stage(
    headers: &HeaderMap,
    body: Body,
    bounds: Bounds,
    draft: Draft,
) -> Result<Draft, Flaw> {
    if bounds.refuse_unread(headers) {
        return Err(Case::TooLarge.into());
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    let writing = spawn_blocking(|| write(draft, receiver));
    let sent = send(Frames(body), bounds.limit, sender).await;
    let written = writing.await.map_err(|_| Case::StoreFailed)?;
    sent?;
    let draft = written?;
    is_whole(headers, draft.len())?;
    Ok(draft)
}

/// Reads `body` and throws it away, unless the client waits to be asked for it.
pub(crate) async fn throw_away(headers: &HeaderMap, body: Body) {
    if !headers.contains_key(header::EXPECT) {
        // Whether it came whole does not matter to anybody.
        let _ = Frames(body).throw_away().await;
    }
}

/// Whether a body is announced that has no more bytes than this.
pub(crate) fn is_short(headers: &HeaderMap, most: u64) -> bool {
    announced_length(headers).is_some_and(|length| length <= most)
}

async fn send(mut frames: Frames, limit: usize, sender: mpsc::Sender<Bytes>) -> Result<(), Case> {
    let mut len = 0;
    while let Some(data) = frames.next_within(len, limit).await? {
        len += data.len();
        if sender.send(data).await.is_err() {
            // The store has failed, and says so itself.
            return frames.throw_away().await;
        }
    }
    Ok(())
}

fn write(mut draft: Draft, mut pieces: mpsc::Receiver<Bytes>) -> Stored<Draft> {
    while let Some(piece) = pieces.blocking_recv() {
        draft.write(piece)?;
    }
    Ok(draft)
}

impl Bounds {
    /// Whether a body is announced that is too long, and is not to be read.
    fn refuse_unread(self, headers: &HeaderMap) -> bool {
        let announced = announced_length(headers);
        let is_too_long = announced.is_some_and(|length| length > self.limit as u64);
        is_too_long && (headers.contains_key(header::EXPECT) || !self.reads_excess)
    }
}

fn is_whole(headers: &HeaderMap, len: u64) -> Result<(), Case> {
    match announced_length(headers) {
        Some(announced) if announced != len => Err(Case::BodyCut),
        _ => Ok(()),
    }
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(header::CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

/// The frames of a body that hold data.
struct Frames(Body);

impl Frames {
    /// The next frame of a body of which `len` bytes have come, if it does not exceed the limit.
    async fn next_within(&mut self, len: usize, limit: usize) -> Result<Option<Bytes>, Case> {
        let data = self.next().await?;
        if data
            .as_ref()
            .is_some_and(|data| len.saturating_add(data.len()) > limit)
        {
            self.throw_away().await?;
            return Err(Case::TooLarge);
        }
        Ok(data)
    }

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

//! Short content that was read or written lately, held in memory. Content never changes under its
//! digest, so nothing here can be out of date; whether it may be had from a repository is for that
//! to say.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockWriteGuard;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use crate::oci::Digest;

/// The longest content that is held, in bytes.
const LONGEST: usize = 64 << 10;

/// How much is held together, in bytes.
const ROOM: usize = 16 << 20;

/// What holding any content costs besides its bytes, in bytes; about.
const OVERHEAD: usize = 512;

/// Short content, as much of it as there is room for. What was not asked for since it came, or since
/// it was spared last, goes first.
#[derive(Debug)]
pub(super) struct Cache {
    room: usize,
    held: RwLock<Held>,
}

#[derive(Debug, Default)]
struct Held {
    contents: HashMap<Digest, Entry>,
    /// The digests, in the order in which they may have to go.
    queue: VecDeque<Digest>,
    /// What all of it costs, in bytes.
    cost: usize,
}

#[derive(Debug)]
struct Entry {
    bytes: Bytes,
    is_used: AtomicBool,
}

impl Default for Cache {
    fn default() -> Self {
        Self::of(ROOM)
    }
}

impl Cache {
    /// One that holds as much as costs `room` bytes.
    fn of(room: usize) -> Self {
        Self {
            room,
            held: RwLock::default(),
        }
    }

    /// Whether content of this length is held.
    pub(super) fn takes(len: u64) -> bool {
        len <= LONGEST as u64
    }

    /// The content with this digest, if it is held.
    pub(super) fn get(&self, digest: &Digest) -> Option<Bytes> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let entry = held.contents.get(digest)?;
        entry.is_used.store(true, Ordering::Relaxed);
        Some(entry.bytes.clone())
    }

    /// Whether content with this digest is held.
    pub(super) fn has(&self, digest: &Digest) -> bool {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.contents.contains_key(digest)
    }

    /// Holds content, unless it is too long.
    pub(super) fn put(&self, digest: &Digest, bytes: &Bytes) {
        if !Self::takes(bytes.len() as u64) || self.has(digest) {
            return;
        }
        let mut held = self.write();
        let entry = Entry {
            // A part of something longer would hold all of that.
            bytes: Bytes::copy_from_slice(bytes),
            is_used: AtomicBool::new(false),
        };
        // Before it is there, so that it is not what has to go.
        held.make_room(self.room.saturating_sub(cost(bytes)));
        if held.contents.insert(digest.clone(), entry).is_none() {
            held.cost += cost(bytes);
            held.queue.push_back(digest.clone());
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Lets go of content until the rest costs no more than `room`.
    fn make_room(&mut self, room: usize) {
        while self.cost > room
            && let Some(first) = self.queue.pop_front()
        {
            let is_spared = self
                .contents
                .get(&first)
                .is_some_and(|it| it.is_used.swap(false, Ordering::Relaxed));
            if is_spared {
                self.queue.push_back(first);
            } else if let Some(entry) = self.contents.remove(&first) {
                self.cost -= cost(&entry.bytes);
            }
        }
    }
}

fn cost(bytes: &Bytes) -> usize {
    bytes.len() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

    fn put(cache: &Cache, text: &'static str) -> Digest {
        let digest = Algorithm::Sha256.digest(text.as_bytes());
        cache.put(&digest, &Bytes::from(text));
        digest
    }

    #[test]
    fn what_was_put_is_there_once() {
        let cache = Cache::default();
        let digest = put(&cache, "one");
        put(&cache, "one");
        assert_eq!(cache.get(&digest).as_deref(), Some(&b"one"[..]));
        assert_eq!(cache.write().cost, 3 + OVERHEAD);
        assert_eq!(cache.get(&Algorithm::Sha256.digest(b"two")), None);
    }

    #[test]
    fn what_nobody_asks_for_goes_first() {
        let cache = Cache::of(3 * (1 + OVERHEAD));
        let first = ["a", "b", "c"].map(|text| put(&cache, text));
        cache.get(&first[0]);
        let fourth = put(&cache, "d");
        assert_eq!(
            first.each_ref().map(|it| cache.has(it)),
            [true, false, true]
        );
        assert!(cache.has(&fourth));
        // It was spared once, and nobody has asked for it since.
        let last = ["e", "f", "g"].map(|text| put(&cache, text));
        assert!(!cache.has(&first[0]) && last.iter().all(|it| cache.has(it)));
    }

    #[test]
    fn there_is_never_more_than_there_is_room_for() {
        let cache = Cache::of(10_000);
        for number in 0..1_000_u32 {
            let bytes = Bytes::from(number.to_string());
            let digest = Algorithm::Sha256.digest(&bytes);
            cache.put(&digest, &bytes);
            assert!(cache.get(&digest).is_some());
        }
        let held = cache.write();
        let sum: usize = held.contents.values().map(|it| cost(&it.bytes)).sum();
        assert!(held.cost <= 10_000 && held.cost == sum);
        assert_eq!(held.queue.len(), held.contents.len());
    }

    #[test]
    fn long_content_is_not_held() {
        let cache = Cache::default();
        let bytes = Bytes::from(vec![0; LONGEST + 1]);
        let digest = Algorithm::Sha256.digest(&bytes);
        cache.put(&digest, &bytes);
        assert!(!cache.has(&digest));
    }
}

//! A client that does anything to a few tags and blobs, and notes what it was answered and when.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Instant;

use plimsoll::linearizable::Action;
use plimsoll::linearizable::Condition;
use plimsoll::linearizable::Operation;
use plimsoll::oci::Algorithm;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;
use rand_chacha::rand_core::SeedableRng as _;

use super::Key;
use crate::wire::Reply;
use crate::wire::Wire;

/// How many tags there are, and how many blobs.
const FEW: usize = 3;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What all clients know: the clock, and which manifests there can be.
pub(super) struct Board {
    start: Instant,
    pushed: Mutex<Pushed>,
}

/// The manifests that were pushed, or are about to be: the value of a tag is the place of its manifest.
#[derive(Default)]
struct Pushed {
    digests: Vec<String>,
    places: HashMap<String, usize>,
    /// For each tag those that were pushed under it.
    tagged: [Vec<usize>; FEW],
}

impl Default for Board {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            pushed: Mutex::default(),
        }
    }
}

impl Board {
    fn pushed(&self) -> MutexGuard<'_, Pushed> {
        self.pushed.lock().expect("no client panics with it")
    }

    fn now(&self) -> u64 {
        let elapsed = self.start.elapsed().as_nanos();
        u64::try_from(elapsed).expect("a test takes no centuries")
    }

    /// A manifest as none was before, which will be pushed under this tag: its place, digest and bytes.
    fn manifest(&self, tag: usize) -> (usize, String, String) {
        let mut pushed = self.pushed();
        let place = pushed.digests.len();
        let bytes = format!(
            r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[],"annotations":{{"mark":"{place}"}}}}"#
        );
        let digest = Algorithm::Sha256.digest(bytes.as_bytes()).to_string();
        pushed.digests.push(digest.clone());
        pushed.places.insert(digest.clone(), place);
        pushed.tagged[tag].push(place);
        (place, digest, bytes)
    }

    /// One of the manifests that were pushed under a tag last: its place and digest.
    fn recent(&self, tag: usize, back: usize) -> Option<(usize, String)> {
        let pushed = self.pushed();
        let place = *pushed.tagged[tag].iter().rev().nth(back)?;
        Some((place, pushed.digests[place].clone()))
    }

    fn place(&self, digest: &str) -> usize {
        let place = self.pushed().places.get(digest).copied();
        place.unwrap_or_else(|| panic!("nobody pushed {digest}"))
    }
}

/// A client.
pub(super) struct Client<'a> {
    board: &'a Board,
    wire: Wire,
    random: ChaCha8Rng,
    begin: u64,
    pub(super) done: Vec<(Key, Operation<usize>)>,
}

impl<'a> Client<'a> {
    pub(super) fn new(board: &'a Board, address: SocketAddr, seed: u64) -> Self {
        Self {
            board,
            wire: Wire::to(address),
            random: ChaCha8Rng::seed_from_u64(seed),
            begin: 0,
            done: Vec::new(),
        }
    }

    /// Sends one request.
    pub(super) fn step(&mut self) {
        let tag = self.pick(FEW);
        match self.pick(20) {
            0..=2 => self.push(tag),
            3 => self.push_by_digest(tag),
            4..=6 => self.push_if(tag),
            7..=11 => self.pull(tag),
            12 => self.delete(tag),
            13..=15 => self.delete_manifest(tag),
            16 => self.pull_manifest(tag),
            _ => self.touch_blob(tag),
        }
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.random.next_u64() % count as u64).expect("it is less than `count`")
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.begin = self.board.now();
        let target = format!("/v2/crowd/{path}");
        self.wire.ask(method, &target, headers, body)
    }

    /// Notes what the last request did.
    fn note(&mut self, key: Key, action: Action<usize>) {
        let operation = Operation {
            begin: self.begin,
            end: Some(self.board.now()),
            action,
        };
        self.done.push((key, operation));
    }

    fn put(&mut self, path: &str, condition: Option<(&str, &str)>, bytes: &str) -> Reply {
        let mut headers = vec![("Content-Type", INDEX)];
        headers.extend(condition);
        self.ask("PUT", path, &headers, bytes.as_bytes())
    }

    fn push(&mut self, tag: usize) {
        let (place, _, bytes) = self.board.manifest(tag);
        let reply = self.put(&format!("manifests/t{tag}"), None, &bytes);
        expect(&reply, &[201]);
        self.note(Key::Tag(tag), Action::Write(place));
        self.note(Key::Manifest(place), Action::Write(0));
    }

    fn push_by_digest(&mut self, tag: usize) {
        let (place, digest, bytes) = self.board.manifest(tag);
        let path = format!("manifests/{digest}?tag=t{tag}");
        expect(&self.put(&path, None, &bytes), &[201]);
        self.note(Key::Tag(tag), Action::Write(place));
        self.note(Key::Manifest(place), Action::Write(0));
    }

    fn push_if(&mut self, tag: usize) {
        let back = self.pick(5);
        let recent = self.board.recent(tag, back).filter(|_| back < 3);
        let (place, _, bytes) = self.board.manifest(tag);
        let (condition, header, text) = match recent {
            Some((held, digest)) => (Condition::Holds(held), "If-Match", format!("\"{digest}\"")),
            None if back == 3 => (Condition::HoldsNone, "If-None-Match", "*".to_owned()),
            None => (Condition::HoldsAny, "If-Match", "*".to_owned()),
        };
        let path = format!("manifests/t{tag}");
        let reply = self.put(&path, Some((header, &text)), &bytes);
        let is_done = expect(&reply, &[201, 412]);
        let action = Action::WriteIf {
            condition,
            value: place,
            is_done,
        };
        self.note(Key::Tag(tag), action);
        if is_done {
            self.note(Key::Manifest(place), Action::Write(0));
        }
    }

    fn pull(&mut self, tag: usize) {
        let method = ["GET", "HEAD"][self.pick(2)];
        let reply = self.ask(method, &format!("manifests/t{tag}"), &[], b"");
        if !expect(&reply, &[200, 404]) {
            self.note(Key::Tag(tag), Action::Read(None));
            return;
        }
        let digest = reply.header("docker-content-digest").expect("a digest");
        if method == "GET" {
            let actual = Algorithm::Sha256.digest(&reply.body).to_string();
            assert_eq!(actual, digest, "the bytes are those of the digest");
        }
        let place = self.board.place(digest);
        self.note(Key::Tag(tag), Action::Read(Some(place)));
        self.note(Key::Manifest(place), Action::Read(Some(0)));
    }

    fn pull_manifest(&mut self, tag: usize) {
        let back = self.pick(3);
        let Some((place, digest)) = self.board.recent(tag, back) else {
            return;
        };
        let reply = self.ask("GET", &format!("manifests/{digest}"), &[], b"");
        let seen = expect(&reply, &[200, 404]).then_some(0);
        self.note(Key::Manifest(place), Action::Read(seen));
    }

    fn delete(&mut self, tag: usize) {
        let reply = self.ask("DELETE", &format!("manifests/t{tag}"), &[], b"");
        let found = Some(expect(&reply, &[202, 404]));
        self.note(Key::Tag(tag), Action::Delete { found });
    }

    /// Deletes a manifest, and with it the tag if that leads to it.
    fn delete_manifest(&mut self, tag: usize) {
        let back = self.pick(3);
        let Some((value, digest)) = self.board.recent(tag, back) else {
            return;
        };
        let reply = self.ask("DELETE", &format!("manifests/{digest}"), &[], b"");
        let is_found = expect(&reply, &[202, 404]);
        let action = Action::Remove {
            value,
            is_denied: !is_found,
        };
        self.note(Key::Tag(tag), action);
        let found = Some(is_found);
        self.note(Key::Manifest(value), Action::Delete { found });
    }

    fn touch_blob(&mut self, blob: usize) {
        let content = [b'a'; 100].repeat(blob + 1);
        let digest = Algorithm::Sha256.digest(&content);
        let path = format!("blobs/{digest}");
        let action = match self.pick(6) {
            0..=1 => {
                let path = format!("blobs/uploads/?digest={digest}");
                expect(&self.ask("POST", &path, &[], &content), &[201]);
                Action::Write(0)
            }
            2 => {
                let reply = self.ask("DELETE", &path, &[], b"");
                let found = Some(expect(&reply, &[202, 404]));
                Action::Delete { found }
            }
            kind => {
                let method = if kind == 3 { "HEAD" } else { "GET" };
                let reply = self.ask(method, &path, &[], b"");
                let is_there = expect(&reply, &[200, 404]);
                assert!(!is_there || method == "HEAD" || reply.body == content);
                Action::Read(is_there.then_some(0))
            }
        };
        self.note(Key::Blob(blob), action);
    }
}

/// Whether the status is the first of those that there can be.
fn expect(reply: &Reply, statuses: &[u16]) -> bool {
    assert!(statuses.contains(&reply.status), "{reply:?}");
    reply.status == statuses[0]
}

//! The store on disk: the suite finds nothing wrong with it, and it holds under `kill -9`. What was answered 201 is there afterwards, whole, and what
//! was answered 202 to DELETE is gone. What was not answered may be either.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use plimsoll::oci::Algorithm;
use plimsoll::oci::Digest;
use plimsoll::registry::Flush;
use plimsoll::registry::Registry;
use plimsoll::registry::verify_store;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;
use rand_chacha::rand_core::SeedableRng as _;

use crate::support::Plimsoll;
use crate::support::Served;

/// How often the registry is killed.
const KILLS: u64 = 200;

/// How many clients write at once.
const CLIENTS: usize = 4;

#[test]
fn nothing_that_was_answered_is_lost_when_the_registry_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut clients: Vec<Client> = (0..CLIENTS).map(Client::new).collect();
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut answered = 0;
    for round in 0..KILLS {
        let mut served = started(folder.path(), round);
        let before = answers(&clients);
        let address = served.address.clone();
        thread::scope(|scope| {
            for client in &mut clients {
                let address = &address;
                scope.spawn(move || client.write_until_it_dies(address));
            }
            thread::sleep(Duration::from_millis(random.next_u64() % 120));
            served.kill();
        });
        answered += answers(&clients) - before;
        let mut served = started(folder.path(), round);
        for client in &mut clients {
            client.check(&served.address, round + 1 == KILLS);
        }
        served.kill();
    }
    assert!(answered > KILLS, "only {answered} requests were answered");
    let verified = Plimsoll::new().run(&["serve", "--store", &store(folder.path()), "--verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn the_suite_finds_nothing_wrong_with_a_registry_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::builder().stored_in(&folder.path().join("store"), Flush::Never);
    let running = registry.unwrap().spawn().unwrap();
    let plimsoll = Plimsoll::new();
    let url = running.url();
    let only = [
        "push/*",
        "pull/ranges/*",
        "pull/blobs/*",
        "management/*",
        "discovery/referrers/*",
    ];
    let only = only.iter().flat_map(|glob| ["--only", glob]);
    let arguments = ["check", &url, "--spec", "1.2", "--report", "json"];
    let ended = plimsoll.run(&arguments.into_iter().chain(only).collect::<Vec<_>>());
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let summary = plimsoll.record().summary;
    assert!(summary["pass"] > 300, "{summary:?}");
    for verdict in ["fail", "warn", "error", "blocked", "flaky"] {
        assert_eq!(summary[verdict], 0, "{summary:?}");
    }
}

#[test]
fn a_campaign_finds_nothing_wrong_with_a_registry_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let registry = Registry::builder().stored_in(&store, Flush::Never);
    let running = registry.unwrap().spawn().unwrap();
    let arguments = ["fuzz", &running.url(), "--plans", "300", "--seed", "5"];
    let ended = Plimsoll::new().run(&arguments);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    drop(running);
    let health = verify_store(&store).unwrap();
    assert!(health.is_sound() && health.manifests > 0, "{health:?}");
}

fn answers(clients: &[Client]) -> u64 {
    clients.iter().map(|client| client.answered).sum()
}

fn started(folder: &Path, round: u64) -> Served {
    // Whether the disk is waited for makes no difference to a process that is killed, but moves the
    // moments at which it is.
    let flush = ["always", "never"][usize::from(round % 2 == 1)];
    Served::start(&["--store", &store(folder), "--flush", flush])
}

fn store(folder: &Path) -> String {
    format!("dir:{}", folder.join("store").display())
}

/// What is known of something after a request about it.
#[derive(Debug, Clone, PartialEq)]
enum Known<T> {
    Is(T),
    /// The request was not answered.
    Either(T, T),
}

/// A client that writes to a repository of its own, and remembers what it was answered.
struct Client {
    name: String,
    random: ChaCha8Rng,
    answered: u64,
    /// Paths, and the digest of the bytes that are there, if any.
    paths: BTreeMap<String, Known<Option<Digest>>>,
    /// Those that were written since they were last looked at.
    touched: Vec<String>,
}

impl Client {
    fn new(number: usize) -> Self {
        Self {
            name: format!("client/{number}"),
            random: ChaCha8Rng::seed_from_u64(number as u64),
            answered: 0,
            paths: BTreeMap::new(),
            touched: Vec::new(),
        }
    }

    fn write_until_it_dies(&mut self, address: &str) {
        while self.write(address).is_some() {}
    }

    /// One push or delete. `None` if it was not answered.
    fn write(&mut self, address: &str) -> Option<()> {
        match self.random.next_u64() % 8 {
            0 => self.delete(address),
            1..=3 => self.push_manifest(address),
            4 => self.push_in_chunks(address),
            _ => self.push_blob(address),
        }
    }

    fn push_blob(&mut self, address: &str) -> Option<()> {
        let (content, digest) = self.content();
        let path = self.path(&format!("blobs/{digest}"));
        let query = self.path(&format!("blobs/uploads/?digest={digest}"));
        self.change(
            address,
            "POST",
            &query,
            &content,
            &[path],
            Some(&digest),
            201,
        )
    }

    fn push_in_chunks(&mut self, address: &str) -> Option<()> {
        let (content, digest) = self.content();
        let path = self.path(&format!("blobs/{digest}"));
        let (_, head) = request(address, "POST", &self.path("blobs/uploads/"), "", b"")?;
        let location = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("location")
                .then(|| value.to_owned())
        })?;
        let (first, last) = content.split_at(content.len() / 2);
        request(address, "PATCH", &location, "", first)?;
        let close = format!("{location}?digest={digest}");
        self.change(address, "PUT", &close, last, &[path], Some(&digest), 201)
    }

    fn push_manifest(&mut self, address: &str) -> Option<()> {
        let mark = self.random.next_u64();
        let tag = self.random.next_u64() % 5;
        let content = format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{{"mark":"{mark}"}}}}"#
        );
        let digest = Algorithm::Sha256.digest(content.as_bytes());
        let tag = self.path(&format!("manifests/t{tag}"));
        let paths = [tag.clone(), self.path(&format!("manifests/{digest}"))];
        self.change(
            address,
            "PUT",
            &tag,
            content.as_bytes(),
            &paths,
            Some(&digest),
            201,
        )
    }

    /// Deletes a blob or a tag that is there. Manifests stay, so that a tag is not gone with one.
    fn delete(&mut self, address: &str) -> Option<()> {
        let is_there = |known: &Known<Option<Digest>>| matches!(known, Known::Is(Some(_)));
        let candidates = self.paths.iter().filter(|(path, known)| {
            is_there(known) && (path.contains("/blobs/") || path.contains("/manifests/t"))
        });
        let candidates: Vec<String> = candidates.map(|(path, _)| path.clone()).collect();
        let Some(last) = candidates.len().checked_sub(1) else {
            return Some(());
        };
        let chosen = usize::try_from(self.random.next_u64() % 1_000)
            .unwrap_or(0)
            .min(last);
        let path = candidates[chosen].clone();
        self.change(
            address,
            "DELETE",
            &path,
            b"",
            std::slice::from_ref(&path),
            None,
            202,
        )
    }

    /// Sends a request that brings `paths` to a state, and notes whether it has.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is one request and what it does"
    )]
    fn change(
        &mut self,
        address: &str,
        method: &str,
        target: &str,
        body: &[u8],
        paths: &[String],
        state: Option<&Digest>,
        expected: u16,
    ) -> Option<()> {
        let media_type = "Content-Type: application/vnd.oci.image.index.v1+json\r\n";
        let answer = request(address, method, target, media_type, body);
        for path in paths {
            let before = match self.paths.get(path) {
                None => Known::Is(None),
                Some(known) => known.clone(),
            };
            let after = match (&answer, before) {
                (Some((status, _)), _) => {
                    assert_eq!(*status, expected, "{method} {target}");
                    Known::Is(state.cloned())
                }
                (None, Known::Is(before) | Known::Either(before, _)) => {
                    Known::Either(before, state.cloned())
                }
            };
            self.paths.insert(path.clone(), after);
            self.touched.push(path.clone());
        }
        self.answered += u64::from(answer.is_some());
        answer.map(|_| ())
    }

    /// Looks whether what was written since the last time is as it was answered, or all of it.
    fn check(&mut self, address: &str, is_all: bool) {
        let touched = std::mem::take(&mut self.touched);
        let paths = if is_all {
            self.paths.keys().cloned().collect()
        } else {
            touched
        };
        for path in paths {
            let (status, body) = get(address, &path);
            let found = match status {
                200 => Some(Algorithm::Sha256.digest(&body)),
                404 => None,
                other => panic!("GET {path} is answered {other}"),
            };
            let known = &self.paths[&path];
            let is_right = match known {
                Known::Is(state) => found == *state,
                Known::Either(one, other) => found == *one || found == *other,
            };
            assert!(is_right, "{path}: known is {known:?}, found was {found:?}");
            self.paths.insert(path, Known::Is(found));
        }
    }

    fn content(&mut self) -> (Vec<u8>, Digest) {
        let len = usize::try_from(self.random.next_u64() % 200_000).unwrap_or(0);
        let mut content = vec![0; len];
        self.random.fill_bytes(&mut content);
        let digest = Algorithm::Sha256.digest(&content);
        (content, digest)
    }

    fn path(&self, rest: &str) -> String {
        format!("/v2/{}/{rest}", self.name)
    }
}

fn get(address: &str, path: &str) -> (u16, Vec<u8>) {
    let (head, body) = exchange(address, "GET", path, "", b"").expect("the registry answers");
    (status(&head).expect("an answer has a status"), body)
}

/// Sends a request. Its status and head, if it was answered.
fn request(
    address: &str,
    method: &str,
    target: &str,
    headers: &str,
    body: &[u8],
) -> Option<(u16, String)> {
    let (head, _) = exchange(address, method, target, headers, body)?;
    Some((status(&head)?, head))
}

fn status(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

fn exchange(
    address: &str,
    method: &str,
    target: &str,
    headers: &str,
    body: &[u8],
) -> Option<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    Some((head, answer[end + 4..].to_vec()))
}

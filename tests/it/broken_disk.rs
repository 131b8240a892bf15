//! A disk that is full, and one that cannot be written to: a registry says so, loses nothing, and goes on
//! serving what it has.
//!
//! They are real ones, which only root may mount. Without that the tests say that they are left out; in the gate
//! that is a failure.

use std::fs;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use plimsoll::oci::Algorithm;
use plimsoll::registry::Flush;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use plimsoll::registry::verify_store;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::Plimsoll;
use crate::support::Served;
use crate::wire::Reply;
use crate::wire::Wire;

/// Set in the gate: a file system that cannot be mounted is a failure then, and no reason to leave out.
const NEEDED: &str = "PLIMSOLL_NEED_MOUNT";

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A disk of its own, gone with this.
pub(crate) struct Disk {
    folder: TempDir,
    /// How often something was mounted there.
    mounts: usize,
}

impl Disk {
    /// A file system in memory with these bounds; `None` where it cannot be mounted.
    pub(crate) fn new(bounds: &str) -> Option<Self> {
        let folder = TempDir::new().expect("a temporary folder");
        let mut disk = Self { folder, mounts: 0 };
        let arguments = ["-t", "tmpfs", "-o", bounds, "tmpfs"];
        if let Err(why) = disk.mount(&arguments) {
            let text = format!("a file system cannot be mounted here ({why})");
            assert!(std::env::var_os(NEEDED).is_none(), "{text}");
            // Not by `eprintln`, which nobody sees of a test that passes.
            let said = writeln!(io::stderr(), "LEFT OUT: {text}, which takes root");
            said.expect("standard error is there");
            return None;
        }
        Some(disk)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> PathBuf {
        self.path().join("store")
    }

    /// The store as an argument of `--store`.
    fn place(&self) -> String {
        format!("dir:{}", self.store().display())
    }

    fn mount(&mut self, arguments: &[&str]) -> Result<(), String> {
        run(Command::new("mount").args(arguments).arg(self.path()))?;
        self.mounts += 1;
        Ok(())
    }

    /// Puts the same file system over itself, so that it can only be read.
    fn close(&mut self) {
        let path = self.path().display().to_string();
        self.mount(&["--bind", &path]).expect("root may do that");
        let again = ["-o", "remount,bind,ro"];
        run(Command::new("mount").args(again).arg(&path)).expect("root may do that");
    }

    /// Takes that away again; who has a file of it open keeps it.
    fn open(&mut self) {
        run(Command::new("umount").arg("-l").arg(self.path())).expect("root may do that");
        self.mounts -= 1;
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        for _ in 0..self.mounts {
            // What a process still has open is taken out of sight at least.
            drop(run(Command::new("umount").arg("-l").arg(self.path())));
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    output.status.success().then_some(()).ok_or(said)
}

/// A registry with its store on a disk.
fn served(disk: &Disk) -> (Running, Wire) {
    let builder = Registry::builder().stored_in(&disk.store(), Flush::Always);
    let builder = builder.expect("the disk can be written to");
    let running = builder.spawn().expect("a free port on loopback");
    let wire = Wire::to(running.addr());
    (running, wire)
}

/// The same with a blob and a tag in it.
fn served_with_a_blob(disk: &Disk) -> (Running, Wire, Vec<u8>) {
    let (running, mut wire) = served(disk);
    let content = blob(1, 400_000);
    assert_eq!(push(&mut wire, &content).status, 201);
    assert_eq!(tag(&mut wire, "v1", "1").status, 201);
    (running, wire, content)
}

fn blob(number: usize, len: usize) -> Vec<u8> {
    number.to_le_bytes().repeat(len.div_ceil(8))
}

fn path_of(content: &[u8]) -> String {
    format!("/v2/disk/blobs/{}", Algorithm::Sha256.digest(content))
}

fn push(wire: &mut Wire, content: &[u8]) -> Reply {
    let digest = Algorithm::Sha256.digest(content);
    let target = format!("/v2/disk/blobs/uploads/?digest={digest}");
    wire.ask("POST", &target, &[], content)
}

fn tag(wire: &mut Wire, tag: &str, mark: &str) -> Reply {
    let bytes = format!(
        r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[],"annotations":{{"mark":"{mark}"}}}}"#
    );
    let target = format!("/v2/disk/manifests/{tag}");
    wire.ask("PUT", &target, &[("Content-Type", INDEX)], bytes.as_bytes())
}

/// Pushes blobs of this length until one is refused. How many were taken.
fn fill(wire: &mut Wire, first: usize, len: usize) -> usize {
    for number in first..first + 10_000 {
        let reply = push(wire, &blob(number, len));
        if reply.status != 201 {
            says(&reply, 507, "STORAGE_FULL");
            return number - first;
        }
    }
    panic!("the disk is never full");
}

/// An error of this status and code, as the specification says what one looks like.
fn says(reply: &Reply, status: u16, code: &str) {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    assert_eq!(reply.status, status, "{body}");
    assert_eq!(body["errors"][0]["code"], code, "{body}");
}

fn are_there(wire: &mut Wire, blobs: impl Iterator<Item = Vec<u8>>) {
    for content in blobs {
        let reply = wire.get(&path_of(&content));
        assert_eq!(reply.status, 200);
        assert!(reply.body == content, "{} bytes", reply.body.len());
    }
}

/// Nothing that is there is damaged, and nothing is left that was being written.
fn is_sound(disk: &Disk) {
    let health = verify_store(&disk.store()).expect("nobody has the store");
    assert!(health.is_sound(), "{health:?}");
    assert_eq!(files(&disk.store().join("scratch")), [] as [PathBuf; 0]);
}

#[test]
fn a_full_disk_is_said_to_be_and_loses_nothing() {
    const LONG: usize = 200_000;
    const SHORT: usize = 1_000;
    let Some(disk) = Disk::new("size=4m") else {
        return;
    };
    let (running, mut wire) = served(&disk);
    assert_eq!(tag(&mut wire, "before", "1").status, 201);
    let opened = wire.ask("POST", "/v2/disk/blobs/uploads/", &[], b"");
    let session = opened.header("location").expect("a session").to_owned();
    assert_eq!(wire.ask("PATCH", &session, &[], b"begun").status, 202);
    let long = fill(&mut wire, 0, LONG);
    let short = fill(&mut wire, long, SHORT);
    assert!(long > 5 && short > 0, "{long} and {short}");

    says(&tag(&mut wire, "before", "2"), 507, "STORAGE_FULL");
    says(&tag(&mut wire, "after", "3"), 507, "STORAGE_FULL");
    let chunk = wire.ask("PATCH", &session, &[], &blob(0, LONG));
    says(&chunk, 507, "STORAGE_FULL");
    assert_eq!(wire.get(&session).header("range"), Some("0-4"));
    let all = || {
        let lens = (0..long + short).map(|number| if number < long { LONG } else { SHORT });
        lens.enumerate().map(|(number, len)| blob(number, len))
    };
    are_there(&mut wire, all());
    let tags = |wire: &mut Wire| wire.get("/v2/disk/tags/list").body;
    assert_eq!(tags(&mut wire), br#"{"name":"disk","tags":["before"]}"#);

    drop((running, wire));
    is_sound(&disk);
    let (running, mut wire) = served(&disk);
    are_there(&mut wire, all());
    assert_eq!(wire.get(&session).header("range"), Some("0-4"));

    let first = path_of(&blob(0, LONG));
    assert_eq!(wire.ask("DELETE", &first, &[], b"").status, 202);
    assert_eq!(tag(&mut wire, "after", "3").status, 201);
    assert_eq!(push(&mut wire, &blob(long + short, LONG / 2)).status, 201);
    are_there(&mut wire, all().skip(1));
    drop((running, wire));
    is_sound(&disk);
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn nothing_stays_of_what_a_full_disk_refused() {
    for inodes in 60..64 {
        let Some(disk) = Disk::new(&format!("size=4m,nr_inodes={inodes}")) else {
            return;
        };
        let (running, mut wire) = served(&disk);
        let taken = fill(&mut wire, 0, 100);
        assert!(taken > 5, "{taken}");
        says(&tag(&mut wire, "late", "1"), 507, "STORAGE_FULL");
        are_there(&mut wire, (0..taken).map(|number| blob(number, 100)));
        let kept = files(&disk.store().join("blobs"));
        assert_eq!(kept.len(), taken, "each that was taken, and no other");
        for path in kept {
            assert_eq!(fs::metadata(path).unwrap().nlink(), 2);
        }
        drop((running, wire));
        is_sound(&disk);
    }
}

#[test]
fn a_disk_that_can_only_be_read_is_served_from() {
    let Some(mut disk) = Disk::new("size=4m") else {
        return;
    };
    let (running, mut wire, content) = served_with_a_blob(&disk);
    let opened = wire.ask("POST", "/v2/disk/blobs/uploads/", &[], b"");
    let session = opened.header("location").expect("a session").to_owned();

    disk.close();
    for _ in 0..2 {
        says(&push(&mut wire, &blob(2, 100)), 503, "STORAGE_READ_ONLY");
        says(&tag(&mut wire, "v1", "2"), 503, "STORAGE_READ_ONLY");
        says(&tag(&mut wire, "v2", "1"), 503, "STORAGE_READ_ONLY");
        let chunk = wire.ask("PATCH", &session, &[], b"chunk");
        says(&chunk, 503, "STORAGE_READ_ONLY");
        for target in [&path_of(&content), "/v2/disk/manifests/v1"] {
            let delete = wire.ask("DELETE", target, &[], b"");
            says(&delete, 503, "STORAGE_READ_ONLY");
            assert_eq!(wire.get(target).status, 200, "{target}");
        }
        are_there(&mut wire, std::iter::once(content.clone()));
    }

    disk.open();
    assert_eq!(wire.ask("PATCH", &session, &[], b"chunk").status, 202);
    assert_eq!(tag(&mut wire, "v1", "2").status, 201);
    assert_eq!(wire.ask("DELETE", &path_of(&content), &[], b"").status, 202);
    drop((running, wire));
    is_sound(&disk);
}

#[test]
fn a_registry_starts_on_a_disk_that_can_only_be_read_if_it_is_to_read() {
    let Some(mut disk) = Disk::new("size=4m") else {
        return;
    };
    let (running, wire, content) = served_with_a_blob(&disk);
    drop((running, wire));

    disk.close();
    let place = disk.place();
    let writing = Plimsoll::new().run(&["serve", "--addr", "127.0.0.1:0", "--store", &place]);
    assert_eq!(writing.code, 3, "{}", writing.stderr);
    assert!(writing.stderr.contains("--read-only"), "{}", writing.stderr);
    // Any number of them may read at once.
    let readers = [(); 2].map(|()| Served::start(&["--read-only", "--store", &place]));
    for reader in &readers {
        let mut wire = Wire::to(reader.address.parse().unwrap());
        are_there(&mut wire, std::iter::once(content.clone()));
        assert_eq!(wire.get("/v2/disk/manifests/v1").status, 200);
        says(&tag(&mut wire, "v1", "2"), 405, "UNSUPPORTED");
    }
    let verified = Plimsoll::new().run(&["serve", "--verify", "--store", &place]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);

    disk.open();
    let writing = Plimsoll::new().run(&["serve", "--addr", "127.0.0.1:0", "--store", &place]);
    assert_eq!(writing.code, 3, "two of them read it: {}", writing.stderr);
    drop(readers);
    let (running, mut wire) = served(&disk);
    assert_eq!(tag(&mut wire, "v1", "2").status, 201);
    drop((running, wire));
    is_sound(&disk);
}

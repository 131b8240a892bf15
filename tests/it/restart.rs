//! `--restart-cmd`: registries that are killed by `kill -9` among writes and started again.
//!
//! One that keeps what it holds on a disk loses nothing, one that keeps it in memory loses all, and a command that
//! fails is told.

use std::fs;
use std::io;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use plimsoll::run::CheckEntry;
use tempfile::TempDir;

use crate::support::Ended;
use crate::support::Plimsoll;

/// Set in the gate: a registry that is not installed is a failure then, and no reason to leave out.
const NEEDED: &str = "PLIMSOLL_NEED_DOCKER_REGISTRY";

/// Ends what runs, if anything does, and starts it: what is in `command`, with `ADDRESS` replaced by what is in
/// `address`. A process that nobody waits for stays as a zombie where the first process of a container does
/// not, so that this does not count as running.
const SCRIPT: &str = r#"
cd "$1" || exit 1
if [ -s pid ]; then
    pid=$(cat pid)
    kill -9 "$pid" 2>/dev/null
    for _ in $(seq 500); do
        kill -0 "$pid" 2>/dev/null || break
        grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && break
        sleep 0.01
    done
fi
sh -c "echo \$\$ >pid; exec $(sed "s/ADDRESS/$(cat address)/" command)" >log 2>&1 </dev/null &
"#;

/// A registry in a process that belongs to nobody.
struct Restartable {
    folder: TempDir,
}

impl Restartable {
    /// Starts this command, in which `ADDRESS` stands for host and port.
    fn start(command: &str, prepare: impl FnOnce(&TempDir, &str)) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it is bound").to_string();
        drop(free);
        for (name, text) in [("address", address.as_str()), ("command", command)] {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        fs::write(folder.path().join("restart"), SCRIPT).expect("a script");
        prepare(&folder, &address);
        let registry = Self { folder };
        let mut sh = Command::new("sh");
        let sh = sh
            .args(["-c", &registry.restart_cmd()])
            .stdin(Stdio::null());
        assert!(sh.status().expect("a shell").success());
        registry
    }

    fn restart_cmd(&self) -> String {
        let folder = self.folder.path().display();
        format!("sh {folder}/restart {folder}")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Waits until it listens.
    fn await_it(&self) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(self.read("address")).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{}",
                self.read("log")
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Puts the checks across a restart to it.
    fn check(&self, plimsoll: &Plimsoll, spec: &str) -> Ended {
        self.await_it();
        let url = format!("http://{}", self.read("address"));
        let arguments = ["check", &url, "--only", "durability/*", "--report", "json"];
        let restart = self.restart_cmd();
        plimsoll.run(&[&arguments[..], &["--spec", spec, "--restart-cmd", &restart]].concat())
    }
}

impl Drop for Restartable {
    fn drop(&mut self) {
        let pid = self.read("pid");
        let kill = Command::new("kill").args(["-9", pid.trim()]).status();
        drop(kill);
    }
}

/// `plimsoll serve`, with these arguments.
fn plimsoll_serve(arguments: &str) -> Restartable {
    let program = env!("CARGO_BIN_EXE_plimsoll");
    Restartable::start(
        &format!("'{program}' serve --addr ADDRESS {arguments}"),
        |_, _| (),
    )
}

/// The checks across a restart that ended otherwise than with a pass, if they were put.
fn unwell(plimsoll: &Plimsoll) -> Vec<CheckEntry> {
    let checks = plimsoll.record().checks.into_iter();
    let put = checks.filter(|check| check.id.starts_with("durability/"));
    let is_well = |check: &CheckEntry| matches!(check.verdict.as_str(), "pass" | "unsupported");
    put.filter(|check| !is_well(check)).collect()
}

#[test]
fn a_registry_on_disk_loses_nothing_that_was_answered() {
    let registry = plimsoll_serve("--store dir:images");
    let plimsoll = Plimsoll::new();
    let ended = registry.check(&plimsoll, "1.2");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let unwell = unwell(&plimsoll);
    assert!(unwell.is_empty(), "{unwell:?}");
    assert!(plimsoll.record().summary["pass"] >= 12, "{}", ended.stdout);
}

#[test]
fn a_registry_in_memory_loses_everything_and_every_check_of_content_says_so() {
    let registry = plimsoll_serve("");
    let plimsoll = Plimsoll::new();
    let ended = registry.check(&plimsoll, "1.1");
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    let unwell = unwell(&plimsoll);
    let broken: Vec<_> = unwell
        .iter()
        .filter_map(|it| it.violated.as_deref())
        .collect();
    for requirement in [
        "restarted-blob-kept",
        "restarted-manifest-kept",
        "restarted-tag-kept",
        "restarted-mount-kept",
        "restarted-referrer-kept",
    ] {
        assert!(broken.contains(&requirement), "{requirement}: {broken:?}");
    }
    // What was deleted is gone, and sessions may be.
    assert!(!broken.contains(&"restarted-delete-kept"), "{broken:?}");
    assert!(!broken.contains(&"restarted-session-matched"), "{broken:?}");
}

#[test]
fn a_command_that_fails_is_an_error_and_is_told() {
    let registry = plimsoll_serve("");
    registry.await_it();
    let plimsoll = Plimsoll::new();
    let url = format!("http://{}", registry.read("address"));
    let arguments = [
        "check",
        &url,
        "--only",
        "durability/content/blobs",
        "--report",
        "json",
    ];
    let ended = plimsoll.run(&[&arguments[..], &["--restart-cmd", "exit 7"]].concat());
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    let unwell = unwell(&plimsoll);
    let check = unwell
        .iter()
        .find(|it| it.id == "durability/content/blobs")
        .expect("the check");
    assert_eq!(check.verdict, "error");
    let reason = check.reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("`exit 7` of --restart-cmd ended with"),
        "{reason}"
    );
    assert!(reason.contains('7'), "{reason}");
}

#[test]
fn docker_registry_loses_nothing_that_was_answered() {
    if Command::new("docker-registry")
        .arg("--version")
        .output()
        .is_err()
    {
        let text = "docker-registry is not installed here";
        assert!(std::env::var_os(NEEDED).is_none(), "{text}");
        let said = writeln!(io::stderr(), "LEFT OUT: {text}");
        said.expect("standard error is there");
        return;
    }
    let registry = Restartable::start("docker-registry serve config.yml", |folder, address| {
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n  \
             delete: {{enabled: true}}\nhttp: {{addr: '{address}'}}\n",
            folder.path().join("data").display()
        );
        fs::write(folder.path().join("config.yml"), config).expect("a file");
    });
    let plimsoll = Plimsoll::new();
    let ended = registry.check(&plimsoll, "1.1");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let unwell = unwell(&plimsoll);
    assert!(unwell.is_empty(), "{unwell:?}");
}

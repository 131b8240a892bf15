//! A bed of hostile servers: whatever they do, plimsoll ends in bounded time and memory, does not panic,
//! calls nothing right that is not, sends no credential to another host, and writes reports that can be
//! read and harm nobody.

mod openings;
mod rows;
mod verbs;
mod written;

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Child;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use plimsoll::run::Settings;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::server;

use openings::OPENINGS;
use rows::Asked;
use rows::BEHAVIOURS;
use rows::Behaviour;

/// How a run ends that has to end early.
const OUT_OF_TIME: i32 = 124;

/// How long a run may take that is told to end after a quarter of it.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much memory a run may take, in KiB, with as many checks at once as there are unless told
/// otherwise. docs/hostile.md says what it is made of.
const MEMORY: u64 = 256 << 10;

/// Every report there is.
const REPORTS: &str = "json,junit,html,md,yaml,annotations,badges,sarif,har";

/// The row in which the password is meant for the other host: in Docker's protocol the registry says where
/// tokens are given for it. Off loopback, only TLS would let it.
const ASKS_ELSEWHERE: &str = "realm-at-another-host";

/// How many rows are tried at once.
const AT_ONCE: usize = 4;

const SECRET: &str = "s3cr3t-of-alice";

/// `alice` and the secret, as `Authorization` has them.
const ENCODED: &str = "YWxpY2U6czNjcjN0LW9mLWFsaWNl";

/// The checks that are put. Where nothing but the base is sound, what asks for what is not there may pass,
/// and nothing else.
const CHECKS: [&str; 6] = [
    "pull/blobs/*",
    "pull/manifests/*",
    "push/blobs/*",
    "push/mount/*",
    "discovery/tags/*",
    "management/tags/*",
];

#[test]
fn whatever_a_server_does_a_run_ends_says_so_and_gives_nothing_away() {
    assert!(BEHAVIOURS.len() >= 130);
    each(BEHAVIOURS, |behaviour| behaviour.name, tried);
}

#[test]
fn whatever_a_server_does_before_it_is_asked_a_run_ends_and_says_so() {
    each(
        OPENINGS,
        |opening| opening.name,
        |opening| {
            let plimsoll = Plimsoll::new();
            let mut complaints = checked(&plimsoll, &opening.serve());
            complaints.extend(written::wrong_with(plimsoll.out()));
            complaints
        },
    );
}

#[test]
fn the_page_states_how_much_memory_is_taken() {
    let page = include_str!("../../../docs/hostile.md");
    for (bound, name) in [
        (format!("{} MiB", MEMORY >> 10), "hostile_bed::MEMORY"),
        (Settings::JOBS.to_string(), "Settings::JOBS"),
    ] {
        assert!(page.contains(&format!(" | {bound} | `{name}` |")), "{name}");
    }
}

/// Tries every row, several at once; none may have anything to complain about.
fn each<R: Sync>(
    rows: &'static [R],
    name: fn(&R) -> &'static str,
    tried: impl Fn(&'static R) -> Vec<String> + Sync,
) {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for complaint in tried(row) {
                        let complaint = format!("{}: {complaint}", name(row));
                        let mut all = complaints.lock().expect("nobody panics with it");
                        all.push(complaint);
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("nobody panics with it");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Another host, and what it was sent.
struct Canary {
    url: String,
    heard: Arc<Mutex<String>>,
}

impl Canary {
    fn listen() -> Self {
        // Another address of the loopback interface is another host.
        let listener = TcpListener::bind("127.0.0.2:0").expect("a free port on loopback");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let heard = Arc::new(Mutex::new(String::new()));
        let own = Arc::clone(&heard);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut buffer = [0; 8 << 10];
                let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
                let len = stream.read(&mut buffer).unwrap_or(0);
                let sent = String::from_utf8_lossy(&buffer[..len]).into_owned();
                own.lock().expect("nobody panics with it").push_str(&sent);
                answer(&mut stream, "200 OK", "", "{\"token\":\"t\"}");
            }
        });
        Self { url, heard }
    }

    /// What is wrong with what it was sent in a row.
    fn told(&self, behaviour: &Behaviour) -> Option<String> {
        let heard = self.heard.lock().expect("nobody panics with it");
        let is_told = heard.contains(ENCODED) || heard.contains(SECRET);
        (is_told != (behaviour.name == ASKS_ELSEWHERE))
            .then(|| format!("another host was sent the password: {is_told}"))
    }
}

/// What is wrong with what a run makes of a row.
fn tried(behaviour: &'static Behaviour) -> Vec<String> {
    let canary = Canary::listen();
    let url = served(behaviour, &canary);
    let plimsoll = Plimsoll::new();
    let mut complaints = checked(&plimsoll, &url);
    complaints.extend(written::wrong_with(plimsoll.out()));
    complaints.extend(canary.told(behaviour));
    complaints
}

/// A server that does so, and knows the other host.
fn served(behaviour: &'static Behaviour, canary: &Canary) -> String {
    let canary = canary.url.clone();
    server(move |head, stream| {
        if head.starts_with("GET /v2/ ") && !behaviour.at_base {
            return answer(stream, "200 OK", "", "{}");
        }
        let canary = &canary;
        (behaviour.answer)(&Asked { head, canary }, stream);
    })
}

/// What is wrong with how a run of the checks ends, and with what it says.
fn checked(plimsoll: &Plimsoll, url: &str) -> Vec<String> {
    let (ended, memory) = run(plimsoll, url);
    let mut complaints = told(&ended);
    if memory > MEMORY {
        complaints.push(format!("it took {memory} KiB of memory"));
    }
    // A registry to which nothing can be said has no record.
    if plimsoll.out().join("results.json").exists() {
        complaints.extend(judged(plimsoll));
    }
    complaints
}

/// Runs the checks. How that ended, and the most memory that was seen to be used, in KiB.
fn run(plimsoll: &Plimsoll, url: &str) -> (Ended, u64) {
    let mut line = vec!["check", url, "--insecure", "--report", REPORTS];
    line.extend(["--timeout", "300ms", "--deadline", "30s", "--retries", "0"]);
    line.extend(["--username", "alice", "--password-stdin"]);
    line.extend(CHECKS.iter().flat_map(|check| ["--only", check]));
    put(plimsoll, &line)
}

/// Runs the program with the secret at its standard input.
fn put(plimsoll: &Plimsoll, line: &[&str]) -> (Ended, u64) {
    let mut command = plimsoll.command(line);
    command.stdin(Stdio::piped());
    let stdout = plimsoll.out().join("stdout");
    let stderr = plimsoll.out().join("stderr");
    command.stdout(std::fs::File::create(&stdout).expect("the system does it"));
    command.stderr(std::fs::File::create(&stderr).expect("the system does it"));
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // Who wants no password may be gone.
    let _ = stdin.write_all(SECRET.as_bytes());
    drop(stdin);
    let (code, memory) = watched(&mut child);
    let read = |path: &Path| {
        String::from_utf8_lossy(&std::fs::read(path).expect("the system does it")).into_owned()
    };
    let ended = Ended {
        code,
        stdout: read(&stdout),
        stderr: read(&stderr),
    };
    if std::env::var_os("PLIMSOLL_BED_MEMORY").is_some() {
        eprintln!("{memory} KiB, {code}: {}", line.join(" "));
    }
    (ended, memory)
}

/// Waits for the end, or for the end of patience.
fn watched(child: &mut Child) -> (i32, u64) {
    let begun = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    loop {
        let peak = std::fs::read_to_string(&status).unwrap_or_default();
        // Until it is another program, the memory is that of this one.
        let peak = peak.strip_prefix("Name:\tplimsoll\n").unwrap_or_default();
        let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|it| it.trim().strip_suffix(" kB")?.parse().ok());
        memory = memory.max(peak.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("the system does it") {
            return (status.code().unwrap_or(-1), memory);
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("the system does it");
            child.wait().expect("the system does it");
            return (-1, memory);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// What is wrong with how it ended: with violations or what could not be asked, because there is no
/// registry to speak to, or because time was up.
fn told(ended: &Ended) -> Vec<String> {
    let mut complaints = Vec::new();
    if ![1, 3, 4, OUT_OF_TIME].contains(&ended.code) {
        complaints.push(format!("it ended {}: {}", ended.code, ended.stderr));
    }
    if ended.stderr.contains("panicked") {
        complaints.push(ended.stderr.clone());
    }
    complaints
}

/// What is wrong with the verdicts.
fn judged(plimsoll: &Plimsoll) -> Vec<String> {
    let record = plimsoll.record();
    let passed = record.checks.iter().filter(|it| it.verdict == "pass");
    let passed = passed.filter(|it| !it.id.contains("/unknown-"));
    passed.map(|check| format!("{} passes", check.id)).collect()
}

//! A bed of hostile servers: whatever they do, plimsoll ends in bounded time and memory, does not panic,
//! calls nothing right that is not, sends no credential to another host, and writes reports that can be
//! read and harm nobody.

mod rows;

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

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::server;

use rows::Asked;
use rows::BEHAVIOURS;
use rows::Behaviour;

/// How a run ends that has to end early.
const OUT_OF_TIME: i32 = 124;

/// How long a run may take that is told to end after half of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many checks are put at once.
const JOBS: &str = "32";

/// How much memory a run may take, in KiB. A check reads 16 MiB of an answer at most; what holds it, and
/// what is made of it, may be several times that.
const MEMORY: u64 = 384 << 10;

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
    assert!(BEHAVIOURS.len() >= 60);
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(behaviour) = BEHAVIOURS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for complaint in tried(behaviour) {
                        let complaint = format!("{}: {complaint}", behaviour.name);
                        complaints.lock().unwrap().push(complaint);
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().unwrap();
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
}

/// What is wrong with what a run makes of a row.
fn tried(behaviour: &'static Behaviour) -> Vec<String> {
    let canary = Canary::listen();
    let canary_url = canary.url.clone();
    let url = server(move |head, stream| {
        if head.starts_with("GET /v2/ ") && !behaviour.at_base {
            return answer(stream, "200 OK", "", "{}");
        }
        let canary = &canary_url;
        (behaviour.answer)(&Asked { head, canary }, stream);
    });
    let plimsoll = Plimsoll::new();
    let began = Instant::now();
    let (ended, memory) = run(&plimsoll, &url);
    let mut complaints = told(&ended);
    eprintln!("MEM {} {memory} code {} ms {}", behaviour.name, ended.code, began.elapsed().as_millis());
    if memory > MEMORY {
        complaints.push(format!("it took {memory} KiB of memory"));
    }
    // A registry to which nothing can be said has no record.
    if plimsoll.out().join("results.json").exists() {
        complaints.extend(judged(&plimsoll));
    }
    complaints.extend(written(plimsoll.out()));
    let heard = canary.heard.lock().expect("nobody panics with it");
    let is_told = heard.contains(ENCODED) || heard.contains(SECRET);
    if is_told != (behaviour.name == ASKS_ELSEWHERE) {
        complaints.push(format!("another host was sent the password: {is_told}"));
    }
    complaints
}

/// Runs the checks. How that ended, and the most memory that was seen to be used, in KiB.
fn run(plimsoll: &Plimsoll, url: &str) -> (Ended, u64) {
    let mut line = vec![
        "check",
        url,
        "--timeout",
        "300ms",
        "--deadline",
        "30s",
        "--retries",
        "0",
        "--jobs",
        JOBS,
    ];
    line.extend(["--username", "alice", "--password-stdin"]);
    line.extend(CHECKS.iter().flat_map(|check| ["--only", check]));
    let mut command = plimsoll.command(&line);
    command.stdin(Stdio::piped());
    let stdout = plimsoll.out().join("stdout");
    let stderr = plimsoll.out().join("stderr");
    command.stdout(std::fs::File::create(&stdout).expect("the system does it"));
    command.stderr(std::fs::File::create(&stderr).expect("the system does it"));
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(SECRET.as_bytes())
        .expect("the system does it");
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

/// What is wrong with what was written.
fn written(folder: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(folder)
        .expect("the system does it")
        .flatten()
    {
        let Ok(bytes) = std::fs::read(entry.path()) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let is_of = |kind: &str| path.extension().is_some_and(|it| it == kind);
        for (what, is_there) in [
            (
                "a terminal escape",
                text.contains('\u{1b}') || text.contains('\u{9b}') && !is_of("json"),
            ),
            (
                "the password",
                text.contains(SECRET) || text.contains(ENCODED),
            ),
            (
                "markup of the server's",
                text.contains("<script>alert(1)") && is_of("html"),
            ),
        ] {
            if is_there {
                complaints.push(format!("{name} has {what}"));
            }
        }
        if name == "junit.xml" && quick_junit::Report::deserialize_from_str(&text).is_err() {
            complaints.push("junit.xml is not well-formed".to_owned());
        }
    }
    complaints
}

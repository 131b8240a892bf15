//! What a run costs where the registry is far away, beside the official suite.
//!
//! `cargo bench --bench latency` puts `plimsoll check` to the reference registry through a proxy that
//! lets time pass, and prints the table of docs/latency.md. `-- 50 8,32` takes these round trips, in
//! milliseconds, and these numbers of checks at once. `PLIMSOLL` names another program to run;
//! `CONFORMANCE` names the official suite's, which is otherwise left out.

mod proxy;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use plimsoll::report::json;
use plimsoll::run::Record;
use tempfile::TempDir;

use proxy::Proxy;

/// The round trips that are put between, in milliseconds.
const ROUND_TRIPS: &str = "0,20,50,200";

/// How many checks are put at once.
const JOBS: &str = "1,8,32";

/// How long a registry may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a run came to.
struct Cost {
    took: Duration,
    requests: u64,
    connections: usize,
    /// The most memory that was seen to be used, in KiB.
    memory: u64,
    record: Option<Record>,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let round_trips = numbers(&arguments.next().unwrap_or(ROUND_TRIPS.to_owned()));
    let jobs = numbers(&arguments.next().unwrap_or(JOBS.to_owned()));
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let official = std::env::var("CONFORMANCE").ok();
    println!(
        "| round trip | program | seconds | requests | connections | longest check, s | peak, MiB |"
    );
    println!("|---|---|---|---|---|---|---|");
    for round_trip in &round_trips {
        let far = |run: &dyn Fn(SocketAddr, &Path) -> (Command, bool)| {
            measured(&runtime, Duration::from_millis(*round_trip), run)
        };
        for jobs in &jobs {
            let cost = far(&|address, folder| (check(address, folder, *jobs), true));
            row(*round_trip, &format!("plimsoll, {jobs} at once"), &cost);
        }
        if let Some(program) = &official {
            let cost = far(&|address, folder| (suite(program, address, folder), false));
            row(*round_trip, "official suite", &cost);
        }
    }
}

fn numbers(text: &str) -> Vec<u64> {
    let numbers = text.split(',').map(|it| it.parse().expect("numbers"));
    numbers.collect()
}

fn row(round_trip: u64, program: &str, cost: &Cost) {
    let longest = cost.record.as_ref().map_or("-".to_owned(), |record| {
        let longest = record.checks.iter().map(|check| check.duration_ms).max();
        format!(
            "{:.1}",
            Duration::from_millis(longest.unwrap_or(0)).as_secs_f64()
        )
    });
    println!(
        "| {round_trip} ms | {program} | {:.1} | {} | {} | {longest} | {} |",
        cost.took.as_secs_f64(),
        cost.requests,
        cost.connections,
        cost.memory >> 10
    );
}

/// Runs a program against a registry of its own, a round trip away.
fn measured(
    runtime: &tokio::runtime::Runtime,
    round_trip: Duration,
    run: &dyn Fn(SocketAddr, &Path) -> (Command, bool),
) -> Cost {
    let folder = TempDir::new().expect("a temporary folder");
    let log = folder.path().join("log");
    let mut registry = serve(folder.path(), &log);
    let proxy = Proxy::before(listening(folder.path()), round_trip);
    let proxy = runtime.block_on(proxy).expect("a free port on loopback");
    let (mut command, has_record) = run(proxy.address, folder.path());
    let begun = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    let memory = watched(&mut child);
    let took = begun.elapsed();
    let _ = registry.kill();
    let _ = registry.wait();
    let record = std::fs::read(folder.path().join("results.json")).unwrap_or_default();
    let log = std::fs::read_to_string(log).unwrap_or_default();
    Cost {
        took,
        requests: log.lines().filter(|line| line.contains("/v2/")).count() as u64,
        connections: proxy.connections(),
        memory,
        record: has_record.then(|| json::read(&record).expect("a record")),
    }
}

/// The reference registry in a process of its own, which logs each request.
fn serve(folder: &Path, log: &Path) -> Child {
    let mut command = Command::new(plimsoll());
    command.args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--log",
        "json",
        "--ready-file",
    ]);
    command.arg(folder.join("ready"));
    command.stdout(Stdio::null());
    command.stderr(std::fs::File::create(log).expect("a file"));
    command.spawn().expect("the registry starts")
}

/// Where the registry listens, once it does.
fn listening(folder: &Path) -> SocketAddr {
    let begun = Instant::now();
    loop {
        let url = std::fs::read_to_string(folder.join("ready")).unwrap_or_default();
        if let Some(address) = url.trim().strip_prefix("http://") {
            return address.parse().expect("host and port");
        }
        assert!(begun.elapsed() < PATIENCE, "the registry does not listen");
        thread::sleep(Duration::from_millis(5));
    }
}

fn plimsoll() -> String {
    std::env::var("PLIMSOLL").unwrap_or(env!("CARGO_BIN_EXE_plimsoll").to_owned())
}

fn check(address: SocketAddr, folder: &Path, jobs: u64) -> Command {
    let mut command = Command::new(plimsoll());
    command.args(["check", &format!("http://{address}")]);
    command
        .args(["--jobs", &jobs.to_string(), "--out"])
        .arg(folder);
    if let Ok(more) = std::env::var("ARGUMENTS") {
        command.args(more.split_ascii_whitespace());
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The official suite, with every part of it switched on.
fn suite(program: &str, address: SocketAddr, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.env("OCI_REGISTRY", address.to_string());
    for (name, value) in [
        ("OCI_REPO1", "suite/one"),
        ("OCI_REPO2", "suite/two"),
        ("OCI_TLS", "disabled"),
        ("OCI_CONFIGURATION", "/dev/null"),
        ("OCI_VERSION", "1.1"),
        ("OCI_RESULTS_DIR", "results"),
        ("OCI_API_BLOBS_UPLOAD_CANCEL", "true"),
        ("OCI_API_BLOBS_DIGEST_HEADER", "true"),
        ("OCI_API_BLOBS_MOUNT_ANONYMOUS", "true"),
        ("OCI_API_MANIFESTS_DIGEST_HEADER", "true"),
        ("OCI_API_MANIFESTS_TAG_PARAM", "true"),
        ("OCI_API_REFERRER", "true"),
    ] {
        command.env(name, value);
    }
    command
}

/// Waits for the end. The most memory that was seen to be used, in KiB; 0 where the system does not
/// tell.
fn watched(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    loop {
        let peak = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|it| it.trim().strip_suffix(" kB")?.parse().ok());
        memory = memory.max(peak.unwrap_or(0));
        if child.try_wait().expect("the system tells").is_some() {
            return memory;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

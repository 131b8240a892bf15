//! How long a whole run takes, over TCP, in process, and with latency; and how much memory it
//! takes.
//!
//! `cargo bench --bench full_run` prints the figures that the README states. They are measured side
//! by side in one run of the program, so that their ratios hold on a noisy machine too.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use plimsoll::http::BoxFuture;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::Failure;
use plimsoll::http::Request;
use plimsoll::http::Response;
use plimsoll::http::Transport;
use plimsoll::registry::InProcess;
use plimsoll::registry::Registry;
use plimsoll::run::Control;
use plimsoll::run::Record;
use plimsoll::run::Settings;
use plimsoll::suite::SECTIONS;

/// How often each figure is taken; the median counts.
const ROUNDS: usize = 5;

/// The registry in this process, each answer of which takes its time.
struct Delayed {
    inner: InProcess,
    latency: Duration,
}

impl Transport for Delayed {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            tokio::time::sleep(self.latency).await;
            self.inner.round_trip(request).await
        })
    }
}

fn over_tcp() -> Record {
    let running = Registry::builder()
        .spawn()
        .expect("a free port on loopback");
    let client = Client::over_network(ClientSettings::new(running.url())).expect("a client");
    run(client, running.url(), Settings::JOBS)
}

fn in_process(latency: Duration, jobs: usize) -> Record {
    let inner = Registry::builder().build().in_process();
    let transport: Arc<dyn Transport> = match latency {
        Duration::ZERO => Arc::new(inner),
        _ => Arc::new(Delayed { inner, latency }),
    };
    let url = "http://registry.invalid";
    let client = Client::in_process(transport, ClientSettings::new(url)).expect("a client");
    run(client, url.to_owned(), jobs)
}

fn run(client: Client, url: String, jobs: usize) -> Record {
    // What was pushed goes with the registry.
    let settings = Settings {
        jobs,
        keep: true,
        ..Settings::new(client, url)
    };
    plimsoll::run::run(settings, SECTIONS, &Control::default(), &())
}

/// Prints the median wall time of a run and how many requests it made.
fn measure(what: &str, rounds: usize, once: impl Fn() -> Record) {
    let mut times = Vec::new();
    let mut requests = 0;
    for _ in 0..rounds {
        let started = Instant::now();
        requests = once().requests;
        times.push(started.elapsed());
    }
    times.sort();
    let median = times[rounds / 2];
    println!(
        "{what:40} {:>8.1} ms  {requests} requests",
        median.as_secs_f64() * 1000.0
    );
}

/// One request after another takes its time.
fn rounds(jobs: usize) -> usize {
    if jobs == 1 { 1 } else { ROUNDS }
}

/// The most memory that this process had at any time, in MiB (Linux only).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<u64>()
            .ok()?
            / 1024,
    )
}

fn main() {
    measure("over TCP on loopback", ROUNDS, over_tcp);
    measure("in process", ROUNDS, || {
        in_process(Duration::ZERO, Settings::JOBS)
    });
    if let Some(mebibytes) = peak_memory() {
        println!(
            "{:40} {mebibytes:>8} MiB, registry and client together",
            "peak memory"
        );
    }
    for jobs in [1, 8, Settings::JOBS, 64] {
        let what = format!("20 ms per request, {jobs} at once");
        measure(&what, rounds(jobs), || {
            in_process(Duration::from_millis(20), jobs)
        });
    }
}

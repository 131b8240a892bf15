//! How fast campaigns are: plans and steps a second in this process on one core, and requests a
//! second over TCP beside `wrk`, which asks the same registry for one blob in turn with the campaign.
//!
//! `cargo bench --bench fuzz` prints the figures that `docs/fuzzing.md` states. `wrk` is a C program
//! that neither makes plans nor judges answers, and so the bound of what a client can do here. Their
//! ratio is taken round by round, so that it holds on a noisy machine too.

use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::time::Instant;

use plimsoll::catalogue::Version;
use plimsoll::fuzz::Campaign;
use plimsoll::fuzz::Canary;
use plimsoll::fuzz::Corpus;
use plimsoll::fuzz::Profile;
use plimsoll::fuzz::campaign::Event;
use plimsoll::fuzz::campaign::Observer;
use plimsoll::fuzz::campaign::Outcome;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::registry::InProcess;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use plimsoll::run::Control;
use plimsoll::run::Settings;

/// How often each figure is taken; the median counts.
const ROUNDS: usize = 7;

/// How many plans a campaign has, and how long `wrk` asks.
const PLANS: u64 = 2000;
const SECONDS: u64 = 4;

/// How many connections both have over TCP.
const CONNECTIONS: usize = 8;

/// Hears of nothing.
struct Nobody;

impl Observer for Nobody {
    fn on(&self, _: &Event<'_>) -> bool {
        true
    }
}

fn main() {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| in_process()).collect();
    println!(
        "in process, one worker: {:.0} plans/s, {:.0} steps/s",
        median(rounds.iter().map(|it| it.0)),
        median(rounds.iter().map(|it| it.1))
    );
    let running = served();
    let blob = pushed(&running);
    let rounds = (0..ROUNDS).map(|round| (over_tcp(&running, round), wrk(&blob)));
    let rounds: Vec<_> = rounds.collect();
    let campaign = median(rounds.iter().map(|it| it.0));
    println!("over TCP, {CONNECTIONS} workers: {campaign:.0} requests/s");
    let beside: Option<Vec<_>> = rounds.iter().map(|it| Some((it.0, it.1?))).collect();
    let Some(beside) = beside else {
        println!("wrk is not there: no figure beside it");
        return;
    };
    let bound = median(beside.iter().map(|it| it.1));
    println!("wrk on a blob, {CONNECTIONS} connections: {bound:.0} requests/s");
    let ratios: Vec<_> = beside.iter().map(|it| it.0 / it.1).collect();
    let ratio = median(ratios.iter().copied());
    let (least, most) = extremes(&ratios);
    println!("campaign beside wrk, round by round: {ratio:.2} ({least:.2} to {most:.2})");
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn extremes(figures: &[f64]) -> (f64, f64) {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    (least, figures.iter().copied().fold(0.0, f64::max))
}

fn in_process() -> (f64, f64) {
    let transport = Registry::builder().build().in_process();
    let client = Client::in_process(
        std::sync::Arc::new(transport),
        ClientSettings::new(InProcess::URL),
    );
    let client = client.expect("these settings are valid");
    let (outcome, took) = run(&client, InProcess::URL, "bench", 1);
    per_second(&outcome, took)
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn per_second(outcome: &Outcome, took: Duration) -> (f64, f64) {
    let seconds = took.as_secs_f64();
    (
        outcome.plans as f64 / seconds,
        outcome.steps as f64 / seconds,
    )
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn over_tcp(running: &Running, round: usize) -> f64 {
    let client = Client::over_network(ClientSettings::new(running.url())).expect("a client");
    let namespace = format!("bench/{round}");
    let (outcome, took) = run(&client, &running.url(), &namespace, CONNECTIONS);
    outcome.requests as f64 / took.as_secs_f64()
}

fn served() -> Running {
    Registry::builder()
        .spawn()
        .expect("a free port on loopback")
}

/// Plays a campaign with all rules. What the registry has is asked first, and not timed.
fn run(client: &Client, origin: &str, namespace: &str, jobs: usize) -> (Outcome, Duration) {
    let campaign = Campaign {
        seed: 1,
        first: Vec::new(),
        plans: Some(PLANS),
        deadline: None,
        jobs,
        shard: (0, 1),
        rules: Vec::new(),
        origin: origin.to_owned(),
        namespace: namespace.to_owned(),
        profile: profile(origin),
        budget: 0,
        evolve: false,
    };
    let never = AtomicBool::new(false);
    let started = Instant::now();
    let outcome = campaign.run(client, &Corpus::default(), &never, &Nobody);
    assert!(
        outcome.findings.is_empty(),
        "the reference registry is sound"
    );
    (outcome, started.elapsed())
}

fn profile(origin: &str) -> Profile {
    let settings = ClientSettings::new(origin);
    let client = if origin == InProcess::URL {
        let transport = Registry::builder().build().in_process();
        Client::in_process(std::sync::Arc::new(transport), settings)
    } else {
        Client::over_network(settings)
    };
    let settings = Settings::new(client.expect("these settings are valid"), origin.to_owned());
    Profile {
        features: plimsoll::run::features(settings, &Control::default()),
        canary: Canary::on_loopback().ok(),
        ..Profile::of(Version::V1_1)
    }
}

/// How many requests a second `wrk` makes for a small blob; none where it is not there.
fn wrk(url: &str) -> Option<f64> {
    let output = Command::new("wrk")
        .args(["-t", "1", "-c", &CONNECTIONS.to_string()])
        .args(["-d", &format!("{SECONDS}s"), url])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("Requests/sec"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The URL of a blob of 64 bytes.
fn pushed(running: &Running) -> String {
    use plimsoll::http::Method;
    use plimsoll::http::Request;
    use plimsoll::http::Transcript;
    let client = Client::over_network(ClientSettings::new(running.url())).expect("a client");
    let content = vec![b'x'; 64];
    let digest = plimsoll::oci::Algorithm::Sha256.digest(&content);
    let url = running.url();
    let mut request = Request::new(
        Method::POST,
        format!("{url}/v2/bench/blobs/uploads/?digest={digest}"),
    );
    request.body = content.into();
    let reply = client.send(request, &Transcript::default());
    assert_eq!(reply.expect("an answer").response.status, 201);
    format!("{url}/v2/bench/blobs/{digest}")
}

//! How long merging the shards of a campaign takes, and how much memory: on made-up results, with findings that
//! were really found, of as many shards as are asked for.
//!
//! `cargo bench --bench merge` prints the figures that `docs/scale.md` states; `-- 100 1000 4000` says for how many
//! shards, and `-- --write DIR 1000` leaves the results in a folder for `plimsoll report --merge`. Nothing else is
//! known here of how campaigns come about.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Instant;

use plimsoll::fuzz::Finding;
use plimsoll::fuzz::campaign::Inquired;
use plimsoll::fuzz::campaign::Joint;
use plimsoll::report::fuzz::FuzzRecord;
use plimsoll::report::fuzz::Merging;
use plimsoll::report::fuzz::json;
use plimsoll::report::fuzz::read_record;
use serde_json::json;

/// How many shards, unless told otherwise.
const SHARDS: [u64; 3] = [100, 1000, 4000];

/// Of how many shards one has a finding that no other has.
const OWN: u64 = 10;

/// How many kinds of things a shard sees, and of how many.
const SEEN: u64 = 5_000;
const KINDS: u64 = 20_000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let mut numbers = Vec::new();
    let mut folder = None;
    while let Some(argument) = arguments.next() {
        if argument == "--write" {
            folder = arguments.next().map(PathBuf::from);
        } else {
            numbers.push(argument.parse().expect("a number of shards"));
        }
    }
    if numbers.is_empty() {
        numbers = SHARDS.to_vec();
    }
    let found = findings();
    println!(
        "{} findings, {} bytes on the whole",
        found.len(),
        size(&found)
    );
    for shards in numbers {
        match &folder {
            Some(folder) => write(folder, shards, &found),
            None => measure(shards, &found),
        }
    }
}

/// What was found in real registries.
fn findings() -> Vec<Finding> {
    let registries = fs::read_dir("reports").expect("the reports of this repository");
    let folders = registries.map(|it| it.expect("an entry").path().join("findings"));
    let mut paths: Vec<_> = folders
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .map(|it| it.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    paths.sort();
    let findings = paths
        .iter()
        .map(|path| Finding::read(path).expect("a finding"));
    let mut findings: Vec<_> = findings.collect();
    findings.sort_by(|one, other| one.signature.cmp(&other.signature));
    findings.dedup_by(|one, other| one.signature == other.signature);
    findings
}

fn size(findings: &[Finding]) -> usize {
    findings.iter().map(|it| it.to_json().len()).sum()
}

/// Times the merging of so many, which are read one by one as `plimsoll report` does.
fn measure(shards: u64, found: &[Finding]) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    write(folder.path(), shards, found);
    let paths: Vec<_> = (0..shards).map(|part| place(folder.path(), part)).collect();
    let lengths = paths
        .iter()
        .map(|path| fs::metadata(path).expect("a file").len());
    let length: u64 = lengths.sum();
    forget_peak();
    let (start, worked) = (Instant::now(), worked());
    let mut merging = Merging::default();
    for path in &paths {
        let bytes = fs::read(path).expect("a file");
        let record = read_record(&bytes).expect("a campaign").expect("a record");
        merging.add(record).expect("the same campaign");
    }
    let merged = merging.finish(false).expect("all shards");
    let bytes = json(&merged).expect("JSON").len();
    let took = start.elapsed().as_secs_f64();
    // Where nobody knows how long the processor was at it, it was all the time.
    let worked = self::worked()
        .zip(worked)
        .map_or(took, |(to, from)| to - from);
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let each = worked * 1000.0 / shards as f64;
    println!(
        "{shards} shards, {} MB: {took:.2} s, of which the processor {worked:.2} s, {each:.2} ms each; peak {}; merged: {} findings, {} kB",
        length / 1_000_000,
        peak().map_or("unknown".to_owned(), |it| format!("{} MB", it / 1000)),
        merged.outcome.findings.len(),
        bytes / 1000,
    );
}

fn place(folder: &Path, part: u64) -> PathBuf {
    folder.join(format!("shard-{part}")).join("results.json")
}

/// Writes the results of so many shards.
fn write(folder: &Path, shards: u64, found: &[Finding]) {
    for part in 0..shards {
        let path = place(folder, part);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let bytes = json(&record(part, shards, found)).expect("JSON");
        fs::write(path, bytes).expect("there is room");
    }
}

/// What one of them came to: the same faults as all others, each in a case of its own.
fn record(part: u64, of: u64, found: &[Finding]) -> FuzzRecord {
    let mut findings = found.to_vec();
    if part.is_multiple_of(OWN) {
        let mut own = found[0].clone();
        own.signature = format!("{:016x}", u64::MAX - part);
        findings.push(own);
    }
    let mut inquiries = Vec::new();
    for (number, finding) in findings.iter_mut().enumerate() {
        finding.case = number as u64 * of + part;
        inquiries.push(Inquired {
            case: finding.case,
            kind: kind(&finding.signature),
            mutations: finding.mutations.clone(),
            signature: Some(finding.signature.clone()),
        });
    }
    let mut joint = Joint {
        inquiries,
        ..Joint::default()
    };
    joint.see(
        &(0..SEEN)
            .map(|it| scattered((it * 7 + part * 31) % KINDS))
            .collect(),
    );
    let mut record: FuzzRecord = serde_json::from_value(frame(part, of)).expect("a record");
    record.outcome.findings = findings;
    record.outcome.joint = Some(joint);
    record
}

/// A record without findings.
fn frame(part: u64, of: u64) -> serde_json::Value {
    let counts = |what: &str, many: u64| -> serde_json::Value {
        let rows = (0..many).map(|it| (format!("{what}-of-some-length-{it}"), json!(1000 + it)));
        serde_json::Value::Object(rows.collect())
    };
    json!({
        "schema": 1, "kind": "fuzz", "complete": true, "evolve": false, "rules": [],
        "tool": plimsoll::fuzz::Tool::this(),
        "target": "http://127.0.0.1:5000", "spec": "1.1", "namespace": "plimsoll-fuzz/r",
        "run_id": format!("r{part}"), "shard": format!("{part}/{of}"),
        "corpus": {"plans": 0, "hash": "0"}, "plans_at_most": 36_000_000,
        "started": "2026-11-28T00:00:00Z", "duration_ms": 3_600_000, "profile": [],
        "seed": 1, "ended": "completed", "plans": 36_000, "steps": 600_000, "requests": 700_000,
        "shares": {"done": 450_000, "led_on": 0, "refused": 150_000, "broke": 0, "unanswered": 0},
        "features": SEEN, "stale": 0, "unreproduced": 0,
        "mutations": counts("mutation", 331), "kinds": counts("kind", 20), "canary": {},
        "groups": counts("group", 40), "findings": [],
    })
}

/// A number that stands for a signature.
fn kind(signature: &str) -> u64 {
    u64::from_str_radix(signature, 16).expect("a signature")
}

fn scattered(number: u64) -> u64 {
    (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// How long the processor has been at it, in seconds.
fn worked() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: f64 = status.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// From now on the peak is counted anew, where the system can do that.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that was in use, in kilobytes.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

//! The folder of a shard: what can be read there so far. What is half written is read again the next time.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use serde::Deserialize;

use crate::cli::results;
use crate::report::fuzz as report;
use crate::report::fuzz::Found;
use crate::report::fuzz::Status;
use crate::report::fuzz::status;
use crate::report::watch::Shard;
use crate::report::watch::State;
use crate::verdict::Verdict;

/// The longest results and the longest finding that are read, in bytes, and how many findings.
const LONGEST_RESULTS: u64 = 1 << 30;
const LONGEST_FINDING: u64 = 16 << 20;
const MOST_FINDINGS: usize = 10_000;

/// A folder, and what was read in it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    status: Option<Status>,
    results: Option<Head>,
    /// The results that were read last.
    stamp: Option<(SystemTime, u64)>,
    found: BTreeMap<String, String>,
    /// How long ago the status had changed when it was seen to have, and when that was.
    changed: Option<(Duration, Instant)>,
}

/// What results say of the whole, whatever they are of.
#[derive(Debug, Deserialize)]
struct Head {
    #[serde(default)]
    shard: Option<String>,
    run_id: String,
    complete: bool,
    #[serde(default)]
    ended_by: Option<String>,
    duration_ms: u64,
    #[serde(default)]
    plans: Option<u64>,
    #[serde(default)]
    findings: Vec<Found>,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
struct Check {
    id: String,
    verdict: String,
    gates: bool,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            status: None,
            results: None,
            stamp: None,
            found: BTreeMap::new(),
            changed: None,
        }
    }

    /// Reads what has come since it was looked last.
    pub(super) fn look(&mut self, now: Instant) -> Shard {
        self.read_status(now);
        self.read_results();
        if !self.is_over() {
            self.read_findings();
        }
        let quiet = self.changed.map_or(Duration::ZERO, |(before, when)| {
            before + now.saturating_duration_since(when)
        });
        let name = self.path.file_name().unwrap_or_default();
        let shard = Shard {
            folder: name.to_string_lossy().into_owned(),
            quiet,
            found: self.found.clone(),
            ..Shard::default()
        };
        match (&self.results, &self.status) {
            (Some(results), _) if self.is_over() => results.told(shard),
            (_, Some(status)) => told(status, shard),
            (_, None) => shard,
        }
    }

    /// Whether its results are there, and not those of a run before the one that says what it does.
    fn is_over(&self) -> bool {
        let status = self.status.as_ref();
        let is_again =
            |run_id: &str| status.is_some_and(|it| it.state != "over" && it.run_id != run_id);
        let results = self.results.as_ref();
        results.is_some_and(|results| !is_again(&results.run_id))
    }

    fn read_status(&mut self, now: Instant) {
        let path = self.path.join(report::STATUS);
        let Some(bytes) = bounded(&path, status::LONGEST) else {
            return;
        };
        let Some(status) = Status::read(&bytes) else {
            return;
        };
        if self.status.as_ref() == Some(&status) {
            return;
        }
        // Its own clock is not ours: how old it is counts only where we did not see it change.
        let before = match self.status {
            Some(_) => Duration::ZERO,
            None => age(&path),
        };
        self.changed = Some((before, now));
        self.status = Some(status);
    }

    fn read_results(&mut self) {
        let path = self.path.join(results::NAME);
        let Ok(metadata) = fs::metadata(&path) else {
            return;
        };
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let stamp = Some((modified, metadata.len()));
        if self.stamp == stamp {
            return;
        }
        let head = bounded(&path, LONGEST_RESULTS)
            .and_then(|bytes| serde_json::from_slice::<Head>(&bytes).ok());
        if let Some(head) = head {
            self.stamp = stamp;
            self.found.extend(head.found());
            self.results = Some(head);
        }
    }

    fn read_findings(&mut self) {
        let Ok(entries) = fs::read_dir(self.path.join(report::FINDINGS)) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if self.found.len() >= MOST_FINDINGS {
                return;
            }
            let is_json = path.extension().is_some_and(|it| it == "json");
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            if !is_json || self.found.contains_key(name.as_ref()) {
                continue;
            }
            let finding = bounded(&path, LONGEST_FINDING)
                .and_then(|bytes| serde_json::from_slice::<Found>(&bytes).ok());
            if let Some(finding) = finding {
                self.found.insert(name.into_owned(), finding.group);
            }
        }
    }
}

impl Head {
    /// What was found: findings by signature, checks that gate by id.
    fn found(&self) -> Vec<(String, String)> {
        let findings = self.findings.iter();
        let findings = findings.map(|it| (it.signature.clone(), it.group.clone()));
        let checks = self.checks.iter().filter(|it| it.gates);
        let checks = checks.map(|it| (it.id.clone(), it.verdict.clone()));
        findings.chain(checks).take(MOST_FINDINGS).collect()
    }

    fn told(&self, shard: Shard) -> Shard {
        let put = self.checks.iter();
        let put = put
            .filter(|it| it.verdict != Verdict::Skipped.word())
            .count();
        Shard {
            part: self.shard.as_deref().and_then(part),
            state: if self.complete {
                State::Done
            } else {
                let why = self.ended_by.as_deref();
                State::Ended(why.unwrap_or("before its end").to_owned())
            },
            done: self.plans.unwrap_or(put as u64),
            elapsed: Duration::from_millis(self.duration_ms),
            ..shard
        }
    }
}

fn told(status: &Status, shard: Shard) -> Shard {
    Shard {
        part: part(&status.shard),
        state: match status.state.as_str() {
            "probing" => State::Probing,
            // Its results are about to come.
            _ => State::Playing,
        },
        done: status.plans,
        of: status.plans_at_most,
        elapsed: Duration::from_millis(status.elapsed_ms),
        ..shard
    }
}

/// `0/4`: which part, and of how many.
fn part(name: &str) -> Option<(u64, u64)> {
    let (part, of) = name.split_once('/')?;
    Some((part.parse().ok()?, of.parse().ok()?))
}

/// A file that is no longer than this.
fn bounded(path: &Path, longest: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(longest + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= longest).then_some(bytes)
}

/// How long ago a file was written, by the clock of this machine.
fn age(path: &Path) -> Duration {
    let modified = fs::metadata(path).and_then(|it| it.modified());
    let age = modified.ok().and_then(|it| it.elapsed().ok());
    age.unwrap_or_default()
}

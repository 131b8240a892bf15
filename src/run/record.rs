//! The record of a run, `results.json`: everything else is rendered from it.
//!
//! What stands here is a promise: `docs/results.schema.json` describes it, and `schema` counts its
//! changes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::verdict::Verdict;

use super::TermsEntry;

/// The version of this form.
pub const SCHEMA: u32 = 1;

/// A run and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of this form.
    pub schema: u32,
    /// What made it.
    pub tool: Tool,
    /// Whether the run came to its end.
    pub complete: bool,
    /// Why it did not: `interrupted`, `terminated`, `out of time`, `bug`, `shards missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// What was tested.
    pub target: Target,
    /// The version of the specification, `1.0`, `1.1` or `1.2`.
    pub spec: String,
    /// The lightest level that gates, or `never`.
    pub fail_on: String,
    /// Where all content came from.
    pub seed: u64,
    /// Which part of the checks was put, of how many: `0/2` and `1/2`. Nothing where all were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// What was selected, where it worked, and how it asked; nothing in a record that is made of
    /// several that differ in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermsEntry>,
    /// What tells the repositories of this run from those of others.
    pub run_id: String,
    /// When it began, RFC 3339, UTC.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
    /// How many requests went out, those of cleaning up included.
    pub requests: u64,
    /// How long requests took; absent where none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyEntry>,
    /// How many checks ended with which verdict.
    pub summary: BTreeMap<String, usize>,
    /// What the registry has.
    pub features: Vec<FeatureEntry>,
    /// The four workflows.
    pub categories: Vec<CategoryEntry>,
    /// The catalogue, as far as this version of the specification has it.
    pub requirements: Vec<RequirementEntry>,
    /// What explains the failures.
    pub causes: Vec<CauseEntry>,
    /// Every check of the plan, in its order.
    pub checks: Vec<CheckEntry>,
    /// What is expected to be wrong, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectations: Option<ExpectationsEntry>,
    /// The older record whose failures do not gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineEntry>,
    /// The edition whose checks alone gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<u32>,
    /// Numbers that have to be good enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<ThresholdEntry>,
}

/// How long requests took, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyEntry {
    /// Half of them took no longer.
    pub p50_us: u64,
    /// Of 100, 95 took no longer.
    pub p95_us: u64,
    /// Of 100, 99 took no longer.
    pub p99_us: u64,
    /// None took longer.
    pub max_us: u64,
}

/// An older record whose failures do not gate, and how this run stands to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineEntry {
    /// The version of plimsoll that made it.
    pub tool: String,
    /// When it was begun.
    pub started: String,
    /// Whom it is about.
    pub url: String,
    /// The checks that gate now, and did not fail there.
    pub regressions: Vec<String>,
    /// How many checks do not gate because they failed there, too.
    pub old: usize,
    /// How many checks do not gate because they were not put there.
    pub new: usize,
    /// The checks that failed there and pass now.
    pub fixed: Vec<String>,
}

/// A number that has to be good enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdEntry {
    /// `max-p95` or `min-held LEVEL`.
    pub name: String,
    /// How good it has to be.
    pub limit: String,
    /// How good it is.
    pub actual: String,
    /// Whether that is good enough.
    pub met: bool,
}

impl Record {
    /// The checks that failed, whether that gates or not, and those that could not be put.
    pub fn failed(&self) -> impl Iterator<Item = &CheckEntry> {
        let bad = [
            Verdict::Fail,
            Verdict::Flaky,
            Verdict::Error,
            Verdict::Blocked,
        ];
        let is_bad = move |check: &&CheckEntry| {
            let mut bad = bad.iter();
            check.gates || bad.any(|verdict| check.verdict == verdict.word())
        };
        self.checks.iter().filter(is_bad)
    }
}

/// What made a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `plimsoll`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its address.
    pub url: String,
    /// What it says that it is, in `Server` or a header of its own; `null` if nothing.
    pub software: Option<String>,
}

/// A feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureEntry {
    /// Its name.
    pub id: String,
    /// `supported`, `unsupported` or `unknown`.
    pub state: String,
    /// The answer that says so.
    pub evidence: String,
}

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryEntry {
    /// `pull`, `push`, `discovery` or `management`.
    pub id: String,
    /// `conformant`, `violated`, `unsupported` or `untested`, which it is also where nothing failed
    /// but checks are blocked.
    pub state: String,
    /// How many of its checks passed.
    pub pass: usize,
    /// How many of its checks failed, whether that is known or not.
    pub fail: usize,
    /// How many of its checks warn.
    pub warn: usize,
    /// How many of its checks are unsupported.
    pub unsupported: usize,
    /// How many of its checks are blocked, or ended in an error.
    pub blocked: usize,
}

/// A requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementEntry {
    /// Its name.
    pub id: String,
    /// Its area and number.
    pub alias: String,
    /// Its level in the version under test.
    pub level: String,
    /// Where the text stands.
    pub section: String,
    /// `held`, `violated` or `untested`.
    pub state: String,
    /// The checks that cover it.
    pub checks: Vec<String>,
    /// Why it is untested; of one that sums up others, also what is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What explains a group of failures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseEntry {
    /// Its name within the record.
    pub id: String,
    /// The requirement that is broken; `null` where checks could not be put at all.
    pub requirement: Option<String>,
    /// Other requirements that are broken with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Its level in the version under test.
    pub level: String,
    /// In words.
    pub title: String,
    /// The checks that it explains; the first shows it best.
    pub checks: Vec<String>,
    /// Whether it makes the run fail.
    pub gates: bool,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckEntry {
    /// Its id.
    pub id: String,
    /// What a sound registry does.
    pub title: String,
    /// The heaviest level among its requirements.
    pub level: String,
    /// The requirements that it covers.
    pub requirements: Vec<String>,
    /// How it ended.
    pub verdict: String,
    /// Whether that makes the run fail.
    pub gates: bool,
    /// Why it does not make the run fail, though one of this verdict and level would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excused: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// The requirement that is broken, or that blocks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub violated: Option<String>,
    /// Every acceptable outcome, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What happened instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// Broken requirements of level should beside that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerns: Vec<ConcernEntry>,
    /// The cause that explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Why it was not put, or not judged; of a known failure, why it is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// By which expectation it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownEntry>,
    /// What about the answer is at fault, by which failures are grouped: `status 200 not 404`,
    /// `header location`, `body`, or `content`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Which of the exchanges shows it, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_by: Option<usize>,
    /// What went over the wire.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<ExchangeEntry>,
    /// A shell script that asks again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// How a known failure ended in fact, and the expectation by which it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownEntry {
    /// Its verdict, if nobody had expected it.
    pub ended: String,
    /// What the expectation is about.
    pub glob: String,
    /// Where more is to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which the expectation holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// What the run has to say of the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What is expected to be wrong, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationsEntry {
    /// Whether one that is out of date makes the run fail.
    pub strict: bool,
    /// The expectations, in the order of their file.
    pub entries: Vec<ExpectationEntry>,
}

/// An expectation, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationEntry {
    /// What it is about.
    pub glob: String,
    /// The verdict that it expects; none for any that gates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// Why this is left alone.
    pub reason: String,
    /// Where more is to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// `met`, `passed`, `expired`, `unmatched`, `not-selected`, `open` or `otherwise`.
    pub state: String,
    /// The checks or findings that say so.
    pub by: Vec<String>,
}

/// A broken requirement of level should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernEntry {
    /// The requirement.
    pub requirement: String,
    /// Every acceptable outcome, in words.
    pub expected: String,
    /// What happened instead.
    pub actual: String,
}

/// A request and its response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeEntry {
    /// Why it was sent: `asked`, `redirect`, `token`, `again`.
    pub role: String,
    /// When it was sent, since the run began.
    pub at_ms: u64,
    /// How long the answer took.
    pub took_ms: u64,
    /// What was sent.
    pub request: RequestEntry,
    /// What came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseEntry>,
    /// Which HTTP the answer was in: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`; nothing where it came not over a
    /// network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Why nothing came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestEntry {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers, secrets replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyEntry>,
    /// The exact bytes, where the request went through the raw transport; what is no UTF-8 is
    /// replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseEntry {
    /// The status code.
    pub status: u16,
    /// The headers, secrets replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyEntry>,
}

/// A body, cut and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyEntry {
    /// How long it is.
    pub length: usize,
    /// The digest of the whole.
    pub sha256: String,
    /// Its beginning, if it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its beginning in base64, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

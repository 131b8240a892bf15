//! Reports of a campaign: functions from what it came to, to bytes.
//!
//! `results.json` here is another form than that of a check: its `kind` is `fuzz`.

mod annotations;
pub mod differential;
mod expected;
mod junit;
mod markdown;
mod merge;
mod read;
mod replays;
mod sarif;
pub mod status;
mod steps;
pub(in crate::report) mod terminal;

use std::path::Path;

use serde::Deserialize;
use serde::Serialize;

use crate::catalogue::Version;
use crate::check::Feature;
use crate::check::FeatureState;
use crate::fuzz::Finding;
use crate::fuzz::Tool;
use crate::fuzz::campaign::Outcome;
use crate::run::ExpectationsEntry;

use super::Format;
use super::Render;
use super::ReportError;
use super::clean;
use super::files;
use super::format;
use super::html::fuzz as html;

pub use expected::KnownFinding;
pub use expected::came_of;
pub use expected::known;
pub use expected::noted;
pub use junit::render as junit;
pub use merge::Merging;
pub use merge::merge;
pub use read::Found;
pub use read::Results;
pub use read::read;
pub use read::read_record;
pub use replays::Replays;
pub use replays::Row;
pub use replays::replays;
pub use status::Status;
pub use steps::described;
pub use terminal::terminal;

/// The version of the form of `results.json`.
pub const SCHEMA: u32 = 1;

/// What tells it from the record of a check.
pub const KIND: &str = "fuzz";

/// What a campaign has come to so far, in the folder of the reports.
pub const STATUS: &str = "status.json";

/// The folder for findings, in the folder of the reports.
pub const FINDINGS: &str = "findings";

/// Every format of a campaign's record, in the order in which they are written.
pub static FORMATS: &[Format<FuzzRecord>] = &[
    format::JSON.by(Render::File(json)),
    format::JUNIT.by(Render::File(junit)),
    format::HTML.by(Render::File(html)),
    format::MARKDOWN.by(Render::Parts(markdown::parts)),
    format::ANNOTATED.by(Render::File(annotations::render)),
    format::SARIF.by(Render::File(sarif::render)),
];

/// What a campaign came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FuzzRecord {
    /// The version of its form.
    pub schema: u32,
    /// [`KIND`].
    pub kind: String,
    /// Who ran it.
    pub tool: Tool,
    /// Whether it came to its end.
    pub complete: bool,
    /// What ended it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// The registry.
    pub target: String,
    /// The version of the specification that it was judged by.
    #[serde(serialize_with = "spec", deserialize_with = "read::spec")]
    pub spec: Version,
    /// What the names of its repositories begin with.
    pub namespace: String,
    /// What tells them from those of other campaigns.
    pub run_id: String,
    /// Which part of the plans, of how many.
    pub shard: String,
    /// Whether it built on what was new, so that it cannot be repeated.
    pub evolve: bool,
    /// The rules that were selected; none for all.
    pub rules: Vec<String>,
    /// What it began with.
    pub corpus: CorpusEntry,
    /// After how many plans it was to end, those of other shards included; none where only its time was
    /// bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plans_at_most: Option<u64>,
    /// When it began.
    pub started: String,
    /// How long it took, the questions before it included.
    pub duration_ms: u64,
    /// What the target was found to have.
    pub profile: Vec<FeatureEntry>,
    /// The findings that are expected, and do not gate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownFinding>,
    /// What is expected to be found, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectations: Option<ExpectationsEntry>,
    /// What it has done and found.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A corpus as it stood at the start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CorpusEntry {
    /// How many plans it had.
    pub plans: usize,
    /// What tells it from others.
    pub hash: String,
}

/// What was found out of a feature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeatureEntry {
    /// The feature.
    pub id: String,
    /// `supported`, `unsupported` or `unknown`.
    pub state: String,
    /// The answer that says so.
    pub evidence: String,
}

/// A feature as the record has it.
pub fn feature((feature, state): (&Feature, &FeatureState)) -> FeatureEntry {
    let (word, evidence) = match state {
        FeatureState::Supported(evidence) => ("supported", evidence),
        FeatureState::Unsupported(evidence) => ("unsupported", evidence),
        FeatureState::Unknown(evidence) | FeatureState::NotAsked(evidence) => ("unknown", evidence),
    };
    FeatureEntry {
        id: feature.id().to_owned(),
        state: word.to_owned(),
        evidence: evidence.clone(),
    }
}

/// A finding in a line.
pub fn headline(finding: &Finding) -> String {
    let text = format!(
        "finding {}  {}: {}",
        finding.signature, finding.group, finding.detail
    );
    clean::line(&text, 200)
}

/// A finding as JSON of ASCII characters alone, for a terminal.
pub fn plain_json(finding: &Finding) -> String {
    let mut text = String::new();
    for character in finding.to_json().trim_end().chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            text.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

/// What a file says that somebody else may have written, in a line for a terminal.
pub fn harmless(text: &str) -> String {
    clean::line(text, 600)
}

/// The record as indented JSON, with a newline at its end.
pub fn json(record: &FuzzRecord) -> Result<Vec<u8>, ReportError> {
    super::json::pretty("json", record)
}

/// Makes the folder for findings and proves that they can be written there.
pub fn prepare(dir: &Path) -> Result<(), ReportError> {
    files::prepare_files(&dir.join(FINDINGS), &["finding.json"])
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn spec<S: serde::Serializer>(version: &Version, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(version)
}

#[cfg(test)]
mod tests;

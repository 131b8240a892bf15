//! `results.json` of a campaign, read back: its findings alone, or the whole.
//!
//! What is read may come from anywhere, so that it is checked before anything is made from it.

use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error as _;
use serde_json::Value;

use super::FuzzRecord;
use super::KIND;
use super::SCHEMA;
use crate::catalogue::Version;
use crate::check::FindingNames;
use crate::fuzz::plan::GENERATOR;
use crate::report::json::ReadError;

/// What a campaign found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Results {
    /// The version of the form.
    #[serde(rename = "schema")]
    _schema: u64,
    /// The findings, each fault once.
    pub findings: Vec<Found>,
}

/// A finding, as far as an expectation asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// What tells it from all others.
    pub signature: String,
    /// `rule: route => class`.
    pub group: String,
    /// The rule that is broken.
    pub rule: String,
    /// What is wrong.
    pub detail: String,
}

impl Found {
    /// What tells it.
    pub fn names(&self) -> FindingNames<'_> {
        FindingNames {
            signature: &self.signature,
            group: &self.group,
            rule: &self.rule,
        }
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    schema: Value,
}

impl Head {
    /// What results say of themselves; `None` if they are not those of a campaign.
    fn of(bytes: &[u8]) -> Option<Self> {
        let head: Self = serde_json::from_slice(bytes).ok()?;
        (head.kind == KIND).then_some(head)
    }

    /// The version of another form, if it is of one.
    fn other_schema(&self) -> Option<ReadError> {
        let found = self.schema.as_u64()?;
        (found != u64::from(SCHEMA)).then_some(ReadError::OtherSchema { found })
    }
}

/// Reads what a campaign found; `None` if these are not the results of a campaign.
pub fn read(bytes: &[u8]) -> Option<Result<Results, ReadError>> {
    let results = match Head::of(bytes)?.other_schema() {
        None => serde_json::from_slice(bytes).map_err(|error| not_a_record(error.to_string())),
        Some(error) => Err(error),
    };
    Some(results)
}

/// Reads what a campaign came to; `None` if these are not the results of a campaign.
pub fn read_record(bytes: &[u8]) -> Option<Result<FuzzRecord, ReadError>> {
    let record = match Head::of(bytes)?.other_schema() {
        None => serde_json::from_slice(bytes).map_err(|error| not_a_record(error.to_string())),
        Some(error) => Err(error),
    };
    Some(record.and_then(|record: FuzzRecord| match flaw(&record) {
        None => Ok(record),
        Some(flaw) => Err(not_a_record(flaw)),
    }))
}

/// What is wrong with a record that has the right form.
fn flaw(record: &FuzzRecord) -> Option<String> {
    record.outcome.findings.iter().find_map(|finding| {
        // It becomes the name of a file.
        let is_plain = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let signature = &finding.signature;
        if !(1..=64).contains(&signature.len()) || !signature.chars().all(is_plain) {
            return Some(format!("`{signature}` is no signature of a finding"));
        }
        if finding.tool.generator > GENERATOR || !finding.plan.is_sound() {
            return Some(format!(
                "the plan of the finding {signature} is none that this plimsoll can read"
            ));
        }
        None
    })
}

fn not_a_record(reason: String) -> ReadError {
    ReadError::NotARecord { reason }
}

/// A version of the specification.
pub(super) fn spec<'de, D: Deserializer<'de>>(from: D) -> Result<Version, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(D::Error::custom)
}

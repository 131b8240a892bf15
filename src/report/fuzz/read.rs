//! `results.json` of a campaign, read back as far as somebody asks: its findings.

use serde::Deserialize;

use super::KIND;
use super::SCHEMA;
use crate::check::FindingNames;
use crate::report::json::ReadError;

/// What a campaign found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Results {
    /// The version of the form.
    schema: u64,
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
struct Kind {
    #[serde(default)]
    kind: String,
}

/// Reads what a campaign found; `None` if these are not the results of a campaign.
pub fn read(bytes: &[u8]) -> Option<Result<Results, ReadError>> {
    let kind: Kind = serde_json::from_slice(bytes).ok()?;
    (kind.kind == KIND).then(|| {
        let results: Results =
            serde_json::from_slice(bytes).map_err(|error| ReadError::NotARecord {
                reason: error.to_string(),
            })?;
        if results.schema != u64::from(SCHEMA) {
            return Err(ReadError::OtherSchema {
                found: results.schema,
            });
        }
        Ok(results)
    })
}

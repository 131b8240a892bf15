//! Several registries side by side: what each has, holds and breaks, and whether they agree on what
//! content is called.
//!
//! It is made of records, whoever made them; only [`identity`] asks registries.

mod identity;
mod lines;

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::Gating;
use super::Record;
use super::Tool;
use super::gating;

pub use identity::Identity;
pub use identity::IdentityLine;
pub use identity::identity;
pub use lines::Line;

/// The version of the form of a comparison.
pub const COMPARISON_SCHEMA: u32 = 1;

/// Several records side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// [`COMPARISON_SCHEMA`].
    pub schema: u32,
    /// `compare`.
    pub kind: String,
    /// What made it.
    pub tool: Tool,
    /// Who is compared, in the order of the columns.
    pub targets: Vec<Compared>,
    /// The workflows: the state of each.
    pub categories: Vec<Line>,
    /// The features: the state of each.
    pub features: Vec<Line>,
    /// The requirements: the state of each; those that tell the registries apart first.
    pub requirements: Vec<Line>,
    /// What each registry alone breaks, in the order of the columns.
    pub alone: Vec<Vec<String>>,
    /// Whether they agree on what content is called; absent where only files were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

/// One of the registries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What it is called here.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it says that it is.
    pub software: Option<String>,
    /// The version of the specification that it was judged by.
    pub spec: String,
    /// When it was judged.
    pub started: String,
    /// `passed`, `violated` or `nothing-ran`.
    pub gate: String,
    /// Whether all of it was judged.
    pub complete: bool,
    /// How many checks passed.
    pub pass: usize,
    /// How many checks failed, known or not.
    pub fail: usize,
    /// How many causes explain that.
    pub causes: usize,
}

/// Holds records side by side, each with a name.
pub fn compare(records: &[(String, Record)], identity: Option<Identity>) -> Comparison {
    let only: Vec<&Record> = records.iter().map(|(_, record)| record).collect();
    let requirements = lines::requirements(&only);
    Comparison {
        schema: COMPARISON_SCHEMA,
        kind: "compare".to_owned(),
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        targets: records
            .iter()
            .map(|(name, record)| compared(name, record))
            .collect(),
        categories: lines::categories(&only),
        features: lines::features(&only),
        alone: (0..only.len())
            .map(|column| alone(&requirements, column))
            .collect(),
        requirements,
        identity,
    }
}

impl Comparison {
    /// Whether a registry breaks what gates, or two disagree on what content is called.
    pub fn is_violated(&self) -> bool {
        let differs = self.identity.as_ref().is_some_and(Identity::is_broken);
        differs || self.targets.iter().any(|target| target.gate == "violated")
    }
}

fn compared(name: &str, record: &Record) -> Compared {
    let count = |words: &[&str]| {
        let checks = record.checks.iter();
        checks
            .filter(|check| words.contains(&check.in_fact()))
            .count()
    };
    Compared {
        name: name.to_owned(),
        url: record.target.url.clone(),
        software: record.target.software.clone(),
        spec: record.spec.clone(),
        started: record.started.clone(),
        gate: match gating(record) {
            Gating::Passed => "passed",
            Gating::Violated => "violated",
            Gating::NothingRan => "nothing-ran",
        }
        .to_owned(),
        complete: record.complete,
        pass: count(&["pass"]),
        fail: count(&["fail", "flaky", "error"]),
        causes: record.causes.len(),
    }
}

/// The requirements that this registry breaks and every other holds.
fn alone(requirements: &[Line], column: usize) -> Vec<String> {
    let is_alone = |line: &&Line| {
        let mut others = line
            .states
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != column);
        let is_held = others.all(|(_, state)| state == "held");
        line.states.len() > 1 && line.states[column] == "violated" && is_held
    };
    requirements
        .iter()
        .filter(is_alone)
        .map(|line| line.id.clone())
        .collect()
}

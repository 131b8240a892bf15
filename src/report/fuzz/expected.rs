//! Findings that are expected: which of them, by which entries, and what came of those.

use serde::Deserialize;
use serde::Serialize;

use crate::check::Expectation;
use crate::check::Expectations;
use crate::check::FindingNames;
use crate::check::State;
use crate::fuzz::Finding;
use crate::fuzz::campaign::Outcome;
use crate::run::ExpectationEntry;
use crate::run::ExpectationsEntry;

use super::FuzzRecord;
use super::clean;
use super::headline;

/// A finding that is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFinding {
    /// Its signature.
    pub signature: String,
    /// What the expectation is about.
    pub glob: String,
    /// Why it is left alone.
    pub reason: String,
    /// Where more is to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which the expectation holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

impl FuzzRecord {
    /// The findings that nobody expected.
    pub fn unknown(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.outcome.findings.iter();
        findings.filter(|finding| self.known_as(finding).is_none())
    }

    /// By what a finding is known, if it is.
    pub fn known_as(&self, finding: &Finding) -> Option<&KnownFinding> {
        let mut known = self.known.iter();
        known.find(|known| known.signature == finding.signature)
    }
}

/// The findings that are expected.
pub fn known(expectations: &Expectations, outcome: &Outcome) -> Vec<KnownFinding> {
    let findings = outcome.findings.iter();
    let known = |finding: &Finding| {
        let entry = entry(expectations, finding)?;
        Some(KnownFinding {
            signature: finding.signature.clone(),
            glob: entry.glob().to_owned(),
            reason: entry.reason.clone(),
            link: entry.link.clone(),
            expires: entry.expires.map(|day| day.to_string()),
        })
    };
    findings.filter_map(known).collect()
}

/// What came of the expectations about findings; `None` where there is none. A campaign that does
/// not find something does not prove that it is gone.
pub fn came_of(expectations: &Expectations, outcome: &Outcome) -> Option<ExpectationsEntry> {
    let about_findings = expectations.entries.iter().filter(|it| !it.is_of_checks());
    let entries: Vec<_> = about_findings
        .map(|entry| {
            let findings = outcome.findings.iter();
            let met = findings.filter(|finding| entry.takes_finding(names(finding)));
            let met: Vec<_> = met.map(|finding| finding.signature.clone()).collect();
            let state = match met.as_slice() {
                _ if entry.has_expired(expectations.today) => State::Expired,
                [] => State::Unmatched,
                _ => State::Met,
            };
            ExpectationEntry::new(entry, state, met)
        })
        .collect();
    (!entries.is_empty()).then_some(ExpectationsEntry {
        strict: expectations.strict,
        entries,
    })
}

/// A finding in a line, and that it is known.
pub fn noted(finding: &Finding, expectations: &Expectations) -> String {
    let line = headline(finding);
    match entry(expectations, finding) {
        Some(entry) => clean::line(&format!("known {line} ({})", entry.reason), 300),
        None => line,
    }
}

fn entry<'e>(expectations: &'e Expectations, finding: &Finding) -> Option<&'e Expectation> {
    let place = expectations.of_finding(names(finding))?;
    expectations.entries.get(place)
}

fn names(finding: &Finding) -> FindingNames<'_> {
    FindingNames {
        signature: &finding.signature,
        group: &finding.group,
        rule: &finding.rule,
    }
}

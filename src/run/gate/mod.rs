//! What of a record makes a run fail, beyond verdict and level: a baseline, an edition, thresholds.
//!
//! All of it is done to the record when the run is over, and says so in the record. It asks no
//! registry.

mod baseline;
mod threshold;

#[cfg(test)]
mod tests;

use super::CauseEntry;
use super::CheckEntry;
use super::Record;

pub(super) use baseline::united as united_baseline;
pub use threshold::MinHeld;
pub use threshold::Thresholds;

/// What of a record makes the run fail.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Only what it does not have already gates.
    pub baseline: Option<Box<Record>>,
    /// Only checks that it has gate.
    pub edition: Option<Edition>,
    /// What is measured.
    pub thresholds: Thresholds,
}

/// The checks that gate.
#[derive(Debug, Clone, Copy)]
pub struct Edition {
    /// Its number.
    pub number: u32,
    /// Whether it has a check.
    pub has: fn(u32, &str) -> bool,
}

impl Gate {
    /// Holds a record against it.
    pub fn apply(&self, record: &mut Record) {
        if let Some(edition) = self.edition {
            edition.apply(record);
        }
        if let Some(baseline) = &self.baseline {
            record.baseline = Some(baseline::apply(record, baseline));
        }
        record.thresholds = self.thresholds.judge(record);
        gate_causes(&mut record.causes, &record.checks);
    }
}

impl Edition {
    fn apply(self, record: &mut Record) {
        let later = |check: &&mut CheckEntry| check.gates && !(self.has)(self.number, &check.id);
        for check in record.checks.iter_mut().filter(later) {
            excuse(
                check,
                format!("the check came after edition {}", self.number),
            );
        }
        record.edition = Some(self.number);
    }
}

/// A check does not gate, and says why.
fn excuse(check: &mut CheckEntry, why: String) {
    check.gates = false;
    check.excused = Some(why);
}

/// A cause gates if a check does that it explains.
pub(super) fn gate_causes(causes: &mut [CauseEntry], checks: &[CheckEntry]) {
    for cause in causes.iter_mut().filter(|cause| cause.gates) {
        let mut explained = checks
            .iter()
            .filter(|check| check.cause.as_ref() == Some(&cause.id));
        cause.gates = explained.any(|check| check.gates);
    }
}

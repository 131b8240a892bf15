//! What of a record makes a run fail, beyond verdict and level: a baseline, an edition, thresholds.
//!
//! All of it is done to the record when the run is over, and says so in the record. It asks no
//! registry.

mod baseline;
mod threshold;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::verdict::Verdict;

use super::CauseEntry;
use super::CheckEntry;
use super::Record;

pub use baseline::NoBaseline;
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
    /// Refuses a baseline that says nothing of a run by this version of the specification.
    pub fn refuse_baseline(&self, spec: Version) -> Result<(), NoBaseline> {
        let baseline = self.baseline.as_deref();
        baseline.map_or(Ok(()), |baseline| {
            baseline::refuse(baseline, &spec.to_string())
        })
    }

    /// Why a check that gates by its verdict and level does not all the same, if it does not, as far
    /// as that can be told of one alone. When the run is over, [`apply`](Self::apply) says it of all.
    pub fn excuse(&self, check: &CheckEntry) -> Option<String> {
        let edition = self.edition.and_then(|edition| edition.excuse(check));
        edition.or_else(|| {
            let baseline = self.baseline.as_deref()?;
            let before = baseline.checks.iter().find(|it| it.id == check.id);
            baseline::why(check, before).map(str::to_owned)
        })
    }

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
        excuse_where(record, &|check| self.excuse(check));
        record.edition = Some(self.number);
    }

    fn excuse(self, check: &CheckEntry) -> Option<String> {
        let is_later = !(self.has)(self.number, &check.id);
        is_later.then(|| format!("the check came after edition {}", self.number))
    }
}

/// Takes the gate from every check that `why` speaks for. What did not gate because such a check stood
/// in for it has to be looked at, too.
fn excuse_where(record: &mut Record, why: &dyn Fn(&CheckEntry) -> Option<String>) {
    excuse_gating(record, why);
    wake_blocked(record);
    excuse_gating(record, why);
}

fn excuse_gating(record: &mut Record, why: &dyn Fn(&CheckEntry) -> Option<String>) {
    for check in record.checks.iter_mut().filter(|check| check.gates) {
        if let Some(why) = why(check) {
            check.gates = false;
            check.excused = Some(why);
        }
    }
}

/// A check that is blocked gates by its own level where every failure that would count in its place is
/// excused.
fn wake_blocked(record: &mut Record) {
    let is = |check: &CheckEntry, verdict: Verdict| check.verdict == verdict.word();
    let stands_in = |check: &CheckEntry| is(check, Verdict::Fail) || is(check, Verdict::Known);
    let mut excused = BTreeMap::new();
    for check in record.checks.iter().filter(|check| stands_in(check)) {
        if let Some(requirement) = &check.violated {
            let all = excused.entry(requirement.clone()).or_insert(true);
            *all &= check.excused.is_some();
        }
    }
    let levels: Vec<_> = Level::ALL.iter().map(ToString::to_string).collect();
    let weight = |level: &str| levels.iter().position(|it| it == level);
    let least = weight(&record.fail_on);
    for check in &mut record.checks {
        let stood_in = check.violated.as_ref().and_then(|it| excused.get(it)) == Some(&true);
        let is_heavy =
            matches!((weight(&check.level), least), (Some(own), Some(least)) if own <= least);
        if is(check, Verdict::Blocked) && check.excused.is_none() && stood_in && is_heavy {
            check.gates = true;
        }
    }
}

/// A cause gates if a check does that it explains.
pub(super) fn gate_causes(causes: &mut [CauseEntry], checks: &[CheckEntry]) {
    for cause in causes {
        let mut explained = checks
            .iter()
            .filter(|check| check.cause.as_ref() == Some(&cause.id));
        cause.gates = explained.any(|check| check.gates);
    }
}

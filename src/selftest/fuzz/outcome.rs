//! What all hunts together came to.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Hunt;
use crate::fuzz;
use crate::fuzz::Finding;
use crate::fuzz::plan::Kind;
use crate::selftest::Subject;

/// What all hunts together came to.
#[derive(Debug)]
pub struct Outcome {
    /// Every hunt: the sound registry first, then defects and variations.
    pub hunts: Vec<Hunt>,
    /// What was promised and is not so; empty for a pass.
    pub missed: Vec<Missed>,
    /// How long it took.
    pub took: Duration,
}

/// Something that was promised and is not so.
#[derive(Debug, Clone)]
pub enum Missed {
    /// No subject has a name that was asked for.
    NothingHunted,
    /// A defect in which nothing was found.
    Unfound {
        /// Its name.
        defect: &'static str,
        /// How many plans did not find it.
        plans: u64,
    },
    /// Something was found in a lawful registry.
    FalsePositive {
        /// Its name.
        subject: String,
        /// What.
        finding: Box<Finding>,
    },
    /// No plan of the lawful registries had it, though there were enough of them.
    Unused {
        /// A mutation or a kind of request.
        name: &'static str,
    },
    /// A known plan does not show the defect that it is named after.
    KnownUnshown {
        /// Its name.
        plan: String,
    },
    /// A known plan shows something in the sound registry.
    KnownInSound {
        /// Its name.
        plan: String,
        /// What.
        what: String,
    },
    /// A plan that was a false alarm is one again.
    KnownInLawful {
        /// Its name.
        plan: String,
        /// What it shows.
        what: String,
    },
    /// A campaign did not come to its end.
    Incomplete {
        /// The subject's name.
        subject: String,
        /// How many plans were played.
        plans: u64,
    },
}

impl Outcome {
    pub(super) fn of(hunts: Vec<Hunt>, took: Duration) -> Self {
        let mut missed: Vec<_> = hunts.iter().flat_map(missed_by).collect();
        if hunts.is_empty() {
            missed.push(Missed::NothingHunted);
        }
        if HAVE_ALL.iter().all(|name| is_hunted_enough(&hunts, name)) {
            missed.extend(unused(&hunts).map(|name| Missed::Unused { name }));
        }
        Self {
            hunts,
            missed,
            took,
        }
    }

    /// How many defects were found, and how many were hunted.
    pub fn found(&self) -> (usize, usize) {
        let found = self.defects().filter(|hunt| hunt.first().is_some());
        (found.count(), self.defects().count())
    }

    /// The mutations and kinds of requests that no plan had which a lawful registry got.
    pub fn unused(&self) -> Vec<&'static str> {
        unused(&self.hunts).collect()
    }

    /// The median of the plans that it takes to find a defect.
    pub fn median_of_plans(&self) -> u64 {
        let found = self.defects().filter(|hunt| hunt.first().is_some());
        median(found.map(|hunt| hunt.plans).collect())
    }

    /// The median of the steps of a finding.
    pub fn median_of_steps(&self) -> u64 {
        let found = self.defects().filter_map(Hunt::first);
        median(found.map(|it| it.plan.steps() as u64).collect())
    }

    fn defects(&self) -> impl Iterator<Item = &Hunt> {
        let is_defect = |hunt: &&Hunt| matches!(hunt.subject, Subject::Defect(_));
        self.hunts.iter().filter(is_defect)
    }
}

/// The registries whose plans together have to have everything: the sound one, and one whose sessions
/// have a query, which some mutations change.
const HAVE_ALL: [&str; 2] = ["sound", "upload-state-in-query"];

/// How many plans are enough for that.
const ENOUGH: u64 = 20_000;

fn is_hunted_enough(hunts: &[Hunt], name: &str) -> bool {
    let is_named = |hunt: &&Hunt| hunt.subject.name().split('@').next() == Some(name);
    hunts
        .iter()
        .filter(is_named)
        .any(|hunt| hunt.plans >= ENOUGH)
}

fn unused(hunts: &[Hunt]) -> impl Iterator<Item = &'static str> {
    let lawful = hunts.iter();
    let lawful = lawful.filter(|hunt| !matches!(hunt.subject, Subject::Defect(_)));
    let used: BTreeSet<String> = lawful.flat_map(|hunt| hunt.used.iter().cloned()).collect();
    let mutations = fuzz::mutations().map(|mutation| mutation.name);
    let all = mutations.chain(Kind::ALL.map(Kind::name));
    all.filter(move |name| !used.contains(*name))
}

fn missed_by(hunt: &Hunt) -> Vec<Missed> {
    if let Subject::Defect(row) = &hunt.subject {
        let unfound = || Missed::Unfound {
            defect: row.name,
            plans: hunt.plans,
        };
        return hunt.findings.is_empty().then(unfound).into_iter().collect();
    }
    let incomplete = || Missed::Incomplete {
        subject: hunt.subject.name(),
        plans: hunt.plans,
    };
    let findings = hunt.findings.iter().map(|finding| Missed::FalsePositive {
        subject: hunt.subject.name(),
        finding: Box::new(finding.clone()),
    });
    let incomplete = (!hunt.is_complete).then(incomplete);
    findings.chain(incomplete).collect()
}

fn median(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

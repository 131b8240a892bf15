//! What all examinations together came to, and which thresholds they miss.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::panic::Location;
use std::time::Duration;

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::catalogue::docker;
use crate::run::Case;
use crate::suite;

use super::Alarm;
use super::Examined;
use super::Options;
use super::Subject;

/// How many checks may be without a defect that makes them fail. It is only ever lowered.
const IDLE_CHECKS: usize = 0;

/// How many demands may be without a defect that breaks them. None is, but whether one about what
/// happens at once is broken in a given run is a matter of luck.
const IDLE_DEMANDS: usize = 4;

/// One pair in so many may have more causes than two, or fewer: what one fault makes of the other's
/// traces cannot always be told apart.
const MIXED_OF: usize = 8;

/// What a selftest came to.
#[derive(Debug)]
pub struct Outcome {
    /// Every examination: the sound registry first, then defects, variations and pairs.
    pub examined: Vec<Examined>,
    /// What was promised and is not so; empty for a pass.
    pub missed: Vec<Threshold>,
    /// The checks that no defect keeps from passing, if everything was examined.
    pub idle_checks: Vec<String>,
    /// The demands that no defect breaks, if everything was examined.
    pub idle_demands: Vec<&'static Location<'static>>,
    /// How long it took.
    pub took: Duration,
}

/// Something that was promised and is not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Threshold {
    /// No row has a name that was asked for.
    NothingExamined,
    /// The sound registry, or a lawful variation of it, met with something else than a pass.
    Alarmed {
        /// Its name.
        subject: String,
        /// What was said against it.
        alarm: Alarm,
    },
    /// A variation gives up a SHOULD, and no check warns.
    Unwarned {
        /// Its name.
        subject: String,
        /// The requirement.
        requirement: &'static str,
    },
    /// A defect that no check found in the name of a requirement that it breaches.
    Unfound {
        /// Its name.
        defect: &'static str,
        /// The requirements.
        breaches: Vec<&'static str>,
        /// The requirements in whose name something was found.
        instead: BTreeSet<String>,
    },
    /// More checks than before that no defect makes fail.
    IdleChecks(Vec<String>),
    /// More demands than before that no defect breaks.
    IdleDemands(Vec<&'static Location<'static>>),
    /// The median of the causes of a defect is not 1.
    ScatteredCauses(usize),
    /// Two unrelated defects at once do not have two causes.
    MixedCauses {
        /// Their names.
        pair: String,
        /// The causes.
        causes: Vec<String>,
    },
}

impl Outcome {
    pub(super) fn of(examined: Vec<Examined>, options: &Options, took: Duration) -> Self {
        let mut missed = Vec::new();
        let mut idle = (Vec::new(), Vec::new());
        let is_sound =
            |it: &&Examined| matches!(it.subject, Subject::Sound(_) | Subject::Guarded(..));
        if examined.iter().all(|it| is_sound(&it)) {
            missed.push(Threshold::NothingExamined);
        }
        missed.extend(examined.iter().flat_map(of_one));
        if mixed_pairs(&examined).0 * MIXED_OF <= mixed_pairs(&examined).1 {
            missed.retain(|it| !matches!(it, Threshold::MixedCauses { .. }));
        }
        if options.is_whole() {
            let (checks, demands) = (idle_checks(&examined), idle_demands(&examined));
            missed.extend(
                (checks.len() > IDLE_CHECKS).then(|| Threshold::IdleChecks(checks.clone())),
            );
            missed.extend(
                (demands.len() > IDLE_DEMANDS).then(|| Threshold::IdleDemands(demands.clone())),
            );
            idle = (checks, demands);
            let median = median(causes_of_defects(&examined));
            missed.extend((median > 1).then_some(Threshold::ScatteredCauses(median)));
        }
        Self {
            examined,
            missed,
            idle_checks: idle.0,
            idle_demands: idle.1,
            took,
        }
    }

    /// The median of the number of causes of a defect.
    pub fn median_of_causes(&self) -> usize {
        median(causes_of_defects(&self.examined))
    }
}

/// How many pairs do not have two causes, and how many pairs there are.
pub(super) fn mixed_pairs(examined: &[Examined]) -> (usize, usize) {
    let pairs = examined
        .iter()
        .filter(|it| matches!(it.subject, Subject::Pair(..)));
    let mixed = pairs.clone().filter(|it| it.causes.len() != 2).count();
    (mixed, pairs.count())
}

/// What one examination misses.
fn of_one(examined: &Examined) -> Vec<Threshold> {
    match &examined.subject {
        Subject::Sound(_) | Subject::Guarded(..) => alarmed(examined, &[]),
        Subject::Variation(row, version) => {
            let given_up: Vec<_> = row
                .gives_up
                .iter()
                .filter(|it| it.level(*version).is_some())
                .map(|it| it.id)
                .collect();
            let mut missed = alarmed(examined, &given_up);
            missed.extend(unwarned(examined, &given_up));
            missed
        }
        Subject::Defect(row) if examined.caught_by().is_empty() => {
            let instead = examined.found.iter().flat_map(|found| found.broken.clone());
            vec![Threshold::Unfound {
                defect: row.name,
                breaches: row.breaches.iter().map(|it| it.id).collect(),
                instead: instead.collect(),
            }]
        }
        Subject::Defect(_) => Vec::new(),
        Subject::Pair(..) if examined.causes.len() == 2 => Vec::new(),
        Subject::Pair(..) => vec![Threshold::MixedCauses {
            pair: examined.subject.name(),
            causes: examined.causes.clone(),
        }],
    }
}

/// What was said against a lawful registry, beside the warnings that it may have, and what it gives up
/// of Docker's older protocol.
fn alarmed(examined: &Examined, given_up: &[&str]) -> Vec<Threshold> {
    let is_of_docker = |id: &str| docker::AREA.rows.iter().any(|row| row.id == id);
    let warns = |alarm: &Alarm| {
        matches!(alarm.verdict.as_str(), "warn" | "concern") || is_of_docker(&alarm.requirement)
    };
    let named = |alarm: &Alarm| given_up.contains(&alarm.requirement.as_str());
    let unnamed = examined
        .alarms
        .iter()
        .filter(|it| !(warns(it) && named(it)));
    unnamed
        .map(|alarm| Threshold::Alarmed {
            subject: examined.subject.name(),
            alarm: alarm.clone(),
        })
        .collect()
}

fn unwarned(examined: &Examined, given_up: &[&'static str]) -> Vec<Threshold> {
    let is_raised = |id: &str| examined.alarms.iter().any(|alarm| alarm.requirement == id);
    given_up
        .iter()
        .filter(|id| !is_raised(id))
        .map(|requirement| Threshold::Unwarned {
            subject: examined.subject.name(),
            requirement,
        })
        .collect()
}

/// The checks that no defect keeps from passing. The points of their axes are not told apart.
fn idle_checks(examined: &[Examined]) -> Vec<String> {
    let plain = |id: &str| id.split('@').next().unwrap_or_default().to_owned();
    let busy: BTreeSet<_> = of_defects(examined)
        .flat_map(|it| it.found.iter().map(|found| plain(&found.check)))
        .collect();
    let all: BTreeSet<_> = Case::all(suite::SECTIONS)
        .iter()
        .filter(|case| can_fail(case))
        .map(|case| plain(&case.id))
        .collect();
    all.difference(&busy).cloned().collect()
}

/// Whether a check is about more than what a registry may do.
fn can_fail(case: &Case) -> bool {
    let levels = Version::ALL
        .into_iter()
        .filter_map(|version| case.check.level(version));
    levels.min().is_some_and(|level| level < Level::May)
}

/// The demands that are made of a lawful registry and that no defect breaks.
fn idle_demands(examined: &[Examined]) -> Vec<&'static Location<'static>> {
    let made = examined.iter().flat_map(|it| it.made.iter());
    let broken: BTreeSet<_> = of_defects(examined).flat_map(|it| &it.broken).collect();
    let idle: BTreeMap<_, _> = made
        .filter(|place| !broken.contains(place))
        .map(|place| ((place.file(), place.line(), place.column()), *place))
        .collect();
    idle.into_values().collect()
}

fn of_defects(examined: &[Examined]) -> impl Iterator<Item = &Examined> {
    let is_defect = |it: &&Examined| matches!(it.subject, Subject::Defect(_));
    examined.iter().filter(is_defect)
}

fn causes_of_defects(examined: &[Examined]) -> Vec<usize> {
    of_defects(examined).map(|it| it.causes.len()).collect()
}

fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

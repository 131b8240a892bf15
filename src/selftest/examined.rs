//! What the suite said of one subject.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use crate::canary::Canary;
use crate::check::Group;
use crate::run::CheckEntry;
use crate::run::Control;
use crate::run::Event;
use crate::run::Observer;
use crate::run::Record;
use crate::run::Repositories;
use crate::run::Settings;
use crate::suite;

use super::Options;
use super::Subject;
use super::way::Way;

/// What the suite said of one subject.
#[derive(Debug)]
pub struct Examined {
    /// The subject.
    pub subject: Subject,
    /// The checks that a requirement kept from passing: failed, warned, or flaky.
    pub found: Vec<Found>,
    /// What no lawful registry may meet with: whatever is neither a pass nor unsupported nor
    /// skipped, requirement by requirement.
    pub alarms: Vec<Alarm>,
    /// The causes, heaviest first.
    pub causes: Vec<String>,
    /// The demands that were made of it.
    pub made: BTreeSet<&'static Location<'static>>,
    /// Those of them that it broke.
    pub broken: BTreeSet<&'static Location<'static>>,
    /// How long that took.
    pub took: Duration,
}

/// A check that found something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its id.
    pub check: String,
    /// The ids of the requirements that it covers.
    pub covers: Vec<String>,
    /// The ids of the requirements that it saw broken.
    pub broken: Vec<String>,
    /// Its verdict.
    pub verdict: String,
}

/// Something that a check said against the subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// The requirement, or nothing where there was no answer to judge.
    pub requirement: String,
    /// The check.
    pub check: String,
    /// Its verdict; `concern` for a SHOULD beside it.
    pub verdict: String,
    /// What it expected, what it got, and why it stopped, in words.
    pub words: String,
}

/// Where a demand stands in the source.
pub(super) type Place = &'static Location<'static>;

impl Examined {
    /// Puts the suite to a subject.
    pub(super) fn of(subject: Subject, options: &Options) -> Self {
        let started = Instant::now();
        let demands = Demands::default();
        let record = examine(&subject, options, &demands);
        let (made, broken) = demands
            .0
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        Self {
            subject,
            found: record.checks.iter().filter_map(found).collect(),
            alarms: record.checks.iter().flat_map(alarms).collect(),
            causes: record.causes.iter().map(|cause| cause.id.clone()).collect(),
            made,
            broken,
            took: started.elapsed(),
        }
    }

    /// The checks that found what the subject's defect breaches.
    pub fn caught_by(&self) -> Vec<&Found> {
        let Subject::Defect(defect) = &self.subject else {
            return Vec::new();
        };
        let is_breached = |id: &String| defect.breaches.iter().any(|row| row.id == *id);
        let caught = |found: &&Found| found.broken.iter().any(is_breached);
        self.found.iter().filter(caught).collect()
    }

    /// Whether so much stands on what the defect breaks that a second fault would hardly be met.
    pub(super) fn blocks_much(&self) -> bool {
        const MUCH: usize = 20;
        let blocked = self.alarms.iter().filter(|it| it.verdict == "blocked");
        blocked.count() > MUCH
    }

    /// How many checks failed or warned.
    pub fn failing(&self) -> usize {
        self.found.len()
    }
}

fn found(check: &CheckEntry) -> Option<Found> {
    let judged = matches!(check.verdict.as_str(), "fail" | "warn" | "flaky");
    judged.then(|| Found {
        check: check.id.clone(),
        covers: check.requirements.clone(),
        broken: broken(check),
        verdict: check.verdict.clone(),
    })
}

/// The requirements that a check saw broken.
fn broken(check: &CheckEntry) -> Vec<String> {
    let concerns = check.concerns.iter().map(|concern| &concern.requirement);
    check.violated.iter().chain(concerns).cloned().collect()
}

fn alarms(check: &CheckEntry) -> Vec<Alarm> {
    if matches!(check.verdict.as_str(), "pass" | "unsupported" | "skipped") {
        return Vec::new();
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let main = Alarm {
        requirement: text(&check.violated),
        check: check.id.clone(),
        verdict: check.verdict.clone(),
        words: format!(
            "expected {}, got {} {}",
            text(&check.expected),
            text(&check.actual),
            text(&check.reason)
        ),
    };
    let concerns = check.concerns.iter().map(|concern| Alarm {
        requirement: concern.requirement.clone(),
        check: check.id.clone(),
        verdict: "concern".to_owned(),
        words: format!("expected {}, got {}", concern.expected, concern.actual),
    });
    std::iter::once(main).chain(concerns).collect()
}

/// Puts the whole suite to a subject.
fn examine(subject: &Subject, options: &Options, demands: &Demands) -> Record {
    let way = Way::to(subject, subject.version());
    let defaults = Settings::new(way.client(way.settings()), way.url());
    let mut settings = Settings {
        seed: options.seed,
        repositories: Repositories::fresh("selftest"),
        jobs: if subject.needs_socket() { 8 } else { 1 },
        heavy: subject.is_worth_heavy_checks(),
        // What was pushed goes with the registry.
        keep: true,
        ..defaults
    };
    settings.selection.only.clone_from(&options.checks);
    settings.world.spec = subject.version();
    settings.selection.groups = Group::ALL.to_vec();
    settings.world.second = subject.is_guarded().then(|| way.second());
    settings.world.restart = way.restart();
    // Where there is no port to be had, it goes without.
    settings.world.canary = Canary::on_loopback().ok();
    crate::run::run(settings, suite::SECTIONS, &Control::default(), demands)
}

/// Collects demands: all that were made, and those that were broken.
#[derive(Default)]
struct Demands(Mutex<(BTreeSet<Place>, BTreeSet<Place>)>);

impl Observer for Demands {
    fn on(&self, event: &Event<'_>) {
        let Event::Ended { demands, .. } = event else {
            return;
        };
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for demand in *demands {
            sets.0.insert(demand.place);
            if !demand.held {
                sets.1.insert(demand.place);
            }
        }
    }
}

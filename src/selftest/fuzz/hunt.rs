//! One campaign against one subject.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::time::Instant;

use crate::catalogue::Version;
use crate::fuzz::Campaign;
use crate::fuzz::Canary;
use crate::fuzz::Corpus;
use crate::fuzz::Finding;
use crate::fuzz::Plan;
use crate::fuzz::Profile;
use crate::fuzz::Replayed;
use crate::fuzz::broken_by;
use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Event;
use crate::fuzz::campaign::Observer;
use crate::fuzz::campaign::Outcome;
use crate::fuzz::replay;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::run::Control;
use crate::run::Repositories;
use crate::run::Settings;

use super::Options;
use crate::selftest::Subject;
use crate::selftest::way::Way;

/// What the names of repositories begin with.
const NAMESPACE: &str = "fuzz";

/// How many requests minimising one finding may take.
const BUDGET: u64 = 2_000;

/// How long to wait for an answer from inside this process, which comes at once or never.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most plans for a registry of which time is that of the machine.
const MOST_OVER_SOCKET: u64 = 2_000;

/// What a campaign came to.
#[derive(Debug)]
pub struct Hunt {
    /// Whom it was run against.
    pub subject: Subject,
    /// The version of the specification that both went by.
    pub version: Version,
    /// What it found: of a defect the first finding alone that the sound registry does not show.
    pub findings: Vec<Finding>,
    /// How many plans were played; where something was found, up to that which shows it.
    pub plans: u64,
    /// The mutations and the kinds of requests that its plans had.
    pub used: BTreeSet<String>,
    /// How many breaches could not be shown again.
    pub unreproduced: u64,
    /// Whether it came to its end.
    pub is_complete: bool,
    /// How long it took.
    pub took: Duration,
}

impl Hunt {
    /// Runs the campaign.
    pub(super) fn of(subject: Subject, options: &Options) -> Self {
        let started = Instant::now();
        let version = match &subject {
            // Those of the draft are all that there are.
            Subject::Defect(_) | Subject::Pair(..) => Version::V1_2,
            Subject::Sound(version)
            | Subject::Guarded(version, _)
            | Subject::Variation(_, version) => *version,
        };
        let outcome = campaign(&subject, version, options);
        let first = outcome.findings.first().map(|finding| finding.case + 1);
        let is_defect = matches!(subject, Subject::Defect(_));
        Self {
            plans: first.filter(|_| is_defect).unwrap_or(outcome.plans),
            used: outcome
                .mutations
                .into_keys()
                .chain(outcome.kinds.into_keys())
                .collect(),
            unreproduced: outcome.unreproduced,
            is_complete: outcome.ended == Ended::Completed,
            findings: outcome.findings,
            subject,
            version,
            took: started.elapsed(),
        }
    }

    /// The finding that shows the defect.
    pub fn first(&self) -> Option<&Finding> {
        self.findings.first()
    }
}

/// Runs the campaign to its end, or to the finding that shows the defect.
fn campaign(subject: &Subject, version: Version, options: &Options) -> Outcome {
    let target = Target::of(subject, version);
    let plans = if subject.needs_socket() {
        options.plans.min(MOST_OVER_SOCKET)
    } else {
        options.plans
    };
    let campaign = Campaign {
        seed: options.seed,
        // A hunt is given nothing.
        first: Vec::new(),
        plans: Some(plans),
        deadline: None,
        jobs: 1,
        shard: (0, 1),
        rules: Vec::new(),
        origin: target.way.url(),
        namespace: NAMESPACE.to_owned(),
        profile: target.profile.clone(),
        budget: BUDGET,
        evolve: false,
    };
    let is_defect = matches!(subject, Subject::Defect(_));
    let listener = Listener {
        control: is_defect.then(|| Target::of(&Subject::Sound(version), version)),
        shown: Mutex::default(),
    };
    let never = AtomicBool::new(false);
    let mut outcome = campaign.run(&target.client, &Corpus::default(), &never, &listener);
    if is_defect {
        let shown = listener.shown.into_inner();
        outcome.findings = shown.unwrap_or_else(PoisonError::into_inner);
    }
    outcome
}

/// A registry, the way to it, and what was found out about it.
pub(super) struct Target {
    way: Way,
    client: Client,
    profile: Profile,
}

impl Target {
    pub(super) fn of(subject: &Subject, version: Version) -> Self {
        let way = Way::to(subject, version);
        let defaults = way.settings();
        let settings = ClientSettings {
            retries: 0,
            timeout: if subject.needs_socket() {
                defaults.timeout
            } else {
                PATIENCE
            },
            ..defaults
        };
        Self {
            client: way.client(settings),
            profile: profile(&way, subject, version),
            way,
        }
    }

    /// What a plan breaks here.
    pub(super) fn broken_by(&self, plan: &Plan, namespace: &str) -> Vec<String> {
        let origin = self.way.url();
        broken_by(plan, &self.client, &self.profile, &origin, namespace)
    }

    /// Whether a finding shows here as well.
    fn shows(&self, finding: &Finding) -> bool {
        let origin = self.way.url();
        let namespace = format!("{NAMESPACE}/control/{}", finding.signature);
        let replay = replay(finding, &self.client, &self.profile, &origin, &namespace);
        replay.replayed == Replayed::Failed
    }
}

/// What is found out about the subject beforehand, as with any registry.
fn profile(way: &Way, subject: &Subject, version: Version) -> Profile {
    let mut settings = Settings::new(way.client(way.settings()), way.url());
    settings.world.spec = version;
    settings.repositories = Repositories::fresh("selftest");
    settings.jobs = 1;
    settings.keep = true;
    let is_lawful = !matches!(subject, Subject::Defect(_));
    Profile {
        features: crate::run::features(settings, &Control::default()),
        // Only what is lawful may lag behind.
        settle: if is_lawful {
            Settings::SETTLE
        } else {
            Duration::ZERO
        },
        // A machine on which nobody can listen hunts without.
        canary: Canary::on_loopback().ok(),
        ..Profile::of(version)
    }
}

/// Hears of findings; ends the campaign with the first that the sound registry does not show, where
/// a defect is hunted.
struct Listener {
    control: Option<Target>,
    shown: Mutex<Vec<Finding>>,
}

impl Observer for Listener {
    fn on(&self, event: &Event<'_>) -> bool {
        let (Event::Found(finding), Some(control)) = (event, &self.control) else {
            return true;
        };
        if control.shows(finding) {
            return true;
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.push((*finding).clone());
        false
    }
}

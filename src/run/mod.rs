//! A run: which checks are put, in which order and where, and what became of each.
//!
//! The runner knows no HTTP status and no requirement by name, but for the probes of features. It
//! says what happens as events and leaves behind a [`Record`], from which every report is made.

mod again;
mod cause;
mod cleanup;
mod compare;
mod control;
mod diff;
mod event;
mod examine;
mod exit;
mod expected;
mod gate;
mod given;
mod left_out;
mod merge;
mod overrides;
mod plan;
pub mod preflight;
mod probe;
mod record;
mod repositories;
mod schedule;
mod settings;
mod survey;
mod terms;
mod under_way;
mod watching;
mod write_up;

pub use again::Again;
pub use compare::COMPARISON_SCHEMA;
pub use compare::Compared;
pub use compare::Comparison;
pub use compare::Identity;
pub use compare::IdentityLine;
pub use compare::Line;
pub use compare::compare;
pub use compare::identity;
pub use control::Control;
pub use control::Ending;
pub use diff::Change;
pub use diff::Diff;
pub use diff::FeatureChange;
pub use diff::Side;
pub use diff::diff;
pub use event::Event;
pub use event::Observer;
pub use exit::Gating;
pub use exit::gating;
pub use gate::Edition;
pub use gate::Gate;
pub use gate::MinHeld;
pub use gate::NoBaseline;
pub use gate::Thresholds;
pub use given::refuse_absent;
pub use left_out::LeftOut;
pub use left_out::left_out;
pub use merge::Merging;
pub use merge::OF_ANOTHER_SHARD;
pub use merge::SHARDS_MISSING;
pub use merge::Shards;
pub use merge::Unmergeable;
pub use merge::merge;
pub use overrides::Override;
pub use plan::Case;
pub use plan::Filter;
pub use plan::Plan;
pub use plan::Selection;
pub use record::*;
pub use repositories::Repositories;
pub use settings::Exchanges;
pub use settings::Settings;
pub use settings::random_run_id;
pub use settings::random_seed;
pub use survey::Row as SurveyRow;
pub use survey::State as SurveyState;
pub use survey::Survey;
pub use survey::survey;
pub use terms::BadTerms;
pub use terms::OverrideEntry;
pub use terms::TermsEntry;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Instant;
use std::time::SystemTime;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::check::Section;
use crate::verdict::Demanded;
use crate::verdict::Verdict;

pub(crate) use schedule::in_parallel;

use examine::Ended;
use probe::Probed;
use under_way::UnderWay;
use watching::Watching;

/// Puts the checks of `sections` to a registry and records what became of them.
pub fn run(
    settings: Settings,
    sections: &'static [&'static Section],
    control: &Control,
    observer: &dyn Observer,
) -> Record {
    let run = Run::new(settings, sections);
    observer.on(&Event::Planned {
        cases: run.plan().cases.len(),
    });
    let probed = run.probed(control);
    observer.on(&Event::Probed {
        features: &probed.features,
    });
    schedule::put_all(&run, control, observer);
    run.finish(control, observer)
}

/// What a registry has, found out without any check. What that pushed is deleted again, unless it
/// is to be kept.
pub fn features(mut settings: Settings, control: &Control) -> BTreeMap<Feature, FeatureState> {
    settings.required = Feature::ROWS.iter().map(|row| row.feature).collect();
    let run = Run::new(settings, &[]);
    let features = run.probed(control).features.iter().cloned().collect();
    run.finish(control, &());
    features
}

/// A run under way, of which each case may be put from any thread and in any order.
#[derive(Debug)]
pub struct Run {
    settings: Settings,
    sections: &'static [&'static Section],
    plan: Plan,
    began: (SystemTime, Instant),
    probed: OnceLock<Probed>,
    ended: Mutex<Vec<Ended>>,
    watching: Watching,
    under_way: UnderWay,
}

impl Run {
    /// A run of which nothing was put yet. No request is sent.
    pub fn new(settings: Settings, sections: &'static [&'static Section]) -> Self {
        let plan = Plan::new(sections, &settings.selection, settings.world.spec);
        Self {
            watching: Watching::new(&plan, &settings.world),
            under_way: UnderWay::default(),
            plan,
            settings,
            sections,
            began: (SystemTime::now(), Instant::now()),
            probed: OnceLock::new(),
            ended: Mutex::default(),
        }
    }

    /// What will be put.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the run depends on.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Puts a case, after the features were probed, and notes how it ended. Its entry, and the
    /// demands that it made.
    ///
    /// A watch has no question to put. It waits for the cases under way, and ends as they left it;
    /// what goes by after that counts in the record.
    pub fn put(&self, case: &Case, control: &Control) -> (CheckEntry, Vec<Demanded>) {
        let probed = self.probed(control);
        let mut ended = if case.check.watch.is_some() {
            self.under_way.wait();
            self.watching.end(case)
        } else {
            let _under_way = self.under_way.begin();
            examine::examine(
                &self.settings,
                case,
                &probed.features,
                control,
                &self.watching,
            )
        };
        let expectations = &self.settings.expectations;
        if ended.verdict != Verdict::Blocked {
            expected::mark(&mut ended, &self.settings);
        }
        let mut entry = write_up::entry(&ended, &self.settings);
        entry.gates &= !expected::may_be_known(&ended, &self.plan, expectations);
        let demands = std::mem::take(&mut ended.demands);
        self.ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(ended);
        (entry, demands)
    }

    /// Deletes what was pushed, and records what became of the cases that were put.
    pub fn finish(self, control: &Control, observer: &dyn Observer) -> Record {
        let mut ended = self
            .ended
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        // Threads finish in any order; the record is in that of the plan.
        let place = |end: &Ended| {
            self.plan
                .cases
                .iter()
                .position(|case| case.id == end.case.id)
        };
        ended.sort_by_cached_key(place);
        let probed = self.probed.into_inner().unwrap_or_default();
        let held: Vec<_> = ended
            .iter()
            .flat_map(|end| &end.held)
            .chain(&probed.held)
            .collect();
        cleanup::clean_up(
            &self.settings,
            &held,
            &probed.features,
            &self.watching,
            control,
            observer,
        );
        for end in ended
            .iter_mut()
            .filter(|end| end.case.check.watch.is_some())
        {
            *end = self.watching.end(&end.case);
        }
        expected::mark_all(&mut ended, &self.settings);
        write_up::write_up(&write_up::Finished {
            settings: &self.settings,
            sections: self.sections,
            plan: &self.plan,
            features: &probed.features,
            ended: &ended,
            ending: control.ending(),
            began: self.began,
        })
    }

    /// What the registry has; asked for once.
    fn probed(&self, control: &Control) -> &Probed {
        self.probed
            .get_or_init(|| probe::probe(&self.settings, &self.plan, control, &self.watching))
    }
}

//! The fuzzer against the reference registry: whether a campaign that is given nothing finds each
//! deep defect, and finds nothing in what is lawful.

mod hunt;
mod known;
mod options;
mod outcome;
mod tell;

pub use hunt::Hunt;
pub use known::false_alarms_again;
pub use known::known_plans;
pub use options::Options;
pub use outcome::Missed;
pub use outcome::Outcome;
pub use tell::json;
pub use tell::text;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Instant;

use crate::catalogue::Version;
use crate::registry::Defect;
use crate::registry::Variation;
use crate::run::in_parallel;

use super::Subject;

/// The versions in which a lawful registry is asked, the first choice first.
const VERSIONS: [Version; 3] = [Version::V1_2, Version::V1_1, Version::V1_0];

/// Runs a campaign against every subject that the options take.
pub fn run(options: &Options) -> Outcome {
    let started = Instant::now();
    let subjects = selected(options);
    let slots: Vec<Mutex<Option<Hunt>>> = subjects.iter().map(|_| Mutex::default()).collect();
    in_parallel(options.jobs, subjects.len(), |turn| {
        let hunt = Hunt::of(subjects[turn].clone(), options);
        *slots[turn].lock().unwrap_or_else(PoisonError::into_inner) = Some(hunt);
    });
    let hunts = slots
        .into_iter()
        .filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    let mut outcome = Outcome::of(hunts.collect(), started.elapsed());
    if options.defects {
        outcome.missed.extend(known_plans(options));
    }
    if options.variations {
        outcome.missed.extend(false_alarms_again(options));
    }
    outcome
}

fn selected(options: &Options) -> Vec<Subject> {
    let count = if options.all_versions { 3 } else { 1 };
    let sound = VERSIONS.into_iter().take(count).map(Subject::Sound);
    let sound = sound.filter(|_| options.takes("sound"));
    let defects = Defect::deep()
        .filter(|row| options.defects && options.takes(row.name))
        .map(Subject::Defect);
    let variations = Variation::all()
        .filter(|row| options.variations && options.takes(row.name))
        .flat_map(|row| {
            let lawful = VERSIONS.into_iter().filter(|it| row.is_lawful_in(*it));
            lawful
                .take(count)
                .map(move |version| Subject::Variation(row, version))
        });
    sound.chain(defects).chain(variations).collect()
}

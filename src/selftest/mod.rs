//! The suite against the reference registry, made wrong in every way that it can be, and lawfully
//! different in every way: whether each defect is found, and nothing lawful alarms.
//!
//! Here the judge and the judged meet. Both are asked as they are: a subject is a registry with one
//! row of a table switched on, and the suite knows nothing of it.

pub mod fuzz;

mod examined;
mod options;
mod outcome;
mod subject;
mod tell;
mod way;

#[cfg(test)]
mod tests;

pub use examined::Alarm;
pub use examined::Examined;
pub use examined::Found;
pub use options::Options;
pub use outcome::Outcome;
pub use outcome::Threshold;
pub use subject::Subject;
pub use tell::json;
pub use tell::text;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Instant;

use crate::run::in_parallel;

/// Examines every subject that the options take.
pub fn run(options: &Options) -> Outcome {
    let started = Instant::now();
    let mut examined = examine_all(&Subject::selected(options), options);
    let pairs = Subject::pairs(&examined, options);
    examined.extend(examine_all(&pairs, options));
    Outcome::of(examined, options, started.elapsed())
}

/// Examines subjects, several at once, and keeps their order.
fn examine_all(subjects: &[Subject], options: &Options) -> Vec<Examined> {
    let slots: Vec<Mutex<Option<Examined>>> = subjects.iter().map(|_| Mutex::default()).collect();
    in_parallel(options.jobs, subjects.len(), |turn| {
        let examined = examined(&subjects[turn], options);
        *slots[turn].lock().unwrap_or_else(PoisonError::into_inner) = Some(examined);
    });
    let all = slots
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    all.flatten().collect()
}

/// Examines a subject; a defect that nothing caught once more, since whether requests that are sent
/// at once also meet at once is a matter of luck.
fn examined(subject: &Subject, options: &Options) -> Examined {
    let first = Examined::of(subject.clone(), options);
    let is_missed = matches!(subject, Subject::Defect(_)) && first.caught_by().is_empty();
    if is_missed {
        Examined::of(subject.clone(), options)
    } else {
        first
    }
}

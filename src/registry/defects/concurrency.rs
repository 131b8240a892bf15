//! Requests that meet, served wrong (CONC).
//!
//! Which of two requests at the same time comes first is chance, and whether a test lets them meet is, too.
//! So what counts as at once here is what comes within the next few requests, so that each row is met by
//! whoever tries. What needs two requests that are in fact under way at once is in `deep`.

mod content;
mod sessions;
mod tags;

use super::Defect;
use super::Source;
use crate::registry::seams::Visit;

/// The rows, by what meets.
pub(super) static PARTS: [&[Defect]; 3] = [tags::DEFECTS, sessions::DEFECTS, content::DEFECTS];

/// Notes that this happens to what has this key.
fn note(visit: &Visit<'_>, key: &str) {
    let now = visit.memory.count(CLOCK);
    visit.memory.keep(key, now.to_string());
}

/// Whether what has this key was noted within the last so many requests.
fn was_lately(visit: &Visit<'_>, key: &str, requests: u64) -> bool {
    let noted = visit.memory.recall(key);
    let noted = noted.and_then(|it| String::from_utf8_lossy(&it).parse::<u64>().ok());
    noted.is_some_and(|noted| noted + requests >= visit.memory.count(CLOCK))
}

/// Lets the clock of a row go on by one request.
fn tick(visit: &Visit<'_>) {
    visit.memory.before(CLOCK);
}

/// What counts requests.
const CLOCK: &str = "clock";

//! What a restart does that it must not (DUR).
//!
//! The registry that is told to be wrong is never in fact started again: what it holds stays, and each row
//! takes, at the first request after a restart, what the row is about.

mod content;
mod sessions;
mod taking;

use super::Defect;
use super::Source;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::registry::seams::Visit;

/// The rows, by what is lost.
pub(super) static PARTS: [&[Defect]; 3] = [content::DEFECTS, sessions::DEFECTS, taking::DEFECTS];

/// How many of the last are remembered.
const LAST: usize = 12;

/// Whether this is the first request after a restart.
fn is_first(visit: &Visit<'_>) -> bool {
    let restarts = visit.restarts();
    restarts > 0 && visit.memory.before(format!("restart {restarts}")) == 0
}

/// Remembers something of the repository until the next restart: the last of what is remembered.
fn remember(visit: &Visit<'_>, what: &str) {
    let mut all = remembered(visit);
    let entry = (visit.name().to_owned(), what.to_owned());
    all.retain(|it| *it != entry);
    all.push(entry);
    let first = all.len().saturating_sub(LAST);
    let lines: Vec<_> = all[first..]
        .iter()
        .map(|(name, what)| format!("{name} {what}"))
        .collect();
    visit.memory.keep(REMEMBERED, lines.join("\n"));
}

/// What is remembered: repositories, and things in them.
fn remembered(visit: &Visit<'_>) -> Vec<(String, String)> {
    let text = visit.memory.recall(REMEMBERED).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, what)| (name.to_owned(), what.to_owned()))
        .collect()
}

/// Takes out of the memory what is remembered of digests.
fn taken_digests(visit: &Visit<'_>) -> Vec<(RepositoryName, Digest)> {
    let all = remembered(visit);
    visit.memory.forget(REMEMBERED);
    let read = |(name, what): &(String, String)| Some((name.parse().ok()?, what.parse().ok()?));
    all.iter().filter_map(read).collect()
}

const REMEMBERED: &str = "remembered";

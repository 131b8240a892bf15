//! Requests that meet: what several clients do at the same time to one session, tag, manifest, blob or
//! subject.
//!
//! Which of them comes first is left to chance, so that every demand is one that each order meets.

pub(super) mod deletes;
pub(super) mod mounts;
pub(super) mod referrers;
pub(super) mod storm;
pub(super) mod tags;
pub(super) mod uploads;

use std::time::Duration;

use serde_json::json;

use crate::catalogue::Requirement;
use crate::catalogue::concurrency::RACED_ANSWERS_ORDERED;
use crate::catalogue::concurrency::RACED_PULL_MATCHED;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::linearizable;
use crate::linearizable::Action;
use crate::linearizable::Operation;
use crate::linearizable::Unexplained;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

/// Demands that the answer is no server error, whatever it met.
fn is_answered(answer: &Answer<'_>) -> Outcome {
    answer.proves(&RACED_REQUEST_ANSWERED).no_server_error()?;
    Ok(())
}

/// Demands that a blob is there, whole.
fn is_blob(repository: &Repository<'_>, blob: &Blob, requirement: &'static Requirement) -> Outcome {
    let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
    pulled.proves(requirement).content(&blob.bytes)?;
    Ok(())
}

/// Demands that a manifest is there under this reference, whole.
fn is_manifest(
    repository: &Repository<'_>,
    reference: impl std::fmt::Display,
    manifest: &ManifestDoc,
    requirement: &'static Requirement,
) -> Outcome {
    let pulled = repository.get(&format!("manifests/{reference}"))?;
    pulled.proves(requirement).content(&manifest.bytes)?;
    Ok(())
}

/// Demands that who pulls this meanwhile gets nothing or the whole of it. Whether it was there.
fn is_whole_or_absent(pulled: &Answer<'_>, bytes: &[u8]) -> Result<bool, Stop> {
    is_answered(pulled)?;
    let is_there = pulled.status() == 200;
    let is_absent = pulled.status() == 404 || pulled.status() >= 500;
    pulled.proves(&RACED_PULL_MATCHED).that(
        is_absent || is_there && pulled.bytes() == bytes,
        &format!("404, or 200 and exactly the {} bytes pushed", bytes.len()),
        &format!("{} and {} bytes", pulled.told(), pulled.bytes().len()),
    )?;
    Ok(is_there)
}

/// Manifests that are not pushed yet, whose parts are: images and indexes in turns, of different lengths.
fn versions(trial: &Trial<'_>, count: usize) -> Result<Vec<ManifestDoc>, Stop> {
    let repository = trial.repository();
    let index = repository.new_manifest(Kind::Index)?;
    let image = repository.new_manifest(Kind::Image)?;
    let one = |turn: usize| {
        let of_kind = [&image, &index][turn % 2];
        let mut json = of_kind.json();
        json["annotations"] = json!({ "org.example.turn": "x".repeat(turn + 1) });
        ManifestDoc::from_json(&json, Algorithm::Sha256)
    };
    Ok((0..count).map(one).collect())
}

/// What was written and deleted, without what was read on the way: what decides how it ends.
fn written<V: Clone>(operations: &[Operation<V>]) -> Vec<Operation<V>> {
    let is_read = |it: &&Operation<V>| matches!(it.action, Action::Read(_));
    operations
        .iter()
        .filter(|it| !is_read(it))
        .cloned()
        .collect()
}

/// The history with one read more, after everything.
fn with_last_read(operations: &[Operation<usize>], seen: Option<usize>) -> Vec<Operation<usize>> {
    let begins = operations.iter().map(|it| it.begin);
    let ends = operations.iter().filter_map(|it| it.end);
    let last = begins.chain(ends).max().unwrap_or(0);
    let read = Operation {
        begin: last + 1,
        end: Some(last + 2),
        action: Action::Read(seen),
    };
    operations.iter().cloned().chain([read]).collect()
}

/// The history as it is where a delete may show late: each may be done up to `settle` after its answer.
fn with_late_deletes(operations: &[Operation<usize>], settle: Duration) -> Vec<Operation<usize>> {
    let late = u64::try_from(settle.as_nanos()).unwrap_or(u64::MAX);
    let is_delete = |it: &Operation<usize>| matches!(it.action, Action::Delete { .. });
    let mut operations = operations.to_vec();
    for delete in operations.iter_mut().filter(|it| is_delete(it)) {
        delete.end = delete.end.map(|end| end.saturating_add(late));
    }
    operations
}

/// Demands that some order of what several clients did explains what each of them was answered.
fn are_ordered(
    trial: &Trial<'_>,
    initial: Option<usize>,
    operations: &[Operation<usize>],
) -> Outcome {
    let (holds, actual) = explained(initial, operations);
    let expected = "answers that fit one order of the requests";
    trial.judge(&RACED_ANSWERS_ORDERED, holds, expected, actual)
}

/// Whether there is such an order, and what does not fit if there is none. Where that is not found out, nothing
/// is said against anybody.
fn explained(initial: Option<usize>, operations: &[Operation<usize>]) -> (bool, String) {
    match linearizable::check(initial, operations) {
        Ok(()) | Err(Unexplained::TooMuch { .. }) => (true, String::new()),
        Err(Unexplained::NoOrder {
            operation, states, ..
        }) => {
            let states: Vec<_> = states.into_iter().map(named).collect();
            let seen = &operations[operation];
            let words = format!(
                "{}, {} ms after the first request, when there can have been only {}",
                in_words(&seen.action),
                seen.begin / 1_000_000,
                states.join(" or ")
            );
            (false, words)
        }
    }
}

fn in_words(action: &Action<usize>) -> String {
    match action {
        Action::Read(seen) => format!("a pull that found {}", named(*seen)),
        Action::Write(value) => format!("a push of {}", named(Some(*value))),
        _ => "a delete".to_owned(),
    }
}

/// The content of this number, in the order in which the check made it.
fn named(value: Option<usize>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |it| format!("content {}", it + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(begin: u64, end: u64, action: Action<usize>) -> Operation<usize> {
        Operation {
            begin,
            end: Some(end),
            action,
        }
    }

    #[test]
    fn an_older_state_is_told_in_words() {
        let history = [
            operation(0, 1, Action::Write(0)),
            operation(2, 3, Action::Write(1)),
            operation(4_000_000, 5_000_000, Action::Read(Some(0))),
        ];
        let (holds, actual) = explained(None, &history);
        assert!(!holds);
        assert_eq!(
            actual,
            "a pull that found content 1, 4 ms after the first request, when there can have been only content 2"
        );
        assert!(explained(None, &written(&history)).0);
    }

    #[test]
    fn a_delete_may_show_late_but_not_for_ever() {
        let delete = Action::Delete { found: None };
        let history = |read_at| {
            [
                operation(0, 1, Action::Write(0)),
                operation(2, 3, delete.clone()),
                operation(read_at, read_at + 1, Action::Read(Some(0))),
            ]
        };
        let settle = Duration::from_nanos(10);
        assert!(!explained(None, &history(5)).0);
        assert!(explained(None, &with_late_deletes(&history(5), settle)).0);
        assert!(!explained(None, &with_late_deletes(&history(50), settle)).0);
    }
}

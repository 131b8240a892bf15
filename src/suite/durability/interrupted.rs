//! Pushes that are under way when the registry ends.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::catalogue::durability::INTERRUPTED_PUSH_MATCHED;
use crate::catalogue::durability::RESTARTED_BLOB_KEPT;
use crate::catalogue::durability::RESTARTED_PUSH_ACCEPTED;
use crate::catalogue::durability::RESTARTED_TAG_KEPT;
use crate::check::Check;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::threads::at_once;
use super::RESTARTED;
use super::is_blob;
use super::is_manifest;
use super::is_taken;
use super::is_whole_or_absent;

pub(crate) static SECTION: Section = Section {
    id: "durability/interrupted",
    title: "Pushes that a restart interrupts",
    anchor: "push",
    checks: &[
        Check {
            name: "blobs",
            title: "Of blobs that four clients push while the registry restarts, all that were taken are there, and none in part",
            covers: &[
                &RESTARTED_BLOB_KEPT,
                &INTERRUPTED_PUSH_MATCHED,
                &RESTARTED_PUSH_ACCEPTED,
            ],
            run: blobs,
            ..RESTARTED
        },
        Check {
            name: "tags",
            title: "Of tags that four clients push while the registry restarts, all that were taken are there, and none in part",
            covers: &[&RESTARTED_TAG_KEPT, &INTERRUPTED_PUSH_MATCHED],
            run: tags,
            ..RESTARTED
        },
    ],
};

/// How many clients push.
const CLIENTS: usize = 4;

/// How many pushes each of them has.
const PUSHES: usize = 5;

/// After how many pushes that were taken the registry restarts.
const TAKEN: usize = 7;

/// Does `push` with each item, several clients at once, and restarts the registry among them. Whether each was
/// answered 201: a push that the restart interrupts has no answer, or one that tells of trouble.
fn interrupted<'i, I: Sync>(
    trial: &Trial<'_>,
    items: &'i [I],
    push: impl Fn(&I) -> Result<bool, Stop> + Sync,
) -> Result<Vec<(&'i I, bool)>, Stop> {
    let taken = AtomicUsize::new(0);
    let client = |own: &'i [I]| {
        own.iter()
            .map(|item| {
                let is_taken = push(item)?;
                if is_taken && taken.fetch_add(1, Ordering::SeqCst) + 1 == TAKEN {
                    trial.restart()?;
                }
                Ok((item, is_taken))
            })
            .collect::<Result<Vec<_>, Stop>>()
    };
    let done = at_once(items.chunks(items.len().div_ceil(CLIENTS)), client)?;
    Ok(done.concat())
}

/// The answer, unless the restart took it.
fn survived<T>(answer: Result<T, Failure>) -> Result<Option<T>, Stop> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(
            Failure::ConnectionLost { .. } | Failure::Refused { .. } | Failure::Malformed { .. },
        ) => Ok(None),
        Err(failure) => Err(Stop::Trouble(failure)),
    }
}

fn is_created(answer: Option<Answer<'_>>) -> bool {
    answer.is_some_and(|answer| answer.status() == 201)
}

fn push_blob(repository: &Repository<'_>, blob: &Blob) -> Result<bool, Stop> {
    let Some(opened) = survived(repository.post_upload().attempt())? else {
        return Ok(false);
    };
    let Some(url) = opened.location().filter(|_| opened.status() == 202) else {
        return Ok(false);
    };
    let session = repository.session_at(url);
    let put = session.put(&blob.digest).blob(blob).attempt();
    Ok(is_created(survived(put)?))
}

fn blobs(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let all: Vec<_> = (0..CLIENTS * PUSHES).map(|_| trial.blob(100_000)).collect();
    let done = interrupted(trial, &all, |blob| push_blob(&repository, blob))?;
    for (blob, is_taken) in &done {
        let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
        is_whole_or_absent(&pulled, &blob.bytes)?;
        if *is_taken {
            is_blob(&repository, blob, &RESTARTED_BLOB_KEPT)?;
        }
    }
    // Whoever had no answer pushes again.
    let left = done.iter().filter(|(_, is_taken)| !is_taken);
    left.take(3)
        .try_for_each(|(blob, _)| is_taken(&repository, blob))
}

fn tags(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let manifest = repository.new_manifest(Kind::Image)?;
    let all: Vec<_> = (0..CLIENTS * PUSHES).map(|_| trial.tag()).collect();
    let done = interrupted(trial, &all, |tag| push_tag(&repository, tag, &manifest))?;
    for (tag, is_taken) in done {
        let pulled = repository.get(&format!("manifests/{tag}"))?;
        is_whole_or_absent(&pulled, &manifest.bytes)?;
        if is_taken {
            is_manifest(&repository, tag, &manifest, &RESTARTED_TAG_KEPT)?;
        }
    }
    Ok(())
}

fn push_tag(repository: &Repository<'_>, tag: &Tag, manifest: &ManifestDoc) -> Result<bool, Stop> {
    let asking = repository.ask(Method::PUT, &format!("manifests/{tag}"));
    Ok(is_created(survived(asking.manifest(manifest).attempt())?))
}

//! Referrers of one subject that come and go at the same time.

use serde_json::Value;

use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::discovery::prepared;
use super::super::discovery::referrers_of;
use super::super::threads::at_once;
use super::is_answered;

pub(crate) static SECTION: Section = Section {
    id: "concurrency/referrers",
    title: "Referrers that come and go at once",
    anchor: "listing-referrers",
    checks: &[
        Check {
            name: "pushed-by-eight",
            title: "Eight referrers of one subject that are pushed at once, and the subject with them, are all listed",
            covers: &[&ACKNOWLEDGED_PUSH_KEPT, &RACED_REQUEST_ANSWERED],
            needs: &[Feature::Push, Feature::Referrers],
            run: pushed_by_eight,
            ..Check::BASE
        },
        Check {
            name: "pushed-and-deleted",
            title: "Referrers that are pushed while others are deleted are all listed, those are not, and one that stays always is",
            covers: &[
                &ACKNOWLEDGED_PUSH_KEPT,
                &NEW_REFERRER_LISTED,
                &DELETED_REFERRER_UNLISTED,
                &RACED_REQUEST_ANSWERED,
            ],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            run: pushed_and_deleted,
            ..Check::BASE
        },
    ],
};

/// Referrers of a subject that are not pushed yet, whose parts are.
fn some(
    repository: &Repository<'_>,
    subject: &ManifestDoc,
    count: usize,
) -> Result<Vec<ManifestDoc>, Stop> {
    (0..count)
        .map(|_| repository.new_referrer(subject))
        .collect()
}

/// Pushes a manifest. Whether it was taken.
fn is_taken(repository: &Repository<'_>, manifest: &ManifestDoc) -> Result<bool, Stop> {
    let answer = repository.put_manifest(&manifest.digest, manifest)?;
    is_answered(&answer)?;
    Ok(answer.status() == 201)
}

fn lists(list: &[Value], manifest: &ManifestDoc) -> bool {
    let digest = manifest.digest.to_string();
    list.iter().any(|it| it["digest"] == digest.as_str())
}

/// Demands that each of these is in the list of the subject's referrers.
fn are_listed(trial: &Trial<'_>, subject: &ManifestDoc, referrers: &[&ManifestDoc]) -> Outcome {
    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
    let missing = referrers.iter().filter(|it| !lists(&list, it)).count();
    trial.judge(
        &ACKNOWLEDGED_PUSH_KEPT,
        missing == 0,
        format!(
            "each of {} referrers whose push was answered 201 in the list",
            referrers.len()
        ),
        format!("{missing} of them are not among the {} listed", list.len()),
    )
}

fn pushed_by_eight(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.manifest()?);
    let mut all = some(&repository, &subject, 8)?;
    all.push(subject.clone());
    let taken = at_once(&all, |manifest| is_taken(&repository, manifest))?;
    // The last is the subject.
    are_listed(trial, &subject, &marked(&all[..8], &taken))
}

fn pushed_and_deleted(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let [kept, old, new] = [1, 4, 4].map(|count| some(&repository, &subject, count));
    let (kept, old, new) = (kept?, old?, new?);
    for referrer in kept.iter().chain(&old) {
        repository.push_by_digest(referrer)?;
    }
    let done: Vec<Vec<bool>> = at_once(0..3, |part| match part {
        0 => new.iter().map(|it| is_taken(&repository, it)).collect(),
        1 => old.iter().map(|it| is_deleted(&repository, it)).collect(),
        _ => (0..5).map(|_| stays(trial, &subject, &kept[0])).collect(),
    })?;
    let [taken, gone, _] = &done[..] else {
        return Ok(());
    };
    are_listed(trial, &subject, &marked(&new, taken))?;
    are_unlisted(trial, &subject, &marked(&old, gone))
}

/// Those of the manifests that have a mark.
fn marked<'m>(manifests: &'m [ManifestDoc], marks: &[bool]) -> Vec<&'m ManifestDoc> {
    let both = manifests.iter().zip(marks);
    both.filter(|(_, mark)| **mark).map(|(it, _)| it).collect()
}

/// Deletes a manifest. Whether that was taken.
fn is_deleted(repository: &Repository<'_>, manifest: &ManifestDoc) -> Result<bool, Stop> {
    let answer = repository.delete(&format!("manifests/{}", manifest.digest))?;
    is_answered(&answer)?;
    Ok(answer.status() == 202)
}

fn stays(trial: &Trial<'_>, subject: &ManifestDoc, kept: &ManifestDoc) -> Result<bool, Stop> {
    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
    trial.judge(
        &NEW_REFERRER_LISTED,
        lists(&list, kept),
        format!("{} in the list, which nobody deletes", kept.digest),
        format!("{} others", list.len()),
    )?;
    Ok(true)
}

/// Demands that none of these is listed, at once or soon.
fn are_unlisted(trial: &Trial<'_>, subject: &ManifestDoc, gone: &[&ManifestDoc]) -> Outcome {
    trial.eventually(|| {
        let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
        let left = gone.iter().filter(|it| lists(&list, it)).count();
        trial.judge(
            &DELETED_REFERRER_UNLISTED,
            left == 0,
            "no referrer in the list that was deleted",
            format!("{left} of {} that were deleted", gone.len()),
        )
    })
}

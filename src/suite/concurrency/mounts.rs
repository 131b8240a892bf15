//! Mounts that meet a push, a delete, or one another.

use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::catalogue::mount::MOUNT_FALLBACK_OFFERED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::threads::at_once;
use super::is_answered;
use super::is_blob;

pub(crate) static SECTION: Section = Section {
    id: "concurrency/mounts",
    title: "Mounts that meet pushes and deletes",
    anchor: "mounting-a-blob-from-another-repository",
    checks: &[
        Check {
            name: "mounted-by-four",
            title: "A blob that four clients mount at once is there for each that was told so",
            run: |trial| {
                let blob = trial.pushed_blob(10_000)?;
                let (source, target) = (trial.repository(), trial.other_repository());
                let answers = at_once(0..4, |_| mount(&target, &source, &blob))?;
                answers
                    .iter()
                    .try_for_each(|it| is_kept(&target, it, &blob))
            },
            ..MOUNTED
        },
        Check {
            name: "mounted-beside-push",
            title: "A blob that is mounted while it is pushed to the source is mounted, or a session is opened",
            run: mounted_beside_push,
            ..MOUNTED
        },
        Check {
            name: "mounted-beside-push-to-target",
            title: "A blob that is mounted where it is pushed at the same time is there for both",
            run: mounted_beside_push_to_target,
            ..MOUNTED
        },
        Check {
            name: "source-deleted-meanwhile",
            title: "A blob that is mounted while it is deleted from the source is mounted, or a session is opened",
            needs: &[Feature::Push, Feature::Mount, Feature::BlobDelete],
            run: source_deleted_meanwhile,
            ..MOUNTED
        },
    ],
};

const MOUNTED: Check = Check {
    covers: &[
        &ACKNOWLEDGED_PUSH_KEPT,
        &MOUNT_FALLBACK_OFFERED,
        &RACED_REQUEST_ANSWERED,
    ],
    needs: &[Feature::Push, Feature::Mount],
    ..Check::BASE
};

fn mount<'t>(
    target: &Repository<'t>,
    source: &Repository<'_>,
    blob: &Blob,
) -> Result<Answer<'t>, Stop> {
    let asking = target.post_upload();
    let asking = asking.query("mount", &blob.digest.to_string());
    asking.query("from", source.name().as_str()).send()
}

/// Demands that a 201 to a mount leads to the blob, and a 202 to a session that takes it. A registry may
/// refuse a source that it does not have.
fn is_kept(target: &Repository<'_>, answer: &Answer<'_>, blob: &Blob) -> Outcome {
    is_answered(answer)?;
    match answer.status() {
        201 => is_blob(target, blob, &ACKNOWLEDGED_PUSH_KEPT),
        202 => takes(target, answer, blob),
        _ => Ok(()),
    }
}

fn takes(target: &Repository<'_>, answer: &Answer<'_>, blob: &Blob) -> Outcome {
    let offered = answer.proves(&MOUNT_FALLBACK_OFFERED).has_location()?;
    if !offered.held() {
        return Ok(());
    }
    let session = target.session_at(answer.location().unwrap_or_default());
    let put = session.put(&blob.digest).blob(blob).send()?;
    let demand = put.proves(&MOUNT_FALLBACK_OFFERED).status(&[201])?;
    if !demand.held() {
        return Ok(());
    }
    is_blob(target, blob, &ACKNOWLEDGED_PUSH_KEPT)
}

fn mounted_beside_push(trial: &Trial<'_>) -> Outcome {
    let (source, target) = (trial.repository(), trial.other_repository());
    for _ in 0..3 {
        let blob = trial.blob(50_000);
        let session = source.open_session()?;
        let answers = at_once([true, false, false], |is_push| {
            if is_push {
                return session.put(&blob.digest).blob(&blob).send();
            }
            mount(&target, &source, &blob)
        })?;
        is_pushed(&source, &answers[0], &blob)?;
        answers[1..]
            .iter()
            .try_for_each(|it| is_kept(&target, it, &blob))?;
    }
    Ok(())
}

fn mounted_beside_push_to_target(trial: &Trial<'_>) -> Outcome {
    let (source, target) = (trial.repository(), trial.other_repository());
    for _ in 0..3 {
        let blob = trial.pushed_blob(50_000)?;
        let session = target.open_session()?;
        let answers = at_once([true, false], |is_push| {
            if is_push {
                return session.put(&blob.digest).blob(&blob).send();
            }
            mount(&target, &source, &blob)
        })?;
        is_pushed(&target, &answers[0], &blob)?;
        is_kept(&target, &answers[1], &blob)?;
    }
    Ok(())
}

fn is_pushed(repository: &Repository<'_>, answer: &Answer<'_>, blob: &Blob) -> Outcome {
    is_answered(answer)?;
    if answer.status() == 201 {
        is_blob(repository, blob, &ACKNOWLEDGED_PUSH_KEPT)?;
    }
    Ok(())
}

fn source_deleted_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (source, target) = (trial.repository(), trial.other_repository());
    for _ in 0..4 {
        let blob = trial.pushed_blob(10_000)?;
        let answers = at_once([true, false], |is_mount| {
            if is_mount {
                return mount(&target, &source, &blob);
            }
            source.delete(&format!("blobs/{}", blob.digest))
        })?;
        is_answered(&answers[1])?;
        is_kept(&target, &answers[0], &blob)?;
    }
    Ok(())
}

//! Deletes that meet pulls and pushes of the same content.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_ANSWERS_ORDERED;
use crate::catalogue::concurrency::RACED_PULL_MATCHED;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::linearizable::Action;
use crate::oci::Algorithm;
use crate::trial::Asking;
use crate::trial::History;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ImageParts;
use crate::trial::content::Layer;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::threads::at_once;
use super::are_ordered;
use super::explained;
use super::is_answered;
use super::is_blob;
use super::is_manifest;
use super::is_whole_or_absent;
use super::versions;
use super::with_last_read;
use super::with_late_deletes;
use super::written;

pub(crate) static SECTION: Section = Section {
    id: "concurrency/deletes",
    title: "Deletes that meet pulls and pushes",
    anchor: "content-management",
    checks: &[
        Check {
            name: "blob-deleted-meanwhile",
            title: "Who pulls a blob while it is deleted gets the whole of it or 404, and then it is gone",
            covers: &[
                &RACED_PULL_MATCHED,
                &RACED_REQUEST_ANSWERED,
                &DELETED_BLOB_UNKNOWN,
            ],
            needs: &[Feature::Push, Feature::BlobDelete],
            run: |trial| {
                let blob = trial.pushed_blob(300_000)?;
                let path = format!("blobs/{}", blob.digest);
                if is_deleted_meanwhile(trial, &path, &blob.bytes)? {
                    trial.eventually(|| {
                        let pulled = trial.get(&path)?;
                        pulled.proves(&DELETED_BLOB_UNKNOWN).status(&[404])?;
                        Ok(())
                    })?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-deleted-meanwhile",
            title: "Who pulls a manifest while it is deleted gets the whole of it or 404, and then it is gone",
            covers: &[
                &RACED_PULL_MATCHED,
                &RACED_REQUEST_ANSWERED,
                &DELETED_MANIFEST_UNKNOWN,
            ],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let path = format!("manifests/{}", manifest.digest);
                if is_deleted_meanwhile(trial, &path, &manifest.bytes)? {
                    trial.eventually(|| {
                        let pulled = trial.get(&path)?;
                        pulled.proves(&DELETED_MANIFEST_UNKNOWN).status(&[404])?;
                        Ok(())
                    })?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-pushed-and-deleted",
            title: "A manifest that is pushed and deleted at once is there or not as one order of both gives it",
            covers: PRESENCE,
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: |trial| {
                let manifest = versions(trial, 1)?.remove(0);
                let path = format!("manifests/{}", manifest.digest);
                comes_and_goes(trial, &path, &manifest.bytes, &|repository| {
                    Ok(repository.ask(Method::PUT, &path).manifest(&manifest))
                })
            },
            ..Check::BASE
        },
        Check {
            name: "blob-pushed-and-deleted",
            title: "A blob that is pushed and deleted at once is there or not as one order of both gives it",
            covers: PRESENCE,
            needs: &[Feature::Push, Feature::BlobDelete],
            run: |trial| {
                let blob = trial.blob(10_000);
                let path = format!("blobs/{}", blob.digest);
                comes_and_goes(trial, &path, &blob.bytes, &|repository| {
                    Ok(repository.open_session()?.put(&blob.digest).blob(&blob))
                })
            },
            ..Check::BASE
        },
        Check {
            name: "blob-deleted-beside-manifest",
            title: "A manifest that is taken while its layer is deleted is there, and so is a layer that is not deleted",
            covers: &[
                &ACKNOWLEDGED_PUSH_KEPT,
                &BLOB_FOUND,
                &RACED_REQUEST_ANSWERED,
            ],
            needs: &[Feature::Push, Feature::BlobDelete],
            run: blob_deleted_beside_manifest,
            ..Check::BASE
        },
    ],
};

const PRESENCE: &[&Requirement] = &[
    &ACKNOWLEDGED_PUSH_KEPT,
    &RACED_PULL_MATCHED,
    &RACED_ANSWERS_ORDERED,
    &RACED_REQUEST_ANSWERED,
];

/// Three pull what one deletes. Whether the delete was taken.
fn is_deleted_meanwhile(trial: &Trial<'_>, path: &str, bytes: &[u8]) -> Result<bool, Stop> {
    let repository = trial.repository();
    let taken = at_once(0..4, |part| {
        if part == 0 {
            let answer = repository.delete(path)?;
            is_answered(&answer)?;
            return Ok(answer.status() == 202);
        }
        for _ in 0..5 {
            is_whole_or_absent(&repository.get(path)?, bytes)?;
        }
        Ok(false)
    })?;
    Ok(taken.contains(&true))
}

/// The last request of a push to a repository.
type Push<'p> = dyn for<'t> Fn(&Repository<'t>) -> Result<Asking<'t>, Stop> + Sync + 'p;

/// Content that clients push, delete and pull at once.
fn comes_and_goes(trial: &Trial<'_>, path: &str, bytes: &[u8], push: &Push<'_>) -> Outcome {
    let (repository, history) = (trial.repository(), History::begin());
    let pushed = || noted(&history, push(&repository)?, 201, Action::Write(0));
    let deleted = || {
        let asking = repository.ask(Method::DELETE, path);
        noted(&history, asking, 202, Action::Delete { found: None })
    };
    let pulled = || {
        let asking = repository.ask(Method::GET, path);
        let answer = history.ask(asking, |answer| match answer.status() {
            200 => Some(Action::Read(Some(0))),
            404 => Some(Action::Read(None)),
            _ => None,
        })?;
        is_whole_or_absent(&answer, bytes).map(|_| ())
    };
    pushed()?;
    at_once(0..4, |part| match part {
        0 => (0..3).try_for_each(|_| pushed()),
        1 => (0..3).try_for_each(|_| deleted()),
        _ => (0..6).try_for_each(|_| pulled()),
    })?;
    ends_well(trial, path, &history)?;
    // Nothing is deleted any more: what is pushed now stays.
    pushed()?;
    ends_well(trial, path, &history)?;
    let operations = with_late_deletes(&history.operations(), trial.world().settle);
    are_ordered(trial, None, &operations)
}

/// Puts a request, and notes it if it was carried out.
fn noted(
    history: &History<usize>,
    asking: Asking<'_>,
    done: u16,
    action: Action<usize>,
) -> Outcome {
    let answer = history.ask(asking, |answer| {
        let may_be_done = answer.status() == done || answer.status() >= 500;
        may_be_done.then_some(action)
    })?;
    is_answered(&answer)
}

/// Demands that it is there, or not, as the pushes and deletes leave it that may have been the last.
fn ends_well(trial: &Trial<'_>, path: &str, history: &History<usize>) -> Outcome {
    let before = written(&history.operations());
    trial.eventually(|| {
        let pulled = trial.get(path)?;
        let seen = (pulled.status() == 200).then_some(0);
        let (holds, actual) = explained(None, &with_last_read(&before, seen));
        pulled.proves(&ACKNOWLEDGED_PUSH_KEPT).that(
            holds,
            "what the pushes and deletes leave that may have been the last",
            &actual,
        )?;
        Ok(())
    })
}

fn blob_deleted_beside_manifest(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let layers = vec![Layer::gzip(&mut trial.stream(), Algorithm::Sha256)];
    let parts = ImageParts::over(&mut trial.stream(), Algorithm::Sha256, layers);
    let image = parts.assemble(Algorithm::Sha256);
    repository.push_parts(&image)?;
    let (layer, manifest) = (&image.layers[0].blob, &image.manifest);
    let answers = at_once([true, false], |is_push| {
        if is_push {
            return repository.put_manifest(&manifest.digest, manifest);
        }
        repository.delete(&format!("blobs/{}", layer.digest))
    })?;
    answers.iter().try_for_each(is_answered)?;
    if answers[0].status() == 201 {
        is_manifest(
            &repository,
            &manifest.digest,
            manifest,
            &ACKNOWLEDGED_PUSH_KEPT,
        )?;
    }
    if answers[1].is_client_error() {
        is_blob(&repository, layer, &BLOB_FOUND)?;
    }
    Ok(())
}

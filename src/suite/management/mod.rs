//! Management: what a registry deletes.

pub(super) mod again;
pub(super) mod blobs;
pub(super) mod deletes;
pub(super) mod gone;
pub(super) mod kept;
pub(super) mod manifests;
pub(super) mod tags;
pub(super) mod twice;

use crate::catalogue::Requirement;
use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::discovery::all_tags;
use super::discovery::prepared;

/// The tags that a repository lists, over all pages. What is wrong with the list itself is not what
/// the check is about.
fn listed_tags(repository: &Repository<'_>) -> Result<Vec<String>, Stop> {
    prepared(all_tags(repository))
}

/// DELETE, which is not what the check is about.
pub(super) fn deleted(
    trial: &Trial<'_>,
    path: &str,
    accepted: &'static Requirement,
) -> Result<(), Stop> {
    let answer = trial.delete(path)?;
    is_permitted(&answer)?;
    answer.prepares(accepted).status(&[202])?;
    Ok(())
}

/// Ends the check where the registry knows users, and this one may not delete.
fn is_permitted(answer: &Answer<'_>) -> Outcome {
    let knows_users = answer.trial().world().client.was_challenged();
    if matches!(answer.status(), 401 | 403) && knows_users {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(format!("{evidence}: not permitted")));
    }
    Ok(())
}

/// Demands that what is asked for here is gone, at once or soon, for GET and HEAD alike.
fn is_gone(trial: &Trial<'_>, path: &str, requirement: &'static Requirement) -> Outcome {
    trial.eventually(|| {
        trial.get(path)?.proves(requirement).status(&[404])?;
        trial.head(path)?.proves(requirement).status(&[404])?;
        Ok(())
    })
}

/// Waits until what is asked for here is gone, which is not what the check is about.
pub(super) fn await_gone(
    trial: &Trial<'_>,
    path: &str,
    requirement: &'static Requirement,
) -> Outcome {
    trial.eventually(|| {
        trial.head(path)?.prepares(requirement).status(&[404])?;
        Ok(())
    })
}

/// Demands that a DELETE that was not carried out was refused as it must be, and left all as it
/// was.
fn is_refused(trial: &Trial<'_>, path: &str, requirement: &'static Requirement) -> Outcome {
    let answer = trial.delete(path)?;
    is_permitted(&answer)?;
    if answer.is_success() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Skipped(format!(
            "deleting is switched on: {evidence}"
        )));
    }
    answer.proves(requirement).that(
        matches!(answer.status(), 400 | 405),
        "202 or, where this is switched off, 400 or 405",
        &answer.summary(),
    )?;
    let kept = trial.head(path)?;
    kept.proves(requirement).that(
        kept.is_success(),
        "still there after the refusal, so 200",
        &kept.summary(),
    )?;
    Ok(())
}

/// Deletes a manifest and waits until it is gone, which is not what the check is about.
fn delete_manifest(trial: &Trial<'_>, manifest: &ManifestDoc) -> Outcome {
    let path = format!("manifests/{}", manifest.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)
}

/// The same for a tag.
fn delete_tag(trial: &Trial<'_>, tag: &Tag) -> Outcome {
    let path = format!("manifests/{tag}");
    deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_TAG_UNKNOWN)
}

/// The same for a blob.
fn delete_blob(trial: &Trial<'_>, digest: &Digest) -> Outcome {
    let path = format!("blobs/{digest}");
    deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_BLOB_UNKNOWN)
}

/// Demands that a reference leads to this manifest, for GET and HEAD.
fn is_there(
    repository: &Repository<'_>,
    reference: &str,
    manifest: &ManifestDoc,
    requirement: &'static Requirement,
) -> Outcome {
    let path = format!("manifests/{reference}");
    let head = repository.head(&path)?;
    head.proves(requirement).status(&[200])?;
    let pulled = repository.get(&path)?;
    pulled.proves(requirement).content(&manifest.bytes)?;
    Ok(())
}

fn is_listed(trial: &Trial<'_>, tag: &Tag) -> Outcome {
    let tags = listed_tags(&trial.repository())?;
    trial.judge(
        &TAG_LIST_COMPLETE,
        tags.contains(&tag.to_string()),
        format!("a tag list with {tag}"),
        format!("{} tags, and not this one", tags.len()),
    )
}

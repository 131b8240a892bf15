//! Deleting what was deleted before, or is being deleted.

use crate::catalogue::Requirement;
use crate::catalogue::delete::ABSENT_BLOB_DELETE_UNKNOWN;
use crate::catalogue::delete::ABSENT_MANIFEST_DELETE_UNKNOWN;
use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::super::threads::at_once;
use super::delete_blob;
use super::delete_manifest;
use super::delete_tag;
use super::deleted;
use super::is_gone;
use super::is_permitted;

pub(crate) static SECTION: Section = Section {
    id: "management/twice",
    title: "Deleting twice",
    anchor: "content-management",
    checks: &[
        Check {
            name: "blob-twice",
            title: "DELETE on a blob that was deleted before returns 404, also after it was pushed in between",
            covers: &[&ABSENT_BLOB_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: blob_twice,
            ..Check::BASE
        },
        Check {
            name: "blob-at-once",
            title: "Of two DELETEs on a blob at the same time, one or both return 202, and none but 404 besides",
            covers: &[&BLOB_DELETE_ACCEPTED, &ABSENT_BLOB_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::BlobDelete],
            run: |trial| {
                let path = format!("blobs/{}", trial.pushed_blob(64)?.digest);
                both_at_once(
                    trial,
                    &path,
                    (&BLOB_DELETE_ACCEPTED, &ABSENT_BLOB_DELETE_UNKNOWN),
                )
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-at-once",
            title: "Of two DELETEs on a manifest at the same time, one or both return 202, and none but 404 besides",
            covers: &[&MANIFEST_DELETE_ACCEPTED, &ABSENT_MANIFEST_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: |trial| {
                let path = format!("manifests/{}", trial.pushed_manifest()?.digest);
                let rows = (&MANIFEST_DELETE_ACCEPTED, &ABSENT_MANIFEST_DELETE_UNKNOWN);
                both_at_once(trial, &path, rows)
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-twice",
            title: "DELETE on a manifest that was deleted before returns 404",
            covers: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                delete_manifest(trial, &manifest)?;
                is_unknown(trial, &manifest.digest.to_string())
            },
            ..Check::BASE
        },
        Check {
            name: "tag-twice",
            title: "DELETE on a tag that was deleted before returns 404",
            covers: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::TagDelete],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                delete_tag(trial, &tag)?;
                is_unknown(trial, tag.as_str())
            },
            ..Check::BASE
        },
        Check {
            name: "moved-tag-deleted",
            title: "A tag that moved and was deleted does not fall back to the manifest that it named first",
            covers: &[&DELETED_TAG_UNKNOWN],
            needs: &[Feature::Push, Feature::TagDelete],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                trial.repository().push_by_tag(&tag, &trial.manifest()?)?;
                let path = format!("manifests/{tag}");
                deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
                is_gone(trial, &path, &DELETED_TAG_UNKNOWN)
            },
            ..Check::BASE
        },
        Check {
            name: "moved-tag-loses-its-manifest",
            title: "Deleting the manifest that a tag moved to does not bring the tag back to the one before",
            covers: &[&DELETED_MANIFEST_TAGS_UNKNOWN, &TAG_MOVED],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: |trial| {
                let (tag, old) = trial.pushed_tag()?;
                let new = trial.manifest()?;
                trial.repository().push_by_tag(&tag, &new)?;
                delete_manifest(trial, &new)?;
                let path = format!("manifests/{tag}");
                is_gone(trial, &path, &DELETED_MANIFEST_TAGS_UNKNOWN)?;
                let kept = trial.get(&format!("manifests/{}", old.digest))?;
                kept.proves(&TAG_MOVED).content(&old.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// Demands that a DELETE says that there is nothing to delete.
fn is_unknown(trial: &Trial<'_>, reference: &str) -> Outcome {
    let answer = trial.delete(&format!("manifests/{reference}"))?;
    is_permitted(&answer)?;
    answer
        .proves(&ABSENT_MANIFEST_DELETE_UNKNOWN)
        .status(&[404])?;
    Ok(())
}

fn blob_twice(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.pushed_blob(64)?);
    let path = format!("blobs/{}", blob.digest);
    for turn in 0..2 {
        if turn > 0 {
            repository.push_blob(&blob)?;
        }
        delete_blob(trial, &blob.digest)?;
        let answer = trial.delete(&path)?;
        is_permitted(&answer)?;
        answer.proves(&ABSENT_BLOB_DELETE_UNKNOWN).status(&[404])?;
    }
    Ok(())
}

/// Deletes what is there twice at once.
fn both_at_once(
    trial: &Trial<'_>,
    path: &str,
    (accepted, unknown): (&'static Requirement, &'static Requirement),
) -> Outcome {
    let statuses = at_once(0..2, |_| {
        let answer = trial.delete(path)?;
        is_permitted(&answer)?;
        answer.proves(unknown).status(&[202, 404])?;
        Ok(answer.status())
    })?;
    trial.judge(
        accepted,
        statuses.contains(&202),
        "202 to at least one of two DELETEs on what is there",
        "404 to both",
    )
}

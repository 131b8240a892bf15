//! Deleting blobs.

use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::ABSENT_BLOB_DELETE_UNKNOWN;
use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DISABLED_BLOB_DELETE_REFUSED;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Axis;

use super::await_gone;
use super::deleted;
use super::is_gone;
use super::is_permitted;
use super::is_refused;

/// How long the blobs are that are pushed to be deleted, in bytes.
const SMALL: usize = 64;

pub(crate) static SECTION: Section = Section {
    id: "management/blobs",
    title: "Deleting blobs",
    anchor: "deleting-blobs",
    checks: &[
        Check {
            name: "delete",
            title: "DELETE on a blob returns 202, also on a second one",
            covers: &[&BLOB_DELETE_ACCEPTED],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                for _ in 0..2 {
                    let blob = trial.pushed_blob(SMALL)?;
                    let answer = trial.delete(&format!("blobs/{}", blob.digest))?;
                    is_permitted(&answer)?;
                    answer.proves(&BLOB_DELETE_ACCEPTED).status(&[202])?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "delete-off",
            title: "Where blobs cannot be deleted, DELETE returns 400 or 405 and keeps them",
            covers: &[&DISABLED_BLOB_DELETE_REFUSED],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.pushed_blob(SMALL)?;
                let path = format!("blobs/{}", blob.digest);
                is_refused(trial, &path, &DISABLED_BLOB_DELETE_REFUSED)
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-blob",
            title: "A deleted blob returns 404, at once or soon after",
            covers: &[&DELETED_BLOB_UNKNOWN],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.pushed_blob(SMALL)?;
                let path = format!("blobs/{}", blob.digest);
                deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
                is_gone(trial, &path, &DELETED_BLOB_UNKNOWN)
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-large-blob",
            title: "A deleted blob of 1 MiB and a byte returns 404, at once or soon after",
            covers: &[&DELETED_BLOB_UNKNOWN],
            needs: &[Feature::Push, Feature::BlobDelete],
            run: |trial| {
                let blob = trial.pushed_blob((1 << 20) + 1)?;
                let path = format!("blobs/{}", blob.digest);
                // A copy that was made for pulling must go as well.
                let before = trial.get(&path)?;
                before.prepares(&BLOB_FOUND).status(&[200])?;
                deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
                is_gone(trial, &path, &DELETED_BLOB_UNKNOWN)
            },
            ..Check::BASE
        },
        Check {
            name: "blob-of-other-repository",
            title: "Deleting a blob leaves the same one in another repository, from which it does not come back",
            covers: &[&DELETED_BLOB_UNKNOWN, &OTHER_REPOSITORY_BLOB_KEPT],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.pushed_blob(SMALL)?;
                trial.other_repository().push_blob(&blob)?;
                let path = format!("blobs/{}", blob.digest);
                deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
                // What is wrongly deleted may go as late as what is rightly deleted.
                await_gone(trial, &path, &DELETED_BLOB_UNKNOWN)?;
                let elsewhere = trial.other_repository().get(&path)?;
                elsewhere
                    .proves(&OTHER_REPOSITORY_BLOB_KEPT)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                is_gone(trial, &path, &DELETED_BLOB_UNKNOWN)
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-blob-pushed-again",
            title: "A blob that was deleted and is pushed again can be pulled",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.pushed_blob(SMALL)?;
                let path = format!("blobs/{}", blob.digest);
                deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
                await_gone(trial, &path, &DELETED_BLOB_UNKNOWN)?;
                trial.repository().push_blob(&blob)?;
                let pulled = trial.get(&path)?;
                pulled
                    .proves(&BLOB_FOUND)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "absent-blob",
            title: "DELETE on a digest that nobody pushed returns 404",
            covers: &[&ABSENT_BLOB_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                trial.pushed_blob(SMALL)?;
                let digest = trial.absent_digest(trial.variant().blobs);
                let answer = trial.delete(&format!("blobs/{digest}"))?;
                is_permitted(&answer)?;
                answer.proves(&ABSENT_BLOB_DELETE_UNKNOWN).status(&[404])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "blob-elsewhere",
            title: "DELETE on a blob that only another repository holds returns 404 and keeps it there",
            covers: &[&ABSENT_BLOB_DELETE_UNKNOWN, &OTHER_REPOSITORY_BLOB_KEPT],
            needs: &[Feature::Push, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                trial.pushed_blob(SMALL)?;
                let (blob, elsewhere) = (trial.blob(SMALL), trial.other_repository());
                elsewhere.push_blob(&blob)?;
                let path = format!("blobs/{}", blob.digest);
                let answer = trial.delete(&path)?;
                is_permitted(&answer)?;
                answer.proves(&ABSENT_BLOB_DELETE_UNKNOWN).status(&[404])?;
                let kept = elsewhere.get(&path)?;
                kept.proves(&OTHER_REPOSITORY_BLOB_KEPT)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

//! What was deleted before a restart.

use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::durability::RESTARTED_DELETE_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::super::management::await_gone;
use super::super::management::deleted;
use super::RESTARTED;

pub(crate) static SECTION: Section = Section {
    id: "durability/deletes",
    title: "Deletes across a restart",
    anchor: "content-management",
    checks: &[
        Check {
            name: "tag",
            title: "A tag that was deleted is still gone after a restart",
            needs: &[Feature::Push, Feature::TagDelete, Feature::Restart],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                let path = format!("manifests/{tag}");
                deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
                await_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
                stays_gone(trial, &path)
            },
            ..DELETED
        },
        Check {
            name: "manifest",
            title: "A manifest that was deleted, and its tag, are still gone after a restart",
            needs: &[Feature::Push, Feature::ManifestDelete, Feature::Restart],
            run: |trial| {
                let (tag, manifest) = trial.pushed_tag()?;
                let path = format!("manifests/{}", manifest.digest);
                deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
                await_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)?;
                stays_gone(trial, &path)?;
                is_gone(trial, &format!("manifests/{tag}"))
            },
            ..DELETED
        },
        Check {
            name: "blob",
            title: "A blob that was deleted is still gone after a restart",
            needs: &[Feature::Push, Feature::BlobDelete, Feature::Restart],
            run: |trial| {
                let blob = trial.pushed_blob(5_000)?;
                let path = format!("blobs/{}", blob.digest);
                deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
                await_gone(trial, &path, &DELETED_BLOB_UNKNOWN)?;
                stays_gone(trial, &path)
            },
            ..DELETED
        },
    ],
};

const DELETED: Check = Check {
    covers: &[&RESTARTED_DELETE_KEPT],
    ..RESTARTED
};

fn stays_gone(trial: &Trial<'_>, path: &str) -> Outcome {
    trial.restart()?;
    is_gone(trial, path)
}

/// Demands that this is gone, at once or soon: what is still to be done may be done after a restart.
fn is_gone(trial: &Trial<'_>, path: &str) -> Outcome {
    trial.eventually(|| {
        let pulled = trial.get(path)?;
        pulled.proves(&RESTARTED_DELETE_KEPT).status(&[404])?;
        Ok(())
    })
}

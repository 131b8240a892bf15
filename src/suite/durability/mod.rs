//! What a registry must not lose when it ends at once and starts again.
//!
//! Each check writes, has the registry end and start again, and looks. Nothing else may be under way at
//! the registry meanwhile.

pub(super) mod content;
pub(super) mod deletes;
pub(super) mod interrupted;
pub(super) mod sessions;

use crate::catalogue::Requirement;
use crate::catalogue::durability::INTERRUPTED_PUSH_MATCHED;
use crate::catalogue::durability::RESTARTED_PUSH_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Wants;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::content::Blob;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

/// What all checks across a restart have in common.
const RESTARTED: Check = Check {
    needs: &[Feature::Push, Feature::Restart],
    wants: Wants::Alone,
    ..Check::BASE
};

/// Demands that a blob is there, for HEAD and GET, whole.
fn is_blob(repository: &Repository<'_>, blob: &Blob, requirement: &'static Requirement) -> Outcome {
    let path = format!("blobs/{}", blob.digest);
    repository.head(&path)?.proves(requirement).status(&[200])?;
    let pulled = repository.get(&path)?;
    pulled.proves(requirement).content(&blob.bytes)?;
    Ok(())
}

/// Demands that a manifest is there under this reference, in its bytes and as its type.
fn is_manifest(
    repository: &Repository<'_>,
    reference: impl std::fmt::Display,
    manifest: &ManifestDoc,
    requirement: &'static Requirement,
) -> Outcome {
    let pulled = repository.get(&format!("manifests/{reference}"))?;
    pulled.proves(requirement).content(&manifest.bytes)?;
    let media_type = pulled.header("content-type").unwrap_or_default();
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    pulled.proves(requirement).that(
        bare.is_empty() || bare == manifest.media_type,
        &format!("Content-Type: {}", manifest.media_type),
        &format!("Content-Type: {media_type}"),
    )?;
    Ok(())
}

/// Demands that what is asked for here is there whole, or not at all.
fn is_whole_or_absent(pulled: &Answer<'_>, bytes: &[u8]) -> Outcome {
    let is_whole = pulled.status() == 200 && pulled.bytes() == bytes;
    pulled.proves(&INTERRUPTED_PUSH_MATCHED).that(
        pulled.status() == 404 || is_whole,
        &format!("404, or 200 and exactly the {} bytes sent", bytes.len()),
        &format!("{} and {} bytes", pulled.told(), pulled.bytes().len()),
    )?;
    Ok(())
}

/// Demands that the registry takes a blob, as if there had been no restart.
fn is_taken(repository: &Repository<'_>, blob: &Blob) -> Outcome {
    let row = &RESTARTED_PUSH_ACCEPTED;
    let opened = repository.post_upload().send()?;
    opened.proves(row).status(&[202])?.has_location()?;
    let session = repository.session_at(opened.location().unwrap_or_default());
    let put = session.put(&blob.digest).blob(blob).send()?;
    put.proves(row).status(&[201])?;
    let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
    pulled.proves(row).content(&blob.bytes)?;
    Ok(())
}

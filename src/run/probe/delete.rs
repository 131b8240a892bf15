//! Probes of what a registry deletes.

use crate::check::Feature;
use crate::check::FeatureState;
use crate::http::Exchange;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Stop;

use super::weigh;

/// The answers that say that a kind of delete is off.
const OFF: &[u16] = &[400, 405];

/// The kinds of delete.
const KINDS: [Feature; 3] = [
    Feature::TagDelete,
    Feature::ManifestDelete,
    Feature::BlobDelete,
];

/// Whether this is a kind of delete, and an answer that says that it may well be off.
pub(in crate::run) fn may_be_off(feature: Feature, exchange: &Exchange) -> bool {
    let status = exchange.outcome.as_ref().map(|answer| answer.status);
    KINDS.contains(&feature)
        && exchange.request.method == Method::DELETE
        && status.is_ok_and(|status| OFF.contains(&status))
}

/// Whether a tag can be deleted.
pub(super) fn tag(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let (tag, _) = trial.pushed_tag()?;
    Ok(weigh(
        &trial.delete(&format!("manifests/{tag}"))?,
        &[202],
        OFF,
    ))
}

/// Whether a manifest can be deleted.
pub(super) fn manifest(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let manifest = trial.pushed_manifest()?;
    Ok(weigh(
        &trial.delete(&format!("manifests/{}", manifest.digest))?,
        &[202],
        OFF,
    ))
}

/// Whether a blob can be deleted.
pub(super) fn blob(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let blob = trial.pushed_blob(64)?;
    Ok(weigh(
        &trial.delete(&format!("blobs/{}", blob.digest))?,
        &[202],
        OFF,
    ))
}

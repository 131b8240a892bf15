//! Probes of what a registry gives.

use crate::check::FeatureState;
use crate::http::Method;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Stop;

use super::weigh;

/// How long the blobs are that probes push, in bytes.
const SMALL: usize = 64;

/// Whether there is a blob to pull.
pub(super) fn blob(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let given = trial
        .world()
        .read_only
        .as_ref()
        .map(|given| given.blob.is_some());
    Ok(content(given, "--blob"))
}

/// Whether there is a manifest to pull.
pub(super) fn manifest(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let given = trial
        .world()
        .read_only
        .as_ref()
        .map(|given| given.manifest.is_some());
    Ok(content(given, "--manifest"))
}

/// Whether there is a tag to pull.
pub(super) fn tag(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let given = trial
        .world()
        .read_only
        .as_ref()
        .map(|given| given.tag.is_some());
    Ok(content(given, "--tag"))
}

fn content(given: Option<bool>, flag: &str) -> FeatureState {
    match given {
        None => FeatureState::Supported("each check pushes its own".to_owned()),
        Some(true) => FeatureState::Supported(format!("given by {flag}")),
        Some(false) => FeatureState::NotAsked(format!("a read-only run without {flag}")),
    }
}

/// Whether a part of a blob can be pulled.
pub(super) fn ranges(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let blob = trial.known_blob(SMALL)?;
    let path = format!("blobs/{}", blob.digest);
    let answer = trial
        .repository()
        .ask(Method::GET, &path)
        .header("range", "bytes=0-0")
        .send()?;
    Ok(weigh(&answer, &[206], &[200]))
}

/// Whether referrers can be listed: absent only if the list is not found where a manifest with that
/// subject was pushed, and the push does not claim that it was taken account of.
pub(super) fn referrers(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let (pushed, subject) = push_referrer(trial)?;
    let claims = pushed.header("oci-subject").is_some();
    let answer = trial.get(&format!("referrers/{}", subject.digest))?;
    Ok(weigh(&answer, &[200], if claims { &[] } else { &[404] }))
}

/// Whether the list of referrers can be filtered.
pub(super) fn referrers_filter(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let (pushed, subject) = push_referrer(trial)?;
    let claims = pushed.header("oci-subject").is_some();
    let answer = trial
        .repository()
        .ask(Method::GET, &format!("referrers/{}", subject.digest))
        .query("artifactType", "application/vnd.example.none")
        .send()?;
    let filters = answer.header("oci-filters-applied").is_some();
    let absent: &[u16] = match (filters, claims) {
        (true, _) => &[],
        (false, true) => &[200],
        (false, false) => &[200, 404],
    };
    Ok(weigh(&answer, if filters { &[200] } else { &[] }, absent))
}

fn push_referrer<'t>(
    trial: &'t Trial<'_>,
) -> Result<(crate::trial::Answer<'t>, ManifestDoc), Stop> {
    let subject = trial.manifest()?;
    let referrer = trial.repository().new_referrer(&subject)?;
    let answer = trial
        .repository()
        .put_manifest(&referrer.digest, &referrer)?;
    Ok((answer, subject))
}

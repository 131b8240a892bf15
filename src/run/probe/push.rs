//! Probes of what a registry takes.

use std::sync::atomic::Ordering;

use crate::check::FeatureState;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Stop;

use super::weigh;

/// How long the blobs are that probes push, in bytes.
const SMALL: usize = 64;

/// Whether anything can be pushed: absent only if POST, PUT and PATCH are all refused with 405.
/// Where it can, the way is found by which preparations push blobs.
pub(super) fn push(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let answer = trial.repository().post_upload().send()?;
    let state = weigh(&answer, &[202], &[]);
    if let FeatureState::Supported(evidence) = state {
        return Ok(FeatureState::Supported(format!(
            "{evidence}{}",
            find_way(trial)
        )));
    }
    if answer.status() != 405 {
        return Ok(state);
    }
    let put = trial
        .repository()
        .ask(Method::PUT, "manifests/probe")
        .body("{}")
        .send()?;
    let patch = trial
        .repository()
        .ask(Method::PATCH, "blobs/uploads/probe")
        .body("x")
        .send()?;
    if put.status() == 405 && patch.status() == 405 {
        return Ok(FeatureState::Unsupported(
            "POST, PUT and PATCH all answered 405".to_owned(),
        ));
    }
    Ok(state)
}

/// Has blobs pushed by PATCH if that works, and PUT does not; what there is to say of it. Found out
/// once and before all checks, so that each of them is prepared in the same way in every run.
fn find_way(trial: &Trial<'_>) -> &'static str {
    let repository = trial.repository();
    let blob = trial.blob(SMALL);
    // Twice, so that a registry that falls over now and then is prepared like any other.
    let takes_put = (0..2).any(|_| repository.push_blob_by_put(&blob).is_ok());
    if takes_put || repository.push_blob_by_patch(&blob).is_err() {
        return "";
    }
    trial.world().by_patch.store(true, Ordering::Relaxed);
    "; no blob is taken in the closing PUT, so each is pushed by PATCH where that is not the question"
}

/// Whether a blob may be named by sha512.
pub(super) fn sha512_blobs(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let blob = Blob::lines(&mut trial.stream(), Algorithm::Sha512, SMALL);
    let answer = trial
        .repository()
        .open_session()?
        .put(&blob.digest)
        .blob(&blob)
        .send()?;
    Ok(weigh(&answer, &[201], &[400]))
}

/// Whether a manifest may be named by sha512.
pub(super) fn sha512_manifests(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let manifest = trial
        .repository()
        .new_manifest(Kind::Image)?
        .with_digest(Algorithm::Sha512);
    let answer = trial
        .repository()
        .put_manifest(&manifest.digest, &manifest)?;
    Ok(weigh(&answer, &[201], &[400]))
}

/// Whether a single POST stores a blob.
pub(super) fn single_post(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let blob = trial.blob(SMALL);
    let answer = trial
        .repository()
        .post_upload()
        .query("digest", &blob.digest.to_string())
        .blob(&blob)
        .send()?;
    Ok(weigh_offer(&answer))
}

/// Whether a blob can be mounted from a repository that is named.
pub(super) fn mount(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let blob = trial.pushed_blob(SMALL)?;
    let answer = trial
        .other_repository()
        .post_upload()
        .query("mount", &blob.digest.to_string())
        .query("from", trial.repository().name().as_str())
        .send()?;
    Ok(weigh_offer(&answer))
}

/// Whether a blob can be mounted from wherever it is.
pub(super) fn anonymous_mount(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let blob = trial.pushed_blob(SMALL)?;
    let answer = trial
        .other_repository()
        .post_upload()
        .query("mount", &blob.digest.to_string())
        .send()?;
    Ok(weigh_offer(&answer))
}

/// Done is 201; not done, but offered as an ordinary upload, is 202 with a `Location`.
fn weigh_offer(answer: &Answer<'_>) -> FeatureState {
    let offers = answer.location().is_some();
    weigh(answer, &[201], if offers { &[202] } else { &[] })
}

/// Whether an upload can be cancelled.
pub(super) fn cancel(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let answer = trial
        .repository()
        .open_session()?
        .ask(Method::DELETE)
        .send()?;
    Ok(weigh(&answer, &[204], &[400, 404, 405]))
}

/// Whether a session can be opened for sha512.
pub(super) fn digest_algorithm(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let answer = trial
        .repository()
        .post_upload()
        .query("digest-algorithm", "sha512")
        .send()?;
    Ok(weigh(&answer, &[201, 202], &[400]))
}

/// Whether a manifest that is pushed by digest can be tagged on the way.
pub(super) fn tag_parameters(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let manifest = trial.manifest()?;
    let answer = trial
        .repository()
        .ask(Method::PUT, &format!("manifests/{}", manifest.digest))
        .query("tag", trial.tag().as_str())
        .manifest(&manifest)
        .send()?;
    let tells = answer.header("oci-tag").is_some();
    Ok(if tells {
        weigh(&answer, &[201], &[])
    } else {
        weigh(&answer, &[], &[201])
    })
}

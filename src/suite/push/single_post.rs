//! Pushing a blob by a single POST.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::catalogue::single_post::MISMATCHED_SINGLE_POST_REFUSED;
use crate::catalogue::single_post::SINGLE_POST_ACCEPTED;
use crate::catalogue::single_post::SINGLE_POST_ANSWERED;
use crate::catalogue::single_post::SINGLE_POST_FALLBACK_OFFERED;
use crate::catalogue::single_post::SINGLE_POST_LOCATION_PULLED;
use crate::catalogue::single_post::SINGLE_POST_LOCATION_SENT;
use crate::catalogue::single_post::UNFINISHED_SINGLE_POST_UNKNOWN;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Digest;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::is_not_stored;
use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;
use super::blob_helpers::leads_to_blob;

pub(crate) static SECTION: Section = Section {
    id: "push/single-post",
    title: "Pushing a blob by a single POST",
    anchor: "single-post",
    checks: &[
        Check {
            name: "taken-or-continued",
            title: "POST of a whole blob returns 201 or, with nothing stored yet, the session to go on in",
            covers: &[
                &UNFINISHED_SINGLE_POST_UNKNOWN,
                &SINGLE_POST_FALLBACK_OFFERED,
                &SINGLE_POST_ANSWERED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: taken_or_continued,
            ..Check::BASE
        },
        Check {
            name: "taken",
            title: "POST of a whole blob, where it is taken, returns 201, and its Location pulls the blob",
            covers: TAKEN,
            needs: &[Feature::Push, Feature::SinglePost],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| is_taken(&trial.repository(), &trial.blob(512)),
            ..Check::BASE
        },
        Check {
            name: "large-blob",
            title: "POST of a blob of one byte more than 1 MiB, where it is taken, stores it as it was",
            covers: TAKEN,
            needs: &[Feature::Push, Feature::SinglePost],
            run: |trial| is_taken(&trial.repository(), &trial.blob((1 << 20) + 1)),
            ..Check::BASE
        },
        Check {
            name: "blob-pushed-again",
            title: "POST of a whole blob that is there already, where it is taken, returns 201",
            covers: TAKEN,
            needs: &[Feature::Push, Feature::SinglePost],
            run: |trial| is_taken(&trial.repository(), &trial.pushed_blob(512)?),
            ..Check::BASE
        },
        Check {
            name: "mismatched-digest",
            title: "POST of a blob under a digest that its bytes do not have returns 400 and stores nothing",
            covers: &[
                &MISMATCHED_SINGLE_POST_REFUSED,
                &MISMATCHED_BLOB_DISCARDED,
                &SINGLE_POST_FALLBACK_OFFERED,
            ],
            needs: &[Feature::Push, Feature::SinglePost],
            axes: &[Axis::BlobAlgorithm],
            run: mismatched_digest,
            ..Check::BASE
        },
    ],
};

/// What a single POST that is taken proves.
const TAKEN: &[&Requirement] = &[
    &SINGLE_POST_ACCEPTED,
    &SINGLE_POST_LOCATION_SENT,
    &SINGLE_POST_LOCATION_PULLED,
    &BLOB_FOUND,
    &SINGLE_POST_FALLBACK_OFFERED,
];

fn post<'t>(repository: &Repository<'t>, digest: &Digest, blob: &Blob) -> Result<Answer<'t>, Stop> {
    let asking = repository.post_upload();
    asking
        .query("digest", &digest.to_string())
        .blob(blob)
        .send()
}

fn taken_or_continued(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(512));
    let answer = post(&repository, &blob.digest, &blob)?;
    answer.proves(&SINGLE_POST_ANSWERED).status(&[201, 202])?;
    if answer.is_success() && answer.status() != 202 {
        return Ok(());
    }
    let offer = answer.proves(&SINGLE_POST_FALLBACK_OFFERED);
    if !offer.status(&[201, 202])?.has_location()?.held() {
        return Ok(());
    }
    is_not_stored(&repository, &blob.digest, &UNFINISHED_SINGLE_POST_UNKNOWN)?;
    let session = repository.session_at(answer.location().unwrap_or_default());
    let answer = session.put(&blob.digest).blob(&blob).send()?;
    if !is_put(&answer, &SINGLE_POST_FALLBACK_OFFERED)? {
        return Ok(());
    }
    is_pulled(&repository, &blob, &SINGLE_POST_FALLBACK_OFFERED)
}

/// Pushes a blob, and pulls it back, where the registry does not decline.
fn is_taken(repository: &Repository<'_>, blob: &Blob) -> Outcome {
    let answer = post(repository, &blob.digest, blob)?;
    if answer.status() == 202 {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    if answer.is_client_error() {
        return is_declined(&answer);
    }
    answer.proves(&SINGLE_POST_ACCEPTED).that(
        answer.status() == 201,
        "201, or 202 where the blob is not stored",
        &answer.summary(),
    )?;
    answer.proves(&SINGLE_POST_LOCATION_SENT).has_location()?;
    leads_to_blob(repository, &answer, blob, &SINGLE_POST_LOCATION_PULLED)
}

fn mismatched_digest(trial: &Trial<'_>) -> Outcome {
    let digest = trial.absent_digest(trial.variant().blobs);
    let answer = post(&trial.repository(), &digest, &trial.blob(512))?;
    // These refuse every single POST, and not this one for its digest.
    if matches!(answer.status(), 404 | 405) {
        return is_declined(&answer);
    }
    answer
        .proves(&MISMATCHED_SINGLE_POST_REFUSED)
        .status(&[400])?;
    is_not_stored(&trial.repository(), &digest, &MISMATCHED_BLOB_DISCARDED)
}

/// Says that a registry without single POST had better offered a session.
fn is_declined(answer: &Answer<'_>) -> Outcome {
    answer
        .proves(&SINGLE_POST_FALLBACK_OFFERED)
        .status(&[201, 202])?;
    Ok(())
}

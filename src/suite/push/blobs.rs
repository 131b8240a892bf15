//! Pushing blobs: what holds for every way of pushing one.

use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::push::MALFORMED_UPLOAD_DIGEST_REFUSED;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::blob_helpers::is_not_stored;
use super::blob_helpers::is_pulled;

pub(crate) static SECTION: Section = Section {
    id: "push/blobs",
    title: "Pushing blobs",
    anchor: "pushing-blobs",
    checks: &[
        Check {
            name: "mismatched-blob-discarded",
            title: "A blob refused because its digest does not match is not stored under that digest",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().blobs);
                let session = trial.repository().open_session()?;
                let answer = session.put(&digest).blob(&trial.blob(512)).send()?;
                answer.prepares(&MISMATCHED_UPLOAD_REFUSED).client_error()?;
                is_not_stored(&trial.repository(), &digest, &MISMATCHED_BLOB_DISCARDED)
            },
            ..Check::BASE
        },
        Check {
            name: "mismatched-blob-unchanged",
            title: "A push of other bytes under a stored blob's digest leaves that blob as it was",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let stored = trial.pushed_blob(512)?;
                let session = trial.repository().open_session()?;
                session.put(&stored.digest).blob(&trial.blob(512)).send()?;
                is_pulled(&trial.repository(), &stored, &MISMATCHED_BLOB_DISCARDED)
            },
            ..Check::BASE
        },
        Check {
            name: "word-as-digest",
            title: "A push of a blob under a word that is no digest answers 400",
            covers: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_refused_as(trial, "foo"),
            ..Check::BASE
        },
        Check {
            name: "short-digest",
            title: "A push of a blob under a digest that is too short answers 400",
            covers: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_refused_as(trial, "sha256:bad"),
            ..Check::BASE
        },
        Check {
            name: "unknown-algorithm",
            title: "A push of a blob under a digest by an algorithm that nobody knows answers 400",
            covers: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_refused_as(trial, "md5:d41d8cd98f00b204e9800998ecf8427e"),
            ..Check::BASE
        },
        Check {
            name: "upper-case-digest",
            title: "A push of a blob under its digest in upper-case letters answers 400",
            covers: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
            needs: &[Feature::Push],
            run: upper_case_digest,
            ..Check::BASE
        },
    ],
};

/// PUTs a blob under something that is no digest it could have.
fn is_refused_as(trial: &Trial<'_>, digest: &str) -> Outcome {
    let session = trial.repository().open_session()?;
    let asking = session.ask(Method::PUT).query("digest", digest);
    let answer = asking.blob(&trial.blob(512)).send()?;
    answer
        .proves(&MALFORMED_UPLOAD_DIGEST_REFUSED)
        .status(&[400])?;
    Ok(())
}

fn upper_case_digest(trial: &Trial<'_>) -> Outcome {
    let blob = trial.blob(512);
    let hex = blob.digest.hex().to_uppercase();
    let session = trial.repository().open_session()?;
    let digest = format!("{}:{hex}", Algorithm::Sha256.name());
    let asking = session.ask(Method::PUT).query("digest", &digest);
    let answer = asking.blob(&blob).send()?;
    answer
        .proves(&MALFORMED_UPLOAD_DIGEST_REFUSED)
        .status(&[400])?;
    Ok(())
}

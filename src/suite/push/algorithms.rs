//! Digests by another algorithm than sha256.

use crate::catalogue::algorithms::ALGORITHM_UPLOAD_COMPLETED;
use crate::catalogue::algorithms::BLOB_ALGORITHM_ANSWERED;
use crate::catalogue::algorithms::MANIFEST_ALGORITHM_ANSWERED;
use crate::catalogue::algorithms::UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED;
use crate::catalogue::algorithms::UPLOAD_ALGORITHM_ACCEPTED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::is_pulled;

pub(crate) static SECTION: Section = Section {
    id: "push/algorithms",
    title: "Digest algorithms",
    anchor: "pushing-blobs",
    checks: &[
        Check {
            name: "session-for-sha512",
            title: "POST that asks for a session for sha512 returns 202",
            covers: &[&UPLOAD_ALGORITHM_ACCEPTED],
            needs: &[
                Feature::Push,
                Feature::Sha512Blobs,
                Feature::DigestAlgorithm,
            ],
            run: |trial| {
                let answer = open_for(trial, "sha512")?;
                answer
                    .proves(&UPLOAD_ALGORITHM_ACCEPTED)
                    .status(&[202, 201])?
                    .has_location()?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "sha512-completed",
            title: "A session opened for sha512 takes a chunk and is closed with a sha512 digest",
            covers: &[&ALGORITHM_UPLOAD_COMPLETED],
            needs: &[
                Feature::Push,
                Feature::Sha512Blobs,
                Feature::DigestAlgorithm,
            ],
            run: sha512_completed,
            ..Check::BASE
        },
        Check {
            name: "session-for-md5",
            title: "POST that asks for a session for md5 returns 400",
            covers: &[&UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_refused(&open_for(trial, "md5")?),
            ..Check::BASE
        },
        Check {
            name: "session-for-unknown-algorithm",
            title: "POST that asks for a session for an algorithm that nobody knows returns 400",
            covers: &[&UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED],
            needs: &[Feature::Push],
            run: |trial| is_refused(&open_for(trial, "nope")?),
            ..Check::BASE
        },
        Check {
            name: "sha512-blob",
            title: "PUT of a blob with its sha512 digest returns 201, and the blob is pulled by it, or 400",
            covers: &[&BLOB_FOUND, &BLOB_ALGORITHM_ANSWERED],
            needs: &[Feature::Push],
            run: sha512_blob,
            ..Check::BASE
        },
        Check {
            name: "sha512-manifest",
            title: "PUT of a manifest by its sha512 digest returns 201, and it is pulled by it, or 400",
            covers: &[&MANIFEST_BY_DIGEST_FOUND, &MANIFEST_ALGORITHM_ANSWERED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: sha512_manifest,
            ..Check::BASE
        },
    ],
};

/// POST for a session in which bytes are hashed by an algorithm.
fn open_for<'t>(trial: &'t Trial<'t>, algorithm: &str) -> Result<Answer<'t>, Stop> {
    let asking = trial.repository().post_upload();
    asking.query("digest-algorithm", algorithm).send()
}

fn is_refused(answer: &Answer<'_>) -> Outcome {
    answer
        .proves(&UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED)
        .status(&[400])?;
    Ok(())
}

fn sha512_completed(trial: &Trial<'_>) -> Outcome {
    let answer = open_for(trial, "sha512")?;
    answer
        .prepares(&UPLOAD_ALGORITHM_ACCEPTED)
        .status(&[202, 201])?
        .has_location()?;
    let blob = sha512_of(trial, 512);
    let mut session = trial
        .repository()
        .session_at(answer.location().unwrap_or_default());
    session.push_chunk(0, &blob.bytes)?;
    let answer = session.put(&blob.digest).send()?;
    answer.proves(&ALGORITHM_UPLOAD_COMPLETED).status(&[201])?;
    is_pulled(&trial.repository(), &blob, &ALGORITHM_UPLOAD_COMPLETED)
}

fn sha512_of(trial: &Trial<'_>, len: usize) -> Blob {
    Blob::lines(&mut trial.stream(), Algorithm::Sha512, len)
}

fn sha512_blob(trial: &Trial<'_>) -> Outcome {
    let blob = sha512_of(trial, 512);
    let session = trial.repository().open_session()?;
    let answer = session.put(&blob.digest).blob(&blob).send()?;
    answer
        .proves(&BLOB_ALGORITHM_ANSWERED)
        .status(&[201, 400])?;
    if answer.status() != 201 {
        return Ok(());
    }
    is_pulled(&trial.repository(), &blob, &BLOB_FOUND)
}

fn sha512_manifest(trial: &Trial<'_>) -> Outcome {
    let manifest = trial.manifest()?.with_digest(Algorithm::Sha512);
    let answer = trial
        .repository()
        .put_manifest(&manifest.digest, &manifest)?;
    answer
        .proves(&MANIFEST_ALGORITHM_ANSWERED)
        .status(&[201, 400])?;
    if answer.status() != 201 {
        return Ok(());
    }
    let answer = trial.get(&format!("manifests/{}", manifest.digest))?;
    answer
        .proves(&MANIFEST_BY_DIGEST_FOUND)
        .status(&[200])?
        .body(&manifest.bytes)?;
    Ok(())
}

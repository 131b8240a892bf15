//! Pulling blobs.

use crate::catalogue::blob_pull::ABSENT_BLOB_UNKNOWN;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_SENT;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::blob_pull::MALFORMED_BLOB_DIGEST_REFUSED;
use crate::catalogue::blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::LARGE;
use super::absence;
use super::digest_header_matched;
use super::digest_header_sent;
use super::inhabited_other;
use super::near_miss;
use super::reached;

pub(crate) static SECTION: Section = Section {
    id: "pull/blobs",
    title: "Pulling blobs",
    anchor: "pulling-blobs",
    checks: &[
        Check {
            name: "known-blob",
            title: "GET on a blob the registry holds returns 200 and exactly its bytes",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                found(&trial.repository(), &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "empty-blob",
            title: "GET on a blob of no bytes returns 200 and no bytes",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: empty_blob,
            ..Check::BASE
        },
        Check {
            name: "large-blob",
            title: "GET on a blob of 1 MiB and a byte returns 200 and exactly its bytes",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.pushed_blob(LARGE)?;
                found(&trial.repository(), &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "binary-blob",
            title: "GET on a blob of arbitrary bytes returns 200 and exactly its bytes",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = Blob::random(&mut trial.stream(), trial.variant().blobs, 4096);
                trial.repository().push_blob(&blob)?;
                found(&trial.repository(), &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "blob-in-both",
            title: "a blob pushed to two repositories can be pulled from each of them",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.pushed_blob(512)?;
                trial.other_repository().push_blob(&blob)?;
                found(&trial.repository(), &blob)?;
                found(&trial.other_repository(), &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "blob-pushed-twice",
            title: "a blob that was pushed twice can be pulled",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.pushed_blob(512)?;
                trial.repository().push_blob(&blob)?;
                found(&trial.repository(), &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "mounted-elsewhere",
            title: "a blob can still be pulled from where it was mounted from",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push, Feature::Mount],
            run: mounted_elsewhere,
            ..Check::BASE
        },
        Check {
            name: "digest-header",
            title: "the 200 to a GET on a blob says the blob's digest in Docker-Content-Digest",
            covers: &[&BLOB_DIGEST_HEADER_MATCHED, &BLOB_DIGEST_HEADER_SENT],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                let answer = trial.get(&format!("blobs/{}", blob.digest))?;
                answer
                    .prepares(&BLOB_FOUND)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                digest_header_matched(&answer, &BLOB_DIGEST_HEADER_MATCHED, answer.bytes())?;
                digest_header_sent(&answer, &BLOB_DIGEST_HEADER_SENT)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-blob",
            title: "GET on a digest that nobody pushed returns 404",
            covers: &[&ABSENT_BLOB_UNKNOWN],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().blobs);
                let answer = trial.get(&format!("blobs/{digest}"))?;
                answer
                    .proves(&ABSENT_BLOB_UNKNOWN)
                    .status(absence(digest.algorithm()))?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "near-miss",
            title: "GET on a digest that differs in one digit from that of a known blob returns 404",
            covers: &[&ABSENT_BLOB_UNKNOWN],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                // Whoever was asked for the blob before may have kept it under less than its digest.
                let known = trial.get(&format!("blobs/{}", blob.digest))?;
                known.prepares(&BLOB_FOUND).status(&[200])?;
                let answer = trial.get(&format!("blobs/{}", near_miss(&blob.digest)))?;
                answer.proves(&ABSENT_BLOB_UNKNOWN).status(&[404])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "other-repository",
            title: "GET and HEAD on a blob that only another repository holds return 404",
            covers: &[&OTHER_REPOSITORY_BLOB_UNKNOWN],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: other_repository,
            ..Check::BASE
        },
        Check {
            name: "malformed-digest",
            title: "GET on a blob by a malformed digest returns 400 or 404",
            covers: &[&MALFORMED_BLOB_DIGEST_REFUSED],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: malformed_digest,
            ..Check::BASE
        },
    ],
};

fn empty_blob(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(0));
    let answer = repository
        .open_session()?
        .put(&blob.digest)
        .blob(&blob)
        .send()?;
    if answer.is_client_error() {
        // Whether a blob may be empty is left to the registry.
        return Err(Stop::Unsupported(format!(
            "{} to the push of an empty blob",
            answer.summary()
        )));
    }
    answer.prepares(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
    found(&repository, &blob)
}

fn mounted_elsewhere(trial: &Trial<'_>) -> Outcome {
    let (source, blob) = (trial.repository(), trial.pushed_blob(512)?);
    let mount = trial.other_repository().post_upload();
    let mounted = mount
        .query("mount", &blob.digest.to_string())
        .query("from", source.name().as_str())
        .send()?;
    if mounted.status() != 201 {
        let evidence = format!("{} to the mount of a blob", mounted.summary());
        return Err(Stop::Unsupported(evidence));
    }
    found(&source, &blob)
}

fn other_repository(trial: &Trial<'_>) -> Outcome {
    let other = inhabited_other(trial)?;
    let path = format!("blobs/{}", trial.pushed_blob(512)?.digest);
    for method in [Method::GET, Method::HEAD] {
        let answer = other.ask(method, &path).send()?;
        answer
            .proves(&OTHER_REPOSITORY_BLOB_UNKNOWN)
            .status(&[404])?;
    }
    Ok(())
}

fn malformed_digest(trial: &Trial<'_>) -> Outcome {
    let digest = trial.known_blob(512)?.digest;
    let (algorithm, hex) = (digest.algorithm(), digest.hex());
    for bad in [
        format!("{algorithm}:bad"),
        format!("{algorithm}:{}", hex.to_uppercase()),
        format!("{algorithm}:{}", &hex[1..]),
        format!("{algorithm}:{hex}0"),
        "latest".to_owned(),
    ] {
        let answer = trial.get(&format!("blobs/{bad}"))?;
        answer
            .proves(&MALFORMED_BLOB_DIGEST_REFUSED)
            .status(&[400, 404])?;
    }
    Ok(())
}

/// Proves that a blob can be pulled from this repository.
fn found(repository: &Repository<'_>, blob: &Blob) -> Outcome {
    let path = format!("blobs/{}", blob.digest);
    if let Some(answer) = reached(repository, &path, &BLOB_FOUND)? {
        answer
            .proves(&BLOB_FOUND)
            .status(&[200])?
            .body(&blob.bytes)?;
    }
    Ok(())
}

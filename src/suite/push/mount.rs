//! Mounting a blob from another repository.

use crate::catalogue::Requirement;
use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::mount::ABSENT_SOURCE_FALLBACK_OFFERED;
use crate::catalogue::mount::MALFORMED_MOUNT_DIGEST_REFUSED;
use crate::catalogue::mount::MOUNT_ACCEPTED;
use crate::catalogue::mount::MOUNT_DIGEST_HEADER_MATCHED;
use crate::catalogue::mount::MOUNT_FALLBACK_OFFERED;
use crate::catalogue::mount::MOUNT_LOCATION_SENT;
use crate::catalogue::mount::MOUNT_WITHOUT_SOURCE_ANSWERED;
use crate::catalogue::mount::MOUNTED_BLOB_KEPT;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Digest;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;

pub(crate) static SECTION: Section = Section {
    id: "push/mount",
    title: "Mounting a blob from another repository",
    anchor: "mounting-a-blob-from-another-repository",
    checks: &[
        Check {
            name: "mount",
            title: "A mounted blob is answered with 201, and pulled from the target as it was",
            covers: MOUNTED,
            needs: &[Feature::Push, Feature::Mount],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.pushed_blob(512)?;
                let (target, source) = (trial.other_repository(), trial.repository());
                is_mounted(&target, &mount(&target, &blob.digest, &source)?, &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "mounted-again",
            title: "A blob that the target holds already can be mounted",
            covers: MOUNTED,
            needs: &[Feature::Push, Feature::Mount],
            run: |trial| {
                let blob = trial.pushed_blob(512)?;
                let (target, source) = (trial.other_repository(), trial.repository());
                target.push_blob(&blob)?;
                is_mounted(&target, &mount(&target, &blob.digest, &source)?, &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "without-source",
            title: "A mount that names no source returns 201, and the blob is there, or 202 and a session that takes it",
            covers: &[
                &MOUNT_LOCATION_SENT,
                &MOUNTED_BLOB_PULLED,
                &MOUNT_DIGEST_HEADER_MATCHED,
                &MOUNT_FALLBACK_OFFERED,
                &MOUNT_WITHOUT_SOURCE_ANSWERED,
            ],
            needs: &[Feature::Push],
            run: without_source,
            ..Check::BASE
        },
        Check {
            name: "without-source-mounted",
            title: "A mount that names no source leads to a blob of another repository, where that is offered",
            covers: &[
                &MOUNT_LOCATION_SENT,
                &MOUNTED_BLOB_PULLED,
                &MOUNT_DIGEST_HEADER_MATCHED,
                &MOUNT_FALLBACK_OFFERED,
                &MOUNT_WITHOUT_SOURCE_ANSWERED,
            ],
            needs: &[Feature::Push, Feature::AnonymousMount],
            run: without_source_mounted,
            ..Check::BASE
        },
        Check {
            name: "absent-blob",
            title: "A mount of a blob that the source does not hold returns 202 and a session that takes it",
            covers: &[&MOUNTED_BLOB_PULLED, &MOUNT_FALLBACK_OFFERED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                // The source exists: there is another blob in it.
                trial.pushed_blob(64)?;
                let source = trial.repository().name().to_string();
                is_pushed_instead(trial, &source, &MOUNT_FALLBACK_OFFERED)
            },
            ..Check::BASE
        },
        Check {
            name: "absent-source",
            title: "A mount from a repository that does not exist returns 202 and a session that takes the blob",
            covers: &[&MOUNTED_BLOB_PULLED, &ABSENT_SOURCE_FALLBACK_OFFERED],
            needs: &[Feature::Push],
            run: |trial| {
                let word = trial.stream().word(8);
                let source = format!("{}-{word}", trial.repository().name());
                is_pushed_instead(trial, &source, &ABSENT_SOURCE_FALLBACK_OFFERED)
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-source",
            title: "A mount from something that is no repository name returns 202 and a session that takes the blob",
            covers: &[&MOUNTED_BLOB_PULLED, &ABSENT_SOURCE_FALLBACK_OFFERED],
            needs: &[Feature::Push],
            run: |trial| is_pushed_instead(trial, "UP..x", &ABSENT_SOURCE_FALLBACK_OFFERED),
            ..Check::BASE
        },
        Check {
            name: "malformed-digest",
            title: "A mount of something that is no digest returns 400",
            covers: &[&MALFORMED_MOUNT_DIGEST_REFUSED],
            // Who does not mount may open a session for whatever is asked.
            needs: &[Feature::Push, Feature::Mount],
            run: |trial| {
                let source = trial.repository().name().to_string();
                let asking = trial.other_repository().post_upload();
                let answer = asking
                    .query("mount", "sha256:bad")
                    .query("from", &source)
                    .send()?;
                answer
                    .proves(&MALFORMED_MOUNT_DIGEST_REFUSED)
                    .status(&[400])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-source",
            title: "A mounted blob stays in the target when it is deleted from the source",
            covers: &[&MOUNTED_BLOB_KEPT],
            needs: &[Feature::Push, Feature::Mount, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: deleted_source,
            ..Check::BASE
        },
    ],
};

/// What a mount that is done proves.
const MOUNTED: &[&Requirement] = &[
    &MOUNT_ACCEPTED,
    &MOUNT_LOCATION_SENT,
    &MOUNTED_BLOB_PULLED,
    &MOUNT_DIGEST_HEADER_MATCHED,
    &MOUNT_FALLBACK_OFFERED,
];

fn mount<'t>(
    target: &Repository<'t>,
    digest: &Digest,
    source: &Repository<'_>,
) -> Result<Answer<'t>, Stop> {
    let asking = target.post_upload().query("mount", &digest.to_string());
    asking.query("from", source.name().as_str()).send()
}

/// Demands that a blob was mounted, where the registry does not decline.
fn is_mounted(target: &Repository<'_>, answer: &Answer<'_>, blob: &Blob) -> Outcome {
    if answer.status() == 202 {
        return Err(not_mounted(answer));
    }
    if answer.is_client_error() {
        answer.proves(&MOUNT_FALLBACK_OFFERED).status(&[201, 202])?;
        return Ok(());
    }
    answer.proves(&MOUNT_ACCEPTED).that(
        answer.status() == 201,
        "201, or 202 where the blob is not mounted",
        &answer.summary(),
    )?;
    leads_to_mounted(target, answer, blob)
}

/// A registry may decline any mount.
fn not_mounted(answer: &Answer<'_>) -> Stop {
    Stop::Unsupported(format!(
        "{} answered {}",
        answer.question(),
        answer.summary()
    ))
}

/// Demands of a 201 that what it says is so.
fn leads_to_mounted(target: &Repository<'_>, answer: &Answer<'_>, blob: &Blob) -> Outcome {
    answer.proves(&MOUNT_LOCATION_SENT).has_location()?;
    let digest = answer.header("docker-content-digest").unwrap_or_default();
    let matches = |digest: &str| {
        let digest = digest.parse::<Digest>();
        digest.is_ok_and(|digest| digest.matches(&blob.bytes))
    };
    answer.proves(&MOUNT_DIGEST_HEADER_MATCHED).that(
        digest.is_empty() || matches(digest),
        "no Docker-Content-Digest, or one that is a digest of the blob",
        &format!("Docker-Content-Digest: {digest}"),
    )?;
    let location = answer.location().unwrap_or_default();
    let pulled = target.ask_at(Method::GET, &location).send()?;
    pulled
        .proves(&MOUNTED_BLOB_PULLED)
        .status(&[200])?
        .body(&blob.bytes)?;
    if location.ends_with(&target.path(&format!("blobs/{}", blob.digest))) {
        return Ok(());
    }
    is_pulled(target, blob, &MOUNTED_BLOB_PULLED)
}

fn without_source(trial: &Trial<'_>) -> Outcome {
    let target = trial.other_repository();
    // One can be found, the other cannot.
    for blob in [trial.pushed_blob(512)?, trial.blob(512)] {
        let answer = asked_without_source(&target, &blob)?;
        match answer.status() {
            201 => leads_to_mounted(&target, &answer, &blob)?,
            202 => takes(&target, &answer, &blob, &MOUNT_FALLBACK_OFFERED)?,
            // A registry may insist on a source.
            _ => {}
        }
    }
    Ok(())
}

fn without_source_mounted(trial: &Trial<'_>) -> Outcome {
    let (target, blob) = (trial.other_repository(), trial.pushed_blob(512)?);
    let answer = asked_without_source(&target, &blob)?;
    match answer.status() {
        201 => leads_to_mounted(&target, &answer, &blob),
        _ => Err(not_mounted(&answer)),
    }
}

/// The answer to a mount that names no source.
fn asked_without_source<'t>(target: &Repository<'t>, blob: &Blob) -> Result<Answer<'t>, Stop> {
    let asking = target.post_upload();
    let answer = asking.query("mount", &blob.digest.to_string()).send()?;
    answer
        .proves(&MOUNT_WITHOUT_SOURCE_ANSWERED)
        .status(&[201, 202])?;
    Ok(answer)
}

/// Asks for a blob that nobody has, and pushes it to the session that is opened instead.
fn is_pushed_instead(
    trial: &Trial<'_>,
    source: &str,
    requirement: &'static Requirement,
) -> Outcome {
    let (target, blob) = (trial.other_repository(), trial.blob(512));
    let asking = target
        .post_upload()
        .query("mount", &blob.digest.to_string());
    let answer = asking.query("from", source).send()?;
    if answer.status() == 201 {
        // Nobody has the blob, so this cannot be true.
        return is_pulled(&target, &blob, &MOUNTED_BLOB_PULLED);
    }
    takes(&target, &answer, &blob, requirement)
}

/// Demands that the answer to a mount that was not done opens a session, and that this takes the
/// blob.
fn takes(
    target: &Repository<'_>,
    answer: &Answer<'_>,
    blob: &Blob,
    requirement: &'static Requirement,
) -> Outcome {
    let demand = answer.proves(requirement).status(&[202])?.has_location()?;
    if !demand.held() {
        return Ok(());
    }
    let session = target.session_at(answer.location().unwrap_or_default());
    let answer = session.put(&blob.digest).blob(blob).send()?;
    if !is_put(&answer, requirement)? {
        return Ok(());
    }
    is_pulled(target, blob, requirement)
}

fn deleted_source(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let (target, source) = (trial.other_repository(), trial.repository());
    let answer = mount(&target, &blob.digest, &source)?;
    if answer.status() == 202 || answer.is_client_error() {
        return Err(not_mounted(&answer));
    }
    answer.prepares(&MOUNT_ACCEPTED).status(&[201])?;
    let path = format!("blobs/{}", blob.digest);
    let answer = target.head(&path)?;
    answer.prepares(&MOUNTED_BLOB_PULLED).status(&[200])?;
    let answer = source.delete(&path)?;
    if answer.is_client_error() {
        let reason = format!(
            "a blob that is mounted elsewhere is not deleted: {}",
            answer.summary()
        );
        return Err(Stop::Skipped(reason));
    }
    answer.prepares(&BLOB_DELETE_ACCEPTED).status(&[202])?;
    trial.eventually(|| {
        let answer = source.head(&path)?;
        answer.prepares(&DELETED_BLOB_UNKNOWN).status(&[404])?;
        Ok(())
    })?;
    is_pulled(&target, &blob, &MOUNTED_BLOB_KEPT)
}

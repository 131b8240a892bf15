//! What a pushed manifest refers to.

use crate::catalogue::Version;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::push::ABSENT_REFERENCE_ANSWERED;
use crate::catalogue::push::ABSENT_REFERENCE_CODE_SENT;
use crate::catalogue::push::ABSENT_SUBJECT_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::Artifact;
use crate::trial::content::Image;
use crate::trial::content::Index;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::manifests::is_pulled;

pub(crate) static SECTION: Section = Section {
    id: "push/references",
    title: "What a pushed manifest refers to",
    anchor: "push",
    checks: &[
        Check {
            name: "absent-subject-by-digest",
            title: "A manifest whose subject is not there yet can be pushed by digest, and pulled",
            covers: &[&ABSENT_SUBJECT_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let referrer = referrer_of_nothing(trial)?;
                is_taken_as(trial, referrer.digest.to_string(), &referrer)
            },
            ..Check::BASE
        },
        Check {
            name: "absent-subject-by-tag",
            title: "A manifest whose subject is not there yet can be pushed by tag, and pulled",
            covers: &[&ABSENT_SUBJECT_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let referrer = referrer_of_nothing(trial)?;
                is_taken_as(trial, trial.tag().to_string(), &referrer)
            },
            ..Check::BASE
        },
        Check {
            name: "subject-of-other-repository",
            title: "A manifest whose subject is in another repository only can be pushed, and pulled",
            covers: &[&ABSENT_SUBJECT_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let elsewhere = trial.other_repository();
                let subject = elsewhere.new_manifest(Kind::Image)?;
                elsewhere.push_by_digest(&subject)?;
                let referrer = trial.repository().new_referrer(&subject)?;
                is_taken_as(trial, referrer.digest.to_string(), &referrer)
            },
            ..Check::BASE
        },
        Check {
            name: "absent-layer",
            title: "A manifest whose layer is not there is kept, or refused as MANIFEST_BLOB_UNKNOWN",
            covers: &[
                &ABSENT_REFERENCE_CODE_SENT,
                &MANIFEST_BY_DIGEST_FOUND,
                &ABSENT_REFERENCE_ANSWERED,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                let image = Image::build(&mut trial.stream(), Algorithm::Sha256);
                trial.repository().push_blob(&image.config)?;
                is_answered(trial, &image.manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "absent-config",
            title: "A manifest whose config is not there is kept, or refused as MANIFEST_BLOB_UNKNOWN",
            covers: &[
                &ABSENT_REFERENCE_CODE_SENT,
                &MANIFEST_BY_DIGEST_FOUND,
                &ABSENT_REFERENCE_ANSWERED,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                let image = Image::build(&mut trial.stream(), Algorithm::Sha256);
                let layers = image.layers.iter();
                let mut blobs = layers.map(|layer| &layer.blob);
                blobs.try_for_each(|blob| trial.repository().push_blob(blob))?;
                is_answered(trial, &image.manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "absent-child",
            title: "An index whose manifest is not there is kept, or refused as MANIFEST_BLOB_UNKNOWN",
            covers: &[
                &ABSENT_REFERENCE_CODE_SENT,
                &MANIFEST_BY_DIGEST_FOUND,
                &ABSENT_REFERENCE_ANSWERED,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                let child = trial.repository().new_image()?.manifest;
                let children = vec![child];
                let index = Index::over(&mut trial.stream(), Algorithm::Sha256, children);
                is_answered(trial, &index.manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "absent-child-of-two",
            title: "An index of which one manifest is missing is kept, or refused as MANIFEST_BLOB_UNKNOWN",
            covers: &[
                &ABSENT_REFERENCE_CODE_SENT,
                &MANIFEST_BY_DIGEST_FOUND,
                &ABSENT_REFERENCE_ANSWERED,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                let known = trial.repository().new_manifest(Kind::Image)?;
                trial.repository().push_by_digest(&known)?;
                let missing = Image::build(&mut trial.stream(), Algorithm::Sha256).manifest;
                let children = vec![known, missing];
                let index = Index::over(&mut trial.stream(), Algorithm::Sha256, children);
                is_answered(trial, &index.manifest)
            },
            ..Check::BASE
        },
    ],
};

/// A manifest of the variant's kind whose parts are pushed, and whose subject nobody will ever
/// push.
fn referrer_of_nothing(trial: &Trial<'_>) -> Result<ManifestDoc, Stop> {
    let subject = Image::build(&mut trial.stream(), Algorithm::Sha256).manifest;
    referrer(trial, &subject)
}

/// A manifest of the variant's kind and algorithm that refers to `subject` and whose parts are
/// pushed.
fn referrer(trial: &Trial<'_>, subject: &ManifestDoc) -> Result<ManifestDoc, Stop> {
    let referrer = match trial.variant().kind {
        Kind::Image => trial.repository().new_referrer(subject)?,
        Kind::Index => index_referring_to(trial, subject)?,
    };
    Ok(referrer.with_digest(trial.variant().manifests))
}

/// An index that refers to `subject` and names one image that is pushed.
pub(super) fn index_referring_to(
    trial: &Trial<'_>,
    subject: &ManifestDoc,
) -> Result<ManifestDoc, Stop> {
    let child = trial.repository().new_image()?.manifest;
    trial.repository().push_by_digest(&child)?;
    let mut parts = Artifact::index_parts(&mut trial.stream(), subject);
    parts.children.push(child);
    Ok(parts.assemble(Algorithm::Sha256).manifest)
}

fn is_taken_as(trial: &Trial<'_>, reference: String, referrer: &ManifestDoc) -> Outcome {
    let repository = trial.repository();
    let answer = repository.put_manifest(&reference, referrer)?;
    answer.proves(&ABSENT_SUBJECT_ACCEPTED).status(&[201])?;
    is_pulled(&repository, &ABSENT_SUBJECT_ACCEPTED, reference, referrer)
}

/// Pushes a manifest of which a part is missing: taken, it can be pulled; refused, the code says
/// why.
fn is_answered(trial: &Trial<'_>, manifest: &ManifestDoc) -> Outcome {
    let repository = trial.repository();
    let answer = repository.put_manifest(&manifest.digest, manifest)?;
    if answer.status() == 201 {
        return is_pulled(
            &repository,
            &MANIFEST_BY_DIGEST_FOUND,
            &manifest.digest,
            manifest,
        );
    }
    let sent = answer.error_codes();
    let says_why = sent
        .iter()
        .any(|code| codes(trial.spec()).iter().any(|known| code == known.name()));
    // A body that is no JSON has no code, and may be anything.
    let is_speechless = sent.is_empty() && answer.json().is_none();
    let words: Vec<_> = codes(trial.spec()).iter().map(|code| code.name()).collect();
    let words = words.join(" or ");
    answer.proves(&ABSENT_REFERENCE_CODE_SENT).that(
        answer.is_client_error() && (says_why || is_speechless),
        &format!("201, or a client error (400 to 499) with the code {words} if its body is JSON"),
        &answer.summary(),
    )?;
    Ok(())
}

/// The codes that name missing content.
fn codes(spec: Version) -> &'static [ErrorCode] {
    match spec {
        Version::V1_0 => &[ErrorCode::ManifestBlobUnknown, ErrorCode::BlobUnknown],
        Version::V1_1 | Version::V1_2 => &[ErrorCode::ManifestBlobUnknown],
    }
}

//! Which manifests a registry refuses, and which are not too large for it.

use crate::catalogue::manifest_push::LARGE_MANIFEST_ACCEPTED;
use crate::catalogue::manifest_push::MALFORMED_MANIFEST_REFUSED;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_REFUSED;
use crate::catalogue::manifest_push::OVERSIZED_MANIFEST_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::trial::content::padded;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::manifests::is_exactly;
use super::manifests::is_not_stored;
use super::manifests::is_pulled;
use super::manifests::type_of;

pub(crate) static SECTION: Section = Section {
    id: "push/manifest-refusals",
    title: "Refusing manifests",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "other-digest",
            title: "PUT of a manifest under the digest of something else is refused, and stores nothing",
            covers: &[&MISMATCHED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.manifest()?;
                let claimed = trial.absent_digest(trial.variant().manifests);
                let (repository, row) = (trial.repository(), &MISMATCHED_MANIFEST_REFUSED);
                repository
                    .put_manifest(&claimed, &manifest)?
                    .proves(row)
                    .client_error()?;
                is_not_stored(&repository, row, &claimed)?;
                is_not_stored(&repository, row, &manifest.digest)
            },
            ..Check::BASE
        },
        Check {
            name: "digest-of-other-spelling",
            title: "PUT of a manifest under the digest that it has without a line break is refused",
            covers: &[&MISMATCHED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let manifest = trial.manifest()?;
                let (repository, row) = (trial.repository(), &MISMATCHED_MANIFEST_REFUSED);
                let answer = repository.put_manifest(&manifest.digest, &with_newline(&manifest))?;
                answer.proves(row).client_error()?;
                is_not_stored(&repository, row, &manifest.digest)
            },
            ..Check::BASE
        },
        Check {
            name: "known-digest-of-other-bytes",
            title: "PUT of other bytes under the digest of a known manifest is refused and changes nothing",
            covers: &[&MISMATCHED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let (repository, row) = (trial.repository(), &MISMATCHED_MANIFEST_REFUSED);
                let answer = repository.put_manifest(&manifest.digest, &with_newline(&manifest))?;
                answer.proves(row).client_error()?;
                is_exactly(&repository, row, &manifest.digest, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "empty-body",
            title: "PUT of a manifest without a body is refused with 400",
            covers: &[&MALFORMED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| refuses_malformed(trial, &[b""]),
            ..Check::BASE
        },
        Check {
            name: "not-json",
            title: "PUT of a manifest that is not JSON is refused with 400",
            covers: &[&MALFORMED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let sound = trial.manifest()?.bytes;
                let bodies: [&[u8]; 5] = [
                    b"not a manifest",
                    br#"{"schemaVersion": 2"#,
                    &[0x1f, 0x8b, 0x08, 0x00, 0xff],
                    // Who stops reading where the object ends takes these for what they begin with.
                    &[&sound[..], b"}"].concat(),
                    &[&sound[..], &sound[..]].concat(),
                ];
                refuses_malformed(trial, &bodies)
            },
            ..Check::BASE
        },
        Check {
            name: "not-an-object",
            title: "PUT of a manifest that is JSON, but no object, is refused with 400",
            covers: &[&MALFORMED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let deep = ["[".repeat(2_000), "]".repeat(2_000)].concat();
                refuses_malformed(trial, &[b"[]", b"42", br#""text""#, deep.as_bytes()])
            },
            ..Check::BASE
        },
        Check {
            name: "null",
            title: "PUT of a manifest that is the JSON null is refused with 400",
            covers: &[&MALFORMED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| refuses_malformed(trial, &[b"null"]),
            ..Check::BASE
        },
        Check {
            name: "four-megabytes",
            title: "PUT of a manifest of 4,000,000 bytes returns 201, and it can be pulled",
            covers: &[&LARGE_MANIFEST_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| takes_large(trial, 4_000_000),
            ..Check::BASE
        },
        Check {
            name: "four-mebibytes",
            title: "PUT of a manifest of 4 MiB returns 201, and it can be pulled",
            covers: &[&LARGE_MANIFEST_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| takes_large(trial, 4 << 20),
            ..Check::BASE
        },
        Check {
            name: "size-limit",
            title: "PUT of a manifest of 64 MiB, where that is too long, is refused with 413",
            covers: &[&OVERSIZED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            heavy: true,
            run: refuses_oversized,
            ..Check::BASE
        },
    ],
};

fn with_newline(manifest: &ManifestDoc) -> ManifestDoc {
    let bytes = [&manifest.bytes[..], b"\n"].concat();
    ManifestDoc::from_bytes(bytes, &manifest.media_type, Algorithm::Sha256)
}

fn refuses_malformed(trial: &Trial<'_>, bodies: &[&[u8]]) -> Outcome {
    // Without any content, some registries would answer that the repository is unknown.
    trial.pushed_blob(16)?;
    let (repository, row) = (trial.repository(), &MALFORMED_MANIFEST_REFUSED);
    let kind = type_of(trial.variant().kind);
    for body in bodies {
        let document = ManifestDoc::from_bytes(body.to_vec(), kind, Algorithm::Sha256);
        let tag = trial.tag();
        repository
            .put_manifest(&tag, &document)?
            .proves(row)
            .status(&[400])?;
        is_not_stored(&repository, row, &tag)?;
        repository
            .put_manifest(&document.digest, &document)?
            .proves(row)
            .status(&[400])?;
    }
    Ok(())
}

/// An image manifest of exactly `len` bytes, whose parts are pushed.
fn manifest_of(repository: &Repository<'_>, len: usize) -> Result<ManifestDoc, Stop> {
    let plain = repository.new_image()?.manifest;
    let bytes = padded(&plain, len);
    Ok(ManifestDoc::from_bytes(
        bytes,
        &plain.media_type,
        Algorithm::Sha256,
    ))
}

fn takes_large(trial: &Trial<'_>, len: usize) -> Outcome {
    let (repository, row) = (trial.repository(), &LARGE_MANIFEST_ACCEPTED);
    let manifest = manifest_of(&repository, len)?;
    let answer = repository.put_manifest(&manifest.digest, &manifest)?;
    if !answer.proves(row).status(&[201])?.held() {
        return Ok(());
    }
    is_pulled(&repository, row, &manifest.digest, &manifest)
}

fn refuses_oversized(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let manifest = manifest_of(&repository, 64 << 20)?;
    let path = format!("manifests/{}", manifest.digest);
    let asking = repository.ask(Method::PUT, &path).manifest(&manifest);
    let answer = match asking.attempt() {
        Err(Failure::ConnectionLost { .. }) => {
            // Who hangs up on a long body may do so, but not die of it.
            repository.head(&path)?;
            return Ok(());
        }
        answer => answer?,
    };
    if answer.is_success() {
        let pulled = repository.head(&path)?;
        let demand = pulled.proves(&OVERSIZED_MANIFEST_REFUSED).that(
            pulled.status() != 404,
            "a refusal with 413, or a manifest that is there after it was taken",
            &format!("{}, and then {}", answer.summary(), pulled.summary()),
        )?;
        if !demand.held() {
            return Ok(());
        }
        let reason = "a manifest of 64 MiB is taken, so a limit, if there is one, lies above that";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    answer.proves(&OVERSIZED_MANIFEST_REFUSED).that(
        matches!(answer.status(), 413 | 400),
        "413, or else 400 or a cut connection",
        &answer.summary(),
    )?;
    is_not_stored(&repository, &OVERSIZED_MANIFEST_REFUSED, &manifest.digest)
}

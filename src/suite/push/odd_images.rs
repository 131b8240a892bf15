//! Pushing content that the image specification lets a registry refuse, but not choke on.

use serde_json::Value;
use serde_json::json;

use crate::catalogue::Requirement;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::image::EMPTY_INDEX_ACCEPTED;
use crate::catalogue::image::MALFORMED_DESCRIPTOR_ANSWERED;
use crate::catalogue::image::SCHEMA_VERSION_ANSWERED;
use crate::catalogue::image::UNTYPED_ARTIFACT_ANSWERED;
use crate::catalogue::image::UPPERCASE_DIGEST_ANSWERED;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::Index;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

use super::manifests::is_exactly;

pub(crate) static SECTION: Section = Section {
    id: "push/odd-images",
    title: "Pushing what the image specification lets a registry refuse",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "empty-index",
            title: "An index of no manifests that is taken can be pulled as it is",
            covers: &[&MANIFEST_BYTES_KEPT, &EMPTY_INDEX_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                // Without any content, some registries would answer that the repository is unknown.
                trial.pushed_blob(16)?;
                let index =
                    Index::over(&mut trial.stream(), Algorithm::Sha256, Vec::new()).manifest;
                let answer = trial.repository().put_manifest(&index.digest, &index)?;
                answer.proves(&EMPTY_INDEX_ACCEPTED).status(&[201])?;
                if answer.status() != 201 {
                    return Ok(());
                }
                let row = &MANIFEST_BYTES_KEPT;
                is_exactly(&trial.repository(), row, &index.digest, &index)
            },
            ..Check::BASE
        },
        Check {
            name: "uppercase-digest",
            title: "A manifest that names a layer by a digest in upper case is refused or kept as it is",
            covers: &[&UPPERCASE_DIGEST_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                let image = trial.repository().new_image()?;
                let digest = &image.layers[0].blob.digest;
                let mut manifest = image.manifest.json();
                let hex = digest.hex().to_uppercase();
                manifest["layers"][0]["digest"] = format!("{}:{hex}", digest.algorithm()).into();
                is_taken_or_refused(trial, &UPPERCASE_DIGEST_ANSWERED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "schema-version",
            title: "A manifest whose schemaVersion is not 2 is refused or kept, without a server error",
            covers: &[&SCHEMA_VERSION_ANSWERED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let mut manifest = trial.manifest()?.json();
                for version in [json!(1), json!("2"), json!(null), json!(2.5), json!(-2)] {
                    manifest["schemaVersion"] = version;
                    is_taken_or_refused(trial, &SCHEMA_VERSION_ANSWERED, &manifest)?;
                }
                let fields = manifest.as_object_mut();
                fields.and_then(|fields| fields.remove("schemaVersion"));
                is_taken_or_refused(trial, &SCHEMA_VERSION_ANSWERED, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-digest",
            title: "A manifest with a malformed digest is refused or kept, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &MALFORMED_DESCRIPTOR_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                let digests = [json!("sha256:short"), json!("none"), json!(""), json!(null)];
                answers_malformed(trial, &digests.map(|digest| ("digest", digest)))
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-size",
            title: "A manifest with an impossible size is refused or kept, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &MALFORMED_DESCRIPTOR_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                let sizes = [json!(-1), json!(u64::MAX), json!(1), json!("1")];
                answers_malformed(trial, &sizes.map(|size| ("size", size)))
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-data",
            title: "A manifest with data unlike the content is refused or kept, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &MALFORMED_DESCRIPTOR_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                let data = [json!("AAAA"), json!("not base64!"), json!(7)];
                answers_malformed(trial, &data.map(|data| ("data", data)))
            },
            ..Check::BASE
        },
        Check {
            name: "misshapen-descriptor",
            title: "A manifest with a layer that is no descriptor is refused or kept, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &MALFORMED_DESCRIPTOR_ANSWERED],
            needs: &[Feature::Push],
            run: answers_misshapen,
            ..Check::BASE
        },
        Check {
            name: "untyped-artifact",
            title: "An artifact without a type is refused or kept, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &UNTYPED_ARTIFACT_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                let config = Blob::empty_json(Algorithm::Sha256);
                trial.repository().push_blob(&config)?;
                let mut manifest = trial.repository().new_image()?.manifest.json();
                manifest["config"] = config.descriptor();
                is_no_server_error(trial, &UNTYPED_ARTIFACT_ANSWERED, &manifest)
            },
            ..Check::BASE
        },
    ],
};

/// Pushes an image whose layer's descriptor is spoilt in each of these ways in turn: a field, and
/// its value.
fn answers_malformed(trial: &Trial<'_>, faults: &[(&str, Value)]) -> Outcome {
    let image = trial.repository().new_image()?;
    faults.iter().try_for_each(|(field, value)| {
        let mut manifest = image.manifest.json();
        manifest["layers"][0][field] = value.clone();
        is_no_server_error(trial, &MALFORMED_DESCRIPTOR_ANSWERED, &manifest)
    })
}

/// Pushes an image with something instead of a layer's descriptor.
fn answers_misshapen(trial: &Trial<'_>) -> Outcome {
    let image = trial.repository().new_image()?.manifest;
    let layers = [
        json!({"mediaType": media_type::LAYER_GZIP}),
        json!({}),
        json!(null),
        json!("a layer"),
    ];
    layers.into_iter().try_for_each(|layer| {
        let mut manifest = image.json();
        manifest["layers"] = json!([layer]);
        is_no_server_error(trial, &MALFORMED_DESCRIPTOR_ANSWERED, &manifest)
    })
}

/// Pushes a manifest that may be refused, but not by a server error.
fn is_no_server_error(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    manifest: &Value,
) -> Outcome {
    let manifest = ManifestDoc::from_json(manifest, Algorithm::Sha256);
    let answer = trial
        .repository()
        .put_manifest(&manifest.digest, &manifest)?;
    // What a registry may do weighs nothing; that its clients' mistakes are not its own does.
    answer.proves(&CLIENT_MISTAKE_REFUSED).no_server_error()?;
    answer.proves(requirement).no_server_error()?;
    Ok(())
}

/// Pushes a manifest that may be refused; taken, it can be pulled as it is.
fn is_taken_or_refused(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    manifest: &Value,
) -> Outcome {
    let manifest = ManifestDoc::from_json(manifest, Algorithm::Sha256);
    let repository = trial.repository();
    let answer = repository.put_manifest(&manifest.digest, &manifest)?;
    answer.proves(requirement).that(
        answer.status() == 201 || answer.is_client_error(),
        "201 or a client error (400 to 499)",
        &answer.summary(),
    )?;
    if answer.status() != 201 {
        return Ok(());
    }
    is_exactly(&repository, requirement, &manifest.digest, &manifest)
}

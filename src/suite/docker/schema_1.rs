//! Manifests of schema 1, which registries have given up one after the other.

use serde_json::json;

use crate::catalogue::docker::OLD_MANIFEST_ANSWERED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "docker/schema-1",
    title: "Schema 1",
    anchor: "",
    checks: &[Check {
        name: "answered",
        title: "A manifest of schema 1 is taken and comes back as it was, or refused with a 4xx that says why",
        covers: &[&OLD_MANIFEST_ANSWERED],
        needs: &[Feature::Push],
        run: |trial| TYPES.into_iter().try_for_each(|it| answered(trial, it)),
        ..Check::BASE
    }],
};

/// With a signature in it, and without.
const TYPES: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
];

/// Why it may be refused.
const CODES: [&str; 6] = [
    "MANIFEST_INVALID",
    "MANIFEST_UNVERIFIED",
    "MANIFEST_BLOB_UNKNOWN",
    "TAG_INVALID",
    "UNSUPPORTED",
    "DENIED",
];

fn answered(trial: &Trial<'_>, media_type: &str) -> Outcome {
    let repository = trial.repository();
    let layer = trial.pushed_blob(512)?;
    let tag = trial.tag();
    let manifest = json!({
        "schemaVersion": 1,
        "name": repository.name().as_str(),
        "tag": tag.as_str(),
        "architecture": "amd64",
        "fsLayers": [{"blobSum": layer.digest.to_string()}],
        "history": [{"v1Compatibility": json!({"id": layer.digest.hex()}).to_string()}],
    });
    let manifest = ManifestDoc::from_bytes(format!("{manifest:#}"), media_type, Algorithm::Sha256);
    let answer = repository.put_manifest(&tag, &manifest)?;
    let row = &OLD_MANIFEST_ANSWERED;
    let (codes, told) = (answer.error_codes(), answer.told());
    let says_why = answer.is_client_error() && codes.iter().any(|it| CODES.contains(&it.as_str()));
    answer.proves(row).that(
        says_why || answer.status() == 201,
        "201, or a client error (400 to 499) with a code that says why",
        &told,
    )?;
    if answer.status() == 201 {
        let asking = repository.ask(Method::GET, &format!("manifests/{tag}"));
        let pulled = asking.header("accept", media_type).send()?;
        pulled.proves(row).content(&manifest.bytes)?;
    }
    Ok(())
}

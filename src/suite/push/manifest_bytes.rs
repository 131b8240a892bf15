//! What a registry keeps of a manifest that it takes.

use crate::catalogue::manifest_push::EMPTY_LAYERS_ANSWERED;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_TYPE_ANSWERED;
use crate::catalogue::manifest_push::PUSHED_TYPE_PARAMETERS_IGNORED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;
use serde_json::json;

use super::super::everywhere::names;
use super::manifest_forms::written;
use super::manifests::is_exactly;
use super::manifests::is_not_stored;
use super::manifests::type_of;

pub(crate) static SECTION: Section = Section {
    id: "push/manifest-bytes",
    title: "Keeping manifests as they are",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "white-space-kept",
            title: "A manifest keeps its indentation and the white space around it",
            covers: &[&MANIFEST_BYTES_KEPT],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                ["white-space", "leading-space", "trailing-newline"]
                    .iter()
                    .try_for_each(|name| is_kept(trial, name))
            },
            ..Check::BASE
        },
        Check {
            name: "escapes-kept",
            title: "A manifest keeps its escapes and its characters beyond ASCII as they were written",
            covers: &[&MANIFEST_BYTES_KEPT],
            needs: &[Feature::Push],
            run: |trial| {
                for name in ["escapes", "unicode"] {
                    is_kept(trial, name)?;
                }
                let unicode = written(&trial.manifest()?, "unicode");
                let escaped = escaped(&String::from_utf8_lossy(&unicode.bytes));
                let media_type = &unicode.media_type;
                let escaped = ManifestDoc::from_bytes(escaped, media_type, Algorithm::Sha256);
                is_kept_if_taken(trial, &escaped, false)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-fields-kept",
            title: "A manifest that is taken with fields unknown to the registry keeps them",
            covers: &[&MANIFEST_BYTES_KEPT],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| is_kept(trial, "unknown-field"),
            ..Check::BASE
        },
        Check {
            name: "big-numbers-kept",
            title: "A manifest that is taken with numbers of 16 to 30 digits keeps every one of them",
            covers: &[&MANIFEST_BYTES_KEPT],
            needs: &[Feature::Push],
            run: |trial| {
                is_kept(trial, "big-number")?;
                // Numbers that fit into 64 bits, but not into a double.
                let mut manifest = trial.manifest()?.json();
                manifest["org.example.big"] =
                    json!([(1_u64 << 53) + 1, u64::MAX, -(1_i64 << 53) - 1]);
                let manifest = ManifestDoc::from_json(&manifest, Algorithm::Sha256);
                is_kept_if_taken(trial, &manifest, true)
            },
            ..Check::BASE
        },
        Check {
            name: "duplicate-keys-kept",
            title: "A manifest that is taken with a key that stands there twice keeps both",
            covers: &[&MANIFEST_BYTES_KEPT],
            needs: &[Feature::Push],
            run: |trial| is_kept(trial, "duplicate-key"),
            ..Check::BASE
        },
        Check {
            name: "type-parameters",
            title: "A Content-Type with parameters is taken, and the pulled type has none of them",
            covers: &[&PUSHED_TYPE_PARAMETERS_IGNORED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: ignores_parameters,
            ..Check::BASE
        },
        Check {
            name: "other-type",
            title: "A Content-Type unlike the manifest's mediaType is refused, or the pull makes sense",
            covers: &[&MISMATCHED_MANIFEST_TYPE_ANSWERED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: answers_other_type,
            ..Check::BASE
        },
        Check {
            name: "empty-layers",
            title: "An image manifest without layers is either kept as it is or refused with 400",
            covers: &[&MANIFEST_BYTES_KEPT, &EMPTY_LAYERS_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                let repository = trial.repository();
                let mut image = repository.new_image()?.manifest.json();
                image["layers"] = json!([]);
                let manifest = ManifestDoc::from_json(&image, Algorithm::Sha256);
                let answer = repository.put_manifest(&manifest.digest, &manifest)?;
                answer.proves(&EMPTY_LAYERS_ANSWERED).status(&[201, 400])?;
                if answer.status() != 201 {
                    return Ok(());
                }
                is_exactly(
                    &repository,
                    &MANIFEST_BYTES_KEPT,
                    &manifest.digest,
                    &manifest,
                )
            },
            ..Check::BASE
        },
    ],
};

/// Whether a manifest written in an odd way comes back byte by byte, by tag and by digest. How it
/// is written may be a reason to refuse it: then there is nothing to compare.
fn is_kept(trial: &Trial<'_>, name: &str) -> Outcome {
    let odd = written(&trial.manifest()?, name);
    is_kept_if_taken(trial, &odd, MAY_BE_REFUSED.contains(&name))
}

/// The text with its characters beyond ASCII written as escapes.
fn escaped(text: &str) -> String {
    let write = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    text.encode_utf16().map(write).collect()
}

fn is_kept_if_taken(trial: &Trial<'_>, odd: &ManifestDoc, may_be_refused: bool) -> Outcome {
    let (tag, repository) = (trial.tag(), trial.repository());
    let answer = repository.put_manifest(&tag, odd)?;
    if may_be_refused && answer.is_client_error() {
        let summary = answer.summary();
        return Err(Stop::Skipped(format!(
            "the registry does not take such a manifest: {summary}"
        )));
    }
    answer
        .prepares(&MANIFEST_PUT_BY_TAG_ACCEPTED)
        .status(&[201])?;
    is_exactly(&repository, &MANIFEST_BYTES_KEPT, &tag, odd)?;
    is_exactly(&repository, &MANIFEST_BYTES_KEPT, &odd.digest, odd)
}

/// Oddities that no MUST protects from a refusal.
const MAY_BE_REFUSED: &[&str] = &["unknown-field", "big-number", "duplicate-key"];

fn ignores_parameters(trial: &Trial<'_>) -> Outcome {
    let (manifest, repository) = (trial.manifest()?, trial.repository());
    let dressed = ManifestDoc {
        media_type: format!("{}; charset=utf-8", manifest.media_type),
        ..manifest.clone()
    };
    let answer = repository.put_manifest(&manifest.digest, &dressed)?;
    let taken = answer
        .proves(&PUSHED_TYPE_PARAMETERS_IGNORED)
        .status(&[201])?;
    if !taken.held() {
        return Ok(());
    }
    repository
        .get(&format!("manifests/{}", manifest.digest))?
        .proves(&PUSHED_TYPE_PARAMETERS_IGNORED)
        .status(&[200])?
        .header("Content-Type", &manifest.media_type)?
        .body(&manifest.bytes)?;
    Ok(())
}

fn answers_other_type(trial: &Trial<'_>) -> Outcome {
    let (manifest, repository) = (trial.manifest()?, trial.repository());
    let other = match trial.variant().kind {
        Kind::Image => type_of(Kind::Index),
        Kind::Index => type_of(Kind::Image),
    };
    let dressed = ManifestDoc {
        media_type: other.to_owned(),
        ..manifest.clone()
    };
    let row = &MISMATCHED_MANIFEST_TYPE_ANSWERED;
    let answer = repository.put_manifest(&manifest.digest, &dressed)?;
    answer.proves(row).that(
        answer.status() == 201 || answer.is_client_error(),
        "201 or a client error (400 to 499)",
        &answer.summary(),
    )?;
    if answer.is_client_error() {
        return is_not_stored(&repository, row, &manifest.digest);
    }
    let pulled = repository.get(&format!("manifests/{}", manifest.digest))?;
    let named = pulled.header("content-type").unwrap_or_default();
    let bare = named.split(';').next().unwrap_or_default().trim();
    pulled
        .proves(row)
        .status(&[200])?
        .body(&manifest.bytes)?
        .that(
            bare == manifest.media_type || bare == other,
            &format!("Content-Type: {} or {other}", manifest.media_type),
            &format!("Content-Type: {named}"),
        )?;
    names(&pulled, row, &manifest.bytes)?;
    agrees_by_tag(trial, &dressed)
}

/// Pushes a manifest by tag as well. By tag and by digest, it is of one and the same type.
fn agrees_by_tag(trial: &Trial<'_>, dressed: &ManifestDoc) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    if !repository.put_manifest(&tag, dressed)?.is_success() {
        return Ok(());
    }
    let by_digest = repository.get(&format!("manifests/{}", dressed.digest))?;
    let by_tag = repository.get(&format!("manifests/{tag}"))?;
    let [expected, actual] = [&by_digest, &by_tag].map(|pulled| {
        let named = pulled.header("content-type").unwrap_or_default();
        format!("Content-Type: {named}")
    });
    let demand = by_tag.proves(&MISMATCHED_MANIFEST_TYPE_ANSWERED);
    demand.that(
        by_tag.status() == 200 && actual == expected,
        &format!("200 and, as by digest, {expected}"),
        &format!("{}, {actual}", by_tag.summary()),
    )?;
    Ok(())
}

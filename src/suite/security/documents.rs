//! Documents that can be read in two ways (CVE-2021-41190): one digest means one thing.

use std::collections::BTreeSet;

use serde_json::json;

use crate::catalogue::security::DIGEST_TYPE_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Tag;
use crate::oci::media_type::IMAGE_INDEX;
use crate::oci::media_type::IMAGE_MANIFEST;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) const SECTION: Section = Section {
    id: "security/documents",
    title: "Documents that can be read in two ways",
    anchor: "",
    checks: &[Check {
        name: "image-and-index",
        title: "a document that is an image and an index is refused, or keeps one media type",
        covers: &[&DIGEST_TYPE_KEPT],
        needs: &[Feature::Push],
        run: image_and_index,
        ..Check::BASE
    }],
};

fn image_and_index(trial: &Trial<'_>) -> Outcome {
    for types in [[IMAGE_INDEX, IMAGE_MANIFEST], [IMAGE_MANIFEST, IMAGE_INDEX]] {
        let bytes = ambiguous(trial)?;
        let mut taken: Vec<(&str, Tag)> = Vec::new();
        for media_type in types {
            let document = ManifestDoc::from_bytes(bytes.clone(), media_type, Algorithm::Sha256);
            let tag = trial.tag();
            let answer = trial.repository().put_manifest(&tag, &document)?;
            if answer.is_success() {
                taken.push((media_type, tag));
            }
            is_of_one_type(trial, &document, &taken)?;
        }
    }
    Ok(())
}

/// A document without a media type that has the parts of an image and those of an index, all of which
/// are there.
fn ambiguous(trial: &Trial<'_>) -> Result<Vec<u8>, Stop> {
    let repository = trial.repository();
    let (image, child) = (repository.new_image()?, repository.new_image()?);
    repository.push_by_digest(&child.manifest)?;
    let mut document = image.manifest.json();
    document["manifests"] = json!([child.manifest.descriptor()]);
    if let Some(document) = document.as_object_mut() {
        document.remove("mediaType");
    }
    Ok(document.to_string().into_bytes())
}

/// Demands that the document is pulled by digest and by every tag under one type, of those with which it
/// was taken.
fn is_of_one_type(trial: &Trial<'_>, document: &ManifestDoc, taken: &[(&str, Tag)]) -> Outcome {
    if taken.is_empty() {
        return Ok(());
    }
    let by_tag = taken.iter().map(|(_, tag)| tag.to_string());
    let by_digest = std::iter::once(document.digest.to_string());
    let mut types = BTreeSet::new();
    for reference in by_digest.chain(by_tag) {
        let asking = trial
            .repository()
            .ask(Method::GET, &format!("manifests/{reference}"));
        let answer = asking.send()?;
        if answer.is_success() && *answer.bytes() == document.bytes {
            let sent = answer.header("content-type").unwrap_or_default();
            let essence = sent.split(';').next().unwrap_or_default();
            types.insert(essence.trim().to_ascii_lowercase());
        }
    }
    let is_one = types.len() < 2;
    let is_pushed = types
        .iter()
        .all(|it| taken.iter().any(|(own, _)| own == it));
    let all: Vec<_> = types.into_iter().collect();
    trial.judge(
        &DIGEST_TYPE_KEPT,
        is_one && is_pushed,
        "one media type by digest and by tag, under which it was pushed",
        all.join(" and "),
    )
}

//! Deleting tags.

use crate::catalogue::delete::ABSENT_MANIFEST_DELETE_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::DISABLED_TAG_DELETE_REFUSED;
use crate::catalogue::delete::SIBLING_TAGS_KEPT;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Tag;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::await_gone;
use super::deleted;
use super::is_gone;
use super::is_permitted;
use super::is_refused;

pub(crate) static SECTION: Section = Section {
    id: "management/tags",
    title: "Deleting tags",
    anchor: "deleting-tags",
    checks: &[
        Check {
            name: "delete",
            title: "DELETE on a tag returns 202",
            covers: &[&TAG_DELETE_ACCEPTED],
            needs: &[Feature::Push, Feature::TagDelete],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                let answer = trial.delete(&format!("manifests/{tag}"))?;
                is_permitted(&answer)?;
                answer.proves(&TAG_DELETE_ACCEPTED).status(&[202])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "delete-off",
            title: "Where tags cannot be deleted, DELETE on a tag returns 400 or 405 and keeps it",
            covers: &[&DISABLED_TAG_DELETE_REFUSED],
            needs: &[Feature::Push],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                let path = format!("manifests/{tag}");
                is_refused(trial, &path, &DISABLED_TAG_DELETE_REFUSED)
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-tag",
            title: "A deleted tag returns 404, at once or soon after",
            covers: &[&DELETED_TAG_UNKNOWN],
            needs: &[Feature::Push, Feature::TagDelete],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                let path = format!("manifests/{tag}");
                deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
                is_gone(trial, &path, &DELETED_TAG_UNKNOWN)
            },
            ..Check::BASE
        },
        Check {
            name: "sibling-kept",
            title: "Deleting a tag leaves the manifest and its other tag as they are",
            covers: &[&SIBLING_TAGS_KEPT],
            needs: &[Feature::Push, Feature::TagDelete],
            axes: &[Axis::Kind],
            run: |trial| keeps_sibling(trial, &trial.tag(), &trial.tag()),
            ..Check::BASE
        },
        Check {
            name: "longer-sibling-kept",
            title: "Deleting a tag leaves one that begins with its name as it is",
            covers: &[&SIBLING_TAGS_KEPT],
            needs: &[Feature::Push, Feature::TagDelete],
            run: |trial| {
                let short = trial.tag();
                let long = format!("{short}.1").parse();
                let long: Tag = long.expect("a tag with a dot and a digit behind it is a tag");
                keeps_sibling(trial, &long, &short)
            },
            ..Check::BASE
        },
        Check {
            name: "other-case-kept",
            title: "Deleting a tag leaves one that differs from it in case only, and its manifest",
            covers: &[&SIBLING_TAGS_KEPT],
            needs: &[Feature::Push, Feature::TagDelete],
            run: keeps_other_case,
            ..Check::BASE
        },
        Check {
            name: "deleted-tag-pushed-again",
            title: "A tag that was deleted can be pushed again",
            covers: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
            needs: &[Feature::Push, Feature::TagDelete],
            run: takes_tag_again,
            ..Check::BASE
        },
        Check {
            name: "absent-tag",
            title: "DELETE on a tag that nobody pushed returns 404",
            covers: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::TagDelete],
            run: |trial| {
                trial.pushed_blob(16)?;
                let answer = trial.delete(&format!("manifests/{}", trial.tag()))?;
                is_permitted(&answer)?;
                answer
                    .proves(&ABSENT_MANIFEST_DELETE_UNKNOWN)
                    .status(&[404])?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// Gives a manifest two tags, deletes one, and looks for the other and for the manifest.
fn keeps_sibling(trial: &Trial<'_>, kept: &Tag, gone: &Tag) -> Outcome {
    let (manifest, repository) = (trial.manifest()?, trial.repository());
    repository.push_by_tag(kept, &manifest)?;
    repository.push_by_tag(gone, &manifest)?;
    let path = format!("manifests/{gone}");
    deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
    // What is wrongly deleted may go as late as what is rightly deleted.
    await_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
    for reference in [kept.to_string(), manifest.digest.to_string()] {
        trial
            .get(&format!("manifests/{reference}"))?
            .proves(&SIBLING_TAGS_KEPT)
            .status(&[200])?
            .body(&manifest.bytes)?;
    }
    Ok(())
}

fn keeps_other_case(trial: &Trial<'_>) -> Outcome {
    let word = trial.stream().word(12);
    let (lower, upper) = (format!("latest-{word}"), format!("Latest-{word}"));
    let repository = trial.repository();
    let (kept, gone) = (trial.manifest()?, trial.manifest()?);
    for (tag, manifest) in [(&lower, &kept), (&upper, &gone)] {
        let pushed = repository.put_manifest(tag, manifest)?;
        let row = &MANIFEST_PUT_BY_TAG_ACCEPTED;
        pushed.prepares(row).status(&[201])?;
    }
    let path = format!("manifests/{upper}");
    deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
    let pulled = trial.get(&format!("manifests/{lower}"))?;
    pulled.proves(&SIBLING_TAGS_KEPT).content(&kept.bytes)?;
    Ok(())
}

fn takes_tag_again(trial: &Trial<'_>) -> Outcome {
    let (tag, _) = trial.pushed_tag()?;
    let path = format!("manifests/{tag}");
    deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
    let manifest = trial.manifest()?;
    let answer = trial.repository().put_manifest(&tag, &manifest)?;
    answer
        .proves(&MANIFEST_PUT_BY_TAG_ACCEPTED)
        .status(&[201])?;
    trial
        .get(&path)?
        .proves(&MANIFEST_PUT_BY_TAG_ACCEPTED)
        .content(&manifest.bytes)?;
    Ok(())
}

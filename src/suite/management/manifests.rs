//! Deleting manifests.

use crate::catalogue::delete::ABSENT_MANIFEST_DELETE_UNKNOWN;
use crate::catalogue::delete::ABSENT_REPOSITORY_DELETE_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::DISABLED_MANIFEST_DELETE_REFUSED;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::oci::Tag;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::await_gone;
use super::deleted;
use super::is_gone;
use super::is_permitted;
use super::is_refused;

pub(crate) static SECTION: Section = Section {
    id: "management/manifests",
    title: "Deleting manifests",
    anchor: "deleting-manifests",
    checks: &[
        Check {
            name: "delete",
            title: "DELETE on a manifest by digest returns 202",
            covers: &[&MANIFEST_DELETE_ACCEPTED],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let answer = trial.delete(&format!("manifests/{}", manifest.digest))?;
                is_permitted(&answer)?;
                answer.proves(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "delete-off",
            title: "Where manifests cannot be deleted, DELETE returns 400 or 405 and keeps them",
            covers: &[&DISABLED_MANIFEST_DELETE_REFUSED],
            needs: &[Feature::Push],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let path = format!("manifests/{}", manifest.digest);
                is_refused(trial, &path, &DISABLED_MANIFEST_DELETE_REFUSED)
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-manifest",
            title: "A deleted manifest returns 404 by digest, at once or soon after",
            covers: &[&DELETED_MANIFEST_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let path = format!("manifests/{}", manifest.digest);
                deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
                is_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)
            },
            ..Check::BASE
        },
        Check {
            name: "tags-of-deleted-manifest",
            title: "The tags of a deleted manifest return 404 and leave the list, at once or soon after",
            covers: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::Kind],
            run: loses_its_tags,
            ..Check::BASE
        },
        Check {
            name: "tag-of-other-manifest",
            title: "Deleting a manifest leaves a tag that has moved on to another one",
            covers: &[&MANIFEST_BY_TAG_FOUND],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: keeps_moved_tag,
            ..Check::BASE
        },
        Check {
            name: "manifest-of-other-repository",
            title: "Deleting a manifest leaves the same one in another repository",
            covers: &[&MANIFEST_BY_DIGEST_FOUND],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: |trial| {
                let image = trial.repository().new_image()?;
                let manifest = &image.manifest;
                trial.repository().push_by_digest(manifest)?;
                trial.other_repository().push_parts(&image)?;
                trial.other_repository().push_by_digest(manifest)?;
                let path = format!("manifests/{}", manifest.digest);
                deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
                await_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)?;
                let elsewhere = trial.other_repository().get(&path)?;
                elsewhere
                    .proves(&MANIFEST_BY_DIGEST_FOUND)
                    .status(&[200])?
                    .body(&manifest.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "deleted-manifest-pushed-again",
            title: "A manifest that was deleted can be pushed again",
            covers: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: takes_manifest_again,
            ..Check::BASE
        },
        Check {
            name: "absent-manifest",
            title: "DELETE on a digest that nobody pushed returns 404",
            covers: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                trial.pushed_blob(16)?;
                let digest = trial.absent_digest(trial.variant().manifests);
                let answer = trial.delete(&format!("manifests/{digest}"))?;
                is_permitted(&answer)?;
                answer
                    .proves(&ABSENT_MANIFEST_DELETE_UNKNOWN)
                    .status(&[404])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-elsewhere",
            title: "DELETE on a manifest that only another repository holds returns 404 and keeps it there",
            covers: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: |trial| {
                trial.pushed_blob(16)?;
                let elsewhere = trial.other_repository();
                let manifest = elsewhere.new_manifest(Kind::Image)?;
                elsewhere.push_by_digest(&manifest)?;
                let path = format!("manifests/{}", manifest.digest);
                let answer = trial.delete(&path)?;
                is_permitted(&answer)?;
                answer
                    .proves(&ABSENT_MANIFEST_DELETE_UNKNOWN)
                    .status(&[404])?;
                elsewhere
                    .head(&path)?
                    .proves(&ABSENT_MANIFEST_DELETE_UNKNOWN)
                    .status(&[200])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "absent-repository",
            title: "DELETE on a manifest in a repository that never was returns 404",
            covers: &[&ABSENT_REPOSITORY_DELETE_UNKNOWN],
            needs: &[Feature::ManifestDelete],
            axes: &[Axis::ManifestAlgorithm],
            wants: Wants::Fresh,
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().manifests);
                let answer = trial.delete(&format!("manifests/{digest}"))?;
                is_permitted(&answer)?;
                answer
                    .proves(&ABSENT_REPOSITORY_DELETE_UNKNOWN)
                    .status(&[404])?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

fn loses_its_tags(trial: &Trial<'_>) -> Outcome {
    let (first, manifest) = trial.pushed_tag()?;
    let second = trial.tag();
    trial.repository().push_by_tag(&second, &manifest)?;
    let path = format!("manifests/{}", manifest.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    let row = &DELETED_MANIFEST_TAGS_UNKNOWN;
    for tag in [&first, &second] {
        is_gone(trial, &format!("manifests/{tag}"), row)?;
    }
    trial.eventually(|| {
        let list = trial.get("tags/list")?;
        let json = list.json().unwrap_or_default();
        let tags = json["tags"].as_array().map(Vec::as_slice);
        let tags = tags.unwrap_or_default();
        let is_listed = |tag: &Tag| tags.iter().any(|listed| listed == tag.as_str());
        list.proves(row).that(
            !is_listed(&first) && !is_listed(&second),
            "a tag list without the tags of the deleted manifest",
            "a tag list that still names them",
        )?;
        Ok(())
    })
}

fn keeps_moved_tag(trial: &Trial<'_>) -> Outcome {
    let (tag, old) = trial.pushed_tag()?;
    let new = trial.manifest()?;
    trial.repository().push_by_tag(&tag, &new)?;
    let path = format!("manifests/{}", old.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)?;
    trial
        .get(&format!("manifests/{tag}"))?
        .proves(&MANIFEST_BY_TAG_FOUND)
        .content(&new.bytes)?;
    Ok(())
}

fn takes_manifest_again(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let image = repository.new_image()?;
    repository.push_by_digest(&image.manifest)?;
    let path = format!("manifests/{}", image.manifest.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)?;
    // The registry may have collected what no manifest named any more.
    repository.push_parts(&image)?;
    let answer = repository.put_manifest(&image.manifest.digest, &image.manifest)?;
    answer
        .proves(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    trial
        .get(&path)?
        .proves(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .content(&image.manifest.bytes)?;
    Ok(())
}

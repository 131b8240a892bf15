//! What stays when something else is deleted.

use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::catalogue::delete::SIBLING_TAGS_KEPT;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::oci::Algorithm;
use crate::oci::Tag;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::Image;
use crate::trial::content::ImageParts;
use crate::trial::content::Index;
use crate::trial::content::Layer;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::way::Way;
use super::await_gone;
use super::delete_blob;
use super::delete_manifest;
use super::deleted;
use super::is_listed;
use super::is_there;

pub(crate) static SECTION: Section = Section {
    id: "management/kept",
    title: "What stays",
    anchor: "content-management",
    checks: &[
        Check {
            name: "other-manifest-kept",
            title: "Deleting an image leaves another one with the same layer as it is, by every way",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
            ],
            run: other_manifest_kept,
            ..OF_A_MANIFEST
        },
        Check {
            name: "tagged-child-kept",
            title: "Deleting an index leaves the image that it named and that has a tag of its own",
            covers: &[&MANIFEST_BY_TAG_FOUND, &MANIFEST_BY_DIGEST_FOUND],
            run: |trial| {
                let repository = trial.repository();
                let (tag, child) = trial.pushed_tag()?;
                let index =
                    Index::over(&mut trial.stream(), Algorithm::Sha256, vec![child.clone()]);
                repository.push_by_digest(&index.manifest)?;
                delete_manifest(trial, &index.manifest)?;
                is_there(&repository, tag.as_str(), &child, &MANIFEST_BY_TAG_FOUND)?;
                let digest = child.digest.to_string();
                is_there(&repository, &digest, &child, &MANIFEST_BY_DIGEST_FOUND)
            },
            ..OF_A_MANIFEST
        },
        Check {
            name: "similar-tags-kept",
            title: "Deleting a tag leaves those that differ from it in case, in a character more or in one less",
            covers: &[&SIBLING_TAGS_KEPT, &TAG_LIST_COMPLETE],
            needs: &[Feature::Push, Feature::TagDelete],
            wants: Wants::Quiet,
            run: similar_tags_kept,
            ..Check::BASE
        },
        Check {
            name: "tag-of-other-repository-kept",
            title: "Deleting a tag leaves the tag of the same name in another repository",
            covers: &[&SIBLING_TAGS_KEPT],
            needs: &[Feature::Push, Feature::TagDelete],
            run: |trial| {
                let there = trial.other_repository();
                let (tag, _) = trial.pushed_tag()?;
                let theirs = there.new_manifest(Kind::Image)?;
                there.push_by_tag(&tag, &theirs)?;
                let path = format!("manifests/{tag}");
                deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
                await_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
                is_there(&there, tag.as_str(), &theirs, &SIBLING_TAGS_KEPT)
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-of-other-repository-kept",
            title: "Deleting a manifest leaves the same one in another repository, with its tag and its parts",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
            ],
            run: manifest_of_other_kept,
            ..OF_A_MANIFEST
        },
        Check {
            name: "other-blobs-kept",
            title: "Deleting a blob leaves another one whose bytes begin with the same",
            covers: &[&BLOB_FOUND],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let (repository, blob) = (trial.repository(), trial.pushed_blob(512)?);
                let longer = [&blob.bytes[..], b"and more"].concat();
                let algorithm = blob.digest.algorithm();
                let longer = Blob::from_bytes(longer, algorithm, &blob.media_type);
                repository.push_blob(&longer)?;
                delete_blob(trial, &blob.digest)?;
                let kept = repository.get(&format!("blobs/{}", longer.digest))?;
                kept.proves(&BLOB_FOUND)
                    .status(&[200])?
                    .body(&longer.bytes)?;
                Ok(())
            },
            ..OF_A_BLOB
        },
        Check {
            name: "mounted-blob-deleted",
            title: "Deleting a blob from the repository that it was mounted to leaves it where it came from",
            covers: &[&OTHER_REPOSITORY_BLOB_KEPT],
            needs: &[Feature::Push, Feature::Mount, Feature::BlobDelete],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let (here, there, blob) = (
                    trial.repository(),
                    trial.other_repository(),
                    trial.blob(512),
                );
                // It is pushed to the other repository, and mounted here.
                Way::Mount.push(&here, &blob)?;
                let mounted = here.head(&format!("blobs/{}", blob.digest))?;
                mounted.prepares(&MOUNTED_BLOB_PULLED).status(&[200])?;
                delete_blob(trial, &blob.digest)?;
                let kept = there.get(&format!("blobs/{}", blob.digest))?;
                kept.proves(&OTHER_REPOSITORY_BLOB_KEPT)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

const OF_A_MANIFEST: Check = Check {
    needs: &[Feature::Push, Feature::ManifestDelete],
    ..Check::BASE
};

const OF_A_BLOB: Check = Check {
    needs: &[Feature::Push, Feature::BlobDelete],
    ..Check::BASE
};

/// Two images with a layer in common, whose parts are pushed.
fn related_images(trial: &Trial<'_>) -> Result<[Image; 2], Stop> {
    let common = Layer::gzip(&mut trial.stream(), Algorithm::Sha256);
    let images = [(), ()].map(|()| {
        let layers = vec![common.clone()];
        ImageParts::over(&mut trial.stream(), Algorithm::Sha256, layers).assemble(Algorithm::Sha256)
    });
    for image in &images {
        trial.repository().push_parts(image)?;
    }
    Ok(images)
}

fn other_manifest_kept(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let [goes, stays] = related_images(trial)?;
    repository.push_by_digest(&goes.manifest)?;
    repository.push_by_tag(&tag, &stays.manifest)?;
    delete_manifest(trial, &goes.manifest)?;
    let kept = &stays.manifest;
    is_there(&repository, tag.as_str(), kept, &MANIFEST_BY_TAG_FOUND)?;
    let digest = kept.digest.to_string();
    is_there(&repository, &digest, kept, &MANIFEST_BY_DIGEST_FOUND)?;
    parts_are_there(&repository, &stays)
}

fn parts_are_there(repository: &Repository<'_>, image: &Image) -> Outcome {
    for blob in [&image.config, &image.layers[0].blob] {
        let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
        pulled
            .proves(&BLOB_FOUND)
            .status(&[200])?
            .body(&blob.bytes)?;
    }
    Ok(())
}

fn similar_tags_kept(trial: &Trial<'_>) -> Outcome {
    let (repository, manifest) = (trial.repository(), trial.manifest()?);
    let goes = trial.tag();
    let shorter = &goes.as_str()[..goes.as_str().len() - 1];
    let similar = [
        goes.as_str().to_uppercase(),
        shorter.to_owned(),
        format!("{goes}-"),
        format!("{goes}."),
        format!("{goes}0"),
        format!("_{goes}"),
    ];
    let similar = similar.map(|text| text.parse::<Tag>().expect("these characters are a tag"));
    for tag in similar.iter().chain([&goes]) {
        repository.push_by_tag(tag, &manifest)?;
    }
    let path = format!("manifests/{goes}");
    deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
    for tag in &similar {
        is_there(&repository, tag.as_str(), &manifest, &SIBLING_TAGS_KEPT)?;
        is_listed(trial, tag)?;
    }
    Ok(())
}

fn manifest_of_other_kept(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let (image, tag) = (here.new_image()?, trial.tag());
    there.push_parts(&image)?;
    for repository in [&here, &there] {
        repository.push_by_tag(&tag, &image.manifest)?;
    }
    delete_manifest(trial, &image.manifest)?;
    is_there(
        &there,
        tag.as_str(),
        &image.manifest,
        &MANIFEST_BY_TAG_FOUND,
    )?;
    let digest = image.manifest.digest.to_string();
    is_there(&there, &digest, &image.manifest, &MANIFEST_BY_DIGEST_FOUND)?;
    parts_are_there(&there, &image)
}

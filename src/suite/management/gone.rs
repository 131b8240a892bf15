//! What was deleted is gone by every way that led to it, and what else is there stays.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::catalogue::delete::SIBLING_TAGS_KEPT;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::tag_list::DELETED_TAG_UNLISTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
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
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::everywhere::is_absent;
use super::super::way::Way;
use super::super::way::if_taken;
use super::await_gone;
use super::deleted;
use super::is_gone;
use super::listed_tags;

pub(crate) static SECTION: Section = Section {
    id: "management/gone",
    title: "What is gone, and what stays",
    anchor: "content-management",
    checks: &[
        Check {
            name: "manifest-by-tag-and-digest",
            title: "A manifest that was deleted is gone for GET and HEAD, by its digest and by each of three tags",
            covers: &[&DELETED_MANIFEST_UNKNOWN, &DELETED_MANIFEST_TAGS_UNKNOWN],
            run: manifest_by_tag_and_digest,
            ..OF_A_MANIFEST
        },
        Check {
            name: "manifest-for-every-accept",
            title: "A manifest that was pulled under several Accepts and then deleted is gone for each of them",
            covers: &[&DELETED_MANIFEST_UNKNOWN],
            axes: &[Axis::ManifestAlgorithm],
            run: manifest_for_every_accept,
            ..OF_A_MANIFEST
        },
        Check {
            name: "tags-of-manifest-listed",
            title: "The tags of a deleted manifest leave the list, and those of another one stay in it",
            covers: &[&DELETED_MANIFEST_TAGS_UNKNOWN, &TAG_LIST_COMPLETE],
            wants: Wants::Quiet,
            run: tags_of_manifest_listed,
            ..OF_A_MANIFEST
        },
        Check {
            name: "tagged-referrer",
            title: "A referrer with a tag that was deleted by digest leaves the list of its subject and its tag",
            covers: &[&DELETED_MANIFEST_TAGS_UNKNOWN, &DELETED_REFERRER_UNLISTED],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            axes: &[Axis::ManifestAlgorithm],
            run: tagged_referrer,
            ..Check::BASE
        },
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
            name: "tag-for-get-head-and-list",
            title: "A tag that was deleted is gone for GET, HEAD and in the list, and the manifest is whole or gone",
            covers: &[
                &DELETED_TAG_UNKNOWN,
                &DELETED_TAG_UNLISTED,
                &MANIFEST_BY_DIGEST_FOUND,
            ],
            needs: &[Feature::Push, Feature::TagDelete],
            run: tag_everywhere,
            ..Check::BASE
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
            name: "blob-for-every-pull",
            title: "A blob that was deleted is gone for GET, for HEAD and for a range, whichever way it was pushed",
            covers: &[&DELETED_BLOB_UNKNOWN],
            run: blob_for_every_pull,
            ..OF_A_BLOB
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
                delete_blob(trial, &blob.digest.to_string())?;
                let kept = repository.get(&format!("blobs/{}", longer.digest))?;
                kept.proves(&BLOB_FOUND)
                    .status(&[200])?
                    .body(&longer.bytes)?;
                Ok(())
            },
            ..OF_A_BLOB
        },
        Check {
            name: "mount-of-deleted-blob",
            title: "A mount of a blob that was deleted from its source is not done, or the blob is there",
            covers: &[&MOUNTED_BLOB_PULLED],
            run: |trial| {
                let (source, target) = (trial.repository(), trial.other_repository());
                let blob = trial.pushed_blob(512)?;
                delete_blob(trial, &blob.digest.to_string())?;
                let asking = target
                    .post_upload()
                    .query("mount", &blob.digest.to_string());
                let answer = asking.query("from", source.name().as_str()).send()?;
                if answer.status() != 201 {
                    return Ok(());
                }
                let pulled = target.get(&format!("blobs/{}", blob.digest))?;
                pulled
                    .proves(&MOUNTED_BLOB_PULLED)
                    .status(&[200])?
                    .body(&blob.bytes)?;
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
                delete_blob(trial, &blob.digest.to_string())?;
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

/// Deletes a manifest and waits until it is gone, which is not what the check is about.
fn delete_manifest(trial: &Trial<'_>, manifest: &ManifestDoc) -> Outcome {
    let path = format!("manifests/{}", manifest.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)
}

/// The same for a blob.
fn delete_blob(trial: &Trial<'_>, digest: &str) -> Outcome {
    let path = format!("blobs/{digest}");
    deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
    await_gone(trial, &path, &DELETED_BLOB_UNKNOWN)
}

/// Demands that a reference leads to this manifest, for GET and HEAD.
fn is_there(
    repository: &Repository<'_>,
    reference: &str,
    manifest: &ManifestDoc,
    requirement: &'static Requirement,
) -> Outcome {
    let path = format!("manifests/{reference}");
    let head = repository.head(&path)?;
    head.proves(requirement).status(&[200])?;
    let pulled = repository.get(&path)?;
    pulled
        .proves(requirement)
        .status(&[200])?
        .body(&manifest.bytes)?;
    Ok(())
}

fn manifest_by_tag_and_digest(trial: &Trial<'_>) -> Outcome {
    let (repository, manifest) = (trial.repository(), trial.manifest()?);
    let tags = [trial.tag(), trial.tag(), trial.tag()];
    for tag in &tags {
        repository.push_by_tag(tag, &manifest)?;
        // What is kept for pulling has to go as well.
        is_there(&repository, tag.as_str(), &manifest, &MANIFEST_BY_TAG_FOUND)?;
    }
    let path = format!("manifests/{}", manifest.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    is_gone(trial, &path, &DELETED_MANIFEST_UNKNOWN)?;
    tags.iter().try_for_each(|tag| {
        let path = format!("manifests/{tag}");
        is_gone(trial, &path, &DELETED_MANIFEST_TAGS_UNKNOWN)
    })
}

fn manifest_for_every_accept(trial: &Trial<'_>) -> Outcome {
    let (repository, manifest) = (trial.repository(), trial.pushed_manifest()?);
    let path = format!("manifests/{}", manifest.digest);
    let accepts = [
        "*/*",
        &manifest.media_type,
        "application/vnd.docker.distribution.manifest.v2+json",
    ];
    let ask = |accept: &str| {
        let asking = repository.ask(Method::GET, &path);
        asking.header("accept", accept).send()
    };
    for accept in accepts {
        ask(accept)?;
    }
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    trial.eventually(|| {
        for accept in accepts {
            let demand = ask(accept)?;
            let demand = demand.proves(&DELETED_MANIFEST_UNKNOWN);
            // Where the type does not matter, there is nothing else to say than that it is gone.
            demand.status(if accept == "*/*" { &[404] } else { &[404, 406] })?;
        }
        Ok(())
    })
}

fn tags_of_manifest_listed(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let ((goes, manifest), (stays, _)) = (trial.pushed_tag()?, trial.pushed_tag()?);
    let also_goes = trial.tag();
    repository.push_by_tag(&also_goes, &manifest)?;
    delete_manifest(trial, &manifest)?;
    trial.eventually(|| {
        let tags = listed_tags(&repository)?;
        let row = &DELETED_MANIFEST_TAGS_UNKNOWN;
        let left = [&goes, &also_goes].map(|tag| tags.contains(&tag.to_string()));
        trial.judge(
            row,
            left == [false, false],
            "a tag list without the tags of the deleted manifest",
            "a tag list that still names them",
        )
    })?;
    is_listed(trial, &stays)
}

fn is_listed(trial: &Trial<'_>, tag: &Tag) -> Outcome {
    let tags = listed_tags(&trial.repository())?;
    trial.judge(
        &TAG_LIST_COMPLETE,
        tags.contains(&tag.to_string()),
        format!("a tag list with {tag}"),
        format!("{} tags, and not this one", tags.len()),
    )
}

fn tagged_referrer(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let subject = trial.pushed_manifest()?;
    let referrer = repository.new_referrer(&subject)?;
    repository.push_by_tag(&tag, &referrer)?;
    let path = format!("manifests/{}", referrer.digest);
    deleted(trial, &path, &MANIFEST_DELETE_ACCEPTED)?;
    let list = format!("referrers/{}", subject.digest);
    trial.eventually(|| {
        let list = repository.get(&list)?;
        let demand = list.proves(&DELETED_REFERRER_UNLISTED).status(&[200])?;
        demand.json("no referrers", |index| {
            index["manifests"].as_array().is_some_and(Vec::is_empty)
        })?;
        Ok(())
    })?;
    let path = format!("manifests/{tag}");
    is_gone(trial, &path, &DELETED_MANIFEST_TAGS_UNKNOWN)
}

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

fn tag_everywhere(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let (tag, manifest) = trial.pushed_tag()?;
    // So that there is a list afterwards.
    trial.pushed_tag()?;
    let path = format!("manifests/{tag}");
    is_there(&repository, tag.as_str(), &manifest, &MANIFEST_BY_TAG_FOUND)?;
    deleted(trial, &path, &TAG_DELETE_ACCEPTED)?;
    is_gone(trial, &path, &DELETED_TAG_UNKNOWN)?;
    trial.eventually(|| {
        let tags = listed_tags(&repository)?;
        trial.judge(
            &DELETED_TAG_UNLISTED,
            !tags.contains(&tag.to_string()),
            format!("a tag list without {tag}, which was deleted"),
            "a tag list that still names it",
        )
    })?;
    let by_digest = repository.get(&format!("manifests/{}", manifest.digest))?;
    let demand = by_digest.proves(&MANIFEST_BY_DIGEST_FOUND);
    let demand = demand.status(&[200, 404])?;
    if by_digest.status() == 200 {
        demand.body(&manifest.bytes)?;
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

fn blob_for_every_pull(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    for way in Way::KINDS {
        let blob = trial.blob(512);
        if if_taken(way.push(&repository, &blob))?.is_none() {
            continue;
        }
        let path = format!("blobs/{}", blob.digest);
        let part = || {
            let asking = repository.ask(Method::GET, &path);
            asking.header("range", "bytes=7-99").send()
        };
        part()?;
        deleted(trial, &path, &BLOB_DELETE_ACCEPTED)?;
        trial.eventually(|| {
            is_absent(&repository, &path, &DELETED_BLOB_UNKNOWN)?;
            part()?.proves(&DELETED_BLOB_UNKNOWN).status(&[404])?;
            Ok(())
        })?;
    }
    Ok(())
}

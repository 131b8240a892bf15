//! What was deleted is gone by every way that led to it. What stays is a question of `kept`.

use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
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
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::super::everywhere::is_absent;
use super::super::way::Way;
use super::super::way::if_taken;
use super::delete_blob;
use super::delete_manifest;
use super::deleted;
use super::is_gone;
use super::is_listed;
use super::is_there;
use super::listed_tags;

pub(crate) static SECTION: Section = Section {
    id: "management/gone",
    title: "What is gone",
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
            name: "blob-for-every-pull",
            title: "A blob that was deleted is gone for GET, for HEAD and for a range, whichever way it was pushed",
            covers: &[&DELETED_BLOB_UNKNOWN],
            run: blob_for_every_pull,
            ..OF_A_BLOB
        },
        Check {
            name: "mount-of-deleted-blob",
            title: "A mount of a blob that was deleted from its source is not done, or the blob is there",
            covers: &[&MOUNTED_BLOB_PULLED],
            run: |trial| {
                let (source, target) = (trial.repository(), trial.other_repository());
                let blob = trial.pushed_blob(512)?;
                delete_blob(trial, &blob.digest)?;
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
    if by_digest.status() != 404 {
        let demand = by_digest.proves(&MANIFEST_BY_DIGEST_FOUND);
        demand.content(&manifest.bytes)?;
    }
    Ok(())
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

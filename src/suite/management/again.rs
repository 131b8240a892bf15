//! Deleted and pushed again.

use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::mount::MOUNT_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::referrers::REPEATED_REFERRER_LISTED_ONCE;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::catalogue::single_post::SINGLE_POST_ACCEPTED;
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
use crate::trial::content::Artifact;
use crate::trial::content::Image;
use crate::trial::content::Index;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::everywhere::holds_blob;
use super::super::everywhere::is_absent;
use super::super::everywhere::leads_to;
use super::super::way::Way;
use super::super::way::if_taken;
use super::await_gone;
use super::delete_blob;
use super::delete_manifest;
use super::delete_tag;
use super::listed_tags;

pub(crate) static SECTION: Section = Section {
    id: "management/again",
    title: "Deleting and pushing again",
    anchor: "content-management",
    checks: &[
        Check {
            name: "blob-by-every-way",
            title: "A blob that was deleted and is pushed again, by whichever way, is there by every way",
            covers: &[
                &UPLOAD_PUT_ACCEPTED,
                &CHUNKED_PUT_ACCEPTED,
                &SINGLE_POST_ACCEPTED,
                &MOUNT_ACCEPTED,
                &BLOB_FOUND,
                &BLOB_DIGEST_HEADER_MATCHED,
                &BLOB_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            needs: &[Feature::Push, Feature::BlobDelete],
            run: blob_by_every_way,
            ..Check::BASE
        },
        Check {
            name: "manifest-and-its-tag",
            title: "A manifest that was deleted and is pushed again by its tag is there by every way, and listed once",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
                &TAG_LIST_COMPLETE,
            ],
            needs: &[Feature::Push, Feature::ManifestDelete],
            wants: Wants::Quiet,
            run: manifest_and_its_tag,
            ..Check::BASE
        },
        Check {
            name: "old-tag-stays-away",
            title: "A manifest that was deleted and is pushed again by digest does not get its old tags back",
            covers: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::Kind],
            run: old_tag_stays_away,
            ..Check::BASE
        },
        Check {
            name: "tag-to-same-manifest",
            title: "A tag that was deleted and is pushed again for the same manifest is there, and listed once",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
                &TAG_LIST_COMPLETE,
            ],
            needs: &[Feature::Push, Feature::TagDelete],
            wants: Wants::Quiet,
            run: tag_to_same_manifest,
            ..Check::BASE
        },
        Check {
            name: "referrer",
            title: "A referrer that was deleted and is pushed again is listed once",
            covers: &[&NEW_REFERRER_LISTED, &REPEATED_REFERRER_LISTED_ONCE],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            run: referrer,
            ..Check::BASE
        },
        Check {
            name: "referrer-of-returned-subject",
            title: "A referrer that is pushed once more after its subject was deleted and came back is listed once",
            covers: &[&NEW_REFERRER_LISTED, &REPEATED_REFERRER_LISTED_ONCE],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            run: referrer_of_returned_subject,
            ..Check::BASE
        },
        Check {
            name: "image-in-other-repository",
            title: "An image that was deleted here and stayed elsewhere can be pushed here again, and is there by every way",
            covers: &[
                &MANIFEST_BY_DIGEST_FOUND,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &BLOB_FOUND,
                &BLOB_DIGEST_HEADER_MATCHED,
                &BLOB_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: image_in_other_repository,
            ..Check::BASE
        },
    ],
};

fn blob_by_every_way(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.pushed_blob(3000)?);
    let path = format!("blobs/{}", blob.digest);
    for way in Way::KINDS {
        if trial.head(&path)?.status() == 200 {
            delete_blob(trial, &blob.digest)?;
        }
        if if_taken(way.push(&repository, &blob))?.is_some() {
            holds_blob(&repository, &blob)?;
        }
    }
    Ok(())
}

/// Pushes an image again. The registry may have collected what no manifest named any more.
fn push_again(repository: &Repository<'_>, image: &Image) -> Outcome {
    repository.push_parts(image)?;
    repository.push_by_digest(&image.manifest)
}

/// A manifest of the variant's kind, and the image that it is or names.
fn manifest_and_image(trial: &Trial<'_>) -> Result<(ManifestDoc, Image), Stop> {
    let image = trial.repository().new_image()?;
    if trial.variant().kind == Kind::Image {
        return Ok((image.manifest.clone(), image));
    }
    trial.repository().push_by_digest(&image.manifest)?;
    let children = vec![image.manifest.clone()];
    let index = Index::over(&mut trial.stream(), Algorithm::Sha256, children);
    Ok((index.manifest, image))
}

fn manifest_and_its_tag(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let (manifest, image) = manifest_and_image(trial)?;
    repository.push_by_tag(&tag, &manifest)?;
    delete_manifest(trial, &manifest)?;
    push_again(&repository, &image)?;
    repository.push_by_tag(&tag, &manifest)?;
    leads_to(&repository, &tag, &manifest, &MANIFEST_BY_TAG_FOUND)?;
    let row = &MANIFEST_BY_DIGEST_FOUND;
    leads_to(&repository, &manifest.digest, &manifest, row)?;
    is_listed_once(trial, &tag)
}

fn is_listed_once(trial: &Trial<'_>, tag: &Tag) -> Outcome {
    let tags = listed_tags(&trial.repository())?;
    let times = tags.iter().filter(|it| *it == tag.as_str()).count();
    trial.judge(
        &TAG_LIST_COMPLETE,
        times == 1,
        format!("{tag} once in the tag list"),
        format!("it stands there {times} times"),
    )
}

fn old_tag_stays_away(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let (manifest, image) = manifest_and_image(trial)?;
    repository.push_by_tag(&tag, &manifest)?;
    delete_manifest(trial, &manifest)?;
    let path = format!("manifests/{tag}");
    await_gone(trial, &path, &DELETED_MANIFEST_TAGS_UNKNOWN)?;
    push_again(&repository, &image)?;
    repository.push_by_digest(&manifest)?;
    is_absent(&repository, &path, &DELETED_MANIFEST_TAGS_UNKNOWN)
}

fn tag_to_same_manifest(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let (manifest, image) = manifest_and_image(trial)?;
    repository.push_by_tag(&tag, &manifest)?;
    delete_tag(trial, &tag)?;
    push_again(&repository, &image)?;
    repository.push_by_tag(&tag, &manifest)?;
    leads_to(&repository, &tag, &manifest, &MANIFEST_BY_TAG_FOUND)?;
    is_listed_once(trial, &tag)
}

/// An artifact that refers to `subject`, whose parts are pushed.
fn new_artifact(trial: &Trial<'_>, subject: &ManifestDoc) -> Result<Image, Stop> {
    let artifact = Artifact::referring_to(&mut trial.stream(), Algorithm::Sha256, subject);
    trial.repository().push_parts(&artifact)?;
    Ok(artifact)
}

fn referrer(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let artifact = new_artifact(trial, &subject)?;
    repository.push_by_digest(&artifact.manifest)?;
    delete_manifest(trial, &artifact.manifest)?;
    push_again(&repository, &artifact)?;
    is_referrer_once(trial, &subject, &artifact.manifest)
}

fn referrer_of_returned_subject(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let image = repository.new_image()?;
    repository.push_by_digest(&image.manifest)?;
    let artifact = new_artifact(trial, &image.manifest)?;
    repository.push_by_digest(&artifact.manifest)?;
    let answer = trial.delete(&format!("manifests/{}", image.manifest.digest))?;
    // One that others refer to may be kept from deletion.
    if answer.is_client_error() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    // Referrers may be deleted with their subject.
    push_again(&repository, &image)?;
    push_again(&repository, &artifact)?;
    is_referrer_once(trial, &image.manifest, &artifact.manifest)
}

/// Demands that `referrer` is listed, and once. Nothing else refers to this subject.
fn is_referrer_once(trial: &Trial<'_>, subject: &ManifestDoc, referrer: &ManifestDoc) -> Outcome {
    let list = trial.get(&format!("referrers/{}", subject.digest))?;
    let json = list.json().unwrap_or_default();
    let descriptors = json["manifests"].as_array().into_iter().flatten();
    let digest = referrer.digest.to_string();
    let times = descriptors.filter(|it| it["digest"] == digest).count();
    let actual = format!("it stands there {times} times");
    list.proves(&NEW_REFERRER_LISTED).status(&[200])?.that(
        times > 0,
        &format!("{digest} in the list"),
        &actual,
    )?;
    list.proves(&REPEATED_REFERRER_LISTED_ONCE).that(
        times == 1,
        &format!("{digest} once in the list"),
        &actual,
    )?;
    Ok(())
}

fn image_in_other_repository(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let image = here.new_image()?;
    here.push_by_digest(&image.manifest)?;
    push_again(&there, &image)?;
    delete_manifest(trial, &image.manifest)?;
    push_again(&here, &image)?;
    for repository in [here, there] {
        let (digest, row) = (&image.manifest.digest, &MANIFEST_BY_DIGEST_FOUND);
        leads_to(&repository, digest, &image.manifest, row)?;
        holds_blob(&repository, &image.config)?;
        holds_blob(&repository, &image.layers[0].blob)?;
    }
    Ok(())
}

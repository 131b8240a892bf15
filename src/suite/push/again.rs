//! A second time: the same content pushed once more, by another way, under another name, or to
//! another repository.
//!
//! What deletes come between is a question of `management/again`.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_push::REPEATED_MANIFEST_PUT_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::catalogue::mount::MOUNT_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::single_post::SINGLE_POST_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

use super::super::everywhere::holds_blob;
use super::super::everywhere::leads_to;
use super::super::way::Way;
use super::super::way::if_taken;

pub(crate) static SECTION: Section = Section {
    id: "push/again",
    title: "Pushing a second time",
    anchor: "push",
    checks: &[
        Check {
            name: "blob-by-every-way",
            title: "A blob that is pushed by one way after the other is taken each time and stays as it was",
            covers: TAKEN_AND_HELD,
            needs: &[Feature::Push],
            run: |trial| {
                let (repository, blob) = (trial.repository(), trial.pushed_blob(3000)?);
                for way in Way::ALL {
                    if if_taken(way.push(&repository, &blob))?.is_some() {
                        holds_blob(&repository, &blob)?;
                    }
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "blob-by-both-algorithms",
            title: "The same bytes pushed by their sha256 and by their sha512 digest are there by either",
            covers: HELD,
            needs: &[Feature::Push, Feature::Sha512Blobs],
            run: |trial| {
                let (repository, blob) = (trial.repository(), trial.pushed_blob(512)?);
                let twin = Blob {
                    digest: Algorithm::Sha512.digest(&blob.bytes),
                    ..blob.clone()
                };
                repository.push_blob(&twin)?;
                holds_blob(&repository, &twin)?;
                holds_blob(&repository, &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-by-digest-and-tag",
            title: "A manifest pushed by digest, by tag, and by digest again is there by both as it was",
            covers: &[
                &REPEATED_MANIFEST_PUT_ACCEPTED,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::ManifestAlgorithm],
            run: manifest_by_digest_and_tag,
            ..Check::BASE
        },
        Check {
            name: "manifest-as-blob",
            title: "The same bytes can be a manifest and a blob, and are there as both",
            covers: &[
                &BLOB_FOUND,
                &BLOB_DIGEST_HEADER_MATCHED,
                &BLOB_EXISTENCE_CONFIRMED,
                &MANIFEST_BY_DIGEST_FOUND,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                let (repository, manifest) = (trial.repository(), trial.pushed_manifest()?);
                let bytes = manifest.bytes.clone();
                let blob = Blob::from_bytes(bytes, Algorithm::Sha256, &manifest.media_type);
                repository.push_blob(&blob)?;
                holds_blob(&repository, &blob)?;
                let row = &MANIFEST_BY_DIGEST_FOUND;
                leads_to(&repository, &manifest.digest, &manifest, row)
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-type-kept",
            title: "A manifest that is pulled between two pushes keeps its media type",
            covers: &[&MANIFEST_TYPE_KEPT],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: keeps_its_type,
            ..Check::BASE
        },
        Check {
            name: "tag-there-and-back",
            title: "A tag that moves to another manifest and back names the right one for GET and HEAD each time",
            covers: &[
                &TAG_MOVED,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: there_and_back,
            ..Check::BASE
        },
        Check {
            name: "other-tags-stay",
            title: "When one of a manifest's tags moves, the others still name that manifest",
            covers: &[&MANIFEST_BY_TAG_FOUND],
            needs: &[Feature::Push],
            run: other_tags_stay,
            ..Check::BASE
        },
        Check {
            name: "tags-exchanged",
            title: "Two tags that exchange their manifests name each the other's",
            covers: &[&TAG_MOVED],
            needs: &[Feature::Push],
            run: |trial| {
                let repository = trial.repository();
                let ((one, first), (other, second)) = (trial.pushed_tag()?, trial.pushed_tag()?);
                repository.push_by_tag(&one, &second)?;
                repository.push_by_tag(&other, &first)?;
                is_pulled(trial, one.as_str(), &second, &TAG_MOVED)?;
                is_pulled(trial, other.as_str(), &first, &TAG_MOVED)
            },
            ..Check::BASE
        },
        Check {
            name: "same-tag-in-two-repositories",
            title: "A tag of the same name in two repositories names each one's own manifest, also when one moves",
            covers: &[&MANIFEST_BY_TAG_FOUND, &TAG_MOVED],
            needs: &[Feature::Push],
            run: same_tag_in_two,
            ..Check::BASE
        },
        Check {
            name: "same-image-in-two-repositories",
            title: "An image that is pushed to two repositories is there in both by every way",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
                &BLOB_DIGEST_HEADER_MATCHED,
                &BLOB_EXISTENCE_CONFIRMED,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            needs: &[Feature::Push],
            run: same_image_in_two,
            ..Check::BASE
        },
    ],
};

/// What is demanded of a blob that is there.
const HELD: &[&Requirement] = &[
    &BLOB_FOUND,
    &BLOB_DIGEST_HEADER_MATCHED,
    &BLOB_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

/// What is demanded of a blob that is pushed by every way.
const TAKEN_AND_HELD: &[&Requirement] = &[
    &UPLOAD_PUT_ACCEPTED,
    &CHUNKED_PUT_ACCEPTED,
    &SINGLE_POST_ACCEPTED,
    &MOUNT_ACCEPTED,
    &BLOB_FOUND,
    &BLOB_DIGEST_HEADER_MATCHED,
    &BLOB_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

fn manifest_by_digest_and_tag(trial: &Trial<'_>) -> Outcome {
    let (repository, row) = (trial.repository(), &REPEATED_MANIFEST_PUT_ACCEPTED);
    let (manifest, tag) = (trial.pushed_manifest()?, trial.tag());
    let digest = manifest.digest.to_string();
    for reference in [tag.as_str(), &digest] {
        let answer = repository.put_manifest(reference, &manifest)?;
        answer.proves(row).status(&[201])?;
    }
    leads_to(&repository, &tag, &manifest, row)?;
    leads_to(&repository, &digest, &manifest, row)
}

/// Pulls with another `Accept` between the pushes, so that whatever that makes the registry keep is
/// there.
fn keeps_its_type(trial: &Trial<'_>) -> Outcome {
    let (repository, manifest) = (trial.repository(), trial.pushed_manifest()?);
    let path = format!("manifests/{}", manifest.digest);
    let asking = repository.ask(Method::GET, &path);
    asking
        .header("accept", media_type::DOCKER_MANIFEST)
        .send()?;
    repository.push_by_digest(&manifest)?;
    let answer = repository.get(&path)?;
    answer
        .prepares(&MANIFEST_BY_DIGEST_FOUND)
        .status(&[200])?
        .body(&manifest.bytes)?;
    answer
        .proves(&MANIFEST_TYPE_KEPT)
        .header("Content-Type", &manifest.media_type)?;
    Ok(())
}

fn there_and_back(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let (tag, old) = trial.pushed_tag()?;
    let new = trial.manifest()?;
    for manifest in [&new, &old, &new] {
        repository.push_by_tag(&tag, manifest)?;
        leads_to(&repository, &tag, manifest, &TAG_MOVED)?;
    }
    is_pulled(trial, &old.digest.to_string(), &old, &TAG_MOVED)?;
    is_pulled(trial, &new.digest.to_string(), &new, &TAG_MOVED)
}

fn other_tags_stay(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let (moves, manifest) = trial.pushed_tag()?;
    let stay = [trial.tag(), trial.tag()];
    for tag in &stay {
        repository.push_by_tag(tag, &manifest)?;
    }
    repository.push_by_tag(&moves, &trial.manifest()?)?;
    stay.iter()
        .try_for_each(|tag| is_pulled(trial, tag.as_str(), &manifest, &MANIFEST_BY_TAG_FOUND))
}

fn same_tag_in_two(trial: &Trial<'_>) -> Outcome {
    let there = trial.other_repository();
    let (tag, ours) = trial.pushed_tag()?;
    let kind = trial.variant().kind;
    let (theirs, later) = (there.new_manifest(kind)?, there.new_manifest(kind)?);
    let row = &MANIFEST_BY_TAG_FOUND;
    there.push_by_tag(&tag, &theirs)?;
    is_pulled(trial, tag.as_str(), &ours, row)?;
    there.push_by_tag(&tag, &later)?;
    is_pulled(trial, tag.as_str(), &ours, row)?;
    super::manifests::is_exactly(&there, &TAG_MOVED, &tag, &later)
}

fn same_image_in_two(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let (image, tag) = (here.new_image()?, trial.tag());
    here.push_by_tag(&tag, &image.manifest)?;
    there.push_parts(&image)?;
    there.push_by_tag(&tag, &image.manifest)?;
    for repository in [here, there] {
        let manifest = &image.manifest;
        leads_to(&repository, &tag, manifest, &MANIFEST_BY_TAG_FOUND)?;
        let digest = &manifest.digest;
        leads_to(&repository, digest, manifest, &MANIFEST_BY_DIGEST_FOUND)?;
        holds_blob(&repository, &image.config)?;
        holds_blob(&repository, &image.layers[0].blob)?;
    }
    Ok(())
}

/// Demands that a reference leads to this manifest.
fn is_pulled(
    trial: &Trial<'_>,
    reference: &str,
    manifest: &ManifestDoc,
    requirement: &'static Requirement,
) -> Outcome {
    super::manifests::is_exactly(&trial.repository(), requirement, reference, manifest)
}

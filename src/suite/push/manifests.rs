//! Pushing manifests.

use std::fmt::Display;

use crate::catalogue::Requirement;
use crate::catalogue::image::STORED_CONTENT_UNALTERED;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_SENT;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::PUSHED_DIGEST_HEADER_SENT;
use crate::catalogue::manifest_push::REPEATED_MANIFEST_PUT_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "push/manifests",
    title: "Pushing manifests",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "put-by-tag",
            title: "PUT of a manifest under a tag returns 201, and tag and digest lead to it",
            covers: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest, repository) =
                    (trial.tag(), trial.manifest()?, trial.repository());
                let row = &MANIFEST_PUT_BY_TAG_ACCEPTED;
                repository
                    .put_manifest(&tag, &manifest)?
                    .proves(row)
                    .status(&[201])?;
                is_pulled(&repository, row, &tag, &manifest)?;
                is_pulled(&repository, row, &manifest.digest, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "put-by-digest",
            title: "PUT of a manifest under its digest returns 201, and the digest leads to it",
            covers: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.manifest()?;
                is_taken_by_digest(&trial.repository(), &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "without-media-type",
            title: "PUT of a manifest that leaves its mediaType to the Content-Type returns 201, by digest and by tag",
            covers: &[
                &MANIFEST_PUT_BY_DIGEST_ACCEPTED,
                &MANIFEST_PUT_BY_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, repository) = (trial.tag(), trial.repository());
                let manifest = without_media_type(&trial.manifest()?);
                is_taken_by_digest(&repository, &manifest)?;
                let row = &MANIFEST_PUT_BY_TAG_ACCEPTED;
                let answer = repository.put_manifest(&tag, &manifest)?;
                answer.proves(row).status(&[201])?;
                is_pulled(&repository, row, &tag, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "tag-for-known-manifest",
            title: "PUT under two tags of a manifest that is there already gives it both names",
            covers: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (manifest, repository) = (trial.pushed_manifest()?, trial.repository());
                let tags = [trial.tag(), trial.tag()];
                for tag in &tags {
                    let answer = repository.put_manifest(tag, &manifest)?;
                    answer
                        .proves(&MANIFEST_PUT_BY_TAG_ACCEPTED)
                        .status(&[201])?;
                }
                tags.iter().try_for_each(|tag| {
                    is_pulled(&repository, &MANIFEST_PUT_BY_TAG_ACCEPTED, tag, &manifest)
                })
            },
            ..Check::BASE
        },
        Check {
            name: "put-in-other-repository",
            title: "PUT of a manifest that another repository holds already makes it known here, too",
            covers: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let image = trial.repository().new_image()?;
                trial.repository().push_by_digest(&image.manifest)?;
                trial.other_repository().push_parts(&image)?;
                is_taken_by_digest(&trial.other_repository(), &image.manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "location-by-tag",
            title: "The 201 to a manifest pushed by tag has a Location from which it can be pulled",
            covers: &[&MANIFEST_LOCATION_SENT, &MANIFEST_LOCATION_PULLED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = (trial.tag(), trial.manifest()?);
                let answer = trial.repository().put_manifest(&tag, &manifest)?;
                answer
                    .prepares(&MANIFEST_PUT_BY_TAG_ACCEPTED)
                    .status(&[201])?;
                leads_to(&answer, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "location-by-digest",
            title: "The 201 to a manifest pushed by digest has a Location from which it can be pulled",
            covers: &[&MANIFEST_LOCATION_SENT, &MANIFEST_LOCATION_PULLED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.manifest()?;
                let answer = put_by_digest(&trial.repository(), &manifest)?;
                leads_to(&answer, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "digest-header",
            title: "The 201 to a manifest pushed by digest repeats the digest in Docker-Content-Digest",
            covers: &[&PUSHED_DIGEST_HEADER_SENT],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.manifest()?;
                repeats_digest(&put_by_digest(&trial.repository(), &manifest)?, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "tag-moved",
            title: "PUT under a known tag moves it, and the manifest that it named stays",
            covers: &[&TAG_MOVED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, old) = trial.pushed_tag()?;
                let new = trial.manifest()?;
                moves(&trial.repository(), &tag, &new)?;
                is_exactly(&trial.repository(), &TAG_MOVED, &old.digest, &old)
            },
            ..Check::BASE
        },
        Check {
            name: "tag-moved-back",
            title: "PUT under a tag of the manifest that it named before moves it back",
            covers: &[&TAG_MOVED],
            needs: &[Feature::Push],
            run: |trial| {
                let (tag, old) = trial.pushed_tag()?;
                let new = trial.manifest()?;
                moves(&trial.repository(), &tag, &new)?;
                moves(&trial.repository(), &tag, &old)
            },
            ..Check::BASE
        },
        Check {
            name: "tag-moved-to-other-kind",
            title: "PUT of an index under the tag of an image moves the tag, and of an image moves it back",
            covers: &[&TAG_MOVED],
            needs: &[Feature::Push],
            run: |trial| {
                let (tag, image) = trial.pushed_tag()?;
                let index = trial.repository().new_manifest(Kind::Index)?;
                moves(&trial.repository(), &tag, &index)?;
                moves(&trial.repository(), &tag, &image)
            },
            ..Check::BASE
        },
        Check {
            name: "put-again-by-digest",
            title: "PUT of a manifest that is there already returns 201, and it is still there",
            covers: &[&REPEATED_MANIFEST_PUT_ACCEPTED, &MANIFEST_LOCATION_SENT],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let (repository, row) = (trial.repository(), &REPEATED_MANIFEST_PUT_ACCEPTED);
                let answer = repository.put_manifest(&manifest.digest, &manifest)?;
                answer.proves(row).status(&[201])?;
                answer.proves(&MANIFEST_LOCATION_SENT).has_location()?;
                is_pulled(&repository, row, &manifest.digest, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "put-again-by-tag",
            title: "PUT of the same manifest under the same tag returns 201, and the tag is listed once",
            covers: &[&REPEATED_MANIFEST_PUT_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: lists_repeated_tag_once,
            ..Check::BASE
        },
    ],
};

/// PUT by digest, which is not what the check is about.
fn put_by_digest<'t>(
    repository: &Repository<'t>,
    manifest: &ManifestDoc,
) -> Result<Answer<'t>, Stop> {
    let answer = repository.put_manifest(&manifest.digest, manifest)?;
    answer
        .prepares(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    Ok(answer)
}

/// Pushes a manifest by digest and believes the 201 if it can be pulled.
fn is_taken_by_digest(repository: &Repository<'_>, manifest: &ManifestDoc) -> Outcome {
    let row = &MANIFEST_PUT_BY_DIGEST_ACCEPTED;
    let answer = repository.put_manifest(&manifest.digest, manifest)?;
    answer.proves(row).status(&[201])?;
    is_pulled(repository, row, &manifest.digest, manifest)
}

/// The Location of a pushed manifest, and what it leads to.
fn leads_to(answer: &Answer<'_>, manifest: &ManifestDoc) -> Outcome {
    answer.proves(&MANIFEST_LOCATION_SENT).has_location()?;
    let Some(url) = answer.location() else {
        return Ok(());
    };
    let repository = answer.trial().repository();
    let pulled = repository
        .ask_at(Method::GET, &url)
        .header("accept", &manifest.media_type)
        .send()?;
    pulled
        .proves(&MANIFEST_LOCATION_PULLED)
        .status(&[200])?
        .body(&manifest.bytes)?;
    Ok(())
}

/// The manifest without the property `mediaType`, of the type that it has.
fn without_media_type(manifest: &ManifestDoc) -> ManifestDoc {
    let mut json = manifest.json();
    if let Some(members) = json.as_object_mut() {
        members.remove("mediaType");
    }
    let algorithm = manifest.digest.algorithm();
    ManifestDoc::from_bytes(json.to_string(), &manifest.media_type, algorithm)
}

/// Demands that the answer to a push repeats the digest of the manifest.
pub(super) fn repeats_digest(answer: &Answer<'_>, manifest: &ManifestDoc) -> Outcome {
    let canonical = Algorithm::Sha256.digest(&manifest.bytes).to_string();
    let own = manifest.digest.to_string();
    let sent = answer.header("docker-content-digest").unwrap_or_default();
    let expected = if own == canonical {
        format!("Docker-Content-Digest: {own}")
    } else {
        format!("Docker-Content-Digest: {own} or {canonical}")
    };
    let actual = if sent.is_empty() {
        "no Docker-Content-Digest".to_owned()
    } else {
        format!("Docker-Content-Digest: {sent}")
    };
    answer.proves(&PUSHED_DIGEST_HEADER_SENT).that(
        sent == own || sent == canonical,
        &expected,
        &actual,
    )?;
    Ok(())
}

/// Pushes `manifest` under a tag that names another one.
fn moves(repository: &Repository<'_>, tag: impl Display, manifest: &ManifestDoc) -> Outcome {
    let answer = repository.put_manifest(&tag, manifest)?;
    answer.proves(&TAG_MOVED).status(&[201])?;
    is_exactly(repository, &TAG_MOVED, &tag, manifest)
}

fn lists_repeated_tag_once(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.pushed_tag()?;
    let (repository, row) = (trial.repository(), &REPEATED_MANIFEST_PUT_ACCEPTED);
    repository
        .put_manifest(&tag, &manifest)?
        .proves(row)
        .status(&[201])?;
    is_pulled(&repository, row, &tag, &manifest)?;
    let list = repository.get("tags/list")?;
    list.prepares(&TAG_LIST_SENT).status(&[200])?;
    let json = list.json().unwrap_or_default();
    let tags = json["tags"].as_array().map(Vec::as_slice);
    let times = tags
        .unwrap_or_default()
        .iter()
        .filter(|listed| *listed == tag.as_str())
        .count();
    let actual = format!("{tag} stands there {times} times");
    // The list may come in pages, so that the tag need not be on the first one.
    list.proves(row)
        .that(times <= 1, "every tag at most once", &actual)?;
    Ok(())
}

/// Demands that `reference` leads to this manifest. That its bytes are kept is another question.
pub(super) fn is_pulled(
    repository: &Repository<'_>,
    requirement: &'static Requirement,
    reference: impl Display,
    manifest: &ManifestDoc,
) -> Outcome {
    let answer = repository.get(&format!("manifests/{reference}"))?;
    answer.proves(requirement).status(&[200])?;
    answer
        .prepares(&STORED_CONTENT_UNALTERED)
        .body(&manifest.bytes)?;
    Ok(())
}

/// Demands that `reference` leads to exactly these bytes and no others.
pub(super) fn is_exactly(
    repository: &Repository<'_>,
    requirement: &'static Requirement,
    reference: impl Display,
    manifest: &ManifestDoc,
) -> Outcome {
    let answer = repository.get(&format!("manifests/{reference}"))?;
    answer
        .proves(requirement)
        .status(&[200])?
        .body(&manifest.bytes)?;
    Ok(())
}

/// Demands that `reference` leads nowhere, after a push that was refused.
pub(super) fn is_not_stored(
    repository: &Repository<'_>,
    requirement: &'static Requirement,
    reference: impl Display,
) -> Outcome {
    let answer = repository.head(&format!("manifests/{reference}"))?;
    answer.proves(requirement).that(
        !answer.is_success(),
        "nothing stored by a push that was refused, so 404",
        &answer.summary(),
    )?;
    Ok(())
}

/// The media type of a kind of manifest.
pub(super) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => media_type::IMAGE_MANIFEST,
        Kind::Index => media_type::IMAGE_INDEX,
    }
}

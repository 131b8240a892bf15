//! Listing referrers.
//!
//! Subjects are new in every trial, so the whole list of their referrers is known.

use serde_json::Value;

use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::referrers::ABSENT_SUBJECT_REFERRERS_SENT;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::EARLY_REFERRER_LISTED;
use crate::catalogue::referrers::EMPTY_REFERRERS_SENT;
use crate::catalogue::referrers::INDEX_REFERRER_TYPE_OMITTED;
use crate::catalogue::referrers::MALFORMED_SUBJECT_DIGEST_REFUSED;
use crate::catalogue::referrers::OTHER_REPOSITORY_REFERRER_OMITTED;
use crate::catalogue::referrers::REFERRER_ANNOTATIONS_KEPT;
use crate::catalogue::referrers::REFERRER_ARTIFACT_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_CONFIG_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_DESCRIPTOR_MATCHED;
use crate::catalogue::referrers::REFERRERS_INDEX_SENT;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers::REFERRERS_TYPE_SENT;
use crate::catalogue::referrers::REPEATED_REFERRER_LISTED_ONCE;
use crate::catalogue::referrers::UNRELATED_MANIFEST_OMITTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::prepared;
use super::referrer::Referrer;
use super::referrer::count;
use super::referrer::has_form;
use super::referrer::in_words;
use super::referrer::names;
use super::referrer::referrers_of;

pub(crate) static SECTION: Section = Section {
    id: "discovery/referrers",
    title: "Listing referrers",
    anchor: "listing-referrers",
    checks: &[
        Check {
            name: "list",
            title: "GET on the referrers of a manifest returns 200 and an image index",
            covers: &[&REFERRERS_SENT, &REFERRERS_INDEX_SENT, &REFERRERS_TYPE_SENT],
            needs: REFERRERS,
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                Referrer::default().push(&trial.repository(), &subject)?;
                let answer = trial.get(&format!("referrers/{}", subject.digest))?;
                answer.proves(&REFERRERS_SENT).status(&[200])?;
                has_form(&answer)?;
                answer
                    .proves(&REFERRERS_TYPE_SENT)
                    .header("Content-Type", media_type::IMAGE_INDEX)?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "none",
            title: "the referrers of a manifest that has none are an image index with an empty array",
            covers: &[&REFERRERS_SENT, &REFERRERS_TYPE_SENT, &EMPTY_REFERRERS_SENT],
            needs: REFERRERS,
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                let answer = trial.get(&format!("referrers/{}", subject.digest))?;
                answer.proves(&REFERRERS_SENT).status(&[200])?;
                is_empty(&answer)?;
                answer
                    .proves(&REFERRERS_TYPE_SENT)
                    .header("Content-Type", media_type::IMAGE_INDEX)?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-subject",
            title: "the referrers of a digest that the repository does not hold are an empty list, not 404",
            covers: &[&ABSENT_SUBJECT_REFERRERS_SENT, &EMPTY_REFERRERS_SENT],
            needs: REFERRERS,
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                trial.pushed_manifest()?;
                let digest = trial.absent_digest(trial.variant().manifests);
                let answer = trial.get(&format!("referrers/{digest}"))?;
                let demand = answer.proves(&ABSENT_SUBJECT_REFERRERS_SENT);
                demand.status(&[200])?;
                is_empty(&answer)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-repository",
            title: "the referrers in a repository that does not exist are an empty list or not found",
            covers: &[&ABSENT_SUBJECT_REFERRERS_SENT, &EMPTY_REFERRERS_SENT],
            needs: &[Feature::Referrers],
            wants: Wants::Fresh,
            run: unknown_repository,
            ..Check::BASE
        },
        Check {
            name: "malformed-digest",
            title: "GET on the referrers of a malformed digest returns 400",
            covers: &[&MALFORMED_SUBJECT_DIGEST_REFUSED],
            needs: REFERRERS,
            run: |trial| {
                trial.pushed_manifest()?;
                let upper = format!("sha256:{}", "Z".repeat(64));
                for digest in ["sha256:bad", "latest", &upper] {
                    let answer = trial.get(&format!("referrers/{digest}"))?;
                    let demand = answer.proves(&MALFORMED_SUBJECT_DIGEST_REFUSED);
                    demand.status(&[400])?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "new",
            title: "a manifest with a subject is listed as soon as it is pushed, by digest or by tag",
            covers: &[&NEW_REFERRER_LISTED],
            needs: REFERRERS,
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: newly_pushed,
            ..Check::BASE
        },
        Check {
            name: "descriptor",
            title: "a referrer's descriptor gives its media type, size and digest",
            covers: &[&REFERRER_DESCRIPTOR_MATCHED],
            needs: REFERRERS,
            axes: &[Axis::Kind],
            run: |trial| {
                let (referrer, descriptor) = listed(trial, &Referrer::of(trial.variant().kind))?;
                let expected = referrer.descriptor();
                let holds = ["mediaType", "size", "digest"]
                    .iter()
                    .all(|key| descriptor[key] == expected[key]);
                let requirement = &REFERRER_DESCRIPTOR_MATCHED;
                trial.judge(
                    requirement,
                    holds,
                    expected.to_string(),
                    descriptor.to_string(),
                )
            },
            ..Check::BASE
        },
        Check {
            name: "artifact-type",
            title: "a referrer's descriptor repeats its artifactType",
            covers: &[&REFERRER_ARTIFACT_TYPE_SENT],
            needs: REFERRERS,
            axes: &[Axis::Kind],
            run: |trial| {
                let artifact_type = "application/vnd.example.signature.v1";
                let referrer = Referrer {
                    artifact_type: Some(artifact_type),
                    ..Referrer::of(trial.variant().kind)
                };
                let (_, descriptor) = listed(trial, &referrer)?;
                let actual = &descriptor["artifactType"];
                trial.judge(
                    &REFERRER_ARTIFACT_TYPE_SENT,
                    actual == artifact_type,
                    format!("the artifactType {artifact_type}"),
                    format!("the artifactType {actual}"),
                )
            },
            ..Check::BASE
        },
        Check {
            name: "config-type",
            title: "the media type of its config stands in for an image manifest's artifactType",
            covers: &[&REFERRER_CONFIG_TYPE_SENT],
            needs: REFERRERS,
            run: |trial| {
                let config_type = "application/vnd.example.config.v1+json";
                let referrer = Referrer {
                    artifact_type: None,
                    config_type,
                    ..Referrer::default()
                };
                let (_, descriptor) = listed(trial, &referrer)?;
                let actual = &descriptor["artifactType"];
                trial.judge(
                    &REFERRER_CONFIG_TYPE_SENT,
                    actual == config_type,
                    format!("the config's media type, {config_type}, as artifactType"),
                    format!("the artifactType {actual}"),
                )
            },
            ..Check::BASE
        },
        Check {
            name: "index-without-type",
            title: "the descriptor of a referring index without an artifactType has none",
            covers: &[&INDEX_REFERRER_TYPE_OMITTED],
            needs: REFERRERS,
            run: |trial| {
                let referrer = Referrer {
                    artifact_type: None,
                    ..Referrer::of(Kind::Index)
                };
                let (_, descriptor) = listed(trial, &referrer)?;
                let actual = descriptor.get("artifactType");
                trial.judge(
                    &INDEX_REFERRER_TYPE_OMITTED,
                    actual.is_none(),
                    "no artifactType",
                    format!("the artifactType {}", actual.unwrap_or(&Value::Null)),
                )
            },
            ..Check::BASE
        },
        Check {
            name: "annotations",
            title: "a referrer's descriptor has its annotations: many, empty ones, any script",
            covers: &[&REFERRER_ANNOTATIONS_KEPT],
            needs: REFERRERS,
            axes: &[Axis::Kind],
            run: annotated,
            ..Check::BASE
        },
        Check {
            name: "others",
            title: "the list holds the referrers of its subject, and neither those of others nor anything else",
            covers: &[&UNRELATED_MANIFEST_OMITTED],
            needs: REFERRERS,
            run: |trial| {
                let repository = trial.repository();
                let (subject, other) = (trial.pushed_manifest()?, trial.pushed_manifest()?);
                let ours = Referrer::default().push(&repository, &subject)?;
                let nested = Referrer::default().push(&repository, &ours)?;
                Referrer::default().push(&repository, &other)?;
                holds_only(trial, &subject, &ours)?;
                holds_only(trial, &ours, &nested)
            },
            ..Check::BASE
        },
        Check {
            name: "repeated",
            title: "a referrer that was pushed twice and tagged twice is listed once",
            covers: &[&REPEATED_REFERRER_LISTED_ONCE],
            needs: REFERRERS,
            axes: &[Axis::Kind],
            run: repeated,
            ..Check::BASE
        },
        Check {
            name: "before-its-subject",
            title: "a referrer that was pushed before its subject is listed, before and after it arrives",
            covers: &[&EARLY_REFERRER_LISTED],
            needs: REFERRERS,
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let subject = trial.manifest()?;
                let referrer = Referrer::default().push(&trial.repository(), &subject)?;
                let is_listed = |when: &str| {
                    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
                    let holds = count(&list, &referrer) > 0;
                    let expected = format!("{} in the list {when}", referrer.digest);
                    trial.judge(&EARLY_REFERRER_LISTED, holds, expected, in_words(&list))
                };
                is_listed("before its subject is pushed")?;
                trial.repository().push_by_digest(&subject)?;
                is_listed("after its subject was pushed")
            },
            ..Check::BASE
        },
        Check {
            name: "other-repository",
            title: "a referrer is listed in its own repository, and not in another that holds the subject",
            covers: &[&OTHER_REPOSITORY_REFERRER_OMITTED],
            needs: REFERRERS,
            run: in_another_repository,
            ..Check::BASE
        },
        Check {
            name: "deleted",
            title: "a deleted referrer leaves the list, the others stay, and after the last of them it is empty",
            covers: &[
                &DELETED_REFERRER_UNLISTED,
                &NEW_REFERRER_LISTED,
                &EMPTY_REFERRERS_SENT,
            ],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            axes: &[Axis::Kind],
            run: deleted,
            ..Check::BASE
        },
    ],
};

/// What a registry needs that is to list referrers.
pub(super) const REFERRERS: &[Feature] = &[Feature::Push, Feature::Referrers];

/// 200 with an empty list, or 404. A registry that knows users may hide what they may not see, be
/// it there or not.
fn unknown_repository(trial: &Trial<'_>) -> Outcome {
    let digest = trial.absent_digest(trial.variant().manifests);
    let answer = trial.get(&format!("referrers/{digest}"))?;
    let hides = matches!(answer.status(), 401 | 403) && trial.world().client.was_challenged();
    if !hides {
        let demand = answer.proves(&ABSENT_SUBJECT_REFERRERS_SENT);
        demand.status(&[200, 404])?;
    }
    if answer.status() == 200 {
        is_empty(&answer)?;
    }
    Ok(())
}

fn newly_pushed(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subject = trial.pushed_manifest()?;
    let by_digest = Referrer::of(trial.variant().kind).push(&repository, &subject)?;
    let by_tag = Referrer::of(trial.variant().kind).build(&repository, &subject)?;
    repository.push_by_tag(&trial.tag(), &by_tag)?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    for (referrer, how) in [(by_digest, "digest"), (by_tag, "tag")] {
        let expected = format!(
            "{}, which was pushed by {how}, in the list",
            referrer.digest
        );
        let holds = count(&list, &referrer) > 0;
        trial.judge(&NEW_REFERRER_LISTED, holds, expected, in_words(&list))?;
    }
    Ok(())
}

fn annotated(trial: &Trial<'_>) -> Outcome {
    let more = (0..40).map(|n| (format!("org.example.plimsoll.{n}"), format!("value {n}")));
    let referrer = Referrer {
        annotations: more.collect(),
        ..Referrer::of(trial.variant().kind)
    };
    let (referrer, descriptor) = listed(trial, &referrer)?;
    let kept = &descriptor["annotations"];
    let manifest = referrer.json();
    let wanted = manifest["annotations"].as_object();
    let lost: Vec<_> = wanted
        .into_iter()
        .flatten()
        .filter(|(key, value)| kept.get(key) != Some(value))
        .map(|(key, value)| format!("{key}: {value} became {}", kept[key.as_str()]))
        .collect();
    let expected = "the annotations of the manifest in its descriptor";
    trial.judge(
        &REFERRER_ANNOTATIONS_KEPT,
        lost.is_empty(),
        expected,
        lost.join(", "),
    )
}

fn holds_only(trial: &Trial<'_>, subject: &ManifestDoc, referrer: &ManifestDoc) -> Outcome {
    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
    let strangers: Vec<_> = list
        .into_iter()
        .filter(|descriptor| descriptor["digest"] != referrer.digest.to_string())
        .collect();
    let expected = format!("only {} as referrer of {}", referrer.digest, subject.digest);
    let actual = format!("also {}", in_words(&strangers));
    trial.judge(
        &UNRELATED_MANIFEST_OMITTED,
        strangers.is_empty(),
        expected,
        actual,
    )
}

fn repeated(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subject = trial.pushed_manifest()?;
    let referrer = Referrer::of(trial.variant().kind).push(&repository, &subject)?;
    repository.push_by_digest(&referrer)?;
    repository.push_by_tag(&trial.tag(), &referrer)?;
    repository.push_by_tag(&trial.tag(), &referrer)?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    let expected = format!("{} once", referrer.digest);
    let holds = count(&list, &referrer) == 1;
    trial.judge(
        &REPEATED_REFERRER_LISTED_ONCE,
        holds,
        expected,
        in_words(&list),
    )
}

fn in_another_repository(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let image = here.new_image()?;
    there.push_parts(&image)?;
    here.push_by_digest(&image.manifest)?;
    there.push_by_digest(&image.manifest)?;
    let referrer = Referrer::default().push(&there, &image.manifest)?;
    let list = prepared(referrers_of(&there, &image.manifest.digest))?;
    prepared(is_listed(trial, &list, &referrer))?;
    let list = prepared(referrers_of(&here, &image.manifest.digest))?;
    let expected = format!(
        "no {} in {}, as it is in {}",
        referrer.digest,
        here.name(),
        there.name()
    );
    let holds = count(&list, &referrer) == 0;
    trial.judge(
        &OTHER_REPOSITORY_REFERRER_OMITTED,
        holds,
        expected,
        in_words(&list),
    )
}

fn deleted(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subject = trial.pushed_manifest()?;
    let goes = Referrer::of(trial.variant().kind).push(&repository, &subject)?;
    let stays = Referrer::of(trial.variant().kind).push(&repository, &subject)?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    prepared(is_listed(trial, &list, &goes))?;
    delete(trial, &goes)?;
    let list = trial.eventually(|| {
        let list = prepared(referrers_of(&repository, &subject.digest))?;
        let expected = format!("no {}", goes.digest);
        let holds = count(&list, &goes) == 0;
        trial.judge(&DELETED_REFERRER_UNLISTED, holds, expected, in_words(&list))?;
        Ok(list)
    })?;
    is_listed(trial, &list, &stays)?;
    delete(trial, &stays)?;
    trial.eventually(|| {
        let answer = trial.get(&format!("referrers/{}", subject.digest))?;
        answer.proves(&EMPTY_REFERRERS_SENT).status(&[200])?;
        is_empty(&answer)
    })
}

fn delete(trial: &Trial<'_>, manifest: &ManifestDoc) -> Outcome {
    let answer = trial.delete(&format!("manifests/{}", manifest.digest))?;
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    Ok(())
}

/// Pushes a referrer of a new subject, and finds its descriptor in the list.
fn listed(trial: &Trial<'_>, referrer: &Referrer) -> Result<(ManifestDoc, Value), Stop> {
    let repository = trial.repository();
    let subject = repository.new_manifest(Kind::Image)?;
    repository.push_by_digest(&subject)?;
    let referrer = referrer.push(&repository, &subject)?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    prepared(is_listed(trial, &list, &referrer))?;
    let found = list.into_iter().find(|it| names(it, &referrer));
    Ok((referrer, found.unwrap_or_default()))
}

pub(super) fn is_listed(trial: &Trial<'_>, list: &[Value], referrer: &ManifestDoc) -> Outcome {
    let expected = format!("{} in the list", referrer.digest);
    let holds = count(list, referrer) > 0;
    trial.judge(&NEW_REFERRER_LISTED, holds, expected, in_words(list))
}

/// The list is there, and empty.
fn is_empty(answer: &Answer<'_>) -> Outcome {
    let expected = "an image index with an empty array of manifests";
    answer
        .proves(&EMPTY_REFERRERS_SENT)
        .json(expected, |index| {
            index["manifests"].as_array().is_some_and(Vec::is_empty)
        })?;
    Ok(())
}

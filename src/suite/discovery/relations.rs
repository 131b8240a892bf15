//! Referrers in relations that are not the ordinary one: of either kind, in chains, moved, many.
//!
//! Subjects are new in every trial, so the whole list of their referrers is known.

use serde_json::Value;

use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::referrers::ABSENT_SUBJECT_REFERRERS_SENT;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::FILTERED_REFERRERS_MATCHED;
use crate::catalogue::referrers::INDEX_REFERRER_TYPE_OMITTED;
use crate::catalogue::referrers::OTHER_REPOSITORY_REFERRER_OMITTED;
use crate::catalogue::referrers::REFERRER_ANNOTATIONS_KEPT;
use crate::catalogue::referrers::REFERRER_ARTIFACT_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_CONFIG_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_DESCRIPTOR_MATCHED;
use crate::catalogue::referrers::REFERRERS_INDEX_SENT;
use crate::catalogue::referrers::REFERRERS_PAGE_LINK_FOLLOWED;
use crate::catalogue::referrers::REFERRERS_PAGES_COMPLETE;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers::UNRELATED_MANIFEST_OMITTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Annotations;
use crate::trial::content::Artifact;
use crate::trial::content::ImageParts;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::follow;
use super::prepared;
use super::referrer::Referrer;
use super::referrer::count;
use super::referrer::descriptors_in;
use super::referrer::has_form;
use super::referrer::in_words;
use super::referrer::names;
use super::referrer::referrers_of;
use super::referrers::REFERRERS;

pub(crate) static SECTION: Section = Section {
    id: "discovery/relations",
    title: "Referrers of every kind",
    anchor: "listing-referrers",
    checks: &[
        Check {
            name: "of-the-other-kind",
            title: "An image that refers to an index and an index that refers to an image are listed",
            axes: &[Axis::Kind],
            run: |trial| {
                let other = match trial.variant().kind {
                    Kind::Image => Kind::Index,
                    Kind::Index => Kind::Image,
                };
                let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
                let referrer = Referrer::of(other).push(&repository, &subject)?;
                is_only(trial, &subject, &referrer)
            },
            ..LISTED
        },
        Check {
            name: "chain",
            title: "In a chain of four manifests, each is listed for the one that it refers to, and for no other",
            run: chain,
            ..LISTED
        },
        Check {
            name: "two-subjects",
            title: "Referrers of two subjects that are pushed in turns are listed each for its own",
            run: two_subjects,
            ..LISTED
        },
        Check {
            name: "subject-arrives-by-tag",
            title: "A referrer of a subject that is pushed by tag afterwards is listed",
            run: |trial| {
                let (repository, subject) = (trial.repository(), trial.manifest()?);
                let referrer = Referrer::default().push(&repository, &subject)?;
                repository.push_by_tag(&trial.tag(), &subject)?;
                is_only(trial, &subject, &referrer)
            },
            ..LISTED
        },
        Check {
            name: "tag-moved-away",
            title: "A referrer whose tag has moved to another manifest is still listed",
            covers: &[&NEW_REFERRER_LISTED],
            run: |trial| {
                let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
                let referrer = Referrer::default().build(&repository, &subject)?;
                let tag = trial.tag();
                repository.push_by_tag(&tag, &referrer)?;
                repository.push_by_tag(&tag, &trial.manifest()?)?;
                let list = prepared(referrers_of(&repository, &subject.digest))?;
                is_listed(trial, &list, &referrer)
            },
            ..LISTED
        },
        Check {
            name: "resolved",
            title: "What each descriptor in a list names can be pulled, with that size, digest and media type",
            covers: &[&REFERRER_DESCRIPTOR_MATCHED],
            run: resolved,
            ..LISTED
        },
        Check {
            name: "deleted-subject",
            title: "The referrers of a subject that was deleted are a list that holds them or does not, and not 404",
            covers: &[&ABSENT_SUBJECT_REFERRERS_SENT, &REFERRERS_INDEX_SENT],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            axes: &[Axis::ManifestAlgorithm],
            run: deleted_subject,
            ..Check::BASE
        },
        Check {
            name: "deleted-elsewhere",
            title: "A referrer that was deleted in one repository is still listed in the other, and only there",
            covers: &[
                &DELETED_REFERRER_UNLISTED,
                &NEW_REFERRER_LISTED,
                &OTHER_REPOSITORY_REFERRER_OMITTED,
            ],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            run: deleted_elsewhere,
            ..Check::BASE
        },
        Check {
            name: "empty-artifact-type",
            title: "The media type of its config stands in for an artifactType that is empty, where that is taken",
            covers: &[&REFERRER_CONFIG_TYPE_SENT],
            run: |trial| {
                let config_type = "application/vnd.example.config.v1+json";
                let referrer = Referrer {
                    artifact_type: Some(""),
                    config_type,
                    ..Referrer::default()
                };
                let descriptor = descriptor_of(trial, &referrer)?;
                let actual = &descriptor["artifactType"];
                trial.judge(
                    &REFERRER_CONFIG_TYPE_SENT,
                    actual == config_type,
                    format!("the config's media type, {config_type}, as artifactType"),
                    format!("the artifactType {actual}"),
                )
            },
            ..LISTED
        },
        Check {
            name: "index-with-empty-artifact-type",
            title: "The descriptor of an index whose artifactType is empty, where that is taken, has none",
            covers: &[&INDEX_REFERRER_TYPE_OMITTED],
            run: |trial| {
                let referrer = Referrer {
                    artifact_type: Some(""),
                    ..Referrer::of(Kind::Index)
                };
                let descriptor = descriptor_of(trial, &referrer)?;
                let actual = descriptor.get("artifactType");
                trial.judge(
                    &INDEX_REFERRER_TYPE_OMITTED,
                    actual.is_none(),
                    "no artifactType",
                    format!("the artifactType {}", actual.unwrap_or(&Value::Null)),
                )
            },
            ..LISTED
        },
        Check {
            name: "odd-annotations",
            title: "Annotations with quotes, line breaks, markup, long and many values are in the descriptor as they are",
            covers: &[&REFERRER_ANNOTATIONS_KEPT],
            axes: &[Axis::Kind],
            run: odd_annotations,
            ..LISTED
        },
        Check {
            name: "no-annotations",
            title: "The descriptor of a referrer without annotations has none",
            covers: &[&REFERRER_ANNOTATIONS_KEPT],
            run: no_annotations,
            ..LISTED
        },
        Check {
            name: "filtered-after-delete",
            title: "A referrer that was deleted leaves the filtered list as well, and the others stay in it",
            covers: &[&DELETED_REFERRER_UNLISTED, &FILTERED_REFERRERS_MATCHED],
            needs: &[
                Feature::Push,
                Feature::Referrers,
                Feature::ReferrersFilter,
                Feature::ManifestDelete,
            ],
            run: filtered_after_delete,
            ..Check::BASE
        },
        Check {
            name: "sixty",
            title: "Sixty referrers of one subject are all listed, once each and with the right descriptors",
            covers: &[
                &REFERRERS_PAGES_COMPLETE,
                &REFERRER_DESCRIPTOR_MATCHED,
                &REFERRER_ARTIFACT_TYPE_SENT,
                &REFERRER_ANNOTATIONS_KEPT,
            ],
            run: sixty,
            ..LISTED
        },
        Check {
            name: "ten-of-thirty",
            title: "A filter leaves exactly the ten of thirty referrers that are of its type",
            covers: &[&FILTERED_REFERRERS_MATCHED],
            needs: &[Feature::Push, Feature::Referrers, Feature::ReferrersFilter],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                let pushed = push_many(trial, &subject, 30)?;
                let of_type = |it: &&ManifestDoc| it.json()["artifactType"] == TYPES[0];
                let wanted: Vec<_> = pushed.iter().filter(of_type).collect();
                let list = filtered(&trial.repository(), &subject, TYPES[0])?;
                let holds =
                    list.len() == wanted.len() && wanted.iter().all(|it| count(&list, it) == 1);
                let expected = format!("exactly the {} of type {}", wanted.len(), TYPES[0]);
                let row = &FILTERED_REFERRERS_MATCHED;
                trial.judge(row, holds, expected, in_words(&list))
            },
            ..Check::BASE
        },
    ],
};

const LISTED: Check = Check {
    covers: &[&NEW_REFERRER_LISTED, &UNRELATED_MANIFEST_OMITTED],
    needs: REFERRERS,
    ..Check::BASE
};

fn is_listed(trial: &Trial<'_>, list: &[Value], referrer: &ManifestDoc) -> Outcome {
    let expected = format!("{} in the list", referrer.digest);
    let holds = count(list, referrer) > 0;
    trial.judge(&NEW_REFERRER_LISTED, holds, expected, in_words(list))
}

/// Demands that the list of a subject has this referrer, and no other.
fn is_only(trial: &Trial<'_>, subject: &ManifestDoc, referrer: &ManifestDoc) -> Outcome {
    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
    is_listed(trial, &list, referrer)?;
    let expected = format!("only {} as referrer of {}", referrer.digest, subject.digest);
    let holds = list.iter().all(|it| names(it, referrer));
    trial.judge(
        &UNRELATED_MANIFEST_OMITTED,
        holds,
        expected,
        in_words(&list),
    )
}

fn chain(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut links = vec![trial.pushed_manifest()?];
    for kind in [Kind::Image, Kind::Index, Kind::Image] {
        let referrer = Referrer::of(kind).push(&repository, &links[links.len() - 1])?;
        links.push(referrer);
    }
    links
        .windows(2)
        .try_for_each(|pair| is_only(trial, &pair[0], &pair[1]))
}

fn two_subjects(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subjects = [trial.pushed_manifest()?, trial.pushed_manifest()?];
    let mut referrers = [Vec::new(), Vec::new()];
    for _ in 0..2 {
        for (subject, list) in subjects.iter().zip(&mut referrers) {
            list.push(Referrer::default().push(&repository, subject)?);
        }
    }
    for (subject, own) in subjects.iter().zip(&referrers) {
        let list = prepared(referrers_of(&repository, &subject.digest))?;
        own.iter().try_for_each(|it| is_listed(trial, &list, it))?;
        let holds = list.iter().all(|it| own.iter().any(|own| names(it, own)));
        let expected = format!("only referrers of {}", subject.digest);
        let row = &UNRELATED_MANIFEST_OMITTED;
        trial.judge(row, holds, expected, in_words(&list))?;
    }
    Ok(())
}

fn resolved(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    for kind in [Kind::Image, Kind::Index] {
        Referrer::of(kind).push(&repository, &subject)?;
        let tagged = Referrer::of(kind).build(&repository, &subject)?;
        repository.push_by_tag(&trial.tag(), &tagged)?;
    }
    let row = &REFERRER_DESCRIPTOR_MATCHED;
    for descriptor in prepared(referrers_of(&repository, &subject.digest))? {
        let digest = descriptor["digest"].as_str().unwrap_or_default();
        let pulled = repository.get(&format!("manifests/{digest}"))?;
        let demand = pulled.proves(row).status(&[200])?;
        let size = pulled.bytes().len();
        let media_type = pulled.header("content-type").unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        demand.that(
            descriptor["size"] == size && descriptor["mediaType"] == essence,
            &format!("a size of {size} and the media type {media_type} in the descriptor"),
            &descriptor.to_string(),
        )?;
    }
    Ok(())
}

fn deleted_subject(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    Referrer::default().push(&repository, &subject)?;
    let answer = trial.delete(&format!("manifests/{}", subject.digest))?;
    // One that others refer to may be kept from deletion.
    if answer.is_client_error() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    let list = repository.get(&format!("referrers/{}", subject.digest))?;
    let demand = list.proves(&ABSENT_SUBJECT_REFERRERS_SENT);
    demand.status(&[200])?;
    has_form(&list)
}

fn deleted_elsewhere(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let image = here.new_image()?;
    there.push_parts(&image)?;
    let subject = &image.manifest;
    // An index that names nothing has no parts that would have to be in both.
    let referrer = Referrer::of(Kind::Index).build(&here, subject)?;
    for repository in [&here, &there] {
        repository.push_by_digest(subject)?;
        repository.push_by_digest(&referrer)?;
    }
    let answer = trial.delete(&format!("manifests/{}", referrer.digest))?;
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    trial.eventually(|| {
        let list = prepared(referrers_of(&here, &subject.digest))?;
        let expected = format!("no {}", referrer.digest);
        let holds = count(&list, &referrer) == 0;
        trial.judge(&DELETED_REFERRER_UNLISTED, holds, expected, in_words(&list))
    })?;
    let list = prepared(referrers_of(&there, &subject.digest))?;
    is_listed(trial, &list, &referrer)?;
    let later = Referrer::of(Kind::Index).push(&there, subject)?;
    let list = prepared(referrers_of(&here, &subject.digest))?;
    let (holds, row) = (
        count(&list, &later) == 0,
        &OTHER_REPOSITORY_REFERRER_OMITTED,
    );
    let expected = format!("no {}, which is in {}", later.digest, there.name());
    trial.judge(row, holds, expected, in_words(&list))
}

/// Pushes a referrer of a new subject that a registry may refuse, and finds its descriptor.
fn descriptor_of(trial: &Trial<'_>, referrer: &Referrer) -> Result<Value, Stop> {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let referrer = referrer.build(&repository, &subject)?;
    let answer = repository.put_manifest(&referrer.digest, &referrer)?;
    if answer.is_client_error() {
        let reason = format!("such a manifest is not taken: {}", answer.summary());
        return Err(Stop::Skipped(reason));
    }
    answer
        .prepares(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    prepared(is_listed(trial, &list, &referrer))?;
    let found = list.into_iter().find(|it| names(it, &referrer));
    Ok(found.unwrap_or_default())
}

fn odd_annotations(trial: &Trial<'_>) -> Outcome {
    let odd = [
        ("org.example.quotes", r#"a "quoted" \ 'word'"#.to_owned()),
        (
            "org.example.lines",
            "one\ntwo\r\n\tthree\u{1b}\u{7f}".to_owned(),
        ),
        ("org.example.markup", "<b>&amp;</b>\u{2028}".to_owned()),
        ("org.example.json", r#"{"a": [1, null]}"#.to_owned()),
        ("org.example.number", "007".to_owned()),
        ("org.example.long", "x".repeat(4096)),
        ("org.example.spaces", "  ".to_owned()),
        ("org.example.Case", "1".to_owned()),
        ("org.example.case", "2".to_owned()),
        ("schlüssel/世界", "🚢".to_owned()),
    ];
    let odd = odd.map(|(key, value)| (key.to_owned(), value));
    let many = (0..100).map(|n| (format!("org.example.many.{n}"), String::new()));
    let referrer = Referrer {
        annotations: odd.into_iter().chain(many).collect(),
        ..Referrer::of(trial.variant().kind)
    };
    let kept = descriptor_of(trial, &referrer)?["annotations"].clone();
    let differs = |(key, value): &(&String, &String)| kept[key.as_str()] != **value;
    let lost = referrer.annotations.iter().find(differs);
    let actual = lost.map(|(key, value)| format!("{key}: {value:?} became {}", kept[key.as_str()]));
    trial.judge(
        &REFERRER_ANNOTATIONS_KEPT,
        lost.is_none(),
        "the annotations of the manifest in its descriptor",
        actual.unwrap_or_default(),
    )
}

fn no_annotations(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let parts = Artifact::parts(&mut trial.stream(), Algorithm::Sha256, &subject);
    let bare = ImageParts {
        annotations: Annotations::new(),
        ..parts
    };
    let artifact = bare.assemble(Algorithm::Sha256);
    repository.push_parts(&artifact)?;
    repository.push_by_digest(&artifact.manifest)?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    prepared(is_listed(trial, &list, &artifact.manifest))?;
    let found = list.iter().find(|it| names(it, &artifact.manifest));
    let kept = found.and_then(|it| it.get("annotations"));
    // Nothing, an empty map and null say the same.
    let holds =
        kept.is_none_or(|it| it.is_null() || it.as_object().is_some_and(|it| it.is_empty()));
    trial.judge(
        &REFERRER_ANNOTATIONS_KEPT,
        holds,
        "no annotations in the descriptor",
        format!("{}", kept.unwrap_or(&Value::Null)),
    )
}

/// The types of many referrers, in turn. One of them begins with another.
const TYPES: [&str; 3] = [
    "application/vnd.example.one.v1",
    "application/vnd.example.two.v1+json",
    "application/vnd.example.one.v1+json",
];

/// Pushes so many referrers with parts in common, so that each takes one request.
fn push_many(
    trial: &Trial<'_>,
    subject: &ManifestDoc,
    count: usize,
) -> Result<Vec<ManifestDoc>, Stop> {
    let repository = trial.repository();
    let parts = Artifact::parts(&mut trial.stream(), Algorithm::Sha256, subject);
    repository.push_parts(&parts.clone().assemble(Algorithm::Sha256))?;
    let build = |number: usize| {
        let mut parts = parts.clone();
        parts.artifact_type = Some(TYPES[number % TYPES.len()].to_owned());
        let number = ("org.example.number".to_owned(), number.to_string());
        parts.annotations = [number].into();
        parts.assemble(Algorithm::Sha256).manifest
    };
    let referrers: Vec<_> = (0..count).map(build).collect();
    for referrer in &referrers {
        repository.push_by_digest(referrer)?;
    }
    Ok(referrers)
}

fn sixty(trial: &Trial<'_>) -> Outcome {
    let subject = trial.pushed_manifest()?;
    let pushed = push_many(trial, &subject, 60)?;
    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
    let holds = list.len() == pushed.len() && pushed.iter().all(|it| count(&list, it) == 1);
    let expected = "each of the 60 referrers once, over all pages";
    let actual = format!("{} descriptors: {}", list.len(), in_words(&list));
    trial.judge(&REFERRERS_PAGES_COMPLETE, holds, expected, actual)?;
    for referrer in &pushed {
        let found = list.iter().find(|it| names(it, referrer));
        fits(trial, found.unwrap_or(&Value::Null), referrer)?;
    }
    Ok(())
}

fn fits(trial: &Trial<'_>, found: &Value, referrer: &ManifestDoc) -> Outcome {
    let own = referrer.referrer_descriptor();
    for (row, keys) in [
        (&REFERRER_DESCRIPTOR_MATCHED, &["mediaType", "size"][..]),
        (&REFERRER_ARTIFACT_TYPE_SENT, &["artifactType"]),
        (&REFERRER_ANNOTATIONS_KEPT, &["annotations"]),
    ] {
        let holds = keys.iter().all(|key| found[key] == own[key]);
        trial.judge(row, holds, own.to_string(), found.to_string())?;
    }
    Ok(())
}

/// The referrers of one type, over all pages.
fn filtered(
    repository: &Repository<'_>,
    subject: &ManifestDoc,
    artifact_type: &str,
) -> Result<Vec<Value>, Stop> {
    let query = artifact_type.replace('/', "%2F").replace('+', "%2B");
    let rest = format!("referrers/{}?artifactType={query}", subject.digest);
    let link = &REFERRERS_PAGE_LINK_FOLLOWED;
    let pages = follow(repository, &rest, link, |answer| {
        answer.proves(&REFERRERS_SENT).status(&[200])?;
        has_form(answer)?;
        Ok(descriptors_in(answer))
    });
    Ok(prepared(pages)?.concat())
}

fn filtered_after_delete(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let goes = Referrer::default().push(&repository, &subject)?;
    let stays = Referrer::of(Kind::Index).push(&repository, &subject)?;
    // What is kept of the answer has to go as well.
    filtered(&repository, &subject, Artifact::TYPE)?;
    let answer = trial.delete(&format!("manifests/{}", goes.digest))?;
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    let list = trial.eventually(|| {
        let list = filtered(&repository, &subject, Artifact::TYPE)?;
        let expected = format!("no {}, which was deleted", goes.digest);
        let holds = count(&list, &goes) == 0;
        trial.judge(&DELETED_REFERRER_UNLISTED, holds, expected, in_words(&list))?;
        Ok(list)
    })?;
    let expected = format!("still {}", stays.digest);
    let holds = count(&list, &stays) == 1;
    trial.judge(
        &FILTERED_REFERRERS_MATCHED,
        holds,
        expected,
        in_words(&list),
    )
}

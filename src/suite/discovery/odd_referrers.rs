//! Referrers whose descriptors are not easy to make: odd types and odd annotations.

use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::referrers::INDEX_REFERRER_TYPE_OMITTED;
use crate::catalogue::referrers::REFERRER_ANNOTATIONS_KEPT;
use crate::catalogue::referrers::REFERRER_CONFIG_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_DESCRIPTOR_MATCHED;
use crate::catalogue::referrers::UNRELATED_MANIFEST_OMITTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::check::Check;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::Annotations;
use crate::trial::content::Artifact;
use crate::trial::content::ImageParts;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;
use serde_json::Value;
use serde_json::json;

use super::prepared;
use super::referrer::Referrer;
use super::referrer::names;
use super::referrer::referrers_of;
use super::referrers::REFERRERS;
use super::referrers::is_listed;

pub(crate) static SECTION: Section = Section {
    id: "discovery/odd-referrers",
    title: "Descriptors of odd referrers",
    anchor: "listing-referrers",
    checks: &[
        Check {
            name: "resolved",
            title: "What each descriptor in a list names can be pulled, with that size, digest and media type",
            covers: &[&REFERRER_DESCRIPTOR_MATCHED],
            run: resolved,
            ..LISTED
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
            title: "The descriptor of a referrer without annotations has none, whatever its parts have",
            covers: &[&REFERRER_ANNOTATIONS_KEPT],
            run: no_annotations,
            ..LISTED
        },
    ],
};

const LISTED: Check = Check {
    covers: &[&NEW_REFERRER_LISTED, &UNRELATED_MANIFEST_OMITTED],
    needs: REFERRERS,
    ..Check::BASE
};

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
    let mut manifest = artifact.manifest.json();
    // What is said of its parts is not said of the manifest.
    for part in ["/config", "/layers/0", "/subject"] {
        if let Some(descriptor) = manifest.pointer_mut(part) {
            descriptor["annotations"] = json!({"org.example.part": part});
        }
    }
    let manifest = ManifestDoc::from_json(&manifest, Algorithm::Sha256);
    repository.push_by_digest(&manifest)?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    prepared(is_listed(trial, &list, &manifest))?;
    let found = list.iter().find(|it| names(it, &manifest));
    let kept = found.and_then(|it| it.get("annotations"));
    // Nothing, an empty map and null say the same.
    let holds =
        kept.is_none_or(|it| it.is_null() || it.as_object().is_some_and(serde_json::Map::is_empty));
    trial.judge(
        &REFERRER_ANNOTATIONS_KEPT,
        holds,
        "no annotations in the descriptor",
        format!("{}", kept.unwrap_or(&Value::Null)),
    )
}

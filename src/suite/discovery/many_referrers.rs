//! Many referrers of one subject, and the filter over them.

use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::FILTERED_REFERRERS_MATCHED;
use crate::catalogue::referrers::REFERRER_ANNOTATIONS_KEPT;
use crate::catalogue::referrers::REFERRER_ARTIFACT_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_DESCRIPTOR_MATCHED;
use crate::catalogue::referrers::REFERRERS_PAGE_LINK_FOLLOWED;
use crate::catalogue::referrers::REFERRERS_PAGES_COMPLETE;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers::UNRELATED_MANIFEST_OMITTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Artifact;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;
use serde_json::Value;

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
    id: "discovery/many-referrers",
    title: "Many referrers",
    anchor: "listing-referrers",
    checks: &[
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

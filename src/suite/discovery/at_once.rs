//! Lists, while what they name is pushed by several clients at the same time.

use serde_json::Value;

use crate::catalogue::referrers::REFERRER_DESCRIPTOR_MATCHED;
use crate::catalogue::referrers::REFERRERS_INDEX_SENT;
use crate::catalogue::referrers::REFERRERS_PAGE_LINK_FOLLOWED;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers::REPEATED_REFERRER_LISTED_ONCE;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::tag_list::TAG_LIST_WELL_FORMED;
use crate::catalogue::tag_list::TAG_PAGE_LINK_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::oci::Tag;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::threads::at_once;
use super::super::threads::meanwhile;
use super::prepared;
use super::referrer::Referrer;
use super::referrer::count;
use super::referrer::in_words;
use super::referrer::names;
use super::referrer::referrers_of;
use super::referrers::REFERRERS;
use super::tags::all_tags;
use super::tags::are_once;
use super::tags::quoted;

pub(crate) static SECTION: Section = Section {
    id: "discovery/at-once",
    title: "Lists of what is pushed at the same time",
    anchor: "content-discovery",
    checks: &[
        Check {
            name: "tags",
            title: "Six tags that are pushed at once for one manifest are all listed, once each",
            run: |trial| {
                let manifest = trial.manifest()?;
                let tags = some_tags(trial);
                at_once(&tags, |tag| trial.repository().push_by_tag(tag, &manifest))?;
                lists_all(trial, &tags)
            },
            ..OF_TAGS
        },
        Check {
            name: "tags-of-different-manifests",
            title: "Six tags that are pushed at once for a manifest each are all listed, once each",
            run: |trial| {
                let repository = trial.repository();
                let manifests = (0..6).map(|_| repository.new_manifest(Kind::Image));
                let manifests = manifests.collect::<Result<Vec<_>, _>>()?;
                let tags = some_tags(trial);
                at_once(tags.iter().zip(&manifests), |(tag, manifest)| {
                    repository.push_by_tag(tag, manifest)
                })?;
                lists_all(trial, &tags)
            },
            ..OF_TAGS
        },
        Check {
            name: "same-tag",
            title: "A tag under which four manifests are pushed at once is listed once",
            run: |trial| {
                let repository = trial.repository();
                let manifests = (0..4).map(|_| repository.new_manifest(Kind::Image));
                let manifests = manifests.collect::<Result<Vec<_>, _>>()?;
                let tag = trial.tag();
                at_once(&manifests, |manifest| {
                    repository.push_by_tag(&tag, manifest)
                })?;
                lists_all(trial, &[tag])
            },
            ..OF_TAGS
        },
        Check {
            name: "tags-listed-meanwhile",
            title: "Who lists tags while others are pushed always finds those from before, once each",
            covers: &[
                &TAG_LIST_COMPLETE,
                &TAG_LIST_SENT,
                &TAG_LIST_WELL_FORMED,
                &TAG_PAGE_LINK_FOLLOWED,
            ],
            run: tags_listed_meanwhile,
            ..OF_TAGS
        },
        Check {
            name: "referrers",
            title: "Six referrers of one subject that are pushed at once are all listed, once each",
            covers: &[
                &NEW_REFERRER_LISTED,
                &REPEATED_REFERRER_LISTED_ONCE,
                &REFERRER_DESCRIPTOR_MATCHED,
            ],
            needs: REFERRERS,
            run: |trial| pushed_at_once(trial, &trial.pushed_manifest()?),
            ..Check::BASE
        },
        Check {
            name: "referrers-before-their-subject",
            title: "Six referrers that are pushed at once before their subject are all listed, once each",
            covers: &[
                &NEW_REFERRER_LISTED,
                &REPEATED_REFERRER_LISTED_ONCE,
                &REFERRER_DESCRIPTOR_MATCHED,
            ],
            needs: REFERRERS,
            run: |trial| {
                let subject = trial.manifest()?;
                pushed_at_once(trial, &subject)
            },
            ..Check::BASE
        },
        Check {
            name: "same-referrer",
            title: "A referrer that four clients push at once is listed once",
            covers: &[&NEW_REFERRER_LISTED, &REPEATED_REFERRER_LISTED_ONCE],
            needs: REFERRERS,
            run: |trial| {
                let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
                let referrer = Referrer::default().build(&repository, &subject)?;
                at_once(0..4, |_| repository.push_by_digest(&referrer))?;
                let list = prepared(referrers_of(&repository, &subject.digest))?;
                is_once(trial, &list, &referrer)
            },
            ..Check::BASE
        },
        Check {
            name: "referrers-listed-meanwhile",
            title: "Who lists referrers while others are pushed always finds those from before",
            covers: &[
                &NEW_REFERRER_LISTED,
                &REFERRERS_SENT,
                &REFERRERS_INDEX_SENT,
                &REFERRERS_PAGE_LINK_FOLLOWED,
            ],
            needs: REFERRERS,
            run: referrers_listed_meanwhile,
            ..Check::BASE
        },
    ],
};

const OF_TAGS: Check = Check {
    covers: &[&TAG_LIST_COMPLETE],
    needs: &[Feature::Push],
    wants: Wants::Quiet,
    ..Check::BASE
};

/// How often somebody looks while something else goes on.
const LOOKS: usize = 12;

fn some_tags(trial: &Trial<'_>) -> Vec<Tag> {
    (0..6).map(|_| trial.tag()).collect()
}

fn lists_all(trial: &Trial<'_>, tags: &[Tag]) -> Outcome {
    let ours: Vec<_> = tags.iter().map(ToString::to_string).collect();
    let list = prepared(all_tags(&trial.repository()))?;
    has_each_once(trial, &ours, &list)
}

fn has_each_once(trial: &Trial<'_>, ours: &[String], list: &[String]) -> Outcome {
    let expected = format!("each of {} once", quoted(ours));
    let holds = are_once(ours, list);
    trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(list))
}

fn tags_listed_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (repository, manifest) = (trial.repository(), trial.manifest()?);
    let (before, new) = (some_tags(trial), some_tags(trial));
    for tag in &before {
        repository.push_by_tag(tag, &manifest)?;
    }
    let before: Vec<_> = before.iter().map(ToString::to_string).collect();
    meanwhile(
        || {
            new.iter()
                .try_for_each(|tag| repository.push_by_tag(tag, &manifest))
        },
        LOOKS,
        |_| has_each_once(trial, &before, &all_tags(&repository)?),
    )?;
    lists_all(trial, &new)
}

/// Referrers of a subject that are not pushed yet, whose parts are.
fn some_referrers(trial: &Trial<'_>, subject: &ManifestDoc) -> Result<Vec<ManifestDoc>, Stop> {
    let kinds = [Kind::Image, Kind::Index].into_iter().cycle().take(6);
    kinds
        .map(|kind| Referrer::of(kind).build(&trial.repository(), subject))
        .collect()
}

fn pushed_at_once(trial: &Trial<'_>, subject: &ManifestDoc) -> Outcome {
    let repository = trial.repository();
    let referrers = some_referrers(trial, subject)?;
    at_once(&referrers, |referrer| repository.push_by_digest(referrer))?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    for referrer in &referrers {
        is_once(trial, &list, referrer)?;
        let found = list.iter().find(|it| names(it, referrer));
        let (found, expected) = (found.cloned().unwrap_or_default(), referrer.descriptor());
        let holds = ["mediaType", "size"]
            .iter()
            .all(|key| found[key] == expected[key]);
        let row = &REFERRER_DESCRIPTOR_MATCHED;
        trial.judge(row, holds, expected.to_string(), found.to_string())?;
    }
    Ok(())
}

fn is_once(trial: &Trial<'_>, list: &[Value], referrer: &ManifestDoc) -> Outcome {
    let (times, actual) = (count(list, referrer), in_words(list));
    let expected = format!("{} in the list", referrer.digest);
    trial.judge(&NEW_REFERRER_LISTED, times > 0, expected, &actual)?;
    let expected = format!("{} once", referrer.digest);
    let row = &REPEATED_REFERRER_LISTED_ONCE;
    trial.judge(row, times == 1, expected, actual)
}

fn referrers_listed_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let before = Referrer::default().push(&repository, &subject)?;
    let new = some_referrers(trial, &subject)?;
    meanwhile(
        || {
            new.iter()
                .try_for_each(|referrer| repository.push_by_digest(referrer))
        },
        LOOKS,
        |_| {
            let list = referrers_of(&repository, &subject.digest)?;
            let expected = format!("{} in the list", before.digest);
            let holds = count(&list, &before) > 0;
            trial.judge(&NEW_REFERRER_LISTED, holds, expected, in_words(&list))
        },
    )?;
    let list = prepared(referrers_of(&repository, &subject.digest))?;
    new.iter()
        .try_for_each(|referrer| is_once(trial, &list, referrer))
}

//! What the specification allows of lists.

use std::collections::BTreeSet;

use serde_json::Value;

use super::After;
use super::Broken;
use super::Nature;
use super::Turn;
use super::World;
use super::world::Held;
use super::world::Points;
use crate::catalogue::Requirement;
use crate::catalogue::referrers as referrers_rows;
use crate::catalogue::tag_list;
use crate::check::Feature;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Text;

/// The list of tags.
pub(super) fn tags(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Tags {
        repository,
        n,
        last,
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    let known = KnownTags::of(world, *repository);
    let same = || Ok(vec![world.clone()]);
    if !turn.is_done() {
        // A `last` that names no tag may be refused, and a repository without tags be unknown.
        let may_refuse = known.surely.is_empty() || last.is_some();
        return if may_refuse {
            same()
        } else {
            wrong(
                &tag_list::TAG_LIST_SENT,
                "200",
                "a repository with tags has no list",
            )
        };
    }
    let Some(listed) = listed_tags(turn) else {
        return if turn.response.body.is_empty() {
            same()
        } else {
            wrong(
                &tag_list::TAG_LIST_WELL_FORMED,
                "an object with `tags`, an array of strings",
                "the list is no list of tags",
            )
        };
    };
    let is_whole = turn.response.header("link").is_none();
    judge_tags(&known, &listed, *n, last.as_ref(), is_whole)?;
    same()
}

/// The tags that a repository has for certain, and those that it may have.
struct KnownTags {
    surely: BTreeSet<String>,
    perhaps: BTreeSet<String>,
    is_clouded: bool,
}

impl KnownTags {
    fn of(world: &World, repository: usize) -> Self {
        let mut known = Self {
            surely: BTreeSet::new(),
            perhaps: BTreeSet::new(),
            is_clouded: world.is_clouded(repository),
        };
        for (tag, points) in world.tags(repository) {
            match points {
                Points::To(digest) if world.manifest(repository, digest) == Held::Yes => {
                    known.surely.insert(tag.to_string());
                }
                Points::To(_) | Points::Unknown => {
                    known.perhaps.insert(tag.to_string());
                }
                Points::Nowhere => {}
            }
        }
        known
    }

    fn is_certain(&self) -> bool {
        self.perhaps.is_empty() && !self.is_clouded
    }
}

/// The tags of the answer; `null` is none.
fn listed_tags(turn: &Turn<'_>) -> Option<Vec<String>> {
    let body: Value = serde_json::from_slice(&turn.response.body).ok()?;
    match body.get("tags")? {
        Value::Null => Some(Vec::new()),
        Value::Array(tags) => tags
            .iter()
            .map(|tag| tag.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

fn judge_tags(
    known: &KnownTags,
    listed: &[String],
    n: Option<usize>,
    last: Option<&Text>,
    is_whole: bool,
) -> Result<(), Broken> {
    let listed_once: BTreeSet<_> = listed.iter().cloned().collect();
    let complete = &tag_list::TAG_LIST_COMPLETE;
    if listed_once.len() < listed.len() {
        return wrong(complete, "every tag once", "a tag is listed twice");
    }
    let is_known = |tag: &&String| known.surely.contains(*tag) || known.perhaps.contains(*tag);
    if !known.is_clouded && !listed_once.iter().all(|tag| is_known(&tag)) {
        return wrong(
            complete,
            "only tags that are there",
            "a tag that is not held is listed",
        );
    }
    if n == Some(0) {
        return if listed.is_empty() {
            Ok(())
        } else {
            told(
                &tag_list::ZERO_TAGS_SENT,
                "no tags",
                "tags came although none were asked for",
            )
        };
    }
    if last.is_some_and(|last| listed.iter().any(|tag| **tag == **last)) {
        return told(
            &tag_list::LAST_TAG_OMITTED,
            "the tags behind `last`",
            "`last` is listed",
        );
    }
    let is_missing = |tag: &String| !listed_once.contains(tag);
    if n.is_none() && last.is_none() && is_whole && known.surely.iter().any(is_missing) {
        return wrong(complete, "every tag", "a tag that is held is not listed");
    }
    if known.is_certain() && !is_a_page(&known.surely, listed, n, last, is_whole) {
        let requirement = match (n, last) {
            (Some(_), Some(_)) => &tag_list::TAGS_AFTER_LAST_LIMITED,
            (None, Some(_)) => &tag_list::TAGS_AFTER_LAST_SENT,
            (Some(_), None) => &tag_list::TAG_PAGE_FILLED,
            (None, None) => {
                let detail = "the tags are in no lawful order";
                return told(&tag_list::TAG_LIST_SORTED, "the tags in order", detail);
            }
        };
        return told(
            requirement,
            "the tags of that page, in order",
            "the page has other tags, or another order",
        );
    }
    Ok(())
}

/// Whether the list is the page that was asked for, in one of the two lawful orders. A page with a
/// link may be shorter.
fn is_a_page(
    all: &BTreeSet<String>,
    listed: &[String],
    n: Option<usize>,
    last: Option<&Text>,
    is_whole: bool,
) -> bool {
    let bytes = |tag: &String| (tag.clone(), String::new());
    let folded = |tag: &String| (tag.to_ascii_lowercase(), String::new());
    [&bytes as &dyn Fn(&String) -> (String, String), &folded]
        .into_iter()
        .any(|key| {
            let start = last.map(|last| key(&last.to_string()));
            let behind = |tag: &&String| start.as_ref().is_none_or(|start| key(tag) >= *start);
            let is_last = |tag: &&String| last.is_some_and(|last| **tag == **last);
            let page: BTreeSet<_> = all
                .iter()
                .filter(behind)
                .filter(|tag| !is_last(tag))
                .collect();
            let limit = n.unwrap_or(usize::MAX).min(page.len());
            let is_ordered = listed.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1]));
            // Which of the tags come first that differ from `last` in case alone is open.
            let is_tie = |tag: &&&String| start.as_ref().is_some_and(|start| key(tag) == *start);
            let surely = page.len() - page.iter().filter(is_tie).count();
            let fewest = if is_whole { limit.min(surely) } else { 0 };
            let has_length = (fewest..=limit).contains(&listed.len());
            is_ordered && has_length && listed.iter().all(|tag| page.contains(tag))
        })
}

/// The list of referrers.
pub(super) fn referrers(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Referrers {
        repository,
        subject,
        filter,
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    let same = || Ok(vec![world.clone()]);
    if !turn.profile.has(Feature::Referrers) {
        return same();
    }
    if !turn.is_done() {
        // What is to be said of an unknown repository is open.
        return if world.is_unused(*repository) || turn.status() != 404 {
            same()
        } else {
            wrong(
                &referrers_rows::ABSENT_SUBJECT_REFERRERS_SENT,
                "200",
                "there is no list of referrers",
            )
        };
    }
    let Some(listed) = listed_referrers(turn) else {
        return same();
    };
    let is_filtered = turn.response.headers.contains_key("oci-filters-applied");
    let filter = filter.as_ref().filter(|_| is_filtered);
    judge_referrers(world, turn, *repository, subject, filter, &listed)?;
    same()
}

/// Digest and artifact type of each descriptor of the answer.
fn listed_referrers(turn: &Turn<'_>) -> Option<Vec<String>> {
    let body: Value = serde_json::from_slice(&turn.response.body).ok()?;
    let manifests = body.get("manifests")?.as_array()?;
    manifests
        .iter()
        .map(|it| it.get("digest")?.as_str().map(str::to_owned))
        .collect()
}

fn judge_referrers(
    world: &World,
    turn: &Turn<'_>,
    repository: usize,
    subject: &Text,
    filter: Option<&Text>,
    listed: &[String],
) -> Result<(), Broken> {
    let once: BTreeSet<_> = listed.iter().map(String::as_str).collect();
    let listing = &referrers_rows::UNRELATED_MANIFEST_OMITTED;
    if once.len() < listed.len() {
        return wrong(listing, "every referrer once", "a referrer is listed twice");
    }
    // Whether referrers outlive their subject is open.
    let outlive =
        world.manifest(repository, subject) == Held::Yes || !world.was_deleted(repository, subject);
    let mut perhaps = BTreeSet::new();
    let mut surely = BTreeSet::new();
    for (digest, held, document) in world.manifests(repository) {
        let Some(document) = document else {
            perhaps.insert(&**digest);
            continue;
        };
        let refers = document.subject.as_ref() == Some(subject);
        let matches = filter.is_none_or(|filter| document.referrer_type.as_ref() == Some(filter));
        if document.is_odd || (refers && matches) {
            perhaps.insert(&**digest);
        }
        if refers && matches && !document.is_odd && held == Held::Yes && outlive {
            surely.insert(&**digest);
        }
    }
    if !world.is_clouded(repository) && !once.is_subset(&perhaps) {
        let requirement = match filter {
            Some(_) => &referrers_rows::FILTERED_REFERRERS_MATCHED,
            None => listing,
        };
        return wrong(
            requirement,
            "only what refers to it",
            "what is listed does not refer to it",
        );
    }
    let is_whole = turn.response.header("link").is_none();
    if is_whole && !surely.is_subset(&once) {
        return Err(Broken {
            requirement: match filter {
                Some(_) => &referrers_rows::FILTERED_REFERRERS_MATCHED,
                None => &referrers_rows::REFERRERS_SENT,
            },
            expected: "every manifest of the repository whose subject it is".to_owned(),
            detail: "a referrer is not listed",
            nature: Nature::Lost,
        });
    }
    Ok(())
}

/// The list is not told as it was asked for.
fn told<T>(
    requirement: &'static Requirement,
    expected: &str,
    detail: &'static str,
) -> Result<T, Broken> {
    wrong(requirement, expected, detail).map_err(|broken| Broken {
        nature: Nature::Told,
        ..broken
    })
}

fn wrong<T>(
    requirement: &'static Requirement,
    expected: &str,
    detail: &'static str,
) -> Result<T, Broken> {
    Err(Broken {
        requirement,
        expected: expected.to_owned(),
        detail,
        nature: Nature::Altered,
    })
}

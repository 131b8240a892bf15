//! Listing tags.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::catalogue::Version;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::tag_list::ABSENT_REPOSITORY_TAGS_UNKNOWN;
use crate::catalogue::tag_list::DELETED_TAG_UNLISTED;
use crate::catalogue::tag_list::EMPTY_TAG_LIST_ANSWERED;
use crate::catalogue::tag_list::MALFORMED_TAG_LIMIT_ANSWERED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::tag_list::TAG_LIST_NAME_MATCHED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::tag_list::TAG_LIST_SORTED;
use crate::catalogue::tag_list::TAG_LIST_WELL_FORMED;
use crate::catalogue::tag_list::TAG_PAGE_LINK_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::follow;
use super::prepared;

pub(crate) static SECTION: Section = Section {
    id: "discovery/tags",
    title: "Listing tags",
    anchor: "listing-tags",
    checks: &[
        Check {
            name: "known-tag",
            title: "GET on the tag list returns 200 and the repository's name and tags",
            covers: &[
                &TAG_LIST_SENT,
                &TAG_LIST_WELL_FORMED,
                &TAG_LIST_NAME_MATCHED,
            ],
            needs: &[Feature::Tag],
            run: |trial| {
                some_tags(trial)?;
                let answer = trial.get("tags/list")?;
                answer.proves(&TAG_LIST_SENT).status(&[200])?;
                has_form(&answer)?;
                is_named(&answer, &trial.repository())
            },
            ..Check::BASE
        },
        Check {
            name: "sorted",
            title: "the tag list is sorted, by bytes or with case folded",
            covers: &[&TAG_LIST_SORTED],
            needs: &[Feature::Tag],
            wants: Wants::Quiet,
            run: |trial| {
                some_tags(trial)?;
                let tags = prepared(all_tags(&trial.repository()))?;
                let expected = "tags in the order of their bytes, or of their case-folded forms";
                let holds = is_sorted(&tags);
                trial.judge(&TAG_LIST_SORTED, holds, expected, quoted(&tags))
            },
            ..Check::BASE
        },
        Check {
            name: "every-tag-once",
            title: "the tag list names each tag once, however often it was pushed, and nothing else",
            covers: &[&TAG_LIST_COMPLETE],
            needs: &[Feature::Push],
            axes: &[Axis::ManifestAlgorithm],
            wants: Wants::Quiet,
            run: every_tag_once,
            ..Check::BASE
        },
        Check {
            name: "without-tags",
            title: "the tag list of a repository without tags is an empty array, or not found",
            covers: &[
                &TAG_LIST_WELL_FORMED,
                &TAG_LIST_COMPLETE,
                &EMPTY_TAG_LIST_ANSWERED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::ManifestAlgorithm],
            wants: Wants::Fresh,
            run: |trial| {
                trial.pushed_manifest()?;
                let answer = trial.get("tags/list")?;
                if answer.status() == 200 {
                    has_form(&answer)?;
                    let demand = answer.proves(&TAG_LIST_COMPLETE);
                    demand.json("no tags", |_| tags_in(&answer).is_empty())?;
                }
                let demand = answer.proves(&EMPTY_TAG_LIST_ANSWERED);
                demand.status(&[200, 404])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-repository",
            title: "GET on the tag list of a repository that does not exist returns 404",
            covers: &[&ABSENT_REPOSITORY_TAGS_UNKNOWN, &TAG_LIST_WELL_FORMED],
            wants: Wants::Fresh,
            run: unknown_repository,
            ..Check::BASE
        },
        Check {
            name: "repository-below",
            title: "the tag lists of two repositories, of which one's name goes on where the other's ends, are apart",
            covers: &[
                &ABSENT_REPOSITORY_TAGS_UNKNOWN,
                &TAG_LIST_COMPLETE,
                &TAG_LIST_NAME_MATCHED,
            ],
            needs: &[Feature::Push],
            wants: Wants::Fresh,
            run: repository_below,
            ..Check::BASE
        },
        Check {
            name: "malformed-n",
            title: "an n that is malformed, negative or huge is refused with 400, ignored or clamped",
            covers: &[&MALFORMED_TAG_LIMIT_ANSWERED],
            needs: &[Feature::Tag],
            run: malformed_n,
            ..Check::BASE
        },
        Check {
            name: "deleted-tag",
            title: "a deleted tag leaves the tag list, with n and without, and the others stay",
            covers: &[&DELETED_TAG_UNLISTED, &TAG_LIST_COMPLETE],
            needs: &[Feature::Push, Feature::TagDelete],
            wants: Wants::Quiet,
            run: deleted_tag,
            ..Check::BASE
        },
        Check {
            name: "only-tag-deleted",
            title: "a repository's only tag leaves the tag list when it is deleted",
            covers: &[&TAG_LIST_WELL_FORMED, &DELETED_TAG_UNLISTED],
            needs: &[Feature::Push, Feature::TagDelete],
            wants: Wants::Fresh,
            run: only_tag_deleted,
            ..Check::BASE
        },
        Check {
            name: "only-manifest-deleted",
            title: "the tag list of a repository whose only manifest was deleted is an empty array, or not found",
            covers: &[&TAG_LIST_WELL_FORMED],
            needs: &[Feature::Push, Feature::ManifestDelete],
            wants: Wants::Fresh,
            run: only_manifest_deleted,
            ..Check::BASE
        },
    ],
};

/// Pushes some tags, then two more: one of them twice, one of them for two manifests. The manifests
/// themselves, which are pushed by digest as well, are no tags.
fn every_tag_once(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut ours = some_tags(trial)?;
    let before = prepared(all_tags(&repository))?;
    let (one, other) = (trial.pushed_manifest()?, trial.pushed_manifest()?);
    let (again, moved) = (trial.tag(), trial.tag());
    for (tag, manifest) in [
        (&again, &one),
        (&again, &one),
        (&moved, &one),
        (&moved, &other),
    ] {
        repository.push_by_tag(tag, manifest)?;
    }
    ours.extend([again, moved].map(|tag| tag.to_string()));
    let after = prepared(all_tags(&repository))?;
    let expected = format!("each tag once, among them {}", quoted(&ours));
    let holds = are_once(&after, &after) && are_once(&ours, &after);
    trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(&after))?;
    let before: BTreeSet<_> = before.iter().chain(&ours).collect();
    let strangers = after.iter().filter(|tag| !before.contains(tag));
    strangers.take(STRANGERS).try_for_each(|stranger| {
        let expected = "no tags in the list but those under which there is a manifest";
        let holds = is_tag(trial, stranger)?;
        trial.judge(
            &TAG_LIST_COMPLETE,
            holds,
            expected,
            format!("also {stranger}"),
        )
    })
}

/// How many tags are looked into that came into a list meanwhile, and that this check did not push.
const STRANGERS: usize = 4;

fn is_tag(trial: &Trial<'_>, text: &str) -> Result<bool, Stop> {
    Ok(match text.parse::<Tag>() {
        Ok(tag) => trial.head(&format!("manifests/{tag}"))?.status() == 200,
        Err(_) => false,
    })
}

/// 404, or 200 with an empty list. A registry that knows users may hide what they may not see, be
/// it there or not.
fn unknown_repository(trial: &Trial<'_>) -> Outcome {
    let answer = trial.get("tags/list")?;
    let hides = matches!(answer.status(), 401 | 403) && trial.world().client.was_challenged();
    let is_empty = answer.status() == 200 && tags_in(&answer).is_empty();
    answer.proves(&ABSENT_REPOSITORY_TAGS_UNKNOWN).that(
        answer.status() == 404 || is_empty || hides,
        "404, or 200 with an empty list",
        &answer.summary(),
    )?;
    if answer.status() == 200 {
        has_form(&answer)?;
    }
    Ok(())
}

/// Looks for a repository below the trial's before and after it is there.
fn repository_below(trial: &Trial<'_>) -> Outcome {
    let here = trial.repository();
    let below = format!("{}/{}", here.name(), trial.stream().word(8));
    let name: RepositoryName = below
        .parse()
        .expect("a name, a slash and a word are a name");
    let below = trial.repository_named(name);
    let (ours, _) = trial.pushed_tag()?;
    let answer = below.get("tags/list")?;
    answer.proves(&ABSENT_REPOSITORY_TAGS_UNKNOWN).that(
        answer.is_client_error() || (answer.status() == 200 && tags_in(&answer).is_empty()),
        "a client error (400 to 499), or 200 with an empty list",
        &format!("{}, {}", answer.summary(), quoted(&tags_in(&answer))),
    )?;
    let (theirs, manifest) = (trial.tag(), below.new_manifest(Kind::Image)?);
    below.push_by_tag(&theirs, &manifest)?;
    for (repository, own, other) in [(&here, &ours, &theirs), (&below, &theirs, &ours)] {
        let tags = prepared(all_tags(repository))?;
        let holds =
            tags.iter().any(|it| it == own.as_str()) && tags.iter().all(|it| it != other.as_str());
        let expected = format!("{own} in {}, and no {other}", repository.name());
        trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(&tags))?;
    }
    is_named(&below.get("tags/list")?, &below)
}

/// Demands that a tag list has the name of its repository.
fn is_named(answer: &Answer<'_>, repository: &Repository<'_>) -> Outcome {
    let name = repository.name().to_string();
    answer
        .proves(&TAG_LIST_NAME_MATCHED)
        .json(&format!("the name {name}"), |list| list["name"] == *name)?;
    Ok(())
}

fn malformed_n(trial: &Trial<'_>) -> Outcome {
    some_tags(trial)?;
    for n in ["-1", "x", "", "1.5", "1180591620717411303424"] {
        let path = format!("tags/list?n={n}");
        match trial.repository().ask(Method::GET, &path).attempt() {
            Ok(answer) => {
                let demand = answer.proves(&MALFORMED_TAG_LIMIT_ANSWERED);
                let demand = demand.status(&[200, 400])?;
                if answer.status() == 200 {
                    demand.json(FORM, |_| read(&answer).is_some())?;
                }
            }
            Err(cut @ (Failure::ConnectionLost { .. } | Failure::Malformed { .. })) => trial
                .judge(
                    &MALFORMED_TAG_LIMIT_ANSWERED,
                    false,
                    format!("200 or 400 to n={n}"),
                    cut.to_string(),
                )?,
            Err(trouble) => return Err(Stop::Trouble(trouble)),
        }
    }
    Ok(())
}

fn deleted_tag(trial: &Trial<'_>) -> Outcome {
    let (deleted, manifest) = trial.pushed_tag()?;
    let kept = trial.tag();
    trial.repository().push_by_tag(&kept, &manifest)?;
    let tags = prepared(all_tags(&trial.repository()))?;
    prepared(lists(trial, &tags, &deleted))?;
    delete(trial, &deleted)?;
    let tags = trial.eventually(|| {
        let tags = prepared(all_tags(&trial.repository()))?;
        is_unlisted(trial, &tags, &deleted)?;
        let page = trial.get(&format!("tags/list?n={}", tags.len() + 1))?;
        is_unlisted(trial, &tags_in(&page), &deleted)?;
        Ok(tags)
    })?;
    lists(trial, &tags, &kept)
}

fn only_tag_deleted(trial: &Trial<'_>) -> Outcome {
    let (tag, _) = trial.pushed_tag()?;
    delete(trial, &tag)?;
    trial.eventually(|| {
        let tags = tags_left(trial)?;
        is_unlisted(trial, &tags, &tag)
    })
}

fn only_manifest_deleted(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.pushed_tag()?;
    let answer = trial.delete(&format!("manifests/{}", manifest.digest))?;
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    trial.eventually(|| {
        let tags = tags_left(trial)?;
        let requirement = &DELETED_MANIFEST_TAGS_UNKNOWN;
        let holds = !tags.contains(&tag.to_string());
        let expected = format!("a tag list without {tag}, whose manifest was deleted");
        prepared(trial.judge(requirement, holds, expected, quoted(&tags)))
    })
}

/// The tags that a repository lists that may have none left, so that it may as well not be found.
fn tags_left(trial: &Trial<'_>) -> Result<Vec<String>, Stop> {
    let answer = trial.get("tags/list")?;
    if answer.status() != 404 {
        answer.prepares(&TAG_LIST_SENT).status(&[200, 404])?;
        has_form(&answer)?;
    }
    Ok(tags_in(&answer))
}

fn delete(trial: &Trial<'_>, tag: &Tag) -> Outcome {
    let answer = trial.delete(&format!("manifests/{tag}"))?;
    answer.prepares(&TAG_DELETE_ACCEPTED).status(&[202])?;
    Ok(())
}

fn lists(trial: &Trial<'_>, tags: &[String], tag: &Tag) -> Outcome {
    let holds = tags.iter().any(|it| it == tag.as_str());
    let expected = format!("a tag list with {tag}");
    trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(tags))
}

fn is_unlisted(trial: &Trial<'_>, tags: &[String], tag: &Tag) -> Outcome {
    let holds = tags.iter().all(|it| it != tag.as_str());
    let expected = format!("a tag list without {tag}, which was deleted");
    trial.judge(&DELETED_TAG_UNLISTED, holds, expected, quoted(tags))
}

/// Whether the tags are in the order of their bytes, or of their forms in lower or in upper case,
/// which differ in where the underscore goes.
pub(super) fn is_sorted(tags: &[String]) -> bool {
    tags.is_sorted()
        || tags.is_sorted_by_key(|tag| tag.to_ascii_lowercase())
        || tags.is_sorted_by_key(|tag| tag.to_ascii_uppercase())
}

/// Whether each of these tags is in the list exactly once.
pub(super) fn are_once(tags: &[String], list: &[String]) -> bool {
    let mut counts = BTreeMap::new();
    for tag in list {
        *counts.entry(tag).or_insert(0) += 1;
    }
    tags.iter().all(|tag| counts.get(tag) == Some(&1))
}

/// Sees to it that there are tags in the trial's repository, and says which: some of either case
/// and with a digit in front that are pushed now or, in a read-only run, the one that was given.
pub(super) fn some_tags(trial: &Trial<'_>) -> Result<Vec<String>, Stop> {
    if let Some(given) = &trial.world().read_only {
        return Ok(given.tag.iter().map(ToString::to_string).collect());
    }
    let manifest = trial.manifest()?;
    let tags = ["b", "A", "a", "B", "0", "z"].map(|first| {
        let word = trial.stream().word(8);
        format!("{first}{word}")
    });
    for tag in &tags {
        let tag: Tag = tag.parse().expect("letters and digits are a tag");
        trial.repository().push_by_tag(&tag, &manifest)?;
    }
    Ok(tags.into())
}

/// All tags of a repository, in the order in which it lists them. `Link`s are followed where the
/// version under test has them; before, the list is one page.
pub(in crate::suite) fn all_tags(repository: &Repository<'_>) -> Result<Vec<String>, Stop> {
    let page = |answer: &Answer<'_>| {
        answer.proves(&TAG_LIST_SENT).status(&[200])?;
        has_form(answer)?;
        Ok(tags_in(answer))
    };
    if repository.trial().spec() == Version::V1_0 {
        return page(&repository.get("tags/list")?);
    }
    Ok(follow(repository, "tags/list", &TAG_PAGE_LINK_FOLLOWED, page)?.concat())
}

/// The answer has the form of a tag list.
pub(super) fn has_form(answer: &Answer<'_>) -> Outcome {
    let demand = answer.proves(&TAG_LIST_WELL_FORMED);
    demand.json(FORM, |_| read(answer).is_some())?;
    Ok(())
}

const FORM: &str = "a JSON object with a name, a string, and tags, an array of strings";

/// The tags in an answer; none where it is no tag list.
pub(super) fn tags_in(answer: &Answer<'_>) -> Vec<String> {
    read(answer).unwrap_or_default()
}

fn read(answer: &Answer<'_>) -> Option<Vec<String>> {
    let list = answer.json()?;
    list["name"].as_str()?;
    let text = |tag: &serde_json::Value| tag.as_str().map(str::to_owned);
    list["tags"].as_array()?.iter().map(text).collect()
}

/// Up to ten tags, for sentences.
pub(super) fn quoted(tags: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = tags
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match tags.len().saturating_sub(SHOWN) {
        0 => format!("[{shown}]"),
        more => format!("[{shown}, and {more} more]"),
    }
}

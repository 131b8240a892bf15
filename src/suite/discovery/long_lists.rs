//! Lists of tags that are alike or many, in pages of every size.
//!
//! What else a repository holds is not known, so every page is compared with the whole list.

use crate::catalogue::Version;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::tag_list::DELETED_TAG_UNLISTED;
use crate::catalogue::tag_list::FIRST_TAGS_SENT;
use crate::catalogue::tag_list::LAST_TAG_OMITTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::tag_list::TAG_LIST_SORTED;
use crate::catalogue::tag_list::TAG_LIST_WELL_FORMED;
use crate::catalogue::tag_list::TAG_PAGE_FILLED;
use crate::catalogue::tag_list::TAG_PAGE_LINK_FOLLOWED;
use crate::catalogue::tag_list::TAGS_AFTER_LAST_LIMITED;
use crate::catalogue::tag_list::TAGS_AFTER_LAST_SENT;
use crate::catalogue::tag_list::ZERO_TAGS_LINK_OMITTED;
use crate::catalogue::tag_list::ZERO_TAGS_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::follow;
use super::is_linked;
use super::pages::actual;
use super::pages::all_after;
use super::pages::is_filled;
use super::prepared;
use super::tags::all_tags;
use super::tags::are_once;
use super::tags::has_form;
use super::tags::is_sorted;
use super::tags::quoted;
use super::tags::tags_in;

pub(crate) static SECTION: Section = Section {
    id: "discovery/long-lists",
    title: "Long lists of tags, and of tags that are alike",
    anchor: "listing-tags",
    checks: &[
        Check {
            name: "equal-beginnings",
            title: "Tags that begin alike are listed once each and in order, whatever character they go on with",
            run: |trial| is_listed_in_order(trial, BEGINNINGS),
            ..WHOLE
        },
        Check {
            name: "few",
            title: "The tags of a repository that has but three are listed once each and in order",
            wants: Wants::Fresh,
            run: |trial| is_listed_in_order(trial, &["b", "c", "a"]),
            ..WHOLE
        },
        Check {
            name: "mixed-case",
            title: "Tags that differ in case only are listed once each and in order",
            run: |trial| is_listed_in_order(trial, CASES),
            ..WHOLE
        },
        Check {
            name: "numbers",
            title: "Tags that end in numbers are listed once each and in the order of their characters",
            run: |trial| is_listed_in_order(trial, NUMBERS),
            ..WHOLE
        },
        Check {
            name: "equal-beginnings-one-by-one",
            title: "Tags that begin alike come one by one with n=1 and last, in the order of the list",
            run: |trial| comes_page_by_page(trial, BEGINNINGS, 1),
            ..PAGED
        },
        Check {
            name: "mixed-case-two-by-two",
            title: "Tags that differ in case only come two by two with n=2 and last, in the order of the list",
            run: |trial| comes_page_by_page(trial, CASES, 2),
            ..PAGED
        },
        Check {
            name: "numbers-three-by-three",
            title: "Tags that end in numbers come three by three with n=3 and last, in the order of the list",
            run: |trial| comes_page_by_page(trial, NUMBERS, 3),
            ..PAGED
        },
        Check {
            name: "every-page-size",
            title: "A list of some tags comes whole in a page of as many or more, and but for one in a page of one less",
            covers: &[&TAG_PAGE_FILLED, &FIRST_TAGS_SENT],
            run: |trial| {
                with_tags(trial, BEGINNINGS, |tags, _| {
                    let len = tags.len();
                    [len - 1, len, len + 1, 10 * len]
                        .into_iter()
                        .try_for_each(|n| first_page(trial, tags, n))
                })
            },
            ..WHOLE
        },
        Check {
            name: "every-page-size-after-a-tag",
            title: "With last=t, a page is as long as n says or as what comes after t, for every t and n",
            run: |trial| {
                with_tags(trial, NUMBERS, |tags, _| {
                    let len = tags.len();
                    for at in [0, len / 2, len - 2, len - 1] {
                        let left = len - at - 1;
                        for n in [left.saturating_sub(1).max(1), left.max(1), left + 1] {
                            page_after(trial, tags, at, n)?;
                        }
                    }
                    Ok(())
                })
            },
            ..PAGED
        },
        Check {
            name: "none-after-a-tag",
            title: "A tag list with n=0 is empty and carries no Link also with a last",
            covers: &[&ZERO_TAGS_SENT, &ZERO_TAGS_LINK_OMITTED],
            run: |trial| {
                with_tags(trial, NUMBERS, |tags, _| {
                    let answer = trial.get(&format!("tags/list?n=0&last={}", tags[0]))?;
                    let demand = answer.proves(&ZERO_TAGS_SENT).status(&[200])?;
                    demand.json("an empty array of tags", |list| {
                        list["tags"].as_array().is_some_and(Vec::is_empty)
                    })?;
                    answer.proves(&ZERO_TAGS_LINK_OMITTED).no_header("Link")?;
                    Ok(())
                })
            },
            ..WHOLE
        },
        Check {
            name: "last-before-n",
            title: "The order of n and last in the query does not matter",
            covers: &[&TAGS_AFTER_LAST_LIMITED],
            run: |trial| {
                with_tags(trial, NUMBERS, |tags, _| {
                    let rest = format!("tags/list?last={}&n=2", tags[1]);
                    is_page(&trial.get(&rest)?, &tags[2..], 2)
                })
            },
            ..PAGED
        },
        Check {
            name: "last-of-no-tag",
            title: "A last that is no tag is taken by its place in the order, or answered 404 or 400",
            covers: &[&TAG_LIST_SENT, &TAG_LIST_WELL_FORMED, &TAGS_AFTER_LAST_SENT],
            run: |trial| {
                with_tags(trial, NUMBERS, |tags, _| {
                    // Between two of them, and after all of them.
                    let between = format!("{}-", tags[2]);
                    let after = format!("zzz{}", trial.stream().word(12));
                    [between, after]
                        .iter()
                        .try_for_each(|last| place_of(trial, tags, last))
                })
            },
            ..WHOLE
        },
        Check {
            name: "tag-deleted-between-pages",
            title: "After the last tag of a page was deleted, the others come all the same, or last is answered 404 or 400",
            covers: &[
                &TAG_LIST_SENT,
                &TAG_LIST_WELL_FORMED,
                &TAGS_AFTER_LAST_SENT,
                &DELETED_TAG_UNLISTED,
            ],
            needs: &[Feature::Push, Feature::TagDelete],
            run: deleted_between_pages,
            ..WHOLE
        },
        Check {
            name: "tag-moved",
            title: "A list of tags stays the same when one of them moves to another manifest",
            covers: &[&TAG_LIST_COMPLETE],
            run: tag_moved,
            ..WHOLE
        },
        Check {
            name: "many-tags",
            title: "Of 120 tags, the whole list, pages of 50 and their Links give each exactly once",
            covers: &[
                &TAG_LIST_COMPLETE,
                &TAG_PAGE_LINK_FOLLOWED,
                &TAGS_AFTER_LAST_LIMITED,
                &LAST_TAG_OMITTED,
            ],
            run: many_tags,
            ..WHOLE
        },
    ],
};

const WHOLE: Check = Check {
    covers: &[&TAG_LIST_COMPLETE, &TAG_LIST_SORTED],
    needs: &[Feature::Push],
    wants: Wants::Quiet,
    ..Check::BASE
};

const PAGED: Check = Check {
    covers: &[
        &LAST_TAG_OMITTED,
        &TAGS_AFTER_LAST_SENT,
        &TAGS_AFTER_LAST_LIMITED,
    ],
    ..WHOLE
};

/// What tags that begin alike go on with: nothing, the characters that sort before and after
/// letters, digits, letters of either case.
const BEGINNINGS: &[&str] = &["", "-", ".", "_", "0", "a", "A", "aa", "-a"];

/// Tags in upper and lower case, which sort otherwise by bytes than with case folded.
const CASES: &[&str] = &["b", "B", "a", "A", "ab", "AB", "aB", "Ab"];

/// Tags that sort otherwise by their characters than by their numbers.
const NUMBERS: &[&str] = &["10", "9", "1", "2", "02", "1.10", "1.9"];

/// Pushes a manifest under tags that begin with a new word and go on with these endings, and puts a
/// question about the whole list and these tags. Should something not hold although the list has changed
/// meanwhile, then somebody else is at work there, and nothing can be said.
fn with_tags(
    trial: &Trial<'_>,
    endings: &[&str],
    question: impl Fn(&[String], &[String]) -> Outcome,
) -> Outcome {
    let (tags, ours) = list_with(trial, endings)?;
    let outcome = question(&tags, &ours);
    if matches!(outcome, Err(Stop::Violation(_)))
        && prepared(all_tags(&trial.repository()))? != tags
    {
        let reason = "somebody else changes the tags of this repository";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    outcome
}

/// The whole list, after a manifest was pushed under tags that begin with a new word and go on with
/// these endings; and these tags.
fn list_with(trial: &Trial<'_>, endings: &[&str]) -> Result<(Vec<String>, Vec<String>), Stop> {
    let ours = push_tags(trial, endings)?;
    let tags = prepared(all_tags(&trial.repository()))?;
    let expected = format!("each tag once, among them {}", quoted(&ours));
    let holds = are_once(&tags, &tags) && are_once(&ours, &tags);
    prepared(trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(&tags)))?;
    if tags.len() > LONG {
        let reason = format!("the repository has {} tags already", tags.len());
        return Err(Stop::Skipped(reason));
    }
    Ok((tags, ours))
}

/// Longer lists take too long to be read again and again.
const LONG: usize = 1000;

fn push_tags(trial: &Trial<'_>, endings: &[&str]) -> Result<Vec<String>, Stop> {
    let (manifest, word) = (trial.manifest()?, trial.stream().word(8));
    let tags: Vec<_> = endings.iter().map(|end| format!("{word}{end}")).collect();
    tags.iter()
        .try_for_each(|tag| push(trial, tag, &manifest))?;
    Ok(tags)
}

fn push(trial: &Trial<'_>, text: &str, manifest: &ManifestDoc) -> Outcome {
    let tag: Tag = text.parse().expect("a word and these endings are a tag");
    trial.repository().push_by_tag(&tag, manifest)
}

fn is_listed_in_order(trial: &Trial<'_>, endings: &[&str]) -> Outcome {
    let ours = push_tags(trial, endings)?;
    let tags = prepared(all_tags(&trial.repository()))?;
    has_each_once(trial, &tags, &ours)?;
    let expected = "tags in the order of their bytes, or of their case-folded forms";
    trial.judge(&TAG_LIST_SORTED, is_sorted(&tags), expected, quoted(&tags))
}

/// Demands that a list has each tag once, ours among them.
fn has_each_once(trial: &Trial<'_>, tags: &[String], ours: &[String]) -> Outcome {
    let expected = format!("each tag once, among them {}", quoted(ours));
    let holds = are_once(tags, tags) && are_once(ours, tags);
    trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(tags))
}

/// Asks for all that comes after the first of our tags, then goes from there to the last of them with
/// `n` and the `last` of each page.
fn comes_page_by_page(trial: &Trial<'_>, endings: &[&str], n: usize) -> Outcome {
    with_tags(trial, endings, |tags, ours| {
        let places = tags
            .iter()
            .enumerate()
            .filter(|(_, tag)| ours.contains(tag));
        let places: Vec<_> = places.map(|(at, _)| at).collect();
        let (mut at, last) = (places[0], places[places.len() - 1]);
        all_after(trial, tags, at, &tags[at])?;
        while at <= last {
            // A page that is empty and has a Link says nothing about where it goes on.
            at += page_after(trial, tags, at, n)?.max(1);
        }
        Ok(())
    })
}

/// Asks for up to `n` tags after the one at a position, and says how many came.
fn page_after(trial: &Trial<'_>, tags: &[String], at: usize, n: usize) -> Result<usize, Stop> {
    let last = &tags[at];
    let answer = trial.get(&format!("tags/list?n={n}&last={last}"))?;
    answer.proves(&LAST_TAG_OMITTED).that(
        !tags_in(&answer).contains(last),
        &format!("no {last} in the list"),
        &actual(&answer),
    )?;
    is_page(&answer, &tags[at + 1..], n)?;
    Ok(tags_in(&answer).len())
}

/// Demands that an answer has the first `n` of these tags or, with a `Link`, fewer.
fn is_page(answer: &Answer<'_>, after: &[String], n: usize) -> Outcome {
    let (page, wanted) = (tags_in(answer), n.min(after.len()));
    let holds = after.starts_with(&page) && is_filled(answer, wanted);
    let expected = format!("{wanted} tags from {}, or fewer and a Link", quoted(after));
    let demand = answer.proves(&TAGS_AFTER_LAST_LIMITED).status(&[200])?;
    demand.that(holds, &expected, &actual(answer))?;
    Ok(())
}

fn first_page(trial: &Trial<'_>, tags: &[String], n: usize) -> Outcome {
    let answer = trial.get(&format!("tags/list?n={n}"))?;
    let (page, wanted) = (tags_in(&answer), n.min(tags.len()));
    let expected = format!("{wanted} of {}, or fewer and a Link", quoted(tags));
    let demand = answer.proves(&TAG_PAGE_FILLED).status(&[200])?;
    demand.that(is_filled(&answer, wanted), &expected, &actual(&answer))?;
    let demand = answer.proves(&FIRST_TAGS_SENT);
    demand.that(tags.starts_with(&page), &expected, &actual(&answer))?;
    Ok(())
}

/// Asks for what comes after something that is no tag.
fn place_of(trial: &Trial<'_>, tags: &[String], last: &str) -> Outcome {
    let answer = trial.get(&format!("tags/list?last={last}"))?;
    answer.proves(&TAG_LIST_SENT).status(&[200, 404, 400])?;
    if answer.status() != 200 {
        return Ok(());
    }
    has_form(&answer)?;
    let orders: [fn(&str) -> String; 3] = [
        str::to_owned,
        str::to_ascii_lowercase,
        str::to_ascii_uppercase,
    ];
    let page = tags_in(&answer);
    let holds = orders.into_iter().any(|key| {
        let after = tags.iter().filter(|tag| key(tag) > key(last));
        let after: Vec<_> = after.cloned().collect();
        page == after || (is_linked(&answer) && after.starts_with(&page))
    });
    let expected = format!(
        "those of {} that come after {last}, or 404 or 400",
        quoted(tags)
    );
    let demand = answer.proves(&TAGS_AFTER_LAST_SENT);
    demand.that(holds, &expected, &actual(&answer))?;
    Ok(())
}

/// Reads two pages as clients do, between which the tag that they go on from is deleted.
fn deleted_between_pages(trial: &Trial<'_>) -> Outcome {
    let (tags, _) = list_with(trial, NUMBERS)?;
    let last = &tags[2];
    let answer = trial.delete(&format!("manifests/{last}"))?;
    answer.prepares(&TAG_DELETE_ACCEPTED).status(&[202])?;
    let left = trial.eventually(|| {
        let left = prepared(all_tags(&trial.repository()))?;
        let expected = format!("a tag list without {last}");
        let holds = !left.contains(last);
        trial.judge(&DELETED_TAG_UNLISTED, holds, expected, quoted(&left))?;
        Ok(left)
    })?;
    place_of(trial, &left, last)
}

fn tag_moved(trial: &Trial<'_>) -> Outcome {
    let (tags, _) = list_with(trial, NUMBERS)?;
    let moved: Tag = tags[1].parse().map_err(|_| unreadable(&tags[1]))?;
    let manifest = trial.manifest()?;
    trial.repository().push_by_tag(&moved, &manifest)?;
    let after = prepared(all_tags(&trial.repository()))?;
    has_each_once(trial, &after, &tags)
}

/// A tag of somebody else's that plimsoll cannot read.
fn unreadable(text: &str) -> Stop {
    Stop::Skipped(format!("the list has something that is no tag: {text}"))
}

fn many_tags(trial: &Trial<'_>) -> Outcome {
    const COUNT: usize = 120;
    const PAGE: usize = 50;
    let endings: Vec<_> = (0..COUNT).map(|number| number.to_string()).collect();
    let endings: Vec<_> = endings.iter().map(String::as_str).collect();
    let ours = push_tags(trial, &endings)?;
    let repository = trial.repository();
    let tags = prepared(all_tags(&repository))?;
    has_each_once(trial, &tags, &ours)?;
    let mut at = 0;
    while at + 1 < tags.len() {
        at += page_after(trial, &tags, at, PAGE)?.max(1);
    }
    if trial.spec() == Version::V1_0 {
        return Ok(());
    }
    let (rest, row) = (format!("tags/list?n={PAGE}"), &TAG_PAGE_LINK_FOLLOWED);
    let pages = follow(&repository, &rest, row, |page| Ok(tags_in(page)))?;
    if pages.len() == 1 {
        // Whoever sends no Link is asked with last.
        return Ok(());
    }
    let found = pages.concat();
    let expected = format!("the pages to be {} together", quoted(&tags));
    trial.judge(row, found == tags, expected, quoted(&found))
}

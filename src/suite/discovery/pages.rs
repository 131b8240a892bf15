//! Listing tags page by page.
//!
//! What else a repository holds is not known, so every page is compared with the whole list.

use crate::catalogue::Version;
use crate::catalogue::tag_list::FIRST_TAGS_SENT;
use crate::catalogue::tag_list::LAST_READ_AS_TAG;
use crate::catalogue::tag_list::LAST_TAG_OMITTED;
use crate::catalogue::tag_list::LAST_WITHOUT_LIMIT_ACCEPTED;
use crate::catalogue::tag_list::SHORT_TAG_PAGE_LINKED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::tag_list::TAG_PAGE_FILLED;
use crate::catalogue::tag_list::TAG_PAGE_LINK_ALLOWED;
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
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::follow;
use super::is_linked;
use super::prepared;
use super::tags::all_tags;
use super::tags::are_once;
use super::tags::has_form;
use super::tags::quoted;
use super::tags::some_tags;
use super::tags::tags_in;

pub(crate) static SECTION: Section = Section {
    id: "discovery/pages",
    title: "Listing tags page by page",
    anchor: "listing-tags",
    checks: &[
        Check {
            name: "n",
            title: "a tag list with n=k holds the first k tags, or fewer and a Link to the others",
            covers: &[
                &TAG_PAGE_FILLED,
                &FIRST_TAGS_SENT,
                &SHORT_TAG_PAGE_LINKED,
                &TAG_PAGE_LINK_ALLOWED,
            ],
            needs: &[Feature::Tag],
            wants: Wants::Quiet,
            run: |trial| with_all_tags(trial, |tags| first_pages(trial, tags)),
            ..Check::BASE
        },
        Check {
            name: "n-zero",
            title: "a tag list with n=0 is empty and carries no Link",
            covers: &[&ZERO_TAGS_SENT, &ZERO_TAGS_LINK_OMITTED],
            needs: &[Feature::Tag],
            run: |trial| {
                some_tags(trial)?;
                let answer = trial.get("tags/list?n=0")?;
                let demand = answer.proves(&ZERO_TAGS_SENT).status(&[200])?;
                demand.json("an empty array of tags", |list| {
                    list["tags"].as_array().is_some_and(Vec::is_empty)
                })?;
                answer.proves(&ZERO_TAGS_LINK_OMITTED).no_header("Link")?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "links",
            title: "the Links from page to page give every tag exactly once, and end",
            covers: &[&TAG_PAGE_LINK_FOLLOWED],
            needs: &[Feature::Tag],
            wants: Wants::Quiet,
            run: links,
            ..Check::BASE
        },
        Check {
            name: "last",
            title: "a tag list with last=t leaves t out and holds all tags after it, also if t is percent-encoded",
            covers: &[
                &LAST_TAG_OMITTED,
                &TAGS_AFTER_LAST_SENT,
                &LAST_WITHOUT_LIMIT_ACCEPTED,
            ],
            needs: &[Feature::Tag],
            wants: Wants::Quiet,
            run: |trial| {
                with_all_tags(trial, |tags| {
                    [0, tags.len() / 2, tags.len() - 1]
                        .into_iter()
                        .filter(|at| tags.len() - at <= LONG)
                        .try_for_each(|at| all_after(trial, tags, at, &tags[at]))?;
                    let at = tags.len().saturating_sub(LONG).max(tags.len() / 2);
                    all_after(trial, tags, at, &encoded(&tags[at]))
                })
            },
            ..Check::BASE
        },
        Check {
            name: "n-and-last",
            title: "page by page, n=k and last=t give the next k tags after t, to the end of the list",
            covers: &[&LAST_TAG_OMITTED, &TAGS_AFTER_LAST_LIMITED],
            needs: &[Feature::Tag],
            wants: Wants::Quiet,
            run: |trial| {
                with_all_tags(trial, |tags| {
                    let mut at = tags.len().saturating_sub(8);
                    while at < tags.len() {
                        let given = next_after(trial, tags, at, 2)?;
                        at = if given == 0 { tags.len() } else { at + given };
                    }
                    Ok(())
                })
            },
            ..Check::BASE
        },
        Check {
            name: "numeric-last",
            title: "last=5 goes on after the tag 5, not from the fifth position",
            covers: &[&LAST_READ_AS_TAG],
            needs: &[Feature::Push],
            wants: Wants::Quiet,
            run: numeric_last,
            ..Check::BASE
        },
    ],
};

/// Longer lists are not read to their end, nor asked for in one page.
const LONG: usize = 100;

/// Puts a question about the whole list of tags, which has some in it. Should something not hold
/// although the list has changed meanwhile, then somebody else is at work there, and nothing can be
/// said.
fn with_all_tags(trial: &Trial<'_>, question: impl Fn(&[String]) -> Outcome) -> Outcome {
    let ours = some_tags(trial)?;
    let tags = prepared(all_tags(&trial.repository()))?;
    let holds = !tags.is_empty() && are_once(&tags, &tags) && are_once(&ours, &tags);
    let expected = format!("each tag once, among them {}", quoted(&ours));
    prepared(trial.judge(&TAG_LIST_COMPLETE, holds, expected, quoted(&tags)))?;
    let outcome = question(&tags);
    if matches!(outcome, Err(Stop::Violation(_)))
        && prepared(all_tags(&trial.repository()))? != tags
    {
        let reason = "somebody else changes the tags of this repository";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    outcome
}

fn first_pages(trial: &Trial<'_>, tags: &[String]) -> Outcome {
    let sizes = [1, 2, tags.len(), tags.len() + 1];
    for n in sizes.into_iter().filter(|n| *n <= LONG) {
        let answer = trial.get(&format!("tags/list?n={n}"))?;
        answer.proves(&TAG_PAGE_FILLED).status(&[200])?;
        prepared(has_form(&answer))?;
        let page = tags_in(&answer);
        let expected = format!(
            "{} of {}{}",
            n.min(tags.len()),
            quoted(tags),
            or_a_link(trial)
        );
        let holds = is_filled(&answer, n.min(tags.len()));
        let demand = answer.proves(&TAG_PAGE_FILLED);
        demand.that(holds, &expected, &actual(&answer))?;
        let demand = answer.proves(&FIRST_TAGS_SENT);
        demand.that(tags.starts_with(&page), &expected, &actual(&answer))?;
        if page.len() < tags.len() {
            answer.proves(&TAG_PAGE_LINK_ALLOWED).has_header("Link")?;
            let demand = answer.proves(&SHORT_TAG_PAGE_LINKED);
            demand.that(
                page.len() == n || is_linked(&answer),
                &expected,
                &actual(&answer),
            )?;
        }
    }
    Ok(())
}

/// Follows the `Link`s of the whole list and of one in small pages. Without any, there is nothing
/// to say.
fn links(trial: &Trial<'_>) -> Outcome {
    let ours = some_tags(trial)?;
    let (count, is_linked) = follow_links(trial, "tags/list", &ours)?;
    let n = if count > LONG { LONG } else { 2 };
    let (_, is_paged) = follow_links(trial, &format!("tags/list?n={n}"), &ours)?;
    if is_linked || is_paged {
        return Ok(());
    }
    let evidence = format!("no Link, neither without n nor with n={n}");
    Err(Stop::Unsupported(evidence))
}

/// How many tags come over all pages, and whether a `Link` is on any of them.
fn follow_links(trial: &Trial<'_>, rest: &str, ours: &[String]) -> Result<(usize, bool), Stop> {
    let requirement = &TAG_PAGE_LINK_FOLLOWED;
    let mut is_linked = false;
    let pages = follow(&trial.repository(), rest, requirement, |answer| {
        if is_linked {
            answer.proves(requirement).status(&[200])?;
        } else {
            answer.prepares(&TAG_LIST_SENT).status(&[200])?;
        }
        prepared(has_form(answer))?;
        is_linked |= !answer.header_values("link").is_empty();
        Ok(tags_in(answer))
    })?;
    let found = pages.concat();
    let holds = !is_linked || (are_once(&found, &found) && are_once(ours, &found));
    let expected = format!(
        "together, the pages hold each tag once, among them {}",
        quoted(ours)
    );
    trial.judge(requirement, holds, expected, quoted(&found))?;
    Ok((found.len(), is_linked))
}

/// The tag with its last character as a percent-encoded byte, which is the same in a URL.
fn encoded(tag: &str) -> String {
    match tag.as_bytes() {
        [front @ .., end] => format!("{}%{end:02X}", String::from_utf8_lossy(front)),
        [] => String::new(),
    }
}

/// Asks for everything after the tag at a position, which the URL names by `written`.
pub(super) fn all_after(trial: &Trial<'_>, tags: &[String], at: usize, written: &str) -> Outcome {
    let (last, after) = (&tags[at], &tags[at + 1..]);
    let rest = format!("tags/list?last={written}");
    let first = trial.get(&rest)?;
    leaves_out(&first, last)?;
    let demand = first.proves(&TAGS_AFTER_LAST_SENT).status(&[200])?;
    first.proves(&LAST_WITHOUT_LIMIT_ACCEPTED).status(&[200])?;
    if trial.spec() == Version::V1_0 || !is_linked(&first) {
        let expected = format!("the tags after {last}: {}", quoted(after));
        demand.that(tags_in(&first) == after, &expected, &actual(&first))?;
        return Ok(());
    }
    let pages = follow(
        &trial.repository(),
        &rest,
        &TAG_PAGE_LINK_FOLLOWED,
        |page| Ok(tags_in(page)),
    );
    let found = prepared(pages)?.concat();
    let expected = format!("the tags after {last}, over all pages: {}", quoted(after));
    trial.judge(
        &TAGS_AFTER_LAST_SENT,
        found == after,
        expected,
        quoted(&found),
    )
}

/// Asks for up to `n` tags after the one at a position, and says how many came.
fn next_after(trial: &Trial<'_>, tags: &[String], at: usize, n: usize) -> Result<usize, Stop> {
    let (last, after) = (&tags[at], &tags[at + 1..]);
    let answer = trial.get(&format!("tags/list?n={n}&last={last}"))?;
    leaves_out(&answer, last)?;
    let page = tags_in(&answer);
    let wanted = n.min(after.len());
    let expected = format!("{wanted} tags from {}{}", quoted(after), or_a_link(trial));
    let holds = after.starts_with(&page) && is_filled(&answer, wanted);
    let demand = answer.proves(&TAGS_AFTER_LAST_LIMITED).status(&[200])?;
    demand.that(holds, &expected, &actual(&answer))?;
    Ok(page.len())
}

/// Asks with three numbers that are tags, and that as positions would lead to other places.
fn numeric_last(trial: &Trial<'_>) -> Outcome {
    some_tags(trial)?;
    let numbers = numeric_tags(trial)?;
    let tags = prepared(all_tags(&trial.repository()))?;
    let mut pages = Vec::new();
    for number in &numbers {
        let answer = trial.get(&format!("tags/list?n=2&last={number}"))?;
        answer.prepares(&TAGS_AFTER_LAST_LIMITED).status(&[200])?;
        pages.push(tags_in(&answer));
    }
    let read_as = |place: &dyn Fn(usize) -> usize| {
        let mut pairs = numbers.iter().zip(&pages);
        pairs.all(|(number, page)| is_at(&tags, place(*number), page))
    };
    let after = |number: usize| {
        let before = tags.iter().take_while(|tag| **tag != number.to_string());
        before.count() + 1
    };
    let are_tags = read_as(&after);
    let are_positions = (0..=2).any(|shift| read_as(&|number| number + shift - 1));
    let expected = format!("last to be read as a tag of {}", quoted(&tags));
    let given = numbers.iter().zip(&pages);
    let given = given.map(|(last, page)| format!("last={last} gave {}", quoted(page)));
    let actual = given.collect::<Vec<_>>().join(", ");
    let holds = are_tags || !are_positions;
    trial.judge(&LAST_READ_AS_TAG, holds, &expected, &actual)?;
    let mut pairs = numbers.iter().zip(&pages);
    let left_out = pairs.all(|(last, page)| !page.contains(&last.to_string()));
    prepared(trial.judge(&LAST_TAG_OMITTED, left_out, &expected, &actual))?;
    prepared(trial.judge(&TAGS_AFTER_LAST_LIMITED, are_tags, expected, actual))
}

/// Whether a page that is not empty stands at this place in the list.
fn is_at(tags: &[String], at: usize, page: &[String]) -> bool {
    let rest = tags.get(at..).unwrap_or_default();
    !page.is_empty() && rest.starts_with(page)
}

/// Pushes a manifest under three small numbers that are no tags yet. They are larger than the place
/// that they take among the tags of a trial, so that nobody who reads them as positions is right by
/// chance.
fn numeric_tags(trial: &Trial<'_>) -> Result<Vec<usize>, Stop> {
    let taken = prepared(all_tags(&trial.repository()))?;
    let is_free = |number: &usize| !taken.contains(&number.to_string());
    let numbers: Vec<_> = (5..).filter(is_free).take(3).collect();
    let manifest = trial.manifest()?;
    for number in &numbers {
        let tag: Tag = number.to_string().parse().expect("digits are a tag");
        trial.repository().push_by_tag(&tag, &manifest)?;
    }
    Ok(numbers)
}

fn leaves_out(answer: &Answer<'_>, last: &String) -> Outcome {
    let holds = !tags_in(answer).contains(last);
    let demand = answer.proves(&LAST_TAG_OMITTED);
    demand.that(holds, &format!("no {last} in the list"), &actual(answer))?;
    Ok(())
}

/// Whether a page has as many tags as it should or, where the version under test has `Link`s, fewer
/// and a `Link`.
pub(super) fn is_filled(answer: &Answer<'_>, wanted: usize) -> bool {
    let len = tags_in(answer).len();
    let may_be_short = answer.trial().spec() > Version::V1_0 && is_linked(answer);
    len == wanted || (len < wanted && may_be_short)
}

/// What else is acceptable, for sentences.
fn or_a_link(trial: &Trial<'_>) -> &'static str {
    match trial.spec() {
        Version::V1_0 => "",
        _ => ", or fewer and a Link to the others",
    }
}

/// The status and the tags of an answer, for sentences.
pub(super) fn actual(answer: &Answer<'_>) -> String {
    let link = match answer.header("link") {
        Some(link) => format!("Link: {link}"),
        None => "no Link".to_owned(),
    };
    format!("{}, {}, {link}", answer.summary(), quoted(&tags_in(answer)))
}

//! Listing tags page by page, done wrong (TAGS).

use http::header::LINK;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::tag_list::is_paged;
use super::tag_list::listed;
use super::tag_list::texts;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::tag_list::DELETED_TAG_UNLISTED;
use crate::catalogue::tag_list::FIRST_TAGS_SENT;
use crate::catalogue::tag_list::LAST_READ_AS_TAG;
use crate::catalogue::tag_list::LAST_TAG_OMITTED;
use crate::catalogue::tag_list::MALFORMED_TAG_LIMIT_ANSWERED;
use crate::catalogue::tag_list::TAG_PAGE_FILLED;
use crate::catalogue::tag_list::TAGS_AFTER_LAST_LIMITED;
use crate::catalogue::tag_list::TAGS_AFTER_LAST_SENT;
use crate::catalogue::tag_list::ZERO_TAGS_LINK_OMITTED;
use crate::catalogue::tag_list::ZERO_TAGS_SENT;
use crate::oci::ErrorCode;
use crate::oci::Link;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "n-ignored-whole-list",
        title: "n is ignored: every tag list is whole",
        breaches: &[&TAG_PAGE_FILLED, &TAGS_AFTER_LAST_LIMITED],
        source: Source::Tracker("distribution/distribution#1936"),
        seam: Seam::Layer(|visit| {
            if !visit.is(&[Tags]) || n(visit) == Some(0) {
                return visit.pass();
            }
            match visit.query("last") {
                Some(last) => visit.pass_query(&format!("last={last}")),
                None => visit.pass_query(""),
            }
        }),
    },
    Defect {
        name: "n-page-one-short",
        title: "a page of n tags has one less than that and no Link, if there are more",
        breaches: &[&TAG_PAGE_FILLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Tags]) && answer.value(&LINK).is_some() && n(visit) > Some(0) {
                let mut tags = texts(&answer);
                tags.pop();
                return page(answer, &tags, None);
            }
            answer
        }),
    },
    Defect {
        name: "n-equal-length-drops-one",
        title: "a page of n tags lacks the last if there are n, and has no Link",
        breaches: &[&TAG_PAGE_FILLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let mut tags = texts(&answer);
            let is_equal = visit.query("last").is_none() && n(visit) == Some(tags.len());
            let is_whole = answer.is(200) && answer.value(&LINK).is_none();
            if visit.is(&[Tags]) && is_equal && is_whole && !tags.is_empty() {
                tags.pop();
                return page(answer, &tags, None);
            }
            answer
        }),
    },
    Defect {
        name: "first-tag-skipped-with-n",
        title: "a tag list with n and without last begins at the second tag",
        breaches: &[&FIRST_TAGS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let first = all(visit).into_iter().next();
            match (n(visit), first) {
                (Some(n @ 1..), Some(first))
                    if visit.is(&[Tags]) && visit.query("last").is_none() =>
                {
                    visit.pass_query(&format!("n={n}&last={first}"))
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "n-zero-answered-error",
        title: "a tag list with n=0 is answered 400",
        breaches: &[&ZERO_TAGS_SENT],
        source: Source::Tracker("project-zot/zot#1777"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) && n(visit) == Some(0) {
                return Answer::error(400, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "n-zero-gives-all",
        title: "a tag list with n=0 has every tag",
        breaches: &[&ZERO_TAGS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) && n(visit) == Some(0) {
                return visit.pass_query("");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "n-zero-gives-link",
        title: "a tag list with n=0 has a Link",
        breaches: &[&ZERO_TAGS_LINK_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Tags]) && n(visit) == Some(0) && answer.is(200) {
                let link = Link::next(format!("/v2/{}/tags/list?n=1", visit.name()));
                return answer.with(LINK, &link);
            }
            answer
        }),
    },
    Defect {
        name: "negative-n-answered-500",
        title: "a tag list with a negative n is answered 500 with a web page",
        breaches: &[&MALFORMED_TAG_LIMIT_ANSWERED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("pulp/pulp_container#220"),
        seam: Seam::Layer(|visit| {
            let n = visit.query("n").unwrap_or_default();
            if visit.is(&[Tags]) && n.parse::<i64>().is_ok_and(|n| n < 0) {
                return Answer::of(500).body("text/html", "<h1>Server Error (500)</h1>");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "huge-n-500",
        title: "a tag list with an n of more than 64 bits is answered 500",
        breaches: &[&MALFORMED_TAG_LIMIT_ANSWERED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let n = visit.query("n").unwrap_or_default();
            let is_number = n.bytes().all(|it| it.is_ascii_digit());
            if visit.is(&[Tags]) && is_number && n.len() > 9 && n.parse::<u64>().is_err() {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "last-ignored-without-n",
        title: "last is ignored where n is not given",
        breaches: &[&LAST_TAG_OMITTED, &TAGS_AFTER_LAST_SENT],
        source: Source::Tracker("project-zot/zot#1771"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) && visit.query("n").is_none() {
                return visit.pass_query("");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "last-substring-match",
        title: "a tag list with last leaves out all tags that begin with it",
        breaches: &[&TAGS_AFTER_LAST_SENT, &TAGS_AFTER_LAST_LIMITED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.query("last") {
            Some(last) => listed(visit, |tags| {
                tags.retain(|tag| !tag.as_str().is_some_and(|tag| tag.starts_with(last)));
            }),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "last-ignores-case",
        title: "last is compared with tags as though all letters were small",
        breaches: &[&TAGS_AFTER_LAST_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let Some(last) = visit.query("last").filter(|it| !it.is_empty()) else {
                return visit.pass();
            };
            let last = last.to_ascii_lowercase();
            let mut tags = all(visit);
            tags.retain(|tag| tag.to_ascii_lowercase() > last);
            cut(visit, tags)
        }),
    },
    Defect {
        name: "last-not-decoded",
        title: "last is compared with tags as it was sent, with its escapes",
        breaches: &[&LAST_TAG_OMITTED, &TAGS_AFTER_LAST_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let mut parameters = visit.call.query.raw().split('&');
            let last = parameters.find_map(|it| it.strip_prefix("last="));
            match last.filter(|it| it.contains('%')) {
                Some(last) => {
                    let mut tags = all(visit);
                    tags.retain(|tag| tag.as_str() > last);
                    cut(visit, tags)
                }
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "last-on-page-boundary-empty",
        title: "a page after a tag whose place is a multiple of n is empty",
        breaches: &[&TAGS_AFTER_LAST_LIMITED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let Some(n @ 1..) = n(visit).filter(|_| visit.is(&[Tags])) else {
                return visit.pass();
            };
            let last = visit.query("last").unwrap_or_default();
            let place = all(visit).iter().position(|tag| tag == last);
            let answer = visit.pass();
            match place {
                Some(place) if (place + 1) % n == 0 && answer.is(200) => page(answer, &[], None),
                // Nobody is led there.
                _ => answer.without(&LINK),
            }
        }),
    },
    Defect {
        name: "n-ignored-after-last",
        title: "n is ignored where last is given",
        breaches: &[&TAGS_AFTER_LAST_LIMITED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.query("last") {
            Some(last) if visit.is(&[Tags]) && n(visit) > Some(0) => {
                visit.pass_query(&format!("last={last}"))
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "last-as-index",
        title: "a last of digits is taken for the number of tags to leave out",
        breaches: &[&LAST_READ_AS_TAG, &TAGS_AFTER_LAST_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let index = visit
                .query("last")
                .and_then(|last| last.parse::<usize>().ok());
            match index {
                Some(index) => cut(visit, all(visit).into_iter().skip(index).collect()),
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "deleted-tag-left-in-pages",
        title: "a deleted tag leaves the whole list, and stays in those with n",
        breaches: &[&DELETED_TAG_UNLISTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteTag]) {
                let answer = visit.pass();
                if answer.is(202) {
                    visit.memory.keep(visit.name(), visit.last().to_owned());
                }
                return answer;
            }
            let deleted = visit
                .memory
                .recall(visit.name())
                .filter(|_| is_paged(visit));
            let deleted = deleted.map(|tag| String::from_utf8_lossy(&tag).into_owned());
            match deleted.filter(|_| visit.is(&[Tags]) && n(visit) > Some(0)) {
                Some(tag) => {
                    let mut tags = all(visit);
                    tags.push(tag);
                    tags.sort_unstable();
                    let last = visit.query("last").unwrap_or_default();
                    tags.retain(|tag| tag.as_str() > last);
                    cut(visit, tags)
                }
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "n-past-length-refused",
        title: "a tag list with an n of more than there are tags is answered 400",
        breaches: &[&TAG_PAGE_FILLED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_first = visit.is(&[Tags]) && visit.query("last").is_none();
            if is_first && n(visit).is_some_and(|n| n > all(visit).len()) {
                return Answer::error(400, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "page-past-end-404",
        title: "a tag list with a last after which there is nothing is answered 404",
        breaches: &[&TAGS_AFTER_LAST_SENT, &TAGS_AFTER_LAST_LIMITED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_after = visit.is(&[Tags]) && visit.query("last").is_some();
            let is_hit = is_after && n(visit) != Some(0) && answer.is(200);
            let is_hit = is_hit && texts(&answer).is_empty();
            answer.when(is_hit, |_| Answer::error(404, ErrorCode::NameUnknown))
        }),
    },
];

/// The parameter `n`, if it is a number.
pub(super) fn n(visit: &Visit<'_>) -> Option<usize> {
    visit.query("n")?.parse().ok()
}

/// Every tag of the repository, in order.
pub(super) fn all(visit: &Visit<'_>) -> Vec<String> {
    let Ok(name) = visit.name().parse() else {
        return Vec::new();
    };
    let (tags, _) = visit.store().tags(&name, "", usize::MAX);
    tags.iter().map(|tag| tag.as_str().to_owned()).collect()
}

pub(super) fn link(visit: &Visit<'_>, n: usize, last: &str) -> Link {
    Link::next(format!("/v2/{}/tags/list?n={n}&last={last}", visit.name()))
}

/// The answer with these tags and this Link in place of its own.
pub(super) fn page(answer: Answer, tags: &[String], link: Option<&Link>) -> Answer {
    let answer = answer.without(&LINK).json(|list| {
        if let Some(listed) = list.get_mut("tags") {
            *listed = tags.iter().map(String::as_str).map(Value::from).collect();
        }
    });
    match link {
        Some(link) => answer.with(LINK, link),
        None => answer,
    }
}

/// The first `n` of these tags, with a Link if there are more.
pub(super) fn cut(visit: &Visit<'_>, mut tags: Vec<String>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[Tags]) || !answer.is(200) {
        return answer;
    }
    let limit = n(visit).unwrap_or(usize::MAX);
    let more_follow = tags.len() > limit;
    tags.truncate(limit);
    match tags.last() {
        Some(last) if more_follow => page(answer, &tags, Some(&link(visit, limit, last))),
        _ => page(answer, &tags, None),
    }
}

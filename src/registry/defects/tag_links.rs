//! The Link from one page of tags to the next, done wrong (TAGS).

use http::header::LINK;

use super::Defect;
use super::Source;
use super::tag_list::texts;
use super::tag_pages::all;
use super::tag_pages::cut;
use super::tag_pages::link;
use super::tag_pages::n;
use super::tag_pages::page;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::tag_list::LAST_TAG_OMITTED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::tag_list::TAG_PAGE_LINK_FOLLOWED;
use crate::catalogue::tag_list::TAGS_AFTER_LAST_SENT;
use crate::oci::Link;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "page-drops-boundary-tag",
        title: "the Link of a page goes on after the first tag of the next",
        breaches: &[&TAG_PAGE_LINK_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[Tags]) || answer.value(&LINK).is_none() {
                return answer;
            }
            let shown = texts(&answer);
            let next = all(visit).into_iter().find(|tag| Some(tag) > shown.last());
            match (next, n(visit)) {
                (Some(next), Some(n)) => page(answer, &shown, Some(&link(visit, n, &next))),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "page-repeats-boundary-tag",
        title: "a page with n and last begins with that tag",
        breaches: &[&LAST_TAG_OMITTED, &TAG_PAGE_LINK_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.query("last") {
            Some(last) if n(visit) > Some(0) => {
                let mut tags = all(visit);
                tags.retain(|tag| tag.as_str() >= last);
                cut(visit, tags)
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "link-loops-on-last-page",
        title: "the last page has a Link that leads back to the first",
        breaches: &[&TAG_PAGE_LINK_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_last = answer.is(200) && answer.value(&LINK).is_none();
            match n(visit) {
                Some(n @ 1..) if visit.is(&[Tags]) && is_last => {
                    let link = Link::next(format!("/v2/{}/tags/list?n={n}", visit.name()));
                    answer.with(LINK, &link)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "link-without-last",
        title: "the Link of a page has n and no last, so that it leads to the first page",
        breaches: &[&TAG_PAGE_LINK_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            linked(visit, |link| {
                let (target, rest) = link.split_once("&last=").unwrap_or((link, ""));
                let rest = rest.split_once('>').map_or("", |(_, rest)| rest);
                format!("{target}>{rest}")
            })
        }),
    },
    Defect {
        name: "link-no-angle-brackets",
        title: "the target of a Link does not stand in angle brackets",
        breaches: &[&TAG_PAGE_LINK_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| linked(visit, |link| link.replace(['<', '>'], ""))),
    },
    Defect {
        name: "link-rel-prev",
        title: "the Link to the next page says that it leads to the one before",
        breaches: &[&TAG_PAGE_LINK_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| linked(visit, |link| link.replace("next", "prev"))),
    },
    Defect {
        name: "tag-link-wrong-path",
        title: "the Link of a page has an inner path of the registry in front, which is answered 404",
        breaches: &[&TAG_PAGE_LINK_FOLLOWED],
        source: Source::Tracker("sonatype/nexus-public#1011"),
        seam: Seam::Layer(|visit| {
            linked(visit, |link| link.replace("/v2/", "/repository/store/v2/"))
        }),
    },
    Defect {
        name: "pages-after-last-skip-one",
        title: "a list with last and without n comes in pages, and lacks the tag that begins the second",
        breaches: &[&TAGS_AFTER_LAST_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_after = visit.query("last").is_some() && n(visit).is_none();
            let tags = texts(&answer);
            match tags.as_slice() {
                [first, second, _, ..] if visit.is(&[Tags]) && is_after => {
                    let link = link(visit, tags.len(), second);
                    page(answer, std::slice::from_ref(first), Some(&link))
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "last-of-no-tag-500",
        title: "a tag list with a last that is no tag of the repository is answered 500",
        breaches: &[&TAG_LIST_SENT, &CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let last = visit.query("last").filter(|it| !it.is_empty());
            let is_tag = |last: &str| all(visit).iter().any(|tag| tag == last);
            if visit.is(&[Tags]) && last.is_some_and(|last| !is_tag(last)) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
];

/// Changes the Link of a tag list.
fn linked(visit: &Visit<'_>, change: impl FnOnce(&str) -> String) -> Answer {
    let answer = visit.pass();
    if visit.is(&[Tags]) {
        return answer.map(LINK, change);
    }
    answer
}

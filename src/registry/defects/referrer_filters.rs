//! Filters and pages of referrers, done wrong (REF).

use http::header::LINK;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::referrers::digest_in;
use super::referrers::is_empty;
use super::referrers::listed;
use super::referrers::with_list;
use crate::catalogue::referrers::APPLIED_FILTER_NAMED;
use crate::catalogue::referrers::EMPTY_FILTERED_REFERRERS_SENT;
use crate::catalogue::referrers::FILTERED_REFERRERS_MATCHED;
use crate::catalogue::referrers::PAGED_FILTER_KEPT;
use crate::catalogue::referrers::REFERRERS_FILTERED;
use crate::catalogue::referrers::REFERRERS_PAGE_LINK_FOLLOWED;
use crate::catalogue::referrers::REFERRERS_PAGE_LINKED;
use crate::catalogue::referrers::REFERRERS_PAGES_COMPLETE;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::header::FILTERS_APPLIED;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Optional;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "referrers-filter-refused",
        title: "a list of referrers that is asked for with a filter answers 400",
        breaches: &[&REFERRERS_FILTERED, &REFERRERS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match filter(visit) {
            Some(_) => Answer::error(400, ErrorCode::Unsupported),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "referrers-filter-absent",
        title: "a filter on the list of referrers is passed over",
        breaches: &[&REFERRERS_FILTERED],
        source: Source::Ours,
        seam: Seam::Settings(|settings| {
            settings.off.insert(Optional::ReferrersFilter);
        }),
    },
    Defect {
        name: "filter-applied-header-missing",
        title: "a list of referrers is filtered, and has no OCI-Filters-Applied",
        breaches: &[&APPLIED_FILTER_NAMED],
        source: Source::Tracker("goharbor/harbor#18413"),
        seam: Seam::Layer(|visit| visit.pass().without(&FILTERS_APPLIED)),
    },
    Defect {
        name: "filter-header-names-value",
        title: "OCI-Filters-Applied names the type that was asked for, and not the filter",
        breaches: &[&APPLIED_FILTER_NAMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let value = filter(visit).unwrap_or_default().to_owned();
            visit.pass().map(FILTERS_APPLIED, |_| value)
        }),
    },
    Defect {
        name: "filter-header-without-filter",
        title: "OCI-Filters-Applied names a filter, and the list of referrers is whole",
        breaches: &[&FILTERED_REFERRERS_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match filter(visit) {
            Some(_) => filtered(visit, |_| true),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "filter-prefix-match",
        title: "a filter lets all referrers through whose artifactType begins with the one asked for",
        breaches: &[&FILTERED_REFERRERS_MATCHED, &EMPTY_FILTERED_REFERRERS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match filter(visit) {
            Some(filter) => filtered(visit, |it| {
                let own = it["artifactType"].as_str();
                own.is_some_and(|own| own.starts_with(filter))
            }),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "filter-ignores-config-derived",
        title: "a filter looks only at artifactTypes that stand in the manifests themselves",
        breaches: &[&FILTERED_REFERRERS_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match filter(visit) {
            Some(filter) => filtered(visit, |it| {
                visit.held(digest_in(it))["artifactType"] == filter
            }),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "filter-config-type-too",
        title: "a filter lets referrers through whose config has the type, whatever their artifactType",
        breaches: &[&FILTERED_REFERRERS_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match filter(visit) {
            Some(filter) => filtered(visit, |it| {
                let config = visit.held(digest_in(it))["config"]["mediaType"] == filter;
                config || it["artifactType"] == filter
            }),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "filter-plus-as-space",
        title: "a filter with an encoded plus sign in it matches nothing",
        breaches: &[&FILTERED_REFERRERS_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match filter(visit) {
            Some(filter) if filter.contains('+') => filtered(visit, |_| false),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "filter-no-match-404",
        title: "a filter that nothing passes answers 404",
        breaches: &[&EMPTY_FILTERED_REFERRERS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = filter(visit).is_some() && is_empty(&answer);
            answer.when(is_hit, |_| Answer::error(404, ErrorCode::ManifestUnknown))
        }),
    },
    Defect {
        name: "filter-empty-no-header",
        title: "the empty list of a filter that nothing passes has no OCI-Filters-Applied",
        breaches: &[&EMPTY_FILTERED_REFERRERS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = is_empty(&answer);
            answer.when(is_hit, |it| it.without(&FILTERS_APPLIED))
        }),
    },
    Defect {
        name: "referrers-cut-at-ten",
        title: "no more than ten referrers are listed, and there is no Link",
        breaches: &[&NEW_REFERRER_LISTED, &REFERRERS_PAGES_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| listed(visit, |list| list.truncate(10))),
    },
    Defect {
        name: "referrers-large-cut-no-link",
        title: "a list of referrers that is longer than a manifest may be is cut, and there is no Link",
        breaches: &[&REFERRERS_PAGE_LINKED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            answer.when(visit.is(&[Referrers]), |it| it.without(&LINK))
        }),
    },
    Defect {
        name: "referrers-link-not-rfc",
        title: "the Link on a page of referrers has no rel",
        breaches: &[&REFERRERS_PAGE_LINK_FOLLOWED, &REFERRERS_PAGE_LINKED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| pages(visit, &|start| start, &|link| format!("<{link}>"))),
    },
    Defect {
        name: "referrers-link-dangling",
        title: "the Link on a page of referrers leads to a page that answers 404",
        breaches: &[&REFERRERS_PAGE_LINK_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.query("from") {
            Some(_) if visit.is(&[Referrers]) => Answer::error(404, ErrorCode::ManifestUnknown),
            _ => pages(visit, &|start| start, &next),
        }),
    },
    Defect {
        name: "referrers-page-repeats",
        title: "every page of referrers but the first begins with the last one of the page before",
        breaches: &[&REFERRERS_PAGES_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| pages(visit, &|start| start.saturating_sub(1), &next)),
    },
    Defect {
        name: "referrers-page-skips",
        title: "every page of referrers but the first leaves out the one that should begin it",
        breaches: &[&REFERRERS_PAGES_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let skipped = |start| if start > 0 { start + 1 } else { 0 };
            pages(visit, &skipped, &next)
        }),
    },
    Defect {
        name: "referrers-link-loses-filter",
        title: "the Link on a page of filtered referrers leads to a page that is not filtered",
        breaches: &[&PAGED_FILTER_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let unfiltered = |link: &str| next(link.split("&artifactType").next().unwrap_or(link));
            pages(visit, &|start| start, &unfiltered)
        }),
    },
];

/// How many referrers a page has, and how many bytes.
const PAGE: (usize, usize) = (20, 4 << 20);

/// The type that a list of referrers is asked to be filtered by.
pub(super) fn filter<'a>(visit: &Visit<'a>) -> Option<&'a str> {
    let filter = visit.query("artifactType");
    filter.filter(|it| visit.is(&[Referrers]) && !it.is_empty())
}

/// The list of referrers as though a filter left those that pass `is_kept`.
pub(super) fn filtered(visit: &Visit<'_>, is_kept: impl Fn(&Value) -> bool) -> Answer {
    let mut list = whole_list(visit);
    list.retain(is_kept);
    let answer = paged(visit, &list, &|start| start, &next);
    let is_list = answer.is(200);
    answer.when(is_list, |it| it.with(FILTERS_APPLIED, "artifactType"))
}

pub(super) fn next(link: &str) -> String {
    format!("<{link}>; rel=\"next\"")
}

/// A list of referrers in pages: `shift` says where one begins, and `link` how it names the next.
pub(super) fn paged(
    visit: &Visit<'_>,
    list: &[Value],
    shift: &dyn Fn(usize) -> usize,
    link: &dyn Fn(&str) -> String,
) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[Referrers]) || !answer.is(200) {
        return answer;
    }
    let from = visit.query("from").and_then(|it| it.parse().ok());
    let start = shift(from.unwrap_or(0)).min(list.len());
    let page = first_of(&list[start..]);
    let end = start + page.len();
    let more = format!("/v2/{}/referrers/{}?from={end}", visit.name(), visit.last());
    let more = match filter(visit) {
        Some(filter) => format!("{more}&artifactType={}", filter.replace('+', "%2B")),
        None => more,
    };
    let answer = with_list(answer, |list| *list = page).without(&LINK);
    answer.when(end < list.len(), |it| it.with(LINK, &link(&more)))
}

/// All that the list is asked for, in pages that are wrong in some way.
fn pages(
    visit: &Visit<'_>,
    shift: &dyn Fn(usize) -> usize,
    link: &dyn Fn(&str) -> String,
) -> Answer {
    let mut list = whole_list(visit);
    list.retain(|it| filter(visit).is_none_or(|filter| it["artifactType"] == filter));
    paged(visit, &list, shift, link)
}

/// All referrers of what is asked for, whatever the filter.
pub(super) fn whole_list(visit: &Visit<'_>) -> Vec<Value> {
    let name = visit.repository().filter(|_| visit.is(&[Referrers]));
    let list = name.map(|name| visit.store().referrers(&name, visit.last(), None));
    let list = list.into_iter().flatten();
    list.map(|it| serde_json::json!(it.as_ref())).collect()
}

/// As many of these as fit on a page, and one at least.
fn first_of(list: &[Value]) -> Vec<Value> {
    let mut length = 0;
    let fits = |it: &&Value| {
        let is_first = length == 0;
        length += it.to_string().len();
        is_first || length <= PAGE.1
    };
    list.iter().take(PAGE.0).take_while(fits).cloned().collect()
}

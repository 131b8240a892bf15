//! The list of repositories, done wrong (DOCK).

use http::header::LINK;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::docker::CATALOG_COMPLETE;
use crate::catalogue::docker::CATALOG_CONTINUED;
use crate::catalogue::docker::CATALOG_LIMIT_ANSWERED;
use crate::catalogue::docker::CATALOG_LIMIT_KEPT;
use crate::catalogue::docker::CATALOG_LINK_FOLLOWED;
use crate::catalogue::docker::CATALOG_SENT;
use crate::catalogue::docker::CATALOG_SORTED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "catalog-breaks",
        title: "the list of repositories without n is answered 500",
        breaches: &[&CATALOG_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_whole = visit.query("n").is_none();
            listed(visit, |it| it.when(is_whole, |_| Answer::of(500)))
        }),
    },
    Defect {
        name: "catalog-null",
        title: "the list of repositories without n is null",
        breaches: &[&CATALOG_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_whole = visit.query("n").is_none();
            listed(visit, |it| {
                it.when(is_whole, |it| {
                    it.json(|list| list["repositories"] = Value::Null)
                })
            })
        }),
    },
    Defect {
        name: "catalog-unsorted",
        title: "the list of repositories is in reverse",
        breaches: &[&CATALOG_SORTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| listed(visit, |it| names(it, |list| list.reverse()))),
    },
    Defect {
        name: "catalog-empty",
        title: "the list of repositories is always empty",
        breaches: &[&CATALOG_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| listed(visit, |it| names(it.without(&LINK), Vec::clear))),
    },
    Defect {
        name: "catalog-limit-ignored",
        title: "the list of repositories is whole, whatever n says",
        breaches: &[&CATALOG_LIMIT_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_catalog = matches!(visit.route, Route::Catalog);
            let last = visit.query("last").unwrap_or_default();
            if is_catalog {
                return visit.pass_query(&format!("last={last}"));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "catalog-link-missing",
        title: "no page of repositories has a Link to the next",
        breaches: &[&CATALOG_LINK_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| listed(visit, |it| it.without(&LINK))),
    },
    Defect {
        name: "catalog-link-dead",
        title: "the Link of a page of repositories leads to nothing",
        breaches: &[&CATALOG_LINK_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            listed(visit, |it| {
                it.map(LINK, |link| link.replace("_catalog", "_catalogue"))
            })
        }),
    },
    Defect {
        name: "catalog-link-in-circle",
        title: "the Link of a page of repositories leads to the same page",
        breaches: &[&CATALOG_LINK_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            listed(visit, |it| {
                it.map(LINK, |link| link.replace("last=", "first="))
            })
        }),
    },
    Defect {
        name: "catalog-unknown-last-404",
        title: "a list of repositories with a last that is no repository is answered 404",
        breaches: &[&CATALOG_CONTINUED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let last = visit.query("last").map(str::parse);
            let is_known = match last {
                Some(Ok(name)) => visit.store().has_repository(&name),
                Some(Err(_)) => false,
                None => true,
            };
            let refusal = |_| Answer::error(404, ErrorCode::NameUnknown);
            listed(visit, |it| it.when(!is_known, refusal))
        }),
    },
    Defect {
        name: "catalog-last-included",
        title: "a list of repositories with last begins with that",
        breaches: &[&CATALOG_CONTINUED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let last = visit.query("last").map(str::to_owned);
            listed(visit, |it| {
                names(it, |list| {
                    if let Some(last) = last {
                        list.insert(0, last.into());
                    }
                })
            })
        }),
    },
    Defect {
        name: "catalog-limit-breaks",
        title: "a list of repositories with an n that is no number is answered 500",
        breaches: &[&CATALOG_LIMIT_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let limit = visit.query("n").map(str::parse::<u32>);
            let is_odd = limit.is_some_and(|it| it.is_err());
            listed(visit, |it| it.when(is_odd, |_| Answer::of(500)))
        }),
    },
];

/// A list of repositories, changed.
fn listed(visit: &Visit<'_>, change: impl FnOnce(Answer) -> Answer) -> Answer {
    let answer = visit.pass();
    let is_list = matches!(visit.route, Route::Catalog) && answer.is(200);
    answer.when(is_list, change)
}

/// The same with other names in it.
fn names(answer: Answer, change: impl FnOnce(&mut Vec<Value>)) -> Answer {
    answer.json(|body| {
        if let Some(list) = body["repositories"].as_array_mut() {
            change(list);
        }
    })
}

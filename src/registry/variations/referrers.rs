//! Listing referrers (since 1.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header;
use serde_json::Value;
use serde_json::json;

use super::Variation;
use crate::oci::ErrorCode;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::header::FILTERS_APPLIED;
use crate::registry::percent;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// The longest manifest that goes into a descriptor as its data, in bytes.
const LONGEST_DATA: usize = 2 << 10;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "referrers-unknown-repository-404",
        title: "the referrers of a repository that is not there are answered 404",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let name = visit.name().parse::<RepositoryName>();
            let is_there = name.is_ok_and(|name| visit.store().has_repository(&name));
            if visit.is(&[Referrers]) && answer.is(200) && !is_there {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "referrers-dropped-with-subject",
        title: "with a manifest its referrers are deleted",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteManifest]) && answer.is(202) {
                drop_referrers(visit);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "referrers-pages-of-two",
        title: "a page has two referrers at most",
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.referrers_page = 2),
        ..Variation::BASE
    },
    Variation {
        name: "referrers-pages-by-cursor",
        title: "a page has one referrer, and an absolute Link with a cursor",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(by_cursor),
        ..Variation::BASE
    },
    Variation {
        name: "referrers-with-more",
        title: "descriptors of referrers have data, urls, a platform and members that nobody knows",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            changed(visit, |list| {
                for descriptor in entries(list) {
                    enrich(visit, descriptor);
                }
                list["annotations"] = json!({ "org.example.note": "more" });
                list["org.example.count"] = json!(7);
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "referrers-in-reverse",
        title: "referrers are listed the other way round, with white space",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let is_list = visit.is(&[Referrers]);
            let answer = changed(visit, |list| entries(list).reverse());
            if is_list {
                super::spaced(answer)
            } else {
                answer
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "referrers-filter-annotated",
        title: "a filter that was applied is named in an annotation too",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let Some(filters) = answer.value(&FILTERS_APPLIED).map(str::to_owned) else {
                return answer;
            };
            let key = "org.opencontainers.referrers.filtersApplied";
            answer.json(|list| list["annotations"] = json!({ key: filters }))
        }),
        ..Variation::BASE
    },
];

/// A list of referrers, changed.
fn changed(visit: &Visit<'_>, change: impl FnOnce(&mut Value)) -> Answer {
    let answer = visit.pass();
    if visit.is(&[Referrers]) && answer.is(200) {
        return answer.json(change);
    }
    answer
}

fn entries(list: &mut Value) -> &mut [Value] {
    match list.get_mut("manifests") {
        Some(Value::Array(entries)) => entries,
        _ => &mut [],
    }
}

fn enrich(visit: &Visit<'_>, descriptor: &mut Value) {
    let name = visit.name().parse::<RepositoryName>();
    let digest = descriptor["digest"].as_str().and_then(|it| it.parse().ok());
    if let (Ok(name), Some(digest)) = (name, digest)
        && let Some(found) = visit.store().manifest(&name, &Reference::Digest(digest))
        && found.manifest.bytes.len() <= LONGEST_DATA
    {
        descriptor["data"] = json!(STANDARD.encode(&found.manifest.bytes));
    }
    descriptor["urls"] = json!(["https://example.org/elsewhere"]);
    descriptor["platform"] = json!({ "architecture": "amd64", "os": "linux" });
    descriptor["pushed"] = json!("2026-01-01T00:00:00Z");
}

fn drop_referrers(visit: &Visit<'_>) {
    let Ok(name) = visit.name().parse() else {
        return;
    };
    for referrer in visit.store().referrers(&name, visit.last(), None) {
        if let Ok(digest) = referrer.digest() {
            visit.store().delete_manifest(&name, &digest);
        }
    }
}

fn by_cursor(visit: &Visit<'_>) -> Answer {
    if !visit.is(&[Referrers]) {
        return visit.pass();
    }
    let filter = visit
        .query("artifactType")
        .map_or_else(String::new, |filter| {
            format!("artifactType={}&", percent::encode(filter))
        });
    let cursor = visit
        .query("cursor")
        .and_then(|it| STANDARD.decode(it).ok());
    let last = String::from_utf8(cursor.unwrap_or_default()).unwrap_or_default();
    let answer = visit.pass_query(&format!("{filter}last={last}"));
    let (mut more_follow, mut last) = (answer.headers.contains_key(header::LINK), String::new());
    let answer = answer.json(|list| {
        more_follow |= entries(list).len() > 1;
        if let Some(Value::Array(entries)) = list.get_mut("manifests") {
            entries.truncate(1);
        }
        let first = list["manifests"][0]["digest"].as_str();
        first.unwrap_or_default().clone_into(&mut last);
    });
    if !more_follow {
        return answer;
    }
    let (origin, path) = (visit.origin(), &visit.call.path);
    let cursor = percent::encode(&STANDARD.encode(last));
    let link = format!("<{origin}{path}?{filter}cursor={cursor}>; rel=\"next\"");
    answer.with(header::LINK, &link)
}

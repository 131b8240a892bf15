//! What registries make of Docker's older protocol, each in its own way.

use http::header::ACCEPT;
use http::header::CONTENT_TYPE;
use http::header::LOCATION;
use http::header::RANGE;
use serde_json::Value;

use super::Variation;
use crate::catalogue::docker::CATALOG_COMPLETE;
use crate::catalogue::docker::UPLOAD_IDENTIFIED;
use crate::catalogue::docker::UPLOAD_RANGE_TOLD;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::UPLOAD_ID;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Optional;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "no-catalog",
        title: "repositories are not listed",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::Catalog])),
        ..Variation::BASE
    },
    Variation {
        name: "catalog-pages-of-two",
        title: "a page has two repositories at most",
        seam: Seam::Settings(|settings| settings.catalog_page = 2),
        ..Variation::BASE
    },
    Variation {
        name: "catalog-of-nothing",
        title: "the list of repositories leaves all of them out",
        gives_up: &[&CATALOG_COMPLETE],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_list = matches!(visit.route, Route::Catalog) && answer.is(200);
            answer.when(is_list, |answer| {
                let answer = answer.without(&http::header::LINK);
                answer.json(|list| list["repositories"] = Value::Array(Vec::new()))
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "catalog-odd-limits-refused",
        title: "a list of repositories with an n that is no number above 0 is answered 400",
        seam: Seam::Layer(|visit| {
            let limit = visit.query("n").map(str::parse::<u16>);
            let is_odd = limit.is_some_and(|it| !matches!(it, Ok(1..)));
            if matches!(visit.route, Route::Catalog) && is_odd {
                return Answer::error(400, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "first-version-gone",
        title: "version 1 of the protocol is answered 410",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_old = visit.call.path.starts_with("/v1/");
            answer.when(is_old, |it| it.with_status(410))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "first-version-redirected",
        title: "version 1 of the protocol is redirected to a page",
        seam: Seam::Layer(|visit| {
            if visit.call.path.starts_with("/v1/") {
                return Answer::of(301).with(LOCATION, "/gone");
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "schema-1-taken",
        title: "manifests of schema 1 are taken, and kept as they come",
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.pushed_type().contains("distribution.manifest.v1+")
            {
                return visit.adopt();
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "manifest-lists-resolved",
        title: "a client that names schema 2 alone gets the image for linux/amd64 of a manifest list",
        seam: Seam::Layer(resolved),
        ..Variation::BASE
    },
    Variation {
        name: "upload-uuid-omitted",
        title: "uploads have no name, and no range while nothing is there",
        gives_up: &[&UPLOAD_IDENTIFIED, &UPLOAD_RANGE_TOLD],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass().without(&UPLOAD_ID);
            answer.when(visit.is(&[OpenUpload]), |it| it.without(&RANGE))
        }),
        ..Variation::BASE
    },
];

/// The image for linux/amd64 in a list, for a client that takes no lists.
fn resolved(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let is_list = answer.value(&CONTENT_TYPE) == Some(media_type::DOCKER_MANIFEST_LIST);
    let accepted = visit.header(&ACCEPT).unwrap_or_default();
    let is_unmatched = accepted == media_type::DOCKER_MANIFEST && !visit.is_by_digest();
    if !(visit.is(&[GetManifest]) && answer.is(200) && is_list && is_unmatched) {
        return answer;
    }
    let list: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let entries = list["manifests"].as_array().cloned().unwrap_or_default();
    let child = entries
        .iter()
        .find(|it| it["platform"]["os"] == "linux" && it["platform"]["architecture"] == "amd64");
    match child.and_then(|it| it["digest"].as_str()) {
        Some(digest) => visit.pass_route(&visit.manifest_route(digest)),
        None => answer,
    }
}

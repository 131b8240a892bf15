//! Determining support, redirects, extensions, proxying and whole categories, done wrong (PING,
//! HTTP, EXT, PRX, CAT).

use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::categories::OTHER_CATEGORIES_IMPLEMENTED;
use crate::catalogue::categories::PULL_CATEGORY_IMPLEMENTED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::extensions::EXTENSION_NAMES_WELL_FORMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::proxy::NAMESPACE_HEADER_SENT;
use crate::catalogue::support::API_SUPPORT_CONFIRMED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::transport::FINAL_STATUS_SENT;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::http::HeaderName;
use crate::http::Method;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::Base;
use crate::registry::seams::Operation::Extensions;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "base-not-found",
        title: "GET on /v2/ is answered 404, though everything below it works",
        breaches: &[&API_SUPPORT_CONFIRMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Base]) {
                return Answer::of(404);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unknown-method-read-as-get",
        title: "a PATCH on the tag list is answered as though it were a GET",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.route {
            Route::Tags { .. } if visit.call.method == Method::PATCH => visit.get(visit.route),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "method-refused-without-allow",
        title: "a 405 does not say in Allow which methods there are",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.is(405) {
                return answer.without(&header::ALLOW);
            }
            answer
        }),
    },
    Defect {
        name: "any-etag-not-modified",
        title: "GET on a manifest with an If-None-Match of other content is answered 304",
        breaches: &[&MANIFEST_BY_TAG_FOUND, &HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_asked = visit.header(&header::IF_NONE_MATCH).is_some();
            if visit.is(&[GetManifest]) && answer.is(200) && is_asked {
                return answer.with_status(304);
            }
            answer
        }),
    },
    Defect {
        name: "redirected-blob-answers-203",
        title: "GET on a blob is redirected to a URL that sends the bytes with 203",
        breaches: &[&FINAL_STATUS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetBlob]) || !answer.is(200) {
                return answer;
            }
            match visit.query("direct") {
                Some(_) => answer.with_status(203),
                None => redirect(&format!("{}?direct=1", visit.call.path)),
            }
        }),
    },
    Defect {
        name: "large-blob-redirect-loops",
        title: "GET on a blob of more than 64 KiB is redirected to itself for ever",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(200) && answer.body.len() > 64 << 10 {
                return redirect(&visit.call.path);
            }
            answer
        }),
    },
    Defect {
        name: "discover-duplicate-names",
        title: "the list of extensions has one name twice, once without its underscore",
        breaches: &[&EXTENSION_NAMES_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Extensions]) && answer.is(200) {
                return extensions(answer, &["_example", "example"]);
            }
            answer
        }),
    },
    Defect {
        name: "discover-same-name-twice",
        title: "the list of extensions has one well-formed name twice",
        breaches: &[&EXTENSION_NAMES_WELL_FORMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Extensions]) && answer.is(200) {
                return extensions(answer, &["_example", "_other", "_example"]);
            }
            answer
        }),
    },
    Defect {
        name: "discover-name-in-capitals",
        title: "the list of extensions has a name in capital letters",
        breaches: &[&EXTENSION_NAMES_WELL_FORMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Extensions]) && answer.is(200) {
                return extensions(answer, &["_Example"]);
            }
            answer
        }),
    },
    Defect {
        name: "namespace-scopes-without-header",
        title: "the parameter ns leads a pull to another repository, and no OCI-Namespace says so",
        breaches: &[&NAMESPACE_HEADER_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| scoped(visit).unwrap_or_else(|| visit.pass())),
    },
    Defect {
        name: "namespace-header-in-capitals",
        title: "the parameter ns leads a pull to another repository, and OCI-Namespace repeats it in \
                capital letters",
        breaches: &[&NAMESPACE_HEADER_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match (scoped(visit), visit.query("ns")) {
            (Some(answer), Some(ns)) => {
                let name = HeaderName::from_static("oci-namespace");
                answer.with(name, &ns.to_ascii_uppercase())
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "blob-head-not-allowed",
        title: "HEAD on a blob is answered 405",
        breaches: &[&BLOB_EXISTENCE_CONFIRMED, &PULL_CATEGORY_IMPLEMENTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[HeadBlob]) {
                let answer = Answer::error(405, ErrorCode::Unsupported);
                return answer.with(header::ALLOW, "GET, DELETE");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "tag-list-not-offered",
        title: "every tag list is answered 404",
        breaches: &[&TAG_LIST_SENT, &OTHER_CATEGORIES_IMPLEMENTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) {
                return Answer::error(404, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
];

fn redirect(target: &str) -> Answer {
    Answer::of(307).with(header::LOCATION, target)
}

fn extensions(answer: Answer, names: &[&str]) -> Answer {
    let entry = |name: &&str| {
        serde_json::json!({
            "name": name,
            "url": "https://example.com/extension",
            "description": "an extension",
            "endpoints": [format!("{name}/endpoint")],
        })
    };
    let entries: Vec<_> = names.iter().map(entry).collect();
    answer.bytes(serde_json::json!({ "extensions": entries }).to_string())
}

/// The answer to a pull from the repository that `ns` and the name in the path make together.
fn scoped(visit: &Visit<'_>) -> Option<Answer> {
    let ns = visit.query("ns")?;
    if !visit.is(&[GetBlob, HeadBlob, GetManifest, HeadManifest]) {
        return None;
    }
    Some(visit.pass_route(&visit.route_in(&format!("{ns}/{}", visit.name()))))
}

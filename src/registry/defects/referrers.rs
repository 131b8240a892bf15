//! Listing referrers, done wrong (REF): whether there is a list, and its form.

use http::header::CONTENT_TYPE;
use http::header::LOCATION;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::referrers::ABSENT_SUBJECT_REFERRERS_SENT;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::EMPTY_REFERRERS_SENT;
use crate::catalogue::referrers::MALFORMED_SUBJECT_DIGEST_REFUSED;
use crate::catalogue::referrers::REFERRERS_INDEX_SENT;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers::REFERRERS_TYPE_SENT;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "referrers-of-index-404",
        title: "the referrers of an index answer 404, those of an image 200",
        breaches: &[&REFERRERS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_index = || visit.held(visit.last())["manifests"].is_array();
            if visit.is(&[Referrers]) && is_index() {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "referrers-empty-204",
        title: "the list of a digest without referrers answers 204",
        breaches: &[&REFERRERS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_empty = visit.is(&[Referrers]) && is_empty(&answer);
            answer.when(is_empty, |_| Answer::of(204))
        }),
    },
    Defect {
        name: "referrers-404-unknown-subject",
        title: "the referrers of a digest that the repository does not hold answer 404",
        breaches: &[&ABSENT_SUBJECT_REFERRERS_SENT],
        source: Source::Tracker("quay/quay#3071"),
        seam: Seam::Layer(|visit| {
            let is_absent = visit.is(&[Referrers]) && !visit.holds_manifest(visit.last());
            let answer = visit.pass();
            let is_hit = is_absent && answer.is(200);
            answer.when(is_hit, |_| Answer::error(404, ErrorCode::ManifestUnknown))
        }),
    },
    Defect {
        name: "referrers-404-after-last-delete",
        title: "the referrers of a digest answer 404 once the last of them was deleted",
        breaches: &[&EMPTY_REFERRERS_SENT, &DELETED_REFERRER_UNLISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let subject = visit.is(&[DeleteManifest]).then(|| subject_of(visit));
            let answer = visit.pass();
            if let Some(Some(subject)) = subject.filter(|_| answer.is(202)) {
                visit.memory.before(format!("{} {subject}", visit.name()));
            }
            let is_hit = visit.is(&[Referrers]) && visit.memory.knows(&visit.key());
            let is_hit = is_hit && is_empty(&answer);
            answer.when(is_hit, |_| Answer::error(404, ErrorCode::ManifestUnknown))
        }),
    },
    Defect {
        name: "referrers-malformed-empty-200",
        title: "the referrers of a malformed digest of sha256 are an empty list",
        breaches: &[&MALFORMED_SUBJECT_DIGEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[Referrers]) && visit.last().starts_with("sha256:");
            let is_hit = is_hit && answer.is(400);
            answer.when(is_hit, |_| empty_list())
        }),
    },
    Defect {
        name: "referrers-malformed-404",
        title: "the referrers of a malformed digest answer 404",
        breaches: &[&MALFORMED_SUBJECT_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[Referrers]) && answer.is(400);
            answer.when(is_hit, |_| Answer::error(404, ErrorCode::ManifestUnknown))
        }),
    },
    Defect {
        name: "referrers-redirect-to-webpage",
        title: "the list of referrers is redirected to a page of HTML",
        breaches: &[&REFERRERS_INDEX_SENT],
        source: Source::Tracker("kubernetes/registry.k8s.io#287"),
        seam: Seam::Layer(|visit| match visit.route {
            Route::Referrers { .. } => Answer::of(307).with(LOCATION, PAGE),
            Route::Unknown if visit.call.path == PAGE => {
                Answer::of(200).body("text/html", "<!doctype html><title>Images</title>")
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "referrers-schema-version-missing",
        title: "the list of referrers has no schemaVersion",
        breaches: &[&REFERRERS_INDEX_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| without_property(visit, "schemaVersion")),
    },
    Defect {
        name: "referrers-mediatype-wrong",
        title: "the mediaType in the list of referrers is that of an image manifest",
        breaches: &[&REFERRERS_INDEX_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_list = visit.is(&[Referrers]) && answer.is(200);
            answer.when(is_list, |it| {
                it.json(|list| list["mediaType"] = media_type::IMAGE_MANIFEST.into())
            })
        }),
    },
    Defect {
        name: "referrers-null-manifests",
        title: "the list of a digest without referrers has null in place of an empty array",
        breaches: &[&EMPTY_REFERRERS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[Referrers]) && is_empty(&answer);
            answer.when(is_hit, |it| it.json(|list| list["manifests"] = Value::Null))
        }),
    },
    Defect {
        name: "referrers-plain-json-empty",
        title: "the Content-Type of an empty list of referrers is application/json",
        breaches: &[&REFERRERS_TYPE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[Referrers]) && is_empty(&answer);
            answer.when(is_hit, |it| it.with(CONTENT_TYPE, "application/json"))
        }),
    },
    Defect {
        name: "referrers-type-charset",
        title: "the Content-Type of the list of referrers has a charset",
        breaches: &[&REFERRERS_TYPE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[Referrers]) && answer.is(200);
            answer.when(is_hit, |it| {
                it.map(CONTENT_TYPE, |it| format!("{it}; charset=utf-8"))
            })
        }),
    },
];

/// Where a web page is.
const PAGE: &str = "/images.html";

/// An answer with its list of referrers changed, if it has one.
pub(super) fn listed(visit: &Visit<'_>, change: impl FnOnce(&mut Vec<Value>)) -> Answer {
    let answer = visit.pass();
    let is_list = visit.is(&[Referrers]) && answer.is(200);
    answer.when(is_list, |it| with_list(it, change))
}

/// The same with its list of referrers changed.
pub(super) fn with_list(answer: Answer, change: impl FnOnce(&mut Vec<Value>)) -> Answer {
    answer.json(|index| {
        if let Some(list) = index.get_mut("manifests").and_then(Value::as_array_mut) {
            change(list);
        }
    })
}

/// The list of referrers in an answer.
pub(super) fn list_in(answer: &Answer) -> Vec<Value> {
    let index: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    index["manifests"].as_array().cloned().unwrap_or_default()
}

/// The list of the referrers of any digest of the same repository.
pub(super) fn list_of(visit: &Visit<'_>, subject: &str) -> Vec<Value> {
    list_in(&visit.get(&Route::Referrers {
        name: visit.name().to_owned(),
        digest: subject.to_owned(),
    }))
}

/// The digest in a descriptor.
pub(super) fn digest_in(descriptor: &Value) -> &str {
    descriptor["digest"].as_str().unwrap_or_default()
}

/// The subject of the manifest that the path or the body names.
pub(super) fn subject_of(visit: &Visit<'_>) -> Option<String> {
    let manifest = if visit.is(&[PutManifest]) {
        visit.manifest()
    } else {
        visit.held(visit.last())
    };
    manifest["subject"]["digest"].as_str().map(str::to_owned)
}

/// A list without anything.
pub(super) fn empty_list() -> Answer {
    let list = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": media_type::IMAGE_INDEX,
        "manifests": [],
    });
    Answer::of(200).body(media_type::IMAGE_INDEX, list.to_string())
}

pub(super) fn is_empty(answer: &Answer) -> bool {
    answer.is(200) && list_in(answer).is_empty()
}

fn without_property(visit: &Visit<'_>, property: &str) -> Answer {
    let answer = visit.pass();
    let is_list = visit.is(&[Referrers]) && answer.is(200);
    answer.when(is_list, |it| {
        it.json(|index| {
            index.as_object_mut().and_then(|it| it.remove(property));
        })
    })
}

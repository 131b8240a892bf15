//! How names and the base of the API are answered.

use http::header;

use super::Variation;
use crate::catalogue::docker::API_VERSION_NAMED;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::header::API_VERSION;
use crate::registry::route::Route;
use crate::registry::seams::Operation::Base;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "malformed-name-unknown",
        title: "a repository whose name breaks the grammar is answered 404",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_name = visit.name().parse::<RepositoryName>().is_ok();
            if !is_name && !visit.name().is_empty() && answer.is(400) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "long-names-refused",
        title: "names of more than 255 characters, that of the host included, are refused",
        seam: Seam::Layer(|visit| {
            let host = visit.header(&header::HOST).unwrap_or_default();
            if host.len() + 1 + visit.name().len() > 255 {
                return Answer::error(400, ErrorCode::NameInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-repository-named-by-content",
        title: "in a repository that is not there, the manifest or the blob is called unknown",
        seam: Seam::Layer(by_content),
        ..Variation::BASE
    },
    Variation {
        name: "base-slash-redirected",
        title: "the base without its slash is redirected to the base",
        seam: Seam::Layer(|visit| {
            if visit.call.path == "/v2" {
                return Answer::of(301).with(header::LOCATION, "/v2/");
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "base-slash-required",
        title: "there is nothing at the base without its slash",
        seam: Seam::Layer(|visit| {
            if visit.call.path == "/v2" {
                return Answer::of(404).body("text/plain", "404 page not found\n");
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "base-bare",
        title: "the base is answered without a body and without the version of the API",
        gives_up: &[&API_VERSION_NAMED],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[Base]) {
                return answer;
            }
            let answer = answer.without(&API_VERSION).bytes("");
            answer.without(&header::CONTENT_TYPE)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "base-page",
        title: "the base is answered with a page for people",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[Base]) {
                return answer;
            }
            let answer = answer.with(header::CONTENT_TYPE, "text/html; charset=utf-8");
            answer.bytes("<!doctype html><title>registry</title>")
        }),
        ..Variation::BASE
    },
];

fn by_content(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let names = |code: ErrorCode| String::from_utf8_lossy(&answer.body).contains(code.name());
    if !answer.is(404) || !names(ErrorCode::NameUnknown) {
        return answer;
    }
    match visit.route {
        Route::Manifest { .. } => Answer::error(404, ErrorCode::ManifestUnknown),
        Route::Blob { .. } => Answer::error(404, ErrorCode::BlobUnknown),
        _ => answer,
    }
}

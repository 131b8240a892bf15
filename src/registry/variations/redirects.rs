//! Redirects: where the last hop is another host, a marker in the query tells it from the first.

use http::header::LOCATION;

use super::Variation;
use crate::http::Method;
use crate::registry::answer::Answer;
use crate::registry::header::API_VERSION;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// The parameter by which the target of a redirect is known.
const MARK: &str = "signature";

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "blobs-pulled-elsewhere",
        title: "GET on a blob is redirected by 307 to another host, which names no digest",
        seam: Seam::Layer(|visit| stored_elsewhere(visit, 307, &[GetBlob])),
        ..Variation::BASE
    },
    Variation {
        name: "blobs-held-elsewhere",
        title: "GET and HEAD on a blob are redirected by 302 to another host, which names no digest",
        seam: Seam::Layer(|visit| stored_elsewhere(visit, 302, &[GetBlob, HeadBlob])),
        ..Variation::BASE
    },
    Variation {
        name: "blob-digest-on-redirect",
        title: "the redirect of a blob names its digest, and the answer behind it does not",
        seam: Seam::Layer(|visit| {
            if !visit.is(&[GetBlob, HeadBlob]) {
                return visit.pass();
            }
            if is_marked(visit) {
                return visit.pass().without(&CONTENT_DIGEST);
            }
            if visit.get(visit.route).is_success() {
                let answer = moved(visit, 307, &visit.origin(), "a%2Bb%3D");
                return answer.with(CONTENT_DIGEST, visit.last());
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "blob-redirects-of-all-kinds",
        title: "blobs are redirected by 301, 302, 303, 307 or 308, as their digest has it",
        seam: Seam::Layer(|visit| {
            let is_found = || visit.get(visit.route).is_success();
            if !visit.is(&[GetBlob, HeadBlob]) || is_marked(visit) || !is_found() {
                return visit.pass();
            }
            let turn = visit.last().bytes().last().unwrap_or_default() % 5;
            let status = [301, 302, 303, 307, 308][usize::from(turn)];
            moved(visit, status, "", "x")
        }),
        ..Variation::BASE
    },
    Variation {
        name: "blob-redirects-in-a-row",
        title: "a blob is found behind three redirects, of which one is relative to the path",
        seam: Seam::Layer(in_a_row),
        ..Variation::BASE
    },
    Variation {
        name: "manifests-redirected",
        title: "everything about manifests is redirected by 307 on the same host",
        seam: Seam::Layer(|visit| {
            let is_manifest = matches!(visit.route, Route::Manifest { .. });
            if !is_manifest || is_marked(visit) {
                return visit.pass();
            }
            moved(visit, 307, &visit.origin(), "x")
        }),
        ..Variation::BASE
    },
    Variation {
        name: "uploads-redirected",
        title: "uploads are redirected, by 307 where they begin and by 308 where they go on",
        seam: Seam::Layer(|visit| match visit.route {
            Route::Uploads { .. } if !is_marked(visit) => moved(visit, 307, "", "x"),
            Route::Session { .. } if !is_marked(visit) => moved(visit, 308, "", "x"),
            _ => visit.pass(),
        }),
        ..Variation::BASE
    },
    Variation {
        name: "lists-redirected",
        title: "lists are redirected by 302 on the same host",
        seam: Seam::Layer(|visit| match visit.route {
            Route::Tags { .. } | Route::Referrers { .. } if !is_marked(visit) => {
                moved(visit, 302, "", "x")
            }
            _ => visit.pass(),
        }),
        ..Variation::BASE
    },
];

fn is_marked(visit: &Visit<'_>) -> bool {
    visit.query(MARK).is_some()
}

/// A redirect of the request to the same path at `origin`, marked with `mark`.
fn moved(visit: &Visit<'_>, status: u16, origin: &str, mark: &str) -> Answer {
    let (path, query) = (&visit.call.path, visit.call.query.raw());
    let location = format!("{origin}{path}?{query}&{MARK}={mark}");
    Answer::of(status)
        .with(LOCATION, &location.replace("?&", "?"))
        .body("text/html", "<a>elsewhere</a>")
}

/// What there is of a blob comes from another host, that knows nothing of the API.
fn stored_elsewhere(
    visit: &Visit<'_>,
    status: u16,
    operations: &[crate::registry::seams::Operation],
) -> Answer {
    if !visit.is(operations) {
        return visit.pass();
    }
    if is_marked(visit) {
        return visit.pass().without(&CONTENT_DIGEST).without(&API_VERSION);
    }
    if visit
        .ask(Method::GET, visit.route, "", bytes::Bytes::new())
        .is_success()
    {
        return moved(visit, status, &visit.other_origin(), "a%2Fb%2Bc%3D%3D");
    }
    visit.pass()
}

fn in_a_row(visit: &Visit<'_>) -> Answer {
    let is_found = || visit.get(visit.route).is_success();
    if !visit.is(&[GetBlob, HeadBlob]) {
        return visit.pass();
    }
    match visit.query(MARK) {
        None if is_found() => moved(visit, 307, "", "1"),
        Some("1") => {
            let location = format!("{}?{MARK}=2", visit.last().replace(':', "%3A"));
            Answer::of(302).with(LOCATION, &location)
        }
        Some("2") => Answer::of(308).with(LOCATION, &format!("?{MARK}=3")),
        _ => visit.pass(),
    }
}

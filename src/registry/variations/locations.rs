//! Where a push goes on, and where what was pushed is said to be.

use http::header::LOCATION;

use super::Variation;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "locations-absolute",
        title: "every Location is an absolute URL",
        seam: Seam::Layer(|visit| {
            let origin = visit.origin();
            visit.pass().map(LOCATION, |path| format!("{origin}{path}"))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "locations-without-scheme",
        title: "every Location leaves the scheme out",
        seam: Seam::Layer(|visit| {
            let origin = visit.origin().replacen("http:", "", 1);
            visit.pass().map(LOCATION, |path| format!("{origin}{path}"))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "locations-relative",
        title: "every Location is relative to the path that was asked",
        seam: Seam::Layer(|visit| {
            let path = &visit.call.path;
            visit.pass().map(LOCATION, |it| relative(path, it))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "uploads-at-another-host",
        title: "an upload goes on at another host",
        seam: Seam::Layer(|visit| {
            let origin = visit.other_origin();
            of_uploads(visit.pass(), |path| format!("{origin}{path}"))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "content-at-another-host",
        title: "what was pushed is said to be at another host",
        seam: Seam::Layer(|visit| {
            let origin = visit.other_origin();
            of_content(visit.pass(), |path| format!("{origin}{path}?from=push"))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "upload-state-in-query",
        title: "the Location of an upload has parameters, without which it is not known",
        seam: Seam::Layer(with_state),
        ..Variation::BASE
    },
    Variation {
        name: "upload-location-changing",
        title: "with every chunk an upload gets another Location, and the one before is gone",
        seam: Seam::Layer(changing),
        ..Variation::BASE
    },
    Variation {
        name: "upload-ids-odd",
        title: "the ids of uploads are long, and have tildes, equals signs and other marks",
        seam: Seam::Layer(odd),
        ..Variation::BASE
    },
    Variation {
        name: "uploads-outside-the-api",
        title: "uploads go on at paths outside of the API",
        seam: Seam::Layer(outside),
        ..Variation::BASE
    },
    Variation {
        name: "manifest-location-by-tag",
        title: "the Location of a manifest that was pushed by tag names the tag",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) {
                let path = &visit.call.path;
                return answer.map(LOCATION, |_| path.clone());
            }
            answer
        }),
        ..Variation::BASE
    },
];

fn is_of_upload(location: &str) -> bool {
    location.contains("/blobs/uploads/")
}

/// The answer with the Location of an upload changed, if it has that.
fn of_uploads(answer: Answer, change: impl FnOnce(&str) -> String) -> Answer {
    let is_one = answer.value(&LOCATION).is_some_and(is_of_upload);
    if is_one {
        answer.map(LOCATION, change)
    } else {
        answer
    }
}

/// The answer with the Location of a blob or a manifest changed, if it has that.
fn of_content(answer: Answer, change: impl FnOnce(&str) -> String) -> Answer {
    let is_one = answer.value(&LOCATION).is_some_and(is_of_upload);
    if is_one {
        answer
    } else {
        answer.map(LOCATION, change)
    }
}

/// `target` as seen from `path`, if it lies in the same directory or in the one above.
fn relative(path: &str, target: &str) -> String {
    let directory = |path: &str| path.rfind('/').map_or("", |at| &path[..at]).to_owned();
    let here = directory(path);
    let above = directory(&here);
    if let Some(rest) = target.strip_prefix(&format!("{here}/")) {
        format!("./{rest}")
    } else if let Some(rest) = target.strip_prefix(&format!("{above}/")) {
        format!("../{rest}")
    } else {
        target.to_owned()
    }
}

/// Passes the request on to the session with another id.
fn pass_id(visit: &Visit<'_>, id: &str) -> Answer {
    let (name, id) = (visit.name().to_owned(), id.to_owned());
    visit.pass_route(&Route::Session { name, id })
}

fn unknown() -> Answer {
    Answer::error(404, ErrorCode::BlobUploadUnknown)
}

fn with_state(visit: &Visit<'_>) -> Answer {
    let state = |id: &str| id.chars().rev().collect::<String>();
    if let Route::Session { id, .. } = visit.route {
        let known = format!("{}+/==", state(id));
        if visit.query("_state") != Some(&known) || visit.query("part") != Some("") {
            return unknown();
        }
    }
    of_uploads(visit.pass(), |path| {
        let id = path.rsplit('/').next().unwrap_or_default();
        format!("{path}?_state={}%2B%2F%3D%3D&part=", state(id))
    })
}

fn changing(visit: &Visit<'_>) -> Answer {
    let Route::Session { name, id } = visit.route else {
        return of_uploads(visit.pass(), |path| format!("{path}.0"));
    };
    let Some((plain, turn)) = id.rsplit_once('.') else {
        return unknown();
    };
    let key = format!("{name} {plain}");
    let current = visit.memory.recall(&key).unwrap_or_else(|| "0".into());
    if current != turn {
        return unknown();
    }
    let answer = pass_id(visit, plain);
    let is_next = visit.is(&[Chunk]) && answer.is(202);
    let turn = turn.parse().unwrap_or(0) + u32::from(is_next);
    visit.memory.keep(key, turn.to_string());
    of_uploads(answer, |path| format!("{path}.{turn}"))
}

fn odd(visit: &Visit<'_>) -> Answer {
    let ending = format!("~=,;@!$'()*%20{}==", "-_.".repeat(100));
    let decoded = ending.replace("%20", " ");
    let answer = match visit.route {
        Route::Session { id, .. } => match id.strip_suffix(&decoded) {
            Some(plain) => pass_id(visit, plain),
            None => return unknown(),
        },
        _ => visit.pass(),
    };
    of_uploads(answer, |path| format!("{path}{ending}"))
}

fn outside(visit: &Visit<'_>) -> Answer {
    let answer = match visit.call.path.strip_prefix("/uploads/") {
        Some(path) => visit.pass_route(&Route::parse(&format!("/v2/{path}"))),
        None => visit.pass(),
    };
    of_uploads(answer, |path| path.replacen("/v2/", "/uploads/", 1))
}

//! Errors: mistakes that are answered as though they were the registry's, and refusals without a
//! challenge, done wrong (ERR).

use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::MALFORMED_BLOB_DIGEST_REFUSED;
use crate::catalogue::errors::AUTHENTICATION_CHALLENGE_SENT;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::errors::ERROR_BODY_WELL_FORMED;
use crate::catalogue::errors::ERROR_MESSAGE_READABLE;
use crate::catalogue::manifest_push::MALFORMED_MANIFEST_REFUSED;
use crate::http::Method;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::Extensions;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "errors-object-not-array",
        title: "the errors of a refused upload are one object instead of an array",
        breaches: &[&ERROR_BODY_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_upload = matches!(visit.route, Route::Uploads { .. } | Route::Session { .. });
            if !is_upload || !answer.is(400) {
                return answer;
            }
            answer.json(|body| {
                if let Some(first) = body.pointer("/errors/0").cloned() {
                    *body = serde_json::json!({ "errors": first });
                }
            })
        }),
    },
    Defect {
        name: "error-json-truncated",
        title: "an error body of more than 100 bytes ends after the first 100",
        breaches: &[&ERROR_BODY_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.status.is_client_error() && answer.body.len() > 100 {
                let cut = answer.body.slice(..100);
                return answer.bytes(cut);
            }
            answer
        }),
    },
    Defect {
        name: "error-envelope-foreign",
        title: "error bodies are JSON objects of the registry's own kind, without errors",
        breaches: &[&ERROR_BODY_WELL_FORMED],
        source: Source::Tracker("repsyio/repsy#328"),
        seam: Seam::Layer(|visit| {
            refused(visit, |body| {
                let text = body.pointer("/errors/0/message").cloned();
                *body = serde_json::json!({
                    "msgId": "request-refused",
                    "type": "ERROR",
                    "data": null,
                    "text": text,
                });
            })
        }),
    },
    Defect {
        name: "error-code-left-out",
        title: "the errors for an unknown manifest have no code",
        breaches: &[&ERROR_BODY_WELL_FORMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetManifest]) || !answer.is(404) {
                return answer;
            }
            answer.json(|body| {
                if let Some(error) = body.pointer_mut("/errors/0") {
                    *error = serde_json::json!({ "message": "there is no such manifest" });
                }
            })
        }),
    },
    Defect {
        name: "error-message-number",
        title: "the message of an error is the number of its status",
        breaches: &[&ERROR_MESSAGE_READABLE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let status = answer.status;
            if !status.is_client_error() {
                return answer;
            }
            answer.json(|body| {
                if let Some(message) = body.pointer_mut("/errors/0/message") {
                    *message = status.as_u16().into();
                }
            })
        }),
    },
    Defect {
        name: "bad-digest-500",
        title: "GET on a blob by a malformed digest is answered 500",
        breaches: &[&MALFORMED_BLOB_DIGEST_REFUSED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_malformed = visit.last().parse::<Digest>().is_err();
            if visit.is(&[GetBlob]) && is_malformed && visit.last().starts_with("sha256:") {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "invalid-utf8-body-500",
        title: "a PUT of a manifest that is no UTF-8 is answered 500",
        breaches: &[&MALFORMED_MANIFEST_REFUSED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && std::str::from_utf8(visit.body()).is_err() {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "deep-json-500",
        title: "a PUT of JSON that is nested more than a thousand deep is answered 500",
        breaches: &[&MALFORMED_MANIFEST_REFUSED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let opened = visit.body().iter().filter(|it| matches!(it, b'[' | b'{'));
            let is_deep = opened.count() > 1_000 && depth(visit.body()) > 1_000;
            if visit.is(&[PutManifest]) && is_deep {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "ext-discover-500",
        title: "GET on the list of extensions is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Extensions]) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unknown-method-500",
        title: "a method that an endpoint does not have is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.is(405) && visit.call.method != Method::DELETE {
                return Answer::of(500);
            }
            answer
        }),
    },
    Defect {
        name: "unknown-path-500",
        title: "a path that names nothing of the API is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.route {
            Route::Unknown => Answer::of(500),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "broken-accept-500",
        title: "GET on a manifest with an Accept that is no list of media types is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let accept = visit.header(&header::ACCEPT);
            let is_broken = accept.is_some_and(|it| !it.trim().is_empty() && !it.contains('/'));
            if visit.is(&[GetManifest]) && is_broken {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unauthorised-without-challenge",
        title: "what does not exist is answered 401 without WWW-Authenticate",
        breaches: &[&AUTHENTICATION_CHALLENGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let code = body_code(&answer);
            if visit.is(&[GetManifest, GetBlob, Tags]) && code.as_deref() == Some("NAME_UNKNOWN") {
                return Answer::error(401, ErrorCode::Unauthorized);
            }
            answer
        }),
    },
    Defect {
        name: "broken-date-500",
        title: "GET with an If-Modified-Since that is no date is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let date = visit.header(&header::IF_MODIFIED_SINCE);
            if date.is_some_and(|date| !date.ends_with("GMT")) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unframed-push-500",
        title: "a PUT of a manifest without any length is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Wire(|visit| {
            let lengths = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
            let is_framed = lengths.iter().any(|it| visit.header(it).is_some());
            if visit.is(&[PutManifest]) && !is_framed {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
];

/// Changes the body of a 4xx, where it is JSON.
fn refused(visit: &Visit<'_>, change: impl FnOnce(&mut serde_json::Value)) -> Answer {
    let answer = visit.pass();
    if answer.status.is_client_error() {
        return answer.json(change);
    }
    answer
}

/// The code of an error body.
pub(super) fn body_code(answer: &Answer) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    Some(body.pointer("/errors/0/code")?.as_str()?.to_owned())
}

/// How deep the brackets of some JSON are nested.
fn depth(json: &[u8]) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in json {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

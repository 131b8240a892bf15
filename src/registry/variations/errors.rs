//! Forms of an error's body.

use http::header;
use serde_json::Value;
use serde_json::json;

use super::Variation;
use crate::catalogue::Requirement;
use crate::catalogue::docker::DOCKER_ERROR_SENT;
use crate::catalogue::docker::MISSING_LAYER_DETAILED;
use crate::catalogue::docker::OLD_MANIFEST_ANSWERED;
use crate::registry::answer::Answer;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// What Docker's older protocol wants in the body of an error.
const UNSAID: &[&Requirement] = &[
    &DOCKER_ERROR_SENT,
    &MISSING_LAYER_DETAILED,
    &OLD_MANIFEST_ANSWERED,
];

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "errors-as-pages",
        title: "errors are pages in HTML",
        gives_up: UNSAID,
        seam: Seam::Layer(|visit| {
            let page = "<!doctype html>\n<title>Error</title><h1>It did not work</h1>\n";
            written(visit, "text/html; charset=utf-8", page)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-as-text",
        title: "errors are plain text",
        gives_up: UNSAID,
        seam: Seam::Layer(|visit| written(visit, "text/plain; charset=utf-8", "not found\n")),
        ..Variation::BASE
    },
    Variation {
        name: "errors-as-xml",
        title: "errors are XML, as those of object stores",
        gives_up: UNSAID,
        seam: Seam::Layer(|visit| {
            let body = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>";
            written(visit, "application/xml", body)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-empty",
        title: "errors have no body",
        gives_up: UNSAID,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.status.is_client_error() {
                return answer.without(&header::CONTENT_TYPE).bytes("");
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-json-as-text",
        title: "errors in JSON are called plain text",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.status.is_client_error() {
                return answer.map(header::CONTENT_TYPE, |_| "text/plain".to_owned());
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-json-untyped",
        title: "errors in JSON have no Content-Type",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.status.is_client_error() {
                return answer.without(&header::CONTENT_TYPE);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-json-with-charset",
        title: "errors in JSON name a charset, with white space around everything",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !answer.status.is_client_error() {
                return answer;
            }
            let answer = super::spaced(answer);
            answer.map(header::CONTENT_TYPE, |it| format!("{it}; charset=utf-8"))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-several",
        title: "a body has several errors",
        seam: Seam::Layer(|visit| {
            changed(visit, |errors| {
                errors.push(json!({ "code": "DENIED", "message": "and this besides" }));
                errors.push(json!({ "code": "UNSUPPORTED" }));
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-without-message",
        title: "errors are codes alone",
        gives_up: &[&DOCKER_ERROR_SENT, &MISSING_LAYER_DETAILED],
        seam: Seam::Layer(|visit| {
            changed(visit, |errors| {
                for error in errors {
                    *error = json!({ "code": error["code"] });
                }
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-with-detail",
        title: "the detail of an error is JSON of any kind",
        gives_up: &[&MISSING_LAYER_DETAILED],
        seam: Seam::Layer(detailed),
        ..Variation::BASE
    },
    Variation {
        name: "errors-with-more",
        title: "errors have members that the specification does not know",
        seam: Seam::Layer(|visit| {
            let answer = changed(visit, |errors| {
                for error in errors {
                    error["help"] = json!("https://example.org/errors");
                    error["retriable"] = json!(false);
                }
            });
            if answer.status.is_client_error() {
                return answer.json(|body| body["request"] = json!(17));
            }
            answer
        }),
        ..Variation::BASE
    },
];

/// Errors with this body.
fn written(visit: &Visit<'_>, media_type: &str, body: &'static str) -> Answer {
    let answer = visit.pass();
    if answer.status.is_client_error() {
        return answer.with(header::CONTENT_TYPE, media_type).bytes(body);
    }
    answer
}

/// Errors in JSON, changed.
fn changed(visit: &Visit<'_>, change: impl FnOnce(&mut Vec<Value>)) -> Answer {
    let answer = visit.pass();
    if !answer.status.is_client_error() {
        return answer;
    }
    answer.json(|body| {
        if let Some(Value::Array(errors)) = body.get_mut("errors") {
            change(errors);
        }
    })
}

/// Errors whose details are of another kind each time.
fn detailed(visit: &Visit<'_>) -> Answer {
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let details = [
        json!(null),
        json!(true),
        json!(1e300),
        json!("\u{0}\u{1b}[31m</script>"),
        json!([{ "Class": "", "Name": "a", "Action": "pull" }]),
        json!({ "": { "errors": [] } }),
        deep,
    ];
    let turn = usize::try_from(visit.memory.before("errors")).unwrap_or(0);
    let detail = details[turn % details.len()].clone();
    changed(visit, |errors| {
        for error in errors {
            error["detail"] = detail.clone();
        }
    })
}

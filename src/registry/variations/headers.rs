//! Headers that may be there or not, and have other values.

use http::header;
use http::header::HeaderName;

use super::Variation;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_SENT;
use crate::catalogue::docker::COMPLETED_UPLOAD_DESCRIBED;
use crate::catalogue::docker::EXISTING_CONTENT_DESCRIBED;
use crate::catalogue::docker::MOUNTED_BLOB_DESCRIBED;
use crate::catalogue::docker::PULLED_DIGEST_SENT;
use crate::catalogue::docker::STORED_MANIFEST_DESCRIBED;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_SENT;
use crate::http::HeaderValue;
use crate::registry::answer::Answer;
use crate::registry::header::API_VERSION;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "api-version-everywhere",
        title: "every answer names the version of the API",
        seam: Seam::Layer(|visit| visit.pass().with(API_VERSION, "registry/2.0")),
        ..Variation::BASE
    },
    Variation {
        name: "warnings-sent",
        title: "every answer carries several Warning headers",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let answer = answer.header(header::WARNING, "299 - \"this registry is for tests\"");
            answer.header(header::WARNING, r#"299 - "say \"push\", not \\pull, 2026""#)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "warnings-in-one-line",
        title: "successful answers carry two warnings in one Warning header",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.is_success() {
                return answer.header(header::WARNING, r#"299 - "one", 299 - "two, and three""#);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-headers",
        title: "every answer carries headers that nobody knows",
        seam: Seam::Layer(unknown_headers),
        ..Variation::BASE
    },
    Variation {
        name: "cookies-set",
        title: "every answer sets a cookie",
        seam: Seam::Layer(|visit| {
            let cookie = "session=a1b2c3; Path=/; HttpOnly; SameSite=Lax";
            visit.pass().header(header::SET_COOKIE, cookie)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "caching-headers",
        title: "every answer says how long it may be cached",
        seam: Seam::Layer(|visit| {
            let answer = visit
                .pass()
                .header(header::CACHE_CONTROL, "max-age=31536000");
            let answer = answer.header(header::VARY, "Accept, Authorization");
            let answer = answer.header(header::AGE, "12");
            answer.header(header::LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT")
        }),
        ..Variation::BASE
    },
    Variation {
        name: "digest-headers-omitted",
        title: "pulls are answered without Docker-Content-Digest",
        gives_up: &[
            &MANIFEST_DIGEST_HEADER_SENT,
            &BLOB_DIGEST_HEADER_SENT,
            &EXISTENCE_DIGEST_HEADER_SENT,
            &EXISTING_CONTENT_DESCRIBED,
            &PULLED_DIGEST_SENT,
        ],
        versions: super::BEFORE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob, HeadBlob, GetManifest, HeadManifest]) {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "head-length-omitted",
        title: "HEAD on blobs and manifests is answered without Content-Length",
        gives_up: &[&EXISTENCE_LENGTH_SENT, &EXISTING_CONTENT_DESCRIBED],
        versions: super::BEFORE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadBlob, HeadManifest]) && answer.is_success() {
                return answer.streamed();
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "push-digests-omitted",
        title: "pushes of blobs and tags are answered without Docker-Content-Digest",
        gives_up: &[
            &STORED_MANIFEST_DESCRIBED,
            &COMPLETED_UPLOAD_DESCRIBED,
            &MOUNTED_BLOB_DESCRIBED,
        ],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_blob = matches!(visit.route, Route::Uploads { .. } | Route::Session { .. });
            if is_blob || visit.is(&[PutManifest]) && !visit.is_by_digest() {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "entity-tags-omitted",
        title: "nothing has an ETag, and If-Match is ignored",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass_without(&header::IF_MATCH);
            answer.without(&header::ETAG)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "entity-tags-weak",
        title: "ETags are weak",
        seam: Seam::Layer(|visit| visit.pass().map(header::ETAG, |tag| format!("W/{tag}"))),
        ..Variation::BASE
    },
    Variation {
        name: "pushes-answered-in-words",
        title: "pushes and deletes are answered with a body",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if (answer.is(201) || answer.is(202)) && answer.body.is_empty() {
                return answer.body("application/json", r#"{"status":"done"}"#);
            }
            answer
        }),
        ..Variation::BASE
    },
];

fn unknown_headers(visit: &Visit<'_>) -> Answer {
    let name = HeaderName::from_static;
    let mut answer = visit.pass();
    answer = answer.header(name("x-content-type-options"), "nosniff");
    answer = answer.header(name("x-empty"), "");
    answer = answer.header(name("x-long"), &"0123456789".repeat(200));
    answer = answer.header(name("server-timing"), "db;dur=53, app;dur=47.2");
    if let Ok(value) = HeaderValue::from_bytes("grün".as_bytes()) {
        answer.headers.append(name("x-text"), value);
    }
    answer
}

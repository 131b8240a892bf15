//! Answers and effects that take their time, and registries that are busy now and then.

use std::time::Duration;

use bytes::Bytes;
use http::header;

use super::Variation;
use crate::catalogue::rate_limit::RETRY_AFTER_SENT;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// How long a delayed effect is delayed.
const DELAY: Duration = Duration::from_millis(300);

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "answers-late",
        title: "every answer takes a while",
        seam: Seam::Layer(|visit| visit.pass().late(Duration::from_millis(150))),
        ..Variation::BASE
    },
    Variation {
        name: "rate-limited-at-once",
        title: "now and then a request is answered 429, and may be asked again at once",
        seam: Seam::Layer(|visit| busy(visit, &|| limited().with(header::RETRY_AFTER, "0"))),
        ..Variation::BASE
    },
    Variation {
        name: "rate-limited-for-a-second",
        title: "now and then a request is answered 429, and may be asked again a second later",
        seam: Seam::Layer(|visit| busy(visit, &|| limited().with(header::RETRY_AFTER, "1"))),
        ..Variation::BASE
    },
    Variation {
        name: "rate-limited-until-a-date",
        title: "now and then a request is answered 429 with a date, in plain text",
        seam: Seam::Layer(|visit| {
            busy(visit, &|| {
                let answer = Answer::of(429).body("text/plain", "slow down\n");
                answer.with(header::RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT")
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "rate-limited-for-unknown-time",
        title: "now and then a request is answered 429, and nothing says for how long",
        gives_up: &[&RETRY_AFTER_SENT],
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| busy(visit, &limited)),
        ..Variation::BASE
    },
    Variation {
        name: "unavailable-at-times",
        title: "now and then a request is answered 503 with Retry-After",
        seam: Seam::Layer(|visit| {
            busy(visit, &|| {
                let answer = Answer::of(503).with(header::RETRY_AFTER, "0");
                answer.body("text/html", "<h1>503 Service Unavailable</h1>")
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "deletes-late",
        title: "what is deleted is served for a while",
        seam: Seam::Layer(late_deletes),
        ..Variation::BASE
    },
];

fn limited() -> Answer {
    Answer::error(429, ErrorCode::TooManyRequests)
}

/// Answers every seventeenth request otherwise.
fn busy(visit: &Visit<'_>, answer: &dyn Fn() -> Answer) -> Answer {
    if visit.memory.before("requests") % 17 == 16 {
        return answer();
    }
    visit.pass()
}

fn late_deletes(visit: &Visit<'_>) -> Answer {
    let Ok(name) = visit.name().parse::<RepositoryName>() else {
        return visit.pass();
    };
    settle_all(visit, &name);
    if visit.is(&[DeleteBlob, DeleteManifest, DeleteTag]) {
        if !visit.get(visit.route).is_success() {
            return visit.pass();
        }
        if is_going(visit) {
            let code = if visit.is(&[DeleteBlob]) {
                ErrorCode::BlobUnknown
            } else {
                ErrorCode::ManifestUnknown
            };
            return Answer::error(404, code);
        }
        note_delay(visit, &visit.key());
        return Answer::of(202);
    }
    settle_pushed(visit, &name);
    visit.pass()
}

/// Whether it was deleted, or, of a tag, what it leads to: it is served still, and not deleted again.
fn is_going(visit: &Visit<'_>) -> bool {
    let leads_to = visit
        .digest_of(visit.last())
        .filter(|_| visit.is(&[DeleteTag]));
    let leads_to = leads_to.map(|digest| format!("{} {digest}", visit.name()));
    let keys = [Some(visit.key()), leads_to];
    keys.iter()
        .flatten()
        .any(|key| visit.memory.recall(key).is_some())
}

/// What is about to be pushed again is deleted first, with all that its delete takes along, and
/// then stays.
fn settle_pushed(visit: &Visit<'_>, name: &RepositoryName) {
    if visit.is(&[PutManifest]) {
        let of_body = Algorithm::Sha256.digest(&visit.call.body).to_string();
        let tags = visit.call.query.all("tag");
        for reference in tags.chain([visit.last(), &of_body]) {
            if let Ok(reference) = reference.parse() {
                carry_out(visit, &manifest(name, &reference), &reference.to_string());
            }
        }
    }
    if visit.is(&[OpenUpload, SinglePost, Mount, CloseUpload]) {
        let digests = visit.call.query.all("digest");
        for digest in digests.chain(visit.call.query.all("mount")) {
            let blob = Route::Blob {
                name: name.as_str().to_owned(),
                digest: digest.to_owned(),
            };
            carry_out(visit, &blob, digest);
        }
    }
}

/// Deletes for good whatever the request could see, and whose time has come.
fn settle_all(visit: &Visit<'_>, name: &RepositoryName) {
    let settle = |reference: &Reference| {
        settle(visit, &manifest(name, reference), &reference.to_string());
    };
    let settle_reference = |reference: &Reference| {
        settle(reference);
        if let Some(found) = visit.store().manifest(name, reference) {
            for digest in &found.manifest.digests {
                settle(&Reference::Digest(digest.clone()));
            }
        }
    };
    match visit.route {
        Route::Blob { digest, .. } => self::settle(visit, visit.route, digest),
        Route::Manifest { reference, .. } => {
            if let Ok(reference) = reference.parse() {
                settle_reference(&reference);
            }
        }
        Route::Tags { .. } => {
            for tag in visit.store().tags(name, "", usize::MAX).0 {
                settle_reference(&Reference::Tag(tag));
            }
        }
        Route::Referrers { digest, .. } => {
            for referrer in visit.store().referrers(name, digest, None) {
                if let Ok(digest) = referrer.digest() {
                    settle_reference(&Reference::Digest(digest));
                }
            }
        }
        _ => {}
    }
}

fn manifest(name: &RepositoryName, reference: &Reference) -> Route {
    Route::Manifest {
        name: name.as_str().to_owned(),
        reference: reference.to_string(),
    }
}

fn settle(visit: &Visit<'_>, route: &Route, last: &str) {
    if is_due(visit, &format!("{} {last}", visit.name())) {
        carry_out(visit, route, last);
    }
}

/// Deletes what is waiting for it.
fn carry_out(visit: &Visit<'_>, route: &Route, last: &str) {
    let key = format!("{} {last}", visit.name());
    if visit.memory.forget(&key).is_some() {
        visit.ask(Method::DELETE, route, "", Bytes::new());
    }
}

/// Notes that what has this key takes effect after the delay.
fn note_delay(visit: &Visit<'_>, key: &str) {
    let end = visit.now() + DELAY;
    visit.memory.keep(key, end.as_millis().to_string());
}

/// Whether the moment that was noted under a key, if any, has come.
fn is_due(visit: &Visit<'_>, key: &str) -> bool {
    let end = visit.memory.recall(key);
    let end = end.and_then(|it| String::from_utf8_lossy(&it).parse::<u128>().ok());
    end.is_none_or(|end| end <= visit.now().as_millis())
}

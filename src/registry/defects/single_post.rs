//! Pushing a blob by a single POST, done wrong (SPOST).

use http::header::LOCATION;

use super::Defect;
use super::Source;
use crate::catalogue::single_post::MISMATCHED_SINGLE_POST_REFUSED;
use crate::catalogue::single_post::SINGLE_POST_ACCEPTED;
use crate::catalogue::single_post::SINGLE_POST_FALLBACK_OFFERED;
use crate::catalogue::single_post::SINGLE_POST_LOCATION_PULLED;
use crate::catalogue::single_post::SINGLE_POST_LOCATION_SENT;
use crate::catalogue::single_post::UNFINISHED_SINGLE_POST_UNKNOWN;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "single-post-refused-405",
        title: "a single POST, which is not supported, answers 405 instead of opening a session",
        breaches: &[&SINGLE_POST_FALLBACK_OFFERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match posted(visit) {
            Some(_) => Answer::error(405, ErrorCode::Unsupported),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "single-post-fallback-poisons",
        title: "a single POST answers 202 and keeps the body in the session that it opens",
        breaches: &[&SINGLE_POST_FALLBACK_OFFERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if posted(visit).is_none() {
                return visit.pass();
            }
            let answer = visit.open_session();
            if let Some((name, id)) = visit.repository().zip(answer.session()) {
                // A session that was opened just now takes it.
                visit.store().append(&name, &id, visit.body().clone());
            }
            answer
        }),
    },
    Defect {
        name: "single-post-fallback-visible",
        title: "a single POST answers 202, although the blob is stored",
        breaches: &[&UNFINISHED_SINGLE_POST_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match posted(visit) {
            Some(digest) if digest.matches(visit.body()) => {
                visit.put_blob(&digest, visit.body().clone());
                visit.open_session()
            }
            Some(_) => visit.open_session(),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "single-post-answers-200",
        title: "a single POST that stores the blob answers 200",
        breaches: &[&SINGLE_POST_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[SinglePost]) && answer.is(201) => answer.with_status(200),
            answer => answer,
        }),
    },
    Defect {
        name: "single-post-no-location",
        title: "the 201 to a single POST of a blob that the repository holds already has no Location",
        breaches: &[&SINGLE_POST_LOCATION_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_held = posted(visit).is_some_and(|digest| visit.holds_blob(&digest));
            match visit.pass() {
                answer if is_held => answer.without(&LOCATION),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "single-post-lies",
        title: "a single POST answers 201 and stores nothing",
        breaches: &[&SINGLE_POST_LOCATION_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match posted(visit) {
            Some(digest) if digest.matches(visit.body()) => visit.blob_created(&digest),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "single-post-wrong-repo",
        title: "a single POST to a repository that holds nothing yet stores the blob in another one",
        breaches: &[&SINGLE_POST_LOCATION_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let digest = posted(visit).filter(|digest| digest.matches(visit.body()));
            let name = visit.repository();
            let is_fresh = name.is_some_and(|name| !visit.store().has_repository(&name));
            let other = visit.elsewhere(|_| is_fresh && digest.is_some());
            match other.zip(digest) {
                Some((other, digest)) => {
                    visit.pass_route(&visit.route_in(&other));
                    visit.blob_created(&digest)
                }
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "single-post-large-cut",
        title: "a single POST of more than 64 KiB stores only the first 64 KiB under the whole's digest",
        breaches: &[&SINGLE_POST_LOCATION_PULLED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_large = visit.body().len() > 64 << 10;
            if let Some(digest) = posted(visit).filter(|_| is_large && answer.is(201)) {
                visit.put_blob(&digest, visit.body().slice(..64 << 10));
            }
            answer
        }),
    },
    Defect {
        name: "single-post-digest-unverified",
        title: "a single POST under a wrong digest answers 201 and stores the bytes under it",
        breaches: &[&MISMATCHED_SINGLE_POST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match posted(visit) {
            Some(digest) => {
                visit.put_blob(&digest, visit.body().clone());
                visit.blob_created(&digest)
            }
            None => visit.pass(),
        }),
    },
    Defect {
        name: "single-post-mismatch-500",
        title: "a single POST under a wrong digest answers 500",
        breaches: &[&MISMATCHED_SINGLE_POST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match posted(visit) {
            Some(digest) if !digest.matches(visit.body()) => Answer::of(500),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "single-post-fallback-no-location",
        title: "a single POST of more than 128 bytes stores nothing and answers 202 without a Location",
        breaches: &[&SINGLE_POST_FALLBACK_OFFERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match posted(visit) {
            Some(digest) if visit.body().len() > 128 && digest.matches(visit.body()) => {
                visit.open_session().without(&LOCATION)
            }
            _ => visit.pass(),
        }),
    },
];

/// The digest of a single POST that came whole, to a repository that can be.
fn posted(visit: &Visit<'_>) -> Option<Digest> {
    let is_sound = visit.call.flaw.is_none() && visit.repository().is_some();
    let is_posted = visit.is(&[SinglePost]) && is_sound;
    visit.digest("digest").filter(|_| is_posted)
}

//! What goes wrong only where two requests are under way at once.
//!
//! Each holds a request up for a moment, by letting other threads go first: alone, every one of them
//! is sound.

use std::thread;

use http::header::ETAG;

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "tag-gone-while-moved",
        title: "a tag leads nowhere while it is being moved",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_move = visit.is(&[PutManifest]) && !visit.is_by_digest();
            if is_move && visit.holds_manifest(visit.last()) && visit.pass_by_digest().is(201) {
                visit.delete(visit.last());
                give_way();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "tag-written-twice-under-push",
        title: "a push writes its tag at its beginning and once more at its end",
        breaches: &[&TAG_MOVED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && !visit.is_by_digest() && answer.is(201) {
                give_way();
                return visit.pass();
            }
            answer
        }),
    },
    Defect {
        name: "pushes-at-once-lose-tag",
        title: "of two pushes under one tag at once, the one that ends last takes the tag away again",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
        source: Source::Tracker("distribution/distribution#3743"),
        seam: Seam::Layer(|visit| {
            if !visit.is(&[PutManifest]) || visit.is_by_digest() {
                return visit.pass();
            }
            let (answer, met) = beside(visit, &notes::of_it(visit, "under way"), Visit::pass);
            if met && answer.is(201) {
                visit.delete(visit.last());
            }
            answer
        }),
    },
    Defect {
        name: "delete-beside-push-takes-other",
        title: "a tag that is pushed while another of its repository is deleted goes with that",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
        source: Source::Tracker("distribution/distribution#2514"),
        seam: Seam::Layer(|visit| {
            let deletes = notes::here(visit, "deletes");
            if visit.is(&[DeleteTag]) {
                return beside(visit, &deletes, Visit::pass).0;
            }
            if !visit.is(&[PutManifest]) || visit.is_by_digest() {
                return visit.pass();
            }
            let (begun, ended) = (format!("{deletes} begun"), format!("{deletes} ended"));
            let before = visit.memory.count(&begun);
            let was_met = before > visit.memory.count(&ended);
            let answer = visit.pass();
            give_way();
            if answer.is(201) && (was_met || visit.memory.count(&begun) > before) {
                visit.delete(visit.last());
            }
            answer
        }),
    },
    Defect {
        name: "delete-beside-push-answers-500",
        title: "a DELETE of a tag answers 500 while the tag is being pushed",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("distribution/distribution#3525"),
        seam: Seam::Layer(|visit| {
            if !visit.is(&[DeleteTag, PutManifest]) {
                return visit.pass();
            }
            let (answer, met) = beside(visit, &notes::of_it(visit, "under way"), Visit::pass);
            if met && visit.is(&[DeleteTag]) {
                return Answer::of(500);
            }
            answer
        }),
    },
    Defect {
        name: "pull-beside-push-mixed",
        title: "a pull by tag beside a push has the digest of the old manifest and the bytes of the new",
        breaches: &[&MANIFEST_DIGEST_HEADER_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let first = visit.pass();
            if !visit.is(&[GetManifest]) || visit.is_by_digest() || !first.is(200) {
                return first;
            }
            give_way();
            let second = visit.pass();
            let told = |name| first.value(name).unwrap_or_default().to_owned();
            if second.is(200) {
                let (digest, tag) = (told(&CONTENT_DIGEST), told(&ETAG));
                return second.with(CONTENT_DIGEST, &digest).with(ETAG, &tag);
            }
            second
        }),
    },
    Defect {
        name: "manifests-at-once-500",
        title: "of two manifests that are pushed to a repository at once, one is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if !visit.is(&[PutManifest]) {
                return visit.pass();
            }
            let (answer, met) = beside(visit, &notes::here(visit, "under way"), Visit::pass);
            if met { Answer::of(500) } else { answer }
        }),
    },
    Defect {
        name: "session-used-at-once-500",
        title: "two requests on a session at once are answered 500",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if !visit.is(&[Chunk, CloseUpload]) || !visit.has_session() {
                return visit.pass();
            }
            let (answer, met) = beside(visit, &notes::of_it(visit, "under way"), Visit::pass);
            if met { Answer::of(500) } else { answer }
        }),
    },
];

/// Lets other threads go first for a moment.
fn give_way() {
    for _ in 0..200 {
        thread::yield_now();
    }
}

/// Does something, slowly; and whether something of the same key was under way at any time of that.
fn beside<'v>(
    visit: &Visit<'v>,
    key: &str,
    act: impl FnOnce(&Visit<'v>) -> Answer,
) -> (Answer, bool) {
    let (begun, ended) = (format!("{key} begun"), format!("{key} ended"));
    let own = visit.memory.before(begun.as_str());
    let met_one = own > visit.memory.count(&ended);
    let answer = act(visit);
    give_way();
    let was_met = visit.memory.count(&begun) > own + 1;
    visit.memory.before(ended);
    (answer, met_one || was_met)
}

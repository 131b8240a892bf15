//! Several clients at one tag.

use bytes::Bytes;
use http::header::CONTENT_TYPE;

use super::Defect;
use super::Source;
use super::note;
use super::tick;
use super::was_lately;
use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_ANSWERS_ORDERED;
use crate::catalogue::concurrency::RACED_PULL_MATCHED;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "moves-at-once-first-kept",
        title: "of pushes under one tag at once, all are answered 201, and the first stays",
        breaches: &[&ACKNOWLEDGED_PUSH_KEPT, &RACED_ANSWERS_ORDERED],
        source: Source::Tracker("distribution/distribution#3743"),
        seam: Seam::Layer(|visit| {
            tick(visit);
            if !is_move(visit) {
                return visit.pass();
            }
            if was_lately(visit, &visit.key(), 20) && visit.holds_manifest(visit.last()) {
                return visit.pass_by_digest();
            }
            note(visit, &visit.key());
            visit.pass()
        }),
    },
    Defect {
        name: "pull-beside-move-torn",
        title: "a pull by tag beside a push has the bytes of the new manifest, and digest and type of the old",
        breaches: &[&RACED_PULL_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            note_move(visit);
            let answer = visit.pass();
            if !is_pull(visit) || !answer.is(200) || !was_lately(visit, &visit.key(), 12) {
                return answer;
            }
            let Some(before) = old(visit) else {
                return answer;
            };
            let old = visit.get(&visit.manifest_route(&before));
            let told = |name| old.value(name).unwrap_or_default().to_owned();
            let (digest, media_type) = (told(&CONTENT_DIGEST), told(&CONTENT_TYPE));
            answer.when(old.is(200), |answer| {
                let answer = answer.with(CONTENT_DIGEST, &digest);
                answer.with(CONTENT_TYPE, &media_type)
            })
        }),
    },
    Defect {
        name: "pull-beside-move-stale",
        title: "a pull by tag soon after a push now and then has what the tag named before",
        breaches: &[&RACED_ANSWERS_ORDERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            note_move(visit);
            let is_stale = is_pull(visit)
                && was_lately(visit, &visit.key(), 12)
                && visit.memory.before(format!("pulls {}", visit.key())) % 2 == 1;
            match old(visit) {
                Some(before) if is_stale => visit.pass_route(&visit.manifest_route(&before)),
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "moves-at-once-500",
        title: "of pushes under one tag at once, every other one is answered 500",
        breaches: &[&RACED_REQUEST_ANSWERED],
        source: Source::Tracker("distribution/distribution#3525"),
        seam: Seam::Layer(|visit| {
            tick(visit);
            if is_move(visit) {
                let key = visit.key();
                if was_lately(visit, &key, 12) && visit.memory.before(key.as_str()) % 2 == 0 {
                    return Answer::of(500);
                }
                note(visit, &key);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "delete-beside-move-taken-twice",
        title: "a tag that is pushed soon after it was deleted is deleted once more",
        breaches: &[&ACKNOWLEDGED_PUSH_KEPT],
        source: Source::Tracker("distribution/distribution#2514"),
        seam: Seam::Layer(|visit| {
            tick(visit);
            let answer = visit.pass();
            if visit.is(&[DeleteTag]) && answer.is_success() {
                note(visit, &visit.key());
            }
            if is_move(visit) && answer.is(201) && was_lately(visit, &visit.key(), 40) {
                visit.delete(visit.last());
            }
            answer
        }),
    },
];

fn is_move(visit: &Visit<'_>) -> bool {
    visit.is(&[PutManifest]) && !visit.is_by_digest()
}

fn is_pull(visit: &Visit<'_>) -> bool {
    visit.is(&[GetManifest, HeadManifest]) && !visit.is_by_digest()
}

/// Notes, of a push that moves a tag, when that was and what it named before.
fn note_move(visit: &Visit<'_>) {
    if !is_move(visit) {
        return;
    }
    if let Some(digest) = visit.digest_of(visit.last()) {
        let key = format!("old {}", visit.key());
        visit.memory.keep(key, Bytes::from(digest.to_string()));
        note(visit, &visit.key());
    }
}

/// What the tag named before it was moved last.
fn old(visit: &Visit<'_>) -> Option<String> {
    let old = visit.memory.recall(&format!("old {}", visit.key()))?;
    Some(String::from_utf8_lossy(&old).into_owned())
}

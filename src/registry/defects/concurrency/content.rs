//! Pushes, pulls, deletes and mounts of the same content, and referrers of one subject.

use serde_json::Value;

use super::Defect;
use super::Source;
use super::note;
use super::tick;
use super::was_lately;
use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_PULL_MATCHED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::oci::Digest;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "pull-beside-delete-cut",
        title: "a pull of what is just being deleted answers 200 and half of it",
        breaches: &[&RACED_PULL_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(cut),
    },
    Defect {
        name: "delete-beside-push-taken-twice",
        title: "a manifest or blob that is pushed soon after it was deleted is deleted once more",
        breaches: &[&ACKNOWLEDGED_PUSH_KEPT],
        source: Source::Tracker("distribution/distribution#2514"),
        seam: Seam::Layer(|visit| {
            tick(visit);
            let answer = visit.pass();
            if visit.is(&[DeleteManifest, DeleteBlob]) && answer.is_success() {
                note(visit, &visit.key());
            }
            if let Some(digest) = pushed(visit).filter(|_| answer.is(201))
                && was_lately(visit, &format!("{} {digest}", visit.name()), 40)
            {
                visit.delete(&digest.to_string());
                visit.drop_blob(&digest);
            }
            answer
        }),
    },
    Defect {
        name: "mount-beside-delete-hollow",
        title: "a mount of a blob that is just being deleted from the source answers 201 and mounts nothing",
        breaches: &[&ACKNOWLEDGED_PUSH_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            hollow(visit)
        }),
    },
    Defect {
        name: "mount-beside-push-undone",
        title: "a blob that comes to a repository twice at once, one of the times by a mount, is gone again",
        breaches: &[&ACKNOWLEDGED_PUSH_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            let parameter = ["digest", "mount"][usize::from(visit.is(&[Mount]))];
            let answer = visit.pass();
            let Some(digest) = visit.digest(parameter).filter(|_| answer.is(201)) else {
                return answer;
            };
            let key = format!("{} {digest}", visit.name());
            let mounted = format!("mounted {key}");
            if was_lately(visit, &mounted, 12)
                || (visit.is(&[Mount]) && was_lately(visit, &key, 12))
            {
                visit.drop_blob(&digest);
            }
            note(visit, if visit.is(&[Mount]) { &mounted } else { &key });
            answer
        }),
    },
    Defect {
        name: "referrers-at-once-one-listed",
        title: "of referrers of one subject that are pushed at once, one is listed",
        breaches: &[&ACKNOWLEDGED_PUSH_KEPT, &NEW_REFERRER_LISTED],
        source: Source::Ours,
        seam: Seam::Layer(one_listed),
    },
    Defect {
        name: "referrers-gone-while-deleted",
        title: "the list of referrers is empty while one of them is deleted",
        breaches: &[&NEW_REFERRER_LISTED, &ACKNOWLEDGED_PUSH_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            tick(visit);
            let answer = visit.pass();
            if visit.is(&[DeleteManifest]) {
                note(visit, visit.name());
            }
            let is_beside = visit.is(&[Referrers]) && was_lately(visit, visit.name(), 3);
            answer.when(is_beside, |answer| {
                answer.json(|list| list["manifests"] = Value::Array(Vec::new()))
            })
        }),
    },
];

fn cut(visit: &Visit<'_>) -> Answer {
    tick(visit);
    if visit.is(&[DeleteManifest, DeleteBlob]) {
        let content = visit.get(visit.route);
        let answer = visit.pass();
        if content.is(200) && answer.is_success() {
            let half = content.body.slice(..content.body.len() / 2);
            visit.memory.keep(format!("half {}", visit.key()), half);
            note(visit, &visit.key());
        }
        return answer;
    }
    let answer = visit.pass();
    let is_pull = visit.is(&[GetManifest, GetBlob]);
    if !is_pull || !answer.is(404) || !was_lately(visit, &visit.key(), 6) {
        return answer;
    }
    let half = visit.memory.recall(&format!("half {}", visit.key()));
    half.map_or(answer, |half| Answer::of(200).bytes(half))
}

/// The digest of what this pushes: a manifest by digest, or a blob.
fn pushed(visit: &Visit<'_>) -> Option<Digest> {
    if visit.is(&[PutManifest]) {
        return visit.last().parse().ok();
    }
    visit.digest("digest").filter(|_| visit.is(&[CloseUpload]))
}

fn hollow(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if visit.is(&[DeleteBlob]) && answer.is_success() {
        note(visit, visit.last());
        // A mount just before gave it to somebody else.
        if let Some(target) = visit.memory.forget(&format!("mounted {}", visit.last()))
            && let Ok(digest) = visit.last().parse()
            && let Ok(name) = String::from_utf8_lossy(&target).parse()
        {
            visit.store().delete_blob(&name, &digest);
        }
    }
    let Some(digest) = visit.digest("mount").filter(|_| visit.is(&[Mount])) else {
        return answer;
    };
    if answer.is(201) {
        (visit.memory).keep(format!("mounted {digest}"), visit.name().to_owned());
    } else if was_lately(visit, &digest.to_string(), 6) {
        return visit.blob_created(&digest);
    }
    answer
}

fn one_listed(visit: &Visit<'_>) -> Answer {
    tick(visit);
    let answer = visit.pass();
    if visit.is(&[PutManifest]) && visit.has_subject() && answer.is(201) {
        let subject = visit.manifest()["subject"]["digest"].to_string();
        let key = format!("{} {subject}", visit.name());
        if was_lately(visit, &key, 12) {
            visit.memory.before(format!("hidden {}", visit.key()));
        }
        note(visit, &key);
    }
    let is_hidden = |it: &Value| {
        let digest = it["digest"].as_str().unwrap_or_default();
        (visit.memory).knows(&format!("hidden {} {digest}", visit.name()))
    };
    answer.when(visit.is(&[Referrers]), |answer| {
        answer.json(|list| {
            if let Some(list) = list["manifests"].as_array_mut() {
                list.retain(|it| !is_hidden(it));
            }
        })
    })
}

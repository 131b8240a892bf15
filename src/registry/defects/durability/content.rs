//! Blobs, manifests, tags, mounts and referrers that do not outlive a restart.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::is_first;
use super::remember;
use super::remembered;
use super::taken_digests;
use crate::catalogue::durability::INTERRUPTED_PUSH_MATCHED;
use crate::catalogue::durability::RESTARTED_BLOB_KEPT;
use crate::catalogue::durability::RESTARTED_DELETE_KEPT;
use crate::catalogue::durability::RESTARTED_MANIFEST_KEPT;
use crate::catalogue::durability::RESTARTED_MOUNT_KEPT;
use crate::catalogue::durability::RESTARTED_REFERRER_KEPT;
use crate::catalogue::durability::RESTARTED_TAG_KEPT;
use crate::http::Method;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "restart-loses-blobs",
        title: "the last blobs that were answered 201 are gone after a restart",
        breaches: &[&RESTARTED_BLOB_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_first(visit) {
                for (name, digest) in taken_digests(visit) {
                    visit.store().delete_blob(&name, &digest);
                }
            }
            note_blob(visit, visit.pass())
        }),
    },
    Defect {
        name: "restart-cuts-blobs",
        title: "the last blobs that were answered 201 have half of their bytes after a restart",
        breaches: &[&RESTARTED_BLOB_KEPT, &INTERRUPTED_PUSH_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_first(visit) {
                for (name, digest) in taken_digests(visit) {
                    let whole = visit.store().blob(&name, &digest).unwrap_or_default();
                    let half = whole.slice(..whole.len() / 2);
                    visit.store().put_blob(&name, digest, half);
                }
            }
            note_blob(visit, visit.pass())
        }),
    },
    Defect {
        name: "restart-loses-manifests",
        title: "the last manifests that were answered 201 are gone after a restart, and their tags with them",
        breaches: &[&RESTARTED_MANIFEST_KEPT, &RESTARTED_TAG_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_first(visit) {
                for (name, digest) in taken_digests(visit) {
                    visit.store().delete_manifest(&name, &digest);
                }
            }
            let answer = visit.pass();
            let digest = visit.digest_of(visit.last());
            if let Some(digest) = digest.filter(|_| visit.is(&[PutManifest]) && answer.is(201)) {
                remember(visit, &digest.to_string());
            }
            answer
        }),
    },
    Defect {
        name: "restart-loses-manifest-types",
        title: "manifests have the type of any JSON after a restart",
        breaches: &[&RESTARTED_MANIFEST_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_lost = visit.restarts() > 0 && visit.is(&[GetManifest]) && answer.is(200);
            answer.when(is_lost, |it| it.with(CONTENT_TYPE, "application/json"))
        }),
    },
    Defect {
        name: "restart-takes-back-tags",
        title: "the last tags that were pushed name after a restart what they named before, or nothing",
        breaches: &[&RESTARTED_TAG_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_first(visit) {
                take_back(visit);
            }
            let is_push = visit.is(&[PutManifest]) && !visit.is_by_digest();
            let before = visit.digest_of(visit.last()).filter(|_| is_push);
            let answer = visit.pass();
            if is_push && answer.is(201) {
                let before = before.map_or_else(|| "-".to_owned(), |it| it.to_string());
                remember(visit, &format!("{} {before}", visit.last()));
            }
            answer
        }),
    },
    Defect {
        name: "restart-unlists-tags",
        title: "tags from before a restart are pulled after it, and not listed",
        breaches: &[&RESTARTED_TAG_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_lost = visit.restarts() > 0 && visit.is(&[Tags]) && answer.is(200);
            answer.when(is_lost, |answer| {
                answer.json(|list| list["tags"] = Value::Array(Vec::new()))
            })
        }),
    },
    Defect {
        name: "restart-loses-mounts",
        title: "the last blobs that were mounted are gone after a restart",
        breaches: &[&RESTARTED_MOUNT_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if is_first(visit) {
                for (name, digest) in taken_digests(visit) {
                    visit.store().delete_blob(&name, &digest);
                }
            }
            let answer = visit.pass();
            let mounted = visit.digest("mount").filter(|_| visit.is(&[Mount]));
            if let Some(digest) = mounted.filter(|_| answer.is(201)) {
                remember(visit, &digest.to_string());
            }
            answer
        }),
    },
    Defect {
        name: "restart-loses-referrers",
        title: "no referrers are listed after a restart",
        breaches: &[&RESTARTED_REFERRER_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_lost = visit.restarts() > 0 && visit.is(&[Referrers]) && answer.is(200);
            answer.when(is_lost, |answer| {
                answer.json(|list| list["manifests"] = Value::Array(Vec::new()))
            })
        }),
    },
    Defect {
        name: "restart-brings-back-deleted",
        title: "what was deleted before a restart is there again after it",
        breaches: &[&RESTARTED_DELETE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(brought_back),
    },
];

/// Notes a blob that was taken.
fn note_blob(visit: &Visit<'_>, answer: Answer) -> Answer {
    let digest = visit.digest("digest");
    let is_push = visit.is(&[CloseUpload, SinglePost]) && answer.is(201);
    if let Some(digest) = digest.filter(|_| is_push) {
        remember(visit, &digest.to_string());
    }
    answer
}

/// Makes the last tags name what they named before.
fn take_back(visit: &Visit<'_>) {
    for (name, what) in remembered(visit) {
        let Some((tag, before)) = what.split_once(' ') else {
            continue;
        };
        let route = |reference: &str| Route::Manifest {
            name: name.clone(),
            reference: reference.to_owned(),
        };
        let digest: Option<Digest> = before.parse().ok();
        let Some((repository, digest)) = name.parse().ok().zip(digest) else {
            visit.ask(Method::DELETE, &route(tag), "", Bytes::new());
            continue;
        };
        let found = visit
            .store()
            .manifest(&repository, &Reference::Digest(digest));
        if let Some((found, tag)) = found.zip(tag.parse().ok()) {
            let manifest = (*found.manifest).clone();
            visit.store().put_manifest(&repository, manifest, &[tag]);
        }
    }
}

/// Answers what was deleted before a restart, and not pushed again, as it did before.
fn brought_back(visit: &Visit<'_>) -> Answer {
    let key = format!("deleted {}", visit.key());
    if visit.is(&[DeleteBlob, DeleteManifest, DeleteTag]) {
        let before = visit.get(visit.route);
        let answer = visit.pass();
        if before.is(200) && answer.is_success() {
            visit.memory.keep(key, before.body);
        }
        return answer;
    }
    let answer = visit.pass();
    if visit.restarts() == 0 || visit.call.method != Method::GET || !answer.is(404) {
        return answer;
    }
    let before = visit.memory.recall(&key);
    before.map_or(answer, |content| Answer::of(200).bytes(content))
}

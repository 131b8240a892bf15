//! Deleting manifests, done wrong (DEL).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::delete::ABSENT_BLOB_DELETE_UNKNOWN;
use crate::catalogue::delete::ABSENT_MANIFEST_DELETE_UNKNOWN;
use crate::catalogue::delete::ABSENT_REPOSITORY_DELETE_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::DISABLED_MANIFEST_DELETE_REFUSED;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "manifest-delete-204",
        title: "a DELETE on an index answers 204, on an image 202",
        breaches: &[&MANIFEST_DELETE_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_index =
                visit.is(&[DeleteManifest]) && visit.held(visit.last())["manifests"].is_array();
            let answer = visit.pass();
            let is_hit = is_index && answer.is(202);
            answer.when(is_hit, |it| it.with_status(204))
        }),
    },
    Defect {
        name: "delete-unknown-repo-202",
        title: "a DELETE on a manifest in a repository that is not there answers 202",
        breaches: &[&ABSENT_REPOSITORY_DELETE_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[DeleteManifest]) && answer.is(404) && !is_repository(visit);
            answer.when(is_hit, |_| Answer::of(202))
        }),
    },
    Defect {
        name: "manifest-delete-off-501",
        title: "manifests cannot be deleted, and a DELETE on one answers 501",
        breaches: &[&DISABLED_MANIFEST_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest]) {
                return Answer::error(501, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "manifest-delete-off-404",
        title: "manifests cannot be deleted, and a DELETE on one that is there answers 404",
        breaches: &[&DISABLED_MANIFEST_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest]) {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "delete-manifest-lies",
        title: "a DELETE on a manifest that has a tag answers 202 and leaves it",
        breaches: &[&DELETED_MANIFEST_UNKNOWN, &DELETED_MANIFEST_TAGS_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let digest = visit.digest_of(visit.last());
            let has_tags = |it: Digest| !visit.tags_of(&it).is_empty();
            if visit.is(&[DeleteManifest]) && digest.is_some_and(has_tags) {
                return Answer::of(202);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "deleted-manifest-head-200",
        title: "HEAD on a deleted manifest answers 200, GET 404",
        breaches: &[&DELETED_MANIFEST_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(heads_of_deleted_are_kept),
    },
    Defect {
        name: "tag-outlives-manifest-delete",
        title: "the tags of a deleted manifest lead to it as before",
        breaches: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
        source: Source::Tracker("getnora-io/nora#658"),
        seam: Seam::Layer(|visit| tags_outlive(visit, 0)),
    },
    Defect {
        name: "delete-digest-one-tag",
        title: "of the tags of a deleted manifest only the first goes with it",
        breaches: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| tags_outlive(visit, 1)),
    },
    Defect {
        name: "dead-tag-stays-listed",
        title: "the tags of a deleted manifest answer 404 and stay in the tag list",
        breaches: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
        source: Source::Tracker("distribution/distribution#1293"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest])
                && let Some(digest) = visit.digest_of(visit.last())
            {
                haunt(visit, &visit.tags_of(&digest));
            }
            with_ghosts(visit)
        }),
    },
    Defect {
        name: "second-delete-still-202",
        title: "every further DELETE on a manifest that was deleted answers 202",
        breaches: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
        source: Source::Tracker("project-zot/zot#67"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[DeleteManifest]) {
                return answer;
            }
            if answer.is(202) {
                visit.memory.before(visit.key());
            }
            let is_hit = answer.is(404) && visit.memory.knows(&visit.key());
            answer.when(is_hit, |_| Answer::of(202))
        }),
    },
    Defect {
        name: "delete-missing-content-500",
        title: "a DELETE on a blob or a manifest that the repository does not hold answers 500",
        breaches: &[&ABSENT_BLOB_DELETE_UNKNOWN, &ABSENT_MANIFEST_DELETE_UNKNOWN],
        source: Source::Tracker("goharbor/harbor#12386"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_delete = visit.is(&[DeleteBlob, DeleteManifest]) && is_repository(visit);
            let is_hit = is_delete && answer.is(404);
            answer.when(is_hit, |_| Answer::of(500))
        }),
    },
    Defect {
        name: "parallel-delete-answers-500",
        title: "of two DELETEs on one manifest at once, the second answers 500",
        breaches: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
        source: Source::Tracker("distribution/distribution#2514"),
        seam: Seam::Layer(|visit| {
            let both = both_at_once(visit);
            let answer = visit.pass();
            let is_hit = answer.is(404) && both.is_some_and(|both| visit.memory.knows(&both));
            answer.when(is_hit, |_| Answer::of(500))
        }),
    },
    Defect {
        name: "repush-after-delete-lost",
        title: "a manifest that was deleted is lost again if it is pushed again, and the PUT answers 201",
        breaches: &[&MANIFEST_LOCATION_PULLED, &MANIFEST_PUT_BY_DIGEST_ACCEPTED],
        source: Source::Tracker("distribution/distribution#3254"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteManifest]) && answer.is(202) {
                visit.memory.before(visit.key());
            }
            if visit.is(&[PutManifest]) && answer.is(201) {
                bury_again(visit, &answer);
            }
            answer
        }),
    },
    Defect {
        name: "delete-manifest-everywhere",
        title: "deleting a manifest deletes it from all repositories",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let digest = visit.last().parse::<Digest>();
            if visit.is(&[DeleteManifest])
                && answer.is(202)
                && let Ok(digest) = digest
            {
                for name in visit.store().repositories() {
                    visit.store().delete_manifest(&name, &digest);
                }
            }
            answer
        }),
    },
    Defect {
        name: "delete-index-deletes-children",
        title: "deleting an index deletes the manifests that it lists, also those that have tags",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND, &MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let mut index = Value::Null;
            if visit.is(&[DeleteManifest]) {
                index = visit.held(visit.last());
            }
            let answer = visit.pass();
            let children = index["manifests"].as_array().into_iter().flatten();
            for child in children.filter(|_| answer.is(202)) {
                visit.delete(child["digest"].as_str().unwrap_or_default());
            }
            answer
        }),
    },
    Defect {
        name: "deleted-manifest-repush-refused",
        title: "a manifest that was deleted is refused when it is pushed again by its digest",
        breaches: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.memory.knows(&visit.key()) {
                return Answer::error(400, ErrorCode::ManifestInvalid);
            }
            let answer = visit.pass();
            if visit.is(&[DeleteManifest]) && answer.is(202) {
                visit.memory.before(visit.key());
            }
            answer
        }),
    },
];

pub(super) fn unknown() -> Answer {
    Answer::error(404, ErrorCode::ManifestUnknown)
}

pub(super) fn is_repository(visit: &Visit<'_>) -> bool {
    let name = visit.repository();
    name.is_some_and(|name| visit.store().has_repository(&name))
}

/// Lets tags stay in the tag list when they are gone.
pub(super) fn haunt(visit: &Visit<'_>, tags: &[Tag]) {
    let mut ghosts = ghosts(visit);
    ghosts.extend(tags.iter().map(|tag| tag.as_str().into()));
    visit
        .memory
        .keep(visit.name(), Value::Array(ghosts).to_string());
}

fn ghosts(visit: &Visit<'_>) -> Vec<Value> {
    let ghosts = visit.memory.recall(visit.name());
    let ghosts = ghosts.and_then(|it| serde_json::from_slice(&it).ok());
    ghosts.unwrap_or_default()
}

pub(super) fn with_ghosts(visit: &Visit<'_>) -> Answer {
    let (answer, ghosts) = (visit.pass(), ghosts(visit));
    let is_hit = visit.is(&[Tags]) && answer.is(200) && !ghosts.is_empty();
    answer.when(is_hit, |it| {
        it.json(|list| {
            if let Some(tags) = list.get_mut("tags").and_then(Value::as_array_mut) {
                tags.extend(ghosts);
                tags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                tags.dedup();
            }
        })
    })
}

fn heads_of_deleted_are_kept(visit: &Visit<'_>) -> Answer {
    if visit.is(&[DeleteManifest]) && visit.holds_manifest(visit.last()) {
        let before = visit.get(visit.route);
        let answer = visit.pass();
        if answer.is(202) {
            visit.memory.keep(visit.key(), before.body);
        }
        return answer;
    }
    let answer = visit.pass();
    let kept = visit.memory.recall(&visit.key());
    match kept.filter(|_| visit.is(&[HeadManifest]) && answer.is(404)) {
        Some(body) => Answer::of(200).bytes(body),
        None => answer,
    }
}

/// A deleted manifest is kept for all but the first `count` of its tags, and cannot be pulled by
/// its digest.
fn tags_outlive(visit: &Visit<'_>, count: usize) -> Answer {
    let is_dead = |digest: &str| {
        let key = format!("{} {digest}", visit.name());
        visit.memory.recall(&key).is_some()
    };
    let is_by_digest =
        visit.is(&[GetManifest, HeadManifest, DeleteManifest]) && visit.is_by_digest();
    if is_by_digest && is_dead(visit.last()) {
        return unknown();
    }
    let digest = visit.digest_of(visit.last());
    if visit.is(&[DeleteManifest])
        && let Some(digest) = digest
    {
        let tags = visit.tags_of(&digest);
        if tags.len() > count {
            tags.iter()
                .take(count)
                .for_each(|tag| visit.delete(tag.as_str()));
            visit.memory.keep(visit.key(), "");
            return Answer::of(202);
        }
    }
    if visit.is(&[Referrers]) {
        return super::referrers::listed(visit, |list| {
            list.retain(|it| !is_dead(super::referrers::digest_in(it)));
        });
    }
    visit.pushed(|answer| {
        let digest = visit.digest_of(visit.last()).map(|it| it.to_string());
        let key = format!("{} {}", visit.name(), digest.unwrap_or_default());
        visit.memory.forget(&key);
        answer
    })
}

/// Where it is noted that two DELETEs on the same manifest came right behind one another, as they do
/// when they are on their way at once; nothing where this is no such DELETE.
fn both_at_once(visit: &Visit<'_>) -> Option<String> {
    let (last, key) = (format!("last in {}", visit.name()), visit.key());
    if !visit.is(&[DeleteManifest]) {
        visit.memory.forget(&last);
        return None;
    }
    let both = format!("both at once: {key}");
    let before = visit.memory.recall(&last);
    if before.is_some_and(|before| before == key.as_bytes()) {
        visit.memory.before(&*both);
    }
    visit.memory.keep(last, key);
    Some(both)
}

/// Deletes what was just pushed if it was deleted before.
fn bury_again(visit: &Visit<'_>, answer: &Answer) {
    let digest = answer.value(&crate::registry::header::CONTENT_DIGEST);
    let digest = digest.unwrap_or_default();
    if visit.memory.knows(&format!("{} {digest}", visit.name())) {
        visit.delete(digest);
    }
}

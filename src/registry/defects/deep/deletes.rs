//! What was deleted and comes back, or takes something else along.

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_MANIFEST_TAGS_UNKNOWN;
use crate::catalogue::delete::SIBLING_TAGS_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "deleted-blob-back-by-mount",
        title: "a blob that was deleted is back once another repository mounts it",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| back_elsewhere(visit, visit.is(&[Mount]), "mount")),
    },
    Defect {
        name: "deleted-blob-back-by-foreign-read",
        title: "a blob that was deleted is back once it is pulled from another repository that has it",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Cve("CVE-2026-35172"),
        seam: Seam::Layer(|visit| back_elsewhere(visit, visit.is(&[GetBlob, HeadBlob]), "")),
    },
    Defect {
        name: "twice-deleted-blob-stays",
        title: "a blob that was deleted and pushed again cannot be deleted again, whatever the answer says",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_held = visit.last().parse().is_ok_and(|it| visit.holds_blob(&it));
            if visit.is(&[DeleteBlob]) && is_held {
                if visit.memory.before(notes::of_it(visit, "deleted")) > 0 {
                    return Answer::of(202);
                }
                return visit.pass();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "refused-manifest-revives-blob",
        title: "a manifest that is refused for a blob which was deleted brings that back",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(refused_revives),
    },
    Defect {
        name: "remount-after-delete-lies",
        title: "a blob that was deleted is not there after it is mounted again, whatever the answer says",
        breaches: &[&MOUNTED_BLOB_PULLED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteBlob]) && answer.is(202) {
                visit.memory.keep(notes::of_it(visit, "deleted"), "x");
            }
            let mounted = visit.digest("mount").filter(|_| answer.is(201));
            if let Some(digest) = mounted
                && visit
                    .memory
                    .recall(&notes::of(visit, "deleted", &digest))
                    .is_some()
            {
                visit.drop_blob(&digest);
            }
            answer
        }),
    },
    Defect {
        name: "rechunked-blob-doubled",
        title: "a blob that is pushed again in chunks while it is there has its bytes twice",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit.digest("digest").filter(|_| visit.is(&[CloseUpload]));
            let is_again = digest.as_ref().is_some_and(|it| visit.holds_blob(it));
            let chunks = visit.chunks();
            let whole = visit.whole();
            let answer = visit.pass();
            match digest {
                Some(digest) if is_again && answer.is(201) && !chunks.is_empty() => {
                    visit.put_blob(&digest, [whole.clone(), whole].concat());
                }
                _ => {}
            }
            answer
        }),
    },
    Defect {
        name: "repushed-manifest-has-old-tags",
        title: "a manifest that was deleted has its tags again once it is pushed under another",
        breaches: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(old_tags_back),
    },
    Defect {
        name: "repushed-child-lost-to-index",
        title: "a manifest that was deleted and pushed again goes once an index names it",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteManifest]) && answer.is(202) {
                visit.memory.keep(notes::of_it(visit, "deleted"), "x");
            }
            if visit.pushes_index() && answer.is(201) {
                for child in children(visit) {
                    let key = format!("deleted {} {child}", visit.name());
                    if visit.memory.recall(&key).is_some() {
                        visit.delete(&child);
                    }
                }
            }
            answer
        }),
    },
    Defect {
        name: "parameter-tags-outlive-manifest",
        title: "tags that parameters made lead to their manifest when that is deleted",
        breaches: &[&DELETED_MANIFEST_TAGS_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(tags_outlive),
    },
    Defect {
        name: "deleted-tag-takes-case-twin",
        title: "deleting a tag deletes the one that differs from it in case alone",
        breaches: &[&SIBLING_TAGS_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteTag]) && answer.is(202) {
                let tag = visit.last();
                let twin = if tag == tag.to_lowercase() {
                    tag.to_uppercase()
                } else {
                    tag.to_lowercase()
                };
                if twin != tag {
                    visit.delete(&twin);
                }
            }
            answer
        }),
    },
    Defect {
        name: "second-tag-delete-takes-manifest",
        title: "deleting the second tag of a manifest deletes the manifest with the tags that it has left",
        breaches: &[&SIBLING_TAGS_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit.digest_of(visit.last());
            let answer = visit.pass();
            if let Some(digest) = digest
                && visit.is(&[DeleteTag])
                && answer.is(202)
                && visit.memory.before(notes::of(visit, "untagged", &digest)) == 1
            {
                visit.delete(&digest.to_string());
            }
            answer
        }),
    },
];

/// Notes what is deleted, and has it back where it was once it is asked for elsewhere.
fn back_elsewhere(visit: &Visit<'_>, is_touch: bool, parameter: &str) -> Answer {
    let asked: Option<Digest> = if parameter.is_empty() {
        visit.last().parse().ok()
    } else {
        visit.digest(parameter)
    };
    let answer = visit.pass();
    if visit.is(&[DeleteBlob]) && answer.is(202) {
        visit
            .memory
            .keep(format!("gone {}", visit.last()), visit.name().to_owned());
    }
    let Some(digest) = asked.filter(|_| is_touch && answer.is_success()) else {
        return answer;
    };
    let key = format!("gone {digest}");
    let Some(home) = visit.memory.recall(&key) else {
        return answer;
    };
    let home = String::from_utf8_lossy(&home).into_owned();
    if let (Ok(from), Ok(to)) = (visit.name().parse(), home.parse())
        && home != visit.name()
        && let Some(content) = visit.store().blob(&from, &digest)
    {
        visit.memory.forget(&key);
        visit.store().put_blob(&to, digest, content);
    }
    answer
}

fn refused_revives(visit: &Visit<'_>) -> Answer {
    let deleted: Option<Digest> = visit.last().parse().ok();
    let content = match (&deleted, visit.repository()) {
        (Some(digest), Some(name)) if visit.is(&[DeleteBlob]) => visit.store().blob(&name, digest),
        _ => None,
    };
    let answer = visit.pass();
    if let (Some(digest), Some(content)) = (deleted, content) {
        visit
            .memory
            .keep(notes::of(visit, "gone", &digest), content);
    }
    if visit.is(&[PutManifest]) && answer.status.is_client_error() {
        for digest in named_blobs(visit) {
            if let Some(content) = visit.memory.forget(&notes::of(visit, "gone", &digest)) {
                visit.put_blob(&digest, content);
            }
        }
    }
    answer
}

/// The blobs that the pushed manifest names.
fn named_blobs(visit: &Visit<'_>) -> Vec<Digest> {
    let manifest = visit.manifest();
    let layers = manifest["layers"].as_array().cloned().unwrap_or_default();
    let all = std::iter::once(manifest["config"].clone()).chain(layers);
    all.filter_map(|it| it["digest"].as_str()?.parse().ok())
        .collect()
}

/// The manifests that the pushed index names.
fn children(visit: &Visit<'_>) -> Vec<String> {
    let index = visit.manifest();
    let all = index["manifests"].as_array().cloned().unwrap_or_default();
    all.iter()
        .filter_map(|it| Some(it["digest"].as_str()?.to_owned()))
        .collect()
}

fn old_tags_back(visit: &Visit<'_>) -> Answer {
    let deleted: Option<Digest> = visit
        .last()
        .parse()
        .ok()
        .filter(|_| visit.is(&[DeleteManifest]));
    let tags = deleted.as_ref().map(|digest| visit.tags_of(digest));
    let answer = visit.pass();
    if let (Some(digest), Some(tags)) = (deleted, tags)
        && answer.is(202)
    {
        let names: Vec<_> = tags.iter().map(Tag::as_str).collect();
        visit
            .memory
            .keep(notes::of(visit, "tags", &digest), names.join(" "));
    }
    let is_by_tag = visit.is(&[PutManifest]) && !visit.is_by_digest();
    if is_by_tag && answer.is(201) {
        let digest = Algorithm::Sha256.digest(visit.body());
        let key = notes::of(visit, "tags", &digest);
        let tags: Vec<Tag> = notes::words(visit, &key)
            .iter()
            .filter_map(|tag| tag.parse().ok())
            .collect();
        visit.memory.forget(&key);
        visit.point(&tags, &digest);
    }
    answer
}

fn tags_outlive(visit: &Visit<'_>) -> Answer {
    if visit.is(&[GetManifest, HeadManifest])
        && let Some(body) = visit.memory.recall(&notes::of_it(visit, "ghost"))
    {
        let answer = visit.pass();
        if !answer.is(404) {
            return answer;
        }
        let media_type = visit.memory.recall(&notes::of_it(visit, "type"));
        let media_type = String::from_utf8_lossy(&media_type.unwrap_or_default()).into_owned();
        let digest = Algorithm::Sha256.digest(&body);
        return Answer::of(200)
            .body(&media_type, body)
            .with(CONTENT_DIGEST, &digest);
    }
    let doomed = visit.is(&[DeleteManifest]).then(|| visit.get(visit.route));
    let answer = visit.pass();
    let key = |tag: &str| format!("{} {tag}", visit.name());
    let parameters = notes::here(visit, "parameters");
    if visit.is(&[PutManifest]) && answer.is(201) {
        for tag in visit.call.query.all("tag") {
            notes::note(visit, &format!("{parameters} {}", visit.last()), tag);
        }
    }
    if let Some(doomed) = doomed.filter(|it| it.is(200) && answer.is(202)) {
        let media_type = doomed
            .value(&http::header::CONTENT_TYPE)
            .unwrap_or_default();
        for tag in notes::words(visit, &format!("{parameters} {}", visit.last())) {
            visit
                .memory
                .keep(format!("type {}", key(&tag)), media_type.to_owned());
            visit
                .memory
                .keep(format!("ghost {}", key(&tag)), doomed.body.clone());
        }
    }
    answer
}

//! Deletes that reach what was not deleted (DEL).

use bytes::Bytes;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::ABSENT_MANIFEST_DELETE_UNKNOWN;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::oci::Digest;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "blob-delete-empties-elsewhere",
        title: "a DELETE on a blob, whatever it answers, leaves it without bytes in all other repositories",
        breaches: &[&OTHER_REPOSITORY_BLOB_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if let Ok(digest) = visit.last().parse::<Digest>()
                && visit.is(&[DeleteBlob])
            {
                let names = visit.store().repositories().into_iter();
                let others = names.filter(|it| it.as_str() != visit.name());
                for name in others.filter(|it| visit.store().blob(it, &digest).is_some()) {
                    (visit.store()).put_blob(&name, digest.clone(), Bytes::new());
                }
            }
            visit.pass()
        }),
    },
    Defect {
        name: "blob-delete-takes-shared-bytes",
        title: "deleting a blob takes its bytes away from a blob that begins with the same",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(shared_bytes_are_taken),
    },
    Defect {
        name: "manifest-delete-empties-elsewhere",
        title: "GET on a manifest that was deleted from another repository gives no bytes",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND, &MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(emptied_elsewhere),
    },
    Defect {
        name: "absent-manifest-delete-elsewhere",
        title: "a DELETE on a manifest that the repository does not hold answers 404, and deletes it from others",
        breaches: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if let Ok(digest) = visit.last().parse::<Digest>()
                && visit.is(&[DeleteManifest])
                && answer.is(404)
            {
                for name in visit.store().repositories() {
                    visit.store().delete_manifest(&name, &digest);
                }
            }
            answer
        }),
    },
    Defect {
        name: "manifest-delete-takes-former-tags",
        title: "deleting a manifest deletes also the tags that have moved on to another one",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(former_tags_are_taken),
    },
];

fn shared_bytes_are_taken(visit: &Visit<'_>) -> Answer {
    let digest = visit.last().parse::<Digest>().ok();
    let blob = digest.and_then(|it| visit.store().blob(&visit.repository()?, &it));
    let answer = visit.pass();
    if visit.is(&[DeleteBlob]) && answer.is(202) {
        visit.memory.keep(visit.name(), blob.unwrap_or_default());
        return answer;
    }
    let deleted = visit.memory.recall(visit.name()).unwrap_or_default();
    let is_longer = answer.body.len() > deleted.len() && answer.body.starts_with(&deleted);
    let is_hit = visit.is(&[GetBlob]) && answer.is(200) && is_longer;
    answer.when(is_hit, |it| {
        let rest = it.body.slice(deleted.len()..);
        it.bytes(rest)
    })
}

/// The bytes are gone from all repositories, and what is known of them stays in all but one.
fn emptied_elsewhere(visit: &Visit<'_>) -> Answer {
    let digest = visit.digest_of(visit.last());
    let answer = visit.pass();
    if visit.is(&[DeleteManifest]) && answer.is(202) {
        visit.memory.keep(visit.last(), "");
    }
    if visit.is(&[PutManifest])
        && let Some(digest) = visit.digest_of(visit.last())
    {
        visit.memory.forget(&digest.to_string());
    }
    let is_emptied = digest.is_some_and(|it| visit.memory.recall(&it.to_string()).is_some());
    let is_hit = visit.is(&[GetManifest]) && answer.is(200) && is_emptied;
    answer.when(is_hit, |it| it.bytes(""))
}

fn former_tags_are_taken(visit: &Visit<'_>) -> Answer {
    let key = |digest: &str| format!("{} {digest}", visit.name());
    let before = visit.digest_of(visit.last());
    let answer = visit.pass();
    if visit.is(&[PutManifest])
        && !visit.is_by_digest()
        && answer.is(201)
        && let Some(before) = before
    {
        let moved = visit.last().to_owned();
        visit.memory.keep(key(&before.to_string()), moved);
    }
    if visit.is(&[DeleteManifest])
        && answer.is(202)
        && let Some(tag) = visit.memory.forget(&key(visit.last()))
    {
        visit.delete(&String::from_utf8_lossy(&tag));
    }
    answer
}

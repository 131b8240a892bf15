//! Deleting.

use http::header;

use super::Variation;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Manifest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "deletes-off-400",
        title: "every delete is answered 400",
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteBlob, DeleteManifest, DeleteTag]) {
                return Answer::error(400, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "deletes-off-in-words",
        title: "every delete is answered 405 in plain text",
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteBlob, DeleteManifest, DeleteTag]) {
                let answer = Answer::of(405).with(header::ALLOW, "GET, HEAD");
                return answer.body("text/plain", "method not allowed\n");
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "untagged-manifests-collected",
        title: "a manifest goes with the last tag that pointed to it",
        seam: Seam::Layer(collecting),
        ..Variation::BASE
    },
    Variation {
        name: "needed-manifests-kept",
        title: "the delete of a manifest that an index or a referrer needs is answered 409",
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest]) && (is_used(visit) || has_referrers(visit)) {
                return Answer::error(409, ErrorCode::Denied);
            }
            noting_uses(visit)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "used-blobs-kept",
        title: "the delete of a blob that a manifest needs is answered 405",
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteBlob]) && is_used(visit) {
                return Answer::error(405, ErrorCode::Unsupported).with(header::ALLOW, "GET, HEAD");
            }
            noting_uses(visit)
        }),
        ..Variation::BASE
    },
];

fn collecting(visit: &Visit<'_>) -> Answer {
    let name = visit.name().parse::<RepositoryName>();
    let tag = visit.last().parse::<Reference>();
    let (true, Ok(name), Ok(tag)) = (visit.is(&[DeleteTag]), name, tag) else {
        return visit.pass();
    };
    let found = visit.store().manifest(&name, &tag);
    let answer = visit.pass();
    if let Some(found) = found.filter(|_| answer.is(202))
        && !has_tag(visit, &name, &found.digest)
    {
        visit.store().delete_manifest(&name, &found.digest);
    }
    answer
}

/// Whether any tag points to a manifest.
fn has_tag(visit: &Visit<'_>, name: &RepositoryName, digest: &Digest) -> bool {
    let (tags, _) = visit.store().tags(name, "", usize::MAX);
    let mut found = tags
        .into_iter()
        .filter_map(|tag| visit.store().manifest(name, &Reference::Tag(tag)));
    found.any(|found| found.manifest.digests.contains(digest))
}

fn has_referrers(visit: &Visit<'_>) -> bool {
    let name = visit.name().parse::<RepositoryName>();
    name.is_ok_and(|name| {
        !visit
            .store()
            .referrers(&name, visit.last(), None)
            .is_empty()
    })
}

/// Passes the request on, and notes which manifest needs which content.
fn noting_uses(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let content_type = visit.header(&header::CONTENT_TYPE);
    let manifest = Manifest::read(visit.body(), content_type.as_deref());
    let user = answer.value(&CONTENT_DIGEST);
    if let (true, Ok(manifest), Some(user)) = (visit.is(&[PutManifest]), manifest, user) {
        let blobs = manifest.config.iter().chain(&manifest.layers);
        for used in blobs.chain(&manifest.manifests) {
            note_use(visit, used, user);
        }
    }
    answer
}

fn note_use(visit: &Visit<'_>, used: &Descriptor, needing: &str) {
    let key = format!("{} {}", visit.name(), used.digest);
    let before = visit.memory.recall(&key).unwrap_or_default();
    let users = format!("{} {needing}", String::from_utf8_lossy(&before));
    visit.memory.keep(key, users);
}

/// Whether a manifest that needs what the path names is still there.
fn is_used(visit: &Visit<'_>) -> bool {
    let users = visit.memory.recall(&visit.key()).unwrap_or_default();
    let users = String::from_utf8_lossy(&users).into_owned();
    let Ok(name) = visit.name().parse::<RepositoryName>() else {
        return false;
    };
    let mut users = users.split_whitespace().filter_map(|it| it.parse().ok());
    users.any(|needing| visit.store().manifest(&name, &needing).is_some())
}

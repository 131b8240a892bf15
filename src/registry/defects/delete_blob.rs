//! Deleting blobs, done wrong (DEL).

use http::header;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::ABSENT_BLOB_DELETE_UNKNOWN;
use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::delete::DISABLED_BLOB_DELETE_REFUSED;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_PULLED;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::seams::Behind;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Seam;
use crate::registry::seams::StoreSeam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "blob-delete-204",
        title: "a DELETE on a blob deletes it and answers 204",
        breaches: &[&BLOB_DELETE_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[DeleteBlob]) && answer.is(202);
            answer.when(is_hit, |it| it.with_status(204))
        }),
    },
    Defect {
        name: "blob-delete-off-after-first",
        title: "every DELETE on a blob but the first of a repository answers 404, although it is there",
        breaches: &[&BLOB_DELETE_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_delete = visit.is(&[DeleteBlob]) && held(visit).is_some();
            if is_delete && visit.memory.before(visit.name()) > 0 {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "delete-unknown-blob-202",
        title: "a DELETE on a blob that the repository does not hold answers 202",
        breaches: &[&ABSENT_BLOB_DELETE_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[DeleteBlob]) && answer.is(404);
            answer.when(is_hit, |_| Answer::of(202))
        }),
    },
    Defect {
        name: "blob-delete-off-404",
        title: "blobs cannot be deleted, and a DELETE on one that is there answers 404",
        breaches: &[&DISABLED_BLOB_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteBlob]) {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "blob-delete-off-501",
        title: "blobs cannot be deleted, and a DELETE on one answers 501",
        breaches: &[&DISABLED_BLOB_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteBlob]) {
                return Answer::error(501, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "delete-large-blob-lies",
        title: "a DELETE on a blob of more than 1 MiB answers 202 and leaves it",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_large = held(visit).is_some_and(|blob| blob.len() > 1 << 20);
            if visit.is(&[DeleteBlob]) && is_large {
                return Answer::of(202);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "deleted-blob-head-200",
        title: "HEAD on a deleted blob answers 200, GET 404",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(heads_of_deleted_are_kept),
    },
    Defect {
        name: "head-revives-deleted-blob",
        title: "HEAD on a deleted blob brings it back if another repository holds it",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Tracker("project-zot/zot#1733"),
        seam: Seam::Layer(|visit| {
            note_deleted(visit);
            let digest = visit.last().parse::<Digest>().ok();
            let is_deleted = visit.memory.recall(&visit.key()).is_some();
            if let Some(digest) = digest.filter(|_| visit.is(&[HeadBlob]) && is_deleted)
                && let Some(name) = visit.repository()
            {
                visit.store().mount_blob(&name, &digest, None);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "foreign-read-revives-blob",
        title: "a deleted blob is back once another repository is asked for it",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Tracker("golang/vulndb#5342"),
        seam: Seam::Layer(|visit| {
            note_deleted(visit);
            let is_read = visit.is(&[GetBlob, HeadBlob]) && held(visit).is_some();
            if let Ok(digest) = visit.last().parse().map_err(drop)
                && is_read
            {
                revive(visit, &digest);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "delete-blob-everywhere",
        title: "deleting a blob deletes it from all repositories",
        breaches: &[&OTHER_REPOSITORY_BLOB_KEPT],
        source: Source::Reader,
        seam: Seam::Store(StoreSeam {
            delete_blob: Some(|behind, name, digest| {
                let is_deleted = behind.store().delete_blob(name, digest);
                let names = behind.store().repositories();
                for name in names.iter().filter(|_| is_deleted) {
                    behind.store().delete_blob(name, digest);
                }
                is_deleted
            }),
            ..StoreSeam::NONE
        }),
    },
    Defect {
        name: "deleted-blob-repush-lost",
        title: "a blob that was deleted cannot be pulled when it is pushed again, and the PUT answers 201",
        breaches: &[&UPLOADED_BLOB_LOCATION_PULLED, &BLOB_FOUND],
        source: Source::Reader,
        seam: Seam::Store(StoreSeam {
            delete_blob: Some(|behind, name, digest| {
                let is_deleted = behind.store().delete_blob(name, digest);
                if is_deleted {
                    behind.memory.before(format!("{name} {digest}"));
                }
                is_deleted
            }),
            blob: Some(unless_deleted),
            ..StoreSeam::NONE
        }),
    },
    Defect {
        name: "delete-manifest-deletes-blobs-shared",
        title: "deleting a manifest deletes its layers, also those that other manifests need",
        breaches: &[&BLOB_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let mut manifest = Value::Null;
            if visit.is(&[DeleteManifest]) {
                manifest = visit.held(visit.last());
            }
            let answer = visit.pass();
            let layers = manifest["layers"].as_array().into_iter().flatten();
            for layer in layers.filter(|_| answer.is(202)) {
                delete_blob(visit, layer["digest"].as_str().unwrap_or_default());
            }
            answer
        }),
    },
    Defect {
        name: "blob-delete-off-deletes",
        title: "a DELETE on a blob answers that blobs cannot be deleted, and deletes it",
        breaches: &[&DISABLED_BLOB_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[DeleteBlob]) && answer.is(202);
            answer.when(is_hit, |_| {
                Answer::error(405, ErrorCode::Unsupported).with(header::ALLOW, "GET, HEAD")
            })
        }),
    },
    Defect {
        name: "deleted-blob-range-served",
        title: "GET on a range of a deleted blob gives it as before",
        breaches: &[&DELETED_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(ranges_of_deleted_are_kept),
    },
    Defect {
        name: "deleted-blob-repush-empty",
        title: "GET on a blob that was deleted and is pushed again gives no bytes",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            note_deleted(visit);
            let answer = visit.pass();
            let is_hit = visit.is(&[GetBlob]) && answer.is(200);
            let is_hit = is_hit && visit.memory.recall(&visit.key()).is_some();
            answer.when(is_hit, |it| it.bytes(""))
        }),
    },
];

fn unknown() -> Answer {
    Answer::error(404, ErrorCode::BlobUnknown)
}

/// The blob that the path names.
fn held(visit: &Visit<'_>) -> Option<bytes::Bytes> {
    let digest: Digest = visit.last().parse().ok()?;
    visit.store().blob(&visit.repository()?, &digest)
}

fn delete_blob(visit: &Visit<'_>, digest: &str) {
    if let (Some(name), Ok(digest)) = (visit.repository(), digest.parse::<Digest>()) {
        visit.store().delete_blob(&name, &digest);
    }
}

fn unless_deleted(behind: &Behind, name: &RepositoryName, digest: &Digest) -> Option<bytes::Bytes> {
    let is_deleted = behind.memory.knows(&format!("{name} {digest}"));
    behind.store().blob(name, digest).filter(|_| !is_deleted)
}

fn heads_of_deleted_are_kept(visit: &Visit<'_>) -> Answer {
    let before = held(visit);
    let answer = visit.pass();
    match before {
        Some(blob) if visit.is(&[DeleteBlob]) && answer.is(202) => {
            visit.memory.keep(visit.key(), blob);
        }
        _ => {}
    }
    let kept = visit.memory.recall(&visit.key());
    match kept.filter(|_| visit.is(&[HeadBlob]) && answer.is(404)) {
        Some(blob) => Answer::of(200).bytes(blob),
        None => answer,
    }
}

/// Remembers that a blob is about to be deleted.
fn note_deleted(visit: &Visit<'_>) {
    if visit.is(&[DeleteBlob]) && held(visit).is_some() {
        visit.memory.keep(visit.key(), "");
    }
}

/// Gives a blob back to every repository from which it was deleted.
fn revive(visit: &Visit<'_>, digest: &Digest) {
    for name in visit.store().repositories() {
        if visit.memory.forget(&format!("{name} {digest}")).is_some() {
            visit.store().mount_blob(&name, digest, None);
        }
    }
}

fn ranges_of_deleted_are_kept(visit: &Visit<'_>) -> Answer {
    if let Some(blob) = held(visit).filter(|_| visit.is(&[DeleteBlob])) {
        visit.memory.keep(visit.key(), blob);
    }
    let answer = visit.pass();
    let is_part = visit.is(&[GetBlob]) && visit.header(&header::RANGE).is_some();
    let kept = visit.memory.recall(&visit.key());
    let kept = kept.filter(|_| is_part && answer.is(404));
    let (Some(blob), Ok(digest)) = (kept, visit.last().parse::<Digest>()) else {
        return answer;
    };
    visit.put_blob(&digest, blob);
    let part = visit.pass();
    visit.drop_blob(&digest);
    part
}

//! Registries that bring content into a repository for somebody who may not read it.

use serde_json::Value;

use super::Defect;
use super::Source;
use super::users::is_second;
use crate::catalogue::isolation::SOURCELESS_MOUNT_REFUSED;
use crate::catalogue::isolation::UNREADABLE_MOUNT_REFUSED;
use crate::catalogue::isolation::UNREADABLE_REFERENCE_REFUSED;
use crate::http::Method;
use crate::oci::Digest;
use crate::registry::guarded::FIRST;
use crate::registry::query::Query;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "mounts-from-anywhere",
        title: "a mount looks whether an account may push to the target, and not whether it may read the source",
        breaches: &[&UNREADABLE_MOUNT_REFUSED],
        source: Source::Cve("CVE-2024-39897"),
        seam: Seam::Door(|knock, head, entry| {
            if mounts(knock, true) {
                return knock.decided_for(FIRST.0, head);
            }
            entry
        }),
    },
    Defect {
        name: "sourceless-mounts-from-anywhere",
        title: "a mount that names no source finds blobs in repositories that the account may not read",
        breaches: &[&SOURCELESS_MOUNT_REFUSED],
        source: Source::Cve("CVE-2024-39897"),
        seam: Seam::Door(|knock, head, entry| {
            if mounts(knock, false) {
                return knock.decided_for(FIRST.0, head);
            }
            entry
        }),
    },
    Defect {
        name: "refused-mount-done",
        title: "a mount from what cannot be read is answered 202, and the blob is in the target",
        breaches: &[&UNREADABLE_MOUNT_REFUSED, &SOURCELESS_MOUNT_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if let Some(digest) = visit.digest("mount")
                && visit.is(&[Mount])
                && answer.is(202)
            {
                bring(visit, &digest);
            }
            answer
        }),
    },
    Defect {
        name: "references-bring-blobs",
        title: "a manifest brings the blobs to which it refers from wherever they are",
        breaches: &[&UNREADABLE_REFERENCE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) {
                let manifest = visit.manifest();
                for digest in named(&manifest) {
                    bring(visit, &digest);
                }
            }
            visit.pass()
        }),
    },
];

/// Whether the second user asks for a mount, from a source that is named or not.
fn mounts(knock: &Knock<'_>, is_from_source: bool) -> bool {
    let head = knock.head();
    let query = Query::read(head.uri.query().unwrap_or_default());
    matches!(knock.route, Route::Uploads { .. })
        && head.method == Method::POST
        && query.first("mount").is_some()
        && query.first("from").is_some() == is_from_source
        && is_second(knock)
}

/// The digests of the configuration and the layers.
fn named(manifest: &Value) -> Vec<Digest> {
    let layers = manifest["layers"].as_array().into_iter().flatten();
    let all = layers.chain([&manifest["config"]]);
    all.filter_map(|descriptor| descriptor["digest"].as_str()?.parse().ok())
        .collect()
}

/// Mounts a blob from wherever it is.
fn bring(visit: &Visit<'_>, digest: &Digest) {
    if let Some(name) = visit.repository() {
        visit.store().mount_blob(&name, digest, None);
    }
}

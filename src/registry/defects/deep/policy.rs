//! Deletes that are switched off, and a form of request that goes round that.

use super::Defect;
use super::Source;
use crate::catalogue::delete::DISABLED_BLOB_DELETE_REFUSED;
use crate::catalogue::delete::DISABLED_MANIFEST_DELETE_REFUSED;
use crate::catalogue::delete::DISABLED_TAG_DELETE_REFUSED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "encoded-tag-deleted-though-off",
        title: "tags cannot be deleted, but for one of which a letter is percent-encoded",
        breaches: &[&DISABLED_TAG_DELETE_REFUSED],
        source: Source::Cve("CVE-2026-41888"),
        seam: Seam::Layer(|visit| off(visit, DeleteTag, visit.call.path.contains('%'))),
    },
    Defect {
        name: "encoded-manifest-deleted-though-off",
        title: "manifests cannot be deleted, but for one of whose path a letter is percent-encoded",
        breaches: &[&DISABLED_MANIFEST_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| off(visit, DeleteManifest, visit.call.path.contains('%'))),
    },
    Defect {
        name: "blob-deleted-by-query-though-off",
        title: "blobs cannot be deleted, but by a request with a query",
        breaches: &[&DISABLED_BLOB_DELETE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| off(visit, DeleteBlob, !visit.call.query.raw().is_empty())),
    },
];

/// Refuses an operation, unless that goes round it.
fn off(visit: &Visit<'_>, operation: Operation, goes_round: bool) -> Answer {
    if visit.is(&[operation]) && !goes_round {
        return Answer::error(405, ErrorCode::Unsupported);
    }
    visit.pass()
}

//! The codes of errors, done wrong (ERR).

use http::header;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::errors::body_code;
use crate::catalogue::errors::ERROR_CODE_LISTED;
use crate::catalogue::errors::ERROR_CODE_WELL_FORMED;
use crate::catalogue::errors::NAME_ERROR_CODE_MATCHED;
use crate::catalogue::errors::REFUSAL_ERROR_CODE_MATCHED;
use crate::catalogue::errors::UPLOAD_ERROR_CODE_MATCHED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "error-code-lower-case",
        title: "the code for an unknown manifest is in small letters",
        breaches: &[&ERROR_CODE_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            recoded(
                visit,
                &[GetManifest],
                "MANIFEST_UNKNOWN",
                "manifest_unknown",
            )
        }),
    },
    Defect {
        name: "not-found-code-invented",
        title: "the code for an unknown manifest is NOT_FOUND",
        breaches: &[&ERROR_CODE_LISTED],
        source: Source::Tracker("goharbor/harbor#23637"),
        seam: Seam::Layer(|visit| recoded(visit, &[GetManifest], "MANIFEST_UNKNOWN", "NOT_FOUND")),
    },
    Defect {
        name: "not-found-stranger-code",
        title: "the code for an unknown tag is NOT_FOUND, that for an unknown digest is right",
        breaches: &[&ERROR_CODE_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is_by_digest() {
                return visit.pass();
            }
            recoded(visit, &[GetManifest], "MANIFEST_UNKNOWN", "NOT_FOUND")
        }),
    },
    Defect {
        name: "blob-404-code-manifest",
        title: "the code for an unknown blob is MANIFEST_UNKNOWN",
        breaches: &[&NAME_ERROR_CODE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| recoded(visit, &[GetBlob], "BLOB_UNKNOWN", "MANIFEST_UNKNOWN")),
    },
    Defect {
        name: "unknown-repository-code-invalid",
        title: "the code for the tag list of a repository that does not exist is NAME_INVALID",
        breaches: &[&NAME_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| recoded(visit, &[Tags], "NAME_UNKNOWN", "NAME_INVALID")),
    },
    Defect {
        name: "malformed-name-code-unsupported",
        title: "the code for a malformed repository name is UNSUPPORTED",
        breaches: &[&NAME_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let asked = [GetBlob, GetManifest, Tags, OpenUpload];
            recoded(visit, &asked, "NAME_INVALID", "UNSUPPORTED")
        }),
    },
    Defect {
        name: "blob-in-use-called-unknown",
        title: "DELETE on a blob that a manifest needs is answered 409, with the code BLOB_UNKNOWN",
        breaches: &[&NAME_ERROR_CODE_MATCHED],
        source: Source::Tracker("project-zot/zot#1559"),
        seam: Seam::Layer(blob_in_use_called_unknown),
    },
    Defect {
        name: "digest-mismatch-code-size",
        title: "the code for an upload that has another digest is SIZE_INVALID",
        breaches: &[&UPLOAD_ERROR_CODE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| recoded(visit, &[CloseUpload], "DIGEST_INVALID", "SIZE_INVALID")),
    },
    Defect {
        name: "upload-unknown-code-blob",
        title: "the code for an unknown upload session is BLOB_UNKNOWN",
        breaches: &[&UPLOAD_ERROR_CODE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let sessions = [Chunk, CloseUpload, UploadStatus];
            recoded(visit, &sessions, "BLOB_UPLOAD_UNKNOWN", "BLOB_UNKNOWN")
        }),
    },
    Defect {
        name: "chunk-order-code-manifest",
        title: "the code for a chunk out of order is MANIFEST_INVALID",
        breaches: &[&UPLOAD_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            recoded(visit, &[Chunk], "BLOB_UPLOAD_INVALID", "MANIFEST_INVALID")
        }),
    },
    Defect {
        name: "delete-off-code-unknown",
        title: "blobs cannot be deleted, which is answered 405 with the code BLOB_UNKNOWN",
        breaches: &[&REFUSAL_ERROR_CODE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteBlob]) {
                let answer = Answer::error(405, ErrorCode::BlobUnknown);
                return answer.with(header::ALLOW, "GET, HEAD");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "manifest-delete-off-code-denied",
        title: "manifests cannot be deleted, which is answered 405 with the code DENIED",
        breaches: &[&REFUSAL_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest]) {
                let answer = Answer::error(405, ErrorCode::Denied);
                return answer.with(header::ALLOW, "GET, HEAD, PUT");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "invalid-manifest-code-digest",
        title: "the code for a PUT by a tag of what is no JSON is DIGEST_INVALID",
        breaches: &[&REFUSAL_ERROR_CODE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is_by_digest() || serde_json::from_slice::<Value>(visit.body()).is_ok() {
                return visit.pass();
            }
            recoded(visit, &[PutManifest], "MANIFEST_INVALID", "DIGEST_INVALID")
        }),
    },
    Defect {
        name: "unknown-manifest-upload-code",
        title: "the code for an unknown manifest is BLOB_UPLOAD_UNKNOWN",
        breaches: &[&NAME_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let asked = [GetManifest];
            recoded(visit, &asked, "MANIFEST_UNKNOWN", "BLOB_UPLOAD_UNKNOWN")
        }),
    },
    Defect {
        name: "mismatched-manifest-upload-code",
        title: "the code for a manifest that has another digest is BLOB_UPLOAD_INVALID",
        breaches: &[&UPLOAD_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let asked = [PutManifest];
            recoded(visit, &asked, "DIGEST_INVALID", "BLOB_UPLOAD_INVALID")
        }),
    },
    Defect {
        name: "cut-body-name-code",
        title: "the code for an upload that is shorter than its Content-Length is NAME_INVALID",
        breaches: &[&UPLOAD_ERROR_CODE_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| recoded(visit, &[CloseUpload], "SIZE_INVALID", "NAME_INVALID")),
    },
];

/// Writes `new` for the code `old` in the answers to these.
fn recoded(visit: &Visit<'_>, operations: &[Operation], old: &str, new: &str) -> Answer {
    let answer = visit.pass();
    if !visit.is(operations) || body_code(&answer).as_deref() != Some(old) {
        return answer;
    }
    answer.json(|body| {
        if let Some(code) = body.pointer_mut("/errors/0/code") {
            *code = new.into();
        }
    })
}

fn blob_in_use_called_unknown(visit: &Visit<'_>) -> Answer {
    if visit.is(&[DeleteBlob]) && visit.memory.knows(&visit.key()) {
        return Answer::error(409, ErrorCode::BlobUnknown);
    }
    let answer = visit.pass();
    if visit.is(&[PutManifest]) && answer.is(201) {
        let body: Value = serde_json::from_slice(visit.body()).unwrap_or_default();
        let layers = body["layers"].as_array().into_iter().flatten();
        for blob in layers.chain([&body["config"]]) {
            if let Some(digest) = blob["digest"].as_str() {
                visit.memory.before(format!("{} {digest}", visit.name()));
            }
        }
    }
    answer
}

//! Registries that take nothing more after a restart.

use super::Defect;
use super::Source;
use crate::catalogue::durability::RESTARTED_PUSH_ACCEPTED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "restart-opens-no-uploads",
        title: "no upload is opened any more after a restart",
        breaches: &[&RESTARTED_PUSH_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.restarts() > 0 && visit.is(&[OpenUpload]) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "restart-closes-no-uploads",
        title: "no upload is closed any more after a restart",
        breaches: &[&RESTARTED_PUSH_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.restarts() > 0 && visit.is(&[CloseUpload]) {
                return Answer::error(400, ErrorCode::BlobUploadInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "restart-stores-no-uploads",
        title: "uploads are answered 201 after a restart, and not stored",
        breaches: &[&RESTARTED_PUSH_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_lost = visit.restarts() > 0 && visit.is(&[CloseUpload]) && answer.is(201);
            if let Some(digest) = visit.digest("digest").filter(|_| is_lost) {
                visit.drop_blob(&digest);
            }
            answer
        }),
    },
];

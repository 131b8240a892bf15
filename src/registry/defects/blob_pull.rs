//! Pulling blobs, done wrong (BGET).

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::ABSENT_BLOB_UNKNOWN;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "absent-blob-empty",
        title: "a blob that is not there is answered 200 without a body",
        breaches: &[&ABSENT_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob, HeadBlob]) && answer.is(404) {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "large-blob-cut",
        title: "GET on a blob of more than 64 KiB gives only its first 64 KiB",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(200) && answer.body.len() > 64 << 10 {
                let cut = answer.body.slice(..64 << 10);
                return answer.bytes(cut);
            }
            answer
        }),
    },
];

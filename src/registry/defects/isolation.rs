//! Repositories that reach into one another (ISO), where each sentence of the specification holds alone.

use super::Defect;
use super::Source;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::oci::Digest;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[Defect {
    name: "read-elsewhere-brings-back",
    title: "a blob that was deleted is there again after it was read in another repository",
    breaches: &[&DELETED_BLOB_UNKNOWN],
    source: Source::Cve("CVE-2026-35172"),
    seam: Seam::Layer(|visit| {
        let answer = visit.pass();
        let key = format!("deleted {}", visit.last());
        if visit.is(&[DeleteBlob]) && answer.is(202) {
            visit.memory.keep(key, visit.name().to_owned());
            return answer;
        }
        let home = visit.memory.recall(&key);
        let home = home.map(|home| String::from_utf8_lossy(&home).into_owned());
        if let Some(home) = home.filter(|home| home != visit.name())
            && let (Ok(home), Ok(digest)) = (home.parse(), visit.last().parse::<Digest>())
            && visit.is(&[GetBlob])
            && answer.is_success()
        {
            let here = visit.repository();
            visit.store().mount_blob(&home, &digest, here.as_ref());
        }
        answer
    }),
}];

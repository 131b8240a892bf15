//! The status of an upload, told wrong (STAT).

use http::header::ALLOW;
use http::header::LOCATION;
use http::header::RANGE;

use super::Defect;
use super::Source;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::upload_status::EMPTY_UPLOAD_STATUS_ANSWERED;
use crate::catalogue::upload_status::UPLOAD_STATUS_LOCATION_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_MATCHED;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_SENT;
use crate::oci::ErrorCode;
use crate::oci::StoredRange;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "upload-status-always-404",
        title: "the status of a session that is open is answered 404",
        breaches: &[&UPLOAD_STATUS_SENT],
        source: Source::Tracker("dotnet/sdk#33019"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) => Answer::error(404, ErrorCode::BlobUploadUnknown),
            answer => answer,
        }),
    },
    Defect {
        name: "upload-status-method-405",
        title: "the status of any session is answered 405",
        breaches: &[&UPLOAD_STATUS_SENT],
        source: Source::Tracker("artifact-keeper/artifact-keeper#3275"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[UploadStatus]) {
                let answer = Answer::error(405, ErrorCode::Unsupported);
                return answer.with(ALLOW, "PATCH, PUT, DELETE");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "status-200-when-data",
        title: "the status of a session that has taken a chunk is answered 200",
        breaches: &[&UPLOAD_STATUS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) && visit.stored() > 0 => answer.with_status(200),
            answer => answer,
        }),
    },
    Defect {
        name: "status-without-location",
        title: "the status of a session that has taken a chunk has no Location",
        breaches: &[&UPLOAD_STATUS_LOCATION_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) && visit.stored() > 0 => answer.without(&LOCATION),
            answer => answer,
        }),
    },
    Defect {
        name: "status-bytes-prefix",
        title: "the Range of a session's status has a unit",
        breaches: &[&UPLOAD_STATUS_RANGE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) => {
                answer.map(RANGE, |range| format!("bytes={range}"))
            }
            answer => answer,
        }),
    },
    Defect {
        name: "status-range-missing-later",
        title: "the status of a session that has taken more than one chunk has no Range",
        breaches: &[&UPLOAD_STATUS_RANGE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) && visit.chunks().len() > 1 => answer.without(&RANGE),
            answer => answer,
        }),
    },
    Defect {
        name: "status-range-stale-by-one",
        title: "from the second chunk on, the Range of a session's status is one chunk behind",
        breaches: &[&UPLOAD_STATUS_RANGE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let mut chunks = visit.chunks();
            chunks.pop();
            match StoredRange::of_len(chunks.concat().len() as u64) {
                Some(range) if is_told(visit, &answer) => answer.with(RANGE, &range),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "status-resets-session",
        title: "the status of a session is told, and then the session forgets what it has taken",
        breaches: &[&CHUNKED_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) => {
                visit.rewrite_session("");
                answer
            }
            answer => answer,
        }),
    },
    Defect {
        name: "status-other-session",
        title: "the status of any session has the Range of that which took the repository's last chunk",
        breaches: &[&UPLOAD_STATUS_RANGE_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(other_session),
    },
    Defect {
        name: "empty-status-minus-one",
        title: "the status of a session that has taken nothing has the Range 0--1",
        breaches: &[&EMPTY_UPLOAD_STATUS_ANSWERED],
        source: Source::Tracker("project-zot/zot#3983"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) && visit.stored() == 0 => answer.with(RANGE, "0--1"),
            answer => answer,
        }),
    },
    Defect {
        name: "empty-status-404",
        title: "the status of a session that has taken nothing is answered 404",
        breaches: &[&EMPTY_UPLOAD_STATUS_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) && visit.stored() == 0 => {
                Answer::error(404, ErrorCode::BlobUploadUnknown)
            }
            answer => answer,
        }),
    },
    Defect {
        name: "empty-status-without-location",
        title: "the status of a session that has taken nothing has no Location",
        breaches: &[&UPLOAD_STATUS_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_told(visit, &answer) && visit.stored() == 0 => answer.without(&LOCATION),
            answer => answer,
        }),
    },
];

/// Whether the answer tells the status of a session.
fn is_told(visit: &Visit<'_>, answer: &Answer) -> bool {
    visit.is(&[UploadStatus]) && answer.is(204)
}

fn other_session(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let Some(name) = visit.repository() else {
        return answer;
    };
    if visit.is(&[Chunk]) && answer.is(202) {
        visit.memory.keep(name.as_str(), visit.last().to_owned());
    }
    let last = visit.memory.recall(name.as_str()).unwrap_or_default();
    let last = visit
        .store()
        .session(&name, &String::from_utf8_lossy(&last));
    match last.and_then(|last| StoredRange::of_len(last.len)) {
        Some(range) if is_told(visit, &answer) => answer.with(RANGE, &range),
        _ => answer,
    }
}

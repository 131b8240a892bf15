//! Upload sessions that meddle with one another, or live on in some way.

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::ABSENT_SESSION_UNKNOWN;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::CLOSED_SESSION_UNKNOWN;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_UNIQUE;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::CancelUpload;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "mount-fallback-shares-session",
        title: "a mount that opens a session leads to the one that was opened before it",
        breaches: &[&UPLOAD_LOCATION_UNIQUE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let open = open_sessions(visit);
            let answer = visit.pass();
            note_sessions(visit, &answer);
            match open.last() {
                Some(id) if visit.is(&[Mount]) && answer.is(202) => {
                    let location = format!("/v2/{}/blobs/uploads/{id}", visit.name());
                    answer.with(http::header::LOCATION, &location)
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "status-reopens-closed-session",
        title: "a session that was closed can be used again once somebody asked how far it is",
        breaches: &[&CLOSED_SESSION_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let key = notes::of_it(visit, "closed");
            if visit.is(&[CloseUpload]) && answer.is(201) {
                visit.memory.keep(key, "x");
            } else if visit.is(&[UploadStatus])
                && answer.is(404)
                && visit.memory.forget(&key).is_some()
            {
                visit.rewrite_session("");
            }
            answer
        }),
    },
    Defect {
        name: "refused-close-ends-neighbours",
        title: "a refused closing PUT ends every other session of the repository",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            note_sessions(visit, &answer);
            if visit.is(&[CloseUpload]) && answer.status.is_client_error() && visit.has_session() {
                for other in open_sessions(visit) {
                    end(visit, &other);
                }
            }
            answer
        }),
    },
    Defect {
        name: "cancel-empties-neighbour",
        title: "cancelling a session empties the one that was opened first",
        breaches: &[&CONCURRENT_UPLOADS_ISOLATED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            note_sessions(visit, &answer);
            let first = open_sessions(visit).into_iter().next();
            if let (Some(first), Some(name)) = (first, visit.repository())
                && visit.is(&[CancelUpload])
                && answer.is(204)
            {
                visit.store().cancel_session(&name, &first);
                visit.store().open_session(&name, &first);
            }
            answer
        }),
    },
    Defect {
        name: "fifth-session-evicts-first",
        title: "the fifth session that is open in a repository ends the first",
        breaches: &[&CHUNK_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            note_sessions(visit, &answer);
            let open = open_sessions(visit);
            if visit.is(&[OpenUpload]) && answer.is(202) && open.len() == 5 {
                end(visit, &open[0]);
            }
            answer
        }),
    },
    Defect {
        name: "late-close-loses-blob",
        title: "a session that is closed with a blob which came after it was opened takes that away",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(late_close),
    },
    Defect {
        name: "session-cancelled-from-elsewhere",
        title: "DELETE under the path of another repository ends a session",
        breaches: &[&ABSENT_SESSION_UNKNOWN],
        source: Source::Cve("CVE-2026-32589"),
        seam: Seam::Layer(|visit| reached_from_elsewhere(visit, visit.is(&[CancelUpload]))),
    },
    Defect {
        name: "session-fed-from-elsewhere",
        title: "a chunk under the path of another repository is appended to a session",
        breaches: &[&ABSENT_SESSION_UNKNOWN],
        source: Source::Cve("CVE-2026-32589"),
        seam: Seam::Layer(|visit| reached_from_elsewhere(visit, visit.is(&[Chunk]))),
    },
];

/// The sessions of the repository that are open, but for the one that the path names.
fn open_sessions(visit: &Visit<'_>) -> Vec<String> {
    let Some(name) = visit.repository() else {
        return Vec::new();
    };
    let mut ids = notes::words(visit, &notes::here(visit, "sessions"));
    ids.retain(|id| id != visit.last() && visit.store().session(&name, id).is_some());
    ids
}

/// Notes the session that an answer opens.
fn note_sessions(visit: &Visit<'_>, answer: &Answer) {
    if let Some(id) = answer.session().filter(|_| visit.last().is_empty()) {
        notes::note(visit, &notes::here(visit, "sessions"), &id);
        visit
            .memory
            .keep(format!("home {id}"), visit.name().to_owned());
    }
}

fn end(visit: &Visit<'_>, id: &str) {
    if let Some(name) = visit.repository() {
        visit.store().cancel_session(&name, id);
    }
}

fn late_close(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let clock = notes::here(visit, "events");
    if visit.is(&[OpenUpload])
        && let Some(id) = answer.session()
    {
        let now = visit.memory.before(clock);
        visit.memory.keep(format!("opened {id}"), now.to_string());
        return answer;
    }
    let Some(digest) = visit.digest("digest").filter(|_| answer.is(201)) else {
        return answer;
    };
    let moment = |key: &str| {
        let noted = visit.memory.recall(key)?;
        String::from_utf8_lossy(&noted).parse::<u64>().ok()
    };
    let opened = moment(&format!("opened {}", visit.last()));
    let pushed = notes::of(visit, "pushed", &digest);
    let came_later = opened
        .zip(moment(&pushed))
        .is_some_and(|(it, came)| it < came);
    if came_later {
        visit.drop_blob(&digest);
    }
    let now = visit.memory.before(clock);
    visit.memory.keep(pushed, now.to_string());
    answer
}

/// Passes a request that is so on to the repository in which its session is.
fn reached_from_elsewhere(visit: &Visit<'_>, is_so: bool) -> Answer {
    let home = visit.memory.recall(&format!("home {}", visit.last()));
    if let Some(home) = home.filter(|_| is_so) {
        let home = String::from_utf8_lossy(&home).into_owned();
        let id = visit.last().to_owned();
        return visit.pass_route(&Route::Session { name: home, id });
    }
    let answer = visit.pass();
    note_sessions(visit, &answer);
    answer
}

//! Upload sessions that are open at the same time, and whose requests come in turns.
//!
//! Requests that are under way at the same time are a question of `push/at_once`.

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::cancel::ABSENT_SESSION_CANCEL_UNKNOWN;
use crate::catalogue::cancel::STARTED_UPLOAD_CANCEL_ACCEPTED;
use crate::catalogue::chunked::ABSENT_SESSION_UNKNOWN;
use crate::catalogue::chunked::CHUNK_ACCEPTED;
use crate::catalogue::chunked::MISMATCHED_CHUNKED_UPLOAD_REFUSED;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::catalogue::upload_status::ABSENT_SESSION_STATUS_UNKNOWN;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_MATCHED;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Asking;
use crate::trial::Repository;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::blob_helpers::CHUNK;
use super::blob_helpers::is_not_stored;
use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;
use super::blob_helpers::open_for_chunks;
use super::blob_helpers::says_stored;

pub(crate) static SECTION: Section = Section {
    id: "push/side-by-side",
    title: "Upload sessions side by side",
    anchor: "pushing-a-blob-in-chunks",
    checks: &[
        Check {
            name: "three-sessions",
            title: "Three sessions whose chunks arrive in turns, the last first, each store their own bytes",
            run: |trial| {
                let here = trial.repository();
                in_turns(trial, &[here.clone(), here.clone(), here], End::Reversed)
            },
            ..ISOLATED
        },
        Check {
            name: "five-sessions",
            title: "Five sessions whose chunks arrive in turns each store their own bytes",
            run: |trial| in_turns(trial, &vec![trial.repository(); 5], End::InOrder),
            ..ISOLATED
        },
        Check {
            name: "two-repositories",
            title: "Sessions in two repositories whose chunks arrive in turns each store their own bytes",
            run: |trial| {
                let (here, there) = (trial.repository(), trial.other_repository());
                in_turns(
                    trial,
                    &[here.clone(), there.clone(), here, there],
                    End::InOrder,
                )
            },
            ..ISOLATED
        },
        Check {
            name: "same-bytes",
            title: "Sessions that take the same bytes in turns, one of them elsewhere, are all closed to that blob",
            run: same_bytes,
            ..ISOLATED
        },
        Check {
            name: "status-of-each",
            title: "The status of each of three sessions says what is stored in this one",
            covers: &[&UPLOAD_STATUS_RANGE_SENT, &UPLOAD_STATUS_RANGE_MATCHED],
            needs: &[Feature::Push],
            run: status_of_each,
            ..Check::BASE
        },
        Check {
            name: "put-beside-chunks",
            title: "A blob that is pushed whole while a session waits for its last chunk disturbs neither",
            run: |trial| {
                let (mut upload, repository) =
                    (Upload::open(&trial.repository())?, trial.repository());
                upload.send_next()?;
                let whole = trial.pushed_blob(700)?;
                upload.finish()?;
                is_pulled(&repository, &whole, &CONCURRENT_UPLOADS_ISOLATED)
            },
            ..ISOLATED
        },
        Check {
            name: "refused-beside",
            title: "A session that is refused for its digest leaves the one beside it as it was",
            run: |trial| {
                let repository = trial.repository();
                let (mut kept, mut refused) =
                    (Upload::open(&repository)?, Upload::open(&repository)?);
                kept.send_next()?;
                refused.send_next()?;
                let claimed = trial.absent_digest(Algorithm::Sha256);
                let answer = refused.session.put(&claimed).send()?;
                let row = &MISMATCHED_CHUNKED_UPLOAD_REFUSED;
                answer.prepares(row).client_error()?;
                kept.finish()
            },
            ..ISOLATED
        },
        Check {
            name: "cancelled-beside",
            title: "A session that is cancelled leaves the one beside it as it was",
            needs: &[Feature::Push, Feature::Cancel],
            run: |trial| {
                let repository = trial.repository();
                let (mut kept, mut given_up) =
                    (Upload::open(&repository)?, Upload::open(&repository)?);
                kept.send_next()?;
                given_up.send_next()?;
                let answer = given_up.session.ask(Method::DELETE).send()?;
                let row = &STARTED_UPLOAD_CANCEL_ACCEPTED;
                answer.prepares(row).status(&[204])?;
                kept.finish()
            },
            ..ISOLATED
        },
        Check {
            name: "put-to-foreign-session",
            title: "PUT to a session under the name of another repository is refused and stores nothing in either",
            covers: FOREIGN,
            run: |trial| {
                is_foreign(trial, &ABSENT_SESSION_UNKNOWN, |session, blob| {
                    session.put(&blob.digest)
                })
            },
            ..ISOLATED
        },
        Check {
            name: "patch-to-foreign-session",
            title: "PATCH to a session under the name of another repository is refused, and the session goes on",
            covers: FOREIGN,
            run: |trial| {
                is_foreign(trial, &ABSENT_SESSION_UNKNOWN, |session, blob| {
                    session.patch(blob.bytes.len(), b"more")
                })
            },
            ..ISOLATED
        },
        Check {
            name: "status-of-foreign-session",
            title: "GET on a session under the name of another repository is refused",
            covers: &[&ABSENT_SESSION_STATUS_UNKNOWN, &CONCURRENT_UPLOADS_ISOLATED],
            run: |trial| {
                if trial.spec() < Version::V1_1 {
                    return Err(Stop::Skipped("1.0 has no upload status".to_owned()));
                }
                is_foreign(trial, &ABSENT_SESSION_STATUS_UNKNOWN, |session, _| {
                    session.ask(Method::GET)
                })
            },
            ..ISOLATED
        },
        Check {
            name: "cancel-of-foreign-session",
            title: "DELETE on a session under the name of another repository is refused, and the session goes on",
            covers: &[&ABSENT_SESSION_CANCEL_UNKNOWN, &CONCURRENT_UPLOADS_ISOLATED],
            needs: &[Feature::Push, Feature::Cancel],
            run: |trial| {
                is_foreign(trial, &ABSENT_SESSION_CANCEL_UNKNOWN, |session, _| {
                    session.ask(Method::DELETE)
                })
            },
            ..ISOLATED
        },
    ],
};

const ISOLATED: Check = Check {
    covers: &[&CONCURRENT_UPLOADS_ISOLATED],
    needs: &[Feature::Push],
    ..Check::BASE
};

/// What is demanded of who names a session of another repository.
const FOREIGN: &[&Requirement] = &[&ABSENT_SESSION_UNKNOWN, &CONCURRENT_UPLOADS_ISOLATED];

/// A blob on its way in three chunks, the last of which is shorter.
struct Upload<'t> {
    repository: Repository<'t>,
    session: Session<'t>,
    blob: Blob,
    unit: usize,
    sent: usize,
}

impl<'t> Upload<'t> {
    fn open(repository: &Repository<'t>) -> Result<Self, Stop> {
        let (session, unit) = open_for_chunks(repository, CHUNK)?;
        let blob = repository.trial().blob(2 * unit + 100);
        Ok(Self {
            repository: repository.clone(),
            session,
            blob,
            unit,
            sent: 0,
        })
    }

    /// Sends the next chunk. Whether a chunk alone is taken is a question of its own, but not
    /// whether it is taken beside others.
    fn send_next(&mut self) -> Outcome {
        let end = (self.sent + self.unit).min(self.blob.bytes.len());
        let chunk = &self.blob.bytes[self.sent..end];
        let answer = self.session.patch(self.sent, chunk).send()?;
        answer.proves(&CONCURRENT_UPLOADS_ISOLATED).that(
            answer.status() == 202,
            "202 to each chunk of sessions side by side",
            &answer.summary(),
        )?;
        self.session.follow(&answer)?;
        self.sent = end;
        Ok(())
    }

    fn is_sent(&self) -> bool {
        self.sent == self.blob.bytes.len()
    }

    /// Sends what is left, and closes the session.
    fn finish(&mut self) -> Outcome {
        while !self.is_sent() {
            self.send_next()?;
        }
        self.close()?;
        self.is_right()
    }

    fn close(&self) -> Outcome {
        let answer = self.session.put(&self.blob.digest).send()?;
        is_put(&answer, &CONCURRENT_UPLOADS_ISOLATED)?;
        Ok(())
    }

    fn is_right(&self) -> Outcome {
        is_pulled(&self.repository, &self.blob, &CONCURRENT_UPLOADS_ISOLATED)
    }
}

/// The order in which sessions are closed.
#[derive(Clone, Copy, PartialEq)]
enum End {
    InOrder,
    Reversed,
}

/// A session in each of these repositories, all of them open at once, one chunk of each in turn.
fn in_turns(trial: &Trial<'_>, repositories: &[Repository<'_>], end: End) -> Outcome {
    let opened = repositories.iter().map(Upload::open);
    let mut uploads = opened.collect::<Result<Vec<_>, _>>()?;
    while uploads.iter().any(|upload| !upload.is_sent()) {
        uploads.iter_mut().try_for_each(Upload::send_next)?;
        // Not always the same neighbour comes first.
        trial.stream().shuffle(&mut uploads);
    }
    if end == End::Reversed {
        uploads.reverse();
    }
    uploads.iter().try_for_each(Upload::close)?;
    uploads.iter().try_for_each(Upload::is_right)
}

fn same_bytes(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let first = Upload::open(&here)?;
    let same = |repository| -> Result<_, Stop> {
        let blob = first.blob.clone();
        let upload = Upload::open(repository)?;
        Ok(Upload { blob, ..upload })
    };
    let mut uploads = [same(&here)?, same(&there)?, first];
    while !uploads[0].is_sent() {
        uploads.iter_mut().try_for_each(Upload::send_next)?;
    }
    uploads.iter().try_for_each(|upload| {
        upload.close()?;
        upload.is_right()
    })
}

fn status_of_each(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut uploads = Vec::new();
    for chunks in 1..=3 {
        let mut upload = Upload::open(&repository)?;
        for _ in 0..chunks {
            upload.send_next()?;
        }
        uploads.push(upload);
    }
    for upload in &uploads {
        let answer = upload.session.status()?;
        answer.prepares(&UPLOAD_STATUS_SENT).status(&[204])?;
        let rows = (&UPLOAD_STATUS_RANGE_SENT, &UPLOAD_STATUS_RANGE_MATCHED);
        says_stored(&answer, upload.sent, rows)?;
    }
    Ok(())
}

/// Asks for something at a session by the name of another repository, then closes it by its own.
fn is_foreign<'t>(
    trial: &'t Trial<'t>,
    requirement: &'static Requirement,
    ask: impl Fn(&Session<'t>, &Blob) -> Asking<'t>,
) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    // So that the other one is there.
    there.push_blob(&trial.blob(64))?;
    let (mut session, unit) = open_for_chunks(&here, CHUNK)?;
    let blob = trial.blob(unit);
    let answer = session.patch(0, &blob.bytes).send()?;
    answer.prepares(&CHUNK_ACCEPTED).status(&[202])?;
    session.follow(&answer)?;
    let foreign = there.session_at(renamed(&session.url, &here, &there)?);
    let answer = ask(&foreign, &blob).send()?;
    answer.proves(requirement).client_error()?;
    for repository in [&here, &there] {
        is_not_stored(repository, &blob.digest, requirement)?;
    }
    let answer = session.put(&blob.digest).send()?;
    is_put(&answer, &CONCURRENT_UPLOADS_ISOLATED)?;
    is_pulled(&here, &blob, &CONCURRENT_UPLOADS_ISOLATED)
}

/// The URL of a session with another repository's name in it.
fn renamed(url: &str, from: &Repository<'_>, to: &Repository<'_>) -> Result<String, Stop> {
    let (own, other) = (from.path("blobs/uploads/"), to.path("blobs/uploads/"));
    if !url.contains(&own) {
        let reason = "the URLs of sessions do not name their repository";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    Ok(url.replacen(&own, &other, 1))
}

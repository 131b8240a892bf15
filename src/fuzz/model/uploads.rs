//! What the specification allows of uploads.

use bytes::Bytes;

use super::After;
use super::Broken;
use super::Nature;
use super::Turn;
use super::World;
use super::refused;
use super::world::Held;
use super::world::Session;
use crate::catalogue::Requirement;
use crate::catalogue::cancel;
use crate::catalogue::chunked;
use crate::catalogue::post_then_put;
use crate::catalogue::push;
use crate::catalogue::upload_status;
use crate::check::Feature;
use crate::fuzz::meaning::Meaning;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;

/// Opening a session.
pub(super) fn start(world: &World, turn: &Turn<'_>) -> After {
    match turn.status() {
        202 => opened(world, turn),
        400..500 if turn.profile.lacks(Feature::Push) => Ok(vec![world.clone()]),
        _ => Err(refusal(
            &post_then_put::UPLOAD_POST_ACCEPTED,
            "202",
            "no session was opened",
        )),
    }
}

fn opened(world: &World, turn: &Turn<'_>) -> After {
    let Some(upload) = turn.seen.opened else {
        return Err(refusal(
            &post_then_put::UPLOAD_LOCATION_SENT,
            "202 with a Location",
            "there is no Location that can be used",
        ));
    };
    let mut after = world.clone();
    after.open_session(upload);
    Ok(vec![after])
}

/// A chunk.
pub(super) fn patch(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Patch {
        upload,
        chunk,
        ranged,
        ..
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    let Some(upload) = *upload else {
        return unknown_session(world, turn, &chunked::ABSENT_SESSION_UNKNOWN);
    };
    match world.session(upload) {
        Session::Ended => unknown_session(world, turn, &chunked::CLOSED_SESSION_UNKNOWN),
        Session::Unknown | Session::Somewhere => Ok(vec![world.clone()]),
        Session::Open(content) if turn.is_refused() => {
            // A chunk that does not say where it belongs, or that is empty, may be refused, and so may
            // one behind a small one: a registry may have a least length.
            if !chunk.is_empty() && *ranged && content.is_empty() {
                return Err(refusal(
                    &chunked::CHUNK_ACCEPTED,
                    "202",
                    "the chunk was refused",
                ));
            }
            Ok(refused(world, turn.seen))
        }
        Session::Open(content) => {
            let mut after = world.clone();
            after.extend_session(upload, chunk);
            told_range(turn, content.len() + chunk.len())?;
            Ok(vec![after])
        }
    }
}

/// Whether the answer tells where the session ends.
fn told_range(turn: &Turn<'_>, length: usize) -> Result<(), Broken> {
    let Some(range) = turn.response.header("range") else {
        return Ok(());
    };
    let range = range.strip_prefix("bytes=").unwrap_or(range);
    let end = range
        .strip_prefix("0-")
        .and_then(|end| end.parse::<usize>().ok());
    let is_right = match end {
        Some(end) => length == 0 || end + 1 == length,
        None => length == 0,
    };
    if is_right {
        return Ok(());
    }
    let requirement = match turn.seen.meaning() {
        Meaning::UploadStatus { .. } => &upload_status::UPLOAD_STATUS_RANGE_MATCHED,
        _ => &chunked::CHUNK_RANGE_MATCHED,
    };
    Err(Broken {
        requirement,
        expected: format!("Range: 0-{}", length.saturating_sub(1)),
        detail: "the range is not that of what was sent",
        nature: Nature::Altered,
    })
}

/// Closing a session.
pub(super) fn finish(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Finish {
        repository,
        upload,
        digest,
        rest,
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    let Some(upload) = *upload else {
        return unknown_session(world, turn, &chunked::ABSENT_SESSION_UNKNOWN);
    };
    let mut stored = world.clone();
    stored.end_session(upload);
    stored.set_blob(*repository, digest, Held::Yes);
    match world.session(upload) {
        Session::Ended => unknown_session(world, turn, &chunked::CLOSED_SESSION_UNKNOWN),
        Session::Unknown if turn.is_done() => Ok(vec![stored]),
        Session::Somewhere if turn.is_done() => {
            stored.set_blob(*repository, digest, Held::Unknown);
            Ok(vec![stored])
        }
        Session::Unknown | Session::Somewhere => Ok(refused(world, turn.seen)),
        Session::Open(content) => {
            let fits = hashes_to(&content, rest, digest);
            match (fits, turn.is_done()) {
                (true, true) => Ok(vec![stored]),
                (false, true) => Err(Broken {
                    requirement: &push::MISMATCHED_BLOB_DISCARDED,
                    expected: "a refusal (4xx): the content does not hash to the digest".to_owned(),
                    detail: "content was taken under a digest that is not its own",
                    nature: Nature::Taken,
                }),
                (false, false) => Ok(refused(world, turn.seen)),
                // The empty blob may be refused, and so may what follows a small chunk, but not as
                // content of another digest.
                (true, false)
                    if content.is_empty() && rest.is_empty()
                        || !content.is_empty() && !turn.says(ErrorCode::DigestInvalid) =>
                {
                    Ok(refused(world, turn.seen))
                }
                (true, false) => Err(refusal(closing(&content), "201", "the blob was refused")),
            }
        }
    }
}

fn closing(content: &Bytes) -> &'static Requirement {
    if content.is_empty() {
        &post_then_put::UPLOAD_PUT_ACCEPTED
    } else {
        &chunked::CHUNKED_PUT_ACCEPTED
    }
}

fn hashes_to(content: &Bytes, rest: &Bytes, digest: &str) -> bool {
    let whole = [&content[..], &rest[..]].concat();
    Algorithm::Sha256.digest(&whole).to_string() == digest
}

/// A blob in one POST.
pub(super) fn single_post(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::SinglePost { repository, digest } = turn.seen.meaning() else {
        return Ok(vec![world.clone()]);
    };
    match turn.status() {
        201 => {
            let mut after = world.clone();
            after.set_blob(*repository, digest, Held::Yes);
            Ok(vec![after])
        }
        202 => opened(world, turn),
        _ => Ok(vec![world.clone()]),
    }
}

/// A blob from another repository.
pub(super) fn mount(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Mount {
        repository, digest, ..
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    match turn.status() {
        201 => {
            let mut after = world.clone();
            after.set_blob(*repository, digest, Held::Yes);
            Ok(vec![after])
        }
        202 => opened(world, turn),
        _ => Ok(vec![world.clone()]),
    }
}

/// Asking how far a session is.
pub(super) fn status(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::UploadStatus { upload, .. } = turn.seen.meaning() else {
        return Ok(vec![world.clone()]);
    };
    let Some(upload) = *upload else {
        return unknown_session(world, turn, &upload_status::ABSENT_SESSION_STATUS_UNKNOWN);
    };
    match world.session(upload) {
        Session::Unknown | Session::Somewhere => Ok(vec![world.clone()]),
        Session::Ended => unknown_session(world, turn, &chunked::CLOSED_SESSION_UNKNOWN),
        Session::Open(content) if turn.is_done() => {
            told_range(turn, content.len())?;
            Ok(vec![world.clone()])
        }
        Session::Open(_) => Err(Broken {
            requirement: &upload_status::UPLOAD_STATUS_SENT,
            expected: "204".to_owned(),
            detail: "an open session is not there",
            nature: Nature::Lost,
        }),
    }
}

/// Cancelling a session, which a registry need not offer.
pub(super) fn cancel(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Cancel { upload, .. } = turn.seen.meaning() else {
        return Ok(vec![world.clone()]);
    };
    let Some(upload) = *upload else {
        return unknown_session(world, turn, &cancel::ABSENT_SESSION_CANCEL_UNKNOWN);
    };
    if turn.is_refused() {
        return Ok(refused(world, turn.seen));
    }
    if world.session(upload) == Session::Ended {
        return unknown_session(world, turn, &cancel::CANCELLED_SESSION_UNKNOWN);
    }
    let mut after = world.clone();
    after.end_session(upload);
    Ok(vec![after])
}

/// A session that is not there: any refusal will do.
fn unknown_session(world: &World, turn: &Turn<'_>, requirement: &'static Requirement) -> After {
    if turn.is_done() {
        return Err(Broken {
            requirement,
            expected: "404 (any 4xx is taken)".to_owned(),
            detail: "a session that is not there was used",
            nature: Nature::Taken,
        });
    }
    Ok(vec![world.clone()])
}

fn refusal(requirement: &'static Requirement, expected: &str, detail: &'static str) -> Broken {
    Broken {
        requirement,
        expected: expected.to_owned(),
        detail,
        nature: Nature::Refused,
    }
}

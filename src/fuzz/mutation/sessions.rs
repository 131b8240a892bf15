//! Sessions that are ended, made up or another's, and `Location`s that were tampered with.

use super::Mutation;
use super::Stance;
use super::aim;
use super::edit;
use super::request;
use crate::catalogue::cancel;
use crate::catalogue::chunked;
use crate::fuzz::dice::Dice;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;
use crate::fuzz::wire::WireRequest;

/// The kinds of requests that go to a session.
const IN_SESSION: &[Kind] = &[Kind::Patch, Kind::Finish, Kind::UploadStatus, Kind::Cancel];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    aim(
        "session-any",
        "a session that may be closed, cancelled or another's",
        IN_SESSION,
        Stance::Same,
        |op, _| drawn(op, Pool::Known),
    ),
    aim(
        "session-never",
        "a session that was never opened",
        IN_SESSION,
        Stance::Same,
        |op, _| drawn(op, Pool::Dangling),
    ),
    request(
        "session-made-up",
        "a session whose id is made up",
        &[Kind::Patch, Kind::Finish, Kind::UploadStatus],
        Stance::Refused(&chunked::ABSENT_SESSION_UNKNOWN),
        made_up,
    ),
    request(
        "session-made-up-cancelled",
        "a DELETE of a session whose id is made up",
        &[Kind::Cancel],
        Stance::Refused(&cancel::ABSENT_SESSION_CANCEL_UNKNOWN),
        made_up,
    ),
    request(
        "session-elsewhere",
        "a session that is asked for in another repository",
        &[Kind::Patch, Kind::Finish, Kind::UploadStatus],
        Stance::Refused(&chunked::ABSENT_SESSION_UNKNOWN),
        elsewhere,
    ),
    request(
        "session-id-long",
        "a session id of 300 characters or more",
        IN_SESSION,
        Stance::Either,
        |request, dice| {
            let length = [300, 255, 4000][dice.below(3)];
            edit::reseat(request, |id| format!("{id}{}", "a".repeat(length)))
        },
    ),
    request(
        "session-id-cut",
        "a session id without its last characters",
        IN_SESSION,
        Stance::Either,
        |request, dice| {
            let is_short = dice.below(2) == 1;
            edit::reseat(request, |id| {
                let kept = if is_short { 1 } else { id.chars().count() - 1 };
                id.chars().take(kept).collect()
            })
        },
    ),
    request(
        "session-id-empty",
        "a session without an id",
        IN_SESSION,
        Stance::Either,
        |request, _| edit::reseat(request, |_| String::new()),
    ),
    request(
        "session-id-case",
        "a session id in the other case",
        IN_SESSION,
        Stance::Either,
        |request, _| {
            edit::reseat(request, |id| {
                let upper = id.to_uppercase();
                if upper == id {
                    id.to_lowercase()
                } else {
                    upper
                }
            })
        },
    ),
    request(
        "session-id-encoded",
        "a session id of which characters are percent-encoded",
        IN_SESSION,
        Stance::Either,
        |request, dice| edit::reseat(request, |id| edit::encoded(id, dice)),
    ),
    request(
        "session-id-bytes",
        "a session id with bytes that are no characters of an id",
        IN_SESSION,
        Stance::Either,
        |request, dice| {
            let odd = dice.pick(&[
                "%00",
                "%0d%0a",
                "%ff",
                "%c0%af",
                "%20",
                "%2a",
                "%f0%9f%9a%a2",
            ]);
            edit::reseat(request, |id| format!("{id}{odd}"))
        },
    ),
    request(
        "session-id-traversal",
        "a session id that leads out of where sessions are kept",
        IN_SESSION,
        Stance::Either,
        |request, dice| {
            let up = dice.pick(&[
                "..%2f",
                "%2e%2e%2f",
                "..%252f",
                "..%5c",
                "../",
                "..%2f..%2f..%2f",
            ]);
            edit::reseat(request, |_| format!("{up}{}", edit::NOWHERE))
        },
    ),
    request(
        "session-id-word",
        "a session id that is a number or a word of the API",
        &[Kind::Patch, Kind::Finish, Kind::UploadStatus],
        Stance::Either,
        |request, dice| {
            let word = dice.pick(&["0", "1", "-1", "null", "uploads", "latest", "_state", "*"]);
            edit::reseat(request, |_| (*word).to_owned())
        },
    ),
    request(
        "session-deeper",
        "a path below that of a session",
        IN_SESSION,
        Stance::Either,
        |request, dice| {
            let below = dice.pick(&["0", "", "manifests/latest", "../"]);
            edit::reseat(request, |id| format!("{id}/{below}"))
        },
    ),
    request(
        "session-query-stripped",
        "a `Location` without its query",
        IN_SESSION,
        Stance::Either,
        |request, _| {
            let digest: Vec<_> = edit::parameters(request)
                .into_iter()
                .filter(|it| it.starts_with("digest="))
                .collect();
            edit::requery(request, &digest)
        },
    ),
    request(
        "session-query-edited",
        "a `Location` whose query was tampered with",
        IN_SESSION,
        Stance::Either,
        tampered,
    ),
    request(
        "session-query-doubled",
        "a `Location` whose query stands there twice",
        IN_SESSION,
        Stance::Either,
        |request, _| {
            let all = edit::parameters(request);
            edit::requery(request, &[&all[..], &all[..]].concat())
        },
    ),
    request(
        "session-query-foreign",
        "a `Location` with parameters that other registries use",
        IN_SESSION,
        Stance::Either,
        |request, dice| {
            let part = dice.pick(&[
                "_state=AAAA",
                "state=AAAA",
                "uuid=00000000-0000-4000-8000-000000000000",
                "part=1",
                "offset=0",
                "uploadId=x",
                "_method=DELETE",
            ]);
            edit::add_parameter(request, part)
        },
    ),
    request(
        "session-cancelled-elsewhere",
        "a DELETE of a session in another repository",
        &[Kind::Cancel],
        Stance::Refused(&cancel::ABSENT_SESSION_CANCEL_UNKNOWN),
        elsewhere,
    ),
];

/// Lets an operation draw its session from another pool.
fn drawn(op: &mut Op, pool: Pool) -> bool {
    let (Op::Patch { upload, .. }
    | Op::Finish { upload, .. }
    | Op::UploadStatus { upload }
    | Op::Cancel { upload }) = op
    else {
        return false;
    };
    let Pick { from, .. } = upload;
    std::mem::replace(from, pool) != pool
}

/// Asks for a session that was never opened, in the form of the endpoint table.
fn made_up(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let is_one = |(_, rest): &(String, String)| rest.starts_with("blobs/uploads/");
    let Some((name, _)) = edit::parts(request).filter(is_one) else {
        return false;
    };
    let digest: Vec<_> = edit::parameters(request)
        .into_iter()
        .filter(|it| it.starts_with("digest="))
        .collect();
    edit::requery(request, &digest);
    let [high, low] = [dice.roll(), dice.roll()];
    let id = match dice.below(2) {
        0 => format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high & 0xffff,
            low >> 52,
            low >> 40 & 0xfff,
            low & 0xffff_ffff_ffff
        ),
        _ => format!("{high:016x}{low:016x}"),
    };
    edit::repath(request, format!("/v2/{name}/blobs/uploads/{id}"))
}

/// Changes the last character of a parameter that is not the digest.
fn tampered(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let mut all = edit::parameters(request);
    let mut others: Vec<_> = all
        .iter_mut()
        .filter(|it| !it.starts_with("digest="))
        .collect();
    if others.is_empty() {
        return false;
    }
    let place = dice.below(others.len());
    let part = &mut *others[place];
    match dice.below(3) {
        0 => {
            let last = part.pop();
            part.push(if last == Some('A') { 'B' } else { 'A' });
        }
        1 => part.push_str("AAAA"),
        _ => part.truncate(part.find('=').map_or(0, |at| at + 1)),
    }
    edit::requery(request, &all)
}

/// Asks in a repository that never was, or in a neighbour, which may be there.
fn elsewhere(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let is_near = dice.below(2) == 1;
    edit::rename(request, |name| match name.strip_suffix("/a") {
        Some(parent) if is_near => format!("{parent}/b"),
        _ if is_near && name.contains('/') => {
            let (parent, _) = name.rsplit_once('/').unwrap_or_default();
            format!("{parent}/a")
        }
        _ => format!("{name}/other"),
    })
}

//! Mounts from odd places.

use super::Mutation;
use super::Stance;
use super::edit;
use super::request;
use crate::fuzz::plan::Kind;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "mount-without-source",
        "a mount that does not say where from",
        &[Kind::Mount],
        Stance::Either,
        |request, _| edit::drop_parameter(request, "from"),
    ),
    request(
        "mount-from-itself",
        "a mount from the repository that it is into",
        &[Kind::Mount],
        Stance::Either,
        |request, _| {
            let Some((name, _)) = edit::parts(request) else {
                return false;
            };
            edit::set_parameter(request, "from", &name)
        },
    ),
    request(
        "mount-two-sources",
        "a mount from two repositories",
        &[Kind::Mount],
        Stance::Either,
        |request, dice| {
            let part = format!("from={}", edit::NOWHERE);
            let mut all = edit::parameters(request);
            let at = if dice.below(2) == 0 { all.len() } else { 0 };
            all.insert(at, part);
            edit::requery(request, &all)
        },
    ),
    request(
        "mount-odd-source",
        "a mount from what is no repository",
        &[Kind::Mount],
        Stance::Either,
        |request, dice| {
            let source = match dice.below(10) {
                0 => edit::NOWHERE.to_owned(),
                1 => String::new(),
                2 => "UP/CASE".to_owned(),
                3 => "a//b".to_owned(),
                4 => format!("..%2f..%2f{}", edit::NOWHERE),
                5 => "%00".to_owned(),
                6 => "%ff".to_owned(),
                7 => "https:%2f%2fplimsoll.invalid%2fa".to_owned(),
                8 => "*".to_owned(),
                _ => "a".repeat(3000),
            };
            edit::set_parameter(request, "from", &source)
        },
    ),
    request(
        "mount-odd-digest",
        "a mount of what is no digest",
        &[Kind::Mount],
        Stance::Either,
        |request, dice| {
            let digest = match dice.below(4) {
                0 => String::new(),
                1 => edit::other_digest(dice),
                2 => format!("sha256:..%2f..%2f{}", edit::NOWHERE),
                _ => edit::malformed_digest(dice),
            };
            edit::set_parameter(request, "mount", &digest)
        },
    ),
    request(
        "mount-twice",
        "a mount of two digests",
        &[Kind::Mount],
        Stance::Either,
        |request, dice| {
            let Some(digest) = edit::parameter(request, "mount") else {
                return false;
            };
            let other = if dice.below(2) == 0 {
                digest
            } else {
                edit::near(&digest)
            };
            edit::add_parameter(request, &format!("mount={other}"))
        },
    ),
    request(
        "mount-and-digest",
        "a POST that mounts a blob and brings one",
        &[Kind::Mount, Kind::SinglePost],
        Stance::Either,
        |request, dice| {
            let [have, want] = match edit::parameter(request, "mount") {
                Some(_) => ["mount", "digest"],
                None => ["digest", "mount"],
            };
            let Some(digest) = edit::parameter(request, have) else {
                return false;
            };
            let other = if dice.below(2) == 0 {
                digest
            } else {
                edit::near(&digest)
            };
            edit::add_parameter(request, &format!("{want}={other}"))
        },
    ),
    request(
        "mount-with-body",
        "a mount that has a body",
        &[Kind::Mount],
        Stance::Either,
        |request, dice| {
            let length = [5, 64, 5000][dice.below(3)];
            let body = dice.bytes(length);
            request.body = [&request.body[..], &body[..]].concat().into();
            true
        },
    ),
];

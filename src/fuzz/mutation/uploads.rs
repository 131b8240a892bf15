//! Blobs that are pushed under digests that are absent, malformed, or another's.

use bytes::Bytes;

use super::Mutation;
use super::Stance;
use super::aim;
use super::edit;
use super::request;
use crate::catalogue::post_then_put;
use crate::fuzz::dice::Dice;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Op;
use crate::fuzz::wire::WireRequest;

/// The kinds of requests that push a blob under a digest.
const UNDER_DIGEST: &[Kind] = &[Kind::Finish, Kind::SinglePost];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "digest-missing",
        "a closing PUT without `digest`",
        &[Kind::Finish],
        Stance::Refused(&post_then_put::UPLOAD_PUT_WITHOUT_DIGEST_REFUSED),
        |request, _| edit::drop_parameter(request, "digest"),
    ),
    request(
        "digest-empty",
        "an empty `digest`",
        UNDER_DIGEST,
        Stance::Either,
        |request, dice| {
            let value = dice.pick(&["", "%20", "%00"]);
            edit::change_parameter(request, "digest", |_| (*value).to_owned())
        },
    ),
    request(
        "digest-twice",
        "two parameters `digest`",
        UNDER_DIGEST,
        Stance::Either,
        digest_twice,
    ),
    request(
        "digest-malformed",
        "a `digest` that is none",
        UNDER_DIGEST,
        Stance::Either,
        |request, dice| {
            let other = edit::malformed_digest(dice);
            edit::change_parameter(request, "digest", |_| other)
        },
    ),
    request(
        "digest-truncated",
        "the right `digest` without its last digits, or with one more",
        UNDER_DIGEST,
        Stance::Either,
        |request, dice| {
            let form = dice.below(4);
            edit::change_parameter(request, "digest", |digest| match form {
                0 => digest
                    .chars()
                    .take(digest.chars().count().saturating_sub(1))
                    .collect(),
                1 => format!("{digest}0"),
                2 => digest.to_uppercase(),
                _ => digest
                    .rsplit([':', 'A'])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            })
        },
    ),
    request(
        "digest-of-another-algorithm",
        "a `digest` of an algorithm that may be unknown, which the blob does not have",
        UNDER_DIGEST,
        Stance::Either,
        |request, dice| {
            let other = edit::other_digest(dice);
            edit::change_parameter(request, "digest", |_| other)
        },
    ),
    request(
        "digest-traversal",
        "a `digest` that leads out of where blobs are kept",
        UNDER_DIGEST,
        Stance::Either,
        |request, dice| {
            let up = dice.pick(&[
                "..%2f..%2f",
                "sha256:..%2f..%2f",
                "../../",
                "sha256:%2e%2e/",
            ]);
            edit::change_parameter(request, "digest", |_| format!("{up}{}", edit::NOWHERE))
        },
    ),
    request(
        "digest-of-other-bytes",
        "a `digest` that differs in one digit from the blob's",
        &[Kind::Finish],
        Stance::Refused(&post_then_put::MISMATCHED_UPLOAD_REFUSED),
        |request, _| has_digest(request) && edit::change_parameter(request, "digest", edit::near),
    ),
    request(
        "digest-as-header",
        "a closing PUT whose digest stands in a header instead of the query",
        &[Kind::Finish],
        Stance::Refused(&post_then_put::UPLOAD_PUT_WITHOUT_DIGEST_REFUSED),
        |request, dice| {
            let Some(digest) = edit::parameter(request, "digest") else {
                return false;
            };
            request.set(dice.pick(&["docker-content-digest", "digest"]), digest);
            edit::drop_parameter(request, "digest")
        },
    ),
    request(
        "upload-longer",
        "a closing PUT with bytes more than the blob has",
        &[Kind::Finish],
        Stance::Refused(&post_then_put::MISMATCHED_UPLOAD_REFUSED),
        |request, dice| has_digest(request) && lengthened(request, dice),
    ),
    request(
        "upload-shorter",
        "a closing PUT with bytes fewer than the blob has",
        &[Kind::Finish],
        Stance::Refused(&post_then_put::MISMATCHED_UPLOAD_REFUSED),
        |request, dice| has_digest(request) && shortened(request, dice),
    ),
    request(
        "upload-bit-flipped",
        "a closing PUT with one bit unlike the blob",
        &[Kind::Finish],
        Stance::Refused(&post_then_put::MISMATCHED_UPLOAD_REFUSED),
        |request, dice| has_digest(request) && flipped(request, dice),
    ),
    request(
        "post-of-other-bytes",
        "a single POST with bytes that the digest is not of",
        &[Kind::SinglePost],
        Stance::Either,
        |request, dice| match dice.below(3) {
            0 => lengthened(request, dice),
            1 => shortened(request, dice),
            _ => flipped(request, dice),
        },
    ),
    request(
        "upload-algorithm",
        "a session for an algorithm that may be unknown",
        &[Kind::StartUpload],
        Stance::Either,
        |request, dice| {
            let algorithm = dice.pick(&["sha256", "sha512", "md5", "nope", "", "SHA256", "..%2f"]);
            edit::add_parameter(request, &format!("digest-algorithm={algorithm}"))
        },
    ),
    request(
        "upload-algorithm-twice",
        "a session for two algorithms",
        &[Kind::StartUpload],
        Stance::Either,
        |request, _| {
            edit::add_parameter(request, "digest-algorithm=sha256&digest-algorithm=sha512")
        },
    ),
    request(
        "upload-opened-with-body",
        "a POST that opens a session and has bytes",
        &[Kind::StartUpload],
        Stance::Either,
        lengthened,
    ),
    aim(
        "upload-held-back",
        "a closing PUT that holds back what is left of the blob, or sends it",
        &[Kind::Finish],
        Stance::Same,
        |op, _| match op {
            Op::Finish { empty, .. } => {
                *empty = !*empty;
                true
            }
            _ => false,
        },
    ),
];

/// Whether the request says what its bytes have to hash to.
fn has_digest(request: &WireRequest) -> bool {
    let digest = edit::parameter(request, "digest").unwrap_or_default();
    edit::is_sha256(&digest.replace("%3A", ":").replace("%3a", ":"))
}

fn digest_twice(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let Some(digest) = edit::parameter(request, "digest") else {
        return false;
    };
    let other = match dice.below(3) {
        0 => digest,
        1 => edit::near(&digest),
        _ => String::new(),
    };
    let mut all = edit::parameters(request);
    let at = if dice.below(2) == 0 { all.len() } else { 0 };
    all.insert(at, format!("digest={other}"));
    edit::requery(request, &all)
}

/// Appends more bytes than anybody guesses.
fn lengthened(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let length = [33, 64, 5000][dice.below(3)];
    let more = dice.bytes(length);
    request.body = [&request.body[..], &more[..]].concat().into();
    true
}

fn shortened(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let length = request.body.len();
    let kept = [length.saturating_sub(1), length / 2, 0][dice.below(3)];
    request.body.truncate(kept);
    kept < length
}

fn flipped(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let mut body = request.body.to_vec();
    let place = dice.below(body.len());
    let Some(byte) = body.get_mut(place) else {
        return false;
    };
    *byte ^= 1 << dice.below(8);
    request.body = Bytes::from(body);
    true
}

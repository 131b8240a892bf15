//! Tags and digests in paths that are none, or that look like something else.

use super::Mutation;
use super::Stance;
use super::aim;
use super::edit;
use super::request;
use crate::catalogue::blob_pull;
use crate::catalogue::delete;
use crate::catalogue::existence;
use crate::catalogue::manifest_push;
use crate::catalogue::references;
use crate::catalogue::referrers;
use crate::fuzz::dice::Dice;
use crate::fuzz::plan::As;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Target;
use crate::fuzz::wire::WireRequest;

/// The kinds of requests whose path ends with a tag or a digest.
const REFERRED: &[Kind] = &[
    Kind::PutManifest,
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::DeleteBlob,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::DeleteManifest,
    Kind::Referrers,
];

/// Those of them that delete nothing.
const KEEPING: &[Kind] = &[
    Kind::PutManifest,
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::Referrers,
];

/// The kinds that take a tag.
const TAGGED: &[Kind] = &[
    Kind::PutManifest,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::DeleteManifest,
];

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "tag-malformed",
        "a tag with characters that no tag has, or that it does not begin with",
        &[Kind::PutManifest],
        Stance::Refused(&references::MALFORMED_TAG_REFUSED),
        |request, dice| {
            let tag = dice.pick(&[
                ".x",
                "-x",
                "a+b",
                "a%20b",
                "a%00b",
                "a%0d%0ab",
                "%c3%a9",
                "%f0%9f%9a%a2",
                "a@b",
                "a:b",
                "~a",
                "a*",
                "a%252Db",
                "%ef%bd%81",
                "a%0a",
                "a,b",
                "a%ff",
            ]);
            edit::refer(request, |_| (*tag).to_owned())
        },
    ),
    request(
        "tag-too-long",
        "a tag of 129 characters or more",
        &[Kind::PutManifest],
        Stance::Refused(&references::MALFORMED_TAG_REFUSED),
        |request, dice| {
            let length = [129, 200, 256, 5000][dice.below(4)];
            edit::refer(request, |_| "a".repeat(length))
        },
    ),
    request(
        "tag-longest",
        "a tag of 128 characters",
        TAGGED,
        Stance::Either,
        |request, dice| {
            let letter = dice.pick(&["a", "_", "A"]);
            edit::refer(request, |_| letter.repeat(128))
        },
    ),
    request(
        "tag-odd",
        "a tag that looks like something else",
        TAGGED,
        Stance::Either,
        |request, dice| {
            let tag = match dice.below(11) {
                0 => "_x".to_owned(),
                1 => format!("sha256-{}", "ab".repeat(32)),
                2 => "ab".repeat(32),
                3 => "sha256".to_owned(),
                4 => "null".to_owned(),
                5 => "0".to_owned(),
                6 => "latest.json".to_owned(),
                7 => "__".to_owned(),
                8 => "a..b".to_owned(),
                9 => "list".to_owned(),
                _ => "LATEST".to_owned(),
            };
            edit::refer(request, |_| tag)
        },
    ),
    request(
        "tag-and-digest",
        "a reference that is a tag and a digest at once",
        TAGGED,
        Stance::Either,
        |request, dice| {
            let between = dice.pick(&["@", ":", "%40", "+"]);
            let digest = format!("sha256:{}", "ab".repeat(32));
            edit::refer(request, |reference| format!("{reference}{between}{digest}"))
        },
    ),
    request(
        "reference-encoded-letters",
        "a tag or digest of which letters or digits are percent-encoded",
        REFERRED,
        Stance::Same,
        |request, dice| edit::refer(request, |reference| edit::encoded(reference, dice)),
    ),
    request(
        "reference-colon-encoded",
        "a digest whose colon is percent-encoded",
        REFERRED,
        Stance::Either,
        |request, dice| {
            let colon = dice.pick(&["%3A", "%3a", "%253A"]);
            edit::refer(request, |reference| reference.replacen(':', colon, 1))
        },
    ),
    request(
        "reference-slash",
        "a tag or digest with a slash, percent-encoded or not",
        REFERRED,
        Stance::Either,
        |request, dice| {
            let slash = dice.pick(&["%2f", "%2F", "/", "%252f", "%5c"]);
            edit::refer(request, |reference| format!("{reference}{slash}a"))
        },
    ),
    request(
        "reference-traversal",
        "a tag or digest that leads out of where content is kept",
        KEEPING,
        Stance::Either,
        |request, dice| {
            let up = dice.pick(&[
                "..%2f..%2f",
                "%2e%2e%2f",
                "../",
                "sha256:..%2f..%2f..%2f",
                "sha256:../../",
                "..%5c..%5c",
                "sha256:%2e%2e%2f",
            ]);
            edit::refer(request, |_| format!("{up}{}", edit::NOWHERE))
        },
    ),
    request(
        "reference-dots",
        "a tag that is a dot or two",
        KEEPING,
        Stance::Either,
        |request, dice| {
            let dots = dice.pick(&[".", "..", "%2e", "%2e%2e", "..."]);
            edit::refer(request, |_| (*dots).to_owned())
        },
    ),
    request(
        "reference-empty",
        "a path that ends where the tag or digest would begin",
        KEEPING,
        Stance::Either,
        |request, dice| {
            let rest = dice.pick(&["", "%20", "/"]);
            edit::refer(request, |_| (*rest).to_owned())
        },
    ),
    request(
        "reference-bad-encoding",
        "a tag or digest with a percent sign that encodes nothing, or no character",
        REFERRED,
        Stance::Either,
        |request, dice| {
            let odd = dice.pick(&["%", "%2", "%zz", "%u0061", "%c0%af", "%00", "%ff%fe"]);
            edit::refer(request, |reference| format!("{reference}{odd}"))
        },
    ),
    request(
        "reference-of-another-algorithm",
        "a digest of an algorithm that may be unknown, which nothing has",
        REFERRED,
        Stance::Either,
        |request, dice| {
            let other = edit::other_digest(dice);
            edit::refer(request, |_| other)
        },
    ),
    request(
        "manifest-digest-malformed",
        "a manifest by a malformed digest",
        &[Kind::PutManifest, Kind::GetManifest, Kind::HeadManifest],
        Stance::Refused(&references::MALFORMED_MANIFEST_DIGEST_REFUSED),
        malformed,
    ),
    request(
        "blob-digest-malformed",
        "a GET on a blob by a malformed digest",
        &[Kind::GetBlob],
        Stance::Refused(&blob_pull::MALFORMED_BLOB_DIGEST_REFUSED),
        malformed,
    ),
    request(
        "head-blob-digest-malformed",
        "a HEAD on a blob by a malformed digest",
        &[Kind::HeadBlob],
        Stance::Refused(&existence::ABSENT_BLOB_EXISTENCE_DENIED),
        malformed,
    ),
    request(
        "delete-blob-digest-malformed",
        "a DELETE of a blob by a malformed digest",
        &[Kind::DeleteBlob],
        Stance::Refused(&delete::ABSENT_BLOB_DELETE_UNKNOWN),
        malformed,
    ),
    request(
        "delete-manifest-digest-malformed",
        "a DELETE of a manifest by a malformed digest",
        &[Kind::DeleteManifest],
        Stance::Refused(&delete::ABSENT_MANIFEST_DELETE_UNKNOWN),
        malformed,
    ),
    request(
        "subject-digest-malformed",
        "the referrers of a malformed digest",
        &[Kind::Referrers],
        Stance::Refused(&referrers::MALFORMED_SUBJECT_DIGEST_REFUSED),
        malformed,
    ),
    request(
        "manifest-digest-of-other-bytes",
        "a manifest under a digest that differs in one digit from its own",
        &[Kind::PutManifest],
        Stance::Refused(&manifest_push::MISMATCHED_MANIFEST_REFUSED),
        |request, _| is_by_digest(request) && edit::refer(request, edit::near),
    ),
    request(
        "manifest-bytes-of-other-digest",
        "a manifest with white space more than its digest is of",
        &[Kind::PutManifest],
        Stance::Refused(&manifest_push::MISMATCHED_MANIFEST_REFUSED),
        |request, dice| {
            let space = dice.pick(&["\n", " ", "\r\n", "\t\t"]);
            let is_changed = is_by_digest(request);
            if is_changed {
                request.body = [&request.body[..], space.as_bytes()].concat().into();
            }
            is_changed
        },
    ),
    aim(
        "content-any",
        "content that the repository may have lost, or that only another has",
        &[
            Kind::GetBlob,
            Kind::HeadBlob,
            Kind::DeleteBlob,
            Kind::GetManifest,
            Kind::HeadManifest,
            Kind::DeleteManifest,
            Kind::Mount,
            Kind::Referrers,
        ],
        Stance::Same,
        |op, _| drawn(op, Pool::Known),
    ),
    aim(
        "content-never",
        "content that never was",
        &[
            Kind::GetBlob,
            Kind::HeadBlob,
            Kind::DeleteBlob,
            Kind::GetManifest,
            Kind::HeadManifest,
            Kind::DeleteManifest,
            Kind::Mount,
            Kind::Referrers,
        ],
        Stance::Same,
        |op, _| drawn(op, Pool::Dangling),
    ),
    aim(
        "manifest-under-other-reference",
        "a manifest under its digest instead of a tag, or the other way round",
        &[Kind::PutManifest],
        Stance::Same,
        |op, dice| match op {
            Op::PutManifest { reference, .. } => {
                *reference = match reference {
                    As::Tag(_) => As::Digest,
                    As::Digest => As::Tagged(1),
                    As::Tagged(_) => As::Tag(u8::try_from(dice.below(8)).unwrap_or(0)),
                };
                true
            }
            _ => false,
        },
    ),
];

fn malformed(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let other = edit::malformed_digest(dice);
    edit::refer(request, |_| other)
}

fn is_by_digest(request: &WireRequest) -> bool {
    edit::reference(request).is_some_and(|reference| edit::is_sha256(&reference))
}

/// Lets an operation draw its content from another pool.
fn drawn(op: &mut Op, pool: Pool) -> bool {
    let pick = match op {
        Op::Get { target } | Op::Head { target } | Op::Delete { target } => match target {
            Target::Blob { blob, .. } => blob,
            Target::Manifest { doc, .. } => doc,
            Target::Tag { tag, .. } => tag,
        },
        Op::Mount { blob, .. } => blob,
        Op::Referrers { subject, .. } => subject,
        _ => return false,
    };
    std::mem::replace(&mut pick.from, pool) != pool
}

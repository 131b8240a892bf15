//! Digests under which blobs are pushed, not taken seriously (PUSH, MONO).

use super::Defect;
use super::Source;
use crate::catalogue::chunked::CHUNKED_PUT_WITHOUT_DIGEST_REFUSED;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::post_then_put::UPLOAD_PUT_WITHOUT_DIGEST_REFUSED;
use crate::catalogue::push::MALFORMED_UPLOAD_DIGEST_REFUSED;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::oci::Algorithm;
use crate::oci::BadDigest;
use crate::oci::Digest;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "upper-hex-push-accepted",
        title: "PUT of a blob takes a digest in upper-case letters for the same in lower case",
        breaches: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let digest = visit.query("digest").and_then(|it| it.split_once(':'));
            match digest {
                Some((algorithm, hex)) if visit.is(&[CloseUpload]) => {
                    let hex = hex.to_ascii_lowercase();
                    visit.pass_query(&format!("digest={algorithm}:{hex}"))
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "word-digest-push-computed",
        title: "PUT of a blob under a word that is no digest stores it under the digest that it has",
        breaches: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_word = |text: &str| !text.is_empty() && !text.contains(':');
            if closes(visit) && visit.query("digest").is_some_and(is_word) {
                return visit.commit(&sha256(visit));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unknown-algorithm-push-trusted",
        title: "PUT of a blob under a digest by an algorithm that nobody knows answers 201",
        breaches: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match bad_digest(visit) {
            Some(BadDigest::Algorithm(_)) => visit.commit(&sha256(visit)),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "short-digest-push-500",
        title: "PUT of a blob under a digest that is too short answers 500",
        breaches: &[&MALFORMED_UPLOAD_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match bad_digest(visit) {
            Some(BadDigest::Encoding { text, expected }) if text.len() < expected => {
                Answer::of(500)
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "mismatch-kept-under-claim",
        title: "PUT of a blob under a wrong digest is refused, and yet stored under that digest",
        breaches: &[&MISMATCHED_BLOB_DISCARDED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match mismatch(visit) {
            Some(digest) if !visit.holds_blob(&digest) => {
                visit.put_blob(&digest, visit.whole());
                visit.pass()
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "mismatch-overwrites-stored-blob",
        title: "PUT of other bytes under a stored blob's digest is refused, and yet they take its place",
        breaches: &[&MISMATCHED_BLOB_DISCARDED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match mismatch(visit) {
            Some(digest) if visit.holds_blob(&digest) => {
                visit.put_blob(&digest, visit.whole());
                visit.pass()
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "mismatch-of-known-digest-201",
        title: "PUT of other bytes under a stored blob's digest answers 201 and changes nothing",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match mismatch(visit) {
            Some(digest) if visit.holds_blob(&digest) => {
                visit.drop_session();
                visit.blob_created(&digest)
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "put-large-not-verified",
        title: "PUT of a blob of more than 1 MiB takes it under whatever digest",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED, &MISMATCHED_BLOB_DISCARDED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match mismatch(visit) {
            Some(digest) if visit.whole().len() > 1 << 20 => visit.commit(&digest),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "claimed-blob-digest-trusted",
        title: "PUT of a blob in one piece takes it under whatever digest",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED, &MISMATCHED_BLOB_DISCARDED],
        source: Source::Tracker("nexspence/nexspence#195"),
        seam: Seam::Layer(|visit| match mismatch(visit) {
            Some(digest) if visit.stored() == 0 => visit.commit(&digest),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "wrong-digest-answers-500",
        title: "PUT of a blob under a wrong digest answers 500",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED],
        source: Source::Tracker("cloudflare/serverless-registry#138"),
        seam: Seam::Layer(|visit| match mismatch(visit) {
            Some(_) => Answer::of(500),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "put-without-digest-commits",
        title: "PUT to a session without a digest is refused, and yet the bytes become a blob",
        breaches: &[
            &UPLOAD_PUT_WITHOUT_DIGEST_REFUSED,
            &CHUNKED_PUT_WITHOUT_DIGEST_REFUSED,
        ],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if closes(visit) && visit.query("digest").is_none() {
                visit.put_blob(&sha256(visit), visit.whole());
            }
            visit.pass()
        }),
    },
    Defect {
        name: "put-without-digest-accepted",
        title: "PUT of a whole blob without a digest answers 201 and stores it under the one that it has",
        breaches: &[&UPLOAD_PUT_WITHOUT_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_whole = visit.stored() == 0 && !visit.body().is_empty();
            if closes(visit) && is_whole && visit.query("digest").is_none() {
                return visit.commit(&sha256(visit));
            }
            visit.pass()
        }),
    },
];

/// Whether this closes a session that is there, with a body that came whole.
fn closes(visit: &Visit<'_>) -> bool {
    visit.is(&[CloseUpload]) && visit.call.flaw.is_none() && visit.has_session()
}

fn sha256(visit: &Visit<'_>) -> Digest {
    Algorithm::Sha256.digest(&visit.whole())
}

/// What is wrong with the digest under which this closes a session.
fn bad_digest(visit: &Visit<'_>) -> Option<BadDigest> {
    let text = visit.query("digest").filter(|_| closes(visit))?;
    text.parse::<Digest>().err()
}

/// The digest under which this closes a session, if the bytes do not have it.
fn mismatch(visit: &Visit<'_>) -> Option<Digest> {
    let digest = visit.digest("digest").filter(|_| closes(visit))?;
    (!digest.matches(&visit.whole())).then_some(digest)
}

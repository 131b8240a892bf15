//! Digests by another algorithm than sha256, done wrong (ALG).

use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::algorithms::ALGORITHM_UPLOAD_COMPLETED;
use crate::catalogue::algorithms::UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED;
use crate::catalogue::algorithms::UPLOAD_ALGORITHM_ACCEPTED;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::catalogue::subject::SUBJECT_HEADER_SENT;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::header::SUBJECT;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "sha512-blob-truncated-hash",
        title: "of a sha512 digest, PUT of a blob verifies only the first half",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED, &MISMATCHED_BLOB_DISCARDED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match closing_sha512(visit) {
            Some(digest) if is_half_right(visit, &digest) => visit.commit(&digest),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "sha512-digest-never-checked",
        title: "PUT of a blob takes any sha512 digest",
        breaches: &[&MISMATCHED_UPLOAD_REFUSED, &MISMATCHED_BLOB_DISCARDED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match closing_sha512(visit) {
            Some(digest) => visit.commit(&digest),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "sha512-blob-by-sha256-only",
        title: "a blob that is pushed under a sha512 digest is stored under its sha256 digest only",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match closing_sha512(visit) {
            Some(digest) => renamed(visit, &digest),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "sha512-header-mislabelled",
        title: "GET of a blob by sha512 has a Docker-Content-Digest of sha512 with the hash of sha256",
        breaches: &[&BLOB_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_pulled_by_sha512(visit) && answer.is(200) => {
                let digest = Algorithm::Sha256.digest(&answer.body);
                let mislabelled = format!("sha512:{}", digest.hex());
                answer.with(CONTENT_DIGEST, &mislabelled)
            }
            answer => answer,
        }),
    },
    Defect {
        name: "sha512-manifest-404",
        title: "a manifest that is pushed under a sha512 digest is not found under it",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND, &MANIFEST_LOCATION_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_sha512 = visit.last().starts_with("sha512:");
            match visit.pass() {
                answer if visit.is(&[GetManifest, HeadManifest]) && is_sha512 && answer.is(200) => {
                    Answer::error(404, ErrorCode::ManifestUnknown)
                }
                answer => answer,
            }
        }),
    },
    Defect {
        name: "sha512-subject-truncated",
        title: "the OCI-Subject of a manifest whose subject has a sha512 digest has half of the digest",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[PutManifest]) => answer.map(SUBJECT, |subject| {
                let len = Algorithm::Sha256.hex_len();
                match subject.split_once(':') {
                    Some(("sha512", hex)) if hex.len() > len => format!("sha512:{}", &hex[..len]),
                    _ => subject.to_owned(),
                }
            }),
            answer => answer,
        }),
    },
    Defect {
        name: "sha512-session-post-404",
        title: "POST that asks for a session for sha512 answers 404",
        breaches: &[&UPLOAD_ALGORITHM_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[OpenUpload]) && asks_for_sha512(visit) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "digest-algorithm-unknown-202",
        title: "POST that asks for a session for an algorithm that nobody knows opens one",
        breaches: &[&UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[OpenUpload]) {
                return visit.pass_query("");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "digest-algorithm-unknown-500",
        title: "POST that asks for a session for an algorithm that nobody knows answers 500",
        breaches: &[&UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_asked = visit.query("digest-algorithm").is_some();
            match visit.pass() {
                answer if visit.is(&[OpenUpload]) && is_asked && answer.is(400) => Answer::of(500),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "sha512-session-closes-sha256",
        title: "a session that was opened for sha512 is closed with a sha256 digest only",
        breaches: &[&ALGORITHM_UPLOAD_COMPLETED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if was_opened_for_sha512(visit) && closing_sha512(visit).is_some() {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            noted(visit, visit.pass())
        }),
    },
    Defect {
        name: "sha512-session-stores-sha256",
        title: "the blob of a session that was opened for sha512 is stored under its sha256 digest only",
        breaches: &[&ALGORITHM_UPLOAD_COMPLETED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match closing_sha512(visit) {
            Some(digest) if was_opened_for_sha512(visit) => renamed(visit, &digest),
            _ => noted(visit, visit.pass()),
        }),
    },
    Defect {
        name: "sha512-session-no-location",
        title: "the 202 to a POST for a session for sha512 has no Location",
        breaches: &[&UPLOAD_ALGORITHM_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let asked = visit.query("digest-algorithm");
            let is_asked = visit.is(&[OpenUpload]) && asked == Some("sha512");
            let answer = visit.pass();
            answer.when(is_asked, |it| it.without(&header::LOCATION))
        }),
    },
];

/// The digest under which this closes a session, if it is by sha512.
fn closing_sha512(visit: &Visit<'_>) -> Option<Digest> {
    let is_whole = visit.call.flaw.is_none() && visit.has_session();
    let digest = visit.digest("digest");
    let digest = digest.filter(|_| visit.is(&[CloseUpload]) && is_whole);
    digest.filter(|digest| digest.algorithm() == Algorithm::Sha512)
}

fn is_half_right(visit: &Visit<'_>, digest: &Digest) -> bool {
    let right = Algorithm::Sha512.digest(&visit.whole());
    let half = Algorithm::Sha512.hex_len() / 2;
    right.hex().as_bytes()[..half] == digest.hex().as_bytes()[..half]
}

fn is_pulled_by_sha512(visit: &Visit<'_>) -> bool {
    visit.is(&[GetBlob]) && visit.last().starts_with("sha512:")
}

/// Closes the session, and puts the blob where nobody will look for it.
fn renamed(visit: &Visit<'_>, digest: &Digest) -> Answer {
    let whole = visit.whole();
    let answer = visit.pass();
    if answer.is(201) {
        visit.drop_blob(digest);
        visit.put_blob(&Algorithm::Sha256.digest(&whole), whole);
    }
    answer
}

fn asks_for_sha512(visit: &Visit<'_>) -> bool {
    visit.query("digest-algorithm") == Some(Algorithm::Sha512.name())
}

/// Notes the session that an answer opens for sha512.
fn noted(visit: &Visit<'_>, answer: Answer) -> Answer {
    if visit.is(&[OpenUpload])
        && asks_for_sha512(visit)
        && let Some(id) = answer.session()
    {
        visit.memory.before(format!("{} {id}", visit.name()));
    }
    answer
}

fn was_opened_for_sha512(visit: &Visit<'_>) -> bool {
    visit.is(&[CloseUpload]) && visit.memory.knows(&visit.key())
}

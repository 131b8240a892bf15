//! Pulling blobs, done wrong (BGET).

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::ABSENT_BLOB_UNKNOWN;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_SENT;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::blob_pull::MALFORMED_BLOB_DIGEST_REFUSED;
use crate::catalogue::blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN;
use crate::catalogue::existence::ABSENT_BLOB_EXISTENCE_DENIED;
use crate::catalogue::manifest_pull::ABSENT_REPOSITORY_UNKNOWN;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "absent-blob-empty",
        title: "a blob that is not there is answered 200 without a body",
        breaches: &[&ABSENT_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob, HeadBlob]) && answer.is(404) {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "large-blob-cut",
        title: "GET on a blob of more than 64 KiB gives only its first 64 KiB",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(200) && answer.body.len() > 64 << 10 {
                let cut = answer.body.slice(..64 << 10);
                return answer.bytes(cut);
            }
            answer
        }),
    },
    Defect {
        name: "blob-last-byte-lost-large",
        title: "GET on a blob of more than 1 MiB leaves out its last byte",
        breaches: &[&BLOB_FOUND, &BLOB_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            pulled(visit, |body| {
                let kept = body.len().saturating_sub(1);
                (body.len() > 1 << 20).then(|| body.slice(..kept))
            })
        }),
    },
    Defect {
        name: "blob-boundary-multiple-zeroed",
        title: "a blob of several times 64 KiB ends with the same 64 KiB twice",
        breaches: &[&BLOB_FOUND, &BLOB_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            const BLOCK: usize = 64 << 10;
            pulled(visit, |body| {
                let blocks = body.len() / BLOCK;
                let kept = blocks
                    .checked_sub(1)
                    .filter(|it| *it > 0 && body.len() % BLOCK == 0)?;
                let repeated = [
                    &body[..kept * BLOCK],
                    &body[(kept - 1) * BLOCK..kept * BLOCK],
                ];
                Some(repeated.concat().into())
            })
        }),
    },
    Defect {
        name: "gzip-blob-inflated",
        title: "GET on a blob that is gzipped gives what was compressed",
        breaches: &[&BLOB_FOUND, &BLOB_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            /// More than that is nobody's test blob.
            const LIMIT: u64 = 64 << 20;
            pulled(visit, |body| {
                let mut inflated = Vec::new();
                let mut reader = MultiGzDecoder::new(body.as_ref()).take(LIMIT);
                let is_read =
                    body.starts_with(&[0x1f, 0x8b]) && reader.read_to_end(&mut inflated).is_ok();
                is_read.then(|| inflated.into())
            })
        }),
    },
    Defect {
        name: "second-get-empties-blob",
        title: "the second GET on a blob and every later one give no bytes",
        breaches: &[&BLOB_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let again = || visit.memory.before(visit.key()) > 0;
            pulled(visit, |_| again().then(Bytes::new))
        }),
    },
    Defect {
        name: "range-sticks-to-blob",
        title: "the GET on a blob that follows one with a range gives that part only",
        breaches: &[&BLOB_FOUND, &BLOB_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(206) {
                visit.memory.keep(visit.key(), answer.body.clone());
                return answer;
            }
            let is_next = visit.is(&[GetBlob]) && answer.is(200);
            match visit.memory.recall(&visit.key()).filter(|_| is_next) {
                Some(part) => {
                    visit.memory.forget(&visit.key());
                    answer.bytes(part)
                }
                None => answer,
            }
        }),
    },
    Defect {
        name: "empty-blob-not-served",
        title: "GET on the blob of no bytes is answered 404, though its push was taken",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(200) && answer.body.is_empty() {
                return unknown();
            }
            answer
        }),
    },
    Defect {
        name: "blob-digest-header-missing",
        title: "GET on a blob sends no Docker-Content-Digest",
        breaches: &[&BLOB_DIGEST_HEADER_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
    },
    Defect {
        name: "blob-header-one-request-behind",
        title: "the Docker-Content-Digest of a blob is that of the blob that was asked for before it",
        breaches: &[&BLOB_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetBlob]) || !answer.is(200) {
                return answer;
            }
            let before = visit.memory.recall("blob");
            visit.memory.keep("blob", visit.last().to_owned());
            match before {
                Some(digest) => answer.with(CONTENT_DIGEST, &String::from_utf8_lossy(&digest)),
                None => answer,
            }
        }),
    },
    Defect {
        name: "unknown-blob-empty-200",
        title: "an unknown blob is answered 200 without a body in a repository that holds something",
        breaches: &[&ABSENT_BLOB_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let name = visit.name().parse::<RepositoryName>();
            let is_known = name.is_ok_and(|name| visit.store().has_repository(&name));
            if visit.is(&[GetBlob]) && answer.is(404) && is_known {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "unknown-blob-answers-400",
        title: "GET on the blob of no bytes is answered 400 where it was not pushed",
        breaches: &[&ABSENT_BLOB_UNKNOWN, &ABSENT_REPOSITORY_UNKNOWN],
        source: Source::Tracker("project-zot/zot#3642"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(404) && is_of_nothing(visit) {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            answer
        }),
    },
    Defect {
        name: "fresh-repo-blob-200",
        title: "every repository holds the blob of no bytes, also one that does not exist",
        breaches: &[
            &ABSENT_REPOSITORY_UNKNOWN,
            &ABSENT_BLOB_UNKNOWN,
            &ABSENT_BLOB_EXISTENCE_DENIED,
        ],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob, HeadBlob]) && answer.is(404) && is_of_nothing(visit) {
                let answer = Answer::of(200).body("application/octet-stream", "");
                return answer.with(CONTENT_DIGEST, visit.last());
            }
            answer
        }),
    },
    Defect {
        name: "blob-known-after-mount-probe",
        title: "a blob that could not be mounted is answered 200 without a body from then on",
        breaches: &[&ABSENT_BLOB_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Mount]) && answer.is(202) {
                let digest = visit.query("mount").unwrap_or_default();
                visit.memory.before(format!("{} {digest}", visit.name()));
            }
            if visit.is(&[GetBlob]) && answer.is(404) && visit.memory.knows(&visit.key()) {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "blob-get-cross-repo",
        title: "GET on a blob finds it in any repository, HEAD does not",
        breaches: &[&OTHER_REPOSITORY_BLOB_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match holder(visit) {
                Some(other) if visit.is(&[GetBlob]) && answer.is(404) => {
                    visit.pass_route(&visit.route_in(&other))
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "head-adopts-foreign-blob",
        title: "HEAD on a blob, or GET with a range, takes it over from another repository for good",
        breaches: &[
            &OTHER_REPOSITORY_BLOB_UNKNOWN,
            &ABSENT_BLOB_EXISTENCE_DENIED,
        ],
        source: Source::Tracker("project-zot/zot#4363"),
        seam: Seam::Layer(|visit| {
            let is_ranged = visit.header(&header::RANGE).is_some();
            if visit.is(&[HeadBlob]) || (visit.is(&[GetBlob]) && is_ranged) {
                adopt(visit);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "blob-of-parent-repository-found",
        title: "GET and HEAD on a blob find it in the repositories above, up to the first component",
        breaches: &[&OTHER_REPOSITORY_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let mut name = visit.name();
            while let Some((parent, _)) = name.rsplit_once('/') {
                if !visit.is(&[GetBlob, HeadBlob]) || !answer.is(404) {
                    break;
                }
                let above = visit.pass_route(&visit.route_in(parent));
                if above.is_success() {
                    return above;
                }
                name = parent;
            }
            answer
        }),
    },
    Defect {
        name: "upper-hex-digest-served",
        title: "GET and HEAD on a blob take a digest in capital letters for the same in small ones",
        breaches: &[&MALFORMED_BLOB_DIGEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let digest = visit.last().to_ascii_lowercase();
            if !visit.is(&[GetBlob, HeadBlob]) || digest == visit.last() {
                return visit.pass();
            }
            let name = visit.name().to_owned();
            visit.pass_route(&Route::Blob { name, digest })
        }),
    },
    Defect {
        name: "blob-by-tag-served",
        title: "GET on a blob by a tag gives the manifest of that tag",
        breaches: &[&MALFORMED_BLOB_DIGEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetBlob]) || visit.last().contains(':') {
                return answer;
            }
            let manifest = visit.get(&Route::Manifest {
                name: visit.name().to_owned(),
                reference: visit.last().to_owned(),
            });
            if manifest.is(200) { manifest } else { answer }
        }),
    },
    Defect {
        name: "overlong-digest-cut",
        title: "GET on a blob reads the first 64 digits of a sha256 digest and no more",
        breaches: &[&MALFORMED_BLOB_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let cut = visit.last().get(.."sha256:".len() + 64);
            match cut.filter(|it| it.starts_with("sha256:") && visit.is(&[GetBlob])) {
                Some(digest) => visit.pass_route(&Route::Blob {
                    name: visit.name().to_owned(),
                    digest: digest.to_owned(),
                }),
                None => visit.pass(),
            }
        }),
    },
];

fn unknown() -> Answer {
    Answer::error(404, ErrorCode::BlobUnknown)
}

/// Pulls a blob with other bytes, if there are any.
fn pulled(visit: &Visit<'_>, other: impl Fn(&Bytes) -> Option<Bytes>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[GetBlob]) || !answer.is(200) {
        return answer;
    }
    match other(&answer.body) {
        Some(body) => answer.bytes(body),
        None => answer,
    }
}

/// Whether the path names the blob of no bytes.
fn is_of_nothing(visit: &Visit<'_>) -> bool {
    visit.last() == Algorithm::Sha256.digest(b"").to_string()
}

/// Another repository that holds the blob in the path.
fn holder(visit: &Visit<'_>) -> Option<String> {
    let digest: Digest = visit.last().parse().ok()?;
    visit.elsewhere(|other| visit.store().blob(other, &digest).is_some())
}

/// Puts the blob in the path into its repository, if another holds it.
fn adopt(visit: &Visit<'_>) {
    let (Ok(name), Ok(digest)) = (visit.name().parse(), visit.last().parse()) else {
        return;
    };
    let is_there = visit.store().blob(&name, &digest).is_some();
    let from = holder(visit).and_then(|other| other.parse::<RepositoryName>().ok());
    if let Some(from) = from.filter(|_| !is_there) {
        visit.store().mount_blob(&name, &digest, Some(&from));
    }
}

//! Asking whether content is there: the headers that say what it is, done wrong (HEAD).

use http::header;

use super::Defect;
use super::Source;
use super::manifest_bytes::compact;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::HEAD_BODY_OMITTED;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Excess;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "head-answered-with-body",
        title: "an answer to HEAD is followed by a body",
        breaches: &[&HEAD_BODY_OMITTED],
        source: Source::Ours,
        seam: Seam::Settings(|settings| settings.excess = Some(Excess::Head)),
    },
    Defect {
        name: "head-blob-size-zero",
        title: "HEAD on any blob says a Content-Length of 0",
        breaches: &[&EXISTENCE_LENGTH_SENT, &HEAD_BODY_OMITTED],
        source: Source::Tracker("yusing/godoxy#169"),
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadBlob], |answer| {
                answer.with(header::CONTENT_LENGTH, "0")
            })
        }),
    },
    Defect {
        name: "head-manifest-length-compact",
        title: "HEAD on a manifest says the length that it has without white space",
        breaches: &[&EXISTENCE_LENGTH_SENT, &HEAD_BODY_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadManifest], |answer| {
                let length = compact(&answer.body).len();
                answer.with(header::CONTENT_LENGTH, &length)
            })
        }),
    },
    Defect {
        name: "head-length-unlike-get",
        title: "HEAD on a manifest says the length that it would have if it were compressed",
        breaches: &[&EXISTENCE_LENGTH_SENT, &HEAD_BODY_OMITTED],
        source: Source::Tracker("oras-project/oras-go#1176"),
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadManifest], |answer| {
                let length = answer.body.len() / 2 + 20;
                answer.with(header::CONTENT_LENGTH, &length)
            })
        }),
    },
    Defect {
        name: "head-large-blob-chunked",
        title: "HEAD on a blob of more than 1 MiB has no Content-Length",
        breaches: &[&EXISTENCE_LENGTH_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadBlob], |answer| {
                if answer.body.len() > 1 << 20 {
                    return answer.streamed();
                }
                answer
            })
        }),
    },
    Defect {
        name: "content-length-always-absent",
        title: "neither GET nor HEAD on content has a Content-Length",
        breaches: &[&EXISTENCE_LENGTH_SENT],
        source: Source::Tracker("containerd/containerd#5124"),
        seam: Seam::Layer(|visit| {
            let pulls = [GetBlob, HeadBlob, GetManifest, HeadManifest];
            asked(visit, &pulls, Answer::streamed)
        }),
    },
    Defect {
        name: "gzip-accept-drops-length",
        title: "content has no Content-Length for a client that accepts gzip",
        breaches: &[&EXISTENCE_LENGTH_SENT],
        source: Source::Tracker("cloudflare/serverless-registry#134"),
        seam: Seam::Layer(|visit| {
            let accepted = visit.header(&header::ACCEPT_ENCODING).unwrap_or_default();
            if !accepted.contains("gzip") {
                return visit.pass();
            }
            let pulls = [GetBlob, HeadBlob, GetManifest, HeadManifest];
            asked(visit, &pulls, Answer::streamed)
        }),
    },
    Defect {
        name: "mounted-blob-head-wrong",
        title: "HEAD on a mounted blob says digest and length of something else",
        breaches: &[&EXISTENCE_DIGEST_HEADER_SENT, &EXISTENCE_LENGTH_SENT],
        source: Source::Tracker("cloudflare/serverless-registry#134"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[Mount]) {
                let answer = visit.pass();
                if answer.is(201) {
                    let digest = visit.query("mount").unwrap_or_default();
                    visit.memory.before(format!("{} {digest}", visit.name()));
                }
                return answer;
            }
            let is_mounted = visit.memory.knows(&visit.key());
            asked(visit, &[HeadBlob], |answer| {
                if !is_mounted {
                    return answer;
                }
                let pointer = Algorithm::Sha256.digest(visit.key().as_bytes());
                answer
                    .with(CONTENT_DIGEST, &pointer)
                    .with(header::CONTENT_LENGTH, "77")
            })
        }),
    },
    Defect {
        name: "head-digest-header-tag-only",
        title: "HEAD on a manifest by its digest has no Docker-Content-Digest",
        breaches: &[&EXISTENCE_DIGEST_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadManifest]) && visit.is_by_digest() {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
    },
    Defect {
        name: "head-digest-of-empty",
        title: "the Docker-Content-Digest of a HEAD on a blob is that of no bytes, whatever the blob",
        breaches: &[&EXISTENCE_DIGEST_HEADER_SENT, &HEAD_BODY_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadBlob], |answer| {
                answer.with(CONTENT_DIGEST, &Algorithm::Sha256.digest(b""))
            })
        }),
    },
    Defect {
        name: "head-manifest-bare-file",
        title: "HEAD on a manifest by a tag is that of a file: no digest, and no type of a manifest",
        breaches: &[&EXISTENCE_DIGEST_HEADER_SENT, &HEAD_BODY_OMITTED],
        source: Source::Tracker("deitch/docker_registry2#83"),
        seam: Seam::Layer(|visit| {
            let is_by_digest = visit.is_by_digest();
            asked(visit, &[HeadManifest], |answer| {
                if is_by_digest {
                    return answer;
                }
                answer
                    .without(&CONTENT_DIGEST)
                    .with(header::CONTENT_TYPE, "application/octet-stream")
            })
        }),
    },
    Defect {
        name: "head-type-differs-from-get",
        title: "HEAD on a manifest says another Content-Type than GET",
        breaches: &[&HEAD_BODY_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadManifest], |answer| {
                answer.with(header::CONTENT_TYPE, "application/octet-stream")
            })
        }),
    },
    Defect {
        name: "head-type-gains-charset",
        title: "HEAD on a manifest adds a charset to its Content-Type, GET does not",
        breaches: &[&HEAD_BODY_OMITTED],
        source: Source::Tracker("camallo/dkregistry-rs#82"),
        seam: Seam::Layer(|visit| {
            asked(visit, &[HeadManifest], |answer| {
                answer.map(header::CONTENT_TYPE, |it| format!("{it}; charset=utf-8"))
            })
        }),
    },
];

/// Changes the 200 to a request for one of these.
fn asked(
    visit: &Visit<'_>,
    operations: &[Operation],
    change: impl FnOnce(Answer) -> Answer,
) -> Answer {
    let answer = visit.pass();
    if visit.is(operations) && answer.is(200) {
        return change(answer);
    }
    answer
}

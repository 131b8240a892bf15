//! Pulling blobs.

use http::header;

use super::Variation;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "malformed-blob-digest-unknown",
        title: "a blob with a malformed digest is answered 404",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob, HeadBlob]) && answer.is(400) {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "malformed-manifest-digest-unknown",
        title: "a manifest with a malformed digest is answered 404",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest, HeadManifest]) && answer.is(400) {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "blobs-called-layers",
        title: "blobs are pulled as gzipped tar archives, whatever they are",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob, HeadBlob]) && answer.is_success() {
                return answer.map(header::CONTENT_TYPE, layer_type);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "blobs-untyped",
        title: "blobs are pulled without a Content-Type",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_parts = answer
                .value(&header::CONTENT_TYPE)
                .is_some_and(|it| it.starts_with("multipart/"));
            if visit.is(&[GetBlob, HeadBlob]) && answer.is_success() && !is_parts {
                return answer.without(&header::CONTENT_TYPE);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "sha512-named-by-sha256",
        title: "what is pulled by SHA-512 is answered with its digest by SHA-256",
        seam: Seam::Layer(by_sha256),
        ..Variation::BASE
    },
];

fn layer_type(media_type: &str) -> String {
    if media_type.starts_with("multipart/") {
        return media_type.to_owned();
    }
    "application/vnd.oci.image.layer.v1.tar+gzip".to_owned()
}

fn by_sha256(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[GetBlob, HeadBlob, GetManifest, HeadManifest]) {
        return answer;
    }
    match answer.status.as_u16() {
        200 => {
            let digest = Algorithm::Sha256.digest(&answer.body);
            answer.with(CONTENT_DIGEST, &digest)
        }
        // A part does not say what the digest of the whole is.
        206 => {
            let whole = visit.get(visit.route).body;
            answer.with(CONTENT_DIGEST, &Algorithm::Sha256.digest(&whole))
        }
        _ => answer,
    }
}

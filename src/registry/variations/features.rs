//! Parts of the API that are not there, and registries that take nothing.

use http::Method;
use http::header;

use super::Variation;
use crate::catalogue::algorithms::UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED;
use crate::catalogue::blob_ranges::BLOB_OPEN_RANGE_SENT;
use crate::catalogue::blob_ranges::BLOB_RANGE_SENT;
use crate::catalogue::blob_ranges::BLOB_SUFFIX_RANGE_SENT;
use crate::catalogue::referrers::REFERRERS_FILTERED;
use crate::http::HeaderName;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::Extensions;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Optional;

/// The upstream of which an answer speaks.
const NAMESPACE: HeaderName = HeaderName::from_static("oci-namespace");

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "no-tag-delete",
        title: "tags cannot be deleted",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::TagDelete])),
        ..Variation::BASE
    },
    Variation {
        name: "no-manifest-delete",
        title: "manifests cannot be deleted",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::ManifestDelete])),
        ..Variation::BASE
    },
    Variation {
        name: "no-blob-delete",
        title: "blobs cannot be deleted",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::BlobDelete])),
        ..Variation::BASE
    },
    Variation {
        name: "no-single-post",
        title: "a POST with a whole blob opens an upload session",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::SinglePost])),
        ..Variation::BASE
    },
    Variation {
        name: "no-mount",
        title: "a mount opens an upload session",
        seam: Seam::Settings(|settings| {
            settings
                .off
                .extend([Optional::Mount, Optional::AnonymousMount]);
        }),
        ..Variation::BASE
    },
    Variation {
        name: "no-anonymous-mount",
        title: "a mount that does not say where from opens an upload session",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::AnonymousMount])),
        ..Variation::BASE
    },
    Variation {
        name: "no-sha512",
        title: "digests are by SHA-256 alone",
        seam: Seam::Settings(|settings| settings.off.extend([Optional::Sha512])),
        ..Variation::BASE
    },
    Variation {
        name: "no-ranges",
        title: "a Range is ignored, and nothing says that ranges were accepted",
        gives_up: &[
            &BLOB_RANGE_SENT,
            &BLOB_OPEN_RANGE_SENT,
            &BLOB_SUFFIX_RANGE_SENT,
        ],
        seam: Seam::Settings(|settings| settings.off.extend([Optional::Ranges])),
        ..Variation::BASE
    },
    Variation {
        name: "no-referrers",
        title: "the list of referrers is not there",
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.off.extend([Optional::Referrers])),
        ..Variation::BASE
    },
    Variation {
        name: "no-referrers-filter",
        title: "the list of referrers is not filtered, and does not say that it was",
        gives_up: &[&REFERRERS_FILTERED],
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.off.extend([Optional::ReferrersFilter])),
        ..Variation::BASE
    },
    Variation {
        name: "no-extensions",
        title: "there is no list of extensions",
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.off.extend([Optional::Extensions])),
        ..Variation::BASE
    },
    Variation {
        name: "no-cancel",
        title: "an upload cannot be cancelled",
        versions: super::SINCE_1_2,
        seam: Seam::Settings(|settings| settings.off.extend([Optional::Cancel])),
        ..Variation::BASE
    },
    Variation {
        name: "no-tag-parameters",
        title: "the parameter `tag` of a push by digest is ignored",
        versions: super::SINCE_1_2,
        seam: Seam::Settings(|settings| settings.off.extend([Optional::TagParameters])),
        ..Variation::BASE
    },
    Variation {
        name: "no-digest-algorithm",
        title: "the parameter `digest-algorithm` is ignored",
        gives_up: &[&UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED],
        versions: super::SINCE_1_2,
        seam: Seam::Settings(|settings| settings.off.extend([Optional::DigestAlgorithm])),
        ..Variation::BASE
    },
    Variation {
        name: "nothing-optional",
        title: "no optional part of the API is there",
        gives_up: &[
            &BLOB_RANGE_SENT,
            &BLOB_OPEN_RANGE_SENT,
            &BLOB_SUFFIX_RANGE_SENT,
            &UNSUPPORTED_UPLOAD_ALGORITHM_REFUSED,
        ],
        seam: Seam::Settings(|settings| {
            settings.off.extend(Optional::ALL);
            // The one that is no option where the version has it.
            settings.off.remove(&Optional::UploadStatus);
        }),
        ..Variation::BASE
    },
    Variation {
        name: "read-only",
        title: "nothing can be pushed or deleted",
        seam: Seam::Layer(read_only),
        ..Variation::BASE
    },
    Variation {
        name: "extensions-announced",
        title: "the list of extensions names two",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(announced),
        ..Variation::BASE
    },
    Variation {
        name: "upstream-named",
        title: "an answer to a request with `ns` repeats it in OCI-Namespace",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match visit.query("ns") {
                Some(upstream) => answer.with(NAMESPACE, upstream),
                None => answer,
            }
        }),
        ..Variation::BASE
    },
];

fn read_only(visit: &Visit<'_>) -> Answer {
    if [Method::GET, Method::HEAD].contains(&visit.call.method) {
        return visit.pass();
    }
    Answer::error(405, ErrorCode::Unsupported).with(header::ALLOW, "GET, HEAD")
}

fn announced(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[Extensions]) {
        return answer;
    }
    answer.json(|body| {
        if let Some(extensions) = body.get_mut("extensions") {
            *extensions = serde_json::json!([
                { "name": "_catalog", "url": "https://example.org/catalog", "endpoints": ["_catalog"] },
                { "name": "_example", "url": "https://example.org/example", "description": "an example",
                  "endpoints": ["_example/one", "_example/two"], "since": 1 },
            ]);
        }
    })
}

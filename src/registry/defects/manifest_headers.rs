//! Pulling manifests: their headers, and what they are asked for with, done wrong (MGET).

use http::header;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::HEAD_BODY_OMITTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_SENT;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_PARAMETERS_OMITTED;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_SENT;
use crate::catalogue::manifest_pull::MANIFEST_WITHOUT_ACCEPT_FOUND;
use crate::catalogue::manifest_pull::UNMATCHED_ACCEPT_ANSWERED;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "manifest-digest-header-missing",
        title: "GET on a manifest sends no Docker-Content-Digest",
        breaches: &[&MANIFEST_DIGEST_HEADER_SENT],
        source: Source::Tracker("distribution/distribution#3792"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest]) {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
    },
    Defect {
        name: "digest-header-lost-by-tag",
        title: "GET and HEAD on a manifest by tag send no Docker-Content-Digest",
        breaches: &[&MANIFEST_DIGEST_HEADER_SENT, &EXISTENCE_DIGEST_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest, HeadManifest]) && !visit.is_by_digest() {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
    },
    Defect {
        name: "digest-header-lost-on-large",
        title: "content of more than 64 KiB is pulled without Docker-Content-Digest",
        breaches: &[
            &MANIFEST_DIGEST_HEADER_SENT,
            &BLOB_DIGEST_HEADER_SENT,
            &EXISTENCE_DIGEST_HEADER_SENT,
        ],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_pull = visit.is(&[GetBlob, HeadBlob, GetManifest, HeadManifest]);
            if is_pull && answer.body.len() > 64 << 10 {
                return answer.without(&CONTENT_DIGEST);
            }
            answer
        }),
    },
    Defect {
        name: "stale-digest-header-by-tag",
        title: "the Docker-Content-Digest of a tag is that of the first manifest pushed under it",
        breaches: &[
            &MANIFEST_DIGEST_HEADER_MATCHED,
            &EXISTENCE_DIGEST_HEADER_SENT,
        ],
        source: Source::Reader,
        seam: Seam::Layer(stale_digest_header_by_tag),
    },
    Defect {
        name: "manifest-digest-header-bare",
        title: "the Docker-Content-Digest of a pulled manifest has no algorithm",
        breaches: &[&MANIFEST_DIGEST_HEADER_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest]) {
                let hex = |it: &str| it.rsplit(':').next().unwrap_or_default().to_owned();
                return answer.map(CONTENT_DIGEST, hex);
            }
            answer
        }),
    },
    Defect {
        name: "manifest-type-left-out",
        title: "GET on a manifest by its digest sends no Content-Type",
        breaches: &[&MANIFEST_TYPE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest]) && visit.is_by_digest() && answer.is(200) {
                return answer.without(&header::CONTENT_TYPE);
            }
            answer
        }),
    },
    Defect {
        name: "manifest-typed-plain-json",
        title: "every manifest is pulled as application/json",
        breaches: &[&MANIFEST_TYPE_KEPT],
        source: Source::Tracker("concourse/docker-image-resource#41"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest, HeadManifest]) && answer.is(200) {
                return answer.with(header::CONTENT_TYPE, "application/json");
            }
            answer
        }),
    },
    Defect {
        name: "content-type-of-tag-only",
        title: "every manifest is pulled by its digest as an image manifest, also an index",
        breaches: &[&MANIFEST_TYPE_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_pull = visit.is(&[GetManifest, HeadManifest]) && answer.is(200);
            if is_pull && visit.is_by_digest() {
                return answer.with(header::CONTENT_TYPE, media_type::IMAGE_MANIFEST);
            }
            answer
        }),
    },
    Defect {
        name: "artifact-type-as-content-type",
        title: "a manifest with an artifactType is pulled under that as its Content-Type",
        breaches: &[&MANIFEST_TYPE_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
                return answer;
            }
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            match body["artifactType"].as_str() {
                Some(artifact_type) => answer.with(header::CONTENT_TYPE, artifact_type),
                None => answer,
            }
        }),
    },
    Defect {
        name: "charset-added-to-index",
        title: "GET on an index adds a charset to its Content-Type",
        breaches: &[&MANIFEST_TYPE_PARAMETERS_OMITTED, &HEAD_BODY_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest]) && is_index(&answer) {
                return answer.map(header::CONTENT_TYPE, |it| format!("{it}; charset=utf-8"));
            }
            answer
        }),
    },
    Defect {
        name: "accept-list-first-only",
        title: "GET on a manifest is answered 404 if the first type in Accept is not the manifest's",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let accept = visit.header(&header::ACCEPT).unwrap_or_default();
            let Some((first, _)) = accept.split_once(',') else {
                return answer;
            };
            let is_meant = answer.value(&header::CONTENT_TYPE) == Some(first.trim());
            if visit.is(&[GetManifest]) && !is_meant && !first.contains('*') {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            answer
        }),
    },
    Defect {
        name: "wildcard-accept-406",
        title: "GET on a manifest with an Accept of */* or application/* is answered 406",
        breaches: &[&MANIFEST_WITHOUT_ACCEPT_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let accept = visit.header(&header::ACCEPT).unwrap_or_default();
            if visit.is(&[GetManifest]) && ["*/*", "application/*"].contains(&accept.trim()) {
                return Answer::of(406);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "absent-accept-406",
        title: "GET on a manifest by its digest without Accept is answered 406",
        breaches: &[&MANIFEST_WITHOUT_ACCEPT_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_asked = visit.is(&[GetManifest]) && visit.is_by_digest();
            if is_asked && visit.header(&header::ACCEPT).is_none() {
                return Answer::of(406);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "index-converted-without-accept",
        title: "GET on an index by a tag without Accept gives its first child under the index's digest",
        breaches: &[
            &MANIFEST_WITHOUT_ACCEPT_FOUND,
            &MANIFEST_DIGEST_HEADER_MATCHED,
        ],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_asked = visit.is(&[GetManifest]) && !visit.is_by_digest();
            if is_asked && visit.header(&header::ACCEPT).is_none() {
                return converted(visit, answer);
            }
            answer
        }),
    },
    Defect {
        name: "converted-body-keeps-digest",
        title: "GET on an index with an Accept of images only gives its first child under the index's \
                digest",
        breaches: &[&UNMATCHED_ACCEPT_ANSWERED, &MANIFEST_DIGEST_HEADER_MATCHED],
        source: Source::Tracker("distribution/distribution#2395"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let accept = visit.header(&header::ACCEPT).unwrap_or_default();
            let takes_index = ["*", "index", "list"].iter().any(|it| accept.contains(it));
            if visit.is(&[GetManifest]) && !accept.is_empty() && !takes_index {
                return converted(visit, answer);
            }
            answer
        }),
    },
];

fn is_index(answer: &Answer) -> bool {
    answer.value(&header::CONTENT_TYPE) == Some(media_type::IMAGE_INDEX)
}

/// The first child in place of an index, under the headers of that save its type.
fn converted(visit: &Visit<'_>, answer: Answer) -> Answer {
    if !answer.is(200) || !is_index(&answer) {
        return answer;
    }
    let index: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(digest) = index["manifests"][0]["digest"].as_str() else {
        return answer;
    };
    let child = visit.get(&Route::Manifest {
        name: visit.name().to_owned(),
        reference: digest.to_owned(),
    });
    match child.value(&header::CONTENT_TYPE) {
        Some(media_type) if child.is(200) => answer
            .with(header::CONTENT_TYPE, media_type)
            .bytes(child.body.clone()),
        _ => answer,
    }
}

fn stale_digest_header_by_tag(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if visit.is_by_digest() || !answer.is_success() {
        return answer;
    }
    let first = visit.memory.recall(&visit.key());
    match (first, answer.value(&CONTENT_DIGEST)) {
        (None, Some(digest)) if visit.is(&[PutManifest]) => {
            visit.memory.keep(visit.key(), digest.to_owned());
            answer
        }
        (Some(digest), _) if visit.is(&[GetManifest, HeadManifest]) => {
            answer.with(CONTENT_DIGEST, &String::from_utf8_lossy(&digest))
        }
        _ => answer,
    }
}

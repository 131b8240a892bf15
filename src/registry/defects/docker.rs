//! What clients of Docker's older protocol count on, done wrong (DOCK).

use http::header::ACCEPT;
use http::header::CONTENT_TYPE;
use http::header::LOCATION;
use http::header::RANGE;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::docker::API_VERSION_NAMED;
use crate::catalogue::docker::COMPLETED_UPLOAD_DESCRIBED;
use crate::catalogue::docker::DOCKER_ERROR_SENT;
use crate::catalogue::docker::DOCKER_MANIFEST_KEPT;
use crate::catalogue::docker::DOCKER_MANIFEST_LIST_KEPT;
use crate::catalogue::docker::EXISTING_CONTENT_DESCRIBED;
use crate::catalogue::docker::FIRST_VERSION_REFUSED;
use crate::catalogue::docker::MISSING_LAYER_DETAILED;
use crate::catalogue::docker::MOUNTED_BLOB_DESCRIBED;
use crate::catalogue::docker::OLD_MANIFEST_ANSWERED;
use crate::catalogue::docker::PULLED_DIGEST_SENT;
use crate::catalogue::docker::STORED_MANIFEST_DESCRIBED;
use crate::catalogue::docker::UNMATCHED_MANIFEST_LIST_ANSWERED;
use crate::catalogue::docker::UPLOAD_IDENTIFIED;
use crate::catalogue::docker::UPLOAD_RANGE_TOLD;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::API_VERSION;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::header::UPLOAD_ID;
use crate::registry::seams::Operation::Base;
use crate::registry::seams::Operation::Chunk;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::UploadStatus;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "api-version-missing",
        title: "the base does not say which version of the API it is",
        breaches: &[&API_VERSION_NAMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            answer.when(visit.is(&[Base]), |it| it.without(&API_VERSION))
        }),
    },
    Defect {
        name: "first-version-pretended",
        title: "/v1/_ping is answered 200",
        breaches: &[&FIRST_VERSION_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.call.path == "/v1/_ping" {
                return Answer::of(200).body("application/json", "true");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "schema-2-answered-200",
        title: "a PUT of a manifest of schema 2, or of a list, is answered 200",
        breaches: &[&DOCKER_MANIFEST_KEPT, &DOCKER_MANIFEST_LIST_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_docker = visit.pushed_type().contains("docker");
            visit.pushed(|it| it.when(is_docker, |it| it.with_status(200)))
        }),
    },
    Defect {
        name: "schema-2-written-anew",
        title: "a manifest of schema 2 comes back without its white space",
        breaches: &[&DOCKER_MANIFEST_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| pulled(visit, media_type::DOCKER_MANIFEST, |it| it.json(|_| ()))),
    },
    Defect {
        name: "manifest-list-written-anew",
        title: "a manifest list comes back without its white space",
        breaches: &[&DOCKER_MANIFEST_LIST_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, media_type::DOCKER_MANIFEST_LIST, |it| {
                it.json(|_| ())
            })
        }),
    },
    Defect {
        name: "schema-2-called-oci",
        title: "a manifest of schema 2 comes back as an image manifest of OCI",
        breaches: &[&DOCKER_MANIFEST_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, media_type::DOCKER_MANIFEST, |it| {
                it.with(CONTENT_TYPE, media_type::IMAGE_MANIFEST)
            })
        }),
    },
    Defect {
        name: "manifest-list-called-oci",
        title: "a manifest list comes back as an image index of OCI",
        breaches: &[&DOCKER_MANIFEST_LIST_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, media_type::DOCKER_MANIFEST_LIST, |it| {
                it.with(CONTENT_TYPE, media_type::IMAGE_INDEX)
            })
        }),
    },
    Defect {
        name: "unmatched-list-breaks",
        title: "a manifest list for a client that takes none is answered 500",
        breaches: &[&UNMATCHED_MANIFEST_LIST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| unmatched_list(visit, |_| Answer::of(500))),
    },
    Defect {
        name: "unmatched-list-called-image",
        title: "a manifest list for a client that takes none comes as a manifest of schema 2",
        breaches: &[&UNMATCHED_MANIFEST_LIST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            unmatched_list(visit, |it| {
                it.with(CONTENT_TYPE, media_type::DOCKER_MANIFEST)
            })
        }),
    },
    Defect {
        name: "stored-schema-2-unnamed",
        title: "the 201 to a PUT of a manifest of schema 2 has no digest",
        breaches: &[&STORED_MANIFEST_DESCRIBED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_docker = visit.pushed_type() == media_type::DOCKER_MANIFEST;
            visit.pushed(|it| it.when(is_docker, |it| it.without(&CONTENT_DIGEST)))
        }),
    },
    Defect {
        name: "existing-unnamed",
        title: "HEAD on manifests and blobs has no digest",
        breaches: &[&EXISTING_CONTENT_DESCRIBED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_head = visit.is(&[HeadManifest, HeadBlob]);
            visit.pass().when(is_head, |it| it.without(&CONTENT_DIGEST))
        }),
    },
    Defect {
        name: "pulled-unnamed",
        title: "GET on manifests and blobs has no digest",
        breaches: &[&PULLED_DIGEST_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_get = visit.is(&[GetManifest, GetBlob]);
            visit.pass().when(is_get, |it| it.without(&CONTENT_DIGEST))
        }),
    },
    Defect {
        name: "schema-2-delete-answers-200",
        title: "DELETE on a manifest of schema 2 answers 200",
        breaches: &[&MANIFEST_DELETE_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_docker = is_schema_2(&visit.held(visit.last()));
            let answer = visit.pass();
            let is_done = visit.is(&[DeleteManifest]) && is_docker && answer.is(202);
            answer.when(is_done, |it| it.with_status(200))
        }),
    },
    Defect {
        name: "schema-2-undeletable",
        title: "DELETE on a manifest of schema 2 answers 202 and leaves it",
        breaches: &[&DELETED_MANIFEST_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest]) && is_schema_2(&visit.held(visit.last())) {
                return Answer::of(202);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "schema-1-breaks",
        title: "a PUT of a manifest of schema 1 is answered 500",
        breaches: &[&OLD_MANIFEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.pushed_type().contains("distribution.manifest.v1+")
            {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "schema-1-lost",
        title: "a PUT of a manifest of schema 1 is answered 201, and nothing is stored",
        breaches: &[&OLD_MANIFEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.pushed_type().contains("distribution.manifest.v1+")
            {
                return Answer::of(201).with(LOCATION, "/v2/");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "errors-without-body",
        title: "what is not there, or malformed, is refused without a body",
        breaches: &[&DOCKER_ERROR_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_refusal = answer.is(404) || answer.is(400);
            answer.when(is_refusal, |it| it.without(&CONTENT_TYPE).bytes(""))
        }),
    },
    Defect {
        name: "missing-layer-unnamed",
        title: "a manifest whose layers are not there is refused without saying which",
        breaches: &[&MISSING_LAYER_DETAILED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_push = visit.is(&[PutManifest]);
            answer.when(is_push, |answer| {
                answer.json(|body| {
                    for error in body["errors"].as_array_mut().into_iter().flatten() {
                        error["detail"] = Value::Null;
                    }
                })
            })
        }),
    },
    Defect {
        name: "upload-name-missing",
        title: "no answer names an upload in Docker-Upload-UUID",
        breaches: &[&UPLOAD_IDENTIFIED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            answer.when(is_upload(visit), |it| it.without(&UPLOAD_ID))
        }),
    },
    Defect {
        name: "upload-begins-without-range",
        title: "the answer that opens an upload has no Range",
        breaches: &[&UPLOAD_RANGE_TOLD],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            answer.when(visit.is(&[OpenUpload]), |it| it.without(&RANGE))
        }),
    },
    Defect {
        name: "completed-upload-unnamed",
        title: "the 201 that completes an upload has no digest",
        breaches: &[&COMPLETED_UPLOAD_DESCRIBED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            answer.when(visit.is(&[CloseUpload]), |it| it.without(&CONTENT_DIGEST))
        }),
    },
    Defect {
        name: "mounted-blob-unnamed",
        title: "the 201 to a mount has no digest",
        breaches: &[&MOUNTED_BLOB_DESCRIBED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            answer.when(visit.is(&[Mount]), |it| it.without(&CONTENT_DIGEST))
        }),
    },
];

fn is_upload(visit: &Visit<'_>) -> bool {
    visit.is(&[OpenUpload, Chunk, UploadStatus])
}

fn is_schema_2(manifest: &Value) -> bool {
    manifest["mediaType"] == media_type::DOCKER_MANIFEST
}

fn is_of(answer: &Answer, media_type: &str) -> bool {
    answer.is(200) && answer.value(&CONTENT_TYPE) == Some(media_type)
}

/// A manifest of this type that is pulled, changed.
fn pulled(visit: &Visit<'_>, media_type: &str, change: fn(Answer) -> Answer) -> Answer {
    let answer = visit.pass();
    let is_pull = visit.is(&[GetManifest, HeadManifest]) && is_of(&answer, media_type);
    answer.when(is_pull, change)
}

/// A manifest list for somebody who names other types alone, changed.
fn unmatched_list(visit: &Visit<'_>, change: fn(Answer) -> Answer) -> Answer {
    let answer = visit.pass();
    let accepted = visit.header(&ACCEPT).unwrap_or_default();
    let is_unmatched = accepted == media_type::DOCKER_MANIFEST;
    let is_pull = visit.is(&[GetManifest]) && is_of(&answer, media_type::DOCKER_MANIFEST_LIST);
    answer.when(is_unmatched && is_pull, change)
}

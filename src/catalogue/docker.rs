//! DOCK: what clients of Docker's older protocol count on.
//!
//! Only what the distribution specification does not say, or says more weakly; where it says the same,
//! its own rows are used.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Docker's older protocol.
pub static AREA: Area = Area {
    alias: "DOCK",
    title: "Docker's older protocol",
    rows: &[
        &API_VERSION_NAMED,
        &DOCKER_MANIFEST_KEPT,
        &DOCKER_MANIFEST_LIST_KEPT,
        &UNMATCHED_MANIFEST_LIST_ANSWERED,
        &PULLED_DIGEST_SENT,
        &EXISTING_CONTENT_DESCRIBED,
        &STORED_MANIFEST_DESCRIBED,
        &OLD_MANIFEST_ANSWERED,
        &FIRST_VERSION_REFUSED,
        &DOCKER_ERROR_SENT,
        &MISSING_LAYER_DETAILED,
        &UPLOAD_IDENTIFIED,
        &UPLOAD_RANGE_TOLD,
        &COMPLETED_UPLOAD_DESCRIBED,
        &MOUNTED_BLOB_DESCRIBED,
        &DOCKER_UPLOAD_CANCELLED,
        &CATALOG_SENT,
        &CATALOG_SORTED,
        &CATALOG_COMPLETE,
        &CATALOG_LIMIT_KEPT,
        &CATALOG_LINK_FOLLOWED,
        &CATALOG_CONTINUED,
        &CATALOG_LIMIT_ANSWERED,
    ],
};

/// The page of the API.
const API: &str = "spec/api";

/// The page of schema 2.
const SCHEMA_2: &str = "spec/manifest-v2-2";

/// The version of the API.
pub static API_VERSION_NAMED: Requirement = Requirement {
    id: "api-version-named",
    alias: "DOCK-01",
    asked: Asked::always(Keyword::Should),
    heading: Heading::docker(API, "api-version-check"),
    sentence: "A 200 or 401 to a GET on /v2/ carries Docker-Distribution-API-Version: registry/2.0.",
};

/// Schema 2.
pub static DOCKER_MANIFEST_KEPT: Requirement = Requirement {
    id: "docker-manifest-kept",
    alias: "DOCK-02",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(SCHEMA_2, "image-manifest"),
    sentence: "A manifest of schema 2 is taken with 201, and comes back by tag and by digest to a client \
               that takes its type: under that type and byte for byte.",
};

/// Manifest lists.
pub static DOCKER_MANIFEST_LIST_KEPT: Requirement = Requirement {
    id: "docker-manifest-list-kept",
    alias: "DOCK-03",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(SCHEMA_2, "manifest-list"),
    sentence: "A manifest list is taken with 201, and comes back by tag and by digest to a client that \
               takes its type: under that type and byte for byte.",
};

/// Manifest lists for clients that know none.
pub static UNMATCHED_MANIFEST_LIST_ANSWERED: Requirement = Requirement {
    id: "unmatched-manifest-list-answered",
    alias: "DOCK-04",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(SCHEMA_2, "backward-compatibility"),
    sentence: "A client that takes no manifest lists gets the list all the same, or the image for \
               linux/amd64 in it, each under its own type, or 404 or 406; never one under the type of \
               the other.",
};

/// The digest of what is pulled.
pub static PULLED_DIGEST_SENT: Requirement = Requirement {
    id: "pulled-digest-sent",
    alias: "DOCK-05",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "get-manifest"),
    sentence: "The 200 to a GET on a manifest, and on a blob that no other host serves, carries its digest \
               in Docker-Content-Digest.",
};

/// What a HEAD says.
pub static EXISTING_CONTENT_DESCRIBED: Requirement = Requirement {
    id: "existing-content-described",
    alias: "DOCK-06",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "existing-manifests"),
    sentence: "The 200 to a HEAD on a manifest, and on a blob that no other host serves, carries its length \
               and, in Docker-Content-Digest, its digest.",
};

/// What the push of a manifest says.
pub static STORED_MANIFEST_DESCRIBED: Requirement = Requirement {
    id: "stored-manifest-described",
    alias: "DOCK-07",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "put-manifest"),
    sentence: "The 201 to the PUT of a manifest of schema 2 carries a Location and the manifest's digest in \
               Docker-Content-Digest.",
};

/// Schema 1.
pub static OLD_MANIFEST_ANSWERED: Requirement = Requirement {
    id: "old-manifest-answered",
    alias: "DOCK-08",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/deprecated-schema-v1", ""),
    sentence: "A manifest of schema 1 is taken and comes back as it was, or is refused with a 4xx that \
               says why in a code of the table; never with a 5xx.",
};

/// Version 1 of the protocol.
pub static FIRST_VERSION_REFUSED: Requirement = Requirement {
    id: "first-version-refused",
    alias: "DOCK-09",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page(
        "https://docs.docker.com/engine/deprecated/",
        "interacting-with-v1-registries",
    ),
    sentence: "Requests of version 1 of the protocol (/v1/_ping, /v1/search, /v1/repositories/...) are \
               answered with a 4xx or a redirect, and neither with a 2xx nor with a 5xx.",
};

/// Errors with a body.
pub static DOCKER_ERROR_SENT: Requirement = Requirement {
    id: "docker-error-sent",
    alias: "DOCK-10",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "errors"),
    sentence: "A 4xx for what is not there, not allowed or malformed says so in a JSON body: errors, each \
               with a code of the table that fits and a message.",
};

/// Layers that are not there.
pub static MISSING_LAYER_DETAILED: Requirement = Requirement {
    id: "missing-layer-detailed",
    alias: "DOCK-11",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "pushing-an-image-manifest"),
    sentence: "Where a manifest is refused since a layer is not there, the error is BLOB_UNKNOWN or \
               MANIFEST_BLOB_UNKNOWN, and its detail names the layer's digest.",
};

/// The name of an upload.
pub static UPLOAD_IDENTIFIED: Requirement = Requirement {
    id: "upload-identified",
    alias: "DOCK-12",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "uploading-the-layer"),
    sentence: "The answers that open an upload, take a chunk of it and tell its status carry \
               Docker-Upload-UUID, always with the same value.",
};

/// How far an upload has come.
pub static UPLOAD_RANGE_TOLD: Requirement = Requirement {
    id: "upload-range-told",
    alias: "DOCK-13",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "upload-progress"),
    sentence: "The answers that open an upload, take a chunk of it and tell its status carry a Range: 0-0 \
               while nothing is there, then 0 to the last byte; with or without bytes= in front.",
};

/// What the end of an upload says.
pub static COMPLETED_UPLOAD_DESCRIBED: Requirement = Requirement {
    id: "completed-upload-described",
    alias: "DOCK-14",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "completed-upload"),
    sentence: "The 201 that completes an upload carries a Location and the blob's digest in \
               Docker-Content-Digest.",
};

/// What a mount says.
pub static MOUNTED_BLOB_DESCRIBED: Requirement = Requirement {
    id: "mounted-blob-described",
    alias: "DOCK-15",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "cross-repository-blob-mount"),
    sentence: "The 201 to a mount carries a Location and the blob's digest in Docker-Content-Digest.",
};

/// Uploads that are given up.
pub static DOCKER_UPLOAD_CANCELLED: Requirement = Requirement {
    id: "docker-upload-cancelled",
    alias: "DOCK-16",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "canceling-an-upload"),
    sentence: "Where a DELETE cancels an upload, its answer is 204, and the upload is not there any more.",
};

/// The list.
pub static CATALOG_SENT: Requirement = Requirement {
    id: "catalog-sent",
    alias: "DOCK-17",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "listing-repositories"),
    sentence: "Where repositories are listed, a GET on /v2/_catalog answers 200 with a JSON object whose \
               repositories are an array of names.",
};

/// Its order.
pub static CATALOG_SORTED: Requirement = Requirement {
    id: "catalog-sorted",
    alias: "DOCK-18",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "pagination"),
    sentence: "The list of repositories is sorted, by bytes or component by component, and names none \
               twice on a page.",
};

/// What is in it.
pub static CATALOG_COMPLETE: Requirement = Requirement {
    id: "catalog-complete",
    alias: "DOCK-19",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker(API, "listing-repositories"),
    sentence: "A repository that holds a manifest is in the list of whoever pushed it; a registry may \
               leave out what it likes.",
};

/// Its limit.
pub static CATALOG_LIMIT_KEPT: Requirement = Requirement {
    id: "catalog-limit-kept",
    alias: "DOCK-20",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "pagination"),
    sentence: "A list of repositories with n=k holds k names at most.",
};

/// Its pages.
pub static CATALOG_LINK_FOLLOWED: Requirement = Requirement {
    id: "catalog-link-followed",
    alias: "DOCK-21",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "pagination"),
    sentence: "A page of repositories after which more come carries a Link of RFC 5988 with rel=next, \
               which leads to the names after the last one.",
};

/// The parameter last.
pub static CATALOG_CONTINUED: Requirement = Requirement {
    id: "catalog-continued",
    alias: "DOCK-22",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "pagination"),
    sentence: "A list of repositories with last=x holds only names after x, whether or not there is a \
               repository x.",
};

/// Limits that are none.
pub static CATALOG_LIMIT_ANSWERED: Requirement = Requirement {
    id: "catalog-limit-answered",
    alias: "DOCK-23",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker(API, "errors-2"),
    sentence: "A list of repositories with n=0, a huge, a negative or a malformed n answers 200, or a 4xx \
               whose code, if it has one, is PAGINATION_NUMBER_INVALID or UNSUPPORTED.",
};

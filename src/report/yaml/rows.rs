//! What the official suite sums up in its results, and the checks that ask the same.

/// A line of the results.
pub(super) struct Row {
    /// What the suite calls it.
    pub(super) name: &'static str,
    /// Globs over the ids of checks.
    pub(super) checks: &'static [&'static str],
}

/// Its parts of the API.
pub(super) const APIS: &[Row] = &[
    Row {
        name: "Blob anonymous mount",
        checks: &["push/mount/without-source*"],
    },
    Row {
        name: "Blob chunked",
        checks: &["push/chunked/*", "push/chunk-order/*"],
    },
    Row {
        name: "Blob delete",
        checks: &["management/blobs/*"],
    },
    Row {
        name: "Blob delete atomic",
        checks: &["management/blobs/deleted-*", "management/gone/blob-*"],
    },
    Row {
        name: "Blob get",
        checks: &["pull/blobs/*"],
    },
    Row {
        name: "Blob get range",
        checks: &["pull/ranges/*"],
    },
    Row {
        name: "Blob head",
        checks: &["pull/existence/*blob*"],
    },
    Row {
        name: "Blob mount",
        checks: &["push/mount/*"],
    },
    Row {
        name: "Blob post only",
        checks: &["push/single-post/*"],
    },
    Row {
        name: "Blob post put",
        checks: &["push/post-then-put/*"],
    },
    Row {
        name: "Blob push",
        checks: &["push/post-then-put/*", "push/blobs/*"],
    },
    Row {
        name: "Blob streaming",
        checks: &["push/chunked/stream*", "push/ways/stream*"],
    },
    Row {
        name: "Blob upload cancel",
        checks: &["push/cancel/*"],
    },
    Row {
        name: "Manifest delete",
        checks: &["management/manifests/*"],
    },
    Row {
        name: "Manifest delete atomic",
        checks: &[
            "management/manifests/deleted-*",
            "management/manifests/tags-of-*",
            "management/gone/manifest-*",
        ],
    },
    Row {
        name: "Manifest get by digest",
        checks: &["pull/manifests/*digest*"],
    },
    Row {
        name: "Manifest get by tag",
        checks: &["pull/manifests/*tag*"],
    },
    Row {
        name: "Manifest head by digest",
        checks: &["pull/existence/*digest*"],
    },
    Row {
        name: "Manifest head by tag",
        checks: &["pull/existence/*tag*"],
    },
    Row {
        name: "Manifest put by digest",
        checks: &["push/manifests/*by-digest*"],
    },
    Row {
        name: "Manifest put by tag",
        checks: &["push/manifests/*by-tag*", "push/manifests/tag-*"],
    },
    Row {
        name: "Manifest put with subject",
        checks: &["push/subject/*"],
    },
    Row {
        name: "Manifest put with tag params",
        checks: &["push/tag-parameters/*"],
    },
    Row {
        name: "Ping",
        checks: &["api/support/ping", "api/support/anonymous-ping"],
    },
    Row {
        name: "Referrers",
        checks: &["discovery/referrers/*", "discovery/filters/*"],
    },
    Row {
        name: "Tag delete",
        checks: &["management/tags/*"],
    },
    Row {
        name: "Tag delete atomic",
        checks: &["management/tags/deleted-*", "management/gone/tag-*"],
    },
    Row {
        name: "Tag listing",
        checks: &["discovery/tags/*", "discovery/pages/*"],
    },
];

/// Its kinds of content.
pub(super) const DATA: &[Row] = &[
    Row {
        name: "Artifact",
        checks: &[
            "push/image/unknown-artifact-type*",
            "pull/types/artifact-type*",
        ],
    },
    Row {
        name: "Artifact Index",
        checks: &["discovery/odd-referrers/index-with-empty-artifact-type*"],
    },
    Row {
        name: "Artifact without Layers",
        checks: &["push/image/unknown-artifact-type*"],
    },
    Row {
        name: "Artifacts with Subject",
        checks: &["push/subject/*", "discovery/referrers/*"],
    },
    Row {
        name: "Bad Digest Image",
        checks: &[
            "push/manifest-refusals/other-digest*",
            "push/refused/mismatched-manifest*",
        ],
    },
    Row {
        name: "Blobs sha256",
        checks: &["pull/blobs/*", "push/post-then-put/*", "push/chunked/*"],
    },
    Row {
        name: "Blobs sha512",
        checks: &[
            "pull/blobs/*@sha512",
            "push/post-then-put/*@sha512",
            "push/algorithms/sha512-blob*",
        ],
    },
    Row {
        name: "Custom Fields",
        checks: &[
            "push/image/unknown-properties*",
            "push/manifest-bytes/unknown-fields-kept*",
        ],
    },
    Row {
        name: "Data Field",
        checks: &["push/image/descriptor-data*"],
    },
    Row {
        name: "Digest Algorithm sha512",
        checks: &[
            "pull/manifests/*@*sha512",
            "push/algorithms/sha512-manifest*",
        ],
    },
    Row {
        name: "Empty Index",
        checks: &["push/odd-images/empty-index*"],
    },
    Row {
        name: "Image",
        checks: &["push/manifests/*", "pull/manifests/*"],
    },
    Row {
        name: "Image Uncompressed",
        checks: &["push/image/tar-layer*"],
    },
    Row {
        name: "Image with Large Manifest",
        checks: &["push/manifest-forms/*mebi*", "push/manifest-forms/*mega*"],
    },
    Row {
        name: "Index",
        checks: &["push/*@index*", "pull/*@index*"],
    },
    Row {
        name: "Index with Subject",
        checks: &[
            "push/subject/header-for-index*",
            "discovery/referrers/index-without-type*",
        ],
    },
    Row {
        name: "Invalid Manifest Digest",
        checks: &["api/tags/malformed-digest-*"],
    },
    Row {
        name: "Missing Subject",
        checks: &["push/references/absent-subject*"],
    },
    Row {
        name: "Nested Index",
        checks: &["push/image/nested-index*"],
    },
    Row {
        name: "No Layers",
        checks: &["push/manifest-bytes/empty-layers*"],
    },
    Row {
        name: "Non-distributable Layers",
        checks: &["push/image/nondistributable-layer*"],
    },
    Row {
        name: "Sparse Manifests",
        checks: &[
            "push/references/absent-child*",
            "push/references/absent-layer*",
            "push/references/absent-config*",
        ],
    },
    Row {
        name: "Tag Param",
        checks: &["push/tag-parameters/*"],
    },
    Row {
        name: "Tag Param sha512",
        checks: &["push/tag-parameters/*sha512*"],
    },
];

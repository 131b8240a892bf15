//! Which parts of the API the suite asks for.

use crate::check::Feature;

use super::Variable;
use crate::cli::official::effect::Effect;
use crate::cli::official::effect::Part;
use crate::cli::official::words;

pub(super) const ROWS: &[Variable] = &[
    Variable::part(
        "OCI_API_PING",
        "apis.ping",
        "`false` leaves out the checks of `/v2/`; it is still asked once, to know whether there is a registry.",
        Part::skipping(&["api/support/ping", "api/support/anonymous-ping"]),
    ),
    Variable::part(
        "OCI_API_PULL",
        "apis.pull",
        "`false` leaves out `pull`.",
        Part::skipping(&["pull"]),
    ),
    Variable::newer(
        "OCI_API_PUSH",
        "apis.push",
        "`false` is `--read-only`: nothing is pushed or deleted.",
        |text| Ok(vec![Effect::Pushing(words::boolean(text)?)]),
    ),
    Variable::part(
        "OCI_API_BLOBS_ATOMIC",
        "apis.blobs.atomic",
        "`false` leaves out that a deleted blob is gone; without it that may take as long as `--settle` says.",
        Part::skipping(&["deleted-blob-unknown"]),
    ),
    Variable::part(
        "OCI_API_BLOBS_DELETE",
        "apis.blobs.delete",
        "`false` is `--without blob-delete`, and leaves out how deletes are refused.",
        Part::lacking(
            &[Feature::BlobDelete],
            &[
                "disabled-blob-delete-refused",
                "management/deletes",
                "api/errors/delete-off",
                "api/errors/blob-in-use",
            ],
        ),
    ),
    Variable::part(
        "OCI_API_BLOBS_DIGEST_HEADER",
        "apis.blobs.digestHeader",
        "`false` leaves out that `Docker-Content-Digest` is sent for blobs; otherwise it is judged by its level in the version.",
        Part::skipping(&["pull/blobs/digest-header", "pull/existence/*blob-headers"]),
    ),
    Variable::part(
        "OCI_API_BLOBS_MOUNT_ANONYMOUS",
        "apis.blobs.mountAnonymous",
        "`false` is `--without anonymous-mount`, and leaves out mounts without a source.",
        Part::lacking(&[Feature::AnonymousMount], &["push/mount/without-source*"]),
    ),
    Variable::part(
        "OCI_API_BLOBS_UPLOAD_CANCEL",
        "apis.blobs.uploadCancel",
        "`false` is `--without cancel`; `true`, which is not its default, is `--require cancel`. Version 1.2 alone asks for it.",
        Part::lacking(&[Feature::Cancel], &["push/cancel"]).demanded(),
    ),
    Variable::part(
        "OCI_API_MANIFESTS_ATOMIC",
        "apis.manifests.atomic",
        "`false` leaves out that a deleted manifest is gone; without it that may take as long as `--settle` says.",
        Part::skipping(&[
            "deleted-manifest-unknown",
            "deleted-manifest-tags-unknown",
            "deleted-referrer-unlisted",
        ]),
    ),
    Variable::part(
        "OCI_API_MANIFESTS_DELETE",
        "apis.manifests.delete",
        "`false` is `--without manifest-delete`, and leaves out how deletes are refused.",
        Part::lacking(
            &[Feature::ManifestDelete],
            &[
                "disabled-manifest-delete-refused",
                "management/deletes",
                "api/errors/delete-off",
            ],
        ),
    ),
    Variable::part(
        "OCI_API_MANIFESTS_DIGEST_HEADER",
        "apis.manifests.digestHeader",
        "`false` leaves out that `Docker-Content-Digest` is sent for manifests; otherwise it is judged by its level in the version.",
        Part::skipping(&[
            "pull/manifests/digest-header-*",
            "pull/existence/tag-headers",
            "pull/existence/digest-headers",
            "push/manifests/digest-header",
        ]),
    ),
    Variable::part(
        "OCI_API_MANIFESTS_TAG_PARAM",
        "apis.manifests.tagParam",
        "`false` is `--without tag-parameters`; `true`, which is not its default, is `--require tag-parameters`. Version 1.2 alone asks for it.",
        Part::lacking(&[Feature::TagParameters], &["push/tag-parameters"]).demanded(),
    ),
    Variable::part(
        "OCI_API_TAGS_ATOMIC",
        "apis.tags.atomic",
        "`false` leaves out that a deleted tag is gone; without it that may take as long as `--settle` says.",
        Part::skipping(&["deleted-tag-unknown", "deleted-tag-unlisted"]),
    ),
    Variable::part(
        "OCI_API_TAGS_DELETE",
        "apis.tags.delete",
        "`false` is `--without tag-delete`, and leaves out how deletes are refused.",
        Part::lacking(
            &[Feature::TagDelete],
            &[
                "disabled-tag-delete-refused",
                "management/deletes",
                "api/errors/delete-off",
            ],
        ),
    ),
    Variable::part(
        "OCI_API_TAGS_LIST",
        "apis.tags.list",
        "`false` leaves out the checks of tag lists.",
        Part::skipping(&[
            "discovery/tags",
            "discovery/pages",
            "discovery/long-lists",
            "discovery/at-once/*tag*",
            "api/tags/tag-case-listed",
            "management/gone/tags-of-manifest-listed",
        ]),
    ),
    Variable::part(
        "OCI_API_REFERRER",
        "apis.referrer",
        "`false` is `--without referrers --without referrers-filter`.",
        Part::lacking(
            &[Feature::Referrers, Feature::ReferrersFilter],
            &["discovery/*referrers*", "discovery/filters"],
        ),
    ),
];

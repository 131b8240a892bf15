//! Which parts of the API the suite asks for.

use crate::check::Feature;

use super::Age;
use super::Reads;
use super::Variable;
use crate::cli::official::effect::Effect;
use crate::cli::official::effect::Part;
use crate::cli::official::words;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "OCI_API_PING",
        key: "apis.ping",
        age: Age::Newer,
        means: "`false` leaves out the checks of `/v2/`; it is still asked once, to know whether there is a registry.",
        reads: Reads::Part(Part {
            skip: &["api/support/ping", "api/support/anonymous-ping"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_PULL",
        key: "apis.pull",
        age: Age::Newer,
        means: "`false` leaves out `pull`.",
        reads: Reads::Part(Part {
            skip: &["pull"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_PUSH",
        key: "apis.push",
        age: Age::Newer,
        means: "`false` is `--read-only`: nothing is pushed or deleted.",
        reads: Reads::Text(|text| Ok(vec![Effect::Pushing(words::boolean(text)?)])),
    },
    Variable {
        name: "OCI_API_BLOBS_ATOMIC",
        key: "apis.blobs.atomic",
        age: Age::Newer,
        means: "`false` leaves out that a deleted blob is gone; without it that may take as long as `--settle` says.",
        reads: Reads::Part(Part {
            skip: &["deleted-blob-unknown"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_BLOBS_DELETE",
        key: "apis.blobs.delete",
        age: Age::Newer,
        means: "`false` is `--without blob-delete`, and leaves out how deletes are refused.",
        reads: Reads::Part(Part {
            without: &[Feature::BlobDelete],
            skip: &[
                "disabled-blob-delete-refused",
                "management/deletes",
                "api/errors/delete-off",
                "api/errors/blob-in-use",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_BLOBS_DIGEST_HEADER",
        key: "apis.blobs.digestHeader",
        age: Age::Newer,
        means: "`false` leaves out that `Docker-Content-Digest` is sent for blobs; otherwise it is judged by its level in the version.",
        reads: Reads::Part(Part {
            skip: &["pull/blobs/digest-header", "pull/existence/*blob-headers"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_BLOBS_MOUNT_ANONYMOUS",
        key: "apis.blobs.mountAnonymous",
        age: Age::Newer,
        means: "`false` is `--without anonymous-mount`, and leaves out mounts without a source.",
        reads: Reads::Part(Part {
            without: &[Feature::AnonymousMount],
            skip: &["push/mount/without-source*"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_BLOBS_UPLOAD_CANCEL",
        key: "apis.blobs.uploadCancel",
        age: Age::Newer,
        means: "`false` is `--without cancel`; `true`, which is not its default, is `--require cancel`. Version 1.2 alone asks for it.",
        reads: Reads::Part(Part {
            without: &[Feature::Cancel],
            skip: &["push/cancel"],
            require: &[Feature::Cancel],
        }),
    },
    Variable {
        name: "OCI_API_MANIFESTS_ATOMIC",
        key: "apis.manifests.atomic",
        age: Age::Newer,
        means: "`false` leaves out that a deleted manifest is gone; without it that may take as long as `--settle` says.",
        reads: Reads::Part(Part {
            skip: &[
                "deleted-manifest-unknown",
                "deleted-manifest-tags-unknown",
                "deleted-referrer-unlisted",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_MANIFESTS_DELETE",
        key: "apis.manifests.delete",
        age: Age::Newer,
        means: "`false` is `--without manifest-delete`, and leaves out how deletes are refused.",
        reads: Reads::Part(Part {
            without: &[Feature::ManifestDelete],
            skip: &[
                "disabled-manifest-delete-refused",
                "management/deletes",
                "api/errors/delete-off",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_MANIFESTS_DIGEST_HEADER",
        key: "apis.manifests.digestHeader",
        age: Age::Newer,
        means: "`false` leaves out that `Docker-Content-Digest` is sent for manifests; otherwise it is judged by its level in the version.",
        reads: Reads::Part(Part {
            skip: &[
                "pull/manifests/digest-header-*",
                "pull/existence/tag-headers",
                "pull/existence/digest-headers",
                "push/manifests/digest-header",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_MANIFESTS_TAG_PARAM",
        key: "apis.manifests.tagParam",
        age: Age::Newer,
        means: "`false` is `--without tag-parameters`; `true`, which is not its default, is `--require tag-parameters`. Version 1.2 alone asks for it.",
        reads: Reads::Part(Part {
            without: &[Feature::TagParameters],
            skip: &["push/tag-parameters"],
            require: &[Feature::TagParameters],
        }),
    },
    Variable {
        name: "OCI_API_TAGS_ATOMIC",
        key: "apis.tags.atomic",
        age: Age::Newer,
        means: "`false` leaves out that a deleted tag is gone; without it that may take as long as `--settle` says.",
        reads: Reads::Part(Part {
            skip: &["deleted-tag-unknown", "deleted-tag-unlisted"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_TAGS_DELETE",
        key: "apis.tags.delete",
        age: Age::Newer,
        means: "`false` is `--without tag-delete`, and leaves out how deletes are refused.",
        reads: Reads::Part(Part {
            without: &[Feature::TagDelete],
            skip: &[
                "disabled-tag-delete-refused",
                "management/deletes",
                "api/errors/delete-off",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_TAGS_LIST",
        key: "apis.tags.list",
        age: Age::Newer,
        means: "`false` leaves out the checks of tag lists.",
        reads: Reads::Part(Part {
            skip: &[
                "discovery/tags",
                "discovery/pages",
                "discovery/long-lists",
                "discovery/at-once/*tag*",
                "api/tags/tag-case-listed",
                "management/gone/tags-of-manifest-listed",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_API_REFERRER",
        key: "apis.referrer",
        age: Age::Newer,
        means: "`false` is `--without referrers --without referrers-filter`.",
        reads: Reads::Part(Part {
            without: &[Feature::Referrers, Feature::ReferrersFilter],
            skip: &["discovery/*referrers*", "discovery/filters"],
            ..Part::NONE
        }),
    },
];

//! Images and indexes.

use super::Test;

pub(super) const TESTS: &[Test] = &[
    Test::new("read-only", &["pull"]),
    Test::new(
        "image",
        &[
            "pull/manifests",
            "pull/existence/*tag*",
            "pull/existence/*digest*",
            "push/manifests",
            "push/image",
            "discovery/tags",
            "management/manifests",
            "management/tags",
        ],
    ),
    Test::new("image/push", &["push/manifests", "push/image"]),
    Test::new("image/tag-list", &["discovery/tags"]),
    Test::new("image/head", &["pull/existence"]),
    Test::new("image/pull", &["pull/manifests", "pull/blobs/known-blob"]),
    Test::new(
        "image/delete",
        &[
            "management/tags",
            "management/manifests",
            "management/blobs",
        ],
    ),
    Test::new("image-uncompressed", &["push/image/tar-layer"]),
    Test::new(
        "large-manifest",
        &["push/manifest-forms/*mebi*", "push/manifest-forms/*mega*"],
    ),
    Test::new(
        "index",
        &["pull/*@index*", "push/*@index*", "management/*@index*"],
    ),
    Test::new(
        "nested-index",
        &[
            "push/image/nested-index",
            "push/manifest-forms/index-of-indexes",
        ],
    ),
    Test::new("empty-index", &["push/odd-images/empty-index"]),
];

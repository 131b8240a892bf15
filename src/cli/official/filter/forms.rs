//! Odd forms of manifests and of their digests.

use super::Test;

pub(super) const TESTS: &[Test] = &[
    Test::new("data-field", &["push/image/descriptor-data"]),
    Test::new(
        "non-distributable-layers",
        &["push/image/nondistributable-layer"],
    ),
    Test::new(
        "custom-fields",
        &[
            "push/image/unknown-properties",
            "push/image/unknown-annotations",
            "push/manifest-bytes/unknown-fields-kept",
            "push/manifest-forms/unknown-field",
        ],
    ),
    Test::new("no-layers", &["push/manifest-bytes/empty-layers"]),
    Test::new(
        "sparse",
        &[
            "push/references/absent-child*",
            "push/references/absent-config",
            "push/references/absent-layer",
        ],
    ),
    Test::new(
        "sha512",
        &[
            "pull/manifests/*sha512*",
            "pull/existence/*digest*@*sha512*",
            "push/algorithms/sha512-*",
        ],
    ),
    Test::new("tag-param-sha256", &["push/tag-parameters"]),
    Test::new("tag-param-sha512", &["push/tag-parameters"]),
];

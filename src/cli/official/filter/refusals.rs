//! What has to be refused, or is not there.

use super::Test;

pub(super) const TESTS: &[Test] = &[
    Test::new(
        "bad-digest-image",
        &[
            "push/manifest-refusals/other-digest",
            "push/refused/mismatched-manifest",
            "api/errors/mismatched-manifest",
        ],
    ),
    Test::new(
        "missing-manifest",
        &["pull/manifests/unknown-*", "pull/existence/unknown-*"],
    ),
    Test::new(
        "missing-manifest/by-digest",
        &[
            "pull/manifests/unknown-digest",
            "pull/existence/unknown-digest",
        ],
    ),
    Test::new(
        "missing-manifest/by-tag",
        &["pull/manifests/unknown-tag", "pull/existence/unknown-tag"],
    ),
    Test::new(
        "invalid-digest-format",
        &[
            "pull/blobs/malformed-digest",
            "api/tags/malformed-digest-*",
            "push/blobs/*digest",
            "push/post-then-put/put-without-digest",
            "management/deletes/malformed-digest",
        ],
    ),
];

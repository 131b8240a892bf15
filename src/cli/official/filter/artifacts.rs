//! Artifacts, and what refers to something else.

use super::Test;

pub(super) const TESTS: &[Test] = &[
    Test::new(
        "artifact",
        &[
            "push/image/unknown-artifact-type",
            "pull/types/artifact-type",
        ],
    ),
    Test::new(
        "artifact-index",
        &[
            "discovery/odd-referrers/index-with-empty-artifact-type",
            "discovery/referrers/index-without-type",
        ],
    ),
    Test::new(
        "artifact-without-layers",
        &["push/image/unknown-artifact-type", "push/image/empty-json"],
    ),
    Test::new(
        "artifacts-with-subject",
        &[
            "push/subject",
            "discovery/referrers",
            "discovery/filters",
            "discovery/odd-referrers",
            "discovery/many-referrers",
            "discovery/relations",
        ],
    ),
    Test::new(
        "index-with-subject",
        &[
            "push/subject/header-for-index",
            "discovery/referrers/index-without-type",
            "discovery/relations/of-the-other-kind",
        ],
    ),
    Test::new(
        "missing-subject",
        &[
            "push/references/absent-subject*",
            "push/subject/header-for-absent-subject",
            "discovery/referrers/before-its-subject",
        ],
    ),
];

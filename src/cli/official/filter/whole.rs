//! Whether there is a registry, and what an empty one answers.

use super::Test;

pub(super) const TESTS: &[Test] = &[
    Test::new("ping", &["api/support/ping", "api/support/anonymous-ping"]),
    Test::new(
        "empty",
        &[
            "discovery/tags/without-tags",
            "discovery/tags/unknown-repository",
            "discovery/referrers/none",
            "discovery/referrers/unknown-*",
        ],
    ),
    Test::new(
        "empty/tag list",
        &[
            "discovery/tags/without-tags",
            "discovery/tags/unknown-repository",
        ],
    ),
    Test::new(
        "empty/referrers",
        &["discovery/referrers/none", "discovery/referrers/unknown-*"],
    ),
];

//! The names of the official suite's tests, and the checks that ask the same: for its filter, and
//! for `docs/migrating.md`.

use std::collections::BTreeSet;

use crate::cli::check::nearest;

/// What all names of the suite begin with.
const ROOT: &str = "OCI Conformance Test";

/// A test of the official suite.
#[derive(Debug)]
pub(in crate::cli) struct Test {
    /// Its name, behind what all begin with. Those below it ask for the same or less.
    pub(in crate::cli) name: &'static str,
    /// The checks that ask at least the same, as `--only` takes them.
    pub(in crate::cli) checks: &'static [&'static str],
}

/// What a filter takes: as in the suite, all tests whose names begin with it. `None` is all there
/// are. A name that is finer than the table is taken for the one above it.
pub(super) fn globs(text: &str) -> Result<Option<Vec<&'static str>>, String> {
    if ROOT.starts_with(text) {
        return Ok(None);
    }
    let path = text
        .strip_prefix(ROOT)
        .and_then(|rest| rest.strip_prefix('/'));
    let path = path.ok_or_else(|| unknown(text))?;
    let within: Vec<_> = TESTS
        .iter()
        .filter(|test| test.name.starts_with(path))
        .collect();
    if !within.is_empty() {
        return Ok((!path.is_empty()).then(|| union(&within)));
    }
    let is_above = |test: &&Test| {
        path.strip_prefix(test.name)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let above = TESTS.iter().filter(is_above);
    let above = above.max_by_key(|test| test.name.len());
    above
        .map(|test| Some(test.checks.to_vec()))
        .ok_or_else(|| unknown(path))
}

fn union(tests: &[&Test]) -> Vec<&'static str> {
    let mut all: Vec<&str> = Vec::new();
    for glob in tests.iter().flat_map(|test| test.checks) {
        if !all.contains(glob) {
            all.push(glob);
        }
    }
    all
}

fn unknown(path: &str) -> String {
    let names: BTreeSet<&str> = TESTS.iter().map(|test| test.name).collect();
    let nearest = nearest(path, &names);
    let hint = match nearest.first() {
        Some(name) => format!("did you mean `{ROOT}/{name}`?"),
        None => format!("its names begin with `{ROOT}/`"),
    };
    format!("no test of the suite has a name that begins so, and nothing would be asked; {hint}")
}

/// Every test that the table tells apart.
pub(in crate::cli) const TESTS: &[Test] = &[
    Test {
        name: "ping",
        checks: &["api/support/ping", "api/support/anonymous-ping"],
    },
    Test {
        name: "empty",
        checks: &[
            "discovery/tags/without-tags",
            "discovery/tags/unknown-repository",
            "discovery/referrers/none",
            "discovery/referrers/unknown-*",
        ],
    },
    Test {
        name: "empty/tag list",
        checks: &[
            "discovery/tags/without-tags",
            "discovery/tags/unknown-repository",
        ],
    },
    Test {
        name: "empty/referrers",
        checks: &["discovery/referrers/none", "discovery/referrers/unknown-*"],
    },
    Test {
        name: "sha256 blobs",
        checks: &[
            "pull/blobs",
            "pull/ranges",
            "pull/existence/*blob*",
            "push/blobs",
            "push/post-then-put",
            "push/single-post",
            "push/chunked",
            "push/chunk-order",
            "push/mount",
            "push/cancel",
            "push/ways",
            "push/image/empty-json",
            "management/blobs",
        ],
    },
    Test {
        name: "sha256 blobs/get-missing",
        checks: &["pull/blobs/unknown-blob", "pull/existence/unknown-blob"],
    },
    Test {
        name: "sha256 blobs/post only",
        checks: &["push/single-post", "push/ways/single-post"],
    },
    Test {
        name: "sha256 blobs/post+put",
        checks: &["push/post-then-put", "push/ways/put"],
    },
    Test {
        name: "sha256 blobs/chunked single",
        checks: &["push/chunked", "push/ways/one-chunk"],
    },
    Test {
        name: "sha256 blobs/stream",
        checks: &["push/chunked/stream", "push/ways/stream*"],
    },
    Test {
        name: "sha256 blobs/mount",
        checks: &["push/mount", "push/ways/mount"],
    },
    Test {
        name: "sha256 blobs/mount anonymous",
        checks: &["push/mount/without-source*"],
    },
    Test {
        name: "sha256 blobs/mount missing",
        checks: &["push/mount/absent-*"],
    },
    Test {
        name: "sha256 blobs/post cancel",
        checks: &["push/cancel"],
    },
    Test {
        name: "sha256 blobs/chunked multi",
        checks: &["push/chunked", "push/ways/several-chunks"],
    },
    Test {
        name: "sha256 blobs/chunked multi and put chunk",
        checks: &[
            "push/chunked/last-chunk-in-put",
            "push/ways/last-chunk-in-put",
        ],
    },
    Test {
        name: "sha256 blobs/chunked out-of-order",
        checks: &["push/chunk-order"],
    },
    Test {
        name: "sha256 blobs/chunked out-of-order and put chunk",
        checks: &["push/chunk-order"],
    },
    Test {
        name: "sha256 blobs/range requests",
        checks: &["pull/ranges"],
    },
    Test {
        name: "sha256 blobs/empty",
        checks: &["*/empty-blob"],
    },
    Test {
        name: "sha256 blobs/emptyJSON",
        checks: &["push/image/empty-json"],
    },
    Test {
        name: "sha256 blobs/bad digest post only",
        checks: &[
            "push/single-post/mismatched-digest",
            "push/refused/single-post",
        ],
    },
    Test {
        name: "sha256 blobs/bad digest post+put",
        checks: &["push/post-then-put/mismatched-*", "push/refused/put"],
    },
    Test {
        name: "sha256 blobs/bad digest chunked",
        checks: &["push/chunked/mismatched-digest", "push/refused/chunks"],
    },
    Test {
        name: "sha256 blobs/bad digest chunked and put chunk",
        checks: &["push/refused/last-chunk-in-put"],
    },
    Test {
        name: "sha256 blobs/bad digest stream",
        checks: &["push/refused/stream"],
    },
    Test {
        name: "sha512 blobs",
        checks: &[
            "pull/blobs/*@sha512",
            "pull/ranges/*@sha512",
            "pull/existence/*blob*@sha512",
            "push/post-then-put/*@sha512",
            "push/single-post/*@sha512",
            "push/chunked/*@sha512",
            "push/mount/*@sha512",
            "push/algorithms/sha512-*",
            "management/blobs/*@sha512",
        ],
    },
    Test {
        name: "read-only",
        checks: &["pull"],
    },
    Test {
        name: "image",
        checks: &[
            "pull/manifests",
            "pull/existence/*tag*",
            "pull/existence/*digest*",
            "push/manifests",
            "push/image",
            "discovery/tags",
            "management/manifests",
            "management/tags",
        ],
    },
    Test {
        name: "image/push",
        checks: &["push/manifests", "push/image"],
    },
    Test {
        name: "image/tag-list",
        checks: &["discovery/tags"],
    },
    Test {
        name: "image/head",
        checks: &["pull/existence"],
    },
    Test {
        name: "image/pull",
        checks: &["pull/manifests", "pull/blobs/known-blob"],
    },
    Test {
        name: "image/delete",
        checks: &[
            "management/tags",
            "management/manifests",
            "management/blobs",
        ],
    },
    Test {
        name: "image-uncompressed",
        checks: &["push/image/tar-layer"],
    },
    Test {
        name: "large-manifest",
        checks: &["push/manifest-forms/*mebi*", "push/manifest-forms/*mega*"],
    },
    Test {
        name: "index",
        checks: &["pull/*@index*", "push/*@index*", "management/*@index*"],
    },
    Test {
        name: "nested-index",
        checks: &[
            "push/image/nested-index",
            "push/manifest-forms/index-of-indexes",
        ],
    },
    Test {
        name: "empty-index",
        checks: &["push/odd-images/empty-index"],
    },
    Test {
        name: "artifact",
        checks: &[
            "push/image/unknown-artifact-type",
            "pull/types/artifact-type",
        ],
    },
    Test {
        name: "artifact-index",
        checks: &[
            "discovery/odd-referrers/index-with-empty-artifact-type",
            "discovery/referrers/index-without-type",
        ],
    },
    Test {
        name: "artifact-without-layers",
        checks: &["push/image/unknown-artifact-type", "push/image/empty-json"],
    },
    Test {
        name: "artifacts-with-subject",
        checks: &[
            "push/subject",
            "discovery/referrers",
            "discovery/filters",
            "discovery/odd-referrers",
            "discovery/many-referrers",
            "discovery/relations",
        ],
    },
    Test {
        name: "index-with-subject",
        checks: &[
            "push/subject/header-for-index",
            "discovery/referrers/index-without-type",
            "discovery/relations/of-the-other-kind",
        ],
    },
    Test {
        name: "missing-subject",
        checks: &[
            "push/references/absent-subject*",
            "push/subject/header-for-absent-subject",
            "discovery/referrers/before-its-subject",
        ],
    },
    Test {
        name: "data-field",
        checks: &["push/image/descriptor-data"],
    },
    Test {
        name: "non-distributable-layers",
        checks: &["push/image/nondistributable-layer"],
    },
    Test {
        name: "custom-fields",
        checks: &[
            "push/image/unknown-properties",
            "push/image/unknown-annotations",
            "push/manifest-bytes/unknown-fields-kept",
            "push/manifest-forms/unknown-field",
        ],
    },
    Test {
        name: "no-layers",
        checks: &["push/manifest-bytes/empty-layers"],
    },
    Test {
        name: "sparse",
        checks: &[
            "push/references/absent-child*",
            "push/references/absent-config",
            "push/references/absent-layer",
        ],
    },
    Test {
        name: "sha512",
        checks: &[
            "pull/manifests/*sha512*",
            "pull/existence/*digest*@*sha512*",
            "push/algorithms/sha512-*",
        ],
    },
    Test {
        name: "tag-param-sha256",
        checks: &["push/tag-parameters"],
    },
    Test {
        name: "tag-param-sha512",
        checks: &["push/tag-parameters"],
    },
    Test {
        name: "bad-digest-image",
        checks: &[
            "push/manifest-refusals/other-digest",
            "push/refused/mismatched-manifest",
            "api/errors/mismatched-manifest",
        ],
    },
    Test {
        name: "missing-manifest",
        checks: &["pull/manifests/unknown-*", "pull/existence/unknown-*"],
    },
    Test {
        name: "missing-manifest/by-digest",
        checks: &[
            "pull/manifests/unknown-digest",
            "pull/existence/unknown-digest",
        ],
    },
    Test {
        name: "missing-manifest/by-tag",
        checks: &["pull/manifests/unknown-tag", "pull/existence/unknown-tag"],
    },
    Test {
        name: "invalid-digest-format",
        checks: &[
            "pull/blobs/malformed-digest",
            "api/tags/malformed-digest-*",
            "push/blobs/*digest",
            "push/post-then-put/put-without-digest",
            "management/deletes/malformed-digest",
        ],
    },
];

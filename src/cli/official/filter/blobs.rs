//! Blobs, by both algorithms.

use super::Test;

pub(super) const TESTS: &[Test] = &[
    Test::new(
        "sha256 blobs",
        &[
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
    ),
    Test::new(
        "sha256 blobs/get-missing",
        &["pull/blobs/unknown-blob", "pull/existence/unknown-blob"],
    ),
    Test::new(
        "sha256 blobs/post only",
        &["push/single-post", "push/ways/single-post"],
    ),
    Test::new(
        "sha256 blobs/post+put",
        &["push/post-then-put", "push/ways/put"],
    ),
    Test::new(
        "sha256 blobs/chunked single",
        &["push/chunked", "push/ways/one-chunk"],
    ),
    Test::new(
        "sha256 blobs/stream",
        &["push/chunked/stream", "push/ways/stream*"],
    ),
    Test::new("sha256 blobs/mount", &["push/mount", "push/ways/mount"]),
    Test::new(
        "sha256 blobs/mount anonymous",
        &["push/mount/without-source*"],
    ),
    Test::new("sha256 blobs/mount missing", &["push/mount/absent-*"]),
    Test::new("sha256 blobs/post cancel", &["push/cancel"]),
    Test::new(
        "sha256 blobs/chunked multi",
        &["push/chunked", "push/ways/several-chunks"],
    ),
    Test::new(
        "sha256 blobs/chunked multi and put chunk",
        &[
            "push/chunked/last-chunk-in-put",
            "push/ways/last-chunk-in-put",
        ],
    ),
    Test::new("sha256 blobs/chunked out-of-order", &["push/chunk-order"]),
    Test::new(
        "sha256 blobs/chunked out-of-order and put chunk",
        &["push/chunk-order"],
    ),
    Test::new("sha256 blobs/range requests", &["pull/ranges"]),
    Test::new("sha256 blobs/empty", &["*/empty-blob"]),
    Test::new("sha256 blobs/emptyJSON", &["push/image/empty-json"]),
    Test::new(
        "sha256 blobs/bad digest post only",
        &[
            "push/single-post/mismatched-digest",
            "push/refused/single-post",
        ],
    ),
    Test::new(
        "sha256 blobs/bad digest post+put",
        &["push/post-then-put/mismatched-*", "push/refused/put"],
    ),
    Test::new(
        "sha256 blobs/bad digest chunked",
        &["push/chunked/mismatched-digest", "push/refused/chunks"],
    ),
    Test::new(
        "sha256 blobs/bad digest chunked and put chunk",
        &["push/refused/last-chunk-in-put"],
    ),
    Test::new("sha256 blobs/bad digest stream", &["push/refused/stream"]),
    Test::new(
        "sha512 blobs",
        &[
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
    ),
];

//! What is wrong, and how it is said.

use super::lines;
use super::of;

#[test]
fn a_filter_takes_the_checks_of_all_tests_whose_names_begin_so() {
    let only = |text: &str| {
        lines(&[("OCI_FILTER_TEST", text)])
            .into_iter()
            .find(|it| it.starts_with("only "))
    };
    let ping = "only api/support/ping api/support/anonymous-ping";
    assert_eq!(only("OCI Conformance Test/ping").as_deref(), Some(ping));
    assert_eq!(only("OCI Conformance Test/pin").as_deref(), Some(ping));
    let deep = only("OCI Conformance Test/image/pull/manifest-by-tag").unwrap();
    assert_eq!(deep, "only pull/manifests pull/blobs/known-blob");
    let sha512 = only("OCI Conformance Test/sha512 blobs/stream").unwrap();
    assert!(sha512.contains("push/chunked/*@sha512"), "{sha512}");
    assert_eq!(only("OCI Conformance Test"), None);
    assert_eq!(only("OCI Conformance Test/"), None);
}

#[test]
fn a_bad_value_is_said_with_its_name_and_without_its_text() {
    for (name, text, part) in [
        ("OCI_TLS", "maybe", "enabled, insecure or disabled"),
        ("OCI_REGISTRY", "http://localhost:5000", "OCI_TLS"),
        ("OCI_ROOT_URL", "ftp://x", "https://"),
        ("OCI_ROOT_URL", "http://x/team", "OCI_NAMESPACE"),
        ("OCI_REPO1", "Team", "names a repository"),
        ("OCI_VERSION", "1.2", "1.0, 1.1, stable or dev"),
        ("OCI_LOG", "loud", "debug, info, warn or error"),
        ("OCI_CACHE_AUTH", "sure", "true or false"),
        ("OCI_API_PULL", "yes", "true or false"),
        ("OCI_API_PUSH", "yes", "true or false"),
        ("OCI_DATA_INDEX", "no", "true or false"),
        ("OCI_TEST_PULL", "on", "true or false"),
        ("OCI_DEBUG", "yes", "true or false"),
        ("OCI_HIDE_SKIPPED_WORKFLOWS", "2", "true or false"),
        ("OCI_RO_DATA_TAGS", "ok -bad", "no tag"),
        ("OCI_RO_DATA_BLOBS", "sha256:12", "no digest"),
        ("OCI_RO_DATA_REFERRERS", "x", "no digest"),
        ("OCI_MANIFEST_DIGEST", "x", "no digest"),
        (
            "OCI_FILTER_TEST",
            "OCI Conformance Test/pull blobs",
            "did you mean",
        ),
        ("OCI_FILTER_TEST", "Pull", "names begin with"),
    ] {
        let error = of(&[(name, text)]).unwrap_err();
        assert!(
            error.contains(name) && error.contains(part),
            "{name}={text} gave {error}"
        );
    }
}

#[test]
fn an_unknown_name_is_refused_once_the_suite_is_there() {
    for (name, part) in [
        ("OCI_API_TAG_LIST", "did you mean `OCI_API_TAGS_LIST`?"),
        ("OCI_REPO", "did you mean `OCI_REPO"),
        ("OCI_PASWORD", "did you mean `OCI_PASSWORD`?"),
        ("OCI_XYZZY", "docs/migrating.md"),
    ] {
        let error = of(&[("OCI_REGISTRY", "r"), (name, "x")]).unwrap_err();
        assert!(error.contains(name) && error.contains(part), "{error}");
    }
    let oracles = [
        ("OCI_REGISTRY", "r"),
        ("OCI_REGION", "x"),
        ("OCI_TENANCY", "x"),
        ("OCI_CLI_KEY_FILE", "x"),
        ("OCI_RESOURCE_PRINCIPAL_VERSION", "x"),
    ];
    assert!(of(&oracles).is_ok());
}

//! Where the registry is, who asks, and where reports go.

use super::come_to;
use super::lines;
use super::of;
use crate::cli::settings::Setting;

/// The reports of the suite, as far as there are such.
fn reports() -> Vec<&'static str> {
    let wanted = ["json", "yaml", "junit", "html"];
    let there = wanted
        .into_iter()
        .filter(|name| crate::report::find(name).is_some());
    there.collect()
}

#[test]
fn the_place_is_that_of_the_suite_with_its_defaults() {
    let full = [
        ("OCI_REGISTRY", "r.example:5000"),
        ("OCI_REPO1", "team/one"),
        ("OCI_REPO2", "team/two"),
        ("OCI_USERNAME", "me"),
        ("OCI_PASSWORD", "hunter2"),
        ("OCI_VERSION", "dev"),
        ("OCI_RESULTS_DIR", "out"),
    ];
    let reports = format!("report {}", reports().join(" "));
    assert_eq!(
        lines(&full),
        [
            "url https://r.example:5000",
            "repo team/one team/two",
            "username me",
            "spec 1.2",
            "out out",
            &reports,
        ]
    );
}

#[test]
fn what_is_not_said_is_as_in_the_suite() {
    come_to(&[
        (
            &[("OCI_REPO1", "team/one")],
            &[
                "url https://localhost:5000",
                "repo team/one conformance/repo2",
            ],
            &[],
        ),
        (
            &[("OCI_REGISTRY", "r")],
            &["repo conformance/repo1 conformance/repo2", "out ./results"],
            &["insecure", "username"],
        ),
    ]);
}

#[test]
fn each_word_for_tls_and_version_has_its_own() {
    let registry = ("OCI_REGISTRY", "r");
    come_to(&[
        (
            &[registry, ("OCI_TLS", "enabled")],
            &["url https://r"],
            &["insecure"],
        ),
        (
            &[registry, ("OCI_TLS", "insecure")],
            &["url https://r", "insecure true"],
            &[],
        ),
        (
            &[registry, ("OCI_TLS", "Disabled")],
            &["url http://r"],
            &["insecure"],
        ),
        (&[("OCI_VERSION", "1.0")], &["spec 1.0"], &[]),
        (&[("OCI_VERSION", "1.1")], &["spec 1.1"], &[]),
        (&[("OCI_VERSION", "stable")], &["spec 1.1"], &[]),
        (&[("OCI_VERSION", "dev")], &["spec 1.2"], &[]),
    ]);
}

#[test]
fn the_older_place_counts_less_than_the_newer() {
    let root = ("OCI_ROOT_URL", "http://R.example/");
    let one = ("OCI_NAMESPACE", "Team/one/");
    let two = ("OCI_CROSSMOUNT_NAMESPACE", "team/two");
    come_to(&[
        (
            &[root, one, two],
            &["url http://r.example", "repo team/one team/two", "out ."],
            &[],
        ),
        (
            &[("OCI_ROOT_URL", "r.example")],
            &["url https://r.example"],
            &[],
        ),
        (
            &[
                root,
                one,
                two,
                ("OCI_REGISTRY", "new"),
                ("OCI_REPO1", "new/one"),
            ],
            &["url http://new", "repo new/one team/two"],
            &[],
        ),
        (
            &[root, ("OCI_TLS", "enabled")],
            &["url https://r.example"],
            &[],
        ),
    ]);
}

#[test]
fn how_the_registry_is_reached_counts_no_more_than_which_it_is() {
    let url_is_above = |variables: &[(&str, &str)]| {
        let settings = of(variables).unwrap().settings;
        settings.above.iter().any(|setting| setting.key == "url")
    };
    let tls = ("OCI_TLS", "disabled");
    assert!(!url_is_above(&[tls]));
    assert!(!url_is_above(&[tls, ("OCI_ROOT_URL", "http://r")]));
    assert!(url_is_above(&[tls, ("OCI_REGISTRY", "r")]));
    let below = of(&[tls]).unwrap().settings.below;
    let url = below.iter().find(|setting| setting.key == "url").unwrap();
    assert_eq!(url.origin.to_string(), "$OCI_TLS");
}

#[test]
fn who_asks_is_for_the_registry_of_the_suite() {
    let variables = [
        ("OCI_REGISTRY", "r.example"),
        ("OCI_USERNAME", "me"),
        ("OCI_PASSWORD", "hunter2"),
        ("OCI_TLS", "insecure"),
    ];
    let official = of(&variables).unwrap();
    let home = |key: &str| {
        let mut above = official.settings.above.iter();
        let setting: &Setting = above.find(|it| it.key == key).unwrap();
        setting.home.to_string()
    };
    assert_eq!(home("username"), "https://r.example");
    assert_eq!(home("insecure"), "https://r.example");
    assert_eq!(
        home("url"),
        "any registry",
        "what names a registry is for none"
    );
    let password = official.password.unwrap();
    assert_eq!(password.secret.reveal(), "hunter2");
    assert_eq!(password.username.as_deref(), Some("me"));
    assert_eq!(password.home.to_string(), "https://r.example");
}

#[test]
fn reports_and_words_are_as_many_as_the_suite_gives() {
    let none = ("OCI_REPORT_DIR", "none");
    let every = &["verbose true", "exchanges all"][..];
    come_to(&[
        (&[("OCI_REPORT_DIR", "there")], &["out there"], &[]),
        (&[none], &["report none"], &["out"]),
        (&[none, ("OCI_RESULTS_DIR", "x")], &["out x"], &[]),
        (&[("OCI_LOG", "debug")], every, &[]),
        (&[("OCI_DEBUG", "1")], every, &[]),
        (&[("OCI_LOG", "INFO")], &["verbose true"], &["exchanges"]),
        (&[("OCI_LOG", "warn")], &[], &["verbose"]),
        (&[("OCI_LOG", "error")], &[], &["verbose"]),
        (&[("OCI_DEBUG", "0")], &[], &["verbose"]),
        (
            &[("OCI_DEBUG", "1"), ("OCI_LOG", "warn")],
            &[],
            &["verbose"],
        ),
    ]);
}

//! Each variable and key of the official suite, and what it comes to.

use std::collections::BTreeSet;
use std::fs;

use super::Official;
use super::Surroundings;
use super::filter;
use super::read;
use super::variables;
use crate::catalogue::Version;
use crate::cli::settings::Setting;
use crate::cli::settings::Value;
use crate::run::Filter;
use crate::run::Plan;
use crate::run::Selection;
use crate::suite;

/// Every variable of the suite, newer and older.
const NAMES: &str = "
    OCI_REGISTRY OCI_TLS OCI_REPO1 OCI_REPO2 OCI_USERNAME OCI_PASSWORD OCI_VERSION OCI_RESULTS_DIR
    OCI_CONFIGURATION OCI_LOG OCI_CACHE_AUTH OCI_FILTER_TEST
    OCI_API_PING OCI_API_PULL OCI_API_PUSH OCI_API_REFERRER
    OCI_API_BLOBS_ATOMIC OCI_API_BLOBS_DELETE OCI_API_BLOBS_DIGEST_HEADER OCI_API_BLOBS_MOUNT_ANONYMOUS
    OCI_API_BLOBS_UPLOAD_CANCEL OCI_API_MANIFESTS_ATOMIC OCI_API_MANIFESTS_DELETE
    OCI_API_MANIFESTS_DIGEST_HEADER OCI_API_MANIFESTS_TAG_PARAM
    OCI_API_TAGS_ATOMIC OCI_API_TAGS_DELETE OCI_API_TAGS_LIST
    OCI_DATA_IMAGE OCI_DATA_INDEX OCI_DATA_INDEX_LIST OCI_DATA_SPARSE OCI_DATA_ARTIFACT OCI_DATA_SUBJECT
    OCI_DATA_SUBJECT_MISSING OCI_DATA_ARTIFACT_LIST OCI_DATA_SUBJECT_LIST OCI_DATA_DATA_FIELD
    OCI_DATA_NONDISTRIBUTABLE OCI_DATA_CUSTOM_FIELDS OCI_DATA_NO_LAYERS OCI_DATA_EMPTY_BLOB OCI_DATA_SHA512
    OCI_RO_DATA_TAGS OCI_RO_DATA_MANIFESTS OCI_RO_DATA_BLOBS OCI_RO_DATA_REFERRERS
    OCI_ROOT_URL OCI_NAMESPACE OCI_CROSSMOUNT_NAMESPACE OCI_TEST_PULL OCI_TEST_PUSH
    OCI_TEST_CONTENT_DISCOVERY OCI_TEST_CONTENT_MANAGEMENT OCI_DEBUG OCI_TAG_NAME OCI_MANIFEST_DIGEST
    OCI_BLOB_DIGEST OCI_REPORT_DIR OCI_HIDE_SKIPPED_WORKFLOWS OCI_DELETE_MANIFEST_BEFORE_BLOBS
    OCI_AUTH_SCOPE OCI_TAG_LIST OCI_SKIP_EMPTY_LAYER_PUSH_TEST OCI_AUTOMATIC_CROSSMOUNT";

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn of(variables: &[(&str, &str)]) -> Result<Official, String> {
    read("check", &Surroundings::of(variables, None)).map_err(|error| error.to_string())
}

/// The settings as the command line would have them, those that count more than a file first.
fn lines(variables: &[(&str, &str)]) -> Vec<String> {
    let official = of(variables).unwrap();
    let (above, below) = (official.settings.above, official.settings.below);
    above.iter().chain(&below).map(line).collect()
}

/// The reports of the suite, as far as there are such.
fn reports() -> Vec<&'static str> {
    let wanted = ["json", "yaml", "junit", "html"];
    let there = wanted
        .into_iter()
        .filter(|name| crate::report::find(name).is_some());
    there.collect()
}

fn line(setting: &Setting) -> String {
    match &setting.value {
        Value::Switch(on) => format!("{} {on}", setting.key),
        Value::Words(words) => format!("{} {}", setting.key, words.join(" ")),
    }
}

fn left_out(variables: &[(&str, &str)]) -> Vec<String> {
    let official = of(variables).unwrap();
    let globs = official.overrides.iter();
    globs.map(|it| it.checks.as_str().to_owned()).collect()
}

fn has(variables: &[(&str, &str)], wanted: &str) {
    let lines = lines(variables);
    assert!(
        lines.iter().any(|it| it == wanted),
        "{variables:?} gives {lines:#?}"
    );
}

fn has_not(variables: &[(&str, &str)], key: &str) {
    let lines = lines(variables);
    assert!(
        !lines.iter().any(|it| it.split(' ').next() == Some(key)),
        "{variables:?} gives {lines:#?}"
    );
}

#[test]
fn every_variable_of_the_suite_has_one_row_and_no_other_has() {
    let wanted: BTreeSet<&str> = NAMES.split_whitespace().collect();
    let there: Vec<&str> = variables::all().map(|row| row.name).collect();
    assert_eq!(there.iter().copied().collect::<BTreeSet<_>>(), wanted);
    assert_eq!(there.len(), wanted.len(), "a name has two rows");
    let keys: Vec<&str> = variables::all()
        .map(|row| row.key)
        .filter(|it| !it.is_empty())
        .collect();
    assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len());
    for row in variables::all() {
        assert!(
            row.means.ends_with('.'),
            "{} is no sentence: {}",
            row.name,
            row.means
        );
    }
}

#[test]
fn every_glob_of_the_tables_takes_a_check() {
    let parts = variables::all().filter_map(|row| Some((row.name, row.part()?.skip)));
    let tests = filter::TESTS.iter().map(|test| (test.name, test.checks));
    for (name, globs) in parts.chain(tests) {
        for glob in globs {
            let filter: Filter = glob.parse().unwrap();
            let selection = Selection {
                only: vec![filter],
                ..Selection::default()
            };
            let plan = Plan::new(suite::SECTIONS, &selection, Version::V1_2);
            assert!(!plan.cases.is_empty(), "{name}: `{glob}` takes nothing");
        }
    }
}

#[test]
fn without_a_variable_or_a_file_nothing_is_in_effect() {
    for variables in [
        &[][..],
        &[
            ("OCI_REGION", "eu"),
            ("OCI_CLI_USER", "me"),
            ("OCI_WHATEVER", "x"),
        ],
        &[("OCI_REGISTRY", "")],
    ] {
        assert_eq!(lines(variables), [""; 0]);
        assert!(of(variables).unwrap().notes.is_empty());
    }
    let around = Surroundings::of(&[("OCI_REGISTRY", "localhost:5")], None);
    let other = read("fuzz", &around).unwrap();
    assert!(other.settings.above.is_empty() && other.notes.is_empty());
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
    assert_eq!(
        of(&full).unwrap().password.unwrap().secret.reveal(),
        "hunter2"
    );
    has(&[("OCI_REPO1", "team/one")], "url https://localhost:5000");
    has(
        &[("OCI_REPO1", "team/one")],
        "repo team/one conformance/repo2",
    );
    has(
        &[("OCI_REGISTRY", "r")],
        "repo conformance/repo1 conformance/repo2",
    );
    has(&[("OCI_REGISTRY", "r")], "out ./results");
    for (tls, url) in [
        ("enabled", "https://r"),
        ("insecure", "https://r"),
        ("Disabled", "http://r"),
    ] {
        has(
            &[("OCI_REGISTRY", "r"), ("OCI_TLS", tls)],
            &format!("url {url}"),
        );
    }
    has(&[("OCI_TLS", "insecure")], "insecure true");
    has_not(&[("OCI_TLS", "enabled")], "insecure");
    for (version, spec) in [
        ("1.0", "1.0"),
        ("1.1", "1.1"),
        ("stable", "1.1"),
        ("dev", "1.2"),
    ] {
        has(&[("OCI_VERSION", version)], &format!("spec {spec}"));
    }
}

#[test]
fn the_older_place_counts_less_than_the_newer() {
    let older = [
        ("OCI_ROOT_URL", "http://R.example/"),
        ("OCI_NAMESPACE", "Team/one/"),
        ("OCI_CROSSMOUNT_NAMESPACE", "team/two"),
    ];
    has(&older, "url http://r.example");
    has(&older, "repo team/one team/two");
    has(&older, "out .");
    has(&[("OCI_ROOT_URL", "r.example")], "url https://r.example");
    let both = [
        older.as_slice(),
        &[("OCI_REGISTRY", "new"), ("OCI_REPO1", "new/one")],
    ]
    .concat();
    has(&both, "url http://new");
    has(&both, "repo new/one team/two");
    let tls = [older.as_slice(), &[("OCI_TLS", "enabled")]].concat();
    has(&tls, "url https://r.example");
}

#[test]
fn reports_and_words_are_as_many_as_the_suite_gives() {
    has(&[("OCI_REPORT_DIR", "there")], "out there");
    has(&[("OCI_REPORT_DIR", "none")], "report none");
    has_not(&[("OCI_REPORT_DIR", "none")], "out");
    has(
        &[("OCI_REPORT_DIR", "none"), ("OCI_RESULTS_DIR", "x")],
        "out x",
    );
    for variables in [&[("OCI_LOG", "debug")], &[("OCI_DEBUG", "1")]] {
        has(variables, "verbose true");
        has(variables, "exchanges all");
    }
    has(&[("OCI_LOG", "INFO")], "verbose true");
    has_not(&[("OCI_LOG", "info")], "exchanges");
    for variables in [
        &[("OCI_LOG", "warn")][..],
        &[("OCI_LOG", "error")],
        &[("OCI_DEBUG", "0")],
        &[("OCI_DEBUG", "1"), ("OCI_LOG", "warn")],
    ] {
        has_not(variables, "verbose");
    }
}

#[test]
fn what_is_off_is_left_out_by_feature_and_by_check() {
    for (name, flags, glob) in [
        ("OCI_API_PING", "", "api/support/ping"),
        ("OCI_API_PULL", "", "pull"),
        (
            "OCI_API_REFERRER",
            "without referrers referrers-filter",
            "discovery/filters",
        ),
        ("OCI_API_BLOBS_ATOMIC", "", "deleted-blob-unknown"),
        (
            "OCI_API_BLOBS_DELETE",
            "without blob-delete",
            "disabled-blob-delete-refused",
        ),
        (
            "OCI_API_BLOBS_DIGEST_HEADER",
            "",
            "pull/blobs/digest-header",
        ),
        (
            "OCI_API_BLOBS_MOUNT_ANONYMOUS",
            "without anonymous-mount",
            "push/mount/without-source*",
        ),
        (
            "OCI_API_BLOBS_UPLOAD_CANCEL",
            "without cancel",
            "push/cancel",
        ),
        ("OCI_API_MANIFESTS_ATOMIC", "", "deleted-manifest-unknown"),
        (
            "OCI_API_MANIFESTS_DELETE",
            "without manifest-delete",
            "management/deletes",
        ),
        (
            "OCI_API_MANIFESTS_DIGEST_HEADER",
            "",
            "push/manifests/digest-header",
        ),
        (
            "OCI_API_MANIFESTS_TAG_PARAM",
            "without tag-parameters",
            "push/tag-parameters",
        ),
        ("OCI_API_TAGS_ATOMIC", "", "deleted-tag-unlisted"),
        (
            "OCI_API_TAGS_DELETE",
            "without tag-delete",
            "disabled-tag-delete-refused",
        ),
        ("OCI_API_TAGS_LIST", "", "discovery/tags"),
        ("OCI_DATA_IMAGE", "without manifest tag", "push/manifest*"),
        ("OCI_DATA_INDEX", "", "*index*"),
        ("OCI_DATA_INDEX_LIST", "", "push/image/nested-index"),
        ("OCI_DATA_SPARSE", "", "push/references/absent-layer"),
        ("OCI_DATA_ARTIFACT", "", "pull/types/artifact-type"),
        ("OCI_DATA_SUBJECT", "", "push/subject"),
        (
            "OCI_DATA_SUBJECT_MISSING",
            "",
            "push/references/absent-subject*",
        ),
        (
            "OCI_DATA_ARTIFACT_LIST",
            "",
            "discovery/odd-referrers/index-with-empty-artifact-type",
        ),
        ("OCI_DATA_SUBJECT_LIST", "", "push/subject/header-for-index"),
        ("OCI_DATA_DATA_FIELD", "", "push/image/descriptor-data"),
        (
            "OCI_DATA_NONDISTRIBUTABLE",
            "",
            "push/image/nondistributable-layer",
        ),
        (
            "OCI_DATA_CUSTOM_FIELDS",
            "",
            "push/manifest-forms/unknown-field",
        ),
        ("OCI_DATA_NO_LAYERS", "", "push/manifest-bytes/empty-layers"),
        ("OCI_DATA_EMPTY_BLOB", "", "*/empty-blob"),
        (
            "OCI_DATA_SHA512",
            "without sha512-blobs sha512-manifests",
            "push/algorithms/*sha512*",
        ),
    ] {
        let off = [(name, "false")];
        assert!(
            left_out(&off).iter().any(|it| it == glob),
            "{name}: {:?}",
            left_out(&off)
        );
        match flags {
            "" => has_not(&off, "without"),
            flags => has(&off, flags),
        }
        let reason = of(&off).unwrap().overrides[0].skip.clone().unwrap();
        assert!(reason.contains(name), "{reason}");
        assert_eq!(left_out(&[(name, "true")]), [""; 0], "{name}");
        has_not(&[(name, "true")], "without");
    }
    let parts = variables::all().filter(|row| row.part().is_some()).count();
    assert_eq!(parts, 30, "a part is not in the list above");
}

#[test]
fn what_is_on_demands_only_what_the_suite_has_off_by_itself() {
    has(&[("OCI_API_BLOBS_UPLOAD_CANCEL", "true")], "require cancel");
    has(
        &[("OCI_API_MANIFESTS_TAG_PARAM", "1")],
        "require tag-parameters",
    );
    has(
        &[("OCI_AUTOMATIC_CROSSMOUNT", "1")],
        "require anonymous-mount",
    );
    has_not(&[("OCI_AUTOMATIC_CROSSMOUNT", "0")], "require");
    has_not(&[("OCI_API_BLOBS_MOUNT_ANONYMOUS", "true")], "require");
    has_not(&[("OCI_API_REFERRER", "true")], "require");
    let early = of(&[("OCI_API_BLOBS_UPLOAD_CANCEL", "true")]).unwrap();
    assert!(
        early
            .notes
            .iter()
            .any(|note| note.contains("OCI_VERSION=dev")),
        "{:?}",
        early.notes
    );
    let draft = of(&[
        ("OCI_API_BLOBS_UPLOAD_CANCEL", "true"),
        ("OCI_VERSION", "dev"),
    ])
    .unwrap();
    assert_eq!(draft.notes.len(), 1, "{:?}", draft.notes);
    assert_eq!(
        left_out(&[("OCI_SKIP_EMPTY_LAYER_PUSH_TEST", "1")]),
        ["push/manifest-bytes/empty-layers"]
    );
    assert_eq!(
        left_out(&[("OCI_SKIP_EMPTY_LAYER_PUSH_TEST", "0")]),
        [""; 0]
    );
    let newer = [
        ("OCI_SKIP_EMPTY_LAYER_PUSH_TEST", "1"),
        ("OCI_DATA_NO_LAYERS", "true"),
    ];
    assert_eq!(left_out(&newer), [""; 0]);
}

#[test]
fn one_workflow_that_is_on_leaves_out_those_that_nobody_names() {
    for (name, others) in [
        ("OCI_TEST_PULL", ["push", "discovery", "management"]),
        ("OCI_TEST_PUSH", ["pull", "discovery", "management"]),
        ("OCI_TEST_CONTENT_DISCOVERY", ["pull", "push", "management"]),
        ("OCI_TEST_CONTENT_MANAGEMENT", ["pull", "push", "discovery"]),
    ] {
        assert_eq!(left_out(&[(name, "1")]), others, "{name}");
        assert_eq!(left_out(&[(name, "0")]).len(), 1, "{name}");
    }
    let two = [
        ("OCI_TEST_PULL", "1"),
        ("OCI_TEST_PUSH", "0"),
        ("OCI_TEST_CONTENT_MANAGEMENT", "1"),
    ];
    assert_eq!(left_out(&two), ["push", "discovery"]);
    let newer = [("OCI_TEST_PULL", "1"), ("OCI_API_REFERRER", "true")];
    assert_eq!(left_out(&newer), ["push", "management"]);
}

#[test]
fn what_may_not_push_reads_what_is_there() {
    let newer = [
        ("OCI_API_PUSH", "false"),
        ("OCI_RO_DATA_TAGS", "v1 v2"),
        ("OCI_RO_DATA_MANIFESTS", DIGEST),
        ("OCI_RO_DATA_BLOBS", DIGEST),
        ("OCI_RO_DATA_REFERRERS", DIGEST),
    ];
    for wanted in ["read-only true", "tag v1", "repo conformance/repo1"] {
        has(&newer, wanted);
    }
    has(&newer, &format!("manifest {DIGEST}"));
    has(&newer, &format!("blob {DIGEST}"));
    let notes = of(&newer).unwrap().notes;
    assert!(
        notes.iter().any(|it| it.contains("the first is pulled")),
        "{notes:?}"
    );
    let pushing = [("OCI_RO_DATA_TAGS", "v1")];
    has_not(&pushing, "tag");
    let notes = of(&pushing).unwrap().notes;
    assert!(
        notes.iter().any(|it| it.contains("OCI_API_PUSH=false")),
        "{notes:?}"
    );
    let older = [
        ("OCI_TEST_PULL", "1"),
        ("OCI_TAG_NAME", "v1"),
        ("OCI_MANIFEST_DIGEST", DIGEST),
        ("OCI_BLOB_DIGEST", DIGEST),
    ];
    has(&older, "read-only true");
    has(&older, "tag v1");
    let too = [older.as_slice(), &[("OCI_TEST_PUSH", "1")]].concat();
    has_not(&too, "read-only");
    has_not(&older[..3], "read-only");
    let list = [&[("OCI_TAG_LIST", "v3,v4")], &older[..1], &older[2..]].concat();
    has(&list, "tag v3");
}

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

#[test]
fn the_file_counts_less_than_newer_variables_and_more_than_older_ones() {
    let folder = tempfile::tempdir().unwrap();
    let text = "registry: from.file\nrepo1: file/one\napis:\n  tags:\n    delete: false\n  pull: false\n\
                username: me\npassword: hunter2\n";
    fs::write(folder.path().join("oci-conformance.yaml"), text).unwrap();
    let variables = [
        ("OCI_REPO1", "newer/one"),
        ("OCI_API_PULL", "true"),
        ("OCI_ROOT_URL", "http://older"),
        ("OCI_CROSSMOUNT_NAMESPACE", "older/two"),
    ];
    let around = Surroundings::of(&variables, Some(folder.path()));
    let official = read("check", &around).unwrap();
    let above: Vec<_> = official.settings.above.iter().map(line).collect();
    let below: Vec<_> = official.settings.below.iter().map(line).collect();
    assert_eq!(above, ["repo newer/one older/two"]);
    assert!(
        below.contains(&"url http://from.file".to_owned()),
        "{below:?}"
    );
    assert!(
        below.contains(&"without tag-delete".to_owned()),
        "{below:?}"
    );
    assert!(
        !official
            .overrides
            .iter()
            .any(|it| it.checks.as_str() == "pull")
    );
    assert_eq!(official.password.unwrap().username.as_deref(), Some("me"));
    let origin = official.settings.above[0].origin.to_string();
    assert_eq!(origin, "$OCI_REPO1, $OCI_CROSSMOUNT_NAMESPACE");
    let alone = read("check", &Surroundings::of(&[], Some(folder.path()))).unwrap();
    assert!(alone.settings.above.is_empty());
    assert!(
        alone.notes[0].contains("oci-conformance.yaml"),
        "{:?}",
        alone.notes
    );
}

#[test]
fn a_file_that_is_named_has_to_be_there_and_to_be_right() {
    let error = of(&[("OCI_CONFIGURATION", "/nowhere/c.yaml")]).unwrap_err();
    assert!(error.contains("/nowhere/c.yaml"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.yaml");
    let path = path.to_str().unwrap();
    fs::write(path, "tls: perhaps\n").unwrap();
    let error = of(&[("OCI_CONFIGURATION", path)]).unwrap_err();
    assert!(
        error.contains("`tls`") && error.contains("insecure"),
        "{error}"
    );
}

#[test]
fn the_guide_has_every_row_as_it_stands_here() {
    let guide = include_str!("../../../docs/migrating.md");
    let settings = variables::all().map(|row| {
        let key = match row.key {
            "" => String::new(),
            key => format!("`{key}`"),
        };
        format!("| `{}` | {key} | {} |", row.name, row.means)
    });
    let tests = filter::TESTS.iter().map(|test| {
        let checks: Vec<_> = test.checks.iter().map(|glob| format!("`{glob}`")).collect();
        format!("| `{}` | {} |", test.name, checks.join(" "))
    });
    let missing: Vec<_> = settings
        .chain(tests)
        .filter(|row| !guide.lines().any(|line| line == row))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/migrating.md lacks\n{}",
        missing.join("\n")
    );
}

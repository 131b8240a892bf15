//! Whoever comes from the official suite changes the program and nothing else: its variables, its YAML
//! file and its result files, each driven through the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::HeaderName;
use plimsoll::http::HeaderValue;
use plimsoll::http::Method;
use plimsoll::http::Request;
use plimsoll::http::Transcript;
use plimsoll::oci::Algorithm;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use plimsoll::registry::Tls;
use plimsoll::registry::Variation;
use plimsoll::run::Record;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::Ended;
use crate::support::ended;
use crate::support::forget_settings;
use crate::support::left_behind;
use crate::support::registry;

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// One check that is over soon.
const QUICK: &[&str] = &["check", "--only", "pull/blobs/known-blob"];

/// A folder in which the program runs, as somebody who has used the suite.
struct Bench {
    folder: TempDir,
    registry: Running,
}

impl Bench {
    fn new() -> Self {
        Self::with(registry())
    }

    fn with(registry: Running) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        Self { folder, registry }
    }

    fn lacking(variation: &str) -> Self {
        let row = Variation::named(variation).expect("a variation");
        let builder = Registry::builder().variation(row);
        Self::with(builder.spawn().expect("a port"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// `host:port` of the registry.
    fn host(&self) -> String {
        self.registry.addr().to_string()
    }

    /// Runs the program with these variables and no others of the kind.
    fn bare(&self, variables: Pairs<'_>, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        forget_settings(&mut command);
        command
            .args(arguments)
            .envs(variables.iter().copied())
            .env("DOCKER_CONFIG", self.folder.path())
            .current_dir(self.folder.path());
        ended(&command.output().expect("the program starts"))
    }

    /// The same with the variables that lead to the registry.
    fn run(&self, variables: Pairs<'_>, arguments: &[&str]) -> Ended {
        let host = self.host();
        let there = [("OCI_REGISTRY", host.as_str()), ("OCI_TLS", "disabled")];
        self.bare(&[&there, variables].concat(), arguments)
    }

    fn record(&self, folder: &str) -> Record {
        let bytes = fs::read(self.path(folder).join("results.json")).expect("results.json");
        plimsoll::report::json::read(&bytes).expect("a record")
    }

    /// A setting in effect, and where it comes from.
    fn setting(&self, variables: Pairs<'_>, arguments: &[&str], key: &str) -> (String, String) {
        let arguments = [&["config", "--json"], arguments].concat();
        let shown = self.bare(variables, &arguments);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        let rows: Value = serde_json::from_str(&shown.stdout).expect("JSON");
        let row = rows
            .as_array()
            .expect("rows")
            .iter()
            .find(|row| row["key"] == key);
        let text = |field: &str| {
            row.expect("a row")[field]
                .as_str()
                .expect("a text")
                .to_owned()
        };
        (text("value"), text("from"))
    }
}

fn said(ended: &Ended) -> String {
    format!("exit {}\n{}\n{}", ended.code, ended.stdout, ended.stderr)
}

#[test]
fn the_newer_variables_are_all_that_a_run_needs() {
    let bench = Bench::new();
    let variables = [
        ("OCI_REPO1", "team/one"),
        ("OCI_REPO2", "team/two"),
        ("OCI_VERSION", "1.0"),
        ("OCI_RESULTS_DIR", "there"),
        ("OCI_LOG", "debug"),
        ("OCI_CACHE_AUTH", "true"),
        ("OCI_RO_DATA_REFERRERS", ""),
    ];
    let ended = bench.run(&variables, QUICK);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    assert!(
        ended
            .stderr
            .contains("settings of the official suite are in effect"),
        "{}",
        said(&ended)
    );
    assert!(
        ended.stderr.contains("OCI_REPO1, OCI_REPO2"),
        "{}",
        said(&ended)
    );
    assert!(
        ended.stdout.contains("pull/blobs/known-blob"),
        "{}",
        said(&ended)
    );
    let record = bench.record("there");
    assert_eq!(record.target.url, bench.registry.url());
    assert_eq!(record.spec, "1.0");
    let exchanges = record.checks.iter().flat_map(|check| &check.exchanges);
    let repositories: BTreeSet<_> = exchanges
        .filter_map(|it| it.request.url.split_once("/v2/team/"))
        .filter_map(|(_, rest)| rest.split('/').next())
        .collect();
    assert!(
        repositories.contains("one") || repositories.contains("two"),
        "{repositories:?}"
    );
    for name in ["results.yaml", "junit.xml", "results.json"] {
        assert!(bench.path("there").join(name).is_file(), "{name}");
    }
    let quiet = bench.run(&[], &[QUICK, &["-q"]].concat());
    assert_eq!(quiet.stderr, "");
    assert!(bench.path("results/results.yaml").is_file());
}

#[test]
fn the_older_variables_are_all_that_a_run_needs() {
    let bench = Bench::new();
    let url = bench.registry.url();
    let variables = [
        ("OCI_ROOT_URL", url.as_str()),
        ("OCI_NAMESPACE", "team/one"),
        ("OCI_CROSSMOUNT_NAMESPACE", "team/two"),
        ("OCI_TEST_PULL", "1"),
        ("OCI_DEBUG", "1"),
        ("OCI_HIDE_SKIPPED_WORKFLOWS", "1"),
        ("OCI_DELETE_MANIFEST_BEFORE_BLOBS", "0"),
        ("OCI_AUTH_SCOPE", "repository:team/one:pull,push"),
    ];
    let only = ["--only", "push/post-then-put/put"];
    let ended = bench.bare(&variables, &[QUICK, &only].concat());
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let record = bench.record("");
    let pushed = record
        .checks
        .iter()
        .find(|check| check.id == "push/post-then-put/put")
        .unwrap();
    let reason = pushed.reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("OCI_TEST_PUSH") && reason.contains("OCI_TEST_PULL"),
        "{reason}"
    );
    let pulled = record
        .checks
        .iter()
        .find(|check| check.id == "pull/blobs/known-blob")
        .unwrap();
    assert!(
        !pulled.exchanges.is_empty(),
        "OCI_DEBUG shows every exchange"
    );
    assert!(bench.path("junit.xml").is_file());
}

#[test]
fn reports_that_nobody_wants_are_not_written() {
    let bench = Bench::new();
    let ended = bench.run(&[("OCI_REPORT_DIR", "none")], QUICK);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    assert_eq!(fs::read_dir(bench.folder.path()).unwrap().count(), 0);
    let there = bench.run(&[("OCI_REPORT_DIR", "older")], QUICK);
    assert_eq!(there.code, 0, "{}", said(&there));
    assert!(bench.path("older/results.yaml").is_file());
}

#[test]
fn every_part_that_is_off_leaves_its_checks_out_and_says_why() {
    let bench = Bench::new();
    for (variable, check) in [
        ("OCI_API_PING", "api/support/ping"),
        ("OCI_API_PULL", "pull/blobs/unknown-blob"),
        ("OCI_API_PUSH", "push/post-then-put/put"),
        ("OCI_API_REFERRER", "discovery/referrers/none"),
        ("OCI_API_BLOBS_ATOMIC", "management/blobs/deleted-blob"),
        ("OCI_API_BLOBS_DELETE", "management/blobs/delete-off"),
        ("OCI_API_BLOBS_DIGEST_HEADER", "pull/blobs/digest-header"),
        ("OCI_API_BLOBS_MOUNT_ANONYMOUS", "push/mount/without-source"),
        ("OCI_API_BLOBS_UPLOAD_CANCEL", "push/cancel/open-session"),
        (
            "OCI_API_MANIFESTS_ATOMIC",
            "management/manifests/deleted-manifest",
        ),
        ("OCI_API_MANIFESTS_DELETE", "management/manifests/delete"),
        (
            "OCI_API_MANIFESTS_DIGEST_HEADER",
            "pull/existence/tag-headers",
        ),
        (
            "OCI_API_MANIFESTS_TAG_PARAM",
            "push/tag-parameters/ten-tags",
        ),
        ("OCI_API_TAGS_ATOMIC", "management/tags/deleted-tag"),
        ("OCI_API_TAGS_DELETE", "management/tags/delete"),
        ("OCI_API_TAGS_LIST", "discovery/tags/known-tag"),
        ("OCI_DATA_IMAGE", "push/manifests/put-by-tag"),
        ("OCI_DATA_INDEX", "pull/manifests/known-tag@index"),
        ("OCI_DATA_INDEX_LIST", "push/image/nested-index"),
        ("OCI_DATA_SPARSE", "push/references/absent-layer"),
        ("OCI_DATA_ARTIFACT", "push/image/unknown-artifact-type"),
        ("OCI_DATA_SUBJECT", "push/subject/header"),
        (
            "OCI_DATA_SUBJECT_MISSING",
            "push/references/absent-subject-by-tag",
        ),
        (
            "OCI_DATA_ARTIFACT_LIST",
            "discovery/odd-referrers/index-with-empty-artifact-type",
        ),
        ("OCI_DATA_SUBJECT_LIST", "push/subject/header-for-index"),
        ("OCI_DATA_DATA_FIELD", "push/image/descriptor-data"),
        (
            "OCI_DATA_NONDISTRIBUTABLE",
            "push/image/nondistributable-layer",
        ),
        ("OCI_DATA_CUSTOM_FIELDS", "push/image/unknown-properties"),
        ("OCI_DATA_NO_LAYERS", "push/manifest-bytes/empty-layers"),
        ("OCI_DATA_EMPTY_BLOB", "pull/blobs/empty-blob"),
        ("OCI_DATA_SHA512", "pull/blobs/known-blob@sha512"),
    ] {
        let variables = [(variable, "false"), ("OCI_VERSION", "dev")];
        // Something has to be asked for the run to be one.
        let other = match variable {
            "OCI_API_PING" => "api/support/unknown-method",
            _ => "api/support/ping",
        };
        let ended = bench.run(&variables, &["check", "--only", check, "--only", other]);
        let record = bench.record("results");
        let named = record
            .checks
            .iter()
            .filter(|it| it.id.split('@').next() == check.split('@').next());
        let named: Vec<_> = named
            .filter(|it| check.contains('@') <= (it.id == check))
            .collect();
        assert!(!named.is_empty(), "{check}");
        for it in named {
            let reason = it.reason.as_deref().unwrap_or_default();
            assert_eq!(it.verdict, "skipped", "{variable}: {}", said(&ended));
            let by_feature =
                reason.starts_with("left out by `--without ") || reason.contains("read-only");
            assert!(
                reason.contains(variable) || by_feature,
                "{variable}: {reason}"
            );
        }
        assert_eq!(ended.code, 0, "{variable}: {}", said(&ended));
    }
    let nothing = bench.run(&[("OCI_API_PULL", "0")], QUICK);
    assert_eq!(nothing.code, 4, "{}", said(&nothing));
    assert!(
        nothing.stderr.contains("left out: $OCI_API_PULL is off"),
        "{}",
        said(&nothing)
    );
    let without = bench.setting(&[("OCI_API_TAGS_DELETE", "0")], &["check"], "without");
    assert_eq!(
        without,
        ("tag-delete".to_owned(), "$OCI_API_TAGS_DELETE".to_owned())
    );
}

#[test]
fn the_older_switches_of_single_tests_do_the_same() {
    let bench = Bench::new();
    let check = "push/manifest-bytes/empty-layers";
    let arguments = ["check", "--only", check, "--only", "api/support/ping"];
    let ended = bench.run(&[("OCI_SKIP_EMPTY_LAYER_PUSH_TEST", "1")], &arguments);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let record = bench.record("results");
    let left_out = record.checks.iter().find(|it| it.id == check).unwrap();
    let reason = left_out.reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("OCI_SKIP_EMPTY_LAYER_PUSH_TEST"),
        "{reason}"
    );
}

#[test]
fn what_the_suite_has_off_and_a_user_has_on_is_demanded() {
    let mounts = ["check", "--only", "push/mount/without-source-mounted"];
    let bench = Bench::lacking("no-anonymous-mount");
    for (variables, code) in [
        (&[("OCI_AUTOMATIC_CROSSMOUNT", "1")][..], 1),
        (
            &[
                ("OCI_AUTOMATIC_CROSSMOUNT", "0"),
                ("OCI_API_BLOBS_MOUNT_ANONYMOUS", "true"),
            ],
            0,
        ),
    ] {
        let ended = bench.run(
            variables,
            &[&mounts[..], &["--only", "api/support/ping"]].concat(),
        );
        assert_eq!(ended.code, code, "{variables:?} {}", said(&ended));
    }
    for (variation, variable, check) in [
        ("no-cancel", "OCI_API_BLOBS_UPLOAD_CANCEL", "push/cancel"),
        (
            "no-tag-parameters",
            "OCI_API_MANIFESTS_TAG_PARAM",
            "push/tag-parameters/named-tags",
        ),
    ] {
        let bench = Bench::lacking(variation);
        let arguments = ["check", "--only", check, "--only", "api/support/ping"];
        let draft = ("OCI_VERSION", "dev");
        let ended = bench.run(&[draft], &arguments);
        assert_eq!(ended.code, 0, "{variation}: {}", said(&ended));
        let ended = bench.run(&[draft, (variable, "true")], &arguments);
        assert_eq!(ended.code, 1, "{variable}: {}", said(&ended));
    }
}

#[test]
fn where_deletes_are_off_nothing_is_deleted() {
    let bench = Bench::new();
    let variables = [
        ("OCI_API_TAGS_DELETE", "false"),
        ("OCI_API_MANIFESTS_DELETE", "false"),
        ("OCI_API_BLOBS_DELETE", "false"),
        ("OCI_LOG", "debug"),
    ];
    let arguments = [
        "check",
        "--only",
        "management",
        "--only",
        "pull/manifests/known-tag",
        "--only",
        "api/errors",
    ];
    let ended = bench.run(&variables, &arguments);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let record = bench.record("results");
    let exchanges: Vec<_> = record
        .checks
        .iter()
        .flat_map(|check| &check.exchanges)
        .collect();
    let deletes = exchanges.iter().filter(|it| it.request.method == "DELETE");
    assert_eq!(deletes.count(), 0);
    let left = left_behind(&bench.registry.url(), &exchanges);
    assert!(
        !left.is_empty() && left.iter().all(|status| *status == 200),
        "{left:?}"
    );
}

#[test]
fn the_users_password_is_sent_and_never_shown() {
    let bench = Bench::lacking("basic-auth");
    let user = ("OCI_USERNAME", "plimsoll");
    let ended = bench.run(&[user, ("OCI_PASSWORD", "plimsoll")], QUICK);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let wrong = bench.run(&[user, ("OCI_PASSWORD", "hunter2")], QUICK);
    assert_eq!(wrong.code, 3, "{}", said(&wrong));
    let shown = bench.run(&[user, ("OCI_PASSWORD", "hunter2")], &["config"]);
    assert!(shown.stdout.contains("$OCI_USERNAME"), "{}", said(&shown));
    for ended in [&wrong, &shown] {
        assert!(!said(ended).contains("hunter2"), "{}", said(ended));
    }
    let mut both = vec![
        user,
        ("OCI_PASSWORD", "hunter2"),
        ("PLIMSOLL_PASSWORD", "plimsoll"),
    ];
    assert_eq!(bench.run(&both, QUICK).code, 0);
    both.remove(0);
    both.pop();
    let nobody = bench.run(&both, QUICK);
    assert_eq!(nobody.code, 2, "{}", said(&nobody));
    assert!(nobody.stderr.contains("OCI_USERNAME"), "{}", said(&nobody));
    let other = bench.run(
        &[("OCI_USERNAME", "somebody"), ("OCI_PASSWORD", "plimsoll")],
        &[QUICK, &["--username", "plimsoll"]].concat(),
    );
    assert_eq!(
        other.code,
        2,
        "a password is not used for another user: {}",
        said(&other)
    );
}

#[test]
fn a_certificate_that_nobody_trusts_is_taken_where_tls_is_insecure() {
    let tls = Tls::self_signed(&["127.0.0.1".to_owned()]).expect("a certificate");
    let bench = Bench::with(Registry::builder().tls(tls).spawn().expect("a port"));
    let host = bench.host();
    let insecure = [("OCI_REGISTRY", host.as_str()), ("OCI_TLS", "insecure")];
    let ended = bench.bare(&insecure, QUICK);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let enabled = bench.bare(
        &[insecure[0], ("OCI_TLS", "enabled")],
        &[QUICK, &["--retries", "0"]].concat(),
    );
    assert_eq!(enabled.code, 3, "{}", said(&enabled));
}

/// Pushes an image without layers under a tag, and says its digest and that of its config.
fn pushed(url: &str, repository: &str, tag: &str) -> (String, String) {
    let client = Client::over_network(ClientSettings::new(url)).expect("a client");
    let send = |request: Request| {
        let reply = client
            .send(request, &Transcript::default())
            .expect("an answer");
        assert_eq!(reply.response.status, 201);
    };
    let config = Algorithm::Sha256.digest(b"{}").to_string();
    let kind = HeaderName::from_static("content-type");
    let upload = format!("{url}/v2/{repository}/blobs/uploads/?digest={config}");
    let bytes = HeaderValue::from_static("application/octet-stream");
    send(
        Request::new(Method::POST, upload)
            .header(kind.clone(), bytes)
            .body(&b"{}"[..]),
    );
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let manifest = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{media_type}\",\"config\":{{\"mediaType\":\
         \"application/vnd.oci.empty.v1+json\",\"digest\":\"{config}\",\"size\":2}},\"layers\":[]}}"
    );
    let digest = Algorithm::Sha256.digest(manifest.as_bytes()).to_string();
    let put = Request::new(
        Method::PUT,
        format!("{url}/v2/{repository}/manifests/{tag}"),
    );
    send(
        put.header(kind, HeaderValue::from_static(media_type))
            .body(manifest),
    );
    (digest, config)
}

#[test]
fn what_is_there_already_is_pulled_and_nothing_is_pushed() {
    let bench = Bench::new();
    let url = bench.registry.url();
    let (manifest, blob) = pushed(&url, "team/one", "v1");
    let newer = [
        ("OCI_REPO1", "team/one"),
        ("OCI_API_PUSH", "false"),
        ("OCI_RO_DATA_TAGS", "v1"),
        ("OCI_RO_DATA_MANIFESTS", &manifest),
        ("OCI_RO_DATA_BLOBS", &blob),
        ("OCI_RO_DATA_REFERRERS", &manifest),
        ("OCI_LOG", "debug"),
        ("OCI_RESULTS_DIR", "."),
    ];
    let older = [
        ("OCI_NAMESPACE", "team/one"),
        ("OCI_TEST_PULL", "1"),
        ("OCI_TAG_LIST", "v1,v2"),
        ("OCI_MANIFEST_DIGEST", &manifest),
        ("OCI_BLOB_DIGEST", &blob),
        ("OCI_LOG", "debug"),
        ("OCI_RESULTS_DIR", "."),
    ];
    let named = [&[("OCI_TAG_NAME", "v1")], &older[..2], &older[3..]].concat();
    for variables in [&newer[..], &older, &named] {
        let ended = bench.run(variables, &["check"]);
        assert_eq!(ended.code, 0, "{}", said(&ended));
        let record = bench.record("");
        let passed = |id: &str| {
            record
                .checks
                .iter()
                .any(|it| it.id == id && it.verdict == "pass")
        };
        for id in [
            "pull/blobs/known-blob",
            "pull/manifests/known-tag",
            "pull/manifests/known-digest",
        ] {
            assert!(passed(id), "{id}: {}", said(&ended));
        }
        let exchanges = record.checks.iter().flat_map(|check| &check.exchanges);
        let writes = exchanges.filter(|it| matches!(it.request.method.as_str(), "PUT" | "PATCH"));
        assert_eq!(writes.count(), 0);
    }
}

#[test]
fn each_older_workflow_is_put_alone() {
    let bench = Bench::new();
    let checks = [
        "pull/blobs/unknown-blob",
        "push/post-then-put/put",
        "discovery/tags/known-tag",
        "management/tags/absent-tag",
    ];
    let only = checks.iter().flat_map(|check| ["--only", check]);
    let arguments: Vec<&str> = std::iter::once("check").chain(only).collect();
    for (place, name) in ["PULL", "PUSH", "CONTENT_DISCOVERY", "CONTENT_MANAGEMENT"]
        .iter()
        .enumerate()
    {
        let variable = format!("OCI_TEST_{name}");
        let ended = bench.run(&[(&variable, "1")], &arguments);
        assert_eq!(ended.code, 0, "{}", said(&ended));
        let record = bench.record("results");
        for (other, check) in checks.iter().enumerate() {
            let found = record
                .checks
                .iter()
                .find(|it| it.id == *check)
                .expect("a check");
            assert_eq!(
                found.verdict != "skipped",
                other == place,
                "{variable}: {check} is {}",
                found.verdict
            );
        }
    }
}

#[test]
fn a_filter_by_a_name_of_the_suite_takes_the_checks_of_that_test() {
    let bench = Bench::new();
    let filter = ("OCI_FILTER_TEST", "OCI Conformance Test/ping");
    let ended = bench.run(&[filter], &["check"]);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let record = bench.record("results");
    let asked = record.checks.iter().filter(|it| it.verdict != "skipped");
    assert!(asked.clone().count() > 0);
    assert!(
        asked
            .into_iter()
            .all(|it| it.id.starts_with("api/support/"))
    );
    let nothing = bench.run(
        &[("OCI_FILTER_TEST", "OCI Conformance Test/pong")],
        &["check"],
    );
    assert_eq!(nothing.code, 2, "{}", said(&nothing));
    assert!(
        nothing
            .stderr
            .contains("did you mean `OCI Conformance Test/ping`?"),
        "{}",
        said(&nothing)
    );
}

#[test]
fn bad_values_and_unknown_names_are_usage_errors() {
    let bench = Bench::new();
    for (name, value, part) in [
        ("OCI_TLS", "maybe", "enabled, insecure or disabled"),
        ("OCI_VERSION", "2", "stable or dev"),
        ("OCI_API_PULL", "yes", "true or false"),
        ("OCI_REPO2", "NO", "names a repository"),
        ("OCI_CONFIGURATION", "nowhere.yaml", "nowhere.yaml"),
        (
            "OCI_API_TAG_LIST",
            "true",
            "did you mean `OCI_API_TAGS_LIST`?",
        ),
        ("OCI_PASWORD", "hunter2", "did you mean `OCI_PASSWORD`?"),
    ] {
        let there = [("OCI_REGISTRY", "localhost:1"), (name, value)];
        let ended = bench.bare(&there, QUICK);
        assert_eq!(ended.code, 2, "{name}: {}", said(&ended));
        assert!(
            ended.stderr.contains(part) && !ended.stderr.contains("hunter2"),
            "{}",
            said(&ended)
        );
    }
    let oracles = [
        ("OCI_CLI_USER", "x"),
        ("OCI_REGION", "x"),
        ("OCI_TENANCY", "x"),
        ("OCI_RESOURCE_PRINCIPAL_VERSION", "x"),
    ];
    let ended = bench.run(&oracles, QUICK);
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let ended = bench.bare(
        &[&oracles[..], &[("OCI_API_TAG_LIST", "x")]].concat(),
        QUICK,
    );
    assert_eq!(
        ended.code,
        0,
        "no setting of the suite is there: {}",
        said(&ended)
    );
    assert_eq!(ended.stderr, "");
}

#[test]
fn nearer_settings_count_more() {
    let bench = Bench::new();
    let yaml = "version: '1.0'\nregistry: from.yaml\nresultsDir: yaml\n";
    bench.write("named.yaml", yaml);
    let mut variables = vec![
        ("OCI_ROOT_URL", "http://older"),
        ("OCI_REPORT_DIR", "older"),
    ];
    let is = |variables: Pairs<'_>, arguments: &[&str], key: &str, value: &str, from: &str| {
        let (found, origin) = bench.setting(variables, arguments, key);
        assert_eq!(
            (found.as_str(), origin.as_str()),
            (value, from),
            "{variables:?} {arguments:?}"
        );
    };
    let check: &[&str] = &["check"];
    is(&variables, check, "spec", "1.1", "default");
    is(&variables, check, "out", "older", "$OCI_REPORT_DIR");
    is(&variables, check, "url", "http://older", "$OCI_ROOT_URL");
    is(
        &variables,
        check,
        "repo",
        "conformance/repo1 conformance/repo2",
        "default of the official suite",
    );
    variables.push(("OCI_CONFIGURATION", "named.yaml"));
    is(&variables, check, "spec", "1.0", "named.yaml, `version`");
    is(&variables, check, "out", "yaml", "named.yaml, `resultsDir`");
    is(
        &variables,
        check,
        "url",
        "http://from.yaml",
        "named.yaml, `registry`, $OCI_ROOT_URL",
    );
    bench.write(
        "plimsoll.toml",
        "spec = '1.1'\nout = 'toml'\nurl = 'localhost:7'\n",
    );
    is(&variables, check, "spec", "1.1", "plimsoll.toml, line 1");
    is(&variables, check, "out", "toml", "plimsoll.toml, line 2");
    variables.extend([
        ("OCI_VERSION", "dev"),
        ("OCI_RESULTS_DIR", "newer"),
        ("OCI_REGISTRY", "new"),
    ]);
    is(&variables, check, "spec", "1.2", "$OCI_VERSION");
    is(&variables, check, "out", "newer", "$OCI_RESULTS_DIR");
    variables.push(("PLIMSOLL_URL", "localhost:8"));
    is(&variables, check, "url", "localhost:8", "$PLIMSOLL_URL");
    let flags: &[&str] = &["check", "localhost:9", "--spec", "1.1", "--out", "flag"];
    is(&variables, flags, "spec", "1.1", "command line");
    is(&variables, flags, "out", "flag", "command line");
    is(&variables, flags, "url", "localhost:9", "command line");
}

#[test]
fn the_file_of_the_suite_is_read_where_it_lies() {
    let bench = Bench::new();
    let host = bench.host();
    let text = format!(
        "registry: {host}\ntls: disabled\nrepo1: team/one\nrepo2: team/two\nversion: 1.1\nlogging: warn\ncacheAuth: true\n\
         apis:\n  tags:\n    delete: false\ndata:\n  sha512: false\nroData:\n  tags: []\nresultsDir: .\n"
    );
    bench.write("oci-conformance.yaml", &text);
    let ended = bench.bare(
        &[],
        &[QUICK, &["--only", "management/tags/delete-off"]].concat(),
    );
    assert_eq!(ended.code, 0, "{}", said(&ended));
    assert!(
        ended.stderr.contains("oci-conformance.yaml"),
        "{}",
        said(&ended)
    );
    let record = bench.record("");
    let reason = |id: &str| {
        let found = record
            .checks
            .iter()
            .find(|it| it.id == id)
            .expect("a check");
        found.reason.clone().unwrap_or_default()
    };
    assert!(reason("management/tags/delete-off").contains("`apis.tags.delete` is off"));
    assert!(reason("pull/blobs/known-blob@sha512").contains("--without sha512-blobs"));
    bench.write("oci-conformance.yaml", "registri: x\n");
    let wrong = bench.bare(&[], QUICK);
    assert_eq!(wrong.code, 2, "{}", said(&wrong));
    assert!(
        wrong.stderr.contains("did you mean `registry`?"),
        "{}",
        said(&wrong)
    );
}

#[test]
fn without_settings_of_the_suite_nothing_is_different() {
    let bench = Bench::new();
    let (out, _) = bench.setting(&[], &["check"], "out");
    assert_eq!(out, "reports");
    let url = bench.registry.url();
    let ended = bench.bare(&[], &[QUICK, &[&url]].concat());
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        said(&ended)
    );
    assert!(!bench.path("reports/results.yaml").exists());
}

#[test]
fn a_feature_cannot_be_demanded_and_left_out() {
    let bench = Bench::new();
    let flags = ["check", "--require", "mount", "--without", "mount"];
    let ended = bench.bare(&[], &flags);
    assert_eq!(ended.code, 2, "{}", said(&ended));
    assert!(
        ended.stderr.contains("both required and left out"),
        "{}",
        said(&ended)
    );
}

#[test]
fn a_submission_has_the_files_that_are_asked_for_and_says_whose_they_are() {
    let bench = Bench::new();
    assert_eq!(bench.run(&[], QUICK).code, 0);
    let export = [
        "export",
        "oci-conformance",
        "sub",
        "--from",
        "results/results.json",
    ];
    let ended = bench.bare(&[], &[&export[..], &["--product", "name=Example"]].concat());
    assert_eq!(ended.code, 0, "{}", said(&ended));
    let text = |name: &str| fs::read_to_string(bench.path("sub").join(name)).expect(name);
    assert!(text("README.md").contains("not of the official conformance suite"));
    assert!(text("README.md").starts_with("# Conformance of Example\n"));
    assert!(text("results.yaml").starts_with("# Written by plimsoll"));
    assert!(text("junit.xml").contains("<testsuites"));
    assert!(text("PRODUCT.yaml").contains("name: \"Example\"\n"));
    assert!(
        ended.stdout.contains("plimsoll's") && ended.stdout.contains("distribution-spec/v1.1/")
    );
    assert!(ended.stdout.contains("vendor, version"), "{}", said(&ended));
    for said in [text("README.md"), ended.stdout.clone()] {
        let part = "checks were not put: not selected";
        assert!(said.contains(part), "{said}");
    }
    assert!(text("README.md").contains("--only pull/blobs/known-blob"));
    bench.write("sub/PRODUCT.yaml", "vendor: me\n");
    assert_eq!(bench.bare(&[], &export).code, 0);
    assert_eq!(text("PRODUCT.yaml"), "vendor: me\n");
    let lost = bench.bare(&[], &[&export[..], &["--product", "name=Other"]].concat());
    assert_eq!(lost.code, 2, "{}", said(&lost));
    let draft = bench.run(&[("OCI_VERSION", "dev")], QUICK);
    assert_eq!(draft.code, 0, "{}", said(&draft));
    let refused = bench.bare(&[], &export);
    assert_eq!(refused.code, 2, "{}", said(&refused));
    assert!(refused.stderr.contains("--spec 1.1"), "{}", said(&refused));
    bench.write("results/results.json", "{}");
    assert_eq!(bench.bare(&[], &export).code, 2);
}

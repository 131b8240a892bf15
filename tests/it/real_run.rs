//! Whole runs against the reference registry, as users start them.

use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::left_behind;
use crate::support::registry;
use crate::support::server;

#[test]
fn the_reference_registry_has_nothing_to_complain_about_in_any_version() {
    for spec in ["1.0", "1.1", "1.2"] {
        let plimsoll = Plimsoll::new();
        let ended = plimsoll.run(&["check", "--spec", spec]);
        assert_eq!(ended.code, 0, "{spec}: {}\n{}", ended.stdout, ended.stderr);
        let record = plimsoll.record();
        let count = |verdict: &str| record.summary[verdict];
        assert!(count("pass") > 100, "{spec}: {:?}", record.summary);
        for verdict in ["fail", "warn", "blocked", "flaky", "error"] {
            assert_eq!(count(verdict), 0, "{spec} {verdict}: {}", ended.stdout);
        }
    }
}

#[test]
fn two_repositories_are_enough_even_when_they_hold_something() {
    let running = registry();
    let plimsoll = Plimsoll::new();
    for round in 0..2 {
        let arguments = [
            "check",
            &running.url(),
            "--repo",
            "team/a",
            "--repo",
            "team/b",
            "--keep",
        ];
        let ended = plimsoll.run(&arguments);
        assert_eq!(
            ended.code, 0,
            "round {round}: {}\n{}",
            ended.stdout, ended.stderr
        );
        assert!(
            plimsoll.record().summary["pass"] > 80,
            "{:?}",
            plimsoll.record().summary
        );
    }
}

#[test]
fn what_everybody_may_have_stays_in_repositories_that_others_use() {
    let running = registry();
    let url = running.url();
    let two = [
        "--repo",
        "team/a",
        "--repo",
        "team/b",
        "--only",
        "push/image/empty-*",
    ];
    let plimsoll = Plimsoll::new();
    assert_eq!(plimsoll.run(&[&["check", &url], &two[..]].concat()).code, 0);
    // The digest of `{}`.
    let empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let read_only = Plimsoll::new();
    let arguments = [
        "check",
        &url,
        "--repo",
        "team/a",
        "--read-only",
        "--blob",
        empty,
    ];
    let ended = read_only.run(&[&arguments[..], &["--only", "pull/blobs/known-blob"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stdout);
}

#[test]
fn a_check_alone_ends_as_it_does_among_the_others() {
    let running = registry();
    let whole = Plimsoll::new();
    assert_eq!(
        whole
            .run(&["check", &running.url(), "--spec", "1.2", "--profile", "all"])
            .code,
        0
    );
    // A watch alone has nothing to judge.
    let record = whole.record();
    let asking = record.checks.iter().filter(|check| {
        !check.id.starts_with("answers/") && !check.id.starts_with("security/errors/")
    });
    // Every tenth, so that the test stays quick; which ones moves as the suite grows.
    for check in asking.step_by(10) {
        let alone = Plimsoll::new();
        let ended = alone.run(&[
            "check",
            &running.url(),
            "--only",
            &check.id,
            "--spec",
            "1.2",
        ]);
        let record = alone.record();
        let same = record
            .checks
            .iter()
            .find(|other| other.id == check.id)
            .expect(&check.id);
        assert_eq!(
            same.verdict, check.verdict,
            "{}: {}",
            check.id, ended.stdout
        );
        assert_eq!(
            ended.code,
            if check.verdict == "pass" { 0 } else { 4 },
            "{}",
            check.id
        );
    }
}

/// What is left of the manifests that a run pushed.
fn left_by_a_run(more: &[&str]) -> Vec<u16> {
    let running = registry();
    let plimsoll = Plimsoll::new();
    let url = running.url();
    let only = [
        "check",
        &url,
        "--only",
        "pull/manifests",
        "--exchanges",
        "all",
    ];
    assert_eq!(plimsoll.run(&[&only, more].concat()).code, 0);
    let record = plimsoll.record();
    let exchanges: Vec<_> = record
        .checks
        .iter()
        .flat_map(|check| &check.exchanges)
        .collect();
    left_behind(&url, &exchanges)
}

#[test]
fn a_run_deletes_what_it_pushed_unless_told_to_keep_it() {
    let deleted = left_by_a_run(&[]);
    assert!(deleted.len() > 10, "{deleted:?}");
    assert!(deleted.iter().all(|status| *status == 404), "{deleted:?}");
    assert!(left_by_a_run(&["--keep"]).contains(&200));
}

#[test]
fn a_read_only_run_pushes_nothing_and_passes() {
    let running = registry();
    let plimsoll = Plimsoll::new();
    let keep = [
        "check",
        &running.url(),
        "--run-id",
        "seed",
        "--only",
        "pull/manifests",
        "--keep",
        "--exchanges",
        "all",
    ];
    assert_eq!(plimsoll.run(&keep).code, 0);
    let record = plimsoll.record();
    let pushed = |method: &str, part: &str| {
        let exchanges = record.checks.iter().flat_map(|check| &check.exchanges);
        exchanges
            .filter(|exchange| {
                exchange
                    .response
                    .as_ref()
                    .is_some_and(|answer| answer.status == 201)
            })
            .map(|exchange| exchange.request.url.clone())
            .find(|url| {
                method == "PUT" && url.contains(part) && url.contains("seed-pull-manifests")
            })
            .expect(part)
    };
    let manifest = pushed("PUT", "/manifests/sha256:");
    let (repository, digest) = manifest.split_once("/manifests/").unwrap();
    let repository = repository.split_once("/v2/").unwrap().1;
    let read_only = Plimsoll::new();
    let url = running.url();
    let arguments = [
        "check",
        &url,
        "--repo",
        repository,
        "--read-only",
        "--manifest",
        digest,
        "--exchanges",
        "all",
    ];
    let ended = read_only.run(&arguments);
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
    let record = read_only.record();
    assert!(record.summary["pass"] > 3, "{:?}", record.summary);
    let methods = record.checks.iter().flat_map(|check| &check.exchanges);
    for exchange in methods {
        assert!(
            ["GET", "HEAD"].contains(&exchange.request.method.as_str()),
            "{:?}",
            exchange.request
        );
    }
    let kept = read_only.run(&arguments);
    assert_eq!(kept.code, 0, "the given manifest is gone: {}", kept.stdout);
    let absent = format!("sha256:{}", "0".repeat(64));
    for (repository, flag, value, what) in [
        (repository, "--tag", "nope", "no tag `nope`"),
        ("wrong/name", "--tag", "nope", "in `wrong/name`"),
        ("wrong/name", "--manifest", digest, "no manifest"),
        (repository, "--manifest", &absent, "no manifest"),
        (repository, "--blob", &absent, "no blob"),
    ] {
        let flags = ["check", &url, "--read-only", "--repo", repository];
        let ended = Plimsoll::new().run(&[&flags[..], &[flag, value]].concat());
        assert_eq!(ended.code, 3, "{flag} {value}: {}", ended.stdout);
        for words in [what, "nothing can be judged against it"] {
            assert!(ended.stderr.contains(words), "{}", ended.stderr);
        }
    }
}

/// A server with this answer to every pull, in whose list a tag is.
fn listing(pull: &'static str, tags: &'static str) -> String {
    server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.contains("/tags/list") => answer(stream, "200 OK", JSON, tags),
        _ => answer(stream, pull, JSON, "{}"),
    })
}

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn a_registry_that_contradicts_itself_is_judged() {
    let has = r#"{"name":"a/b","tags":["v1"]}"#;
    let lacks = r#"{"name":"a/b","tags":[]}"#;
    let strange = r#"{"errors":"none"}"#;
    for (pull, tags, code) in [
        ("404 Not Found", has, 1),
        ("500 Internal Server Error", lacks, 1),
        ("404 Not Found", strange, 3),
        ("404 Not Found", "{", 1),
        ("404 Not Found", lacks, 3),
    ] {
        let url = listing(pull, tags);
        let flags = ["check", &url, "--read-only", "--repo", "a/b", "--tag", "v1"];
        let ended = Plimsoll::new().run(&flags);
        assert_eq!(ended.code, code, "{pull} {tags}: {}", ended.stderr);
    }
}

#[test]
fn one_seed_and_run_id_give_the_same_requests() {
    let bodies = || {
        let running = registry();
        let plimsoll = Plimsoll::new();
        let url = running.url();
        let arguments = [
            "check",
            &url,
            "--seed",
            "7",
            "--run-id",
            "same",
            "--only",
            "push/manifests",
            "--exchanges",
            "all",
        ];
        assert_eq!(plimsoll.run(&arguments).code, 0);
        let record = plimsoll.record();
        let bodies = record.checks.iter().flat_map(|check| &check.exchanges);
        bodies
            .filter(|exchange| !exchange.request.url.contains("/uploads/"))
            .map(|exchange| {
                let path = exchange.request.url.replace(&url, "");
                (
                    path,
                    exchange
                        .request
                        .body
                        .as_ref()
                        .map(|body| body.sha256.clone()),
                )
            })
            .collect::<Vec<_>>()
    };
    let first = bodies();
    assert!(first.len() > 10);
    assert_eq!(first, bodies());
}

#[test]
fn libtest_lists_without_a_request_and_ends_with_our_codes() {
    let plimsoll = Plimsoll::new();
    let nobody = "http://127.0.0.1:9";
    let listed = plimsoll.run(&["check", nobody, "--libtest", "--", "--list"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(
        listed.stdout.contains("pull/blobs/known-blob: test"),
        "{}",
        listed.stdout
    );
    let running = registry();
    let url = running.url();
    let one = plimsoll.run(&[
        "check",
        &url,
        "--libtest",
        "--",
        "--exact",
        "pull/blobs/known-blob",
    ]);
    assert_eq!(one.code, 0, "{}", one.stdout);
    assert!(one.stdout.contains("1 passed"), "{}", one.stdout);
    let none = plimsoll.run(&["check", &url, "--libtest", "--", "no-such-check"]);
    assert_eq!(none.code, 4, "{}", none.stdout);
    let bad = plimsoll.run(&["check", &url, "--libtest", "--", "--no-such-flag"]);
    assert_eq!(bad.code, 2, "{}", bad.stderr);
}

#[test]
fn the_records_of_real_runs_fit_their_schema() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let json = |path: &std::path::Path| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let schema = json(&root.join("docs/results.schema.json"));
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let plimsoll = Plimsoll::new();
    assert_eq!(
        plimsoll
            .run(&["check", "--exchanges", "all", "--spec", "1.2"])
            .code,
        0
    );
    let card = root.join("reports/docker-registry-2.8.2/results.json");
    for path in [plimsoll.out().join("results.json"), card] {
        let record = json(&path);
        let errors: Vec<_> = validator
            .iter_errors(&record)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}

#[test]
fn no_secret_reaches_a_report() {
    let running = registry();
    let plimsoll = Plimsoll::new();
    let url = running.url();
    let arguments = [
        "check",
        &url,
        "--only",
        "pull/*",
        "--token",
        "hunter2-token",
        "--exchanges",
        "all",
    ];
    assert_eq!(plimsoll.run(&arguments).code, 0);
    let bytes = std::fs::read_to_string(plimsoll.out().join("results.json")).unwrap();
    assert!(
        bytes.contains("<redacted>"),
        "the token was sent, and is marked"
    );
    assert!(!bytes.contains("hunter2"));
}

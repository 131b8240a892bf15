//! What makes a run fail beyond verdict and level, from the command line; what is put again; and
//! `plimsoll.toml`.

use std::fs;
use std::path::PathBuf;

use plimsoll::registry::Defect;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::registry;
use crate::support::server;

/// A defect, the checks that see it, and some that do not.
const DEFECT: &str = "absent-blob-empty";
const SEEN: &str = "pull/blobs/unknown-blob";
const ONLY: [&str; 4] = ["--only", SEEN, "--only", "pull/blobs/known-blob"];

fn wrong(defect: &str) -> Running {
    let row = Defect::named(defect).expect("a defect");
    Registry::builder().defect(row).spawn().expect("a port")
}

/// The program, with files next to its reports.
struct Bench(Plimsoll);

impl Bench {
    fn new() -> Self {
        Self(Plimsoll::new())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.out().join(name)
    }

    /// Where a file is that has this text.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    /// Where the results of a check are, kept from the next.
    fn results(&self, running: &Running, flags: &[&str]) -> String {
        self.0.run(&[&["check", &running.url()], flags].concat());
        let kept = self.path("kept.json");
        fs::copy(self.path("results.json"), &kept).expect("results");
        kept.display().to_string()
    }

    fn check(&self, running: &Running, flags: &[&str]) -> Ended {
        self.0
            .run(&[&["check", &running.url()], &ONLY[..], flags].concat())
    }
}

fn holds(ended: &Ended, code: i32, words: &[&str]) {
    let text = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, code, "{text}");
    // Lines end where the page does.
    let flat: Vec<_> = text.split_whitespace().collect();
    let flat = flat.join(" ");
    for word in words {
        assert!(flat.contains(word), "it should say `{word}`:\n{text}");
    }
}

#[test]
fn what_failed_before_does_not_gate_and_what_broke_since_does() {
    let bench = Bench::new();
    let (sound, wrong) = (registry(), wrong(DEFECT));
    let before = bench.results(&wrong, &ONLY);
    holds(&bench.check(&wrong, &[]), 1, &["FAILED"]);
    let again = bench.check(&wrong, &["--baseline", &before]);
    holds(&again, 0, &["0 regressions, 0 fixed; 2 failed before"]);
    let mended = bench.check(&sound, &["--baseline", &before]);
    holds(&mended, 0, &["0 regressions, 2 fixed", SEEN]);
    let before = bench.results(&sound, &ONLY);
    let broken = bench.check(&wrong, &["--baseline", &before]);
    holds(&broken, 1, &["2 regressions", SEEN, "FAILED"]);
    let before = bench.results(&sound, &["--only", "pull/blobs/known-blob"]);
    let new = bench.check(&wrong, &["--baseline", &before]);
    holds(&new, 0, &["0 regressions", "2 were not put then"]);
    let excused = bench
        .0
        .record()
        .checks
        .into_iter()
        .filter_map(|check| check.excused);
    assert_eq!(excused.count(), 2);
}

#[test]
fn a_baseline_that_cannot_be_read_is_refused_before_anything_is_asked() {
    let bench = Bench::new();
    let sound = registry();
    let other = bench.file("other.json", r#"{"schema": 7}"#);
    let folder = bench.path("empty");
    fs::create_dir(&folder).expect("a folder");
    let folder = folder.display().to_string();
    for (file, words) in [
        ("/nowhere/results.json", "/nowhere/results.json"),
        (folder.as_str(), "no results.json in this folder"),
        (other.as_str(), "has schema 7"),
    ] {
        holds(&bench.check(&sound, &["--baseline", file]), 2, &[words]);
        assert!(!bench.path("results.json").exists());
    }
}

#[test]
fn no_run_writes_over_its_own_baseline() {
    let bench = Bench::new();
    let sound = registry();
    bench.check(&sound, &[]);
    let own = bench.path("results.json").display().to_string();
    let refused = bench.check(&sound, &["--baseline", &own]);
    holds(&refused, 2, &["would take its place"]);
    let elsewhere = bench.results(&sound, &["--only", SEEN, "--spec", "1.0"]);
    let refused = bench.check(&sound, &["--baseline", &elsewhere]);
    holds(&refused, 2, &["give one of that version, or --spec 1.0"]);
}

#[test]
fn a_workflow_of_which_a_part_was_put_is_not_conformant() {
    let bench = Bench::new();
    let sound = registry();
    holds(&bench.check(&sound, &[]), 0, &["passed"]);
    let pull = bench
        .0
        .record()
        .categories
        .into_iter()
        .find(|it| it.id == "pull");
    assert_eq!(pull.expect("a category").state, "untested");
}

#[test]
fn what_holds_a_run_back_is_not_lost_to_another_flag() {
    let bench = Bench::new();
    let sound = registry();
    let text = "repo = ['team/a', 'team/b']\nread-only = true\n";
    let file = bench.file("plimsoll.toml", text);
    let url = sound.url();
    let flags = ["check", &url, "--config", &file, "--run-id", "ci42"];
    holds(
        &bench.0.run(&flags),
        2,
        &["line 2", "`read-only` cannot stand beside --run-id"],
    );
    let secret = bench.file("plimsoll.toml", "token = \"hunter2\n");
    let broken = bench.0.run(&["check", "--config", &secret]);
    holds(&broken, 2, &["line 1"]);
    assert!(!broken.stderr.contains("hunter2"), "{}", broken.stderr);
}

#[test]
fn an_edition_has_to_be_one() {
    let (bench, wrong) = (Bench::new(), wrong(DEFECT));
    holds(
        &bench.check(&wrong, &["--edition", "1"]),
        1,
        &["Only checks of edition 1 gate."],
    );
    holds(
        &bench.check(&wrong, &["--edition", "99"]),
        2,
        &["the editions 1 to"],
    );
}

#[test]
fn behind_libtest_the_same_gates_hold() {
    let bench = Bench::new();
    let (sound, wrong) = (registry(), wrong(DEFECT));
    let before = bench.results(&wrong, &ONLY);
    let libtest =
        |running: &Running, flags: &[&str]| bench.check(running, &[flags, &["--libtest"]].concat());
    let old = libtest(&wrong, &["--baseline", &before]);
    let words = ["2 ignored", "does not gate: it failed in the baseline, too"];
    holds(&old, 0, &words);
    let record = bench.0.record();
    assert_eq!(record.baseline.expect("a baseline").old, 2);
    let fine = bench.results(&sound, &ONLY);
    holds(&libtest(&wrong, &["--baseline", &fine]), 1, &["2 failed"]);
    holds(&libtest(&wrong, &["--edition", "1"]), 1, &["2 failed"]);
    assert_eq!(bench.0.record().edition, Some(1));
    let words = ["the threshold max-p95", "is missed"];
    holds(&libtest(&sound, &["--max-p95", "1ns"]), 7, &words);
    holds(&libtest(&wrong, &["--max-p95", "1ns"]), 1, &words);
}

#[test]
fn a_threshold_that_is_missed_is_exit_7_unless_something_fails() {
    let bench = Bench::new();
    let (sound, wrong) = (registry(), wrong(DEFECT));
    holds(
        &bench.check(&sound, &["--max-p95", "1ns"]),
        7,
        &["MISSED: 1 threshold", "max-p95"],
    );
    let met = bench.check(&sound, &["--max-p95", "1h", "--min-held", "must=1"]);
    holds(&met, 0, &["max-p95 3600000.0 ms", "min-held must 1: 1.000"]);
    holds(&bench.check(&wrong, &["--max-p95", "1ns"]), 1, &["FAILED"]);
    let spared = ["--fail-on", "never", "--min-held", "must=1"];
    holds(&bench.check(&wrong, &spared), 7, &["min-held must 1: 0."]);
    holds(
        &bench.check(&sound, &["--min-held", "must"]),
        2,
        &["should=0.9"],
    );
}

#[test]
fn what_failed_is_put_again_and_nothing_else() {
    let bench = Bench::new();
    let (sound, wrong) = (registry(), wrong(DEFECT));
    let before = bench.results(&wrong, &ONLY);
    let again = bench.0.run(&["check", "--rerun", &before]);
    holds(&again, 1, &["2 fail"]);
    let put = bench
        .0
        .record()
        .checks
        .into_iter()
        .filter(|check| check.verdict != "skipped");
    assert!(put.clone().count() == 2 && put.clone().all(|check| check.id.starts_with(SEEN)));
    holds(
        &bench.0.run(&["check", &sound.url(), "--rerun", &before]),
        0,
        &["2 pass"],
    );
    let other = bench.0.run(&["check", "--rerun", &before, "--spec", "1.0"]);
    holds(&other, 2, &["give --spec 1.1"]);
    let fine = bench.results(&sound, &ONLY);
    holds(
        &bench.0.run(&["check", "--rerun", &fine]),
        4,
        &["no check failed", "nothing ran"],
    );
}

#[test]
fn failed_checks_are_replayed_side_by_side() {
    let bench = Bench::new();
    let (sound, wrong) = (registry(), wrong(DEFECT));
    let before = bench.results(&wrong, &ONLY);
    holds(
        &bench.0.run(&["replay", &before]),
        1,
        &["2 replays: 2 FAILED", SEEN],
    );
    holds(
        &bench.0.run(&["replay", &before, &sound.url()]),
        0,
        &["2 replays: 2 FIXED"],
    );
    let both = bench
        .0
        .run(&["replay", &before, &wrong.url(), &sound.url()]);
    holds(&both, 1, &["2 FIXED and 2 FAILED"]);
    let gone = bench
        .0
        .run(&["replay", &before, "127.0.0.1:1", "--retries", "0"]);
    holds(&gone, 3, &["2 ERROR"]);
    let fine = bench.results(&sound, &ONLY);
    holds(&bench.0.run(&["replay", &fine]), 4, &["nothing ran"]);
}

#[test]
fn a_file_of_settings_stands_for_flags_and_for_terms_of_some_checks() {
    let bench = Bench::new();
    let wrong = wrong(DEFECT);
    let text = format!(
        "url = '{}'\nonly = ['{SEEN}', 'pull/blobs/known-blob']\n[profile.ci.check]\nfail-on = 'never'\n[[override]]\nchecks = \
         '{SEEN}@sha512'\nskip = 'mended in spring'\n",
        wrong.url()
    );
    let file = bench.file("plimsoll.toml", &text);
    holds(&bench.0.run(&["check", "--config", &file]), 1, &["1 fail"]);
    let record = bench.0.record();
    let left_out = record
        .checks
        .iter()
        .find(|check| check.id == format!("{SEEN}@sha512"));
    let reason = left_out.and_then(|check| check.reason.as_deref());
    assert_eq!(reason, Some("left out: mended in spring"));
    let spared = bench
        .0
        .run(&["check", "--config", &file, "--profile", "ci"]);
    holds(&spared, 0, &["nothing can gate"]);
    let shown = bench.0.run(&[
        "config",
        "--config",
        &file,
        "--profile",
        "ci",
        "check",
        "--jobs",
        "3",
    ]);
    holds(
        &shown,
        0,
        &["line 2", "(profile `ci`)", "command line", "default"],
    );
    let bad = bench.file("plimsoll.toml", "jbos = 3\n");
    let refused = bench.0.run(&["check", "--config", &bad]);
    holds(&refused, 2, &["line 1", "did you mean `jobs`?"]);
}

#[test]
fn a_check_has_the_timeout_of_its_override() {
    let bench = Bench::new();
    // It is there, and then it is slow.
    let slow = server(|head, stream| {
        if head.starts_with("GET /v2/ ") {
            answer(stream, "200 OK", "", "");
        } else {
            std::thread::sleep(std::time::Duration::from_secs(5));
        }
    });
    let text = "[[override]]\nchecks = '*/known-blob'\ntimeout = '50ms'\nretries = 0\n";
    let file = bench.file("plimsoll.toml", text);
    let only = "pull/blobs/known-blob";
    let flags = [
        "check",
        &slow,
        "--config",
        &file,
        "--only",
        only,
        "--timeout",
        "1s",
    ];
    holds(&bench.0.run(&flags), 1, &[]);
    let ended = bench.0.record().checks.into_iter();
    let reasons: Vec<_> = ended
        .filter(|it| it.id == only)
        .map(|it| (it.verdict, it.reason))
        .collect();
    let [(verdict, Some(reason))] = reasons.as_slice() else {
        panic!("{reasons:?}");
    };
    assert!(verdict == "error" && reason.contains("50"), "{reason}");
}

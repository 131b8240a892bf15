//! What is put again: failures alone, a rule for every answer with all that was asked, and what is
//! known where a signal ends it.

use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plimsoll::run::Record;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::answer;
use crate::support::ended;
use crate::support::registry;
use crate::support::server;

/// A watch, and a check whose answers are its business.
const WATCH: &str = "answers/errors/error-code-listed";
const ASKS: &str = "pull/blobs/unknown-blob";
const ONLY: [&str; 4] = ["--only", WATCH, "--only", ASKS];

const JSON: &str = "Content-Type: application/json\r\n";

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

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// A server that knows nothing, and says so with this code.
fn refusing(code: &'static str) -> String {
    let body = format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#);
    server(move |head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ => answer(stream, "404 Not Found", JSON, &body),
    })
}

/// The folder of a run in which only a watch failed.
fn broken_watch() -> (Plimsoll, String) {
    let (plimsoll, url) = (Plimsoll::new(), refusing("GONE"));
    let ended = plimsoll.run(&[&["check", &url], &ONLY[..]].concat());
    holds(&ended, 1, &["FAILED"]);
    let record = plimsoll.record();
    let failed: Vec<_> = record.failed().map(|check| check.id.as_str()).collect();
    assert_eq!(failed, [WATCH]);
    let folder = path(plimsoll.out());
    (plimsoll, folder)
}

fn verdict(record: &Record, id: &str) -> String {
    let check = record.checks.iter().find(|check| check.id == id);
    check.expect(id).verdict.clone()
}

#[test]
fn a_watch_that_failed_is_judged_on_all_that_was_put_then() {
    let (_kept, folder) = broken_watch();
    let again = Plimsoll::new();
    let ended = again.run(&["check", "--rerun", &folder]);
    let words = ["FAILED", WATCH, "is judged on every answer of a run"];
    holds(&ended, 1, &words);
    let record = again.record();
    assert_eq!(verdict(&record, WATCH), "fail");
    assert_eq!(verdict(&record, ASKS), "pass");
    assert_eq!(verdict(&record, "pull/blobs/known-blob"), "skipped");
    let replayed = again.run(&["replay", &folder]);
    holds(&replayed, 1, &["1 replay: 1 FAILED"]);
    let sound = refusing("BLOB_UNKNOWN");
    let replayed = again.run(&["replay", &folder, &sound]);
    holds(&replayed, 0, &["1 replay: 1 FIXED"]);
    let ended = again.run(&["check", &sound, "--rerun", &folder]);
    holds(&ended, 0, &["passed"]);
}

#[test]
fn a_watch_is_not_put_again_on_less() {
    let (_kept, folder) = broken_watch();
    let sound = refusing("BLOB_UNKNOWN");
    let names = ["team/a", "team/b"];
    for flags in [
        &["--skip", ASKS][..],
        &["--without", "manifest-delete"],
        &["--read-only", "--repo", names[0]],
        &["--repo", names[0], "--repo", names[1]],
    ] {
        let arguments = [&["check", &sound, "--rerun", &folder], flags].concat();
        let ended = Plimsoll::new().run(&arguments);
        holds(
            &ended,
            2,
            &[WATCH, "so that it could pass because nobody asked"],
        );
    }
    let skip = ["check", &sound, "--rerun", &folder, "--skip", WATCH];
    holds(&Plimsoll::new().run(&skip), 0, &["passed"]);
}

#[test]
fn what_failed_because_a_feature_was_required_fails_again_without_the_flag() {
    let sound = registry();
    let url = sound.url();
    let plimsoll = Plimsoll::new();
    let off = server(|head, stream| match head {
        _ if head.starts_with("GET /v2/ ") => answer(stream, "200 OK", "", "{}"),
        _ if head.starts_with("GET ") => answer(stream, "404 Not Found", JSON, "{}"),
        _ => answer(stream, "405 Method Not Allowed", "", ""),
    });
    let only = ["--only", "push/post-then-put"];
    let ended = plimsoll.run(&[&["check", &off, "--require", "push"], &only[..]].concat());
    holds(&ended, 1, &["required by `--require push`"]);
    let folder = path(plimsoll.out());
    let again = Plimsoll::new();
    holds(&again.run(&["check", "--rerun", &folder]), 1, &["required"]);
    holds(&again.run(&["replay", &folder]), 1, &["FAILED"]);
    holds(&again.run(&["replay", &folder, &url]), 0, &["FIXED"]);
}

#[test]
fn checks_need_no_leave_and_findings_do() {
    let (_kept, folder) = broken_watch();
    let nobody = [
        "replay",
        &folder,
        "http://registry.invalid",
        "--retries",
        "0",
    ];
    holds(
        &Plimsoll::new().run(&nobody),
        3,
        &["1 ERROR", "has no address"],
    );
}

#[test]
fn a_folder_of_reports_stands_for_the_results_in_it() {
    let (_kept, folder) = broken_watch();
    let file = format!("{folder}/results.json");
    let known = format!("{folder}/known.toml");
    for from in [&folder, &file] {
        let update = ["expect", "update", "--from", from, "--to", &known];
        holds(&Plimsoll::new().run(&update), 0, &["known.toml"]);
        holds(&Plimsoll::new().run(&["replay", from]), 1, &["1 FAILED"]);
    }
    let empty = tempfile::tempdir().expect("a folder");
    let empty = path(empty.path());
    let words = ["so nothing was done", "no results.json in this folder"];
    for arguments in [
        &["check", "--rerun", &empty][..],
        &["compare", &folder, &empty],
        &["expect", "update", "--from", &empty, "--to", &known],
        &["export", "oci-conformance", &known, "--from", &empty],
        &["report", &empty],
    ] {
        holds(&Plimsoll::new().run(arguments), 2, &words);
    }
}

fn started(arguments: &[&str]) -> Child {
    let mut command = Plimsoll::new().command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

#[test]
fn a_replay_that_is_interrupted_says_what_is_known() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let (_kept, folder) = broken_watch();
        let asked = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&asked);
        let slow = server(move |head, stream| {
            if head.starts_with("GET /v2/ ") {
                answer(stream, "200 OK", "", "{}");
            } else {
                seen.store(true, Ordering::SeqCst);
                std::thread::sleep(Duration::from_secs(60));
            }
        });
        let sound = refusing("BLOB_UNKNOWN");
        let child = started(&["replay", &folder, &sound, &slow]);
        while !asked.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let id = child.id().to_string();
        let killed = Command::new("kill").args([signal, &id]).status();
        assert!(killed.expect("kill").success());
        let ended = ended(&child.wait_with_output().expect("it ends"));
        let words = ["FIXED ERROR", WATCH, "the replay was ended before it"];
        holds(&ended, code, &words);
    }
}

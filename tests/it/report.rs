//! Other forms of what a run came to, one record from shards, differences, and what GitHub is told.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use plimsoll::registry::Defect;
use plimsoll::registry::Registry;
use plimsoll::run::CheckEntry;
use plimsoll::run::Record;
use serde_json::Value;
use serde_json::json;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::ended;

/// Defects that break one thing, block others, and share causes, and the checks that see them.
const DEFECTS: [(Option<&str>, &str); 4] = [
    (None, "pull/*"),
    (Some("absent-blob-empty"), "pull/*"),
    (Some("post-upload-answers-200"), "push/post-then-put"),
    (Some("error-envelope-foreign"), "*"),
];

fn holds(ended: &Ended, code: i32, words: &[&str]) {
    let said = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, code, "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in\n{said}");
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The record of a run against a registry with this defect, or a sound one.
fn run_of(plimsoll: &Plimsoll, defect: Option<&str>, more: &[&str]) -> Record {
    let mut builder = Registry::builder();
    if let Some(name) = defect {
        builder = builder.defect(Defect::named(name).expect("a defect"));
    }
    let running = builder.spawn().expect("a port");
    let url = running.url();
    let arguments = [&["check", &url, "--seed", "1", "--run-id", "r"], more].concat();
    plimsoll.run(&arguments);
    plimsoll.record()
}

/// A folder with records, and the program.
struct Bench {
    plimsoll: Plimsoll,
}

impl Bench {
    fn new() -> Self {
        Self {
            plimsoll: Plimsoll::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.plimsoll.out().join(name)
    }

    /// Where a file with these bytes is.
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).expect("a file");
        path.display().to_string()
    }

    fn save(&self, name: &str, record: &Record) -> String {
        self.file(name, &plimsoll::report::json::render(record).expect("JSON"))
    }

    fn fixture(&self, name: &str) -> String {
        let bytes = fs::read(format!("fixtures/records/{name}.json")).expect(name);
        self.file(&format!("{name}.json"), &bytes)
    }

    fn report(&self, arguments: &[&str]) -> Ended {
        self.plimsoll.run(&[&["report"], arguments].concat())
    }

    /// The same where reports go to a folder of their own, whose path is returned.
    fn written(&self, arguments: &[&str]) -> (Ended, PathBuf) {
        let out = self.path("written");
        let folder = out.display().to_string();
        let ended = self.report(&[arguments, &["--out", &folder]].concat());
        (ended, out)
    }

    fn merged(&self, files: &[String]) -> (Ended, PathBuf) {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        self.written(&[&["--merge", "--report", "json"], files.as_slice()].concat())
    }
}

/// One of `of` shards of a run, as `--shard` would have written it.
fn shard(whole: &Record, part: usize, of: usize) -> Record {
    let mut shard = whole.clone();
    shard.shard = Some(format!("{part}/{of}"));
    shard.causes.clear();
    for (index, check) in shard.checks.iter_mut().enumerate() {
        if index % of != part {
            let bare = json!({
                "id": check.id,
                "title": check.title,
                "level": check.level,
                "requirements": check.requirements,
                "verdict": "skipped",
                "gates": false,
                "duration_ms": 0,
                "reason": plimsoll::run::OF_ANOTHER_SHARD,
            });
            *check = serde_json::from_value::<CheckEntry>(bare).expect("an entry");
        }
    }
    shard
}

#[test]
fn every_format_comes_from_a_file_and_the_end_is_that_of_the_run() {
    let bench = Bench::new();
    let file = bench.fixture("failing");
    let formats = "json,junit,md,annotations,badges,sarif,har";
    let (ended, out) = bench.written(&[&file, "--report", formats]);
    holds(&ended, 1, &["FAILED: ", "absent-manifest-unknown"]);
    assert_eq!(text(&out.join("results.json")), text(Path::new(&file)));
    for (name, words) in [
        ("junit.xml", "<failure"),
        ("summary.md", "**FAILED**"),
        ("annotations.txt", "::error title="),
        ("badges/pull.json", "violated"),
        ("badges/conformance.svg", "<svg"),
        ("results.sarif", "2.1.0"),
        ("traffic.har", "\"entries\""),
    ] {
        assert!(text(&out.join(name)).contains(words), "{name}");
    }
}

#[test]
fn a_record_ends_as_its_run_did_and_nothing_is_written_unless_told() {
    let bench = Bench::new();
    let file = bench.fixture("passing");
    let record: Value = serde_json::from_str(&text(Path::new(&file))).unwrap();
    let plimsoll = &bench.plimsoll;
    let expectations = |strict: bool| {
        json!({"strict": strict, "entries": [
            {"glob": "a", "reason": "b", "state": "unmatched", "by": []}
        ]})
    };
    let expectations = |strict| json!({"/expectations": expectations(strict)});
    let ends = |how: &str| json!({"/complete": false, "/ended_by": how});
    for (changes, code) in [
        (json!({}), 0),
        (json!({"/checks/0/gates": true}), 1),
        (json!({"/checks": []}), 4),
        (expectations(true), 5),
        (expectations(false), 0),
        (ends("out of time"), 124),
        (ends("interrupted"), 130),
        (ends("terminated"), 143),
        (ends("bug"), 70),
        (json!({"/complete": false}), 70),
    ] {
        let mut record = record.clone();
        for (pointer, value) in changes.as_object().unwrap() {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let parent = record.pointer_mut(parent).unwrap();
            match parent {
                Value::Array(list) => list[name.parse::<usize>().unwrap()] = value.clone(),
                parent => parent[name] = value.clone(),
            }
        }
        bench.file("results.json", record.to_string().as_bytes());
        // A folder stands for the record in it.
        let folder = plimsoll.out().display().to_string();
        holds(&bench.report(&[&folder]), code, &[]);
    }
    let names = fs::read_dir(plimsoll.out()).unwrap();
    assert_eq!(names.count(), 2, "nothing was written");
    let (told, out) = bench.written(&[&file, "--quiet"]);
    holds(&told, 0, &["passed: "]);
    let count = fs::read_dir(out).unwrap().count();
    assert_eq!(count, 4, "json, junit, html and md");
}

#[test]
fn what_cannot_be_used_is_said_with_its_name() {
    let bench = Bench::new();
    let sound = bench.fixture("passing");
    let fuzz = json!({"kind": "fuzz", "schema": 1, "findings": []}).to_string();
    for (bytes, words) in [
        (&b"\xff"[..], "not JSON"),
        (b"{}", "no `schema`"),
        (b"{\"schema\": 7}", "schema 7"),
        (fuzz.as_bytes(), "not the record of a run"),
        (
            b"{\"kind\": \"differential\", \"schema\": 1}",
            "--differential",
        ),
        (b"{\"kind\": \"diff\", \"schema\": 1}", "`diff`"),
    ] {
        let bad = bench.file("bad.json", bytes);
        for arguments in [
            &[bad.as_str()][..],
            &["--merge", &sound, &bad],
            &["--diff", &sound, &bad],
        ] {
            holds(&bench.report(arguments), 2, &["bad.json", words]);
        }
    }
    holds(&bench.report(&["nowhere.json"]), 2, &["nowhere.json"]);
    let folder = bench.plimsoll.out().display().to_string();
    holds(&bench.report(&[&folder]), 2, &["results.json"]);
    holds(&bench.report(&[&sound, &sound]), 2, &["--merge", "--diff"]);
    holds(&bench.report(&["--diff", &sound]), 2, &["two files"]);
    holds(
        &bench.report(&["--merge", "--diff", &sound, &sound]),
        2,
        &[],
    );
    holds(&bench.report(&[]), 2, &[]);
    let bad = ["--report", "pdf"];
    holds(
        &bench.report(&[&[sound.as_str()], &bad[..]].concat()),
        2,
        &["`pdf`", "sarif"],
    );
    let bad = ["--diff", &sound, &sound, "--report", "junit"];
    holds(&bench.report(&bad), 2, &["`junit`", "json, md"]);
}

#[test]
fn formats_are_refused_before_the_run_where_one_is_none_or_there_twice() {
    let plimsoll = Plimsoll::new();
    // Nobody listens there, which would be exit 3.
    for verb in ["check", "fuzz"] {
        let twice = [verb, "127.0.0.1:1", "--report", "json,junit,json"];
        holds(&plimsoll.run(&twice), 2, &["`json` twice"]);
        let none = [verb, "127.0.0.1:1", "--report", "pdf"];
        holds(
            &plimsoll.run(&none),
            2,
            &["`pdf` is no report format", "sarif"],
        );
    }
    let mut command = plimsoll.command(&["check", "127.0.0.1:1", "--report", "md"]);
    command.env("GITHUB_STEP_SUMMARY", plimsoll.out().join("summary.md"));
    holds(
        &ended(&command.output().unwrap()),
        2,
        &["two reports would go to"],
    );
    let mut command = plimsoll.command(&["check", "127.0.0.1:1", "--report", "md"]);
    command.env("GITHUB_STEP_SUMMARY", plimsoll.out().join("no/such/folder"));
    holds(&ended(&command.output().unwrap()), 70, &["no/such/folder"]);
    fs::create_dir_all(plimsoll.out().join("badges/pull.svg")).unwrap();
    let occupied = ["check", "127.0.0.1:1", "--report", "badges"];
    holds(&plimsoll.run(&occupied), 70, &["pull.svg"]);
}

#[test]
fn shards_come_to_the_record_of_the_whole() {
    for (defect, only) in DEFECTS {
        let bench = Bench::new();
        let whole = run_of(&bench.plimsoll, defect, &["--only", only]);
        let files: Vec<_> = (0..3)
            .map(|part| bench.save(&format!("{part}.json"), &shard(&whole, part, 3)))
            .collect();
        let (told, out) = bench.merged(&files);
        assert_eq!(told.code, i32::from(defect.is_some()), "{}", told.stdout);
        let bytes = fs::read(out.join("results.json")).unwrap();
        let mut merged = plimsoll::report::json::read(&bytes).unwrap();
        assert_eq!(merged.requests, 3 * whole.requests);
        merged.requests = whole.requests;
        assert_eq!(merged.latency, None, "shares of shards do not add up");
        merged.latency.clone_from(&whole.latency);
        assert_eq!(merged.causes, whole.causes, "{defect:?}");
        for (merged, own) in merged.checks.iter().zip(&whole.checks) {
            assert_eq!(merged, own, "{defect:?}");
        }
        for (merged, own) in merged.requirements.iter().zip(&whole.requirements) {
            assert_eq!(merged, own, "{defect:?}");
        }
        assert_eq!(merged, whole, "{defect:?}");
    }
}

#[test]
fn a_known_failure_of_another_shard_explains_what_it_blocks() {
    let bench = Bench::new();
    let only = ["--only", "push/post-then-put"];
    let bare = run_of(&bench.plimsoll, Some("post-upload-answers-200"), &only);
    let failed = bare.checks.iter().filter(|it| it.verdict == "fail");
    let entry = |it: &CheckEntry| format!("[[known]]\ncheck = \"{}\"\nreason = \"r\"\n", it.id);
    let expected = bench.file(
        "known.toml",
        failed.map(entry).collect::<String>().as_bytes(),
    );
    let whole = run_of(
        &bench.plimsoll,
        Some("post-upload-answers-200"),
        &[&only[..], &["--expect", &expected]].concat(),
    );
    assert!(whole.checks.iter().any(|it| it.verdict == "known"));
    let files: Vec<_> = (0..2)
        .map(|part| bench.save(&format!("{part}.json"), &shard(&whole, part, 2)))
        .collect();
    let (_, out) = bench.merged(&files);
    let mut merged =
        plimsoll::report::json::read(&fs::read(out.join("results.json")).unwrap()).unwrap();
    merged.requests = whole.requests;
    merged.latency.clone_from(&whole.latency);
    assert_eq!(merged.expectations, whole.expectations);
    assert_eq!(merged, whole);
}

#[test]
fn shards_that_are_missing_or_of_another_run_are_named() {
    let bench = Bench::new();
    let bytes = fs::read("reports/docker-registry-2.8.2/results.json").unwrap();
    let whole = plimsoll::report::json::read(&bytes).unwrap();
    let first = bench.save("first.json", &shard(&whole, 0, 3));
    let second = bench.save("second.json", &shard(&whole, 1, 3));
    let (told, out) = bench.merged(&[first.clone(), second.clone()]);
    holds(&told, 2, &["not all shards are there", "2/3"]);
    assert!(!out.exists(), "nothing is written");
    let mut other = shard(&whole, 2, 3);
    other.seed += 1;
    let other = bench.save("other.json", &other);
    let (told, _) = bench.merged(&[first.clone(), second.clone(), other]);
    holds(&told, 2, &["other.json", "seed", "another run"]);
    let third = bench.save("results.json", &shard(&whole, 2, 3));
    let files = [first, second, third.clone()];
    let (told, _) = bench.merged(&files);
    // The card was written with `--fail-on never`.
    holds(&told, 0, &["nothing can gate"]);
    let folder = bench.plimsoll.out().display().to_string();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let into = ["--merge", "--report", "json", "--out", &folder];
    let told = bench.report(&[&into, files.as_slice()].concat());
    holds(&told, 2, &["results.json", "would be lost"]);
    assert!(text(Path::new(&third)).contains("\"2/3\""));
}

#[test]
fn shards_of_other_selections_are_no_shards_of_one_run() {
    let bench = Bench::new();
    let first = ["--shard", "0/2", "--only", "pull/blobs/*"];
    let first = bench.save("first.json", &run_of(&bench.plimsoll, None, &first));
    let url = plimsoll::report::json::read(&fs::read(&first).unwrap()).unwrap();
    for (flags, words) in [
        (&["--only", "pull/*"][..], "--only"),
        (
            &["--only", "pull/blobs/*", "--skip", "pull/blobs/large-blob"],
            "--skip",
        ),
        (&["--only", "pull/blobs/*", "--level", "must"], "--level"),
        (
            &["--only", "pull/blobs/*", "--require", "push"],
            "--require",
        ),
        (
            &["--only", "pull/blobs/*", "--without", "sha512-blobs"],
            "--without",
        ),
    ] {
        let flags = [&["--shard", "1/2"], flags].concat();
        let mut second = run_of(&bench.plimsoll, None, &flags);
        second.target.url.clone_from(&url.target.url);
        let second = bench.save("second.json", &second);
        let (told, out) = bench.merged(&[first.clone(), second]);
        let all = ["second.json", "another run", words, "nobody knows"];
        holds(&told, 2, &all);
        assert!(!out.exists(), "nothing is written");
    }
    let second = ["--shard", "1/2", "--only", "pull/blobs/*"];
    let mut second = run_of(&bench.plimsoll, None, &second);
    second.target.url.clone_from(&url.target.url);
    let second = bench.save("second.json", &second);
    let (told, _) = bench.merged(&[first, second]);
    holds(&told, 0, &["passed"]);
}

#[test]
fn a_diff_fails_for_new_failures_that_gate_and_for_nothing_else() {
    let bench = Bench::new();
    let sound = run_of(
        &bench.plimsoll,
        None,
        &["--only", "pull/blobs/unknown-blob"],
    );
    let sound = bench.save("sound.json", &sound);
    let wrong = run_of(
        &bench.plimsoll,
        Some("absent-blob-empty"),
        &["--only", "pull/blobs/unknown-blob"],
    );
    let mild = run_of(
        &bench.plimsoll,
        Some("absent-blob-empty"),
        &["--only", "pull/blobs/unknown-blob", "--fail-on", "never"],
    );
    let mut early = wrong.clone();
    early.complete = false;
    early.ended_by = Some("out of time".to_owned());
    let wrong = bench.save("wrong.json", &wrong);
    let mild = bench.save("mild.json", &mild);
    let early = bench.save("early.json", &early);
    let diff = |old: &str, new: &str| bench.written(&["--diff", old, new, "--report", "json,md"]);
    let (told, out) = diff(&sound, &wrong);
    holds(
        &told,
        1,
        &[
            "New failures: 2",
            "pass → fail, which gates",
            "absent-blob-unknown",
        ],
    );
    let json: Value = serde_json::from_str(&text(&out.join("diff.json"))).unwrap();
    assert_eq!(json["gates"], true);
    assert_eq!(json["new_failures"][0]["old"], "pass");
    assert!(text(&out.join("diff.md")).contains("New failures"));
    holds(&diff(&wrong, &sound).0, 0, &["Fixed: 2", "no new failure"]);
    holds(&diff(&wrong, &wrong).0, 0, &["no new failure"]);
    holds(
        &diff(&sound, &mild).0,
        0,
        &["New failures: 2", "level that gates"],
    );
    holds(&diff(&mild, &wrong).0, 1, &["fail → fail, which gates"]);
    holds(&diff(&wrong, &early).0, 124, &["did not come to its end"]);
    let bare = bench.report(&["--diff", &sound, &wrong, "--quiet"]);
    holds(&bare, 1, &["2 new failures"]);
    assert_eq!(bare.stdout.lines().count(), 1);
}

#[test]
fn on_github_there_are_annotations_a_summary_and_no_command_of_a_target() {
    let plimsoll = Plimsoll::new();
    let wrong = Registry::builder()
        .defect(Defect::named("absent-blob-empty").unwrap())
        .spawn()
        .unwrap();
    let url = wrong.url();
    let check = |more: &[&str]| {
        let arguments = [&["check", &url, "--only", "pull/blobs/unknown-blob"], more].concat();
        let mut command = plimsoll.command(&arguments);
        command.env("GITHUB_ACTIONS", "true");
        command.env("GITHUB_STEP_SUMMARY", plimsoll.out().join("step"));
        ended(&command.output().unwrap())
    };
    let told = check(&["--report", "json,annotations"]);
    holds(&told, 1, &["::error title=must%3A absent-blob-unknown"]);
    assert!(!plimsoll.out().join("step").exists(), "md was not chosen");
    let told = check(&[]);
    holds(&told, 1, &["::error title=must%3A absent-blob-unknown"]);
    assert!(plimsoll.out().join("step").exists(), "md is chosen");
    fs::remove_file(plimsoll.out().join("step")).unwrap();
    // The report for people stands between two words that the runner heeds.
    let lines: Vec<&str> = told.stdout.lines().collect();
    let word = lines[0]
        .strip_prefix("::stop-commands::")
        .expect("it begins so");
    let end = lines
        .iter()
        .position(|line| *line == format!("::{word}::"))
        .unwrap();
    let verdict = lines
        .iter()
        .position(|line| line.starts_with("FAILED"))
        .unwrap();
    let error = lines
        .iter()
        .position(|line| line.starts_with("::error"))
        .unwrap();
    assert!(word.len() > 20 && verdict < end && end < error);
    let told = check(&["--report", "md"]);
    assert!(!told.stdout.contains("::error"));
    assert!(text(&plimsoll.out().join("summary.md")).contains("**FAILED**"));
    check(&["--report", "md"]);
    let step = text(&plimsoll.out().join("step"));
    assert_eq!(step.matches("**FAILED**").count(), 2, "{step}");
    let libtest = check(&["--libtest"]);
    assert!(!libtest.stdout.contains("::error"), "{}", libtest.stdout);
    let only = [
        "--only",
        "pull/blobs/unknown-blob",
        "--report",
        "annotations",
    ];
    let here = plimsoll.run(&[&["check", url.as_str()], &only[..]].concat());
    holds(&here, 1, &[]);
    assert!(!here.stdout.contains("::error"), "{}", here.stdout);
    assert!(text(&plimsoll.out().join("annotations.txt")).starts_with("::error "));
}

#[test]
fn shards_of_a_campaign_come_to_one_with_every_finding_once() {
    let bench = Bench::new();
    let campaign = |name: &str, shard: &str| {
        let told = bench.plimsoll.run(&[
            "fuzz",
            "--plans",
            "60",
            "--seed",
            "3",
            "--run-id",
            "r",
            "--shard",
            shard,
            "--defect",
            "post-upload-answers-200",
            "--report",
            "json,md,sarif,annotations",
        ]);
        holds(&told, 6, &[]);
        let folder = bench.path(name);
        fs::create_dir(&folder).unwrap();
        for entry in ["results.json", "findings", "summary.md", "results.sarif"] {
            fs::rename(bench.path(entry), folder.join(entry)).unwrap();
        }
        folder.display().to_string()
    };
    let read = |folder: &Path| -> Value {
        serde_json::from_str(&text(&folder.join("results.json"))).unwrap()
    };
    let whole = campaign("whole", "0/1");
    let first = campaign("first", "0/2");
    let second = campaign("second", "1/2");
    let (alone, out) = bench.written(&[&whole, "--report", "json,junit,md"]);
    holds(&alone, 6, &["findings/"]);
    assert_eq!(
        text(&out.join("results.json")),
        text(&Path::new(&whole).join("results.json"))
    );
    assert_eq!(
        text(&out.join("summary.md")),
        text(&Path::new(&whole).join("summary.md"))
    );
    fs::remove_dir_all(&out).unwrap();
    let (told, out) = bench.merged(&[first.clone(), second.clone()]);
    holds(&told, 6, &["in 60 plans"]);
    let (merged, own) = (read(&out), read(Path::new(&whole)));
    for field in ["plans", "groups", "shard"] {
        assert_eq!(merged[field], own[field], "{field}");
    }
    // How many steps plans take that run at once is up to the machine.
    let steps = |record: &Value| record["steps"].as_u64().unwrap();
    let parts = [&first, &second].map(|folder| steps(&read(Path::new(folder))));
    assert_eq!(steps(&merged), parts.iter().sum::<u64>());
    let findings = merged["findings"].as_array().unwrap();
    let mut names: Vec<_> = findings
        .iter()
        .map(|it| it["signature"].to_string())
        .collect();
    let files = fs::read_dir(out.join("findings")).unwrap().count();
    assert!(files > 0 && files == names.len());
    names.sort();
    names.dedup();
    assert_eq!(files, names.len());
    let (told, _) = bench.merged(std::slice::from_ref(&first));
    holds(&told, 2, &["missing: 1/2"]);
    let check = bench.fixture("passing");
    for arguments in [["--merge", &check, &first], ["--merge", &first, &check]] {
        holds(&bench.report(&arguments), 2, &["campaign"]);
    }
    holds(&bench.report(&["--diff", &check, &first]), 2, &["campaign"]);
    let har = [first.as_str(), "--report", "har"];
    holds(&bench.report(&har), 2, &["`har` is no report format"]);
}

#[test]
fn shards_of_one_registry_come_to_the_whole() {
    let plimsoll = Plimsoll::new();
    let running = crate::support::registry();
    let part = |shard: &str, folder: &str| {
        let out = plimsoll.out().join(folder).display().to_string();
        let url = running.url();
        let flags = [
            "check", &url, "--out", &out, "--seed", "1", "--only", "pull/*", "--report", "json",
        ];
        let shard = if shard.is_empty() {
            vec![]
        } else {
            vec!["--shard", shard]
        };
        // What the folder of the bench is told counts less than the last.
        let ended = plimsoll.run(&[&flags[..], &shard].concat());
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        out
    };
    let whole = plimsoll::report::json::read(
        &std::fs::read(format!("{}/results.json", part("", "whole"))).expect("results"),
    );
    let whole = whole.expect("a record");
    let parts: Vec<_> = ["0/3", "1/3", "2/3"]
        .iter()
        .enumerate()
        .map(|(at, shard)| part(shard, &format!("part{at}")))
        .collect();
    let out = plimsoll.out().join("merged").display().to_string();
    let merged = plimsoll.run(&[
        "report", "--merge", &parts[0], &parts[1], &parts[2], "--out", &out, "--report", "json",
    ]);
    assert_eq!(merged.code, 0, "{}{}", merged.stdout, merged.stderr);
    let merged = plimsoll::report::json::read(
        &std::fs::read(format!("{out}/results.json")).expect("results"),
    );
    let merged = merged.expect("a record");
    let verdicts = |record: &plimsoll::run::Record| -> Vec<_> {
        let checks = record.checks.iter();
        checks
            .map(|check| (check.id.clone(), check.verdict.clone()))
            .collect()
    };
    assert_eq!(verdicts(&merged), verdicts(&whole));
    let missing = plimsoll.run(&["report", "--merge", &parts[0], &parts[2]]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("1/3"), "{}", missing.stderr);
}

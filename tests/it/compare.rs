//! Several registries side by side, from the command line.

use std::fs;

use plimsoll::registry::Defect;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use serde_json::Value;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::registry;

/// Enough to tell the two apart.
const ONLY: [&str; 4] = [
    "--only",
    "pull/blobs/unknown-blob",
    "--only",
    "pull/blobs/known-blob",
];

fn wrong(defect: &str) -> Running {
    let row = Defect::named(defect).expect("a defect");
    Registry::builder().defect(row).spawn().expect("a port")
}

struct Bench(Plimsoll);

impl Bench {
    fn new() -> Self {
        Self(Plimsoll::new())
    }

    fn compare(&self, what: &[&str], flags: &[&str]) -> Ended {
        let out = self.0.out().join("compare").display().to_string();
        let arguments = [&["compare"], what, &["--out", &out], flags].concat();
        self.0.run(&arguments)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.out().join("compare").join(name)).expect(name)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text("compare.json")).expect("JSON")
    }
}

#[test]
fn a_wrong_registry_stands_beside_a_right_one() {
    let bench = Bench::new();
    let (wrong, right) = (wrong("absent-blob-empty"), registry());
    let flags = [&ONLY[..], &["--name", "wrong", "--name", "right"]].concat();
    let ended = bench.compare(&[&wrong.url(), &right.url()], &flags);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("something gates at wrong"),
        "{}",
        ended.stdout
    );
    let found = bench.json();
    let gates: Vec<_> = (0..2)
        .map(|at| found["targets"][at]["gate"].clone())
        .collect();
    assert_eq!(gates, ["violated", "passed"]);
    assert!(
        found["alone"][0]
            .to_string()
            .contains("absent-blob-unknown"),
        "{}",
        found["alone"]
    );
    assert_eq!(found["alone"][1], serde_json::json!([]));
    assert_eq!(found["identity"]["lines"], serde_json::json!([]));
    assert!(found["identity"]["copies"].as_u64() > Some(20));
    assert!(bench.text("compare.html").contains("absent-blob-unknown"));
    assert!(bench.text("compare.md").contains("absent-blob-unknown"));
}

#[test]
fn registries_that_disagree_on_what_content_is_called_are_told() {
    let bench = Bench::new();
    // It changes bytes, and is quick to say another digest.
    let (wrong, right) = (wrong("crlf-normalised"), registry());
    let flags = ["--only", "pull/blobs/known-blob"];
    let ended = bench.compare(&[&right.url(), &wrong.url()], &flags);
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stdout
            .contains("they do not agree on what content is called"),
        "{}",
        ended.stdout
    );
    let found = bench.json();
    let lines = found["identity"]["lines"].as_array().expect("lines");
    let has_crlf =
        |line: &&Value| line["document"] == "white-space" || line["document"] == "leading-space";
    let breaks: Vec<&Value> = lines.iter().filter(|line| line["breaks"] == true).collect();
    assert!(
        !breaks.is_empty() && breaks.iter().all(has_crlf),
        "{lines:?}"
    );
    let gates: Vec<_> = (0..2)
        .map(|at| found["targets"][at]["gate"].clone())
        .collect();
    assert_eq!(gates, ["passed", "passed"]);
    let rows = ended.stdout.lines().filter(|line| line.starts_with("[1] "));
    let told: usize = rows.map(|line| line.matches(&right.url()).count()).sum();
    assert_eq!(told, 1, "{}", ended.stdout);
    let text = bench.text("compare.md");
    let row = text.lines().find(|line| line.starts_with("1. "));
    assert_eq!(row.map(|it| it.matches(&right.url()).count()), Some(1));
}

#[test]
fn results_files_are_compared_as_registries_are() {
    let bench = Bench::new();
    let mut files = Vec::new();
    for (name, running) in [("wrong", wrong("absent-blob-empty")), ("right", registry())] {
        bench
            .0
            .run(&[&["check", &running.url()], &ONLY[..]].concat());
        let kept = bench.0.out().join(format!("{name}.json"));
        fs::copy(bench.0.out().join("results.json"), &kept).expect("results");
        files.push(kept.display().to_string());
    }
    let ended = bench.compare(&[&files[0], &files[1]], &[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let found = bench.json();
    assert!(
        found["alone"][0]
            .to_string()
            .contains("absent-blob-unknown")
    );
    assert!(found["identity"].is_null());
    assert_eq!(bench.compare(&[&files[1], &files[1]], &[]).code, 0);
    // Results of one registry have one address: they are called by where they are.
    let folder = bench.0.out().display().to_string();
    let ended = bench.compare(&[&files[0], &folder], &[]);
    assert!(
        ended
            .stdout
            .contains(&format!("something gates at {}", files[0])),
        "{}",
        ended.stdout
    );
    assert_eq!(bench.json()["targets"][1]["name"], folder);
}

#[test]
fn bad_input_is_said_before_anybody_is_asked() {
    let bench = Bench::new();
    let right = registry();
    let url = right.url();
    for (what, flags, code, words) in [
        (vec![url.as_str()], &[][..], 2, "2 values"),
        (
            vec![&url, &url],
            &["--name", "a", "--name", "b", "--name", "c"],
            2,
            "3 names and 2 registries",
        ),
        (
            vec![&url, &url],
            &["--name", "a", "--name", "a"],
            2,
            "a name of its own",
        ),
        (vec![&url, "nowhere.json"], &[], 2, "nowhere.json"),
        (
            vec![&url, "127.0.0.1:1"],
            &["--retries", "0"],
            3,
            "127.0.0.1:1",
        ),
        (
            vec![&url, &url],
            &["--username", "me"],
            2,
            "would go to all",
        ),
        (
            vec![&url, &url],
            &["--only", "nothing/like/it"],
            4,
            "nothing ran",
        ),
        (
            vec![&url, &url],
            &["--report", "pdf"],
            2,
            "no report format",
        ),
    ] {
        let ended = bench.compare(&what, flags);
        assert_eq!(ended.code, code, "{what:?} {flags:?}: {}", ended.stderr);
        assert!(
            ended.stderr.contains(words),
            "{words} is not in {}",
            ended.stderr
        );
    }
    assert!(!bench.0.out().join("compare/compare.json").exists());
}

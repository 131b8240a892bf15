//! Campaigns and findings from the command line: how they end, and what they leave behind.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use plimsoll::fuzz::Finding;
use plimsoll::fuzz::known;
use quick_junit::TestCaseStatus;
use serde_json::Value;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::ended;
use crate::support::registry;

/// A defect that every plan meets that pushes anything, whatever the generator makes of a seed.
const DEFECT: &str = "post-upload-answers-200";

/// Holds the end of a run against what is expected.
fn holds(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, code, "{}\n{}", ended.stdout, ended.stderr);
    for word in words {
        assert!(
            ended.stderr.contains(word),
            "it should say `{word}`:\n{}",
            ended.stderr
        );
    }
}

fn ends(arguments: &[&str], code: i32, words: &[&str]) {
    holds(&Plimsoll::new().run(arguments), code, words);
}

/// A campaign that finds the defect.
fn finding() -> (Plimsoll, Ended) {
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["fuzz", "--plans", "20", "--seed", "1", "--defect", DEFECT]);
    (plimsoll, ended)
}

impl Plimsoll {
    fn results(&self) -> Value {
        let text = fs::read(self.out().join("results.json")).expect("results.json");
        serde_json::from_slice(&text).expect("JSON")
    }

    fn findings(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.out().join("findings")).expect("a folder of findings");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let is_whole = |path: &PathBuf| path.extension().is_some_and(|it| it == "json");
        paths.filter(is_whole).collect()
    }

    /// The rules that junit.xml says are broken.
    fn failed_rules(&self) -> Vec<String> {
        let text = fs::read_to_string(self.out().join("junit.xml")).expect("junit.xml");
        let report = quick_junit::Report::deserialize_from_str(&text).expect("JUnit");
        let cases = report
            .test_suites
            .iter()
            .flat_map(|suite| &suite.test_cases);
        let cases: Vec<_> = cases.collect();
        assert_eq!(cases.len(), plimsoll::fuzz::RULES.len(), "{text}");
        for case in &cases {
            assert_eq!(case.classname.as_deref(), Some("oci.fuzz"));
        }
        let failed = |status: &TestCaseStatus| matches!(status, TestCaseStatus::NonSuccess { .. });
        let failed = cases.iter().filter(|case| failed(&case.status));
        failed.map(|case| case.name.as_str().to_owned()).collect()
    }
}

fn path(of: &std::path::Path) -> String {
    of.display().to_string()
}

#[test]
fn what_cannot_be_is_a_usage_error() {
    ends(&["fuzz", "--seed", "one"], 2, &["--seed"]);
    ends(&["fuzz", "--time", "0s"], 2, &["more than no time"]);
    ends(&["fuzz", "--time", "soon"], 2, &["30s or 10m"]);
    ends(&["fuzz", "--shard", "2/2"], 2, &["0/4"]);
    ends(&["fuzz", "--jobs", "0"], 2, &["from 1 to 256"]);
    ends(&["fuzz", "--rate", "none"], 2, &["20/s"]);
    ends(&["fuzz", "--defect", "post-upload-answers"], 2, &[DEFECT]);
    ends(
        &["fuzz", "127.0.0.1:1", "--defect", DEFECT],
        2,
        &["leave out the URL"],
    );
}

#[test]
fn other_peoples_registries_are_left_alone_without_leave() {
    let words = ["not on this machine", "--i-may-test-this-target"];
    ends(&["fuzz", "registry.invalid"], 2, &words);
    ends(
        &[
            "fuzz",
            "http://nowhere.invalid",
            "--i-may-test-this-target",
            "--retries",
            "0",
        ],
        3,
        &["has no address"],
    );
    let (found, _) = finding();
    let findings = path(&found.out().join("findings"));
    ends(&["replay", &findings, "registry.invalid"], 2, &words);
}

#[test]
fn a_campaign_that_plays_nothing_is_no_success() {
    ends(&["fuzz", "--rules", "isolatoin"], 4, &["isolation"]);
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["fuzz", "--plans", "0"]);
    holds(&ended, 4, &[]);
    assert!(ended.stdout.contains("nothing ran"), "{}", ended.stdout);
    let text = fs::read_to_string(plimsoll.out().join("junit.xml")).unwrap();
    assert!(text.contains("<error"), "{text}");
}

#[test]
fn nobody_listening_is_no_finding() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    ends(
        &["fuzz", &address, "--retries", "0"],
        3,
        &["nobody listens", "--wait"],
    );
    let (found, _) = finding();
    let findings = path(&found.out().join("findings"));
    let ended = Plimsoll::new().run(&["replay", &findings, &address, "--retries", "0"]);
    holds(&ended, 3, &[]);
    assert!(ended.stdout.contains("ERROR"), "{}", ended.stdout);
}

#[test]
fn a_corpus_with_something_else_in_it_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.json"), "{}").unwrap();
    ends(
        &["fuzz", "--corpus", &path(folder.path())],
        2,
        &["x.json", "is no plan", "--corpus"],
    );
}

#[test]
fn a_folder_that_cannot_be_written_ends_the_campaign_before_it_starts() {
    let plimsoll = Plimsoll::new();
    let file = plimsoll.out().join("file");
    fs::write(&file, "").unwrap();
    let run = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command
            .env_remove("PLIMSOLL_URL")
            .args(["fuzz", "--plans", "1", "--out", out]);
        ended(&command.output().unwrap())
    };
    let ended = run(&path(&file.join("reports")));
    holds(&ended, 70, &["choose another folder"]);
    assert!(ended.stdout.is_empty(), "nothing was run: {}", ended.stdout);
    // Findings have a folder of their own.
    fs::write(plimsoll.out().join("findings"), "").unwrap();
    let ended = run(&path(plimsoll.out()));
    holds(&ended, 70, &["findings", "choose another folder"]);
    assert!(ended.stdout.is_empty(), "nothing was run: {}", ended.stdout);
}

#[test]
fn the_reference_registry_comes_to_nothing() {
    let plimsoll = Plimsoll::new();
    let corpus = plimsoll.out().join("corpus");
    let arguments = ["fuzz", "--plans", "300", "--seed", "7", "--corpus"];
    let ended = plimsoll.run(&[&arguments[..], &[&path(&corpus)]].concat());
    holds(&ended, 0, &[]);
    assert!(
        ended.stdout.contains("no finding in 300 plans"),
        "{}",
        ended.stdout
    );
    let results = plimsoll.results();
    assert_eq!(results["schema"], 1);
    assert_eq!(results["kind"], "fuzz");
    assert_eq!(results["complete"], true);
    assert_eq!(results["ended"], "completed");
    assert_eq!(results["plans"], 300);
    assert_eq!(results["seed"], 7);
    assert_eq!(results["corpus"]["plans"], 0);
    let supported = |row: &Value| row["id"] == "tag-delete" && row["state"] == "supported";
    assert!(results["profile"].as_array().unwrap().iter().any(supported));
    assert!(results["requests"].as_u64() > results["steps"].as_u64());
    assert_eq!(results["findings"], Value::Array(Vec::new()));
    assert!(plimsoll.findings().is_empty());
    assert!(plimsoll.failed_rules().is_empty());
    let novel = fs::read_dir(&corpus).unwrap().count();
    assert!(novel > 10, "what is new goes to the corpus: {novel}");
    // The next campaign begins with them.
    let ended = plimsoll.run(&["fuzz", "--plans", "5", "--corpus", &path(&corpus)]);
    holds(&ended, 0, &[]);
    assert_eq!(plimsoll.results()["corpus"]["plans"], novel);
}

#[test]
fn a_defect_is_found_and_its_finding_replays() {
    let (plimsoll, ended) = finding();
    holds(&ended, 6, &[]);
    let files = plimsoll.findings();
    assert!(!files.is_empty());
    assert_eq!(
        plimsoll.results()["findings"].as_array().unwrap().len(),
        files.len()
    );
    assert_eq!(plimsoll.failed_rules(), ["model"]);
    for words in [
        "upload-post-accepted (MONO-01)",
        "spec.md#",
        "expected ",
        "reproduced ",
        "1. ",
        "curl ",
    ] {
        assert!(ended.stdout.contains(words), "{words}\n{}", ended.stdout);
    }
    for file in &files {
        assert!(ended.stdout.contains(&path(file)), "{}", ended.stdout);
    }
    let findings = path(&plimsoll.out().join("findings"));
    let wrong = Plimsoll::new().run(&["replay", &findings, "--defect", DEFECT]);
    holds(&wrong, 1, &[]);
    assert!(wrong.stdout.contains("FAILED"), "{}", wrong.stdout);
    assert!(!wrong.stdout.contains("curl"), "{}", wrong.stdout);
    let right = Plimsoll::new().run(&["replay", &path(&files[0]), "-v"]);
    holds(&right, 0, &[]);
    assert!(right.stdout.contains("FIXED"), "{}", right.stdout);
    assert!(right.stdout.contains("curl"), "{}", right.stdout);
}

#[test]
fn what_was_found_in_real_registries_is_not_in_ours_and_is_played_first() {
    let folder = tempfile::tempdir().unwrap();
    let findings = path(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings"));
    let mut count = 0;
    for entry in fs::read_dir(findings).unwrap() {
        let file = entry.unwrap().path();
        let finding = Finding::read(&file).unwrap();
        let is_first = known().iter().any(|row| row.plan == finding.plan);
        assert!(is_first, "{} is not in plans.jsonl", file.display());
        // It is put to the registry inside the process.
        let text = fs::read_to_string(&file).unwrap();
        let own = text.replace(&finding.target, "http://registry.invalid");
        fs::write(folder.path().join(file.file_name().unwrap()), own).unwrap();
        count += 1;
    }
    let ended = Plimsoll::new().run(&["replay", &path(folder.path())]);
    holds(&ended, 0, &[]);
    let all = format!("{count} findings: {count} FIXED");
    assert!(ended.stdout.contains(&all), "{all}\n{}", ended.stdout);
}

#[test]
fn several_registries_show_side_by_side_who_shares_the_fault() {
    let (plimsoll, _) = finding();
    let findings = path(&plimsoll.out().join("findings"));
    let sound = registry();
    let row = plimsoll::registry::Defect::named(DEFECT).unwrap();
    let wrong = plimsoll::registry::Registry::builder()
        .defect(row)
        .spawn()
        .unwrap();
    let ended = Plimsoll::new().run(&["replay", &findings, &sound.url(), &wrong.url()]);
    holds(&ended, 1, &[]);
    assert!(
        ended.stdout.contains("FIXED    FAILED   "),
        "{}",
        ended.stdout
    );
    let urls = [&sound.url(), &wrong.url()];
    assert!(urls.iter().all(|url| ended.stdout.contains(*url)));
    ends(
        &[
            "replay",
            &findings,
            &sound.url(),
            &wrong.url(),
            "--token",
            "t",
        ],
        2,
        &["one registry"],
    );
}

#[test]
fn what_is_no_finding_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    ends(&["replay", &path(folder.path())], 4, &["no finding"]);
    ends(&["replay", "http://127.0.0.1:1"], 2, &["give the file"]);
    ends(
        &["replay", "nowhere.json"],
        2,
        &["nowhere.json", "cannot be read"],
    );
    let (plimsoll, _) = finding();
    let text = fs::read_to_string(&plimsoll.findings()[0]).unwrap();
    let generator = format!("\"generator\": {}", plimsoll::fuzz::plan::GENERATOR);
    for (was, is, says) in [
        ("\"schema\": 1", "\"schema\": 9", "form 9"),
        (
            &generator,
            "\"generator\": 99",
            "use the version that wrote it",
        ),
        ("\"spec\": \"1.1\"", "\"spec\": \"7\"", "no version"),
        (
            "\"target\": \"http://",
            "\"target\": \"ftp://",
            "no address",
        ),
        ("\"repositories\": 1", "\"repositories\": 0", "plan"),
        ("{", "<", "no finding of plimsoll"),
        ("\"rule\"", "\"rules\"", "no finding of plimsoll"),
    ] {
        let changed = text.replacen(was, is, 1);
        assert_ne!(changed, text, "{was} is in a finding");
        let file = folder.path().join("finding.json");
        fs::write(&file, changed).unwrap();
        ends(&["replay", &path(&file)], 2, &["finding.json", says]);
    }
}

#[test]
fn a_finding_that_cannot_be_written_is_not_lost() {
    let (plimsoll, _) = finding();
    let file = plimsoll.findings().remove(0);
    fs::remove_file(&file).unwrap();
    fs::create_dir_all(file.join("occupied")).unwrap();
    let ended = plimsoll.run(&["fuzz", "--plans", "20", "--seed", "1", "--defect", DEFECT]);
    holds(&ended, 70, &["cannot be written", "here it is"]);
    let text = ended.stderr.split_once("here it is:\n").unwrap().1;
    let again: Value = serde_json::Deserializer::from_str(text)
        .into_iter()
        .next()
        .unwrap()
        .unwrap();
    let signature = file.file_stem().unwrap().to_str().unwrap();
    assert_eq!(again["signature"], signature);
}

#[test]
fn shards_add_up() {
    let plans = |shard: &str| {
        let plimsoll = Plimsoll::new();
        let arguments = ["fuzz", "--plans", "40", "--seed", "3", "--shard"];
        holds(&plimsoll.run(&[&arguments[..], &[shard]].concat()), 0, &[]);
        let results = plimsoll.results();
        (
            results["plans"].as_u64().unwrap(),
            results["steps"].as_u64().unwrap(),
        )
    };
    let (whole, first, second) = (plans("0/1"), plans("0/2"), plans("1/2"));
    assert_eq!(whole.0, 40);
    assert_eq!(first.0 + second.0, whole.0);
    // Lanes that run at once may differ by a step.
    let unlike = whole.1.abs_diff(first.1 + second.1);
    assert!(unlike * 100 < whole.1, "{first:?}, {second:?}, {whole:?}");
    assert!(first.0 > 5 && second.0 > 5, "{first:?} and {second:?}");
}

/// A registry that does not outlive its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The reference registry as a process of its own, which can be killed.
fn served(plimsoll: &Plimsoll) -> (Served, String) {
    let ready = plimsoll.out().join("ready");
    let mut command = plimsoll.command(&["serve", "--addr", "127.0.0.1:0", "--ready-file"]);
    let child = command.arg(&ready).stderr(Stdio::null()).spawn();
    let child = Served(child.expect("the program starts"));
    let url = eventually(|| {
        fs::read_to_string(&ready)
            .ok()
            .filter(|it| it.ends_with('\n'))
    });
    (child, url.trim().to_owned())
}

/// What comes of something sooner or later.
fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it never came");
        thread::sleep(Duration::from_millis(50));
    }
}

/// A campaign without a foreseeable end, once it has begun.
fn under_way(plimsoll: &Plimsoll, more: &[&str]) -> Child {
    let corpus = plimsoll.out().join("novel");
    let arguments = ["fuzz", "--time", "90s", "--retries", "0", "--corpus"];
    let mut command = plimsoll.command(&[&arguments[..], &[&path(&corpus)], more].concat());
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    eventually(|| fs::read_dir(&corpus).ok()?.nth(5)?.ok());
    child.expect("the program starts")
}

#[test]
fn a_target_that_dies_is_a_finding() {
    let plimsoll = Plimsoll::new();
    let (registry, url) = served(&plimsoll);
    let campaign = under_way(&plimsoll, &[&url]);
    drop(registry);
    let ended = ended(&campaign.wait_with_output().unwrap());
    holds(&ended, 6, &[]);
    assert!(
        ended.stdout.contains("does not answer any more"),
        "{}",
        ended.stdout
    );
    assert_eq!(plimsoll.results()["ended"], "target-lost");
    assert_eq!(plimsoll.findings().len(), 1);
}

#[test]
fn a_signal_ends_a_campaign_and_what_is_found_is_written() {
    for (signal, code, word) in [("INT", 130, "interrupted"), ("TERM", 143, "terminated")] {
        let plimsoll = Plimsoll::new();
        let campaign = under_way(&plimsoll, &["--seed", "1", "--defect", DEFECT]);
        eventually(|| Some(plimsoll.findings()).filter(|files| !files.is_empty()));
        let id = campaign.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap();
        assert!(sent.success());
        let ended = ended(&campaign.wait_with_output().unwrap());
        holds(&ended, code, &[]);
        let results = plimsoll.results();
        assert_eq!(results["complete"], false);
        assert_eq!(results["ended_by"], word);
        assert!(!results["findings"].as_array().unwrap().is_empty());
    }
}

#[test]
fn rules_and_mutations_are_listed_and_explained() {
    for what in ["rules", "mutations"] {
        let ended = Plimsoll::new().run(&["list", what, "--format", "json"]);
        holds(&ended, 0, &[]);
        let rows: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
        assert!(!rows.is_empty());
        let text = Plimsoll::new().run(&["list", what]).stdout;
        assert!(text.contains(&format!("{} {what}", rows.len())), "{text}");
    }
    for (id, words) in [("isolation", "--rules isolation"), ("range-gap", "CHK-09")] {
        let ended = Plimsoll::new().run(&["explain", id]);
        holds(&ended, 0, &[]);
        assert!(ended.stdout.contains(words), "{}", ended.stdout);
    }
    ends(&["explain", "isolatoin"], 2, &["isolation"]);
}

#[test]
fn no_rule_or_mutation_has_the_name_of_something_else_that_is_explained() {
    use plimsoll::check::Feature;
    use plimsoll::registry::Defect;
    use plimsoll::registry::Variation;
    let rules = plimsoll::fuzz::RULES.iter().map(|rule| rule.id);
    let names: Vec<_> = rules
        .chain(plimsoll::fuzz::mutations().map(|row| row.name))
        .collect();
    for (index, name) in names.iter().enumerate() {
        assert!(!names[..index].contains(name), "{name} is there twice");
        assert!(plimsoll::catalogue::find(name).is_none(), "{name}");
        assert!(Feature::named(name).is_none(), "{name}");
        assert!(Defect::named(name).is_none(), "{name}");
        assert!(Variation::named(name).is_none(), "{name}");
    }
}

#[test]
fn a_plan_that_cannot_be_written_leaves_a_corpus_that_can_be_read() {
    let plimsoll = Plimsoll::new();
    let corpus = plimsoll.out().join("corpus");
    let run = |plans: &str| {
        let arguments = ["fuzz", "--seed", "1", "--plans", plans, "--corpus"];
        plimsoll.run(&[&arguments[..], &[&path(&corpus)]].concat())
    };
    holds(&run("3"), 0, &[]);
    let names = fs::read_dir(&corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let names: Vec<_> = names.collect();
    assert!(!names.is_empty());
    // With the corpus away the same plans are new again, and one has no room for its file.
    fs::remove_dir_all(&corpus).unwrap();
    let hidden = names[0].with_extension("partial");
    let hidden = corpus.join(format!(".{}", hidden.file_name().unwrap().display()));
    fs::create_dir_all(&hidden).unwrap();
    let ended = run("3");
    holds(&ended, 70, &["cannot be written", "the campaign goes on"]);
    assert!(ended.stdout.contains("in 3 plans"), "{}", ended.stdout);
    fs::remove_dir_all(&hidden).unwrap();
    holds(&run("1"), 0, &[]);
}

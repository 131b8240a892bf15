//! What is known to be wrong is shown and does not gate; what is not known any more is said.

use std::fs;
use std::path::PathBuf;

use plimsoll::registry::Defect;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use plimsoll::run::CheckEntry;
use plimsoll::run::ExpectationEntry;
use serde_json::Value;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::registry;

/// A defect that two variants of one check see, and its entry.
const DEFECT: &str = "absent-blob-empty";
const ONLY: &str = "pull/blobs/unknown-blob";
const KNOWN: &str = r#"
[[known]]
check = "pull/blobs/unknown-*"
verdict = "fail"
reason = "the cache answers for it"
link = "https://tracker.invalid/1"
expires = 2999-12-31
"#;

/// A defect that every plan meets that pushes anything, and the group of its findings.
const FOUND: &str = "post-upload-answers-200";
const GROUP: &str = "model: POST /v2/<name>/blobs/uploads/* => 200";

fn wrong(defect: &str) -> Running {
    let row = Defect::named(defect).expect("a defect");
    Registry::builder().defect(row).spawn().expect("a port")
}

/// The program, with files next to its reports.
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

    /// Where a file with this text is.
    fn file(&self, text: &str) -> String {
        let path = self.path("known.toml");
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    /// A check of `only`, with this text as what is expected.
    fn check(&self, url: &str, only: &str, expected: &str, more: &[&str]) -> Ended {
        let file = self.file(expected);
        let arguments = ["check", url, "--only", only, "--expect", &file];
        self.plimsoll.run(&[&arguments[..], more].concat())
    }

    /// A campaign that finds the defect, with this text as what is expected.
    fn fuzz(&self, expected: &str, more: &[&str]) -> Ended {
        let file = self.file(expected);
        let arguments = [
            "fuzz", "--plans", "20", "--seed", "1", "--defect", FOUND, "--expect", &file,
        ];
        self.plimsoll.run(&[&arguments[..], more].concat())
    }

    fn update(&self) -> Ended {
        let from = self.path("results.json").display().to_string();
        let to = self.path("known.toml").display().to_string();
        self.plimsoll
            .run(&["expect", "update", "--from", &from, "--to", &to])
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }

    fn results(&self) -> Value {
        serde_json::from_str(&self.text("results.json")).expect("JSON")
    }

    fn expectations(&self) -> Vec<ExpectationEntry> {
        let record = self.plimsoll.record();
        record.expectations.expect("some were given").entries
    }

    fn states(&self) -> Vec<String> {
        let entries = self.expectations().into_iter();
        entries.map(|entry| entry.state).collect()
    }

    /// The checks that ended so.
    fn ended(&self, verdict: &str) -> Vec<CheckEntry> {
        let checks = self.plimsoll.record().checks.into_iter();
        checks.filter(|check| check.verdict == verdict).collect()
    }
}

fn holds(ended: &Ended, code: i32, words: &[&str]) {
    let text = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, code, "{text}");
    for word in words {
        assert!(text.contains(word), "it should say `{word}`:\n{text}");
    }
}

/// The element, the message and the text of a test case.
fn case(junit: &str, name: &str) -> (&'static str, String, String) {
    use quick_junit::TestCaseStatus;
    let report = quick_junit::Report::deserialize_from_str(junit).expect("JUnit");
    let mut cases = report.test_suites.iter().flat_map(|it| &it.test_cases);
    let case = cases.find(|case| case.name.as_str() == name).expect(name);
    let own = |text: &Option<quick_junit::XmlString>| {
        text.as_ref()
            .map_or(String::new(), |it| it.as_str().to_owned())
    };
    match &case.status {
        TestCaseStatus::Success { .. } => ("passed", String::new(), String::new()),
        TestCaseStatus::NonSuccess {
            message,
            description,
            ..
        } => ("failure", own(message), own(description)),
        TestCaseStatus::Skipped {
            message,
            description,
            ..
        } => ("skipped", own(message), own(description)),
    }
}

#[test]
fn a_known_failure_does_not_gate_and_is_shown_with_its_reason() {
    let wrong = wrong(DEFECT);
    let bench = Bench::new();
    let url = wrong.url();
    let bare = bench.plimsoll.run(&["check", &url, "--only", ONLY]);
    holds(&bare, 1, &["FAILED"]);
    assert!(bench.plimsoll.record().expectations.is_none());
    let ended = bench.check(&url, ONLY, KNOWN, &["--strict-expectations"]);
    let words = [
        "Known failures:",
        "(fail, until 2999-12-31): the cache answers for it",
        "https://tracker.invalid/1",
        "passed: nothing gates",
        "known failure",
    ];
    holds(&ended, 0, &words);
    let known = bench.ended("known");
    assert!(!known.is_empty() && known.iter().all(|check| !check.gates));
    for check in &known {
        assert_eq!(check.reason.as_deref(), Some("the cache answers for it"));
        assert_eq!(check.known.as_ref().unwrap().ended, "fail");
        assert_eq!(check.violated.as_deref(), Some("absent-blob-unknown"));
        let (element, message, text) = case(&bench.text("junit.xml"), &check.id);
        assert_eq!(element, "skipped");
        assert_eq!(message, "known failure: the cache answers for it");
        assert!(text.contains("https://tracker.invalid/1"), "{text}");
    }
    let entries = bench.expectations();
    assert_eq!(entries[0].state, "met");
    let ids: Vec<_> = known.iter().map(|check| check.id.clone()).collect();
    assert_eq!(entries[0].by, ids);
}

#[test]
fn a_known_failure_makes_no_requirement_held_and_no_workflow_conformant() {
    let wrong = wrong(DEFECT);
    let bench = Bench::new();
    holds(&bench.check(&wrong.url(), ONLY, KNOWN, &[]), 0, &[]);
    let record = bench.plimsoll.record();
    let rows = record.requirements.iter();
    let row = rows.into_iter().find(|row| row.id == "absent-blob-unknown");
    assert_eq!(row.unwrap().state, "violated");
    let pull = record.categories.iter().find(|row| row.id == "pull");
    assert_eq!(pull.unwrap().state, "violated");
}

#[test]
fn a_failure_that_is_not_known_gates_still() {
    let wrong = wrong(DEFECT);
    let bench = Bench::new();
    let url = wrong.url();
    for expected in [
        KNOWN.replace("unknown-*", "unknown-blob"),
        KNOWN.replace("\"fail\"", "\"flaky\""),
        KNOWN.replace("\"fail\"", "\"warn\""),
        KNOWN
            .replace("check =", "finding =")
            .replace("verdict = \"fail\"", ""),
    ] {
        let ended = bench.check(&url, "pull/blobs/*", &expected, &[]);
        holds(&ended, 1, &["FAILED"]);
    }
    // Nothing but the last day is different.
    let expired = KNOWN.replace("2999-12-31", "2020-12-31");
    let ended = bench.check(&url, ONLY, &expired, &[]);
    let words = [
        "FAILED",
        "out of date",
        "held until 2020-12-31",
        "gates again",
    ];
    holds(&ended, 1, &words);
    assert_eq!(bench.states(), ["expired"]);
    assert!(!bench.expectations()[0].by.is_empty());
    let ended = bench.check(&url, ONLY, &expired, &["--strict-expectations"]);
    holds(&ended, 1, &["FAILED"]);
}

#[test]
fn what_is_blocked_by_a_known_failure_does_not_gate() {
    let wrong = wrong(FOUND);
    let bench = Bench::new();
    let url = wrong.url();
    let only = "push/post-then-put";
    let bare = bench.plimsoll.run(&["check", &url, "--only", only]);
    holds(&bare, 1, &[]);
    let failed: Vec<_> = bench.ended("fail").into_iter().map(|it| it.id).collect();
    assert!(!failed.is_empty() && !bench.ended("blocked").is_empty());
    let entries = failed.iter();
    let entry = |id: &String| format!("[[known]]\ncheck = \"{id}\"\nreason = \"soon\"\n");
    let expected: String = entries.map(entry).collect();
    let ended = bench.check(&url, only, &expected, &[]);
    holds(&ended, 0, &["blocked"]);
    assert!(!ended.stdout.contains("see it again"), "{}", ended.stdout);
    let libtest = bench.check(&url, only, &expected, &["--libtest"]);
    holds(&libtest, 0, &["known: soon", " 0 failed"]);
}

#[test]
fn a_registry_that_is_known_not_to_answer_is_no_success() {
    let url = crate::support::server(|head, stream| {
        if head.starts_with("GET /v2/ ") {
            crate::support::answer(stream, "200 OK", "", "{}");
        }
    });
    let bench = Bench::new();
    let more = ["--retries", "0", "--jobs", "1"];
    let bare = bench.check(&url, ONLY, "", &more);
    holds(&bare, 1, &["error"]);
    let ended = bench.check(
        &url,
        ONLY,
        "[[known]]\ncheck = \"*\"\nreason = \"r\"\n",
        &more,
    );
    holds(&ended, 4, &["NOTHING RAN", "Known failures"]);
}

#[test]
fn what_is_out_of_date_is_shown_and_fails_if_told_to() {
    let sound = registry();
    let bench = Bench::new();
    let url = sound.url();
    for (expected, state, words) in [
        (
            KNOWN.to_owned(),
            "passed",
            "it passes (pull/blobs/unknown-blob",
        ),
        (
            KNOWN.replace("2999-12-31", "2020-12-31"),
            "expired",
            "held until 2020-12-31",
        ),
        (
            KNOWN.replace("pull/blobs/unknown-*", "pull/blob/*"),
            "unmatched",
            "nothing matched it",
        ),
    ] {
        let shown = bench.check(&url, ONLY, &expected, &[]);
        holds(
            &shown,
            0,
            &["out of date", words, "the cache answers for it", "passed: "],
        );
        assert_eq!(bench.states(), [state]);
        assert!(!bench.text("junit.xml").contains("expectations"));
        let strict = bench.check(&url, ONLY, &expected, &["--strict-expectations"]);
        holds(&strict, 5, &[words, "OUT OF DATE: 1 expectation is"]);
        let (element, _, text) = case(&bench.text("junit.xml"), "expectations");
        assert_eq!(element, "failure");
        assert!(text.contains(words), "{text}");
        let libtest = bench.check(
            &url,
            ONLY,
            &expected,
            &["--strict-expectations", "--libtest"],
        );
        holds(&libtest, 5, &[]);
    }
}

#[test]
fn an_entry_of_what_was_not_asked_is_not_out_of_date() {
    let sound = registry();
    let bench = Bench::new();
    let elsewhere = KNOWN.replace("pull/blobs/unknown-*", "push/*");
    // Some of what it is about was not selected, and may be what it is there for.
    let in_part = KNOWN.replace("pull/blobs/unknown-*", "pull/blobs/*");
    let findings = "[[known]]\nfinding = \"model\"\nreason = \"later\"\n";
    let expected = [&elsewhere, &in_part, findings].concat();
    let ended = bench.check(&sound.url(), ONLY, &expected, &["--strict-expectations"]);
    holds(&ended, 0, &["only about checks that were not selected"]);
    assert_eq!(bench.states(), ["not-selected", "open"]);
}

#[test]
fn a_file_that_cannot_be_used_ends_the_run_before_it_starts() {
    let bench = Bench::new();
    for (text, words) in [
        ("[[known]]\ncheck = \"a", &["line 2", "mend it"][..]),
        (
            "[[known]]\nchekc = \"a\"\n",
            &["line 2", "did you mean `check`?"],
        ),
        ("\n[[known]]\ncheck = \"a\"\n", &["line 2", "no reason"]),
        (
            "[[known]]\ncheck = \"a[\"\nreason = \"r\"\n",
            &["line 2", "is no glob"],
        ),
        (
            "[[known]]\ncheck = \"a\"\nreason = \"r\"\nexpires = \"soon\"\n",
            &["line 4", "without quotes"],
        ),
        (
            "[[known]]\ncheck = \"a\"\nreason = \"r\"\nexpires = 2027-02-30\n",
            &["line 4"],
        ),
    ] {
        let file = bench.file(text);
        for verb in ["check", "fuzz"] {
            // Nobody listens there, which would be exit 3.
            let ended = bench
                .plimsoll
                .run(&[verb, "127.0.0.1:1", "--expect", &file]);
            holds(&ended, 2, words);
            assert!(ended.stderr.contains("known.toml"), "{}", ended.stderr);
        }
    }
    let nowhere = ["check", "127.0.0.1:1", "--expect", "nowhere.toml"];
    holds(&bench.plimsoll.run(&nowhere), 2, &["nowhere.toml"]);
    let alone = ["check", "127.0.0.1:1", "--strict-expectations"];
    holds(&bench.plimsoll.run(&alone), 2, &["--expect"]);
}

#[test]
fn a_known_finding_does_not_gate_and_is_written_all_the_same() {
    let bench = Bench::new();
    holds(&bench.fuzz("", &[]), 6, &[]);
    let expected = format!("[[known]]\nfinding = \"{GROUP}\"\nreason = \"soon\"\n");
    let ended = bench.fuzz(&expected, &["--strict-expectations"]);
    holds(
        &ended,
        0,
        &[
            "Known findings:",
            "soon",
            "no finding, and ",
            " known finding",
        ],
    );
    let results = bench.results();
    let findings = results["findings"].as_array().unwrap();
    assert!(!findings.is_empty());
    assert_eq!(results["known"].as_array().unwrap().len(), findings.len());
    assert_eq!(results["known"][0]["reason"], "soon");
    assert_eq!(results["known"][0]["signature"], findings[0]["signature"]);
    assert_eq!(results["expectations"]["entries"][0]["state"], "met");
    let files = fs::read_dir(bench.path("findings")).unwrap();
    assert_eq!(files.count(), findings.len());
    let (element, message, text) = case(&bench.text("junit.xml"), "model");
    assert_eq!(element, "skipped");
    assert_eq!(message, "known failure: soon");
    assert!(
        text.contains("Known: soon") && text.contains("curl"),
        "{text}"
    );
}

#[test]
fn a_finding_that_is_not_known_gates_still() {
    let bench = Bench::new();
    let of_check = "[[known]]\ncheck = \"*\"\nreason = \"r\"\n";
    let expired =
        format!("[[known]]\nfinding = \"{GROUP}\"\nreason = \"r\"\nexpires = 2020-01-01\n");
    for expected in [of_check, &expired] {
        holds(&bench.fuzz(expected, &[]), 6, &[]);
        assert_eq!(case(&bench.text("junit.xml"), "model").0, "failure");
        assert_eq!(bench.results().get("known"), None);
    }
    assert_eq!(
        bench.results()["expectations"]["entries"][0]["state"],
        "expired"
    );
}

#[test]
fn an_entry_that_no_finding_matched_is_shown_and_fails_if_told_to() {
    let bench = Bench::new();
    let expected = format!(
        "[[known]]\nfinding = \"{GROUP}\"\nreason = \"soon\"\n\
         [[known]]\nfinding = \"fault\"\nreason = \"later\"\n\
         [[known]]\ncheck = \"no/such\"\nreason = \"not of findings\"\n"
    );
    let words = ["`fault` (later): nothing matched it", "a longer campaign"];
    let shown = bench.fuzz(&expected, &[]);
    holds(&shown, 0, &words);
    assert!(!shown.stdout.contains("no/such"), "{}", shown.stdout);
    let strict = bench.fuzz(&expected, &["--strict-expectations"]);
    holds(&strict, 5, &["OUT OF DATE: 1 expectation is"]);
    assert_eq!(case(&bench.text("junit.xml"), "expectations").0, "failure");
}

#[test]
fn an_update_keeps_what_is_needed_and_adds_what_gates() {
    let wrong = wrong(DEFECT);
    let bench = Bench::new();
    let url = wrong.url();
    let only = "pull/*";
    let entry = KNOWN.replace("unknown-*", "unknown-blob");
    let text = format!(
        "# Ours.\n{entry}\n# Gone.\n[[known]]\ncheck = \"pull/blobs/known-blob\"\nreason = \"was slow\"\n\
         [[known]]\ncheck = \"push/*\"\nreason = \"of another run\"\n"
    );
    holds(&bench.check(&url, only, &text, &[]), 1, &[]);
    let gating = bench.plimsoll.record().checks.into_iter();
    let gating = gating.filter(|check| check.gates).count();
    assert!(gating > 0);
    let says = format!("2 kept, 1 dropped, {gating} added");
    holds(
        &bench.update(),
        0,
        &[&says, "dropped, since it passes: pull/blobs/known-blob"],
    );
    let updated = bench.text("known.toml");
    assert!(
        updated.starts_with(&format!("# Ours.\n{entry}")),
        "{updated}"
    );
    assert!(!updated.contains("was slow") && !updated.contains("# Gone."));
    assert!(updated.contains("of another run"), "{updated}");
    assert!(updated.contains("to be looked into: absent-blob-unknown"));
    holds(
        &bench.check(&url, only, &updated, &["--strict-expectations"]),
        0,
        &[],
    );
    holds(&bench.update(), 0, &[" 0 dropped, 0 added"]);
    assert_eq!(bench.text("known.toml"), updated);
}

#[test]
fn an_update_from_a_campaign_makes_it_pass() {
    let bench = Bench::new();
    holds(&bench.fuzz("", &[]), 6, &[]);
    fs::remove_file(bench.path("known.toml")).unwrap();
    holds(&bench.update(), 0, &["0 kept, 0 dropped, 1 added"]);
    let text = bench.text("known.toml");
    assert!(text.contains("finding = \"model: POST"), "{text}");
    holds(&bench.fuzz(&text, &["--strict-expectations"]), 0, &[]);
    holds(&bench.update(), 0, &["1 kept, 0 dropped, 0 added"]);
}

#[test]
fn an_update_from_or_to_what_is_none_writes_nothing() {
    let bench = Bench::new();
    let file = bench.file("[[known]]\n");
    let update = |from: &str, to: &str| {
        bench
            .plimsoll
            .run(&["expect", "update", "--from", from, "--to", to])
    };
    let results = bench.path("results.json").display().to_string();
    holds(
        &update(&results, &file),
        2,
        &["results.json", "nothing was done"],
    );
    for text in [
        "",
        "{}",
        "{\"kind\": \"fuzz\"}",
        "{\"kind\": \"fuzz\", \"schema\": 9, \"findings\": []}",
    ] {
        fs::write(&results, text).unwrap();
        holds(&update(&results, &file), 2, &["results.json"]);
    }
    fs::copy("fixtures/records/failing.json", &results).unwrap();
    holds(&update(&results, &file), 2, &["known.toml", "line 1"]);
    assert_eq!(bench.text("known.toml"), "[[known]]\n");
    let nowhere = bench.path("no/such/folder.toml").display().to_string();
    holds(&update(&results, &nowhere), 70, &["cannot be written"]);
}

#[test]
fn a_record_with_expectations_fits_its_schema() {
    let schema = serde_json::from_str(include_str!("../../docs/results.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong = wrong(DEFECT);
    let bench = Bench::new();
    let other = "[[known]]\ncheck = \"no/such\"\nreason = \"r\"\nexpires = 2020-01-01\n";
    holds(
        &bench.check(&wrong.url(), ONLY, &[KNOWN, other].concat(), &[]),
        0,
        &[],
    );
    let record = bench.results();
    let errors: Vec<_> = validator.iter_errors(&record).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(record.to_string().contains("tracker.invalid"));
}

#[test]
fn the_example_of_the_documentation_is_a_file_of_expectations() {
    use plimsoll::check::Day;
    use plimsoll::check::Expectations;
    let text = include_str!("../../docs/expectations.md");
    let blocks = text.split("```toml\n").skip(1);
    let blocks: Vec<_> = blocks.filter_map(|it| it.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let read = Expectations::read(block, Day::default());
        let read = read.unwrap_or_else(|error| panic!("{error}\n{block}"));
        assert!(!read.entries.is_empty());
        for entry in read.entries.iter().filter(|it| it.is_of_checks()) {
            let cases = plimsoll::run::Case::all(plimsoll::suite::SECTIONS);
            assert!(
                cases.iter().any(|case| entry.takes(&case.id)),
                "{}",
                entry.glob()
            );
        }
    }
}

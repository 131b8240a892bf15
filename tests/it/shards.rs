//! Shards that are merged come to what one run would have come to; whatever is wrong with them is said, or
//! makes no difference.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use plimsoll::catalogue::Version;
use plimsoll::fuzz::Campaign;
use plimsoll::fuzz::Change;
use plimsoll::fuzz::Corpus;
use plimsoll::fuzz::Mutation;
use plimsoll::fuzz::Plan;
use plimsoll::fuzz::Profile;
use plimsoll::fuzz::Step;
use plimsoll::fuzz::Tool;
use plimsoll::fuzz::campaign::Ended as Outcome;
use plimsoll::fuzz::campaign::Event;
use plimsoll::fuzz::campaign::Observer;
use plimsoll::fuzz::plan::Op;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::registry::Defect;
use plimsoll::registry::InProcess;
use plimsoll::registry::Registry;
use plimsoll::report::fuzz::CorpusEntry;
use plimsoll::report::fuzz::FuzzRecord;
use plimsoll::report::fuzz::KIND;
use plimsoll::report::fuzz::SCHEMA;
use plimsoll::run::Control;
use plimsoll::run::Settings;
use serde_json::Value;
use serde_json::json;

use crate::broken_disk::Disk;
use crate::support::Ended;
use crate::support::Plimsoll;

/// Into how many parts the work is cut.
const PARTS: [u64; 4] = [1, 2, 3, 5];

/// What is wrong with the registry that is checked: something that fails, blocks and warns.
const CHECKED: [&str; 2] = ["absent-blob-empty", "post-upload-answers-200"];

/// What is wrong with the registry that is fuzzed: kinds of breaches of which there are more than a campaign
/// looks into.
const FUZZED: [&str; 3] = [
    "absent-blob-empty",
    "error-envelope-foreign",
    "malformed-content-range-500",
];

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn value(path: &Path) -> Value {
    serde_json::from_str(&text(path)).expect("JSON")
}

fn holds(ended: &Ended, code: i32, words: &[&str]) {
    let said = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, code, "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in\n{said}");
    }
}

/// A folder with the shards of something, and the program that merges them.
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

    /// Puts results where a shard writes them.
    fn put(&self, name: &str, bytes: &[u8]) {
        let folder = self.path(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("results.json"), bytes).expect("a file");
    }

    fn put_value(&self, name: &str, value: &Value) {
        self.put(name, value.to_string().as_bytes());
    }

    /// Merges the shards in this folder, into another.
    fn merged(&self, folder: &str, more: &[&str]) -> Ended {
        let from = self.path(folder).display().to_string();
        let out = self.path("merged").display().to_string();
        let arguments = [
            "report", "--merge", &from, "--out", &out, "--report", "json",
        ];
        self.plimsoll.run(&[&arguments, more].concat())
    }

    /// What that came to.
    fn result(&self) -> Value {
        value(&self.path("merged/results.json"))
    }
}

/// A record as text, with a word in the place of where the registry was: each run has one of its own.
fn anywhere(text: &str, address: &str) -> String {
    text.replace(address, "registry.invalid")
}

/// What `check` says of a registry with these defects that nobody has used yet.
fn checked(shard: Option<&str>, more: &[&str]) -> String {
    let plimsoll = Plimsoll::new();
    let mut builder = Registry::builder();
    for name in CHECKED {
        builder = builder.defect(Defect::named(name).expect("a defect"));
    }
    let running = builder.spawn().expect("a port");
    let url = running.url();
    let mut arguments = vec![
        "check", &url, "--seed", "1", "--run-id", "r", "--report", "json",
    ];
    arguments.extend(more);
    arguments.extend(shard.iter().flat_map(|it| ["--shard", it]));
    let ended = plimsoll.run(&arguments);
    assert!([0, 1].contains(&ended.code), "{}", ended.stderr);
    let address = running.addr().to_string();
    anywhere(&text(&plimsoll.out().join("results.json")), &address)
}

/// What checks came to, but for what depends on the moment.
fn verdicts(record: &Value) -> BTreeMap<String, Value> {
    let checks = record["checks"].as_array().expect("checks");
    let bare = |check: &Value| {
        let mut check = check.clone();
        for moment in ["duration_ms", "exchanges", "curl", "shown_by"] {
            check.as_object_mut().expect("a check").remove(moment);
        }
        check
    };
    let name = |check: &Value| check["id"].as_str().expect("an id").to_owned();
    checks.iter().map(|it| (name(it), bare(it))).collect()
}

/// Holds what shards came to against what the whole did.
fn are_alike(merged: &Value, whole: &Value) {
    let (here, there) = (verdicts(merged), verdicts(whole));
    let ids = |of: &BTreeMap<String, Value>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&here), ids(&there));
    for (id, check) in &here {
        assert_eq!(check, &there[id], "{id}");
    }
    for part in [
        "summary",
        "categories",
        "requirements",
        "causes",
        "features",
    ] {
        assert_eq!(merged[part], whole[part], "{part}");
    }
    for part in ["complete", "spec", "seed", "terms", "run_id", "shard"] {
        assert_eq!(merged[part], whole[part], "{part}");
    }
}

#[test]
fn shards_of_a_check_come_to_the_whole_verdict_by_verdict() {
    let whole = thread::spawn(|| checked(None, &[]));
    let shards: Vec<_> = PARTS
        .into_iter()
        .flat_map(|of| (0..of).map(move |part| (of, part)))
        .map(|(of, part)| {
            let name = format!("{part}/{of}");
            (of, part, thread::spawn(move || checked(Some(&name), &[])))
        })
        .collect();
    let whole: Value = serde_json::from_str(&whole.join().expect("it ran")).expect("JSON");
    assert_eq!(whole["complete"], true);
    let bench = Bench::new();
    for (of, part, shard) in shards {
        let text = shard.join().expect("it ran");
        bench.put(&format!("of-{of}/shard-{part}"), text.as_bytes());
    }
    for of in PARTS {
        holds(&bench.merged(&format!("of-{of}"), &[]), 1, &["FAILED"]);
        are_alike(&bench.result(), &whole);
    }
}

/// Hears of plans that do something new.
#[derive(Default)]
struct Novel(Mutex<Vec<Plan>>);

impl Observer for Novel {
    fn on(&self, event: &Event<'_>) -> bool {
        if let Event::Novel(plan) = event {
            self.0
                .lock()
                .expect("nobody panicked")
                .push((*plan).clone());
        }
        true
    }
}

/// A campaign of these plans, or of this many where there are none.
fn campaign(
    first: &[Plan],
    plans: u64,
    shard: (u64, u64),
    defects: &[&str],
) -> (FuzzRecord, Novel) {
    let mut builder = Registry::builder();
    for name in defects {
        builder = builder.defect(Defect::named(name).expect("a defect"));
    }
    let transport = Arc::new(builder.build().in_process());
    let mut settings = ClientSettings::new(InProcess::URL);
    // However busy the machine is.
    settings.timeout = Duration::from_secs(120);
    let client = Arc::new(Client::in_process(transport, settings).expect("sound settings"));
    let mut profile = Profile::of(Version::default());
    let probing = Settings::of(Arc::clone(&client), InProcess::URL.to_owned());
    profile.features = plimsoll::run::features(probing, &Control::default());
    let campaign = Campaign {
        seed: 1,
        first: first.to_vec(),
        plans: Some(plans),
        deadline: None,
        jobs: 4,
        shard,
        rules: Vec::new(),
        origin: InProcess::URL.to_owned(),
        namespace: "shards".to_owned(),
        profile,
        budget: 300,
        evolve: false,
    };
    let novel = Novel::default();
    let stop = AtomicBool::new(false);
    let outcome = campaign.run(&client, &Corpus::default(), &stop, &novel);
    assert_eq!(outcome.ended, Outcome::Completed);
    let record = FuzzRecord {
        schema: SCHEMA,
        kind: KIND.to_owned(),
        tool: Tool::this(),
        complete: true,
        ended_by: None,
        target: InProcess::URL.to_owned(),
        spec: Version::default(),
        namespace: "shards".to_owned(),
        run_id: "r".to_owned(),
        shard: format!("{}/{}", shard.0, shard.1),
        evolve: false,
        rules: Vec::new(),
        corpus: CorpusEntry {
            plans: 0,
            hash: String::new(),
        },
        plans_at_most: Some(plans),
        started: "2026-11-28T00:00:00Z".to_owned(),
        duration_ms: 1,
        profile: Vec::new(),
        known: Vec::new(),
        expectations: None,
        outcome,
    };
    (record, novel)
}

/// Plans that each do something new, and whose requests are whole and follow one another: nobody controls the
/// order in which requests meet that run at once, nor whether an answer overtakes the end of odd bytes.
fn plans() -> Vec<Plan> {
    let (_, novel) = campaign(&[], 700, (0, 1), &[]);
    let mut plans = novel.0.into_inner().expect("nobody panicked");
    let is_ordinary = |plan: &Plan| {
        let changes = plan.mutations().into_iter().filter_map(mutation);
        let is_exact = |it: &Change| matches!(it, Change::Bytes(_) | Change::Unfinished(_));
        let is_raw = |step: &Step| matches!(step.op, Op::Raw { .. });
        let mut steps = plan.lanes.iter().flatten();
        plan.lanes.len() == 1
            && !steps.any(is_raw)
            && !changes.map(|it| it.change).any(|it| is_exact(&it))
    };
    plans.retain(is_ordinary);
    assert!(plans.len() > 100, "{}", plans.len());
    plans
}

fn mutation(name: &str) -> Option<&'static Mutation> {
    plimsoll::fuzz::mutations().find(|it| it.name == name)
}

/// A record without what is not the same each time.
fn lasting(record: &Value) -> Value {
    let mut record = record.clone();
    let fields = record.as_object_mut().expect("a record");
    // Those for looks that the whole would not have taken are counted, too, since they were sent.
    fields.remove("requests");
    for finding in fields["findings"].as_array_mut().expect("findings") {
        let finding = finding.as_object_mut().expect("a finding");
        for moment in ["exchanges", "curl"] {
            finding.remove(moment);
        }
    }
    record
}

#[test]
fn shards_of_a_campaign_come_to_the_whole_finding_by_finding() {
    let plans = plans();
    let count = plans.len() as u64;
    let bench = Bench::new();
    let (whole, _) = campaign(&plans, count, (0, 1), &FUZZED);
    let (again, _) = campaign(&plans, count, (0, 1), &FUZZED);
    let of_json = |record: &FuzzRecord| -> Value {
        let bytes = plimsoll::report::fuzz::json(record).expect("JSON");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let whole = of_json(&whole);
    assert_eq!(
        lasting(&whole),
        lasting(&of_json(&again)),
        "it can be repeated"
    );
    let groups = whole["groups"].as_object().expect("groups");
    assert!(groups.len() > 3, "{groups:?}");
    let mut extra = 0;
    for of in PARTS {
        let folder = format!("of-{of}");
        let mut signatures = std::collections::BTreeSet::new();
        for part in 0..of {
            let (shard, _) = campaign(&plans, count, (part, of), &FUZZED);
            let found = shard.outcome.findings.iter();
            signatures.extend(found.map(|it| it.signature.clone()));
            bench.put_value(&format!("{folder}/shard-{part}"), &of_json(&shard));
        }
        holds(&bench.merged(&folder, &[]), 6, &["findings"]);
        assert_eq!(lasting(&bench.result()), lasting(&whole), "{of} shards");
        extra += signatures.len() - whole["findings"].as_array().expect("a list").len();
    }
    assert!(
        extra > 0,
        "no shard found what the whole leaves: the rule was not put to the test"
    );
}

/// Results of three shards of a campaign, which differ in what they counted.
fn campaign_shards(bench: &Bench) -> Vec<Value> {
    let (record, _) = campaign(&[], 30, (0, 3), &["post-upload-answers-200"]);
    let bytes = plimsoll::report::fuzz::json(&record).expect("JSON");
    let first: Value = serde_json::from_slice(&bytes).expect("JSON");
    let shards: Vec<Value> = (0..3)
        .map(|part| {
            let mut shard = first.clone();
            shard["shard"] = json!(format!("{part}/3"));
            shard["plans"] = json!(10 + part);
            shard
        })
        .collect();
    for (part, shard) in shards.iter().enumerate() {
        bench.put_value(&format!("fuzz/shard-{part}"), shard);
    }
    shards
}

#[test]
fn a_full_disk_is_said_and_loses_nothing_of_the_shards() {
    let bench = Bench::new();
    campaign_shards(&bench);
    let before = text(&bench.path("fuzz/shard-1/results.json"));
    let Some(disk) = Disk::new("size=64k") else {
        return;
    };
    // Nothing more fits than the names of files.
    fs::write(disk.path().join("other"), vec![0; 64 << 10]).expect("there is room for this");
    let out = disk.path().join("merged");
    let from = bench.path("fuzz").display().to_string();
    let into = out.display().to_string();
    let arguments = [
        "report", "--merge", &from, "--out", &into, "--report", "json",
    ];
    let told = bench.plimsoll.run(&arguments);
    holds(
        &told,
        70,
        &["in 33 plans", "No space left on device", "results.json"],
    );
    assert!(!out.join("results.json").exists(), "whole or not at all");
    assert_eq!(text(&bench.path("fuzz/shard-1/results.json")), before);
    holds(&bench.merged("fuzz", &[]), 6, &["in 33 plans"]);
}

/// Results of two shards of a run, of a few checks.
fn check_shards(bench: &Bench) -> Vec<Value> {
    let only = ["--only", "pull/blobs/*"];
    let names = ["0/2", "1/2"];
    let shards = names.map(|name| serde_json::from_str(&checked(Some(name), &only)).expect("JSON"));
    for (part, shard) in shards.iter().enumerate() {
        bench.put_value(&format!("check/shard-{part}"), shard);
    }
    shards.to_vec()
}

#[test]
fn a_missing_shard_is_named_and_the_others_are_told_as_a_part() {
    let bench = Bench::new();
    campaign_shards(&bench);
    check_shards(&bench);
    let left_out = |folder: &str| {
        fs::remove_file(bench.path(folder).join("results.json")).expect("a file");
    };
    fs::remove_dir_all(bench.path("fuzz/shard-1")).expect("a folder");
    let words = ["not all shards are there", "missing: 1/3", "--partial"];
    holds(&bench.merged("fuzz", &[]), 2, &words);
    assert!(!bench.path("merged").exists(), "nothing is written");
    let words = ["in 22 plans", "ended before its end: shards missing"];
    holds(&bench.merged("fuzz", &["--partial"]), 2, &words);
    assert_eq!(bench.result()["complete"], false);
    assert_eq!(bench.result()["ended_by"], "shards missing");
    // A worker that was killed leaves what it found, and no results.
    fs::create_dir(bench.path("check/shard-1/findings")).expect("a folder");
    left_out("check/shard-1");
    holds(
        &bench.merged("check", &[]),
        2,
        &["shard-1", "no results.json in this folder"],
    );
    let words = ["shard-1", "left out", "INCOMPLETE (shards missing)"];
    holds(&bench.merged("check", &["--partial"]), 2, &words);
    for part in [0, 2] {
        fs::remove_dir_all(bench.path(&format!("fuzz/shard-{part}"))).expect("a folder");
    }
    holds(
        &bench.merged("fuzz", &["--partial"]),
        2,
        &["no results.json"],
    );
}

#[test]
fn a_shard_that_comes_twice_counts_once() {
    let bench = Bench::new();
    let shards = campaign_shards(&bench);
    holds(&bench.merged("fuzz", &[]), 6, &["in 33 plans"]);
    let once = bench.result();
    bench.put_value("fuzz/copy", &shards[1]);
    holds(&bench.merged("fuzz", &[]), 6, &["in 33 plans"]);
    assert_eq!(bench.result(), once);
    // One that was killed counts where there is no other.
    let mut killed = shards[1].clone();
    killed["complete"] = json!(false);
    killed["ended_by"] = json!("terminated");
    killed["started"] = json!("2026-11-29T00:00:00Z");
    killed["plans"] = json!(3);
    bench.put_value("fuzz/copy", &killed);
    holds(&bench.merged("fuzz", &[]), 6, &["in 33 plans"]);
    assert_eq!(bench.result(), once);
    fs::remove_dir_all(bench.path("fuzz/shard-1")).expect("a folder");
    holds(
        &bench.merged("fuzz", &[]),
        143,
        &["in 25 plans", "terminated"],
    );
    // Of two whole ones the newer.
    let mut newer = shards[1].clone();
    newer["started"] = json!("2026-11-30T00:00:00Z");
    newer["plans"] = json!(5);
    bench.put_value("fuzz/copy", &newer);
    bench.put_value("fuzz/shard-1", &shards[1]);
    holds(&bench.merged("fuzz", &[]), 6, &["in 27 plans"]);

    let shards = check_shards(&bench);
    bench.merged("check", &[]);
    let once = bench.result();
    bench.put_value("check/copy", &shards[0]);
    bench.merged("check", &[]);
    assert_eq!(bench.result(), once);
}

#[test]
fn what_is_of_no_one_campaign_is_refused_with_what_differs() {
    let bench = Bench::new();
    let shards = campaign_shards(&bench);
    for (field, value, words) in [
        ("seed", json!(7), "its seed is `7`"),
        ("spec", json!("1.0"), "its specification is `1.0`"),
        ("target", json!("http://b"), "its registry is `http://b`"),
        ("shard", json!("1/4"), "its shard is `of 4`"),
        ("shard", json!("3/3"), "`3/3` is no shard"),
        ("plans_at_most", json!(9), "its number of plans is `9`"),
        ("schema", json!(2), "schema 2"),
    ] {
        let mut other = shards[1].clone();
        other[field] = value;
        bench.put_value("fuzz/shard-1", &other);
        holds(
            &bench.merged("fuzz", &[]),
            2,
            &["shard-1/results.json", words],
        );
    }
    let mut other = shards[1].clone();
    other["tool"]["version"] = json!("9.9.9");
    bench.put_value("fuzz/shard-1", &other);
    holds(
        &bench.merged("fuzz", &[]),
        2,
        &["its plimsoll is `9.9.9`", "merge only"],
    );
}

#[test]
fn what_is_cut_or_no_results_at_all_is_named_and_left_out_if_told() {
    let bench = Bench::new();
    let shards = campaign_shards(&bench);
    let whole = shards[1].to_string();
    let cut = &whole.as_bytes()[..whole.len() / 2];
    for bytes in [
        cut,
        b"",
        b"\xff\x00",
        b"[]",
        b"{\"kind\": \"fuzz\", \"schema\": 1}",
    ] {
        bench.put("fuzz/shard-1", bytes);
        let words = [
            "shard-1/results.json",
            "nothing was done",
            "give a results.json",
        ];
        holds(&bench.merged("fuzz", &[]), 2, &words);
        let words = ["shard-1/results.json", "are left out", "in 22 plans"];
        holds(&bench.merged("fuzz", &["--partial"]), 2, &words);
    }
    check_shards(&bench);
    bench.put(
        "fuzz/shard-1",
        text(&bench.path("check/shard-1/results.json")).as_bytes(),
    );
    let words = [
        "shard-1",
        "the record of `plimsoll check`",
        "merge each kind by itself",
    ];
    holds(&bench.merged("fuzz", &[]), 2, &words);
    holds(&bench.merged("fuzz", &["--partial"]), 2, &words);
}

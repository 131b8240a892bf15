//! Shards of a record come to the record again, and what is of no one run is refused.

use super::*;
use crate::run::CheckEntry;
use crate::run::ConcernEntry;
use crate::run::KnownEntry;
use crate::verdict::Verdict;

/// Full runs against real registries.
const RECORDS: [&str; 3] = [
    include_str!("../../../reports/docker-registry-2.8.2/results.json"),
    include_str!("../../../reports/distribution-3.1.2/results.json"),
    include_str!("../../../reports/go-containerregistry-0.22.1/results.json"),
];

fn record(text: &str) -> Record {
    serde_json::from_str(text).unwrap()
}

/// A record of failures of every kind.
fn failing() -> Record {
    record(include_str!("../../../fixtures/records/failing.json"))
}

/// One of `of` shards of a run: all checks that are not its own were left out.
fn shard(whole: &Record, part: usize, of: usize) -> Record {
    let mut shard = whole.clone();
    shard.shard = Some(format!("{part}/{of}"));
    shard.run_id = format!("r{part}");
    for (index, check) in shard.checks.iter_mut().enumerate() {
        if index % of != part {
            left_out(check, OF_ANOTHER_SHARD);
        }
    }
    shard
}

fn left_out(check: &mut CheckEntry, reason: &str) {
    *check = CheckEntry {
        verdict: Verdict::Skipped.to_string(),
        gates: false,
        duration_ms: 0,
        violated: None,
        expected: None,
        actual: None,
        fault: None,
        concerns: Vec::new(),
        cause: None,
        reason: Some(reason.to_owned()),
        known: None,
        shown_by: None,
        exchanges: Vec::new(),
        curl: None,
        ..check.clone()
    };
}

fn ended<'r>(record: &'r Record, id: &str) -> &'r CheckEntry {
    record.checks.iter().find(|check| check.id == id).unwrap()
}

#[test]
fn shards_come_to_the_whole_again_in_any_order() {
    for text in RECORDS {
        let whole = record(text);
        let alone = merge(std::slice::from_ref(&whole)).unwrap();
        let mut shards: Vec<_> = (0..3).map(|part| shard(&whole, part, 3)).collect();
        shards.rotate_left(1);
        let merged = merge(&shards).unwrap();
        assert_eq!(merged.summary, whole.summary);
        for (merged, own) in merged.categories.iter().zip(&whole.categories) {
            assert_eq!(merged.id, own.id);
            assert_eq!(
                (merged.fail, merged.pass, merged.blocked),
                (own.fail, own.pass, own.blocked)
            );
        }
        for (merged, own) in merged.checks.iter().zip(&whole.checks) {
            assert_eq!((&merged.id, &merged.verdict), (&own.id, &own.verdict));
        }
        // All but who ran it when.
        assert_eq!(merged.checks, alone.checks);
        assert_eq!(merged.causes, alone.causes);
        assert_eq!(merged.requirements, alone.requirements);
        assert_eq!(merged.features, alone.features);
        assert_eq!(merged.requests, 3 * whole.requests);
        assert_eq!((merged.run_id.as_str(), merged.shard), ("r1+r2+r0", None));
    }
}

#[test]
fn what_a_requirement_came_to_is_what_the_run_said() {
    for text in RECORDS {
        let whole = record(text);
        let merged = merge(std::slice::from_ref(&whole)).unwrap();
        for (merged, own) in merged.requirements.iter().zip(&whole.requirements) {
            assert_eq!((&merged.id, &merged.state), (&own.id, &own.state));
        }
    }
}

#[test]
fn a_check_that_one_put_and_others_left_out_is_as_it_was_put() {
    let whole = record(RECORDS[0]);
    let failed = whole.checks.iter().find(|it| it.verdict == "fail").unwrap();
    let mut without = whole.clone();
    left_out(
        without
            .checks
            .iter_mut()
            .find(|it| it.id == failed.id)
            .unwrap(),
        "later",
    );
    let mut with = whole.clone();
    with.run_id = "other".to_owned();
    for records in [[without.clone(), with.clone()], [with, without]] {
        let merged = merge(&records).unwrap();
        let check = ended(&merged, &failed.id);
        assert_eq!(
            (check.verdict.as_str(), &check.actual),
            ("fail", &failed.actual)
        );
    }
}

/// What a check comes to that ended so in several runs.
fn together(verdicts: &[&str]) -> CheckEntry {
    let whole = record(RECORDS[0]);
    let id = &whole
        .checks
        .iter()
        .find(|it| it.verdict == "fail")
        .unwrap()
        .id;
    let records: Vec<_> = verdicts
        .iter()
        .enumerate()
        .map(|(run, verdict)| {
            let mut record = whole.clone();
            record.run_id = format!("r{run}");
            record.fail_on = "must".to_owned();
            let check = record.checks.iter_mut().find(|it| it.id == *id).unwrap();
            (*verdict).clone_into(&mut check.verdict);
            "must".clone_into(&mut check.level);
            record
        })
        .collect();
    ended(&merge(&records).unwrap(), id).clone()
}

#[test]
fn the_heaviest_end_counts_and_is_flaky_where_another_passed() {
    for (verdicts, verdict) in [
        (&["fail", "fail"][..], "fail"),
        (&["pass", "pass"], "pass"),
        (&["pass", "fail"], "flaky"),
        (&["fail", "pass"], "flaky"),
        (&["fail", "pass", "pass"], "flaky"),
        (&["pass", "warn", "fail"], "flaky"),
        (&["error", "pass"], "flaky"),
        (&["blocked", "pass"], "flaky"),
        (&["warn", "pass"], "flaky"),
        (&["flaky", "pass"], "flaky"),
        (&["error", "fail"], "fail"),
        (&["blocked", "error"], "error"),
        (&["warn", "blocked"], "blocked"),
        (&["unsupported", "pass"], "pass"),
        (&["skipped", "unsupported"], "unsupported"),
        (&["skipped", "skipped"], "skipped"),
    ] {
        let check = together(verdicts);
        assert_eq!(check.verdict, verdict, "{verdicts:?}");
    }
    let flaky = together(&["pass", "fail"]);
    assert_eq!(
        flaky.reason.as_deref(),
        Some("fail; in another run, it passed")
    );
    assert_eq!(flaky.cause.as_deref(), Some("flaky"));
    assert!(flaky.gates && flaky.violated.is_some());
}

#[test]
fn a_blocked_check_gates_only_where_no_shard_has_what_blocks_it() {
    let mut whole = record(RECORDS[2]);
    whole.fail_on = "must".to_owned();
    let whole = merge(&[whole]).unwrap();
    let blocked = whole
        .checks
        .iter()
        .find(|it| it.verdict == "blocked" && !it.gates);
    let blocked = blocked
        .expect("a blocked check whose cause is counted")
        .clone();
    let culprits =
        |check: &CheckEntry| check.verdict == "fail" && check.violated == blocked.violated;
    assert!(whole.checks.iter().any(culprits));
    let mut alone = whole.clone();
    for check in alone.checks.iter_mut().filter(|check| culprits(check)) {
        left_out(check, OF_ANOTHER_SHARD);
    }
    let seen = merge(std::slice::from_ref(&alone)).unwrap();
    assert!(
        ended(&seen, &blocked.id).gates,
        "nobody else says that it is broken"
    );
    // There somebody may have looked whether it is known.
    let marked = alone
        .checks
        .iter_mut()
        .find(|it| it.id == blocked.id)
        .unwrap();
    marked.verdict = Verdict::Known.to_string();
    marked.known = Some(KnownEntry {
        ended: Verdict::Blocked.to_string(),
        glob: "*".to_owned(),
        link: None,
        expires: None,
        detail: marked.reason.take(),
    });
    let seen = merge(std::slice::from_ref(&alone)).unwrap();
    assert_eq!(ended(&seen, &blocked.id).verdict, "known");
    let mut others = whole.clone();
    left_out(
        others
            .checks
            .iter_mut()
            .find(|it| it.id == blocked.id)
            .unwrap(),
        "x",
    );
    let merged = merge(&[alone, others]).unwrap();
    assert_eq!(ended(&merged, &blocked.id), &blocked);
}

#[test]
fn what_is_blocked_by_nobody_knows_what_gates() {
    let mut whole = record(RECORDS[0]);
    whole.fail_on = "must".to_owned();
    let must = whole.checks.iter_mut().filter(|it| it.level == "must");
    let ids: Vec<_> = must
        .zip(["fail", "blocked"])
        .map(|(check, verdict)| {
            verdict.clone_into(&mut check.verdict);
            check.violated = None;
            check.id.clone()
        })
        .collect();
    let merged = merge(&[whole]).unwrap();
    assert!(ids.iter().all(|id| ended(&merged, id).gates));
}

#[test]
fn a_feature_that_one_saw_is_there_and_a_concern_makes_a_requirement_violated() {
    let mut old = record(RECORDS[0]);
    let mut new = old.clone();
    new.run_id = "other".to_owned();
    old.features[0].state = "unknown".to_owned();
    new.features[0].evidence = "seen".to_owned();
    let check = new
        .checks
        .iter_mut()
        .find(|it| it.verdict == "pass")
        .unwrap();
    check.concerns.push(ConcernEntry {
        requirement: "blob-range-sent".to_owned(),
        expected: "a".to_owned(),
        actual: "b".to_owned(),
    });
    let merged = merge(&[old, new]).unwrap();
    assert_eq!(merged.features[0].state, "supported");
    assert_eq!(merged.features[0].evidence, "seen");
    let row = merged
        .requirements
        .iter()
        .find(|it| it.id == "blob-range-sent");
    assert_eq!(row.unwrap().state, "violated");
}

#[test]
fn a_killed_shard_that_ran_again_does_not_make_the_whole_incomplete() {
    let whole = record(RECORDS[0]);
    let [first, second] = [shard(&whole, 0, 2), shard(&whole, 1, 2)];
    let mut killed = second.clone();
    killed.complete = false;
    killed.ended_by = Some("terminated".to_owned());
    let merged = merge(&[first.clone(), killed.clone()]).unwrap();
    assert_eq!(
        (merged.complete, merged.ended_by.as_deref()),
        (false, Some("terminated"))
    );
    assert!(merged.categories.iter().all(|it| it.state != "conformant"));
    let merged = merge(&[first.clone(), killed, second.clone()]).unwrap();
    assert_eq!((merged.complete, merged.ended_by), (true, None));
    let twice = merge(&[first.clone(), second.clone(), second.clone()]).unwrap();
    assert_eq!(
        twice,
        merge(&[first, second]).unwrap(),
        "a file given twice"
    );
}

#[test]
fn what_is_of_another_run_is_refused_with_what_differs() {
    let first = record(RECORDS[0]);
    let expected =
        r#"{"strict": true, "entries": [{"glob": "a", "reason": "b", "state": "met", "by": []}]}"#;
    let changes = [
        ("seed is `2`", "/seed", "2"),
        ("specification is `1.0`", "/spec", r#""1.0""#),
        ("registry is `http://b`", "/target/url", r#""http://b""#),
        ("level that gates is `may`", "/fail_on", r#""may""#),
        ("shard is `of 2`", "/shard", r#""0/2""#),
        (
            "list of expectations is `a (any, b, never), strict`",
            "/expectations",
            expected,
        ),
        ("plimsoll 9.9.9", "/tool/version", r#""9.9.9""#),
    ];
    let others = changes.map(|(words, pointer, text)| {
        let mut value = serde_json::to_value(&first).unwrap();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        value.pointer_mut(parent).unwrap()[name] = serde_json::from_str(text).unwrap();
        (words, serde_json::from_value::<Record>(value).unwrap())
    });
    for (words, record) in others {
        let error = merge(&[first.clone(), record]).unwrap_err();
        assert_eq!(error.place(), Some(1), "{words}");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(merge(&[]).unwrap_err(), Unmergeable::Nothing);
    let mut strange = first;
    strange.spec = "2.0".to_owned();
    assert!(merge(&[strange]).unwrap_err().to_string().contains("`2.0`"));
}

#[test]
fn expectations_are_held_against_what_all_of_them_came_to() {
    let mut whole = record(RECORDS[0]);
    let passing = whole.checks.iter().filter(|it| it.verdict == "pass");
    let passing = passing.map(|it| it.id.clone()).next().unwrap();
    let entry = |glob: &str, verdict: &str| {
        format!(r#"{{"glob": "{glob}", {verdict} "reason": "r", "state": "open", "by": []}}"#)
    };
    let entries = [
        entry(&passing, ""),
        entry("no/such", ""),
        entry("*", r#""verdict": "blocked","#),
        entry(&passing, r#""expires": "2020-01-01","#),
        entry("[", ""),
    ];
    let text = format!(r#"{{"strict": false, "entries": [{}]}}"#, entries.join(","));
    whole.expectations = serde_json::from_str(&text).unwrap();
    let shards: Vec<_> = (0..2).map(|part| shard(&whole, part, 2)).collect();
    let merged = merge(&shards).unwrap();
    let states: Vec<_> = merged.expectations.unwrap().entries;
    let states: Vec<_> = states.iter().map(|it| it.state.as_str()).collect();
    assert_eq!(states, ["passed", "unmatched", "met", "expired", "open"]);
}

#[test]
fn records_of_checks_that_nobody_knows_do_no_harm() {
    let failing = failing();
    let merged = merge(std::slice::from_ref(&failing)).unwrap();
    let gate = |record: &Record| record.checks.iter().filter(|it| it.gates).count();
    assert!(gate(&merged) > 0 && merged.checks.len() == failing.checks.len());
    let mut hostile = record(include_str!("../../../fixtures/records/hostile.json"));
    hostile.tool.version = failing.tool.version;
    merge(&[hostile]).unwrap();
}

#[test]
fn a_fault_reads_back_as_it_is_written() {
    use crate::verdict::Fault;
    for fault in [
        Fault::Status(404, 200),
        Fault::Header("location".to_owned()),
        Fault::Body,
        Fault::Content,
    ] {
        assert_eq!(Fault::named(&fault.to_string()), Some(fault));
    }
    for text in ["", "status", "status 1", "status a not b", "headers"] {
        assert_eq!(Fault::named(text), None);
    }
}

//! What a baseline, an edition and thresholds let gate.

use std::time::Duration;

use super::*;
use crate::run::Gating;
use crate::run::gating;
use crate::run::record::LatencyEntry;
use crate::run::record::RequirementEntry;
use crate::verdict::Verdict;

/// A record of checks with these verdicts; what failed gates, with a cause of its own.
fn record(checks: &[(&str, Verdict)]) -> Record {
    let text = include_str!("../../../fixtures/records/passing.json");
    let mut record: Record = serde_json::from_str(text).expect("a record");
    let template = record.checks[0].clone();
    record.causes.clear();
    record.checks.clear();
    for (id, verdict) in checks {
        let gates = matches!(verdict, Verdict::Fail | Verdict::Error);
        record.checks.push(CheckEntry {
            id: (*id).to_owned(),
            verdict: verdict.to_string(),
            gates,
            cause: gates.then(|| format!("c-{id}")),
            ..template.clone()
        });
        if gates {
            record.causes.push(crate::run::CauseEntry {
                id: format!("c-{id}"),
                requirement: None,
                also: Vec::new(),
                level: "must".to_owned(),
                title: String::new(),
                checks: vec![(*id).to_owned()],
                gates,
            });
        }
    }
    record
}

fn gated(record: &Record) -> Vec<&str> {
    let gating = record.checks.iter().filter(|check| check.gates);
    gating.map(|check| check.id.as_str()).collect()
}

#[test]
fn only_what_a_baseline_does_not_have_gates() {
    use Verdict::*;
    let baseline = record(&[
        ("a/old", Fail),
        ("a/broke", Pass),
        ("a/mended", Error),
        ("a/lacked", Unsupported),
        ("a/unasked", Skipped),
    ]);
    let mut now = record(&[
        ("a/old", Fail),
        ("a/broke", Fail),
        ("a/mended", Pass),
        ("a/lacked", Fail),
        ("a/unasked", Fail),
        ("a/later", Fail),
        ("a/fine", Pass),
    ]);
    let gate = Gate {
        baseline: Some(Box::new(baseline)),
        ..Gate::default()
    };
    gate.apply(&mut now);
    assert_eq!(gated(&now), ["a/broke", "a/lacked"]);
    let entry = now.baseline.as_ref().expect("it is there");
    assert_eq!(entry.regressions, ["a/broke", "a/lacked"]);
    assert_eq!(
        (entry.old, entry.new, entry.fixed.as_slice()),
        (1, 2, &["a/mended".to_owned()][..])
    );
    let excuse = |id: &str| {
        let check = now.checks.iter().find(|check| check.id == id);
        check.and_then(|check| check.excused.as_deref())
    };
    assert_eq!(excuse("a/old"), Some("it failed in the baseline, too"));
    assert_eq!(excuse("a/later"), Some("it was not put in the baseline"));
    assert_eq!(excuse("a/broke"), None);
    let gates = |id: &str| {
        now.causes
            .iter()
            .find(|cause| cause.checks == [id])
            .map(|it| it.gates)
    };
    assert_eq!(
        (gates("a/old"), gates("a/broke")),
        (Some(false), Some(true))
    );
    assert_eq!(gating(&now), Gating::Violated);
}

#[test]
fn a_run_against_itself_passes() {
    let mut now = record(&[("a/old", Verdict::Fail), ("a/fine", Verdict::Pass)]);
    let gate = Gate {
        baseline: Some(Box::new(now.clone())),
        ..Gate::default()
    };
    gate.apply(&mut now);
    assert_eq!(gating(&now), Gating::Passed);
}

#[test]
fn what_came_after_the_edition_does_not_gate() {
    let mut now = record(&[("a/then", Verdict::Fail), ("a/later", Verdict::Fail)]);
    let gate = Gate {
        edition: Some(Edition {
            number: 3,
            has: |number, id| number == 3 && id == "a/then",
        }),
        ..Gate::default()
    };
    gate.apply(&mut now);
    assert_eq!(gated(&now), ["a/then"]);
    assert_eq!(
        now.checks[1].excused.as_deref(),
        Some("the check came after edition 3")
    );
    assert_eq!(now.edition, Some(3));
}

#[test]
fn nothing_changes_where_nothing_is_asked_for() {
    let before = record(&[("a/old", Verdict::Fail)]);
    let mut after = before.clone();
    Gate::default().apply(&mut after);
    assert_eq!(after, before);
}

fn judged(thresholds: Thresholds, change: impl FnOnce(&mut Record)) -> Vec<(String, bool)> {
    let mut record = record(&[]);
    record.requirements.clear();
    change(&mut record);
    Gate {
        thresholds,
        ..Gate::default()
    }
    .apply(&mut record);
    let entries = record.thresholds.into_iter();
    entries.map(|entry| (entry.actual, entry.met)).collect()
}

#[test]
fn slow_answers_miss_their_threshold() {
    let most = |milliseconds| Thresholds {
        max_p95: Some(Duration::from_millis(milliseconds)),
        ..Thresholds::default()
    };
    let slow = |record: &mut Record| {
        record.latency = Some(LatencyEntry {
            p50_us: 1,
            p95_us: 180_340,
            p99_us: 900_000,
            max_us: 900_000,
        });
    };
    assert_eq!(judged(most(200), slow), [("180.3 ms".to_owned(), true)]);
    assert_eq!(judged(most(180), slow), [("180.3 ms".to_owned(), false)]);
    let nothing = judged(most(180), |record| record.latency = None);
    assert_eq!(nothing, [("no request was answered".to_owned(), false)]);
}

#[test]
fn requirements_that_are_not_held_miss_their_threshold() {
    let states = |record: &mut Record| {
        for (level, state) in [
            ("should", "held"),
            ("should", "held"),
            ("should", "violated"),
            ("should", "untested"),
            ("must", "violated"),
        ] {
            record.requirements.push(RequirementEntry {
                id: "x".to_owned(),
                alias: "X-01".to_owned(),
                level: level.to_owned(),
                section: String::new(),
                state: state.to_owned(),
                checks: Vec::new(),
                reason: None,
            });
        }
    };
    let least = |text: &str| Thresholds {
        min_held: vec![text.parse().expect("a share")],
        ..Thresholds::default()
    };
    assert_eq!(
        judged(least("should=0.6"), states),
        [("0.667 (2 of 3)".to_owned(), true)]
    );
    assert_eq!(
        judged(least("should=0.7"), states),
        [("0.667 (2 of 3)".to_owned(), false)]
    );
    assert_eq!(
        judged(least("may=0"), states),
        [("none was tested".to_owned(), false)]
    );
    for text in [
        "should",
        "should=",
        "should=2",
        "should=-1",
        "should=NaN",
        "shuold=1",
        "=1",
    ] {
        let error = text.parse::<MinHeld>().expect_err(text).to_string();
        assert!(error.contains("should=0.9"), "{error}");
    }
}

/// A check that a requirement blocks or breaks.
fn with_requirement(record: &mut Record, id: &str, requirement: &str) {
    let check = record.checks.iter_mut().find(|check| check.id == id);
    let check = check.expect("it is there");
    check.violated = Some(requirement.to_owned());
    check.level = "must".to_owned();
}

#[test]
fn what_a_failure_stands_in_for_gates_where_that_failure_is_excused() {
    use Verdict::*;
    let mut now = record(&[("a/new", Fail), ("a/old", Blocked)]);
    with_requirement(&mut now, "a/new", "r");
    with_requirement(&mut now, "a/old", "r");
    assert_eq!(gated(&now), ["a/new"]);
    let edition = Gate {
        edition: Some(Edition {
            number: 1,
            has: |_, id| id == "a/old",
        }),
        ..Gate::default()
    };
    let mut by_edition = now.clone();
    edition.apply(&mut by_edition);
    assert_eq!(gated(&by_edition), ["a/old"]);
    let baseline = |then: Verdict| Gate {
        baseline: Some(Box::new(record(&[("a/old", then)]))),
        ..Gate::default()
    };
    let mut by_baseline = now.clone();
    baseline(Pass).apply(&mut by_baseline);
    assert_eq!(gated(&by_baseline), ["a/old"]);
    assert_eq!(
        by_baseline.baseline.expect("it is there").regressions,
        ["a/old"]
    );
    baseline(Blocked).apply(&mut now);
    assert_eq!(gated(&now), Vec::<&str>::new());
}

#[test]
fn that_nobody_could_be_asked_then_excuses_no_failure_now() {
    use Verdict::*;
    for (then, here, gates) in [
        (Error, Fail, true),
        (Blocked, Fail, true),
        (Warn, Fail, true),
        (Error, Error, false),
        (Fail, Error, false),
        (Flaky, Fail, false),
    ] {
        let mut now = record(&[("a/it", here)]);
        let gate = Gate {
            baseline: Some(Box::new(record(&[("a/it", then)]))),
            ..Gate::default()
        };
        gate.apply(&mut now);
        assert_eq!(gated(&now) == ["a/it"], gates, "{then} then, {here} now");
    }
}

#[test]
fn a_part_of_a_run_is_no_baseline() {
    let refused = |change: fn(&mut Record)| {
        let mut baseline = record(&[]);
        change(&mut baseline);
        let gate = Gate {
            baseline: Some(Box::new(baseline)),
            ..Gate::default()
        };
        gate.refuse_baseline(Version::V1_1)
            .map_err(|error| error.to_string())
    };
    assert_eq!(refused(|_| {}), Ok(()));
    assert!(
        refused(|it| it.complete = false)
            .unwrap_err()
            .contains("not complete")
    );
    assert!(
        refused(|it| it.shard = Some("0/4".to_owned()))
            .unwrap_err()
            .contains("shard 0/4")
    );
    assert!(
        refused(|it| it.spec = "1.0".to_owned())
            .unwrap_err()
            .contains("--spec 1.0")
    );
}

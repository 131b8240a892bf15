//! Shards of a campaign come to one.

use super::super::tests::finding;
use super::super::tests::record;
use super::*;
use crate::report::fuzz::KnownFinding;
use crate::run::ExpectationEntry;

fn shard(name: &str, findings: Vec<Finding>) -> FuzzRecord {
    let mut record = record(findings);
    name.clone_into(&mut record.shard);
    record.run_id = format!("r{name}");
    record
}

fn named(signature: &str) -> Finding {
    let mut finding = finding("model");
    signature.clone_into(&mut finding.signature);
    finding
}

#[test]
fn counts_add_up_and_a_finding_of_two_shards_is_one() {
    let mut short = named("aa");
    short.plan.lanes.truncate(1);
    let first = shard("0/2", vec![named("aa"), named("bb")]);
    let second = shard("1/2", vec![named("cc"), short.clone()]);
    let merged = merge(&[first.clone(), second.clone()]).unwrap();
    let outcome = &merged.outcome;
    assert_eq!(
        (outcome.plans, outcome.steps, outcome.requests),
        (20, 80, 100)
    );
    assert_eq!((outcome.shares.done, outcome.shares.refused), (60, 20));
    assert_eq!(
        outcome.features, 12,
        "nobody knows how many there are in all"
    );
    let group = &first.outcome.findings[0].group;
    assert_eq!(outcome.groups[group], 4);
    let signatures: Vec<_> = outcome
        .findings
        .iter()
        .map(|it| it.signature.as_str())
        .collect();
    assert_eq!(signatures, ["aa", "bb", "cc"]);
    assert_eq!(outcome.findings[0].plan.lanes.len(), 1, "the shorter plan");
    let shown = outcome.findings[0].reproduced;
    assert_eq!((shown.times, shown.of), (6, 6));
    assert_eq!(
        (merged.shard.as_str(), merged.run_id.as_str()),
        ("0/1", "r0/2+r1/2")
    );
    let twice = merge(&[first.clone(), second.clone(), first]).unwrap();
    assert_eq!(twice.outcome.plans, 20, "a file given twice");
}

#[test]
fn what_is_known_to_one_shard_and_what_one_met_is_so_for_all() {
    let expected = |state: &str, by: &[&str]| {
        let entry = ExpectationEntry {
            glob: "model*".to_owned(),
            verdict: None,
            reason: "soon".to_owned(),
            link: None,
            expires: None,
            state: state.to_owned(),
            by: by.iter().map(|it| (*it).to_owned()).collect(),
        };
        Some(ExpectationsEntry {
            strict: true,
            entries: vec![entry],
        })
    };
    let mut first = shard("0/2", Vec::new());
    first.expectations = expected("unmatched", &[]);
    let mut second = shard("1/2", vec![named("aa")]);
    second.expectations = expected("met", &["aa"]);
    second.known = vec![KnownFinding {
        signature: "aa".to_owned(),
        glob: "model*".to_owned(),
        reason: "soon".to_owned(),
        link: None,
        expires: None,
    }];
    let merged = merge(&[first, second]).unwrap();
    assert_eq!(merged.unknown().count(), 0);
    let entry = &merged.expectations.as_ref().unwrap().entries[0];
    assert_eq!(
        (entry.state.as_str(), entry.by.as_slice()),
        ("met", &["aa".to_owned()][..])
    );
}

#[test]
fn a_campaign_is_whole_where_every_shard_came_to_its_end_once() {
    let mut killed = shard("1/2", Vec::new());
    killed.complete = false;
    killed.ended_by = Some("terminated".to_owned());
    killed.outcome.ended = Ended::Stopped;
    let first = shard("0/2", Vec::new());
    let merged = merge(&[first.clone(), killed.clone()]).unwrap();
    assert_eq!(
        (merged.complete, merged.ended_by.as_deref()),
        (false, Some("terminated"))
    );
    assert_eq!(merged.outcome.ended, Ended::Stopped);
    let mut again = shard("1/2", Vec::new());
    again.run_id = "again".to_owned();
    let merged = merge(&[first.clone(), killed, again.clone()]).unwrap();
    assert_eq!((merged.complete, merged.ended_by), (true, None));
    assert_eq!(merged.outcome.ended, Ended::Completed);
    again.complete = false;
    again.outcome.ended = Ended::TargetLost;
    let merged = merge(&[first, again]).unwrap();
    assert_eq!(
        (merged.complete, merged.outcome.ended),
        (false, Ended::TargetLost)
    );
}

/// What another campaign may have otherwise, and how it comes to that.
type Change = (&'static str, fn(&mut FuzzRecord));

#[test]
fn what_is_of_another_campaign_is_refused() {
    let first = shard("0/2", Vec::new());
    let changes: [Change; 5] = [
        ("seed", |it| it.outcome.seed = 9),
        ("registry", |it| it.target = "http://b".to_owned()),
        ("corpus", |it| it.corpus.hash = "1".to_owned()),
        ("list of rules", |it| it.rules = vec!["model".to_owned()]),
        ("plimsoll", |it| it.tool.version = "9".to_owned()),
    ];
    for (what, change) in changes {
        let mut other = shard("1/2", Vec::new());
        change(&mut other);
        let error = merge(&[first.clone(), other]).unwrap_err();
        assert!(
            error.to_string().contains(&format!("its {what} is")),
            "{error}"
        );
    }
    assert!(
        merge(&[first])
            .unwrap_err()
            .to_string()
            .contains("missing: 1/2")
    );
    assert!(merge(&[]).is_err());
}

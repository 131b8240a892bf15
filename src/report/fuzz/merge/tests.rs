//! Shards of a campaign come to one.

use super::super::tests::finding;
use super::super::tests::record;
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fuzz::campaign::Inquired;
use crate::fuzz::campaign::Joint;
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
    again.run_id = "last".to_owned();
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
    let changes: [Change; 6] = [
        ("number of plans", |it| it.plans_at_most = Some(9)),
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

/// A look at a breach of kind 7, that came to this finding.
fn looked(case: u64, mutation: &str, signature: Option<&str>) -> Inquired {
    Inquired {
        case,
        kind: 7,
        mutations: vec![mutation.to_owned()],
        signature: signature.map(str::to_owned),
    }
}

/// A shard that looked into these, and found what came of that.
fn looking(name: &str, inquiries: Vec<Inquired>) -> FuzzRecord {
    let found = inquiries.iter().filter_map(|it| {
        let mut finding = named(it.signature.as_ref()?);
        finding.case = it.case;
        Some(finding)
    });
    let mut record = shard(name, found.collect());
    let joint = Joint {
        inquiries,
        seen: STANDARD.encode(
            [name.as_bytes()[0]; 8]
                .iter()
                .chain(&[1; 8])
                .copied()
                .collect::<Vec<_>>(),
        ),
    };
    record.outcome.unreproduced = 9;
    record.outcome.features = 2;
    record.outcome.joint = Some(joint);
    record
}

#[test]
fn what_the_whole_would_not_have_looked_into_is_left_out() {
    let first = looking(
        "0/2",
        vec![
            looked(1, "a", Some("a1")),
            looked(5, "b", None),
            looked(8, "c", Some("a8")),
        ],
    );
    let mut second = looking(
        "1/2",
        vec![
            looked(2, "a", Some("a2")),
            looked(3, "d", Some("a3")),
            looked(9, "e", Some("a9")),
        ],
    );
    let mut gone = named("ee");
    gone.case = 11;
    second.outcome.findings.insert(0, gone);
    let merged = merge(&[second.clone(), first.clone()]).unwrap();
    let outcome = merged.outcome;
    let names: Vec<_> = outcome
        .findings
        .iter()
        .map(|it| it.signature.as_str())
        .collect();
    assert_eq!(
        names,
        ["a1", "a3", "ee"],
        "three looks at a kind, none at the same twice"
    );
    assert_eq!(outcome.unreproduced, 1);
    assert_eq!(outcome.features, 3, "each thing once");
    assert_eq!(outcome.joint, None, "it is no shard any more");
    let mut killed = looking("1/2", vec![looked(3, "d", Some("bb"))]);
    killed.complete = false;
    let again = merge(&[killed, second, first]).unwrap();
    assert_eq!(again.outcome.findings.len(), 3, "a run that does not count");
}

#[test]
fn without_all_shards_there_is_a_part_and_it_says_so() {
    let mut merging = Merging::default();
    merging.add(shard("1/3", vec![named("aa")])).unwrap();
    let merged = merging.finish(true).unwrap();
    assert_eq!(merged.outcome.findings.len(), 1);
    assert_eq!(
        (merged.complete, merged.ended_by.as_deref()),
        (false, Some("shards missing"))
    );
    assert!(Merging::default().finish(true).is_err());
}

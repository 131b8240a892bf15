//! What is found out anew of the whole, from what several records say of the checks.

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::catalogue::categories::CLAIMED_CATEGORIES_IMPLEMENTED as CLAIMED;
use crate::run::Case;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::run::Target;
use crate::run::TermsEntry;
use crate::run::cause::Facts;
use crate::run::cause::causes;
use crate::run::cause::gates;
use crate::run::gate;
use crate::run::write_up;
use crate::run::write_up::matrix;
use crate::run::write_up::matrix::Basis;
use crate::run::write_up::sums::State;
use crate::suite::SECTIONS;

use super::entries;
use super::expected;

/// One record from what `records` say of the whole, and their checks. Whether it is whole, and
/// what ended it before.
pub(super) fn united(
    records: &[Record],
    checks: entries::Checks,
    (is_whole, ended_by): (bool, Option<String>),
    (spec, fail_on): (Version, Option<Level>),
) -> Record {
    let first = &records[0];
    let cases = Case::all(SECTIONS);
    let mut checks = checks.settled(&cases);
    lift_marks(&mut checks, &cases, spec, fail_on);
    let facts: Vec<_> = checks
        .iter()
        .map(|it| Facts::of_entry(it, &cases))
        .collect();
    let gating: Vec<_> = facts
        .iter()
        .map(|it| gates(it, &facts, spec, fail_on))
        .collect();
    let (mut found, explained) = causes(&facts, spec, fail_on);
    for (check, (gates, cause)) in checks.iter_mut().zip(gating.into_iter().zip(explained)) {
        // What does not gate in its shard, for a baseline or an edition, does not here.
        check.gates = gates && check.excused.is_none();
        check.cause = cause;
    }
    gate::gate_causes(&mut found, &checks);
    let features = entries::features(records);
    let requirements = matrix::requirement_entries(&Basis {
        spec,
        sections: SECTIONS,
        checks: &checks,
        features: &entries::states(&features),
        claimed: claimed(records),
    });
    let is_bug = ended_by.as_deref() == Some("bug");
    Record {
        complete: is_whole,
        target: Target {
            url: first.target.url.clone(),
            software: records.iter().find_map(|it| it.target.software.clone()),
        },
        shard: None,
        terms: TermsEntry::of_all(records.iter().map(|record| record.terms.as_ref())),
        run_id: run_ids(records),
        started: records
            .iter()
            .map(|it| &it.started)
            .min()
            .cloned()
            .unwrap_or_default(),
        duration_ms: records
            .iter()
            .map(|it| it.duration_ms)
            .max()
            .unwrap_or_default(),
        requests: records
            .iter()
            .fold(0, |sum, it| sum.saturating_add(it.requests)),
        summary: write_up::summary(&checks),
        categories: write_up::categories(&checks, is_whole || is_bug),
        expectations: expected::came_of(first, &checks, &requirements),
        ended_by,
        features,
        requirements,
        causes: found,
        checks,
        schema: first.schema,
        tool: first.tool.clone(),
        spec: first.spec.clone(),
        fail_on: first.fail_on.clone(),
        seed: first.seed,
        // Shares of different runs do not add up to shares of one.
        latency: None,
        baseline: gate::united_baseline(records),
        edition: first.edition,
        thresholds: entries::thresholds(records),
    }
}

/// A blocked check of a shard is marked as known where it gates there. It does not gate any more
/// where the failure that blocks it is that of another shard, and needs no mark.
fn lift_marks(checks: &mut [CheckEntry], cases: &[Case], spec: Version, fail_on: Option<Level>) {
    let bare: Vec<_> = checks.iter().map(entries::unmarked).collect();
    let facts: Vec<_> = checks.iter().map(|it| Facts::of_entry(it, cases)).collect();
    let needs_mark =
        |entry: &CheckEntry| gates(&Facts::of_entry(entry, cases), &facts, spec, fail_on);
    let lifted = bare
        .into_iter()
        .map(|entry| entry.filter(|it| !needs_mark(it)));
    let lifted: Vec<_> = lifted.collect();
    drop(facts);
    for (check, entry) in checks.iter_mut().zip(lifted) {
        if let Some(entry) = entry {
            *check = entry;
        }
    }
}

/// Whether the features that the user says are there are there. Records do not say which these are,
/// but each says what it came to.
fn claimed(records: &[Record]) -> State {
    let mut states = records.iter().filter_map(|record| {
        let mut entries = record.requirements.iter();
        entries.find(|entry| entry.id == CLAIMED.id)
    });
    if states.clone().any(|entry| entry.state == "held") {
        return ("held", None);
    }
    let reason = states.find_map(|entry| entry.reason.clone());
    ("untested", reason)
}

/// The run ids, each once.
fn run_ids(records: &[Record]) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for record in records {
        if !ids.contains(&record.run_id.as_str()) {
            ids.push(&record.run_id);
        }
    }
    ids.join("+")
}

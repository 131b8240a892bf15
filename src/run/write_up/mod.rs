//! Making the record of a run that is over.

mod checks;
pub(super) mod matrix;
pub(super) mod sums;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::check::Section;
use crate::http::Latency;
use crate::verdict::Verdict;

use super::Case;
use super::CategoryEntry;
use super::CheckEntry;
use super::Ending;
use super::FeatureEntry;
use super::LatencyEntry;
use super::OF_ANOTHER_SHARD;
use super::Plan;
use super::Record;
use super::SCHEMA;
use super::Settings;
use super::Target;
use super::TermsEntry;
use super::Tool;
use super::cause::Facts;
use super::cause::causes;
use super::examine::Ended;
use super::expected;
use super::left_out::BY_FLAG;
use super::left_out::NOT_SELECTED;

use matrix::Basis;

/// The four workflows.
const CATEGORIES: [&str; 4] = ["pull", "push", "discovery", "management"];

/// A run that is over, as far as its record tells of it.
#[derive(Debug)]
pub(super) struct Finished<'r> {
    pub(super) settings: &'r Settings,
    pub(super) sections: &'r [&'static Section],
    pub(super) plan: &'r Plan,
    pub(super) features: &'r [(Feature, FeatureState)],
    pub(super) ended: &'r [Ended],
    pub(super) ending: Option<Ending>,
    pub(super) began: (SystemTime, Instant),
}

/// The record of a run.
pub(super) fn write_up(run: &Finished<'_>) -> Record {
    let Finished {
        settings, ended, ..
    } = run;
    let is_bug = ended.iter().any(|end| end.is_bug);
    let spec = settings.world.spec;
    let facts: Vec<_> = ended.iter().map(|end| Facts::of(end, spec)).collect();
    let (causes, explained) = causes(&facts, spec, settings.fail_on);
    let checks = in_order(run, &facts, explained);
    let requirements = matrix::requirement_entries(&Basis {
        spec,
        sections: run.sections,
        checks: &checks,
        features: run.features,
        claimed: sums::claimed(&settings.required, run.features),
    });
    Record {
        schema: SCHEMA,
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        complete: run.ending.is_none() && !is_bug,
        ended_by: run
            .ending
            .map(ending_word)
            .or(is_bug.then(|| "bug".to_owned())),
        target: Target {
            url: settings.world.origin.clone(),
            software: ended.iter().find_map(|end| end.software.clone()),
        },
        spec: spec.to_string(),
        fail_on: settings
            .fail_on
            .map_or("never".to_owned(), |level| level.to_string()),
        seed: settings.seed.number(),
        shard: settings
            .selection
            .shard
            .map(|(part, parts)| format!("{part}/{parts}")),
        terms: Some(TermsEntry::of(settings)),
        run_id: settings.repositories.run_id().to_owned(),
        started: humantime::format_rfc3339_millis(run.began.0).to_string(),
        duration_ms: millis(run.began.1.elapsed()),
        requests: settings.world.client.requests(),
        latency: settings.world.client.latency().map(latency_entry),
        summary: summary(&checks),
        features: run.features.iter().map(feature_entry).collect(),
        categories: categories(&checks, run.ending.is_none()),
        requirements,
        causes,
        checks,
        expectations: expected::came_of(settings, run.plan, ended),
        baseline: None,
        edition: None,
        thresholds: Vec::new(),
    }
}

/// The entry of one case that ended, before its cause is known.
pub(super) fn entry(ended: &Ended, settings: &Settings) -> CheckEntry {
    checks::put(ended, &[], settings)
}

/// Every check, put or not, in the order of the suite.
fn in_order(
    run: &Finished<'_>,
    facts: &[Facts<'_>],
    explained: Vec<Option<String>>,
) -> Vec<CheckEntry> {
    let mut entries: BTreeMap<&str, CheckEntry> = BTreeMap::new();
    for (end, cause) in run.ended.iter().zip(explained) {
        let entry = CheckEntry {
            cause,
            ..checks::put(end, facts, run.settings)
        };
        entries.insert(&end.case.id, entry);
    }
    for (case, reason) in &run.plan.skipped {
        let entry = checks::skipped(case, reason, run.settings.world.spec);
        entries.insert(&case.id, entry);
    }
    let all = Case::all(run.sections);
    all.iter()
        .filter_map(|case| entries.remove(case.id.as_str()))
        .collect()
}

fn latency_entry(latency: Latency) -> LatencyEntry {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    LatencyEntry {
        p50_us: micros(latency.p50),
        p95_us: micros(latency.p95),
        p99_us: micros(latency.p99),
        max_us: micros(latency.max),
    }
}

fn ending_word(ending: Ending) -> String {
    let word = match ending {
        Ending::Interrupted => "interrupted",
        Ending::Terminated => "terminated",
        Ending::OutOfTime => "out of time",
    };
    word.to_owned()
}

/// How many checks ended with which verdict.
pub(super) fn summary(checks: &[CheckEntry]) -> BTreeMap<String, usize> {
    let count = |word| checks.iter().filter(|check| check.verdict == word).count();
    Verdict::ALL
        .iter()
        .map(|verdict| (verdict.to_string(), count(verdict.word())))
        .collect()
}

fn feature_entry((feature, state): &(Feature, FeatureState)) -> FeatureEntry {
    FeatureEntry {
        id: feature.to_string(),
        state: state.word().to_owned(),
        evidence: state.evidence().to_owned(),
    }
}

/// What the checks say of the workflows, where all could be put or not.
pub(super) fn categories(checks: &[CheckEntry], is_whole: bool) -> Vec<CategoryEntry> {
    let entries = CATEGORIES.iter();
    entries
        .map(|id| category_entry(id, checks, is_whole))
        .collect()
}

/// What the checks of a workflow say of it as a whole, which is nothing good unless all of them
/// could be put. That a failure is known makes no workflow conformant.
fn category_entry(id: &str, checks: &[CheckEntry], is_whole: bool) -> CategoryEntry {
    let mine = |check: &&CheckEntry| check.id.split('/').next() == Some(id);
    let count = |verdicts: &[Verdict]| {
        let words: Vec<_> = verdicts.iter().map(|verdict| verdict.word()).collect();
        checks
            .iter()
            .filter(mine)
            .filter(|check| words.contains(&check.in_fact()))
            .count()
    };
    let pass = count(&[Verdict::Pass]);
    let warn = count(&[Verdict::Warn]);
    let unsupported = count(&[Verdict::Unsupported]);
    let fail = count(&[Verdict::Fail, Verdict::Flaky]);
    let blocked = count(&[Verdict::Blocked, Verdict::Error]);
    let state = if fail > 0 || checks.iter().filter(mine).any(|check| check.gates) {
        "violated"
    } else if blocked > 0 || !is_whole || checks.iter().filter(mine).any(is_left_out) {
        "untested"
    } else if pass + warn > 0 {
        "conformant"
    } else if unsupported > 0 {
        "unsupported"
    } else {
        "untested"
    };
    CategoryEntry {
        id: id.to_owned(),
        state: state.to_owned(),
        pass,
        fail,
        warn,
        unsupported,
        blocked,
    }
}

/// Whether a check was not put because nobody wanted it to be: what it would have said is open.
fn is_left_out(check: &CheckEntry) -> bool {
    let why = check.reason.as_deref().unwrap_or_default();
    let is_unwanted = [NOT_SELECTED, BY_FLAG, OF_ANOTHER_SHARD]
        .iter()
        .any(|it| why.starts_with(it));
    check.verdict == Verdict::Skipped.word() && is_unwanted
}

/// Whole milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

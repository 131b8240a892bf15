//! Writing and printing what came of a campaign.

use std::time::Instant;
use std::time::SystemTime;

use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Outcome;
use crate::report::TerminalOptions;
use crate::report::fuzz as report;
use crate::report::fuzz::FuzzRecord;
use crate::run::Ending;

use super::CliError;
use super::Exit;
use super::Output;
use super::lower::Lowered;
use super::watch::Watch;
use crate::cli::reports;
use crate::cli::reports::Github;
use crate::cli::reports::Reports;

/// The reports that are written unless told otherwise.
const FORMATS: [&str; 3] = ["json", "junit", "html"];

/// The reports that were asked for.
pub(super) fn reports(output: &Output, github: Github) -> Result<Reports<FuzzRecord>, CliError> {
    let reports = Reports::new(
        &output.report,
        &FORMATS,
        report::FORMATS,
        &output.out,
        github,
    )?;
    Ok(reports.silent(output.quiet))
}

/// Makes sure that findings and reports can be written, before anything is asked.
pub(super) fn prepare(output: &Output, reports: &Reports<FuzzRecord>) -> Result<(), CliError> {
    report::prepare(&output.out).map_err(|error| CliError::Report(error.to_string()))?;
    reports.prepare()
}

/// Prints the report for people, and writes the others; what could not be written decides how
/// plimsoll ends.
pub(super) fn tell(
    output: &Output,
    github: &Github,
    reports: &Reports<FuzzRecord>,
    record: &FuzzRecord,
    watch: &Watch<'_>,
) -> Exit {
    let options = options(output);
    reports::print(&report::terminal(record, &watch.files(), &options), github);
    reports.write(record)
}

/// How reports for people look.
pub(super) fn options(output: &Output) -> TerminalOptions {
    reports::options(output.quiet, output.verbose)
}

/// What ended it before its end.
pub(super) fn ended_by(ending: Option<Ending>) -> Option<String> {
    let word = match ending? {
        Ending::Interrupted => "interrupted",
        Ending::Terminated => "terminated",
        Ending::OutOfTime => "out of time",
    };
    Some(word.to_owned())
}

/// What the campaign came to.
pub(super) fn record(
    lowered: &Lowered,
    outcome: &Outcome,
    began: (SystemTime, Instant),
    ending: Option<Ending>,
) -> FuzzRecord {
    let campaign = &lowered.campaign;
    let features = campaign.profile.features.iter();
    FuzzRecord {
        schema: report::SCHEMA,
        kind: report::KIND.to_owned(),
        tool: crate::fuzz::Tool::this(),
        complete: matches!(outcome.ended, Ended::Completed | Ended::OutOfTime) && ending.is_none(),
        ended_by: ended_by(ending),
        target: campaign.origin.clone(),
        spec: campaign.profile.spec,
        namespace: campaign.namespace.clone(),
        run_id: lowered.run_id.clone(),
        shard: format!("{}/{}", campaign.shard.0, campaign.shard.1),
        evolve: campaign.evolve,
        rules: campaign
            .rules
            .iter()
            .map(|rule| rule.id.to_owned())
            .collect(),
        corpus: report::CorpusEntry {
            plans: lowered.corpus.plans.len(),
            hash: lowered.corpus.hash(),
        },
        plans_at_most: campaign.plans,
        started: humantime::format_rfc3339_millis(began.0).to_string(),
        duration_ms: u64::try_from(began.1.elapsed().as_millis()).unwrap_or(u64::MAX),
        profile: features.map(report::feature).collect(),
        known: report::known(&lowered.expectations, outcome),
        expectations: report::came_of(&lowered.expectations, outcome),
        outcome: outcome.clone(),
    }
}

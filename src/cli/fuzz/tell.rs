//! Writing and printing what came of a campaign.

use std::io::IsTerminal as _;
use std::io::Write as _;
use std::time::Instant;
use std::time::SystemTime;

use crate::fuzz::campaign::Ended;
use crate::fuzz::campaign::Outcome;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::fuzz as report;
use crate::report::fuzz::FuzzRecord;
use crate::run::Ending;

use super::CliError;
use super::Exit;
use super::Output;
use super::lower::Lowered;
use super::watch::Watch;
use crate::cli::check::terminal_width;

/// Makes sure that findings and reports can be written, before anything is asked.
pub(super) fn prepare(output: &Output) -> Result<(), CliError> {
    report::prepare(&output.out).map_err(|error| CliError::Report(error.to_string()))
}

/// Prints the report for people, and writes the others; what could not be written decides how
/// plimsoll ends.
pub(super) fn tell(output: &Output, record: &FuzzRecord, watch: &Watch<'_>) -> Exit {
    let options = options(output);
    // The stream takes colours out where nobody sees them.
    let text = report::terminal(record, &watch.files(), &options);
    // A reader that has gone, such as `head`, is no reason to lose the reports.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
    match report::write_all(&output.out, record) {
        Ok(()) => Exit::Passed,
        Err(error) => {
            anstream::eprintln!("plimsoll: {error}");
            Exit::Broken
        }
    }
}

/// How reports for people look.
pub(super) fn options(output: &Output) -> TerminalOptions {
    TerminalOptions {
        colour: true,
        width: if std::io::stdout().is_terminal() {
            terminal_width()
        } else {
            100
        },
        verbosity: match (output.quiet, output.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        },
    }
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
        started: humantime::format_rfc3339_millis(began.0).to_string(),
        duration_ms: u64::try_from(began.1.elapsed().as_millis()).unwrap_or(u64::MAX),
        profile: features.map(report::feature).collect(),
        known: report::known(&lowered.expectations, outcome),
        expectations: report::came_of(&lowered.expectations, outcome),
        outcome: outcome.clone(),
    }
}

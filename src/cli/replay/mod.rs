//! `plimsoll replay`: findings, once more.

mod lower;
mod places;

use std::io::Write as _;
use std::time::Duration;

use crate::catalogue::Version;
use crate::fuzz::Replayed;
use crate::oci::RepositoryName;
use crate::report::fuzz as report;
use crate::report::fuzz::Replays;
use crate::report::fuzz::Row;

use super::CliError;
use super::Exit;
use super::check::run_id;
use super::connection::Connection;
use super::embedded::Differences;
use super::reports;

use places::Places;

/// Put the plans of findings again, and say whether they are still there.
///
/// FIXED: the plan breaks nothing any more. FAILED: it breaks what it broke. CHANGED: it breaks
/// something else. ERROR: the question could not be put.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Findings, or folders of findings (`*.json`), and then any number of registries. Without a
    /// registry, each finding is put to the one that it was found in.
    #[arg(value_name = "FILE… [URL…]", required = true)]
    what: Vec<String>,
    /// Judge by this version of the specification: 1.0, 1.1 or 1.2 (the draft). Otherwise by the
    /// one of the finding.
    #[arg(long, value_name = "VERSION")]
    spec: Option<Version>,
    /// You may test this target: needed for any registry that is not on this machine.
    #[arg(long)]
    i_may_test_this_target: bool,
    /// Make fresh repositories under this name.
    #[arg(long, value_name = "NAME", default_value = "plimsoll-fuzz")]
    namespace: RepositoryName,
    /// What tells the repositories from those of others; random unless given.
    #[arg(long, value_name = "ID", value_parser = run_id)]
    run_id: Option<String>,
    /// How long an effect may be delayed, such as that of a delete.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = humantime::parse_duration)]
    settle: Duration,
    /// Listen here for what a registry can be led to call, as in the campaign.
    #[arg(long, value_name = "HOST:PORT", value_parser = super::fuzz::lower::address)]
    canary_addr: Option<String>,
    /// Say the verdict only.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Show the script that asks the same.
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    differences: Differences,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  plimsoll replay reports/fuzz/findings
  plimsoll replay reports/fuzz/findings http://127.0.0.1:5000
  plimsoll replay finding.json http://127.0.0.1:5000 http://127.0.0.1:5001
  plimsoll replay finding.json --defect malformed-content-range-500 -v

Exit codes: 0 all are FIXED, 1 some are FAILED or CHANGED, 3 some are ERROR, and those of
`plimsoll --help`.";

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let lowered = lower::lower(args)?;
    let mut places = Places::new(args)?;
    let mut table = Replays {
        targets: lowered.columns(),
        rows: Vec::new(),
    };
    for (path, finding) in &lowered.findings {
        let targets = lowered.targets_of(finding);
        let answers = targets
            .iter()
            .map(|target| places.replay(finding, target))
            .collect::<Result<_, _>>()?;
        table.rows.push(Row {
            file: path.display().to_string(),
            finding: finding.clone(),
            answers,
        });
    }
    tell(args, &table);
    Ok(exit(&table))
}

/// Prints the table.
fn tell(args: &Args, table: &Replays) {
    let options = reports::options(args.quiet, args.verbose);
    let text = report::replays(table, &options);
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
}

fn exit(table: &Replays) -> Exit {
    let answers = table.rows.iter().flat_map(|row| &row.answers);
    let each = answers.map(|answer| match answer.replayed {
        Replayed::Fixed => Exit::Passed,
        Replayed::Failed | Replayed::Changed(_) => Exit::Violated,
        Replayed::Error(_) => Exit::Untestable,
    });
    each.reduce(Exit::and).unwrap_or(Exit::NothingRan)
}

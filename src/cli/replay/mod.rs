//! `plimsoll replay`: findings and failed checks, once more.

mod checks;
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
use super::check;
use super::check::run_id;
use super::connection::Connection;
use super::embedded::Differences;
use super::reports;
use super::signals::Crew;

use lower::Item;
use lower::Lowered;
use places::Places;

/// Put findings, or the failed checks of a results file, again, and say whether they are still there.
///
/// FIXED: nothing is broken any more. FAILED: what was broken is. CHANGED: something else is. ERROR:
/// the question could not be put.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Findings, folders of findings (`*.json`), or results of `check` or `fuzz` (a file, or the folder
    /// with it), and then any number of registries. Without a registry, each is put to the one that it
    /// was found in.
    #[arg(value_name = "FILE… [URL…]", required = true)]
    what: Vec<String>,
    /// Judge by this version of the specification: 1.0, 1.1 or 1.2 (the draft). Otherwise by the
    /// one of the finding.
    #[arg(long, value_name = "VERSION")]
    spec: Option<Version>,
    /// You may test this target: needed to put findings to a registry that is not on this machine.
    #[arg(long)]
    i_may_test_this_target: bool,
    /// Make fresh repositories under this name; for checks, unless given, that of their run [default:
    /// plimsoll-fuzz].
    #[arg(long, value_name = "NAME")]
    namespace: Option<RepositoryName>,
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
  plimsoll replay reports

Exit codes: 0 all are FIXED, 1 some are FAILED or CHANGED, 3 some are ERROR, and those of
`plimsoll --help`. At a signal it says what is known, and ends with 130 or 143.";

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let lowered = lower::lower(args)?;
    let crew = Crew::default();
    let table = crew.guard(|| table(args, &lowered, &crew))?;
    if table.rows.is_empty() {
        return Err(CliError::NothingSelected(
            "no check failed in these results, so nothing ran".to_owned(),
        ));
    }
    tell(args, &table);
    Ok(match crew.control().ending() {
        // What was not put any more is no trouble of the registry's.
        Some(_) => check::ending(crew.control()),
        None => exit(&table),
    })
}

/// What became of each.
fn table(args: &Args, lowered: &Lowered, crew: &Crew) -> Result<Replays, CliError> {
    let mut places = Places::new(args, crew)?;
    let mut table = Replays {
        targets: lowered.columns(),
        noun: "finding",
        rows: Vec::new(),
    };
    for item in &lowered.items {
        let targets = lowered.targets_of(item);
        match item {
            Item::Finding(path, finding) => {
                let answers = targets.iter().map(|target| places.replay(finding, target));
                table.rows.push(Row {
                    name: path.display().to_string(),
                    title: format!("{}: {}", finding.group, finding.detail),
                    answers: answers.collect::<Result<_, _>>()?,
                });
            }
            Item::Failed(_, record) => {
                table.noun = "replay";
                table
                    .rows
                    .extend(checks::rows(&mut places, record, &targets)?);
            }
        }
    }
    Ok(table)
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

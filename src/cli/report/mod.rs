//! `plimsoll report`: other forms of what a run came to, one record from shards, and what differs
//! between two runs.

mod campaign;
mod checks;
mod folders;
mod gathered;
mod watch;

use std::path::PathBuf;

use crate::report::fuzz::harmless;

use super::CliError;
use super::Exit;
use super::reports::Github;
use super::reports::Reports;
use super::reports::resolved;

use gathered::Gathered;

/// Write other forms of what a run came to, make one record from those of shards, or say what
/// differs between two runs.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The results.json of `plimsoll check` or `plimsoll fuzz`, or the folders that they are in; with
    /// --merge also a folder with the folders of all shards.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    way: Way,
    /// Merge the shards that are there, though others are missing or cannot be read. What comes of it says
    /// that it is not whole, and ends with 2.
    #[arg(long, requires = "merge")]
    partial: bool,
    /// Show them once, and end.
    #[arg(long, requires = "watch")]
    once: bool,
    #[command(flatten)]
    output: Output,
}

/// What is made of more than one file.
#[derive(Debug, clap::Args)]
struct Way {
    /// Make one record from those of shards of one run or campaign; of a check that several put, the
    /// heaviest end counts.
    #[arg(long, conflicts_with = "diff")]
    merge: bool,
    /// Say what differs between an older run and a newer one.
    #[arg(long)]
    diff: bool,
    /// Show the shards in this folder while they run; when all are over, merge them.
    #[arg(long, conflicts_with_all = ["merge", "diff"])]
    watch: bool,
}

/// What comes out.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What comes out")]
struct Output {
    /// Which reports to write: those of check, of a campaign those of fuzz, of a diff json and md
    /// [default: none, and with --out those of check, fuzz or both].
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    report: Vec<String>,
    /// The folder for reports [default: reports].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Say the verdict only.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Say how every check ended.
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "Examples:
  plimsoll report reports
  plimsoll report reports/results.json --report md,sarif --out elsewhere
  plimsoll report --merge shard-*/results.json --out merged
  plimsoll report --merge shards --out merged
  plimsoll report --watch shards
  plimsoll report --diff before/results.json after/results.json --report md

It ends as the run did: with 0, 1, 4, 5, 6, 7, 70, 124, 130 or 143, as `plimsoll --help` says. With
--diff, 1 means that there are new failures that gate, and 0 that there are none in a run that came
to its end. With --watch it ends as the shards together did when all are over; with --once with 0 where
they are not.";

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    if args.way.diff {
        return checks::diff(args);
    }
    if args.way.watch {
        return watch::run(args);
    }
    if args.files.len() > 1 && !args.way.merge {
        return Err(CliError::Usage(format!(
            "there are {} files; give --merge to make one record from them, or --diff to say what differs between two",
            args.files.len()
        )));
    }
    let (paths, gathered) = if args.way.merge {
        gathered::merged(&args.files, args.partial)?
    } else {
        gathered::single(&args.files[0])?
    };
    tell(args, &paths, &gathered)
}

/// Prints a record, writes the reports, and ends as the run did.
fn tell(args: &Args, paths: &[PathBuf], gathered: &Gathered) -> Result<Exit, CliError> {
    match gathered {
        Gathered::Checks(record) => checks::tell(args, paths, record),
        Gathered::Campaign(record) => campaign::tell(args, paths, record),
    }
}

/// The reports that are asked for.
fn reports<R>(
    args: &Args,
    paths: &[PathBuf],
    known: &'static [crate::report::Format<R>],
    otherwise: &[&str],
) -> Result<Reports<R>, CliError> {
    let folder = PathBuf::from("reports");
    let dir = args.output.out.as_ref().unwrap_or(&folder);
    let otherwise = if args.output.out.is_some() {
        otherwise
    } else {
        &[]
    };
    let github = Github::of_environment();
    let reports = Reports::new(&args.output.report, otherwise, known, dir, github)?;
    let reports = reports.silent(args.output.quiet);
    let written = reports.paths();
    let mut replaced = written.iter().filter(|path| {
        let path = resolved(path);
        paths.iter().any(|read| resolved(read) == path)
    });
    match replaced.next() {
        Some(path) if args.way.merge || args.way.watch => Err(CliError::Usage(harmless(&format!(
            "`{}` is one of the files that are read, and would be lost; give another --out",
            path.display()
        )))),
        _ => Ok(reports),
    }
}

//! `plimsoll check`: the suite against a registry.

mod as_libtest;
mod beside;
mod gates;
mod lower;
mod rerun;
mod tell;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::check::Feature;
use crate::check::Group;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::run::Control;
use crate::run::Ending;
use crate::run::Filter;
use crate::run::Gating;
use crate::run::Override;
use crate::run::Record;
use crate::run::Settings;
use crate::run::gating;
use crate::suite;

pub(super) use super::selection::refuse_empty;
pub(super) use lower::FailOn;
pub(super) use lower::fail_on;
pub(super) use lower::jobs;
pub(super) use lower::nearest;
pub(super) use lower::run_id;
pub(super) use tell::FORMATS;

use super::Beside;
use super::CliError;
use super::Exit;
use super::connection::Connection;
use super::expect;
use super::expect::Expected;
use super::progress::Progress;
use super::progress::When;
use super::reports::Github;
use super::signals;

const EXAMPLES: &str = "Examples:
  plimsoll check http://127.0.0.1:5000
  plimsoll check https://registry.example --namespace team/scratch --expect known.toml
  plimsoll check http://127.0.0.1:5000 --only 'push/*' --level must

Exit codes: 0 every gate passed, 1 a violation or a regression, 2 usage, 3 the registry cannot be
tested, 4 nothing ran, 5 expectations out of date, 7 a threshold is missed, and those of
`plimsoll --help`.";

/// Check a registry against the specification.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The registry: `host:port`, `http://host:port` or `https://host`. Without it, the reference
    /// registry is started in memory and checked.
    #[arg(env = "PLIMSOLL_URL")]
    url: Option<String>,

    #[command(flatten)]
    what: What,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    besides: beside::Besides,
    #[command(flatten)]
    expected: Expected,
    #[command(flatten)]
    gates: gates::Gates,
    #[command(flatten)]
    output: Output,

    /// Behave as a libtest program; what follows `--` is for it.
    #[arg(long)]
    libtest: bool,
    /// Arguments for --libtest.
    #[arg(last = true, requires = "libtest", value_name = "ARGS")]
    for_libtest: Vec<String>,
}

/// What is asked.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is asked")]
struct What {
    /// The version of the specification: 1.0, 1.1 or 1.2 (the draft).
    #[arg(long, value_name = "VERSION", default_value = "1.1")]
    spec: Version,
    /// Only checks that match: a glob, a section, or a requirement's id (may be repeated).
    #[arg(long, value_name = "GLOB")]
    only: Vec<Filter>,
    /// No check that matches (may be repeated).
    #[arg(long, value_name = "GLOB")]
    skip: Vec<Filter>,
    /// Only the checks that failed or could not be put in these results (a file, or the folder with it),
    /// or all of theirs if a rule for every answer is broken; to the registry that they name, unless
    /// another is given.
    #[arg(long, value_name = "RESULTS", conflicts_with = "only")]
    rerun: Option<PathBuf>,
    /// Whose promises: specification, beyond (of logins, isolation, signatures, work at the same time) and
    /// docker (of the older protocol), separated by commas; without docker unless --only names checks of
    /// it. `--profile oci` is short for specification alone, `--profile docker` for that and docker.
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    groups: Vec<Group>,
    /// Only checks of this level or heavier: must, expected, should, may.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// What makes the run fail: must, expected, should, may, never.
    #[arg(long, value_name = "LEVEL", default_value = "expected", value_parser = lower::fail_on)]
    fail_on: lower::FailOn,
    /// Count the absence of this feature as a violation (may be repeated).
    #[arg(long, value_name = "FEATURE", value_parser = lower::feature)]
    require: Vec<Feature>,
    /// Leave out what needs this feature (may be repeated).
    #[arg(long, value_name = "FEATURE", value_parser = lower::feature)]
    without: Vec<Feature>,
    /// Only one part of the checks, counted from 0, for several machines: 0/4, 1/4, 2/4 and 3/4. Give
    /// all of them one --seed; `plimsoll report --merge` joins their results.
    #[arg(long, value_name = "I/N", value_parser = super::fuzz::lower::shard, requires = "seed", conflicts_with = "libtest")]
    shard: Option<(u64, u64)>,
    /// Also put checks that move more than 8 MiB; on loopback they always are.
    #[arg(long)]
    heavy: bool,
    /// Where all content comes from; random and recorded unless given.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Where it is asked.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Where it is asked")]
struct Place {
    /// Make fresh repositories under this name.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "plimsoll",
        conflicts_with = "repo"
    )]
    namespace: RepositoryName,
    /// Use only these two repositories, which may hold anything already (give it twice).
    #[arg(long, value_name = "NAME")]
    repo: Vec<RepositoryName>,
    /// What tells this run's repositories from those of others; random unless given.
    #[arg(long, value_name = "ID", value_parser = lower::run_id)]
    run_id: Option<String>,
    /// Push and delete nothing; pull what --tag, --manifest and --blob name from the first --repo.
    #[arg(long, requires = "repo", conflicts_with_all = ["run_id", "keep"])]
    read_only: bool,
    /// A tag that is there, for --read-only.
    #[arg(long, value_name = "TAG", requires = "read_only")]
    tag: Option<Tag>,
    /// The digest of a manifest that is there, for --read-only.
    #[arg(long, value_name = "DIGEST", requires = "read_only")]
    manifest: Option<Digest>,
    /// The digest of a blob that is there, for --read-only.
    #[arg(long, value_name = "DIGEST", requires = "read_only")]
    blob: Option<Digest>,
    /// Leave in the registry what the run pushed.
    #[arg(long)]
    keep: bool,
    /// How many checks run at once.
    #[arg(long, short, value_name = "N", default_value_t = Settings::JOBS, value_parser = lower::jobs)]
    jobs: usize,
    /// How long an effect may be delayed, such as that of a delete.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = humantime::parse_duration)]
    settle: Duration,
    /// End the run after so long.
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    deadline: Option<Duration>,
}

/// What comes out.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What comes out")]
struct Output {
    /// The folder for reports.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    out: PathBuf,
    /// Which reports to write: json, junit, html, md, yaml, annotations, badges, sarif, har; or none
    /// [default: json,junit,html,md; in GitHub Actions annotations as well].
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    report: Vec<String>,
    /// Whose exchanges the record holds: failed or all.
    #[arg(long, value_name = "WHOSE", default_value = "failed", value_parser = lower::exchanges)]
    exchanges: crate::run::Exchanges,
    /// Show progress while it runs: auto, always, never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    /// Say the verdict only.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Say how every check ended.
    #[arg(long, short)]
    verbose: bool,
}

/// What the registry is that is started where none was named.
const EMBEDDED: &str = "the reference registry of plimsoll, in memory, as no other was named";

/// Runs the verb.
pub(super) fn run(mut args: Box<Args>, beside: Beside) -> Result<Exit, CliError> {
    args.connection.take(beside.password);
    if !args.output.quiet {
        super::note(&beside.notes);
    }
    examine(&args, beside.overrides)
}

fn examine(args: &Args, overrides: Vec<Override>) -> Result<Exit, CliError> {
    if args.libtest {
        return as_libtest::run(args, overrides);
    }
    let github = Github::of_environment();
    let reports = tell::reports(&args.output, github.clone())?;
    let gate = args.gates.lower(args.what.spec, &reports.paths())?;
    let run = lower::lower(args, overrides)?;
    refuse_empty(&run.settings)?;
    reports.prepare()?;
    lower::reach(args, &run)?;
    tell::note_watches(&args.output, &run.watches);
    let control = Control::default();
    let progress = Progress::new(args.output.progress);
    let client = Arc::clone(&run.settings.world.client);
    let mut record = signals::guard(&control, &client, args.place.deadline, || {
        crate::run::run(run.settings, suite::SECTIONS, &control, &progress)
    });
    if run.embedded.is_some() {
        record
            .target
            .software
            .get_or_insert_with(|| EMBEDDED.to_owned());
    }
    drop(run.embedded);
    progress.finish();
    gate.apply(&mut record);
    let told = tell::tell(&args.output, &github, &reports, &record);
    Ok(exit(&record).and(ending(&control)).and(told))
}

/// What a record means.
pub(super) fn exit(record: &Record) -> Exit {
    let gate = match gating(record) {
        Gating::Passed => Exit::Passed,
        Gating::Violated => Exit::Violated,
        // A shard may have no check of a small selection; the others have them.
        Gating::NothingRan if record.shard.is_some() && record.complete => Exit::Passed,
        Gating::NothingRan => Exit::NothingRan,
    };
    let ended = Exit::of_ending(record.complete, record.ended_by.as_deref());
    let expected = expect::exit(record.expectations.as_ref());
    gate.and(ended).and(measured(record)).and(expected)
}

/// What it means whether thresholds are met.
fn measured(record: &Record) -> Exit {
    let is_met = record.thresholds.iter().all(|it| it.met);
    if is_met { Exit::Passed } else { Exit::Missed }
}

/// What the way the run ended means.
pub(super) fn ending(control: &Control) -> Exit {
    match control.ending() {
        Some(Ending::Interrupted) => Exit::Interrupted,
        Some(Ending::Terminated) => Exit::Terminated,
        Some(Ending::OutOfTime) => Exit::OutOfTime,
        None => Exit::Passed,
    }
}

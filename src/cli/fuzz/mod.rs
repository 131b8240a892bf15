//! `plimsoll fuzz`: a campaign against a registry.

mod beat;
mod differential;
pub(super) mod lower;
mod tell;
mod watch;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use glob::Pattern;

use crate::catalogue::Version;
use crate::fuzz::campaign::Ended;
use crate::oci::RepositoryName;
use crate::report::fuzz::FuzzRecord;
use crate::run::Control;
use crate::run::Ending;

use super::CliError;
use super::Exit;
use super::check::run_id;
use super::connection::Connection;
use super::embedded::Differences;
use super::expect;
use super::expect::Expected;
use super::progress::When;
use super::reports::Github;
use super::signals;

use watch::Watch;

/// How long what is under way at the first Ctrl-C may take to come to its end.
const GRACE: Duration = Duration::from_secs(5);

/// Put plans of chance to a registry, and look for what no answer may do.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The registry: `host:port`, `http://host:port` or `https://host`. Without it, the reference
    /// registry is fuzzed inside this process.
    #[arg(env = "PLIMSOLL_URL")]
    url: Option<String>,
    /// Put the plans to two registries, and rank where they answer differently; to one and the
    /// reference registry where one is given. It gives no verdict.
    #[arg(long, value_name = "URL", num_args = 1..=2, conflicts_with_all = ["rules", "evolve", "canary_addr", "expect", "report"])]
    differential: Vec<String>,

    #[command(flatten)]
    what: What,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    differences: Differences,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    expected: Expected,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "Examples:
  plimsoll fuzz http://127.0.0.1:5000 --time 10m
  plimsoll fuzz http://127.0.0.1:5000 --plans 20000 --seed 1 --corpus corpus --out reports/fuzz
  plimsoll fuzz https://registry.example --i-may-test-this-target --rate 50/s --rules isolation
  plimsoll fuzz --differential http://127.0.0.1:5000 http://127.0.0.1:5001 --time 5m
  plimsoll fuzz --plans 2000 --defect malformed-content-range-500
  plimsoll replay reports/fuzz/findings http://127.0.0.1:5000

What it pushes stays in the registry: give it one that may be thrown away.
Exit codes: 0 no findings but those that --expect knows, 6 others, and those of `plimsoll --help`.";

/// What is played.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is played")]
struct What {
    /// The version of the specification: 1.0, 1.1 or 1.2 (the draft).
    #[arg(long, value_name = "VERSION", default_value = "1.1")]
    spec: Version,
    /// End after so long; 1m where neither this nor --plans is given.
    #[arg(long, value_name = "DURATION", value_parser = lower::time)]
    time: Option<Duration>,
    /// End after so many plans, those of other shards included.
    #[arg(long, value_name = "N")]
    plans: Option<u64>,
    /// What all plans follow from; random and recorded unless given.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Only rules that match (may be repeated); `plimsoll list rules` shows them.
    #[arg(long, value_name = "GLOB")]
    rules: Vec<Pattern>,
    /// A folder of plans to begin with; plans that do something new are added to it.
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Play the i-th of n parts of the plans, counted from 0.
    #[arg(long, value_name = "I/N", default_value = "0/1", value_parser = lower::shard)]
    shard: (u64, u64),
    /// Build on what is new within the campaign, which then cannot be repeated.
    #[arg(long)]
    evolve: bool,
}

/// Where it is played.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Where it is played")]
struct Place {
    /// You may test this target: needed for any registry that is not on this machine.
    #[arg(long)]
    i_may_test_this_target: bool,
    /// Make fresh repositories under this name.
    #[arg(long, value_name = "NAME", default_value = "plimsoll-fuzz")]
    namespace: RepositoryName,
    /// What tells this campaign's repositories from those of others; random unless given.
    #[arg(long, value_name = "ID", value_parser = run_id)]
    run_id: Option<String>,
    /// How many plans are played at once; findings do not depend on it.
    #[arg(long, short, value_name = "N", default_value_t = 8, value_parser = super::check::jobs)]
    jobs: usize,
    /// How long an effect may be delayed, such as that of a delete.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = humantime::parse_duration)]
    settle: Duration,
    /// Listen here, and see whether the registry can be led to call it: an address of this machine
    /// that the registry can reach. Not needed where the registry is on this machine, too.
    #[arg(long, value_name = "HOST:PORT", value_parser = lower::address)]
    canary_addr: Option<String>,
}

/// What comes out.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What comes out")]
struct Output {
    /// The folder for findings and reports.
    #[arg(long, value_name = "DIR", default_value = "reports/fuzz")]
    out: PathBuf,
    /// Which reports to write: json, junit, html, md, annotations, sarif; or none [default:
    /// json,junit,html; in GitHub Actions annotations as well].
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    report: Vec<String>,
    /// Show progress while it runs: auto, always, never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    /// Say the verdict only.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Say how often each operation and each mutation was used.
    #[arg(long, short)]
    verbose: bool,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    if !args.differential.is_empty() {
        return differential::run(args);
    }
    let github = Github::of_environment();
    let reports = tell::reports(&args.output, github.clone())?;
    let mut lowered = lower::lower(args)?;
    tell::prepare(&args.output, &reports)?;
    lower::reach(args, &lowered)?;
    let began = (SystemTime::now(), Instant::now());
    let control = Control::default();
    let stop = AtomicBool::new(false);
    let watch = Watch::new(args, &lowered, &stop);
    let client = lowered.client();
    let outcome = signals::guard_gently(&control, &client, &stop, GRACE, || {
        watch.probing();
        let settings = lowered.probing();
        lowered.campaign.profile.features = crate::run::features(settings, &control);
        lowered.campaign.deadline = args.deadline();
        watch.begin();
        let mut outcome = lowered
            .campaign
            .run(&client, &lowered.corpus, &stop, &watch);
        // It counts those sent again, and those that made a finding short.
        outcome.requests = client.requests();
        outcome
    });
    watch.finish();
    let record = tell::record(&lowered, &outcome, began, control.ending());
    let told = tell::tell(&args.output, &github, &reports, &record, &watch);
    watch.over(&record.outcome);
    Ok(exit(&record)
        .and(ending(&control))
        .and(told)
        .and(watch.exit()))
}

/// What came of it means.
pub(super) fn exit(record: &FuzzRecord) -> Exit {
    let outcome = &record.outcome;
    let answered = outcome.steps.saturating_sub(outcome.shares.unanswered);
    let gate = if record.unknown().next().is_some() || outcome.ended == Ended::TargetLost {
        Exit::Findings
    } else if outcome.plans == 0 || answered == 0 {
        Exit::NothingRan
    } else {
        Exit::Passed
    };
    gate.and(expect::exit(record.expectations.as_ref()))
}

/// What the way it ended means.
fn ending(control: &Control) -> Exit {
    match control.ending() {
        Some(Ending::Interrupted) => Exit::Interrupted,
        Some(Ending::Terminated) => Exit::Terminated,
        Some(Ending::OutOfTime) => Exit::OutOfTime,
        None => Exit::Passed,
    }
}

impl Args {
    /// When a campaign that begins now has to end.
    fn deadline(&self) -> Option<Instant> {
        Some(Instant::now() + self.time()?)
    }

    /// How long it may take.
    fn time(&self) -> Option<Duration> {
        match (self.what.time, self.what.plans) {
            (None, None) => Some(lower::TIME),
            (time, _) => time,
        }
    }
}

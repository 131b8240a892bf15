//! `plimsoll compare`: the same suite on several registries, side by side.

use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use crate::catalogue::Version;
use crate::http::Client;
use crate::http::Login;
use crate::oci::RepositoryName;
use crate::report::compare as report;
use crate::run::Comparison;
use crate::run::Control;
use crate::run::Filter;
use crate::run::Override;
use crate::run::Record;
use crate::run::Repositories;
use crate::run::Settings;
use crate::run::compare;
use crate::run::identity;
use crate::run::preflight::preflight;
use crate::run::random_run_id;
use crate::run::random_seed;
use crate::suite;
use crate::trial::content::Seed;

use super::Beside;
use super::CliError;
use super::Exit;
use super::check;
use super::connection::Connection;
use super::progress::Progress;
use super::progress::When;
use super::reports;
use super::reports::Github;
use super::reports::Reports;
use super::results;
use super::signals;
use super::target::Target;

/// Put the same suite to several registries, and show them side by side.
///
/// Besides, the same content is pushed to each, and what each gives to every other: whether they
/// agree on what it is called.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Registries, or results of `check` (`*.json`, or the folders that they are in); two at least.
    #[arg(value_name = "URL|RESULTS", required = true, num_args = 2..)]
    what: Vec<String>,
    /// What they are called in the reports, in their order (may be repeated).
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// The version of the specification: 1.0, 1.1 or 1.2 (the draft).
    #[arg(long, value_name = "VERSION", default_value = "1.1")]
    spec: Version,
    /// Only checks that match: a glob, a section, or a requirement's id (may be repeated).
    #[arg(long, value_name = "GLOB")]
    only: Vec<Filter>,
    /// No check that matches (may be repeated).
    #[arg(long, value_name = "GLOB")]
    skip: Vec<Filter>,
    /// What makes it fail: must, expected, should, may, never.
    #[arg(long, value_name = "LEVEL", default_value = "expected", value_parser = check::fail_on)]
    fail_on: check::FailOn,
    /// Where all content comes from, at every registry; random and recorded unless given.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Make fresh repositories under this name.
    #[arg(long, value_name = "NAME", default_value = "plimsoll")]
    namespace: RepositoryName,
    /// How many checks run at once.
    #[arg(long, short, value_name = "N", default_value_t = Settings::JOBS, value_parser = check::jobs)]
    jobs: usize,
    /// How long an effect may be delayed.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = humantime::parse_duration)]
    settle: Duration,
    /// End after so long.
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    deadline: Option<Duration>,
    /// The folder for reports.
    #[arg(long, value_name = "DIR", default_value = "reports/compare")]
    out: PathBuf,
    /// Which reports to write: json, html, md; all of them unless given.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    report: Vec<String>,
    /// Show progress while it runs: auto, always, never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  plimsoll compare http://127.0.0.1:5000 http://127.0.0.1:5001 --name old --name new
  plimsoll compare monday tuesday

Exit codes: 0 nothing gates at any of them, 1 something does or they disagree on what content is
called, 3 one cannot be tested, and those of `plimsoll --help`.";

/// The reports that are written unless told otherwise.
const FORMATS: [&str; 3] = ["json", "html", "md"];

/// Who is compared.
enum Side {
    Registry(Box<Settings>),
    File(Box<Record>),
}

/// Runs the verb.
pub(super) fn run(args: &Args, beside: &Beside) -> Result<Exit, CliError> {
    super::note(&beside.notes);
    if args.name.len() > args.what.len() {
        return Err(CliError::Usage(format!(
            "there are {} names and {} registries, so that nobody knows which is which; give a --name for each, in their \
             order",
            args.name.len(),
            args.what.len()
        )));
    }
    if let Some(name) = args
        .name
        .iter()
        .enumerate()
        .find_map(|(at, name)| args.name[..at].contains(name).then_some(name))
    {
        return Err(CliError::Usage(format!(
            "two registries would be called `{name}`, and nobody could tell them apart; give each a name of its own"
        )));
    }
    let files = Reports::new(
        &args.report,
        &FORMATS,
        report::FORMATS,
        &args.out,
        Github::default(),
    )?;
    let seed = args.seed.unwrap_or_else(random_seed);
    let sides = args
        .what
        .iter()
        .map(|text| side(args, &beside.overrides, seed, text));
    let sides: Vec<Side> = sides.collect::<Result<_, _>>()?;
    files.prepare()?;
    let control = Control::default();
    let (comparison, ends) = held_side_by_side(args, sides, &control);
    let text = report::terminal(&comparison, &reports::options(false, false));
    // A reader that has gone, such as `head`, is no reason to lose the reports.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
    let written = files.write(&comparison);
    let is_broken = comparison.is_violated();
    let own = if is_broken {
        Exit::Violated
    } else {
        Exit::Passed
    };
    Ok(own.and(ends).and(check::ending(&control)).and(written))
}

fn held_side_by_side(args: &Args, sides: Vec<Side>, control: &Control) -> (Comparison, Exit) {
    let mut records = Vec::new();
    let until = args.deadline.map(|time| Instant::now() + time);
    let left = || until.map(|until| until.saturating_duration_since(Instant::now()));
    let mut ends = Exit::Passed;
    let mut asked = Vec::new();
    for (at, side) in sides.into_iter().enumerate() {
        let (record, again) = match side {
            Side::File(record) => (*record, None),
            Side::Registry(settings) => {
                let again = once_more(args, &settings);
                (put(args, *settings, control, left()), Some(again))
            }
        };
        let name = args.name.get(at).cloned();
        let name = name.unwrap_or_else(|| own_name(&args.what[at], again.as_ref()));
        ends = ends.and(check::exit(&record));
        records.push((name, record));
        asked.extend(again);
    }
    // Files alone cannot be asked what content is called.
    let is_live = asked.len() == records.len() && control.ending().is_none();
    let clients: Vec<_> = asked
        .iter()
        .map(|it| Arc::clone(&it.world.client))
        .collect();
    let found =
        is_live.then(|| guarded(&clients, control, left(), &mut || identity(&asked, control)));
    (compare(&records, found), ends)
}

/// What one of them is called unless told otherwise: a registry by its address, results by where they
/// are, since those of one registry have one address.
fn own_name(text: &str, again: Option<&Settings>) -> String {
    match again {
        Some(settings) => settings.world.origin.clone(),
        None => text.to_owned(),
    }
}

/// Does `work`, and stops every client at a signal or when the time is over.
fn guarded<T>(
    clients: &[Arc<Client>],
    control: &Control,
    left: Option<Duration>,
    work: &mut dyn FnMut() -> T,
) -> T {
    match clients {
        [] => work(),
        [client, rest @ ..] => {
            signals::guard(control, client, left, || guarded(rest, control, left, work))
        }
    }
}

/// The suite at one of them.
fn put(args: &Args, settings: Settings, control: &Control, left: Option<Duration>) -> Record {
    let progress = Progress::new(args.progress);
    let client = Arc::clone(&settings.world.client);
    let record = signals::guard(control, &client, left, || {
        crate::run::run(settings, suite::SECTIONS, control, &progress)
    });
    progress.finish();
    record
}

/// A registry that answers, or a file that can be read.
fn side(args: &Args, overrides: &[Override], seed: u64, text: &str) -> Result<Side, CliError> {
    let path = Path::new(text);
    if path.exists() || path.extension().is_some_and(|it| it == "json") {
        return Ok(Side::File(Box::new(results::of_checks(path)?.1)));
    }
    if args.connection.names_user() {
        return Err(CliError::Usage(
            "--username, --token and --header are for one registry, and would go to all; log in with your container \
             client, or compare the results files of two runs of check"
                .to_owned(),
        ));
    }
    let target: Target = text.parse()?;
    let settings = args.connection.settings(&target)?;
    let has_credentials = settings.credentials != Login::Anonymous;
    let client = Client::over_network(settings)?;
    if let Some(how_long) = args.connection.wait {
        // Whatever comes of waiting, the question after it gives the better sentence.
        let _ = client.wait_until_ready(&format!("{}/v2/", target.origin), how_long);
    }
    preflight(&client, &target.origin, has_credentials)?;
    let mut settings = fresh(args, Arc::new(client), &target.origin, Seed::from(seed));
    settings.heavy = target.is_loopback;
    settings.selection.only.clone_from(&args.only);
    settings.selection.skip.clone_from(&args.skip);
    settings.selection.overrides = overrides.to_vec();
    settings.fail_on = args.fail_on;
    check::refuse_empty(&settings)?;
    Ok(Side::Registry(Box::new(settings)))
}

/// Settings for the same registry, with repositories of their own.
fn once_more(args: &Args, settings: &Settings) -> Settings {
    fresh(
        args,
        Arc::clone(&settings.world.client),
        &settings.world.origin,
        settings.seed,
    )
}

fn fresh(args: &Args, client: Arc<Client>, origin: &str, seed: Seed) -> Settings {
    let mut settings = Settings::of(client, origin);
    settings.world.spec = args.spec;
    settings.world.settle = args.settle;
    settings.seed = seed;
    settings.jobs = args.jobs;
    settings.repositories = Repositories::Fresh {
        namespace: args.namespace.clone(),
        run_id: random_run_id(),
    };
    settings
}

//! `plimsoll fuzz --differential`: two registries side by side.

use std::io::IsTerminal as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;

use crate::fuzz::Corpus;
use crate::fuzz::Tool;
use crate::fuzz::differential::Comparison;
use crate::fuzz::differential::Differential;
use crate::fuzz::differential::Ended;
use crate::http::Client;
use crate::http::Login;
use crate::report::fuzz::differential as report;
use crate::report::fuzz::differential::DifferentialRecord;
use crate::run::Control;
use crate::run::preflight::preflight;
use crate::run::random_run_id;

use super::Args;
use super::CliError;
use super::Exit;
use super::GRACE;
use super::lower;
use super::tell;
use crate::cli::embedded::Way;
use crate::cli::progress::When;
use crate::cli::signals;
use crate::cli::target::Target;

/// Two registries, and what is put to both.
struct Lowered {
    settings: Differential,
    corpus: Corpus,
    run_id: String,
    ways: [Way; 2],
}

/// Puts the plans to both, and says where they differ.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let mut lowered = lower(args)?;
    let folder = &args.output.out;
    report::prepare(folder).map_err(|error| CliError::Report(error.to_string()))?;
    let began = (SystemTime::now(), Instant::now());
    let control = Control::default();
    let stop = AtomicBool::new(false);
    lowered.settings.deadline = args.deadline();
    let [x, y] = &lowered.ways;
    let clients: [&Client; 2] = [&x.client, &y.client];
    let bar = bar(args);
    let comparison = signals::guard_gently(&control, clients[0], &stop, GRACE, || {
        signals::guard_gently(&control, clients[1], &stop, GRACE, || {
            let progress = |plans: u64, groups: usize| {
                bar.set_message(format!("{plans} plans, {groups} kinds of differences"));
            };
            lowered
                .settings
                .run(clients, &lowered.corpus, &stop, &progress)
        })
    });
    bar.finish_and_clear();
    let record = record(&lowered, comparison, began, &control);
    let told = told(args, &record);
    Ok(exit(&record.comparison)
        .and(super::ending(&control))
        .and(told))
}

fn lower(args: &Args) -> Result<Lowered, CliError> {
    let targets = targets(args)?;
    let ways = ways(args, &targets)?;
    let corpus = lower::corpus(args)?;
    let run_id = args.place.run_id.clone().unwrap_or_else(random_run_id);
    let settings = Differential {
        seed: args.what.seed.unwrap_or_else(crate::run::random_seed),
        plans: args.what.plans,
        deadline: None,
        jobs: args.place.jobs,
        shard: args.what.shard,
        origins: [ways[0].origin.clone(), ways[1].origin.clone()],
        namespace: format!("{}/{run_id}", args.place.namespace),
        spec: args.what.spec,
    };
    Ok(Lowered {
        settings,
        corpus,
        run_id,
        ways,
    })
}

/// The registries that were named: one or two.
fn targets(args: &Args) -> Result<Vec<Target>, CliError> {
    // What the environment names is for campaigns.
    let stray = args.url.as_ref();
    if stray.is_some_and(|url| std::env::var("PLIMSOLL_URL").as_ref() != Ok(url)) {
        return Err(CliError::Usage(
            "--differential takes one registry or two, and there are more: give the URLs behind \
             it, and nothing else"
                .to_owned(),
        ));
    }
    let targets: Vec<Target> = args
        .differential
        .iter()
        .map(|url| url.parse())
        .collect::<Result<_, _>>()?;
    if targets.len() > 1 {
        if args.connection.names_user() {
            return Err(CliError::Usage(
                "--username, --token and --header are for one registry, and would go to both: log \
                 in with your container client"
                    .to_owned(),
            ));
        }
        lower::refuse_differences(&args.differences)?;
    }
    for target in &targets {
        lower::refuse_without_leave(target, args.place.i_may_test_this_target)?;
    }
    Ok(targets)
}

/// The ways to both: where one was named, the other is the reference registry.
fn ways(args: &Args, targets: &[Target]) -> Result<[Way; 2], CliError> {
    let first = way(args, &targets[0])?;
    let second = match targets.get(1) {
        Some(target) => way(args, target)?,
        None => args.differences.embedded(args.what.spec)?,
    };
    Ok([first, second])
}

fn way(args: &Args, target: &Target) -> Result<Way, CliError> {
    let settings = lower::settings_elsewhere(&args.connection, target)?;
    let has_credentials = settings.credentials != Login::Anonymous;
    let client = Client::over_network(settings)?;
    let origin = target.origin.clone();
    if let Some(how_long) = args.connection.wait {
        // Whatever comes of waiting, the question after it gives the better sentence.
        let _ = client.wait_until_ready(&format!("{origin}/v2/"), how_long);
    }
    preflight(&client, &origin, has_credentials)?;
    Ok(Way {
        client: Arc::new(client),
        origin,
        running: None,
    })
}

fn bar(args: &Args) -> ProgressBar {
    let is_terminal = std::io::stderr().is_terminal();
    if !is_terminal || args.output.quiet || args.output.progress == When::Never {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn record(
    lowered: &Lowered,
    comparison: Comparison,
    began: (SystemTime, Instant),
    control: &Control,
) -> DifferentialRecord {
    let settings = &lowered.settings;
    let ended_by = tell::ended_by(control.ending());
    let is_whole = matches!(comparison.ended, Ended::Completed | Ended::OutOfTime);
    let [x, y] = &lowered.ways;
    DifferentialRecord {
        schema: DifferentialRecord::SCHEMA,
        kind: report::KIND.to_owned(),
        tool: Tool::this(),
        complete: is_whole && ended_by.is_none(),
        ended_by,
        targets: settings.origins.clone(),
        spec: settings.spec,
        namespace: settings.namespace.clone(),
        run_id: lowered.run_id.clone(),
        shard: format!("{}/{}", settings.shard.0, settings.shard.1),
        started: humantime::format_rfc3339_millis(began.0).to_string(),
        duration_ms: u64::try_from(began.1.elapsed().as_millis()).unwrap_or(u64::MAX),
        requests: [x.client.requests(), y.client.requests()],
        comparison,
    }
}

/// Prints the report for people, and writes the others.
fn told(args: &Args, record: &DifferentialRecord) -> Exit {
    let text = report::terminal(record, &tell::options(&args.output));
    // A reader that has gone, such as `head`, is no reason to lose the reports.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
    match report::write_all(&args.output.out, record) {
        Ok(()) => Exit::Passed,
        Err(error) => {
            anstream::eprintln!("plimsoll: {error}");
            Exit::Broken
        }
    }
}

/// Differences are no verdict, however many there are.
fn exit(comparison: &Comparison) -> Exit {
    if matches!(comparison.ended, Ended::TargetLost(_)) {
        Exit::Untestable
    } else if comparison.plans == 0 || comparison.answers.contains(&0) {
        Exit::NothingRan
    } else {
        Exit::Passed
    }
}

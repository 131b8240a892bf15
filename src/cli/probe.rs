//! `plimsoll probe`: what a registry is, in a few seconds and without a verdict.

use std::io::Write as _;
use std::time::Duration;

use crate::catalogue::Version;
use crate::http::Client;
use crate::http::Login;
use crate::oci::RepositoryName;
use crate::registry::Registry;
use crate::registry::Running;
use crate::report;
use crate::run::Control;
use crate::run::Repositories;
use crate::run::Settings;
use crate::run::preflight::preflight;
use crate::run::random_run_id;

use super::Beside;
use super::CliError;
use super::Exit;
use super::check::run_id;
use super::connection::Connection;
use super::reports;
use super::signals;
use super::target::Target;

/// Say what a registry is: how it answers, whom it lets in, what it has, how much it takes.
///
/// It gives no verdict. What it pushes goes into repositories of its own and is deleted again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The registry: `host:port`, `http://host:port` or `https://host`. Without it, the reference
    /// registry is started in memory and asked.
    #[arg(env = "PLIMSOLL_URL")]
    url: Option<String>,
    /// The version of the specification: 1.0, 1.1 or 1.2 (the draft).
    #[arg(long, value_name = "VERSION", default_value = "1.1")]
    spec: Version,
    /// Make fresh repositories under this name.
    #[arg(long, value_name = "NAME", default_value = "plimsoll")]
    namespace: RepositoryName,
    /// What tells the repositories from those of others; random unless given.
    #[arg(long, value_name = "ID", value_parser = run_id)]
    run_id: Option<String>,
    /// How long an effect may be delayed.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = humantime::parse_duration)]
    settle: Duration,
    /// Leave in the registry what was pushed.
    #[arg(long)]
    keep: bool,
    /// End after so long.
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    deadline: Option<Duration>,
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  plimsoll probe registry.example
  plimsoll probe http://127.0.0.1:5000 --json

Exit codes: 0 it was asked, 3 it cannot be reached or takes no credentials, and those of
`plimsoll --help`.";

/// Runs the verb.
pub(super) fn run(mut args: Box<Args>, beside: Beside) -> Result<Exit, CliError> {
    args.connection.take(beside.password);
    super::note(&beside.notes);
    ask(&args)
}

fn ask(args: &Args) -> Result<Exit, CliError> {
    let (client, target, running) = reach(args)?;
    let mut settings = Settings::new(client, target.origin);
    settings.world.spec = args.spec;
    settings.world.settle = args.settle;
    settings.keep = args.keep || running.is_some();
    settings.repositories = Repositories::Fresh {
        namespace: args.namespace.clone(),
        run_id: args.run_id.clone().unwrap_or_else(random_run_id),
    };
    let control = Control::default();
    let client = std::sync::Arc::clone(&settings.world.client);
    let survey = signals::guard(&control, &client, args.deadline, || {
        crate::run::survey(settings, &control)
    });
    let text = if args.json {
        let text = report::json::pretty("json", &survey);
        text.map_err(|error| CliError::Report(error.to_string()))?
    } else {
        report::survey(&survey, &reports::options(false, false)).into_bytes()
    };
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().lock().write_all(&text);
    Ok(super::check::ending(&control))
}

/// The client, whom it talks to, and the registry where none was named.
fn reach(args: &Args) -> Result<(Client, Target, Option<Running>), CliError> {
    let Some(url) = &args.url else {
        let running = Registry::builder()
            .spec(args.spec)
            .spawn()
            .map_err(|error| {
                CliError::Environment(format!("the reference registry cannot be started: {error}"))
            })?;
        let target: Target = running.url().parse()?;
        let settings = crate::http::ClientSettings::new(target.origin.clone());
        return Ok((Client::over_network(settings)?, target, Some(running)));
    };
    let target: Target = url.parse()?;
    let settings = args.connection.settings(&target)?;
    let has_credentials = settings.credentials != Login::Anonymous;
    let client = Client::over_network(settings)?;
    if let Some(how_long) = args.connection.wait {
        // Whatever comes of waiting, the question after it gives the better sentence.
        let _ = client.wait_until_ready(&format!("{}/v2/", target.origin), how_long);
    }
    preflight(&client, &target.origin, has_credentials)?;
    Ok((client, target, None))
}

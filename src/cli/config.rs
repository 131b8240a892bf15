//! `plimsoll config`: the settings in effect, and where each comes from.

use std::ffi::OsString;
use std::io::Write as _;

use clap::CommandFactory as _;

use super::Cli;
use super::CliError;
use super::Exit;
use super::Refusal;
use super::official::Surroundings;
use super::settings;
use super::settings::Shown;
use super::settings::Source;

/// Show the settings in effect, and where each comes from.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print the JSON Schema of `plimsoll.toml` instead.
    #[arg(long)]
    schema: bool,
    /// As JSON.
    #[arg(long, conflicts_with = "schema")]
    json: bool,
    /// The verb whose settings are shown, with what else would be on its command line.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        default_value = "check"
    )]
    command: Vec<OsString>,
}

/// Runs the verb.
pub(super) fn run(args: &Args, source: &Source) -> Result<Exit, CliError> {
    let mut program = Cli::command();
    program.build();
    let text = if args.schema {
        pretty(&settings::schema::schema(&program))
    } else {
        let rows = rows(&program, args, source)?;
        if args.json {
            as_json(&rows)
        } else {
            as_text(&rows)
        }
    };
    // Whoever closes the pipe has read enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(Exit::Passed)
}

fn rows(program: &clap::Command, args: &Args, source: &Source) -> Result<Vec<Shown>, CliError> {
    let given = std::iter::once(OsString::from("plimsoll"))
        .chain(source.as_arguments())
        .chain(args.command.iter().cloned());
    let refused = |refusal| match refusal {
        Refusal::ByClap(error) => CliError::Usage(said(&error)),
        Refusal::BySettings(error) => error,
    };
    let (filled, name, beside) =
        super::filled(program, given.collect(), &Surroundings::of_process()).map_err(refused)?;
    let matches = program.clone().try_get_matches_from(&filled.arguments);
    let matches = matches.map_err(|error| {
        filled
            .culprit(program, &name)
            .unwrap_or_else(|| CliError::Usage(said(&error)))
    })?;
    let verb = program.find_subcommand(&name);
    let (Some(verb), Some((_, matches))) = (verb, matches.subcommand()) else {
        return Ok(Vec::new());
    };
    let mut rows = settings::shown(verb, matches, &filled);
    rows.extend(beside.left_out.iter().map(|it| Shown {
        key: "left out".to_owned(),
        value: it.key.clone(),
        from: format!("{}, which is for {}", it.origin, it.home),
    }));
    rows.extend(beside.overrides.iter().filter_map(|it| {
        Some(Shown {
            key: "left out".to_owned(),
            value: it.checks.as_str().to_owned(),
            from: it.skip.clone()?,
        })
    }));
    Ok(rows)
}

/// What clap says, without the usage that it shows below.
fn said(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.trim_start_matches("error: ").trim().to_owned()
}

fn as_text(rows: &[Shown]) -> String {
    let width = |of: fn(&Shown) -> &str| {
        rows.iter()
            .map(|row| of(row).chars().count())
            .max()
            .unwrap_or_default()
    };
    let (keys, values) = (width(|row| &row.key), width(|row| &row.value).min(40));
    let lines = rows
        .iter()
        .map(|Shown { key, value, from }| format!("{key:keys$}  {value:values$}  {from}\n"));
    lines.collect()
}

fn as_json(rows: &[Shown]) -> String {
    let rows = rows.iter().map(
        |Shown { key, value, from }| serde_json::json!({"key": key, "value": value, "from": from}),
    );
    pretty(&rows.collect())
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

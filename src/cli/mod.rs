//! The command line: one verb, one file.
//!
//! Flags and environment are lowered once into valid settings; nothing behind this module sees
//! them.

mod check;
mod compare;
mod config;
mod connection;
mod differences;
mod embedded;
mod error;
mod exit_code;
mod expect;
mod explain;
mod export;
mod fuzz;
mod helpers;
mod list;
mod official;
mod probe;
mod progress;
mod replay;
mod report;
mod reports;
mod requirements;
mod results;
mod rules;
mod selection;
mod selftest;
mod serve;
mod settings;
mod signals;
mod target;

use std::ffi::OsString;

use clap::CommandFactory;
use clap::FromArgMatches;
use clap::Parser;
use clap::Subcommand;

use crate::run::Override;
use official::Surroundings;
use settings::Filled;
use settings::Home;
use settings::Origin;

pub use error::CliError;
pub use exit_code::Exit;

/// Conformance tests and fuzzing for OCI registries.
#[derive(Debug, Parser)]
#[command(
    name = "plimsoll",
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit codes: 0 passed, 1 violated, 2 usage, 3 registry cannot be tested, 4 nothing ran, 5 expectations out of date, 6 fuzzing has findings, \
                        7 threshold missed, 70 bug or unwritable report, 124 out of time, 130/143 interrupted"
)]
struct Cli {
    #[command(flatten)]
    source: settings::Source,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check a registry against the specification.
    Check(Box<check::Args>),
    /// Put the same suite to several registries, and show them side by side.
    Compare(Box<compare::Args>),
    /// Put plans of chance to a registry, and look for what no answer may do.
    Fuzz(Box<fuzz::Args>),
    /// Say what a registry is: how it answers, what it has, how much it takes.
    Probe(Box<probe::Args>),
    /// Put findings or failed checks again, and say whether they are still there.
    Replay(Box<replay::Args>),
    /// Write other forms of what a run came to, merge shards, or say what differs between two runs.
    Report(report::Args),
    /// Write what is known to be wrong into a file of expectations.
    Expect(expect::Args),
    /// Write the results of a run in the form in which others want them.
    Export(export::Args),
    /// Show the settings in effect, and where each comes from.
    Config(config::Args),
    /// Run the reference registry.
    Serve(Box<serve::Args>),
    /// Put the suite to every defect and variation of the reference registry.
    Selftest(selftest::Args),
    /// List what plimsoll knows: checks, requirements, features, defects, variations, rules,
    /// mutations.
    List(list::Args),
    /// Say what a check, a section, a requirement, a feature, a defect, a variation, a rule or a mutation
    /// is about.
    Explain(explain::Args),
    /// Print the completions for a shell.
    Completions(helpers::Completions),
    /// Write the man pages.
    Man(helpers::Pages),
}

/// Runs the program with these arguments, the first of which is its own name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> Exit {
    let (cli, beside) = match read(arguments.collect(), &Surroundings::of_process()) {
        Ok(read) => read,
        Err(Refusal::ByClap(error)) => return declined(&error),
        Err(Refusal::BySettings(error)) => return sorry(&error),
    };
    note(&beside.warnings);
    let outcome = match cli.verb {
        Verb::Check(args) => check::run(args, beside),
        Verb::Compare(args) => compare::run(&args, &beside),
        Verb::Fuzz(args) => fuzz::run(&args),
        Verb::Probe(args) => probe::run(args, beside),
        Verb::Replay(args) => replay::run(&args),
        Verb::Report(args) => report::run(&args),
        Verb::Expect(args) => expect::run(&args),
        Verb::Export(args) => export::run(&args),
        Verb::Config(args) => config::run(&args, &cli.source),
        Verb::Serve(args) => serve::run(&args),
        Verb::Selftest(args) => Ok(selftest::run(&args)),
        Verb::List(args) => list::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Completions(args) => Ok(helpers::completions(&args)),
        Verb::Man(args) => helpers::pages(&args),
    };
    outcome.unwrap_or_else(|error| sorry(&error))
}

/// Who does not take a command line.
enum Refusal {
    ByClap(clap::Error),
    BySettings(CliError),
}

/// What is told to a verb and stands in none of its flags.
#[derive(Debug, Default)]
struct Beside {
    /// What holds for some checks alone; what counts more stands first.
    overrides: Vec<Override>,
    password: Option<official::Password>,
    /// What to say before anything is done.
    notes: Vec<String>,
    /// The same, also to who wants to hear the verdict only.
    warnings: Vec<String>,
    /// The settings that are left out, and why.
    left_out: Vec<LeftOut>,
}

/// A setting that is left out since it is for other registries.
#[derive(Debug)]
struct LeftOut {
    key: String,
    origin: Origin,
    home: Home,
}

/// Says what has to be said before anything is done.
fn note(notes: &[String]) {
    for note in notes {
        anstream::eprintln!("plimsoll: {}", crate::report::fuzz::harmless(note));
    }
}

/// What the command line says, with what it leaves open filled in.
fn read(given: Vec<OsString>, around: &Surroundings) -> Result<(Cli, Beside), Refusal> {
    let mut program = Cli::command();
    program.build();
    let (filled, verb, mut beside) = filled(&program, given, around)?;
    let parsed = program
        .clone()
        .try_get_matches_from(&filled.arguments)
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = parsed.map_err(|error| match filled.culprit(&program, &verb) {
        Some(error) => Refusal::BySettings(error),
        None => Refusal::ByClap(error),
    })?;
    if let Some((_, verb)) = matches.subcommand() {
        let notes = selection::unmatched(verb, &beside.overrides);
        beside.warnings.extend(notes.map_err(Refusal::BySettings)?);
    }
    Ok((cli, beside))
}

/// A command line with what it leaves open filled in, its verb, and what stands in no flag.
fn filled(
    program: &clap::Command,
    given: Vec<OsString>,
    around: &Surroundings,
) -> Result<(Filled, String, Beside), Refusal> {
    let matches = program.clone().try_get_matches_from(&given);
    let matches = matches.map_err(Refusal::ByClap)?;
    let source = settings::Source::from_arg_matches(&matches).map_err(Refusal::ByClap)?;
    let verb = matches.subcommand_name().unwrap_or_default().to_owned();
    let official = official::read(&verb, around).map_err(Refusal::BySettings)?;
    let filled = settings::filled(program, given, &matches, &source, official.settings);
    let mut filled = filled.map_err(Refusal::BySettings)?;
    let mut beside = Beside {
        overrides: std::mem::take(&mut filled.overrides),
        password: official.password,
        notes: official.notes,
        ..Beside::default()
    };
    beside.overrides.extend(official.overrides);
    beside.leave_out(&mut filled);
    Ok((filled, verb, beside))
}

impl Beside {
    /// Takes note of what is for other registries than those that are asked.
    fn leave_out(&mut self, filled: &mut Filled) {
        let settings = filled.left_out.drain(..).map(|setting| LeftOut {
            key: setting.key,
            origin: setting.origin,
            home: setting.home,
        });
        self.left_out.extend(settings);
        let is_elsewhere = |it: &mut official::Password| !it.home.takes(&filled.asked);
        let password = self.password.take_if(is_elsewhere);
        self.left_out.extend(password.map(|password| LeftOut {
            key: "password".to_owned(),
            origin: password.origin,
            home: password.home,
        }));
        let named = self.left_out.iter().map(|it| {
            let name = format!("`{}` ({})", it.key, it.origin);
            (name, it.home.clone())
        });
        let named: Vec<_> = named.collect();
        self.warnings.extend(settings::notes(&named, &filled.asked));
    }
}

fn sorry(error: &CliError) -> Exit {
    anstream::eprintln!("plimsoll: {error}");
    error.exit()
}

/// What clap has to say: help and version are no mistake, everything else is.
fn declined(error: &clap::Error) -> Exit {
    // Nothing can be done about a terminal that is gone.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Passed
    }
}

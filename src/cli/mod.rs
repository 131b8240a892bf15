//! The command line: one verb, one file.
//!
//! Flags and environment are lowered once into valid settings; nothing behind this module sees
//! them.

mod check;
mod connection;
mod differences;
mod embedded;
mod error;
mod exit_code;
mod expect;
mod explain;
mod fuzz;
mod list;
mod progress;
mod replay;
mod report;
mod reports;
mod requirements;
mod results;
mod rules;
mod selftest;
mod serve;
mod signals;
mod target;

use std::ffi::OsString;

use clap::Parser;
use clap::Subcommand;

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
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check a registry against the specification.
    Check(Box<check::Args>),
    /// Put plans of chance to a registry, and look for what no answer may do.
    Fuzz(Box<fuzz::Args>),
    /// Put the plans of findings again, and say whether they are still there.
    Replay(Box<replay::Args>),
    /// Write other forms of what a run came to, merge shards, or say what differs between two runs.
    Report(report::Args),
    /// Write what is known to be wrong into a file of expectations.
    Expect(expect::Args),
    /// Run the reference registry.
    Serve(serve::Args),
    /// Put the suite to every defect and variation of the reference registry.
    Selftest(selftest::Args),
    /// List what plimsoll knows: checks, requirements, features, defects, variations, rules,
    /// mutations.
    List(list::Args),
    /// Say what a check, a requirement, a feature, a defect, a variation, a rule or a mutation is about.
    Explain(explain::Args),
}

/// Runs the program with these arguments, the first of which is its own name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return declined(&error),
    };
    let outcome = match cli.verb {
        Verb::Check(args) => check::run(&args),
        Verb::Fuzz(args) => fuzz::run(&args),
        Verb::Replay(args) => replay::run(&args),
        Verb::Report(args) => report::run(&args),
        Verb::Expect(args) => expect::run(&args),
        Verb::Serve(args) => serve::run(&args),
        Verb::Selftest(args) => Ok(selftest::run(&args)),
        Verb::List(args) => list::run(&args),
        Verb::Explain(args) => explain::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        anstream::eprintln!("plimsoll: {error}");
        error.exit()
    })
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

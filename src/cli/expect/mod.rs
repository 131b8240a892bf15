//! `plimsoll expect`: the file of what is known to be wrong. Its flags, for the verbs that read it,
//! and `update`, which writes it.

mod document;
mod flags;
mod merge;
mod update;

use clap::Subcommand;

pub(super) use flags::Expected;

use crate::run::ExpectationsEntry;

use super::CliError;
use super::Exit;

/// Write what is known to be wrong into a file of expectations.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Bring the file in line with a run: keep what is still needed, drop what passes, add what gates.
    Update(update::Args),
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.verb {
        Verb::Update(args) => update::run(args),
    }
}

/// What expectations mean that do not hold any more.
pub(super) fn exit(expectations: Option<&ExpectationsEntry>) -> Exit {
    if expectations.is_some_and(ExpectationsEntry::gates) {
        Exit::OutOfDate
    } else {
        Exit::Passed
    }
}

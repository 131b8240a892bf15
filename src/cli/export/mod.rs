//! `plimsoll export`: what others want, in the form in which they want it.

mod catalogue;
mod product;
mod recipe;
mod submission;

use clap::Subcommand;

use super::CliError;
use super::Exit;

/// Write the results of a run in the form in which others want them.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    to: To,
}

#[derive(Debug, Subcommand)]
enum To {
    /// The files of a submission to the OCI's list of conformant products; they say that they are
    /// plimsoll's.
    OciConformance(submission::Args),
    /// The catalogue as the pages of a book: one for each check, one for each requirement.
    Catalogue(catalogue::Args),
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.to {
        To::OciConformance(args) => submission::run(args),
        To::Catalogue(args) => catalogue::run(args),
    }
}

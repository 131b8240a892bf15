//! `plimsoll expect update`: brings a file of expectations in line with what a run came to.

use std::fmt::Write as _;
use std::path::Path;
use std::path::PathBuf;

use crate::check::Day;
use crate::check::Expectations;
use crate::cli::CliError;
use crate::cli::Exit;
use crate::cli::results::bytes;
use crate::cli::results::unusable;
use crate::report;
use crate::report::fuzz::harmless;

use super::document::Document;
use super::flags::parse;
use super::flags::text;
use super::merge::Came;
use super::merge::Merged;
use super::merge::merge;

/// Bring a file of expectations in line with a run.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Reasons, links, last days and comments of entries that stay are kept. \
    An entry is dropped only if everything that it is about was judged and passes; one about findings \
    never is, since a campaign that does not find something proves nothing."
)]
pub(super) struct Args {
    /// The results.json of `plimsoll check` or `plimsoll fuzz`, or the folder that it is in.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The file of expectations; made if it is not there.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let came = came(&args.from)?;
    let (document, expectations) = old(&args.to)?;
    let merged = merge(document, &expectations.entries, &came);
    // What cannot be read again must not take the place of what can.
    parse(&args.to, &merged.text, Day::default())?;
    report::write_whole(&args.to, merged.text.as_bytes())
        .map_err(|error| CliError::Report(error.to_string()))?;
    anstream::print!("{}", told(&args.to, &merged));
    Ok(Exit::Passed)
}

/// What the run came to.
fn came(path: &Path) -> Result<Came, CliError> {
    let (path, bytes) = bytes(path)?;
    let bad = |error: report::json::ReadError| unusable(&path, &error.to_string());
    if let Some(results) = report::fuzz::read(&bytes) {
        return Ok(Came::Findings(results.map_err(bad)?.findings));
    }
    Ok(Came::Checks(
        report::json::read(&bytes).map_err(bad)?.checks,
    ))
}

/// The file as it is.
fn old(path: &Path) -> Result<(Document, Expectations), CliError> {
    if !path.exists() {
        return Ok((Document::new(), Expectations::default()));
    }
    let text = text(path)?;
    let expectations = parse(path, &text, Day::default())?;
    let document =
        Document::of(&text).map_err(|error| CliError::Usage(harmless(&error.to_string())))?;
    Ok((document, expectations))
}

fn told(path: &Path, merged: &Merged) -> String {
    let Merged {
        kept,
        dropped,
        added,
        unmatched,
        ..
    } = merged;
    let path = harmless(&path.display().to_string());
    let mut text = format!(
        "{path}: {kept} kept, {} dropped, {} added\n",
        dropped.len(),
        added.len()
    );
    let lists = [
        ("dropped, since it passes:", dropped),
        ("added:", added),
        ("kept, though there is nothing that it matches:", unmatched),
    ];
    for (what, globs) in lists {
        for glob in globs {
            let _ = writeln!(text, "  {what} {}", harmless(glob));
        }
    }
    text
}

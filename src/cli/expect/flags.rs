//! The flags of the verbs that read a file of expectations.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use crate::check::Day;
use crate::check::Expectations;
use crate::cli::CliError;
use crate::report::fuzz::harmless;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// What is expected to be wrong.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is known")]
pub(in crate::cli) struct Expected {
    /// A file of what is known to be wrong, with reasons: it is shown, and does not gate.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Fail (exit 5) if an entry of that file is out of date: what it is about passes, it has expired,
    /// or there is nothing that it matches.
    #[arg(long, requires = "expect")]
    strict_expectations: bool,
}

impl Expected {
    /// What is expected, as of `today`.
    pub(in crate::cli) fn read(&self, today: Day) -> Result<Expectations, CliError> {
        let Some(path) = &self.expect else {
            return Ok(Expectations::default());
        };
        let expectations = parse(path, &text(path)?, today)?;
        Ok(Expectations {
            strict: self.strict_expectations,
            ..expectations
        })
    }
}

/// The text of a file of expectations.
pub(super) fn text(path: &Path) -> Result<String, CliError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
    match read {
        Ok(length) if length as u64 > LONGEST => {
            Err(unusable(path, &format!("it has more than {LONGEST} bytes")))
        }
        Ok(_) => Ok(text),
        Err(error) => Err(unusable(path, &error.to_string())),
    }
}

/// What a text says that is a file of expectations.
pub(super) fn parse(path: &Path, text: &str, today: Day) -> Result<Expectations, CliError> {
    Expectations::read(text, today).map_err(|error| unusable(path, &error.to_string()))
}

fn unusable(path: &Path, reason: &str) -> CliError {
    let text = format!(
        "the expectations `{}` cannot be used, so nothing was done: {reason}",
        path.display()
    );
    CliError::Usage(harmless(&text))
}

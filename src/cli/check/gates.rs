//! What makes a check fail beyond verdict and level: the flags, lowered.

use std::path::PathBuf;
use std::time::Duration;

use crate::catalogue::Version;
use crate::cli::CliError;
use crate::cli::reports::resolved;
use crate::cli::results;
use crate::run::Edition;
use crate::run::Gate;
use crate::run::MinHeld;
use crate::run::Thresholds;
use crate::suite::editions;
use crate::suite::editions::EDITIONS;

/// What makes the run fail.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What makes it fail")]
pub(super) struct Gates {
    /// Only what these older results (a file, or the folder with it) do not have already makes the run fail; checks that are new
    /// since then do not.
    #[arg(long, value_name = "RESULTS")]
    baseline: Option<PathBuf>,
    /// Only checks of this edition make the run fail; all do unless given.
    #[arg(long, value_name = "N", value_parser = edition)]
    edition: Option<u32>,
    /// Fail if 5 of 100 requests take longer.
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    max_p95: Option<Duration>,
    /// Fail if a smaller share of the tested requirements of a level is held, such as should=0.9 (may be
    /// repeated).
    #[arg(long, value_name = "LEVEL=SHARE")]
    min_held: Vec<MinHeld>,
}

impl Gates {
    /// What they say of a run by this version of the specification. Reads the baseline, which none of
    /// the reports may take the place of.
    pub(super) fn lower(&self, spec: Version, reports: &[PathBuf]) -> Result<Gate, CliError> {
        let baseline = self.baseline.as_deref().map(results::of_checks);
        let (path, baseline) = baseline.transpose()?.unzip();
        let gate = Gate {
            baseline: baseline.map(Box::new),
            edition: self.edition.map(|number| Edition { number, has }),
            thresholds: Thresholds {
                max_p95: self.max_p95,
                min_held: self.min_held.clone(),
            },
        };
        let Some(path) = &path else {
            return Ok(gate);
        };
        let of_path = |reason: String| {
            CliError::Usage(format!("{} can be no baseline: {reason}", path.display()))
        };
        gate.refuse_baseline(spec)
            .map_err(|error| of_path(error.to_string()))?;
        let own = resolved(path);
        if reports.iter().any(|report| resolved(report) == own) {
            let reason = "the results of this run would take its place, and the next run would find nothing new; keep a \
                          copy elsewhere, or give another --out";
            return Err(of_path(reason.to_owned()));
        }
        Ok(gate)
    }
}

fn has(edition: u32, id: &str) -> bool {
    editions::Edition::find(edition).is_some_and(|edition| edition.has(id))
}

fn edition(text: &str) -> Result<u32, String> {
    let known = text.parse().ok().and_then(editions::Edition::find);
    known.map(|edition| edition.number).ok_or_else(|| {
        let newest = EDITIONS.last().map_or(0, |edition| edition.number);
        format!("there are the editions 1 to {newest}")
    })
}

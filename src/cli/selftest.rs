//! `plimsoll selftest`: the suite against every defect and variation of the reference registry.

use std::io::Write as _;

use glob::Pattern;

use crate::selftest;
use crate::selftest::fuzz;
use crate::trial::content::Seed;

use super::Exit;

/// Put the suite to the reference registry with every defect and every variation, and see that each
/// defect is found and nothing lawful alarms.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Args {
    /// Only the defects and variations whose names match; may be given several times.
    #[arg(long, value_name = "GLOB")]
    only: Vec<Pattern>,
    /// Only defects.
    #[arg(long, conflicts_with = "variations")]
    defects: bool,
    /// Only variations.
    #[arg(long)]
    variations: bool,
    /// Examine a variation in every version of the specification in which it is lawful, not in one.
    #[arg(long)]
    all_versions: bool,
    /// How many pairs of unrelated defects are switched on at once.
    #[arg(long, value_name = "N", default_value_t = 24)]
    pairs: usize,
    /// Where all content comes from.
    #[arg(long, value_name = "N", default_value = "1")]
    seed: Seed,
    /// How many registries are examined at once; as many as there are cores unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Put the fuzzer to the reference registry instead: a campaign against the sound registry, which
    /// is to find nothing, and one against each defect for the fuzzer, which is to find that; with
    /// --variations against each variation.
    #[arg(long)]
    fuzz: bool,
    /// With --fuzz: how many plans a registry gets.
    #[arg(long, value_name = "N", default_value_t = 20_000, requires = "fuzz", value_parser = clap::value_parser!(u64).range(1..))]
    plans: u64,
    /// Figures and what is missed alone, without the matrix.
    #[arg(long, short)]
    quiet: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Exit {
    if args.fuzz {
        return fuzz(args);
    }
    let defaults = selftest::Options::default();
    let outcome = selftest::run(&selftest::Options {
        only: args.only.clone(),
        checks: Vec::new(),
        defects: !args.variations,
        variations: !args.defects,
        all_versions: args.all_versions,
        pairs: args.pairs,
        seed: args.seed,
        jobs: args.jobs.map_or(defaults.jobs, usize::from),
    });
    let text = if args.json {
        format!("{:#}\n", selftest::json(&outcome))
    } else {
        selftest::text(&outcome, args.quiet)
    };
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().write_all(text.as_bytes());
    match outcome.missed.as_slice() {
        [] => Exit::Passed,
        [selftest::Threshold::NothingExamined, ..] => Exit::NothingRan,
        _ => Exit::Missed,
    }
}

/// The fuzzer instead of the suite.
fn fuzz(args: &Args) -> Exit {
    let defaults = fuzz::Options::default();
    let outcome = fuzz::run(&fuzz::Options {
        only: args.only.clone(),
        defects: !args.variations,
        variations: args.variations,
        all_versions: args.all_versions,
        plans: args.plans,
        seed: args.seed.number(),
        jobs: args.jobs.map_or(defaults.jobs, usize::from),
    });
    let text = if args.json {
        format!("{:#}\n", fuzz::json(&outcome))
    } else {
        fuzz::text(&outcome, args.quiet)
    };
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().write_all(text.as_bytes());
    match outcome.missed.as_slice() {
        [] => Exit::Passed,
        [fuzz::Missed::NothingHunted, ..] => Exit::NothingRan,
        _ => Exit::Missed,
    }
}

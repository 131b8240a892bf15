//! `plimsoll check --libtest`: the suite behind libtest's own command line.

use std::sync::Arc;

use clap::Parser as _;
use libtest_mimic::Arguments;

use crate::libtest;
use crate::run::Control;
use crate::run::Gating;
use crate::run::Override;
use crate::run::Record;
use crate::run::Run;
use crate::run::gating;
use crate::suite;

use super::Args;
use super::CliError;
use super::Exit;
use super::lower;
use super::tell;
use crate::cli::expect;
use crate::cli::reports::Github;
use crate::cli::signals;

/// Runs the suite as libtest would, with plimsoll's exit codes.
pub(super) fn run(args: &Args, overrides: Vec<Override>) -> Result<Exit, CliError> {
    let program = std::iter::once("plimsoll check --libtest --".to_owned());
    let arguments = match Arguments::try_parse_from(program.chain(args.for_libtest.clone())) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(crate::cli::declined(&error)),
    };
    // Its output is libtest's: annotations are printed only where they are asked for.
    let mut github = Github::of_environment();
    github.is_there &= !args.output.report.is_empty();
    let reports = tell::reports(&args.output, github)?.silent(true);
    let gate = Arc::new(args.gates.lower(args.what.spec, &reports.paths())?);
    let lowered = lower::lower(args, overrides)?;
    super::refuse_empty(&lowered.settings)?;
    if !arguments.list {
        reports.prepare()?;
        lower::reach(args, &lowered)?;
    }
    let client = Arc::clone(&lowered.settings.world.client);
    let arguments = Arguments {
        test_threads: arguments.test_threads.or(Some(args.place.jobs)),
        ..arguments
    };
    let control = Arc::new(Control::default());
    let run = Arc::new(Run::new(lowered.settings, suite::SECTIONS));
    let trials = libtest::of_run(&run, &control, &gate);
    let conclusion = signals::guard(&control, &client, args.place.deadline, || {
        libtest_mimic::run(&arguments, trials)
    });
    if arguments.list {
        return Ok(Exit::Passed);
    }
    let run = Arc::into_inner(run).expect("libtest-mimic has dropped its trials");
    let mut record = run.finish(&control, &());
    gate.apply(&mut record);
    tell_missed(&record);
    let written = reports.write(&record);
    let judged = conclusion.num_passed + conclusion.num_failed;
    // A watch may break while things are cleaned up, after its trial has ended.
    let is_violated = conclusion.num_failed > 0 || gating(&record) == Gating::Violated;
    let exit = if is_violated {
        Exit::Violated
    } else if judged == 0 && gating(&record) == Gating::NothingRan {
        Exit::NothingRan
    } else {
        Exit::Passed
    };
    Ok(exit
        .and(super::measured(&record))
        .and(expect::exit(record.expectations.as_ref()))
        .and(super::ending(&control))
        .and(written))
}

/// Says which thresholds are missed: libtest's own report has no place for them.
fn tell_missed(record: &Record) {
    for missed in record.thresholds.iter().filter(|it| !it.met) {
        let (name, limit, actual) = (&missed.name, &missed.limit, &missed.actual);
        anstream::eprintln!("plimsoll: the threshold {name} {limit} is missed: {actual}");
    }
}

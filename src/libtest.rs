//! The suite as libtest-mimic trials, so that a registry written in Rust can run it among its own
//! tests.

use std::sync::Arc;

use libtest_mimic::Completion;
use libtest_mimic::Failed;
use libtest_mimic::Trial;

use crate::run::CheckEntry;
use crate::run::Control;
use crate::run::Gate;
use crate::run::Run;
use crate::run::Settings;
use crate::suite;
use crate::verdict::Verdict;

/// Every check of the suite as a trial. Making them sends no request; the first that runs probes
/// the features.
pub fn trials(settings: Settings) -> Vec<Trial> {
    let run = Arc::new(Run::new(settings, suite::SECTIONS));
    of_run(&run, &Arc::new(Control::default()), &Arc::default())
}

/// The cases of a run as trials, of which those fail that `gate` does not excuse.
///
/// Watches come last: the trial of one judges what the trials before it were answered, those that
/// are still under way included. Put earlier, or alone, it judges what there is until then.
pub fn of_run(run: &Arc<Run>, control: &Arc<Control>, gate: &Arc<Gate>) -> Vec<Trial> {
    let mut cases = run.plan().cases.clone();
    cases.sort_by_key(|case| case.check.watch.is_some());
    let trials = cases.into_iter().map(|case| {
        let (run, control, gate) = (Arc::clone(run), Arc::clone(control), Arc::clone(gate));
        Trial::ignorable_test(case.id.clone(), move || {
            let mut entry = run.put(&case, &control).0;
            excuse(&mut entry, &gate);
            completion(&entry)
        })
    });
    trials.collect()
}

fn excuse(entry: &mut CheckEntry, gate: &Gate) {
    if let Some(why) = gate.excuse(entry).filter(|_| entry.gates) {
        entry.gates = false;
        entry.excused = Some(why);
    }
}

/// What a check's end means to libtest: what gates fails, what was not put or is excused is ignored
/// with the reason.
fn completion(entry: &CheckEntry) -> Result<Completion, Failed> {
    if entry.gates {
        return Err(Failed::from(message(entry)));
    }
    if let Some(why) = &entry.excused {
        let broken = entry.violated.as_deref().unwrap_or(&entry.title);
        return Ok(Completion::ignored_with(format!(
            "{} ({broken}), and does not gate: {why}",
            entry.verdict
        )));
    }
    let judged = [Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Flaky];
    if judged.iter().any(|verdict| verdict.word() == entry.verdict) {
        return Ok(Completion::Completed);
    }
    let reason = entry.reason.as_deref().unwrap_or_default();
    Ok(Completion::ignored_with(format!(
        "{}: {reason}",
        entry.verdict
    )))
}

fn message(entry: &CheckEntry) -> String {
    let line = |label: &str, value: &Option<String>| {
        value
            .as_ref()
            .map_or(String::new(), |value| format!("{label}: {value}\n"))
    };
    format!(
        "{}: {}\n{}{}{}{}{}",
        entry.verdict,
        entry.title,
        line("requirement", &entry.violated),
        line("expected", &entry.expected),
        line("actual", &entry.actual),
        line("reason", &entry.reason),
        line("\n", &entry.curl),
    )
}

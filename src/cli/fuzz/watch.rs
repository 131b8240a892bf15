//! What is seen and kept while a campaign runs.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::check::Expectations;
use crate::fuzz::Corpus;
use crate::fuzz::Finding;
use crate::fuzz::Plan;
use crate::fuzz::campaign::Event;
use crate::fuzz::campaign::Observer;
use crate::fuzz::campaign::Outcome;
use crate::http::Client;
use crate::report::fuzz as report;

use super::Args;
use super::Exit;
use super::beat::Beat;
use super::lower::Lowered;
use crate::cli::progress::When;

/// Hears of what a campaign does: shows it, and writes what is found at once.
pub(super) struct Watch<'a> {
    bar: ProgressBar,
    /// A line for each finding, where there is no terminal.
    lines: bool,
    stop: &'a AtomicBool,
    client: Arc<Client>,
    expectations: Expectations,
    findings: PathBuf,
    corpus: Option<PathBuf>,
    plans: Option<u64>,
    time: Option<Duration>,
    began: Mutex<Instant>,
    kept: Mutex<Kept>,
    beat: Beat,
}

/// What was written, and what could not be.
#[derive(Debug, Default)]
struct Kept {
    files: BTreeMap<String, PathBuf>,
    lost: bool,
    corpus_lost: bool,
}

impl<'a> Watch<'a> {
    /// Sees nothing yet.
    pub(super) fn new(args: &Args, lowered: &Lowered, stop: &'a AtomicBool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let is_shown = args.output.progress != When::Never && is_terminal && !args.output.quiet;
        let bar = if is_shown {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self {
            bar,
            lines: args.output.progress == When::Always && !is_terminal,
            stop,
            client: lowered.client(),
            expectations: lowered.expectations.clone(),
            findings: args.output.out.join(report::FINDINGS),
            corpus: args.what.corpus.clone(),
            plans: args.what.plans,
            time: args.time(),
            began: Mutex::new(Instant::now()),
            kept: Mutex::default(),
            beat: Beat::start(
                args.output.out.join(report::STATUS),
                status(lowered),
                lowered.campaign.shard.1,
            ),
        }
    }

    /// The target is asked what it has.
    pub(super) fn probing(&self) {
        self.bar.set_message("finding out what the registry has");
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// The campaign begins.
    pub(super) fn begin(&self) {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.beat.begin();
    }

    /// Clears the line.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// It came to this, and whatever is written of it is.
    pub(super) fn over(&self, outcome: &Outcome) {
        self.beat.tell(outcome, outcome.requests);
        self.beat.over();
    }

    /// The files of the findings, by signature.
    pub(super) fn files(&self) -> BTreeMap<String, PathBuf> {
        self.kept().files.clone()
    }

    /// What it means that something could not be written.
    pub(super) fn exit(&self) -> Exit {
        let kept = self.kept();
        if kept.lost || kept.corpus_lost {
            Exit::Broken
        } else {
            Exit::Passed
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a finding. If that is impossible, it goes to where it can still be seen.
    fn found(&self, finding: &Finding) {
        match finding.save(&self.findings) {
            Ok(path) => {
                self.note(&report::noted(finding, &self.expectations));
                self.kept().files.insert(finding.signature.clone(), path);
            }
            Err(error) => {
                self.kept().lost = true;
                self.say(&format!(
                    "plimsoll: the finding {} cannot be written to {}: {error}; here it is:\n{}",
                    finding.signature,
                    self.findings.display(),
                    report::plain_json(finding)
                ));
            }
        }
    }

    fn novel(&self, folder: &Path, plan: &Plan) {
        if self.kept().corpus_lost {
            return;
        }
        if let Err(error) = Corpus::save(folder, plan) {
            self.kept().corpus_lost = true;
            self.say(&format!(
                "plimsoll: {error}; the campaign goes on, and adds nothing more to the corpus"
            ));
        }
    }

    fn note(&self, text: &str) {
        if self.lines {
            anstream::eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| anstream::eprintln!("{text}"));
    }

    fn status(&self, outcome: &Outcome) -> String {
        let began = *self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = began.elapsed();
        let seconds = elapsed.as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let rate = |number: u64| number as f64 / seconds;
        let left = self.time.map(|time| time.saturating_sub(elapsed));
        let left = left.map_or(String::new(), |left| {
            format!(
                ", {} left",
                humantime::format_duration(Duration::from_secs(left.as_secs()))
            )
        });
        let of = self
            .plans
            .map_or(String::new(), |plans| format!(" of {plans}"));
        format!(
            "{}{of} plans, {:.0}/s; {:.0} requests/s; coverage {}; findings {}{left}",
            outcome.plans,
            rate(outcome.plans),
            rate(self.client.requests()),
            outcome.features,
            outcome.findings.len()
        )
    }
}

/// What a campaign says of itself before it begins.
fn status(lowered: &Lowered) -> report::Status {
    let campaign = &lowered.campaign;
    let run_id = &lowered.run_id;
    report::Status {
        plans_at_most: campaign.plans,
        ..report::Status::new(run_id, campaign.shard, &campaign.origin, campaign.seed)
    }
}

impl Observer for Watch<'_> {
    fn on(&self, event: &Event<'_>) -> bool {
        match event {
            Event::Progress(outcome) => {
                self.bar.set_message(self.status(outcome));
                self.beat.tell(outcome, self.client.requests());
            }
            Event::Novel(plan) => {
                if let Some(folder) = &self.corpus {
                    self.novel(folder, plan);
                }
            }
            Event::Found(finding) => self.found(finding),
        }
        !self.stop.load(Ordering::SeqCst)
    }
}

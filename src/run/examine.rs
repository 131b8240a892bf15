//! Putting one case to the registry, and again if it does not pass.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::time::Duration;
use std::time::Instant;

use crate::catalogue::categories::CLAIMED_CATEGORIES_IMPLEMENTED;
use crate::check::Feature;
use crate::check::FeatureState;
use crate::http::Exchange;
use crate::http::Failure;
use crate::http::Method;
use crate::http::Request;
use crate::http::Role;
use crate::http::Transcript;
use crate::trial::Held;
use crate::trial::Trial;
use crate::verdict::Demanded;
use crate::verdict::Fault;
use crate::verdict::Outcome;
use crate::verdict::Stop;
use crate::verdict::Verdict;
use crate::verdict::Violation;

use super::Case;
use super::Control;
use super::Exchanges;
use super::Settings;
use super::left_out::ENDED;
use super::left_out::HEAVY;
use super::left_out::NOT_FRESH;
use super::overrides;
use super::probe::may_be_off;
use super::watching::Watching;

/// How a case ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) case: Case,
    pub(super) verdict: Verdict,
    /// What failed, warned or blocked; the heaviest of it.
    pub(super) violation: Option<Violation>,
    /// Broken requirements of level should beside that.
    pub(super) concerns: Vec<Violation>,
    /// Why it is neither a pass nor a violation of its own.
    pub(super) reason: String,
    pub(super) exchanges: Vec<Exchange>,
    /// What the registry says that it is, in the first answer that names something.
    pub(super) software: Option<String>,
    /// The demands that were made.
    pub(super) demands: Vec<Demanded>,
    /// What is left in the registry.
    pub(super) held: Vec<Held>,
    pub(super) took: Duration,
    /// Whether plimsoll itself failed.
    pub(super) is_bug: bool,
    /// Whether the registry could not be started again.
    pub(super) is_down: bool,
    /// How it ended in fact, where that is expected and the verdict says so.
    pub(super) known: Option<Known>,
}

/// An end that is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// How the case ended.
    pub(super) verdict: Verdict,
    /// Whether that would gate.
    pub(super) gates: bool,
    /// The place of the expectation.
    pub(super) entry: usize,
}

impl Ended {
    pub(super) fn without_asking(case: Case, verdict: Verdict, reason: String) -> Self {
        Self {
            case,
            verdict,
            violation: None,
            concerns: Vec::new(),
            reason,
            exchanges: Vec::new(),
            software: None,
            demands: Vec::new(),
            held: Vec::new(),
            took: Duration::ZERO,
            is_bug: false,
            is_down: false,
            known: None,
        }
    }

    /// How it ended in fact, whatever was expected.
    pub(super) fn in_fact(&self) -> Verdict {
        self.known.map_or(self.verdict, |known| known.verdict)
    }
}

/// Puts a case, and puts it again in fresh repositories if the registry did not pass; a third time
/// where the registry may be one that falls over now and then.
pub(super) fn examine(
    settings: &Settings,
    case: &Case,
    features: &[(Feature, FeatureState)],
    control: &Control,
    watching: &Watching,
) -> Ended {
    if let Some(ended) = refusal(settings, case, features, control) {
        return ended;
    }
    let ask = |label: &str| excused(settings, features, put(settings, case, label, watching));
    let mut first = ask("");
    for again in ["-again", "-once-more"] {
        if !is_worth_asking_again(&first) || control.ending().is_some() {
            break;
        }
        if is_shaky(&first) {
            get_out_of_step(settings);
        }
        let mut next = ask(again);
        first.held.append(&mut next.held);
        if let Some(reason) = difference(&first, &next) {
            return Ended {
                verdict: Verdict::Flaky,
                reason,
                ..first
            };
        }
        if !is_shaky(&first) {
            break;
        }
    }
    first
}

/// Sends one request more, so that a registry that falls over at a regular beat is not met at the
/// same beat again.
fn get_out_of_step(settings: &Settings) {
    let url = format!("{}/v2/", settings.world.origin);
    let request = Request::new(Method::GET, url);
    // Whatever the answer is, the next trial says what is wrong.
    drop(settings.world.client.send(request, &Transcript::default()));
}

/// How a case that did not pass ended otherwise when it was put again, if it did.
fn difference(first: &Ended, next: &Ended) -> Option<String> {
    let how = match next.verdict {
        Verdict::Pass => "it passed".to_owned(),
        Verdict::Warn if first.verdict != Verdict::Warn => "it passed".to_owned(),
        Verdict::Warn | Verdict::Fail | Verdict::Blocked | Verdict::Error
            if is_other(first, next) =>
        {
            format!("it ended otherwise ({})", next.verdict)
        }
        _ => return None,
    };
    Some(format!("{}; asked again, {how}", first.verdict))
}

/// Whether two ends have nothing in common: neither what is broken nor how. A registry that falls
/// over at the same requirement in two places has no fault at either.
fn is_other(first: &Ended, next: &Ended) -> bool {
    let is_elsewhere = is_shaky(first) && is_shaky(next) && place(first) != place(next);
    match (&first.violation, &next.violation) {
        (Some(first), Some(next)) => {
            is_elsewhere || (first.requirement != next.requirement && first.fault != next.fault)
        }
        (None, None) => false,
        _ => true,
    }
}

/// Where a case ended: how many requests it had put by then, however often each had to be sent.
fn place(ended: &Ended) -> Option<usize> {
    let shown = ended
        .violation
        .as_ref()
        .and_then(|broken| broken.exchange)?;
    let so_far = ended.exchanges.iter().take(shown + 1);
    Some(so_far.filter(|it| it.role == Role::Asked).count())
}

/// Whether the end may be one of a registry that falls over now and then: a server error, or no
/// answer at all.
fn is_shaky(ended: &Ended) -> bool {
    let shown = ended.violation.as_ref().and_then(|broken| broken.exchange);
    let exchange = shown.and_then(|index| ended.exchanges.get(index));
    let status = exchange.map(|exchange| exchange.outcome.as_ref().map_or(0, |it| it.status));
    ended.verdict == Verdict::Error || status.is_some_and(|status| status >= 500)
}

/// A timeout is not put again: a registry that hangs would hold up the run once more each time. Nor is
/// what needed a registry that did not come back.
fn is_worth_asking_again(ended: &Ended) -> bool {
    let timed_out = ended
        .exchanges
        .iter()
        .any(|exchange| matches!(exchange.outcome, Err(Failure::TimedOut { .. })));
    let failed = matches!(
        ended.verdict,
        Verdict::Fail | Verdict::Blocked | Verdict::Error
    ) || (ended.verdict == Verdict::Warn && is_shaky(ended));
    failed && !timed_out && !ended.is_down && !ended.is_bug
}

/// Why a case is not put at all.
fn refusal(
    settings: &Settings,
    case: &Case,
    features: &[(Feature, FeatureState)],
    control: &Control,
) -> Option<Ended> {
    let skip = |reason: &str| {
        Some(Ended::without_asking(
            case.clone(),
            Verdict::Skipped,
            reason.to_owned(),
        ))
    };
    if control.ending().is_some() {
        return skip(&format!("{ENDED} before it"));
    }
    if case.check.heavy && !settings.heavy {
        return skip(&format!(
            "{HEAVY}; give --heavy to put it to a registry elsewhere"
        ));
    }
    for feature in case.check.features(case.variant) {
        let state = features
            .iter()
            .find(|(known, _)| *known == feature)
            .map(|(_, state)| state);
        match state {
            Some(FeatureState::Unsupported(evidence)) => {
                return Some(lacking(settings, case, feature, evidence));
            }
            Some(FeatureState::NotAsked(reason)) => return skip(reason),
            Some(FeatureState::Supported(_) | FeatureState::Unknown(_)) | None => {}
        }
    }
    None
}

/// A case whose feature is lawfully absent; a violation where the user requires the feature.
fn lacking(settings: &Settings, case: &Case, feature: Feature, evidence: &str) -> Ended {
    let title = feature.row().title;
    let reason = format!("{title} is not supported: {evidence}");
    if !settings.required.contains(&feature) {
        return Ended::without_asking(case.clone(), Verdict::Unsupported, reason);
    }
    let violation = Violation {
        requirement: &CLAIMED_CATEGORIES_IMPLEMENTED,
        expected: format!("{title}, required by `--require {feature}`"),
        actual: evidence.to_owned(),
        fault: Fault::Content,
        exchange: None,
    };
    let ended = Ended::without_asking(case.clone(), Verdict::Fail, reason);
    Ended {
        violation: Some(violation),
        ..ended
    }
}

/// A case that failed as a DELETE was refused the way it is where deletes are off, though the
/// features were probed in vain: nobody knows better.
fn excused(settings: &Settings, features: &[(Feature, FeatureState)], ended: Ended) -> Ended {
    let shown = ended.violation.as_ref().and_then(|broken| broken.exchange);
    let Some(exchange) = shown.and_then(|index| ended.exchanges.get(index)) else {
        return ended;
    };
    let is_open = |feature: &Feature| {
        let state = features.iter().find(|(known, _)| known == feature);
        matches!(state, Some((_, FeatureState::Unknown(_))))
    };
    let needed = ended.case.check.features(ended.case.variant);
    let mut off = needed
        .into_iter()
        .filter(|feature| is_open(feature) && may_be_off(*feature, exchange));
    let Some(feature) = off.next() else {
        return ended;
    };
    let excuse = lacking(settings, &ended.case, feature, &told(settings, exchange));
    Ended {
        verdict: excuse.verdict,
        violation: excuse.violation,
        reason: excuse.reason,
        ..ended
    }
}

/// `DELETE /v2/a/manifests/b answered 405`.
fn told(settings: &Settings, exchange: &Exchange) -> String {
    let url = &exchange.request.url;
    let path = url.strip_prefix(&settings.world.origin).unwrap_or(url);
    let status = exchange.outcome.as_ref().map(|answer| answer.status);
    let status = status.unwrap_or_default();
    format!("{} {path} answered {status}", exchange.request.method)
}

/// Puts a case once, under the eyes of the watches.
fn put(settings: &Settings, case: &Case, again: &str, watching: &Watching) -> Ended {
    let label = format!("{}{again}", case.id);
    let Some(lease) = settings.repositories.lease(&label, case.check.wants) else {
        let reason = format!("{NOT_FRESH}, and `--repo` allows only two given ones");
        return Ended::without_asking(case.clone(), Verdict::Skipped, reason);
    };
    let stream = settings
        .seed
        .stream(&format!("{}{label}", settings.repositories.salt()));
    let trial = Trial::new(&settings.world, case.variant, lease.names.clone(), stream)
        .on(overrides::terms(&settings.selection.overrides, case));
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (case.check.run)(&trial)));
    let took = started.elapsed();
    let ended = match outcome {
        Ok(outcome) => judged(case, &trial, outcome),
        Err(panic) => {
            let reason = format!(
                "plimsoll has a bug: the check panicked: {}",
                words_of(&*panic)
            );
            Ended {
                is_bug: true,
                ..Ended::without_asking(case.clone(), Verdict::Error, reason)
            }
        }
    };
    let mut exchanges = trial.take_exchanges();
    watching.see_case(case, &exchanges);
    let software = software(&exchanges);
    // Before the trial goes, and with it what it may hold.
    exchanges.iter_mut().for_each(Exchange::shorten);
    // What nobody will read is forgotten at once: bodies add up.
    let is_read = ended.verdict != Verdict::Pass || settings.exchanges == Exchanges::All;
    Ended {
        demands: trial.take_demands(),
        held: trial.held(),
        exchanges: if is_read { exchanges } else { Vec::new() },
        software,
        took,
        ..ended
    }
}

/// What the registry says that it is.
fn software(exchanges: &[Exchange]) -> Option<String> {
    let mut answers = exchanges
        .iter()
        .filter(|exchange| exchange.role != Role::Token)
        .filter_map(|exchange| exchange.outcome.as_ref().ok());
    answers.find_map(|answer| answer.header("server").map(str::to_owned))
}

/// What an outcome means.
fn judged(case: &Case, trial: &Trial<'_>, outcome: Outcome) -> Ended {
    let mut concerns = trial.take_concerns();
    let bare = |verdict, reason| Ended::without_asking(case.clone(), verdict, reason);
    match outcome {
        Ok(()) if concerns.is_empty() => bare(Verdict::Pass, String::new()),
        Ok(()) => {
            let first = concerns.remove(0);
            let ended = bare(Verdict::Warn, String::new());
            Ended {
                violation: Some(first),
                concerns,
                ..ended
            }
        }
        Err(Stop::Violation(violation)) => {
            let ended = bare(Verdict::Fail, String::new());
            Ended {
                violation: Some(*violation),
                concerns,
                ..ended
            }
        }
        Err(Stop::Blocked(violation)) => {
            let reason = format!(
                "blocked by {}: expected {}, got {}",
                violation.requirement.id, violation.expected, violation.actual
            );
            let ended = bare(Verdict::Blocked, reason);
            Ended {
                violation: Some(*violation),
                concerns,
                ..ended
            }
        }
        Err(Stop::Unsupported(evidence)) => bare(Verdict::Unsupported, evidence),
        Err(Stop::Skipped(reason)) => bare(Verdict::Skipped, reason),
        Err(Stop::Trouble(Failure::Stopped)) => {
            bare(Verdict::Skipped, format!("{ENDED} while it was under way"))
        }
        Err(Stop::Trouble(failure)) => Ended {
            is_down: matches!(failure, Failure::NotRestarted { .. }),
            ..bare(Verdict::Error, failure.to_string())
        },
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

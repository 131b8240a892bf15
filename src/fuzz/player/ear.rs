//! Listening to what the canary was called for during one play, and having that judged.

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::canary::Call;
use crate::canary::Canary;
use crate::fuzz::breach::Breach;
use crate::fuzz::rule;
use crate::fuzz::rule::Heard;
use crate::fuzz::seen::Seen;
use crate::fuzz::stage::Planned;

/// Hears the calls of one play.
pub(super) struct Ear<'a> {
    canary: Option<&'a Canary>,
    /// The name of the play.
    play: String,
    /// How many calls there were before it.
    since: u64,
    /// What was heard too late for the request that it is of.
    late: Mutex<Vec<Call>>,
}

/// What came of listening.
#[derive(Default)]
pub(super) struct Listened {
    pub(super) breaches: Vec<Breach>,
    pub(super) told: Vec<String>,
}

impl<'a> Ear<'a> {
    pub(super) fn new(canary: Option<&'a Canary>, play: &str) -> Self {
        Self {
            canary,
            play: play.to_owned(),
            since: canary.map_or(0, Canary::calls),
            late: Mutex::default(),
        }
    }

    /// The calls that a request led to which was just answered.
    pub(super) fn heard(&self, planned: &Planned) -> Vec<Call> {
        let (Some(canary), Some(naming)) = (self.canary, &planned.canary) else {
            return Vec::new();
        };
        let is_its = |call: &Call| {
            let request = call.request(&self.play);
            request.is_none_or(|request| request == naming.request)
        };
        let calls = canary.take(&self.play, self.since);
        let (its, others): (Vec<_>, Vec<_>) = calls.into_iter().partition(is_its);
        self.late().extend(others);
        its
    }

    /// What all calls of the play break, those included that come late; of which there are none
    /// where nothing named the canary.
    pub(super) fn finish(&self, seen: &[Seen]) -> Listened {
        let mut listened = Listened::default();
        let naming = |seen: &&Seen| seen.planned.canary.is_some();
        let (Some(canary), Some(last)) = (self.canary, seen.iter().rfind(naming)) else {
            return listened;
        };
        for (at, one) in seen.iter().enumerate() {
            for call in &one.calls {
                listened.judge(call, one, (at, true));
            }
        }
        let is_quiet = listened.told.is_empty() && self.late().is_empty();
        let late = if is_quiet {
            canary.await_calls(&self.play, self.since)
        } else {
            canary.take(&self.play, self.since)
        };
        self.late().extend(late);
        for call in &*self.late() {
            let number = call.request(&self.play);
            let is_named = |seen: &&Seen| {
                let naming = seen.planned.canary.as_ref();
                naming.is_some_and(|naming| Some(naming.request) == number)
            };
            let one = seen.iter().find(is_named).unwrap_or(last);
            let at = seen.iter().position(|it| it.span == one.span);
            listened.judge(call, one, (at.unwrap_or_default(), false));
        }
        listened
    }

    fn late(&self) -> std::sync::MutexGuard<'_, Vec<Call>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listened {
    fn judge(&mut self, call: &Call, seen: &Seen, (at, is_in_time): (usize, bool)) {
        let heard = Heard {
            call,
            seen,
            is_in_time,
        };
        for (rule, flaw) in rule::judge_call(&heard, at) {
            let mut breach = Breach::new(rule, &flaw, seen, "play");
            breach.observed = format!("{}; the server was asked: {}", breach.observed, call.said());
            self.breaches.push(breach);
        }
        self.told.push(told(call, seen));
    }
}

/// Which request led to a call, and whether it carried credentials, without names and numbers.
fn told(call: &Call, seen: &Seen) -> String {
    let naming = seen.planned.mutations.iter();
    let naming = naming.filter(|name| name.starts_with("canary-"));
    let naming: Vec<_> = naming.copied().collect();
    let with = if call.credentials.is_empty() {
        "without"
    } else {
        "with"
    };
    format!(
        "{} [{}]: called {with} credentials",
        seen.kind().route(),
        naming.join(", ")
    )
}

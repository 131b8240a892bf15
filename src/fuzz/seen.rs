//! One step's request and what came of it: what rules and the model judge.

use super::meaning::Meaning;
use super::mutation::Stance;
use super::plan::Kind;
use super::stage::Planned;
use crate::canary::Call;
use crate::http::Failure;
use crate::http::Response;
use crate::oci::ErrorBody;

/// A request of a plan and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The lane and the step that it belongs to; none for a question of the runner's own.
    pub(crate) at: Option<(usize, usize)>,
    /// What was sent.
    pub(crate) planned: Planned,
    /// What came back.
    pub(crate) outcome: Result<Response, Failure>,
    /// The session that it opened.
    pub(crate) opened: Option<usize>,
    /// When it was sent and when its answer had come, counted in such moments of the whole run.
    pub(crate) span: (u64, u64),
    /// How much of a manifest the far end has had in memory for it, where that can be known.
    pub(crate) held: Option<u64>,
    /// Calls of the canary, where the request names it, that came before the answer.
    pub(crate) calls: Vec<Call>,
}

impl Seen {
    pub(crate) fn meaning(&self) -> &Meaning {
        &self.planned.meaning
    }

    pub(crate) fn kind(&self) -> Kind {
        self.planned.meaning.kind()
    }

    pub(crate) fn response(&self) -> Option<&Response> {
        self.outcome.as_ref().ok()
    }

    pub(crate) fn status(&self) -> Option<u16> {
        Some(self.response()?.status)
    }

    /// Whether it was refused for certain: a 4xx, after which nothing may have changed.
    pub(crate) fn is_refused(&self) -> bool {
        self.status()
            .is_some_and(|status| (400..500).contains(&status))
    }

    pub(crate) fn is_done(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether what was sent says what it means: nothing but the manifest in it may be odd.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.planned.stance, Stance::Same) || !self.planned.is_bent
    }

    /// What happened, in a few words.
    pub(crate) fn observed(&self) -> String {
        match &self.outcome {
            Ok(response) => response.status.to_string(),
            Err(failure) => failure.to_string(),
        }
    }
}

/// The first error code of an answer.
pub(crate) fn error_code(response: &Response) -> Option<String> {
    if response.status < 400 {
        return None;
    }
    let body = ErrorBody::read(&response.body).ok()?;
    let first = body.codes().next().map(str::to_owned);
    first.map(|code| code.chars().take(64).collect())
}

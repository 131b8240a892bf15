//! A request, watched from its headers to the end of its answer, however that comes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::Uri;
use http::header;

use super::Operations;
use super::Watch;
use super::flow;
use super::flow::Tally;
use super::kind::Kind;
use super::kind::Verb;
use super::log::Log;
use super::metrics::Measured;
use super::notes::Fault;
use super::notes::FaultKind;
use super::notes::Notes;
use crate::http::Method;
use crate::registry::answer::Answer;
use crate::registry::route::Route;

/// The parameters that are shown. All others may hold what gives a right to something, as those do
/// that say whose an upload is.
const SHOWN: [&str; 10] = [
    "artifactType",
    "digest",
    "digest-algorithm",
    "from",
    "last",
    "mount",
    "n",
    "scope",
    "service",
    "tag",
];

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All of the answer was handed to the connection.
    Answered,
    /// The client broke off in the middle of what it sent; it was answered, if it still listened.
    RequestCut,
    /// The client went away before it had all of the answer.
    AnswerCut,
    /// The client went away, or the registry ended, before there was an answer.
    Abandoned,
    /// The store failed in the middle of the answer.
    StoreFailed,
    /// A fault of the registry kept it from answering.
    Panicked,
}

/// A request that is under way. Dropped before its end, it ended early.
pub(crate) struct Exchange {
    operations: Arc<Operations>,
    id: u64,
    begin: Instant,
    method: Method,
    uri: Uri,
    remote: SocketAddr,
    agent: Option<HeaderValue>,
    /// What has come of the body; `None` if it has none.
    tally: Option<Arc<Tally>>,
    status: Option<StatusCode>,
    notes: Notes,
    /// How many bytes of the answer's body were handed over.
    sent: u64,
    is_over: bool,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::RequestCut => "request-cut",
            Self::AnswerCut => "answer-cut",
            Self::Abandoned => "abandoned",
            Self::StoreFailed => "store-failed",
            Self::Panicked => "panicked",
        }
    }
}

impl Exchange {
    /// Begins to watch a request, whose body is counted as it comes from now on.
    pub(super) fn begin(watch: &Watch, request: &mut Request) -> Self {
        let operations = Arc::clone(&watch.operations);
        operations.metrics.begin();
        Self {
            id: operations.next_id(),
            begin: Instant::now(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            remote: watch.remote,
            agent: request.headers().get(header::USER_AGENT).cloned(),
            tally: flow::tallied(request.body_mut()),
            status: None,
            notes: Notes::default(),
            sent: 0,
            is_over: false,
            operations,
        }
    }

    /// The answer as it goes out, whose body is counted as it goes.
    pub(crate) fn send(mut self, mut answer: Answer) -> Response {
        self.status = Some(answer.status);
        self.notes = std::mem::take(&mut answer.notes);
        if let Some(fault) = &self.notes.fault {
            self.operations.store_failed(self.id, fault);
        }
        let response = Response::from(answer);
        if response.body().size_hint().exact() == Some(0) {
            self.complete();
            return response;
        }
        response.map(|body| flow::outward(body, self))
    }

    /// Notes that so many bytes were handed to the connection.
    pub(super) fn hand_over(&mut self, bytes: usize) {
        self.sent += bytes as u64;
    }

    /// Notes that all were.
    pub(super) fn complete(&mut self) {
        self.end(Outcome::Answered);
    }

    /// Notes that the rest of the answer could not be had.
    pub(super) fn fail(&mut self, said: &dyn ToString) {
        let fault = Fault {
            kind: FaultKind::Failed,
            said: said.to_string(),
        };
        self.operations.store_failed(self.id, &fault);
        self.end(Outcome::StoreFailed);
    }

    fn end(&mut self, outcome: Outcome) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let outcome = match &self.tally {
            Some(tally) if tally.is_cut() && outcome == Outcome::Answered => Outcome::RequestCut,
            _ => outcome,
        };
        let route = || Kind::of(&Route::parse(self.uri.path()));
        let measured = Measured {
            verb: Verb::of(&self.method),
            kind: self.notes.kind.unwrap_or_else(route),
            status: self.status.map(|status| status.as_u16()),
            received: self.tally.as_ref().map_or(0, |tally| tally.bytes()),
            sent: self.sent,
            duration: self.begin.elapsed(),
        };
        self.operations.metrics.end(&measured);
        if let Some(log) = &self.operations.log {
            self.write(log, outcome, measured.received, measured.duration);
        }
    }

    fn write(&self, log: &Log, outcome: Outcome, received: u64, duration: Duration) {
        let mut line = log
            .line("request")
            .text("id", &self.operations.name_of(self.id))
            .text("method", self.method.as_str())
            .text("path", self.uri.path())
            .maybe("query", shown(self.uri.query()).as_deref());
        if let Some(status) = self.status {
            line = line.number("status", status.as_u16());
        }
        let agent = self.agent.as_ref();
        let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
        let line = line
            .maybe("code", self.notes.code)
            .text("outcome", outcome.name())
            .number("bytes_in", received)
            .number("bytes_out", self.sent)
            .millis("ms", duration)
            .maybe("user", self.notes.user.as_deref())
            .text("remote", &self.remote.to_string())
            .maybe("agent", agent.as_deref());
        log.write(line);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.end(match self.status {
            Some(_) => Outcome::AnswerCut,
            None if thread::panicking() => Outcome::Panicked,
            None => Outcome::Abandoned,
        });
    }
}

/// What is shown of a query, if anything is.
fn shown(query: Option<&str>) -> Option<String> {
    let is_shown = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default();
        SHOWN.contains(&name)
    };
    let parameters: Vec<_> = query?.split('&').filter(is_shown).collect();
    (!parameters.is_empty()).then(|| parameters.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_may_give_a_right_is_not_shown() {
        assert_eq!(shown(None), None);
        assert_eq!(shown(Some("_owner=secret")), None);
        let query = "digest=sha256%3Aab&_owner=s&_state=s&access_token=s&n=5&Digest=s&digest%20=s";
        assert_eq!(
            shown(Some(query)).as_deref(),
            Some("digest=sha256%3Aab&n=5")
        );
        let query = "mount=sha256:ab&password=s&from=a/b";
        assert_eq!(
            shown(Some(query)).as_deref(),
            Some("mount=sha256:ab&from=a/b")
        );
    }
}

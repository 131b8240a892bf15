//! What is told of a registry to those who run it: counters, a log, and whether it can do its work.
//!
//! It stands around requests that come over a socket, where they arrive and where they are answered,
//! and knows of them what an answer's [`Notes`] say. A registry without any of it has none of it in
//! its way.

mod admin;
mod exchange;
mod exposition;
mod flow;
mod health;
mod kind;
mod line;
mod log;
mod metrics;
mod notes;
mod queue;

#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::BuildHasher;
use std::hash::Hasher;
use std::hash::RandomState;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use axum::extract::Request;

pub use admin::NoAdmin;
pub use log::Log;
pub use log::LogForm;
pub use log::UnknownLogForm;

pub(crate) use admin::Admin;
pub(crate) use admin::listener;
pub(crate) use exchange::Exchange;
pub(crate) use kind::Kind;
pub(crate) use notes::Fault;
pub(crate) use notes::Notes;

use crate::catalogue::Version;
use line::Line;
use metrics::Metrics;

/// What is told of a registry.
pub(crate) struct Operations {
    metrics: Metrics,
    log: Option<Log>,
    /// What tells the requests of this registry from those of one before it.
    run: u32,
    /// How many requests there were.
    requests: AtomicU64,
}

impl Operations {
    pub(crate) fn new(log: Option<Log>) -> Self {
        let random = RandomState::new().build_hasher().finish();
        Self {
            metrics: Metrics::new(),
            log,
            run: (random >> 32) as u32,
            requests: AtomicU64::new(0),
        }
    }

    /// Notes that the registry listens at `url`.
    pub(crate) fn started(&self, url: &str, admin: Option<SocketAddr>, spec: Version) {
        self.note("start", |line| {
            let admin = admin.map(|address| format!("http://{address}"));
            let line = line.text("url", url).maybe("admin", admin.as_deref());
            line.text("spec", &spec.to_string())
                .text("version", env!("CARGO_PKG_VERSION"))
        });
    }

    /// Notes that it has ended, and waits a moment for the log to be written.
    pub(crate) fn stopped(&self) {
        self.note("stop", |line| {
            line.number("requests", self.requests.load(Ordering::Relaxed))
        });
        if let Some(log) = &self.log {
            log.flush();
        }
    }

    /// Notes that the system let nobody in.
    pub(crate) fn let_nobody_in(&self, error: &io::Error) {
        self.note("accept-failure", |line| {
            line.text("said", &error.to_string())
        });
    }

    fn store_failed(&self, id: u64, fault: &Fault) {
        self.metrics.faults[fault.kind as usize].add(1);
        self.note("store-failure", |line| {
            let line = line.text("id", &self.name_of(id));
            line.text("kind", fault.kind.name())
                .text("said", &fault.said)
        });
    }

    fn note(&self, event: &str, fill: impl FnOnce(Line) -> Line) {
        if let Some(log) = &self.log {
            log.write(fill(log.line(event)));
        }
    }

    fn next_id(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A request by its number, as it is called in the log.
    fn name_of(&self, id: u64) -> String {
        format!("{:08x}-{id}", self.run)
    }
}

impl fmt::Debug for Operations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Operations");
        shown.field("log", &self.log).finish_non_exhaustive()
    }
}

/// Watches the requests of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    operations: Arc<Operations>,
    remote: SocketAddr,
}

impl Watch {
    /// Watches a connection that came from there.
    pub(crate) fn new(operations: &Arc<Operations>, remote: SocketAddr) -> Self {
        Self {
            operations: Arc::clone(operations),
            remote,
        }
    }

    /// Begins to watch a request.
    pub(crate) fn begin(&self, request: &mut Request) -> Exchange {
        Exchange::begin(self, request)
    }

    /// Notes that client and registry did not agree on TLS.
    pub(crate) fn handshake_failed(&self, reason: &str) {
        self.operations.metrics.handshakes.add(1);
        self.operations.note("tls-failure", |line| {
            line.text("said", reason)
                .text("remote", &self.remote.to_string())
        });
    }
}

//! The canary: a listener of ours that requests name where a registry could be led to call it, and
//! that keeps in mind what it was called for.
//!
//! Who names it says so in the path where that is possible: each play has a name of its own, which
//! stands in the names of its repositories as well, so that a call tells the play that it is of. The
//! canary knows neither checks, plans nor rules.

mod call;
mod challenge;
mod listener;

#[cfg(test)]
mod tests;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use call::Call;
pub(crate) use challenge::MANNERS;

use listener::Listener;

/// A listener of ours that requests name, and how long to wait for calls that come late.
#[derive(Debug, Clone)]
pub struct Canary {
    listener: Arc<Listener>,
    patience: Duration,
}

impl Canary {
    /// One that only this machine can call, at a port that the system chooses.
    pub fn on_loopback() -> io::Result<Self> {
        Self::at("127.0.0.1:0")
    }

    /// One at this address, which is how requests name it: a port of 0 is one that the system
    /// chooses. It hangs up when the last of its clones is dropped.
    pub fn at(address: &str) -> io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        let host = format!("{host}:{}", socket.local_addr()?.port());
        Ok(Self {
            listener: Arc::new(Listener::new(socket, host)?),
            patience: Duration::ZERO,
        })
    }

    /// The same one, for somebody who waits so long for calls that come late.
    #[must_use]
    pub(crate) fn waited_for(&self, patience: Duration) -> Self {
        Self {
            listener: Arc::clone(&self.listener),
            patience,
        }
    }

    /// Host and port, as requests name it.
    pub(crate) fn host(&self) -> &str {
        self.listener.host()
    }

    /// A URL that leads to it, and says for what: the word stands in its path, and so does the rest.
    pub(crate) fn url(&self, word: &str, rest: &str) -> String {
        format!("http://{}/{word}/{rest}", self.host())
    }

    /// How often it was called so far.
    pub(crate) fn calls(&self) -> u64 {
        self.listener.calls()
    }

    /// Takes the calls of a play, and those of nobody in particular that are not older than it.
    pub(crate) fn take(&self, play: &str, since: u64) -> Vec<Call> {
        let is_its =
            |call: &Call| call.is_of(play) || (call.number >= since && call.case().is_none());
        self.listener.take(is_its)
    }

    /// The same; where there are none yet, waits for them.
    pub(crate) fn await_calls(&self, play: &str, since: u64) -> Vec<Call> {
        self.listener.wait(self.patience, |call| call.is_of(play));
        self.take(play, since)
    }

    /// Waits as long as it is waited for, and takes the calls that name this word anywhere.
    pub(crate) fn heard_of(&self, word: &str) -> Vec<Call> {
        self.wait();
        self.listener.take(|call| call.names(word))
    }

    /// Waits for whatever may still come.
    pub(crate) fn wait(&self) {
        self.listener.wait(self.patience, |_| false);
    }

    /// Takes the calls of cases that are over, which is for the caller to say; and those of plays
    /// that showed something again.
    pub(crate) fn take_late(&self, is_over: impl Fn(u64) -> bool) -> Vec<Call> {
        let is_late = |call: &Call| match call.case() {
            Some((case, 0)) => is_over(case),
            Some(_) => true,
            None => false,
        };
        self.listener.take(is_late)
    }
}

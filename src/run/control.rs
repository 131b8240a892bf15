//! How a run is ended before its end.

use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering;

use crate::http::Client;

/// Why a run ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// The deadline passed.
    OutOfTime,
}

/// A run's brake, which any thread may pull.
#[derive(Debug, Default)]
pub struct Control(AtomicU8);

impl Control {
    /// Ends the run: no further check begins, and those under way get no further answer.
    pub fn end(&self, why: Ending, client: &Client) {
        self.note(why);
        client.stop();
    }

    /// Notes that the run is to end. What is under way still gets its answers.
    pub fn note(&self, why: Ending) {
        let code = match why {
            Ending::Interrupted => 1,
            Ending::Terminated => 2,
            Ending::OutOfTime => 3,
        };
        // The first reason counts: a second Ctrl-C is not a second ending.
        let _ = self
            .0
            .compare_exchange(0, code, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Why the run was ended, if it was.
    pub fn ending(&self) -> Option<Ending> {
        match self.0.load(Ordering::SeqCst) {
            1 => Some(Ending::Interrupted),
            2 => Some(Ending::Terminated),
            3 => Some(Ending::OutOfTime),
            _ => None,
        }
    }
}

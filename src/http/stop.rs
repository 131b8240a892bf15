//! The end of a run: an interrupt or a deadline, told to everything that waits.

use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Instant;

use tokio::sync::watch;

use super::Failure;

/// A switch that somebody throws, or the clock.
#[derive(Debug)]
pub(crate) struct Stop {
    thrown: watch::Sender<bool>,
    deadline: Mutex<Option<Instant>>,
}

impl Stop {
    /// A switch that `deadline` throws by itself.
    pub(crate) fn at(deadline: Option<Instant>) -> Self {
        Self {
            thrown: watch::Sender::new(false),
            deadline: Mutex::new(deadline),
        }
    }

    /// Throws the switch.
    pub(crate) fn throw(&self) {
        self.thrown.send_replace(true);
    }

    /// Sets it back, and lifts the deadline.
    pub(crate) fn reset(&self) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.thrown.send_replace(false);
    }

    /// The outcome of `work`, or [`Failure::Stopped`] as soon as the switch is thrown.
    pub(crate) async fn or<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.thrown() => Err(Failure::Stopped),
            outcome = work => outcome,
        }
    }

    async fn thrown(&self) {
        let mut thrown = self.thrown.subscribe();
        let switch = async {
            // The sender lives as long as `self`, so waiting cannot fail.
            let _ = thrown.wait_for(|thrown| *thrown).await;
        };
        let deadline = *self.deadline.lock().unwrap_or_else(PoisonError::into_inner);
        match deadline {
            None => switch.await,
            Some(deadline) => {
                tokio::select! {
                    () = switch => {}
                    () = tokio::time::sleep_until(deadline.into()) => {}
                }
            }
        }
    }
}

//! The end of a run: an interrupt or a deadline, told to everything that waits.

use std::future::Future;
use std::time::Instant;

use tokio::sync::watch;

use super::Failure;

/// A switch that is thrown once.
#[derive(Debug)]
pub(crate) struct Stop {
    thrown: watch::Sender<bool>,
    deadline: Option<Instant>,
}

impl Stop {
    /// A switch that `deadline` throws by itself.
    pub(crate) fn at(deadline: Option<Instant>) -> Self {
        Self {
            thrown: watch::Sender::new(false),
            deadline,
        }
    }

    /// Throws the switch.
    pub(crate) fn throw(&self) {
        self.thrown.send_replace(true);
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
        match self.deadline {
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

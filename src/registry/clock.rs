//! The registry's sense of time: the machine's, or one that only moves when something happens, so
//! that delays cost nothing and come out the same each time.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

/// A clock.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The machine's, since this moment.
    Machine(Instant),
    /// One that stands still but for steps, in milliseconds.
    Stepped(AtomicU64),
}

/// Which clock a registry goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Time {
    /// The machine's.
    #[default]
    Machine,
    /// One that moves by [`STEP`] with every request, and by every delay, which is not waited for.
    Stepped,
}

/// How far a stepped clock moves with a request.
pub const STEP: Duration = Duration::from_millis(20);

impl Clock {
    pub(crate) fn new(time: Time) -> Self {
        match time {
            Time::Machine => Self::Machine(Instant::now()),
            Time::Stepped => Self::Stepped(AtomicU64::new(0)),
        }
    }

    /// How long the registry has been there.
    pub(crate) fn now(&self) -> Duration {
        match self {
            Self::Machine(start) => start.elapsed(),
            Self::Stepped(millis) => Duration::from_millis(millis.load(Ordering::Relaxed)),
        }
    }

    /// Notes that a request has come.
    pub(crate) fn tick(&self) {
        self.step(STEP);
    }

    /// Lets this time pass.
    pub(crate) async fn wait(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        match self {
            Self::Machine(_) => tokio::time::sleep(time).await,
            Self::Stepped(_) => self.step(time),
        }
    }

    fn step(&self, time: Duration) {
        if let Self::Stepped(millis) = self {
            let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            millis.fetch_add(time, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_moves_with_requests_only() {
        let clock = Clock::new(Time::Stepped);
        assert_eq!(clock.now(), Duration::ZERO);
        clock.tick();
        assert_eq!(clock.now(), STEP);
    }
}

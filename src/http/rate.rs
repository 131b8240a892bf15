//! The limit of requests per second, over all threads.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use super::ClientError;

/// Hands out turns: one each interval, none saved up, so that the limit holds over any second.
#[derive(Debug)]
pub(crate) struct Rate {
    interval: Duration,
    next: Mutex<Instant>,
}

impl Rate {
    /// A limit of `per_second`, which has to be positive.
    pub(crate) fn new(per_second: f64) -> Result<Self, ClientError> {
        let interval = Duration::try_from_secs_f64(per_second.recip())
            .ok()
            .filter(|interval| per_second.is_finite() && *interval < Duration::from_secs(86400))
            .ok_or_else(|| ClientError::Rate(per_second.to_string()))?;
        Ok(Self {
            interval,
            next: Mutex::new(Instant::now()),
        })
    }

    /// Waits for the next free turn.
    pub(crate) async fn turn(&self) {
        let turn = self.book(Instant::now());
        tokio::time::sleep_until(turn.into()).await;
    }

    fn book(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = (*next).max(now);
        *next = turn + self.interval;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_an_interval_apart() {
        let rate = Rate::new(4.0).unwrap();
        let start = Instant::now();
        let first = rate.book(start);
        assert_eq!(rate.book(start), first + Duration::from_millis(250));
        assert_eq!(rate.book(start), first + Duration::from_millis(500));
    }

    #[test]
    fn turns_are_not_saved_up() {
        let rate = Rate::new(10.0).unwrap();
        let late = Instant::now() + Duration::from_secs(60);
        assert_eq!(rate.book(late), late);
        assert_eq!(rate.book(late), late + Duration::from_millis(100));
    }

    #[test]
    fn a_rate_that_is_no_rate_is_refused() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-12] {
            assert!(Rate::new(bad).is_err(), "{bad}");
        }
    }
}

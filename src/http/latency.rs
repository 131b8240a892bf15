//! How long answers take: a histogram, whose size does not grow with the number of requests.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use hdrhistogram::Histogram;

/// How many digits of a time are kept.
const DIGITS: u8 = 3;

/// The times of a client's requests.
pub(crate) struct Latencies(Mutex<Histogram<u64>>);

/// What they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// Half of the requests took no longer.
    pub p50: Duration,
    /// Of 100 requests, 95 took no longer.
    pub p95: Duration,
    /// Of 100 requests, 99 took no longer.
    pub p99: Duration,
    /// No request took longer.
    pub max: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        let histogram = Histogram::new(DIGITS).expect("so many digits are allowed");
        Self(Mutex::new(histogram))
    }
}

impl Latencies {
    pub(crate) fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mut histogram = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // It grows to hold any time; what cannot be would be lost to the statistics alone.
        let _ = histogram.record(micros);
    }

    /// `None` before the first request.
    pub(crate) fn summary(&self) -> Option<Latency> {
        let histogram = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |share| Duration::from_micros(histogram.value_at_quantile(share));
        (!histogram.is_empty()).then(|| Latency {
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            max: Duration::from_micros(histogram.max()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_times() {
        let latencies = Latencies::default();
        assert_eq!(latencies.summary(), None);
        for milliseconds in 1..=100 {
            latencies.add(Duration::from_millis(milliseconds));
        }
        let found = latencies.summary().expect("there are some");
        let is_near = |time: Duration, milliseconds: u64| {
            let wanted = Duration::from_millis(milliseconds);
            time.abs_diff(wanted) < wanted / 100
        };
        assert!(is_near(found.p50, 50) && is_near(found.p95, 95) && is_near(found.p99, 99));
        assert!(is_near(found.max, 100), "{found:?}");
    }
}

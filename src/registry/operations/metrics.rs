//! What is counted: numbers that grow by themselves in arrays of a fixed size, so that to count costs
//! a request a few atomic additions and no lock.

use std::array;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::kind::Kind;
use super::kind::Verb;
use super::notes::FaultKind;

/// The upper ends of the buckets, as they are written, and in nanoseconds.
pub(super) const BUCKETS: [(&str, u64); 14] = [
    ("0.0005", 500_000),
    ("0.001", 1_000_000),
    ("0.0025", 2_500_000),
    ("0.005", 5_000_000),
    ("0.01", 10_000_000),
    ("0.025", 25_000_000),
    ("0.05", 50_000_000),
    ("0.1", 100_000_000),
    ("0.25", 250_000_000),
    ("0.5", 500_000_000),
    ("1", 1_000_000_000),
    ("2.5", 2_500_000_000),
    ("10", 10_000_000_000),
    ("60", 60_000_000_000),
];

/// The statuses that are told apart, one by one.
const STATUSES: std::ops::Range<u16> = 100..600;

/// One for each of these, one for no answer, and one for any other number.
const SLOTS: usize = 502;

/// A number that grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

/// How long something took, of all times.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    /// How many ended in each bucket and not in one before it; the last is beyond all.
    buckets: [Counter; BUCKETS.len() + 1],
    /// In nanoseconds.
    sum: Counter,
}

/// Everything that is counted.
#[derive(Debug)]
pub(super) struct Metrics {
    /// By method, kind of path and status.
    requests: Box<[Counter]>,
    under_way: AtomicU64,
    pub(super) durations: [Histogram; Kind::ALL.len()],
    pub(super) received: [Counter; Kind::ALL.len()],
    pub(super) sent: [Counter; Kind::ALL.len()],
    pub(super) faults: [Counter; FaultKind::ALL.len()],
    pub(super) handshakes: Counter,
}

/// What is counted of a request that is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) verb: Verb,
    pub(super) kind: Kind,
    /// `None` if there was no answer.
    pub(super) status: Option<u16>,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) duration: Duration,
}

impl Counter {
    pub(super) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Histogram {
    fn note(&self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.iter().position(|(_, end)| nanos <= *end);
        self.buckets[bucket.unwrap_or(BUCKETS.len())].add(1);
        self.sum.add(nanos);
    }

    /// How many ended in each bucket or in one before it; the last is how many there are.
    pub(super) fn cumulative(&self) -> [u64; BUCKETS.len() + 1] {
        let mut so_far = 0;
        array::from_fn(|bucket| {
            so_far += self.buckets[bucket].get();
            so_far
        })
    }

    /// All of them together.
    pub(super) fn sum(&self) -> Duration {
        Duration::from_nanos(self.sum.get())
    }
}

impl Metrics {
    pub(super) fn new() -> Self {
        let rows = Verb::ALL.len() * Kind::ALL.len() * SLOTS;
        Self {
            requests: (0..rows).map(|_| Counter::default()).collect(),
            under_way: AtomicU64::new(0),
            durations: Default::default(),
            received: Default::default(),
            sent: Default::default(),
            faults: Default::default(),
            handshakes: Counter::default(),
        }
    }

    /// Notes that a request has come.
    pub(super) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that one is over.
    pub(super) fn end(&self, measured: &Measured) {
        let kind = measured.kind as usize;
        self.requests[place(measured.verb, measured.kind, slot(measured.status))].add(1);
        self.durations[kind].note(measured.duration);
        self.received[kind].add(measured.received);
        self.sent[kind].add(measured.sent);
        self.under_way.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many are not over.
    pub(super) fn under_way(&self) -> u64 {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Every combination that there was, with the name of the status and how often it was there.
    pub(super) fn requests(&self) -> impl Iterator<Item = (Verb, Kind, String, u64)> {
        let rows = Verb::ALL.into_iter().flat_map(|verb| {
            let kinds = Kind::ALL.into_iter();
            kinds.flat_map(move |kind| (0..SLOTS).map(move |slot| (verb, kind, slot)))
        });
        rows.filter_map(|(verb, kind, slot)| {
            let count = self.requests[place(verb, kind, slot)].get();
            (count > 0).then(|| (verb, kind, slot_name(slot), count))
        })
    }
}

fn place(verb: Verb, kind: Kind, slot: usize) -> usize {
    (verb as usize * Kind::ALL.len() + kind as usize) * SLOTS + slot
}

fn slot(status: Option<u16>) -> usize {
    match status {
        None => 0,
        Some(status) if STATUSES.contains(&status) => usize::from(status - STATUSES.start) + 1,
        Some(_) => SLOTS - 1,
    }
}

fn slot_name(slot: usize) -> String {
    match slot {
        0 => "none".to_owned(),
        _ if slot == SLOTS - 1 => "other".to_owned(),
        _ => (usize::from(STATUSES.start) + slot - 1).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(status: Option<u16>) -> Measured {
        Measured {
            verb: Verb::Put,
            kind: Kind::Manifest,
            status,
            received: 3,
            sent: 5,
            duration: Duration::from_millis(1),
        }
    }

    #[test]
    fn every_status_has_a_slot_of_its_own() {
        let metrics = Metrics::new();
        for status in [None, Some(100), Some(404), Some(599), Some(600), Some(999)] {
            metrics.begin();
            metrics.end(&measured(status));
        }
        let counted: Vec<_> = metrics.requests().collect();
        assert!(
            counted
                .iter()
                .all(|it| (it.0, it.1) == (Verb::Put, Kind::Manifest))
        );
        let counted: Vec<_> = counted.iter().map(|it| (it.2.as_str(), it.3)).collect();
        let expected = [
            ("none", 1),
            ("100", 1),
            ("404", 1),
            ("599", 1),
            ("other", 2),
        ];
        assert_eq!(counted, expected);
        assert_eq!(metrics.received[Kind::Manifest as usize].get(), 18);
        assert_eq!(metrics.sent[Kind::Manifest as usize].get(), 30);
    }

    #[test]
    fn what_has_begun_and_is_not_over_is_under_way() {
        let metrics = Metrics::new();
        metrics.begin();
        metrics.begin();
        assert_eq!(metrics.under_way(), 2);
        metrics.end(&measured(Some(200)));
        assert_eq!(metrics.under_way(), 1);
    }

    #[test]
    fn a_time_is_in_the_bucket_whose_end_it_does_not_exceed_and_in_all_behind() {
        let histogram = Histogram::default();
        for nanos in [0, 500_000, 500_001, 60_000_000_000, 60_000_000_001] {
            histogram.note(Duration::from_nanos(nanos));
        }
        let counts = histogram.cumulative();
        assert_eq!(counts[..3], [2, 3, 3]);
        assert_eq!(counts[BUCKETS.len() - 1..], [4, 5]);
        assert_eq!(histogram.sum(), Duration::from_nanos(120_001_000_002));
    }

    #[test]
    fn the_buckets_grow_and_are_written_as_they_are() {
        assert!(BUCKETS.is_sorted_by_key(|(_, end)| *end));
        for (text, nanos) in BUCKETS {
            let seconds: f64 = text.parse().unwrap();
            assert_eq!(
                Duration::from_secs_f64(seconds),
                Duration::from_nanos(nanos)
            );
        }
    }
}

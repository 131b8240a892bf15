//! Thresholds: numbers of a run that have to be good enough.

use std::str::FromStr;
use std::time::Duration;

use crate::catalogue::Level;
use crate::run::Record;
use crate::run::ThresholdEntry;

/// What has to be good enough.
#[derive(Debug, Clone, Default)]
pub struct Thresholds {
    /// The longest time in which 95 of 100 requests have to be answered.
    pub max_p95: Option<Duration>,
    /// How many of the requirements of a level have to be held.
    pub min_held: Vec<MinHeld>,
}

/// The least share of the requirements of a level that has to be held, of those that were tested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinHeld {
    level: Level,
    share: f64,
}

/// A text that is no such share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` says not which share of which level has to be held; write LEVEL=SHARE, such as should=0.9"
)]
pub struct BadMinHeld(String);

impl FromStr for MinHeld {
    type Err = BadMinHeld;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadMinHeld(text.to_owned());
        let (level, share) = text.split_once('=').ok_or_else(bad)?;
        let share: f64 = share.trim().parse().map_err(|_| bad())?;
        let is_share = (0.0..=1.0).contains(&share);
        is_share.then_some(()).ok_or_else(bad)?;
        Ok(Self {
            level: level.trim().parse().map_err(|_| bad())?,
            share,
        })
    }
}

impl Thresholds {
    /// How a record stands to each.
    pub(super) fn judge(&self, record: &Record) -> Vec<ThresholdEntry> {
        let p95 = self.max_p95.map(|most| slowest(record, most));
        let held = self.min_held.iter().map(|least| held(record, *least));
        p95.into_iter().chain(held).collect()
    }
}

fn slowest(record: &Record, most: Duration) -> ThresholdEntry {
    let of_95 = record.latency.as_ref().map(|latency| latency.p95_us);
    let limit = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
    ThresholdEntry {
        name: "max-p95".to_owned(),
        limit: milliseconds(limit),
        actual: of_95.map_or("no request was answered".to_owned(), milliseconds),
        met: of_95.is_some_and(|it| it <= limit),
    }
}

fn held(record: &Record, MinHeld { level, share }: MinHeld) -> ThresholdEntry {
    let word = level.to_string();
    let of_level = record.requirements.iter().filter(|it| it.level == word);
    let states: Vec<_> = of_level.map(|it| it.state.as_str()).collect();
    let count = |state: &str| states.iter().filter(|it| **it == state).count();
    let (held, violated) = (count("held"), count("violated"));
    let tested = held + violated;
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are some hundred requirements"
    )]
    let actual = held as f64 / tested as f64;
    ThresholdEntry {
        name: format!("min-held {word}"),
        limit: format!("{share}"),
        actual: if tested == 0 {
            "none was tested".to_owned()
        } else {
            format!("{actual:.3} ({held} of {tested})")
        },
        met: tested > 0 && actual >= share,
    }
}

/// Microseconds as milliseconds: `180.3 ms`; as they are where that would round them away: `40 µs`.
fn milliseconds(micros: u64) -> String {
    if micros < 1000 {
        return format!("{micros} µs");
    }
    format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
}

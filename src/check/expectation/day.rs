//! Days of the calendar, by which expectations expire. Which day it is, is said by whoever asks.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use toml::value::Datetime;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day {
    year: u16,
    month: u8,
    of_month: u8,
}

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day of the calendar; give one such as 2027-01-31")]
pub struct NoDay(String);

impl Day {
    /// The day of a time, in UTC.
    pub fn of(time: SystemTime) -> Self {
        let text = humantime::format_rfc3339_seconds(time).to_string();
        let day = text.split('T').next().unwrap_or_default().parse();
        day.expect("a time in RFC 3339 begins with a day")
    }

    /// The day that a date of TOML is, if it is nothing but a day.
    pub(super) fn of_toml(date: &Datetime) -> Option<Self> {
        let day = date.date?;
        (date.time.is_none() && date.offset.is_none()).then_some(Self {
            year: day.year,
            month: day.month,
            of_month: day.day,
        })
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = text.parse().ok();
        date.and_then(|date| Self::of_toml(&date))
            .ok_or_else(|| NoDay(text.to_owned()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn days_are_read_written_and_in_order() {
        let day: Day = "2027-01-31".parse().unwrap();
        assert_eq!(day.to_string(), "2027-01-31");
        assert!(day < "2027-02-01".parse().unwrap());
        assert!(day > "2026-12-31".parse().unwrap());
        for text in ["", "2027-02-30", "2027-1-3", "2027-01-31T10:00:00", "soon"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_on_its_day_in_utc() {
        let of = |seconds| Day::of(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(of(86_399).to_string(), "1970-01-01");
        assert_eq!(of(86_400).to_string(), "1970-01-02");
    }
}

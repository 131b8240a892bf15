//! Exit codes: what a script can tell from the number alone.

use std::process::ExitCode;

use crate::run::SHARDS_MISSING;

/// How plimsoll ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Every gate passed.
    Passed,
    /// A violation that gates.
    Violated,
    /// The command line, the environment or a file says something that cannot be.
    Usage,
    /// The registry cannot be tested: unreachable, not ready, credentials refused.
    Untestable,
    /// Expectations do not hold any more, and that is not allowed.
    OutOfDate,
    /// Fuzzing has findings.
    Findings,
    /// A threshold is missed.
    Missed,
    /// Nothing ran.
    NothingRan,
    /// A bug in plimsoll, or a report that could not be written.
    Broken,
    /// The run's deadline passed.
    OutOfTime,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Exit {
    /// Every way to end, the one that counts first where several apply.
    pub const ALL: [Self; 12] = [
        Self::Broken,
        Self::Usage,
        Self::Untestable,
        Self::Interrupted,
        Self::Terminated,
        Self::OutOfTime,
        Self::Violated,
        Self::Findings,
        Self::Missed,
        Self::OutOfDate,
        Self::NothingRan,
        Self::Passed,
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Violated => 1,
            Self::Usage => 2,
            Self::Untestable => 3,
            Self::NothingRan => 4,
            Self::OutOfDate => 5,
            Self::Findings => 6,
            Self::Missed => 7,
            Self::Broken => 70,
            Self::OutOfTime => 124,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// What it means how a run ended, by its record. That nobody knows why one did not come to its
    /// end is no success.
    pub fn of_ending(complete: bool, ended_by: Option<&str>) -> Self {
        match ended_by {
            Some("interrupted") => Self::Interrupted,
            Some("terminated") => Self::Terminated,
            Some("out of time") => Self::OutOfTime,
            Some(SHARDS_MISSING) => Self::Usage,
            None if complete => Self::Passed,
            _ => Self::Broken,
        }
    }

    /// The one of two that counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |exit| Self::ALL.iter().position(|known| *known == exit);
        if rank(self) <= rank(other) {
            self
        } else {
            other
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_could_not_be_written_outweighs_a_violation() {
        assert_eq!(Exit::Violated.and(Exit::Broken), Exit::Broken);
        assert_eq!(Exit::Interrupted.and(Exit::Violated), Exit::Interrupted);
        assert_eq!(Exit::Findings.and(Exit::Terminated), Exit::Terminated);
        assert_eq!(Exit::NothingRan.and(Exit::Passed), Exit::NothingRan);
        assert_eq!(Exit::OutOfDate.and(Exit::Violated), Exit::Violated);
        assert_eq!(Exit::NothingRan.and(Exit::OutOfDate), Exit::OutOfDate);
    }

    #[test]
    fn only_a_run_that_came_to_its_end_may_pass() {
        assert_eq!(Exit::of_ending(true, None), Exit::Passed);
        for (word, exit) in [
            ("interrupted", Exit::Interrupted),
            ("terminated", Exit::Terminated),
            ("out of time", Exit::OutOfTime),
            ("shards missing", Exit::Usage),
            ("bug", Exit::Broken),
            ("otherwise", Exit::Broken),
        ] {
            assert_eq!(Exit::of_ending(false, Some(word)), exit);
            assert_eq!(Exit::of_ending(true, Some(word)), exit);
        }
        assert_eq!(Exit::of_ending(false, None), Exit::Broken);
    }

    #[test]
    fn every_way_to_end_has_a_number_of_its_own() {
        let mut codes: Vec<_> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Exit::ALL.len());
    }
}

//! Terms that hold for some checks alone.

use std::time::Duration;

use crate::http::Terms;

use super::Case;
use super::Filter;

/// What holds for the checks that a glob matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Which checks.
    pub checks: Filter,
    /// How long one request of theirs may take.
    pub timeout: Option<Duration>,
    /// How often a refused connection, a 429 or a 503 is asked again.
    pub retries: Option<u32>,
    /// Why they are left out, if they are.
    pub skip: Option<String>,
}

/// The terms for a case: of what several overrides say, the first counts.
pub(super) fn terms(overrides: &[Override], case: &Case) -> Terms {
    let matching = || overrides.iter().filter(|it| it.checks.matches(case));
    Terms {
        timeout: matching().find_map(|it| it.timeout),
        retries: matching().find_map(|it| it.retries),
    }
}

/// Why a case is left out, if it is.
pub(super) fn left_out(overrides: &[Override], case: &Case) -> Option<String> {
    let mut matching = overrides.iter().filter(|it| it.checks.matches(case));
    matching
        .find_map(|it| it.skip.as_ref())
        .map(|reason| format!("left out: {reason}"))
}

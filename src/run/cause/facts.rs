//! What there is to say of how a case ended, as far as its cause and its gate depend on it: the same
//! from a run that is under way and from a record.

use crate::catalogue;
use crate::catalogue::Level;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::run::Case;
use crate::run::CheckEntry;
use crate::run::examine::Ended;
use crate::verdict::Fault;
use crate::verdict::Verdict;

/// How a case ended.
#[derive(Debug, Clone)]
pub(in crate::run) struct Facts<'a> {
    pub(super) id: &'a str,
    /// How it is reported.
    pub(super) verdict: Verdict,
    /// How it ended in fact, where that is known.
    pub(super) known: Option<Verdict>,
    /// What is broken, or blocks it.
    pub(super) requirement: Option<&'static Requirement>,
    pub(super) fault: Option<Fault>,
    pub(super) shown_by: Option<Shown<'a>>,
    pub(super) reason: &'a str,
    /// The level of the check itself.
    pub(super) level: Option<Level>,
    pub(super) is_watch: bool,
}

/// The exchange that shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    /// The status that came; 0 for none.
    pub(super) status: u16,
}

impl<'a> Facts<'a> {
    /// Of a case that was put.
    pub(in crate::run) fn of(ended: &'a Ended, spec: Version) -> Self {
        let violation = ended.violation.as_ref();
        let shown_by = violation.and_then(|broken| ended.exchanges.get(broken.exchange?));
        Self {
            id: &ended.case.id,
            verdict: ended.verdict,
            known: ended.known.map(|known| known.verdict),
            requirement: violation.map(|broken| broken.requirement),
            fault: violation.map(|broken| broken.fault.clone()),
            shown_by: shown_by.map(|exchange| Shown {
                method: exchange.request.method.as_str(),
                url: &exchange.request.url,
                status: exchange.outcome.as_ref().map_or(0, |it| it.status),
            }),
            reason: &ended.reason,
            level: ended.case.check.level(spec),
            is_watch: ended.case.check.watch.is_some(),
        }
    }

    /// Of a case in a record; `cases` are all that there are.
    pub(in crate::run) fn of_entry(entry: &'a CheckEntry, cases: &[Case]) -> Self {
        let known = entry.known.as_ref();
        let shown_by = entry.shown_by.and_then(|place| entry.exchanges.get(place));
        let case = cases.iter().find(|case| case.id == entry.id);
        let reason = match known {
            // The entry's own says why it is left alone.
            Some(known) => known.detail.as_deref(),
            None => entry.reason.as_deref(),
        };
        Self {
            id: &entry.id,
            verdict: Verdict::named(&entry.verdict).unwrap_or(Verdict::Error),
            known: known.and_then(|known| Verdict::named(&known.ended)),
            requirement: entry.violated.as_deref().and_then(catalogue::find),
            fault: entry.fault.as_deref().and_then(Fault::named),
            shown_by: shown_by.map(|exchange| Shown {
                method: &exchange.request.method,
                url: &exchange.request.url,
                status: exchange.response.as_ref().map_or(0, |it| it.status),
            }),
            reason: reason.unwrap_or_default(),
            level: entry.level.parse().ok(),
            is_watch: case.is_some_and(|case| case.check.watch.is_some()),
        }
    }

    /// How it ended in fact, whatever was expected.
    pub(super) fn in_fact(&self) -> Verdict {
        self.known.unwrap_or(self.verdict)
    }
}

//! What has to be put again, so that the failures of a record are judged anew.

use std::collections::BTreeSet;

use crate::suite::SECTIONS;

use super::Case;
use super::Filter;
use super::Record;
use super::left_out;

/// Which checks judge the failures of a record anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The checks to put.
    pub only: Vec<Filter>,
    /// The watches among the failures: because of them all is put that was put then.
    pub watches: Vec<String>,
}

impl Again {
    /// What has to be put again of a record. A watch is judged on every exchange of a run: put among
    /// less than it saw then, it would pass because nobody asked.
    pub fn of(record: &Record) -> Self {
        let cases = Case::all(SECTIONS);
        let all: BTreeSet<&str> = cases
            .iter()
            .filter(|case| case.check.watch.is_some())
            .map(|case| case.id.as_str())
            .collect();
        let failed: Vec<&str> = record.failed().map(|check| check.id.as_str()).collect();
        let watches = failed.iter().filter(|id| all.contains(*id));
        let watches: Vec<_> = watches.map(|id| (*id).to_owned()).collect();
        let checks = record.checks.iter();
        let put = checks.filter(|check| left_out::why(check).is_none());
        let only: Vec<&str> = if watches.is_empty() {
            failed
        } else {
            put.map(|check| check.id.as_str()).collect()
        };
        Self {
            only: only.into_iter().map(Filter::exactly).collect(),
            watches,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let text = include_str!("../../fixtures/records/failing.json");
        serde_json::from_str(text).expect("a record")
    }

    fn globs(again: &Again) -> Vec<&str> {
        again.only.iter().map(Filter::as_str).collect()
    }

    #[test]
    fn failures_are_put_again_alone_and_a_watch_with_all_that_was_put() {
        let mut record = record();
        let failed: Vec<String> = record.failed().map(|it| it.id.clone()).collect();
        let again = Again::of(&record);
        assert_eq!(globs(&again), failed);
        assert_eq!(again.watches, Vec::<String>::new());
        let mut watch = record.checks[0].clone();
        "answers/retry/retry-after".clone_into(&mut watch.id);
        let is_watch = |case: &&Case| case.check.watch.is_some();
        let cases = Case::all(SECTIONS);
        let case = cases.iter().find(is_watch).expect("a watch");
        case.id.clone_into(&mut watch.id);
        "fail".clone_into(&mut watch.verdict);
        record.checks.push(watch);
        let put = record
            .checks
            .iter()
            .filter(|it| left_out::why(it).is_none());
        let put: Vec<String> = put.map(|it| it.id.clone()).collect();
        assert!(put.len() > failed.len() + 1 && put.len() < record.checks.len());
        let again = Again::of(&record);
        assert_eq!(globs(&again), put);
        assert_eq!(again.watches, std::slice::from_ref(&case.id));
    }
}

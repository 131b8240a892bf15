//! What a run left out because somebody wanted it to: what that would have said is open.

use crate::verdict::Verdict;

use super::CheckEntry;
use super::OF_ANOTHER_SHARD;
use super::Record;

/// How the reasons begin for which a check is not put that could be.
pub(super) const NOT_SELECTED: &str = "not selected";
pub(super) const BY_FLAG: &str = "left out";
/// Why a check is not put whose group of workflows nobody asked for, by the group. What nobody asks for
/// unless told to is not left out.
pub(super) const OF_GROUP: [&str; 3] = [
    "left out, as is all that the specification asks for",
    "left out, as is all beyond the specification",
    "only with `--profile docker`",
];
pub(super) const OF_LEVEL: &str = "of level";
pub(super) const HEAVY: &str = "it moves more than 8 MiB";
pub(super) const NOT_FRESH: &str = "it needs a fresh repository";
pub(super) const ENDED: &str = "the run was ended";
const READ_ONLY: &str = "a read-only run";

/// Checks that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason.
    pub reason: String,
    /// How many.
    pub checks: usize,
}

/// What was left out of a run, by the reasons, those that took most first. What the version of the
/// specification does not have is none of it, and neither is what the registry lacks.
pub fn left_out(record: &Record) -> Vec<LeftOut> {
    let mut all: Vec<LeftOut> = Vec::new();
    for reason in record.checks.iter().filter_map(why) {
        match all.iter_mut().find(|it| it.reason == reason) {
            Some(known) => known.checks += 1,
            None => all.push(LeftOut {
                reason: reason.to_owned(),
                checks: 1,
            }),
        }
    }
    all.sort_by_key(|it| std::cmp::Reverse(it.checks));
    all
}

/// Why a check was left out, if it was.
pub(super) fn why(check: &CheckEntry) -> Option<&str> {
    let reason = check.reason.as_deref()?;
    let is_wanted = [
        NOT_SELECTED,
        BY_FLAG,
        OF_LEVEL,
        HEAVY,
        NOT_FRESH,
        ENDED,
        READ_ONLY,
        OF_ANOTHER_SHARD,
    ];
    let is_left_out = is_wanted.iter().any(|start| reason.starts_with(start));
    (is_left_out && check.verdict == Verdict::Skipped.word()).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_wanted_is_counted_and_what_the_registry_lacks_is_not() {
        let text = include_str!("../../fixtures/records/passing.json");
        let mut record: Record = serde_json::from_str(text).expect("a record");
        let template = record.checks[0].clone();
        let check = |verdict: Verdict, reason: &str| CheckEntry {
            verdict: verdict.to_string(),
            reason: Some(reason.to_owned()),
            ..template.clone()
        };
        record.checks = vec![
            check(Verdict::Skipped, "left out by `--skip x`"),
            check(Verdict::Skipped, NOT_SELECTED),
            check(Verdict::Skipped, NOT_SELECTED),
            check(Verdict::Skipped, "no answer in this run called for it"),
            check(
                Verdict::Skipped,
                "not part of version 1.1 of the specification",
            ),
            check(Verdict::Unsupported, NOT_SELECTED),
            check(Verdict::Skipped, "a read-only run without --blob"),
        ];
        let left_out = left_out(&record);
        let told: Vec<_> = left_out
            .iter()
            .map(|it| (it.reason.as_str(), it.checks))
            .collect();
        assert_eq!(
            told,
            [
                (NOT_SELECTED, 2),
                ("left out by `--skip x`", 1),
                ("a read-only run without --blob", 1)
            ]
        );
    }
}

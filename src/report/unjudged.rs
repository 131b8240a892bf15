//! Why checks came to no judgement: those that were skipped, are unsupported or blocked, counted by
//! the reason.
//!
//! The reasons are those of the record, shortened to what they have in common: whoever prints them
//! cleans them for their format.

use std::cmp::Reverse;

use crate::catalogue;
use crate::catalogue::Version;
use crate::check::Feature;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::clean;
use super::evidence;

/// How many reasons of a verdict are told.
const MOST: usize = 6;

/// The most characters of a reason.
const LONGEST: usize = 80;

/// How the reason of a check begins that another version of the specification has.
const OF_ANOTHER_VERSION: &str = "not part of version ";

/// How reasons begin that can stand behind a number as they are.
const TOLD: [&str; 3] = ["left out", "not selected", "of level"];

/// What is said of several such checks, and of one.
const BELONG: &str = "belong to version ";
const BELONGS: &str = "belongs to version ";

/// Checks that ended so, by the reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unjudged {
    /// `skipped`, `unsupported` or `blocked`.
    pub(super) verdict: Verdict,
    /// How many there are.
    pub(super) number: usize,
    /// How many of them for which reason, the most frequent first: `4` and `left out by …`.
    pub(super) reasons: Vec<(usize, String)>,
}

/// What came to no judgement, verdict by verdict.
pub(super) fn unjudged(record: &Record) -> Vec<Unjudged> {
    [Verdict::Blocked, Verdict::Unsupported, Verdict::Skipped]
        .into_iter()
        .filter_map(|verdict| of_verdict(record, verdict))
        .collect()
}

impl Unjudged {
    /// `4 skipped`.
    pub(super) fn head(&self) -> String {
        format!("{} {}", self.number, self.verdict)
    }

    /// `20 belong to version 1.2; 4 left out by …`, each reason as `each` writes it.
    pub(super) fn told(&self, each: impl Fn(&str) -> String) -> String {
        let reasons = self.reasons.iter().map(|(number, reason)| {
            let number = match number {
                _ if self.number == 1 => String::new(),
                all if *all == self.number => "all ".to_owned(),
                some => format!("{some} "),
            };
            format!("{number}{}", each(reason))
        });
        reasons.collect::<Vec<_>>().join("; ")
    }
}

fn of_verdict(record: &Record, verdict: Verdict) -> Option<Unjudged> {
    let checks = record.checks.iter();
    let checks: Vec<_> = checks.filter(|it| it.verdict == verdict.word()).collect();
    let mut reasons: Vec<(usize, String)> = Vec::new();
    for check in &checks {
        let reason = reason(record, check, verdict);
        match reasons.iter_mut().find(|(_, known)| *known == reason) {
            Some((number, _)) => *number += 1,
            None => reasons.push((1, reason)),
        }
    }
    reasons.sort_by_key(|(number, _)| Reverse(*number));
    for (number, reason) in &mut reasons {
        if *number == 1 && verdict == Verdict::Skipped {
            *reason = reason.replacen(BELONG, BELONGS, 1);
        }
    }
    if reasons.len() > MOST {
        let rest = reasons.split_off(MOST - 1);
        let rest = rest.iter().map(|(number, _)| number).sum();
        reasons.push((rest, "for other reasons".to_owned()));
    }
    (!checks.is_empty()).then_some(Unjudged {
        verdict,
        number: checks.len(),
        reasons,
    })
}

/// What a check has in common with others that ended so.
fn reason(record: &Record, check: &CheckEntry, verdict: Verdict) -> String {
    let own = check.reason.as_deref().unwrap_or("no reason given");
    let text = match (verdict, &check.violated) {
        (Verdict::Blocked, Some(id)) => format!("by {}", evidence::requirement_name(record, id)),
        (Verdict::Unsupported, _) => match own.split_once(" is not supported: ") {
            Some((title, _)) => format!("for want of {}", feature(title)),
            None => "by their own answers".to_owned(),
        },
        _ => match home(check).filter(|_| own.starts_with(OF_ANOTHER_VERSION)) {
            Some(version) => format!("{BELONG}{version}"),
            None => shortened(own),
        },
    };
    clean::cut(&text, LONGEST).into_owned()
}

/// A reason of the record without what comes behind the colon, which is of one check alone; so that
/// it can stand behind a number.
fn shortened(own: &str) -> String {
    let reason = own.split(": ").next().unwrap_or_default();
    let is_told = TOLD.iter().any(|beginning| reason.starts_with(beginning));
    let link = if is_told { "" } else { "as " };
    format!("{link}{reason}")
}

/// The id of a feature, which its title in a record stands for.
fn feature(title: &str) -> &str {
    let mut rows = Feature::ROWS.iter();
    rows.find(|row| row.title == title)
        .map_or(title, |row| row.id)
}

/// The first version of the specification that has what the check is about.
fn home(check: &CheckEntry) -> Option<Version> {
    let rows = check.requirements.iter();
    let rows: Vec<_> = rows.filter_map(|id| catalogue::find(id)).collect();
    let has = |version: &Version| rows.iter().any(|row| row.level(*version).is_some());
    Version::ALL.into_iter().find(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    fn told(entries: &[(&str, Option<&str>, &str)]) -> Vec<String> {
        let mut record = fixtures::record(fixtures::FAILING);
        let check = record.checks[0].clone();
        let entries = entries.iter().enumerate();
        let checks = entries.map(|(number, (verdict, violated, reason))| CheckEntry {
            id: format!("pull/x/{number}"),
            verdict: (*verdict).to_owned(),
            violated: violated.map(str::to_owned),
            reason: Some((*reason).to_owned()),
            requirements: vec!["upload-cancel-accepted".to_owned()],
            ..check.clone()
        });
        record.checks = checks.collect();
        let unjudged = unjudged(&record);
        let lines = unjudged.iter();
        lines
            .map(|it| format!("{}: {}", it.head(), it.told(str::to_owned)))
            .collect()
    }

    #[test]
    fn what_has_one_reason_is_counted_together() {
        let version = (
            "skipped",
            None,
            "not part of version 1.1 of the specification",
        );
        let left_out = ("skipped", None, "left out by `--skip push/*`");
        let feature = |evidence| ("unsupported", None, evidence);
        let blocked = (
            "blocked",
            Some("blob-found"),
            "blocked by it: expected 200, got 404",
        );
        assert_eq!(
            told(&[
                left_out,
                version,
                version,
                feature("deleting a tag is not supported: DELETE answered 405"),
                feature("deleting a tag is not supported: DELETE answered 400"),
                blocked,
            ]),
            [
                "1 blocked: by blob-found (BGET-01)",
                "2 unsupported: all for want of tag-delete",
                "3 skipped: 2 belong to version 1.2; 1 left out by `--skip push/*`",
            ]
        );
        assert_eq!(told(&[version]), ["1 skipped: belongs to version 1.2"]);
        assert_eq!(told(&[("pass", None, "")]), [""; 0]);
    }

    #[test]
    fn the_numbers_add_up_however_many_reasons_there_are() {
        let mut record = fixtures::record(fixtures::FAILING);
        let check = record.checks[0].clone();
        record.checks.clear();
        for number in 0..100 {
            record.checks.push(CheckEntry {
                verdict: "skipped".to_owned(),
                reason: Some(format!("reason {}", number % 20)),
                ..check.clone()
            });
        }
        let [skipped] = unjudged(&record).try_into().unwrap();
        assert_eq!(skipped.reasons.len(), MOST);
        let sum: usize = skipped.reasons.iter().map(|(number, _)| number).sum();
        assert_eq!((sum, skipped.number), (100, 100));
    }
}

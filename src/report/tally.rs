//! How many checks of each workflow ended how. Every check is in one row, so that the rows add up
//! to all of them.
//!
//! Rows are named by plain words alone, so that no format has to fear for its table.

use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

/// The most rows; a record of ours has few, one of another's may have any number.
const MOST: usize = 40;

/// What the checks are called together that have no row of their own.
const OTHERS: &str = "others";

/// The whole in numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tally {
    /// The heads of the columns: how checks ended.
    pub(super) verdicts: Vec<Verdict>,
    /// The workflows, in their order.
    pub(super) rows: Vec<Row>,
    /// All checks.
    pub(super) all: Row,
}

/// The checks of a workflow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: String,
    /// What they say of it as a whole; nothing where the record does not judge it.
    pub(super) state: Option<String>,
    /// How many ended with which verdict, in the order of the heads.
    pub(super) counts: Vec<usize>,
    /// How many there are.
    pub(super) total: usize,
}

impl Tally {
    /// That of a record.
    pub(super) fn of(record: &Record) -> Self {
        let ended = |verdict: &Verdict| {
            let mut checks = record.checks.iter();
            checks.any(|check| check.verdict == verdict.word())
        };
        let verdicts = Verdict::ALL.into_iter();
        let verdicts: Vec<_> = verdicts
            .filter(|it| matches!(it, Verdict::Pass | Verdict::Fail) || ended(it))
            .collect();
        let workflows = workflows(record);
        let rows = workflows.iter().map(|id| {
            let checks: Vec<_> = of_workflow(record, &workflows, id).collect();
            row(id, state(record, id), &verdicts, &checks)
        });
        let rows = rows.collect();
        let checks: Vec<_> = record.checks.iter().collect();
        let all = row("all", None, &verdicts, &checks);
        Self {
            verdicts,
            rows,
            all,
        }
    }
}

fn row(id: &str, state: Option<String>, verdicts: &[Verdict], checks: &[&CheckEntry]) -> Row {
    let count = |verdict: &Verdict| {
        let word = verdict.word();
        checks.iter().filter(|check| check.verdict == word).count()
    };
    Row {
        id: id.to_owned(),
        state,
        counts: verdicts.iter().map(count).collect(),
        total: checks.len(),
    }
}

/// The categories, then what belongs to none, in the order of the checks.
pub(super) fn workflows(record: &Record) -> Vec<String> {
    let categories = record.categories.iter().map(|it| it.id.as_str());
    let of_checks = record.checks.iter().map(first_word);
    let mut found: Vec<&str> = Vec::new();
    let mut is_whole = true;
    for id in categories.chain(of_checks) {
        if found.contains(&id) {
            continue;
        }
        if is_plain(id) && id != OTHERS && found.len() < MOST {
            found.push(id);
        } else {
            is_whole = false;
        }
    }
    if !is_whole {
        found.push(OTHERS);
    }
    found.into_iter().map(str::to_owned).collect()
}

/// The checks of one of these workflows.
pub(super) fn of_workflow<'r>(
    record: &'r Record,
    workflows: &[String],
    id: &str,
) -> impl Iterator<Item = &'r CheckEntry> {
    let is_named = |word: &str| workflows.iter().any(|it| it == word);
    record.checks.iter().filter(move |check| {
        let word = first_word(check);
        let mine = if is_named(word) { word } else { OTHERS };
        mine == id
    })
}

/// The state of a category.
pub(super) fn state(record: &Record, id: &str) -> Option<String> {
    let category = record.categories.iter().find(|it| it.id == id)?;
    Some(if is_plain(&category.state) {
        category.state.clone()
    } else {
        "?".to_owned()
    })
}

/// `pull` of `pull/blobs/known-blob`.
fn first_word(check: &CheckEntry) -> &str {
    check.id.split('/').next().unwrap_or_default()
}

fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=20).contains(&text.len()) && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    #[test]
    fn the_rows_add_up_to_all_checks() {
        for bytes in fixtures::ALL {
            let mut record = fixtures::record(bytes);
            for odd in ["", "| x |/y", "others/z", "A/b"] {
                let mut check = record.checks[0].clone();
                odd.clone_into(&mut check.id);
                record.checks.push(check);
            }
            let tally = Tally::of(&record);
            assert_eq!(tally.all.total, record.checks.len());
            assert_eq!(tally.all.counts.iter().sum::<usize>(), tally.all.total);
            for (place, all) in tally.all.counts.iter().enumerate() {
                let column = tally.rows.iter().map(|row| row.counts[place]);
                assert_eq!(column.sum::<usize>(), *all);
            }
            let total: usize = tally.rows.iter().map(|row| row.total).sum();
            assert_eq!(total, tally.all.total);
            let others = tally.rows.last().unwrap();
            assert_eq!((others.id.as_str(), others.state.as_ref()), (OTHERS, None));
            assert_eq!(others.total, 4);
        }
    }

    #[test]
    fn any_number_of_workflows_makes_a_short_table() {
        let mut record = fixtures::record(fixtures::PASSING);
        let check = record.checks[0].clone();
        let many = (0..1000).map(|number| {
            let id = format!("w{number}/x/y");
            CheckEntry {
                id,
                ..check.clone()
            }
        });
        record.checks = many.collect();
        let tally = Tally::of(&record);
        assert_eq!(tally.rows.len(), MOST + 1);
        assert_eq!(tally.rows.iter().map(|row| row.total).sum::<usize>(), 1000);
    }
}

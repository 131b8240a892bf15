//! The failed checks of a results file, put again with the same content.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fuzz::Replay;
use crate::fuzz::Replayed;
use crate::report::fuzz::Row;
use crate::run::CheckEntry;
use crate::run::Control;
use crate::run::Filter;
use crate::run::Record;
use crate::suite;
use crate::trial::content::Seed;
use crate::verdict::Verdict;

use super::CliError;
use super::lower::Asked;
use super::places::Places;

/// A row for each check that failed, with an answer of each registry.
pub(super) fn rows(
    places: &mut Places<'_>,
    record: &Record,
    targets: &[Asked],
) -> Result<Vec<Row>, CliError> {
    let mut rows: Vec<Row> = record.failed().map(row).collect();
    if rows.is_empty() {
        // Nobody is asked anything: no filter would stand for all checks.
        return Ok(rows);
    }
    for target in targets {
        let again = put_again(places, record, target)?;
        for (row, before) in rows.iter_mut().zip(record.failed()) {
            row.answers.push(match &again {
                Ok(checks) => answer(before, checks.get(&before.id)),
                Err(reason) => trouble(reason.clone()),
            });
        }
    }
    Ok(rows)
}

fn row(check: &CheckEntry) -> Row {
    Row {
        name: check.id.clone(),
        title: check.title.clone(),
        answers: Vec::new(),
    }
}

/// The checks as they end now, by their ids; or why the registry cannot be asked.
fn put_again(
    places: &mut Places<'_>,
    record: &Record,
    target: &Asked,
) -> Result<Result<BTreeMap<String, CheckEntry>, String>, CliError> {
    let spec = places.spec(&record.spec);
    let way = match places.way(target, spec)? {
        Ok(way) => way,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut settings = places.settings(&Arc::new(way.client), &way.origin, spec);
    settings.seed = Seed::from(record.seed);
    settings.selection.only = record.failed().map(|it| Filter::exactly(&it.id)).collect();
    let now = crate::run::run(settings, suite::SECTIONS, &Control::default(), &());
    Ok(Ok(now
        .checks
        .into_iter()
        .map(|check| (check.id.clone(), check))
        .collect()))
}

fn answer(before: &CheckEntry, now: Option<&CheckEntry>) -> Replay {
    let Some(now) = now else {
        return trouble("this plimsoll has no such check".to_owned());
    };
    let is = |verdicts: &[Verdict]| verdicts.iter().any(|it| it.word() == now.verdict);
    let ended_alike =
        is(&[Verdict::Fail, Verdict::Flaky, Verdict::Warn]) || now.verdict == before.in_fact();
    let replayed = if is(&[Verdict::Pass]) {
        Replayed::Fixed
    } else if ended_alike && now.violated == before.violated {
        Replayed::Failed
    } else if is(&[Verdict::Error, Verdict::Blocked, Verdict::Skipped]) {
        Replayed::Error(why(now))
    } else {
        Replayed::Changed(why(now))
    };
    Replay {
        replayed,
        exchanges: Vec::new(),
        curl: now.curl.clone().unwrap_or_default(),
    }
}

/// How a check ended, in a line.
fn why(check: &CheckEntry) -> String {
    let said = check.actual.as_ref().or(check.reason.as_ref());
    let requirement = check.violated.as_ref().map(|id| format!(", {id}"));
    format!(
        "{}{}: {}",
        check.verdict,
        requirement.unwrap_or_default(),
        said.map_or("no more is known", String::as_str)
    )
}

fn trouble(reason: String) -> Replay {
    Replay {
        replayed: Replayed::Error(reason),
        exchanges: Vec::new(),
        curl: String::new(),
    }
}

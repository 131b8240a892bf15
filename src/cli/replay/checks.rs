//! The failed checks of a results file, put again with the same content.

use std::collections::BTreeMap;

use crate::catalogue::Version;
use crate::fuzz::Replay;
use crate::fuzz::Replayed;
use crate::report::fuzz::Row;
use crate::report::fuzz::harmless;
use crate::run::Again;
use crate::run::BadTerms;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::run::Settings;
use crate::run::refuse_absent;
use crate::suite;
use crate::trial::content::Seed;
use crate::verdict::Verdict;

use super::CliError;
use super::lower::Asked;
use super::places::Places;
use super::places::What;
use super::places::over;
use crate::cli::embedded::Way;

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
    let watches = Again::of(record).watches;
    for target in targets {
        let again = if places.is_over() {
            Ok(BTreeMap::new())
        } else {
            put_again(places, record, target)?
        };
        let is_over = places.is_over();
        let now = |id: &str| again.as_ref().ok().and_then(|checks| checks.get(id));
        for (row, before) in rows.iter_mut().zip(record.failed()) {
            row.answers.push(match &again {
                _ if is_over && !is_judged(now(&before.id), &watches) => over(),
                Ok(_) => answer(before, now(&before.id)),
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
    let way = match places.way(target, spec, What::Checks)? {
        Ok(way) => way,
        Err(reason) => return Ok(Err(reason)),
    };
    let settings = settings(places, record, &way, spec)?;
    if let Err(unfit) = refuse_absent(&settings) {
        return Ok(Err(unfit.to_string()));
    }
    let now = crate::run::run(settings, suite::SECTIONS, places.control(), &());
    Ok(Ok(now
        .checks
        .into_iter()
        .map(|check| (check.id.clone(), check))
        .collect()))
}

/// What a run is told that judges the failures of a record anew, on the terms of the first.
fn settings(
    places: &mut Places<'_>,
    record: &Record,
    way: &Way,
    spec: Version,
) -> Result<Settings, CliError> {
    let bad = |error: BadTerms| CliError::Usage(harmless(&error.to_string()));
    let terms = record.terms.clone().unwrap_or_default();
    let namespace = terms.namespace().map_err(bad)?;
    let namespace = namespace.unwrap_or_else(|| "plimsoll".parse().expect("a word is a name"));
    let mut settings = places.settings(way, spec, namespace);
    terms.restore(&mut settings).map_err(bad)?;
    settings.seed = Seed::from(record.seed);
    settings.selection.only = Again::of(record).only;
    Ok(settings)
}

/// Whether a check of a run that was ended before its end was judged all the same. A watch did not
/// pass there: what it would have been shown is open.
fn is_judged(now: Option<&CheckEntry>, watches: &[String]) -> bool {
    now.is_some_and(|now| {
        let is = |verdict: Verdict| now.verdict == verdict.word();
        is(Verdict::Fail) || (is(Verdict::Pass) && !watches.contains(&now.id))
    })
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

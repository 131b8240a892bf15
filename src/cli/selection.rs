//! Whether what a user selects takes anything: `--only`, `--skip` and the overrides of `plimsoll.toml`.
//! What takes nothing is a mistake that would go unnoticed beside others that do.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use clap::ArgMatches;

use crate::catalogue;
use crate::catalogue::Version;
use crate::run::Case;
use crate::run::Filter;
use crate::run::Override;
use crate::run::Plan;
use crate::run::Selection;
use crate::run::Settings;
use crate::suite;

use super::CliError;
use super::check::nearest;

/// How many reasons are told apart where nothing is left.
const REASONS: usize = 4;

/// A filter, and how the user gave it.
struct Given<'a> {
    filter: &'a Filter,
    what: String,
    consequence: &'static str,
}

/// What to say of filters that take nothing beside others that do. One without a wildcard is a
/// misspelling, and refused.
pub(super) fn unmatched(
    verb: &ArgMatches,
    overrides: &[Override],
) -> Result<Vec<String>, CliError> {
    let Ok(only) = verb.try_get_many::<Filter>("only") else {
        return Ok(Vec::new());
    };
    let cases = Case::all(suite::SECTIONS);
    let only: Vec<&Filter> = only.into_iter().flatten().collect();
    // Where none takes anything, nothing is left, and that has a sentence of its own.
    let takes_any = only.iter().any(|filter| takes(filter, &cases));
    let only = only.into_iter().filter(|_| takes_any).map(|filter| Given {
        filter,
        what: format!("`--only {}`", filter.as_str()),
        consequence: "less would be asked than was meant",
    });
    let skip = verb.try_get_many::<Filter>("skip").ok().flatten();
    let skip = skip.into_iter().flatten().map(|filter| Given {
        filter,
        what: format!("`--skip {}`", filter.as_str()),
        consequence: "more would be asked than was meant",
    });
    let overrides = overrides.iter().map(|it| Given {
        filter: &it.checks,
        what: format!("the override of `{}`", it.checks.as_str()),
        consequence: "it would be of no effect",
    });
    let spec = verb.try_get_one::<Version>("spec").ok().flatten();
    let mut notes = early(only.clone(), &cases, spec.copied().unwrap_or_default());
    for given in only.chain(skip).chain(overrides) {
        if takes(given.filter, &cases) {
            continue;
        }
        let sentence = given.sentence(&cases);
        if given.filter.is_plain() {
            return Err(CliError::Usage(sentence));
        }
        notes.push(sentence);
    }
    Ok(notes)
}

/// What is selected beside other checks and only other versions of the specification have.
fn early<'a>(
    only: impl Iterator<Item = Given<'a>> + Clone,
    cases: &[Case],
    spec: Version,
) -> Vec<String> {
    let count = only.clone().count();
    let notes = only.filter_map(|given| {
        let taken: Vec<&Case> = cases.iter().filter(|it| given.filter.matches(it)).collect();
        if taken.iter().any(|it| it.check.level(spec).is_some()) {
            return None;
        }
        let version = version_of(&taken)?;
        Some(format!(
            "{} takes nothing that version {spec} of the specification has; give --spec {version}",
            given.what
        ))
    });
    let notes: Vec<String> = notes.collect();
    // Where it is so of all of them, nothing is left.
    if notes.len() == count {
        Vec::new()
    } else {
        notes
    }
}

/// A version of the specification that has one of these checks.
fn version_of(cases: &[&Case]) -> Option<Version> {
    let has = |version: &Version| cases.iter().any(|it| it.check.level(*version).is_some());
    Version::ALL.into_iter().find(has)
}

fn takes(filter: &Filter, cases: &[Case]) -> bool {
    cases.iter().any(|case| filter.matches(case))
}

impl Given<'_> {
    fn sentence(&self, cases: &[Case]) -> String {
        let Self {
            filter,
            what,
            consequence,
        } = self;
        let hint = hint(filter.as_str(), cases);
        format!("{what} matches no check, so that {consequence}; {hint}")
    }
}

/// What the user probably meant.
fn hint(text: &str, cases: &[Case]) -> String {
    let checks = cases.iter().map(|case| case.id.as_str());
    let sections = suite::SECTIONS.iter().map(|section| section.id);
    let requirements = catalogue::requirements().flat_map(|row| [row.id, row.alias]);
    let ids: BTreeSet<&str> = checks.chain(sections).chain(requirements).collect();
    match nearest(text, &ids).as_slice() {
        [] => "`plimsoll list checks` shows what there is".to_owned(),
        ids => format!("the nearest are {}", ids.join(", ")),
    }
}

/// What an older record names and this version of plimsoll has no more.
pub(super) fn lost<'i>(ids: impl Iterator<Item = &'i str>) -> Option<String> {
    let cases = Case::all(suite::SECTIONS);
    let is_lost = |id: &&str| !cases.iter().any(|case| case.id == *id);
    let lost: Vec<_> = ids.filter(is_lost).map(|id| format!("`{id}`")).collect();
    (!lost.is_empty()).then(|| {
        format!(
            "{} failed in --rerun and cannot be put again, as there is no such check any more",
            lost.join(", ")
        )
    })
}

/// Refuses a selection that leaves nothing, with what took it away or the ids that come closest.
pub(super) fn refuse_empty(settings: &Settings) -> Result<(), CliError> {
    // Whether this shard has any of them is up to chance.
    let whole = Selection {
        shard: None,
        ..settings.selection.clone()
    };
    let plan = Plan::new(suite::SECTIONS, &whole, settings.world.spec);
    if !plan.cases.is_empty() {
        return Ok(());
    }
    let taken: Vec<_> = plan.left_out().collect();
    let sentence = if taken.is_empty() {
        nothing_matches(&whole.only)
    } else {
        taken_away(&taken, &whole, settings.world.spec)
    };
    Err(CliError::NothingSelected(sentence))
}

fn nothing_matches(only: &[Filter]) -> String {
    let wanted: Vec<_> = only.iter().map(Filter::as_str).collect();
    let first = wanted.first().copied().unwrap_or_default();
    format!(
        "no check matches `{}`, so nothing ran; {}",
        wanted.join("`, `"),
        hint(first, &Case::all(suite::SECTIONS))
    )
}

/// What is selected and not put all the same, by the reasons.
fn taken_away(taken: &[(&Case, &str)], selection: &Selection, spec: Version) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, reason) in taken {
        *counts.entry(reason).or_default() += 1;
    }
    let mut reasons: Vec<_> = counts.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let others = reasons.len().saturating_sub(REASONS);
    let told = reasons.iter().take(REASONS).map(|(reason, count)| {
        let verb = if *count == 1 { "is" } else { "are" };
        format!("{count} {verb} {reason}")
    });
    let mut told: Vec<_> = told.collect();
    if others > 0 {
        told.push(format!("and there are {others} other reasons"));
    }
    let what = match taken.len() {
        1 => "the check that was selected is not put".to_owned(),
        many => format!("of the {many} checks that were selected, none is put"),
    };
    let remedy = remedy(taken, selection, spec);
    format!("{what}, so nothing ran: {}; {remedy}", told.join(", "))
}

fn remedy(taken: &[(&Case, &str)], selection: &Selection, spec: Version) -> String {
    let cases: Vec<&Case> = taken.iter().map(|(case, _)| *case).collect();
    let is_of_other = cases.iter().all(|it| it.check.level(spec).is_none());
    let version = version_of(&cases).filter(|_| is_of_other);
    let mut flags = Vec::new();
    if let Some(version) = version {
        flags.push(format!("--spec {version}"));
    }
    if selection
        .skip
        .iter()
        .any(|it| cases.iter().any(|case| it.matches(case)))
    {
        flags.push("a narrower --skip".to_owned());
    }
    if selection.level.is_some() && !is_of_other {
        flags.push("a lighter --level".to_owned());
    }
    match flags.as_slice() {
        [] => "`plimsoll config` shows which settings say so".to_owned(),
        flags => format!("give {}", flags.join(" and ")),
    }
}

#[cfg(test)]
mod tests;

//! What `--rerun` takes over from the run whose failures are put again, and what it must not do
//! without: nothing may come out mended because it was not asked for.

use crate::check::Feature;
use crate::cli::CliError;
use crate::report::fuzz::harmless;
use crate::run::Plan;
use crate::run::Record;
use crate::run::Repositories;
use crate::run::Selection;
use crate::run::Settings;
use crate::suite;

use super::What;

/// The features whose absence counts: in a run that puts failures again also those of the first, or
/// else what failed because of them would not be seen.
pub(super) fn required(what: &What, before: Option<&Record>) -> Result<Vec<Feature>, CliError> {
    let mut required = what.require.clone();
    if let Some(terms) = before.and_then(|record| record.terms.as_ref()) {
        let own = terms.required();
        required.extend(own.map_err(|error| CliError::Usage(harmless(&error.to_string())))?);
    }
    match both(&required, &what.without) {
        None => Ok(required),
        Some(feature) => Err(CliError::Usage(format!(
            "{feature} is both required and left out, so that its absence would count and not be seen; give --require or \
             --without"
        ))),
    }
}

/// A feature that stands in both lists.
fn both(required: &[Feature], without: &[Feature]) -> Option<Feature> {
    let mut required = required.iter().copied();
    required.find(|feature| without.contains(feature))
}

/// Whether the first run put what is heavy.
pub(super) fn is_heavy(before: Option<&Record>) -> bool {
    let terms = before.and_then(|record| record.terms.as_ref());
    terms.is_some_and(|terms| terms.heavy)
}

/// Refuses to judge a watch on less than it was judged on before, by a flag that leaves something out.
pub(super) fn refuse_less(
    settings: &Settings,
    before: &Record,
    watches: &[String],
) -> Result<(), CliError> {
    let put = |selection: &Selection| {
        let plan = Plan::new(suite::SECTIONS, selection, settings.world.spec);
        plan.cases
    };
    let selected = put(&settings.selection);
    let Some(watch) = selected.iter().find(|case| watches.contains(&case.id)) else {
        return Ok(());
    };
    let all = put(&Selection {
        only: settings.selection.only.clone(),
        groups: settings.selection.groups.clone(),
        shard: settings.selection.shard,
        ..Selection::default()
    });
    let mut missing = all.iter().filter(|case| {
        case.check.watch.is_none() && selected.iter().all(|other| other.id != case.id)
    });
    let less = match missing.next() {
        Some(case) => Some(format!("`{}` is left out here", case.id)),
        None => other_terms(settings, before),
    };
    match less {
        None => Ok(()),
        Some(less) => Err(CliError::Usage(harmless(&format!(
            "{} is judged on every answer of a run, and {less}, so that it could pass because nobody asked; put again \
             what the first run put, or give --skip '{}'",
            watch.id, watch.id
        )))),
    }
}

/// Terms of the first run on which more was put than on those of this one.
fn other_terms(settings: &Settings, before: &Record) -> Option<String> {
    let terms = before.terms.as_ref()?;
    let mut without = settings.without.iter().map(ToString::to_string);
    if let Some(feature) = without.find(|id| !terms.without.contains(id)) {
        return Some(format!("what needs {feature} is left out here"));
    }
    if settings.world.read_only.is_some() && !terms.read_only {
        return Some("nothing is pushed here".to_owned());
    }
    let is_fixed = matches!(settings.repositories, Repositories::Fixed { .. });
    (is_fixed && terms.repositories.is_empty())
        .then(|| "there are no fresh repositories here".to_owned())
}

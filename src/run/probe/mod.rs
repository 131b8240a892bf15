//! Finding out what a registry has, before it is judged.
//!
//! A feature counts as lawfully absent only on the answers of its row in the table of features.
//! Whatever else a registry answers leaves the question open: its checks are put, and say what is
//! wrong.

mod delete;
mod given;
mod pull;
mod push;

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::check::Wants;
use crate::http::Terms;
use crate::trial::Answer;
use crate::trial::Held;
use crate::trial::Trial;
use crate::trial::Variant;
use crate::verdict::Stop;

pub(super) use delete::may_be_off;

use super::Control;
use super::Plan;
use super::Settings;
use super::schedule::in_parallel;
use super::watching::Watching;

/// What a question came to, and what it left in the registry.
type Answered = (FeatureState, Vec<Held>);

/// Asks one feature's question.
type Probe = fn(&Trial<'_>) -> Result<FeatureState, Stop>;

/// Who asks for what.
const PROBES: &[(Feature, Probe)] = &[
    (Feature::Push, push::push),
    (Feature::Blob, pull::blob),
    (Feature::Manifest, pull::manifest),
    (Feature::Tag, pull::tag),
    (Feature::Sha512Blobs, push::sha512_blobs),
    (Feature::Sha512Manifests, push::sha512_manifests),
    (Feature::Ranges, pull::ranges),
    (Feature::SinglePost, push::single_post),
    (Feature::Mount, push::mount),
    (Feature::AnonymousMount, push::anonymous_mount),
    (Feature::Cancel, push::cancel),
    (Feature::DigestAlgorithm, push::digest_algorithm),
    (Feature::TagParameters, push::tag_parameters),
    (Feature::Referrers, pull::referrers),
    (Feature::ReferrersFilter, pull::referrers_filter),
    (Feature::TagDelete, delete::tag),
    (Feature::ManifestDelete, delete::manifest),
    (Feature::BlobDelete, delete::blob),
    (Feature::Login, given::login),
    (Feature::Tokens, given::tokens),
    (Feature::SecondAccount, given::second_account),
    (Feature::Canary, given::canary),
    (Feature::Restart, given::restart),
    (Feature::Catalog, given::catalog),
];

/// What was found out.
#[derive(Debug, Default)]
pub(super) struct Probed {
    /// Every feature that the plan depends on, in the order of the table.
    pub(super) features: Vec<(Feature, FeatureState)>,
    /// What is left in the registry.
    pub(super) held: Vec<Held>,
}

/// Asks for every feature that a case of the plan needs or the user requires: for pushing first,
/// since the others stand on it, then for the others at once.
pub(super) fn probe(
    settings: &Settings,
    plan: &Plan,
    control: &Control,
    watching: &Watching,
) -> Probed {
    let needed: Vec<_> = PROBES
        .iter()
        .filter(|(feature, _)| is_needed(*feature, plan, settings))
        .collect();
    let mut probed = Probed::default();
    let (first, rest): (Vec<&(Feature, Probe)>, Vec<_>) = needed
        .into_iter()
        .partition(|(feature, _)| *feature == Feature::Push);
    for group in [first, rest] {
        let found: Vec<Mutex<Option<(Feature, Answered)>>> =
            (0..group.len()).map(|_| Mutex::default()).collect();
        in_parallel(settings.jobs, group.len(), |turn| {
            let (feature, probe) = *group[turn];
            let known = &probed.features;
            let answer = ask(settings, (feature, probe), known, control, watching);
            *found[turn].lock().unwrap_or_else(PoisonError::into_inner) = Some((feature, answer));
        });
        for slot in found {
            let slot = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Some((feature, (state, held))) = slot {
                probed.features.push((feature, state));
                probed.held.extend(held);
            }
        }
    }
    probed.features.sort_by_key(|(feature, _)| *feature);
    probed
}

/// Pushing is always asked for: what cannot be pushed to is another kind of registry.
fn is_needed(feature: Feature, plan: &Plan, settings: &Settings) -> bool {
    let planned = || {
        plan.cases
            .iter()
            .any(|case| case.check.features(case.variant).contains(&feature))
    };
    feature == Feature::Push || settings.required.contains(&feature) || planned()
}

fn ask(
    settings: &Settings,
    (feature, probe): (Feature, Probe),
    known: &[(Feature, FeatureState)],
    control: &Control,
    watching: &Watching,
) -> Answered {
    if let Some(state) = known_beforehand(settings, feature, known, control) {
        return (state, Vec::new());
    }
    let label = format!("probe-{feature}");
    let Some(lease) = settings.repositories.lease(&label, Wants::Room) else {
        return (
            FeatureState::NotAsked("there is no repository to ask in".to_owned()),
            Vec::new(),
        );
    };
    let stream = settings
        .seed
        .stream(&format!("{}{label}", settings.repositories.salt()));
    let trial = Trial::new(
        &settings.world,
        Variant::default(),
        lease.names.clone(),
        stream,
    )
    // What its answers take together is bounded then.
    .on(Terms::default());
    let state = probe(&trial).unwrap_or_else(state_of_stop);
    watching.see_probe(feature, &trial.take_exchanges());
    (state, trial.held())
}

/// What needs no question: versions that lack the feature, what the user leaves out, read-only runs,
/// registries that take nothing.
fn known_beforehand(
    settings: &Settings,
    feature: Feature,
    known: &[(Feature, FeatureState)],
    control: &Control,
) -> Option<FeatureState> {
    let spec = settings.world.spec;
    if control.ending().is_some() {
        return Some(FeatureState::NotAsked(
            "the run was ended before it".to_owned(),
        ));
    }
    if feature.row().since > spec {
        return Some(FeatureState::NotAsked(format!(
            "not part of version {spec}"
        )));
    }
    if let Some(reason) = left_out(settings, feature) {
        return Some(FeatureState::NotAsked(reason));
    }
    let is_content = matches!(feature, Feature::Blob | Feature::Manifest | Feature::Tag);
    if settings.world.read_only.is_some() {
        let reads = is_content || matches!(feature, Feature::Ranges);
        let reason =
            || FeatureState::NotAsked("a read-only run pushes and deletes nothing".to_owned());
        return (!reads).then(reason);
    }
    match known.iter().find(|(feature, _)| *feature == Feature::Push) {
        Some((_, FeatureState::Unsupported(evidence))) => {
            Some(FeatureState::Unsupported(evidence.clone()))
        }
        _ => None,
    }
}

/// Why the user does not want a feature to be asked for, if that is so. Everything that is not
/// read-only stands on pushing.
fn left_out(settings: &Settings, feature: Feature) -> Option<String> {
    let stands_on_pushing = settings.world.read_only.is_none();
    let causes = [feature]
        .into_iter()
        .chain(stands_on_pushing.then_some(Feature::Push));
    let mut causes = causes.filter(|cause| settings.without.contains(cause));
    causes
        .next()
        .map(|cause| format!("left out by `--without {cause}`"))
}

/// What a probe means that did not come to its end.
fn state_of_stop(stop: Stop) -> FeatureState {
    match stop {
        Stop::Violation(broken) | Stop::Blocked(broken) => FeatureState::Unknown(format!(
            "{}: expected {}, got {}",
            broken.requirement.id, broken.expected, broken.actual
        )),
        Stop::Unsupported(evidence) => FeatureState::Unsupported(evidence),
        Stop::Skipped(reason) => FeatureState::NotAsked(reason),
        Stop::Trouble(failure) => FeatureState::Unknown(failure.to_string()),
    }
}

/// What an answer says of a feature: there on one of these statuses, lawfully absent on one of
/// those. 401 and 403 say that this user may not, where the registry knows users at all.
fn weigh(answer: &Answer<'_>, there: &[u16], absent: &[u16]) -> FeatureState {
    let evidence = format!("{} answered {}", answer.question(), answer.summary());
    let status = answer.status();
    let knows_users = answer.trial().world().client.was_challenged();
    if there.contains(&status) {
        FeatureState::Supported(evidence)
    } else if absent.contains(&status) {
        FeatureState::Unsupported(evidence)
    } else if matches!(status, 401 | 403) && knows_users {
        FeatureState::Unsupported(format!("{evidence}: not permitted"))
    } else {
        FeatureState::Unknown(evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_one_probe() {
        for row in Feature::ROWS {
            let probes = PROBES
                .iter()
                .filter(|(feature, _)| *feature == row.feature)
                .count();
            assert_eq!(probes, 1, "{}", row.id);
        }
    }
}

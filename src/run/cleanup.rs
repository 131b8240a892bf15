//! Deleting what a run pushed, where deleting is possible.

use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::http::Credentials;
use crate::http::Exchange;
use crate::http::Method;
use crate::http::Request;
use crate::http::Transcript;
use crate::oci::Algorithm;
use crate::trial::Held;
use crate::trial::Rank;

use super::Control;
use super::Event;
use super::Observer;
use super::Plan;
use super::Repositories;
use super::Selection;
use super::Settings;
use super::schedule::in_parallel;
use super::watching::Watching;

/// How long cleaning up may take after the run was ended before its end.
const AFTER_ENDING: Duration = Duration::from_secs(5);

/// Deletes what was pushed outside of a run of checks, as far as it can be deleted.
pub(super) fn clean_up_after(settings: &Settings, held: &[Held], control: &Control) {
    let deletes = [
        Feature::TagDelete,
        Feature::ManifestDelete,
        Feature::BlobDelete,
    ];
    let maybe = deletes.map(|it| (it, FeatureState::Unknown(String::new())));
    let plan = Plan::new(&[], &Selection::default(), settings.world.spec);
    let watching = Watching::new(&plan, &settings.world);
    let held: Vec<_> = held.iter().collect();
    clean_up(settings, &held, &maybe, &watching, control, &());
}

/// Deletes tags, then manifests, then blobs; what cannot be deleted stays.
pub(super) fn clean_up(
    settings: &Settings,
    held: &[&Held],
    features: &[(Feature, FeatureState)],
    watching: &Watching,
    control: &Control,
    observer: &dyn Observer,
) {
    let ours: Vec<_> = held
        .iter()
        .copied()
        .filter(|held| is_ours(settings, held))
        .collect();
    if settings.keep || ours.is_empty() {
        return;
    }
    observer.on(&Event::CleaningUp { things: ours.len() });
    settings.world.client.resume();
    if control.ending().is_none() {
        return delete_all(settings, &ours, features, watching);
    }
    let (done, over) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if over.recv_timeout(AFTER_ENDING) == Err(RecvTimeoutError::Timeout) {
                settings.world.client.stop();
            }
        });
        delete_all(settings, &ours, features, watching);
        drop(done);
    });
}

/// Whether something is there because of this run alone. In repositories that others use too, the
/// empty JSON object and the empty blob may be anybody's.
fn is_ours(settings: &Settings, held: &Held) -> bool {
    let is_shared = matches!(settings.repositories, Repositories::Fixed { .. });
    let everybodys = Algorithm::ALL
        .iter()
        .flat_map(|algorithm| [&b"{}"[..], b""].map(|bytes| algorithm.digest(bytes).to_string()));
    !is_shared
        || !everybodys
            .into_iter()
            .any(|digest| held.url.ends_with(&digest))
}

fn delete_all(
    settings: &Settings,
    held: &[&Held],
    features: &[(Feature, FeatureState)],
    watching: &Watching,
) {
    let ranks = [
        (Rank::Tag, Feature::TagDelete),
        (Rank::Manifest, Feature::ManifestDelete),
        (Rank::Blob, Feature::BlobDelete),
    ];
    for (rank, feature) in ranks {
        let state = features.iter().find(|(known, _)| *known == feature);
        let is_left_out = settings.without.contains(&feature);
        if is_left_out || matches!(state, Some((_, FeatureState::Unsupported(_)))) {
            continue;
        }
        let things: Vec<_> = held
            .iter()
            .enumerate()
            .filter(|(_, held)| held.rank == rank)
            .collect();
        in_parallel(settings.jobs, things.len(), |turn| {
            let (place, held) = things[turn];
            watching.see_cleaning_up(place, &delete(settings, held));
        });
    }
}

/// Asks for one thing to be deleted. Whatever the answer is, there is nothing more to be done about
/// it.
fn delete(settings: &Settings, held: &Held) -> Vec<Exchange> {
    let mut request = Request::new(Method::DELETE, held.url.clone());
    request.credentials = Credentials::OfTheRun;
    request.purpose = format!("{} write", held.repository);
    let transcript = Transcript::default();
    let _ = settings.world.client.send(request, &transcript);
    transcript.take()
}

//! Deleting what a run pushed, where deleting is possible.

use std::time::Duration;
use std::time::Instant;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::http::Credentials;
use crate::http::Method;
use crate::http::Request;
use crate::http::Transcript;
use crate::trial::Held;
use crate::trial::Rank;

use super::Control;
use super::Event;
use super::Observer;
use super::Settings;
use super::schedule::in_parallel;

/// How long cleaning up may take after the run was ended before its end.
const AFTER_ENDING: Duration = Duration::from_secs(5);

/// Deletes tags, then manifests, then blobs; what cannot be deleted stays.
pub(super) fn clean_up(
    settings: &Settings,
    held: &[&Held],
    features: &[(Feature, FeatureState)],
    control: &Control,
    observer: &dyn Observer,
) {
    if settings.keep || held.is_empty() {
        return;
    }
    observer.on(&Event::CleaningUp { things: held.len() });
    let ended_early = control.ending().is_some();
    settings.world.client.resume();
    let deadline = ended_early.then(|| Instant::now() + AFTER_ENDING);
    let ranks = [
        (Rank::Tag, Feature::TagDelete),
        (Rank::Manifest, Feature::ManifestDelete),
        (Rank::Blob, Feature::BlobDelete),
    ];
    for (rank, feature) in ranks {
        let state = features.iter().find(|(known, _)| *known == feature);
        if matches!(state, Some((_, FeatureState::Unsupported(_)))) {
            continue;
        }
        let things: Vec<_> = held.iter().filter(|held| held.rank == rank).collect();
        in_parallel(settings.jobs, things.len(), |turn| {
            if deadline.is_none_or(|deadline| Instant::now() < deadline) {
                delete(settings, things[turn]);
            }
        });
    }
}

/// Asks for one thing to be deleted. Whatever the answer is, there is nothing more to be done about
/// it.
fn delete(settings: &Settings, held: &Held) {
    let mut request = Request::new(Method::DELETE, held.url.clone());
    request.credentials = Credentials::OfTheRun;
    request.purpose = format!("{} write", held.repository);
    let _ = settings.world.client.send(request, &Transcript::default());
}

//! What a registry said that it does not do, which then holds for every form of request.

use super::Broken;
use super::Nature;
use super::Turn;
use crate::catalogue::Requirement;
use crate::catalogue::delete;
use crate::check::Feature;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Verb;

/// What an answer breaks by doing what is off.
pub(super) fn broken(turn: &Turn<'_>) -> Option<Broken> {
    let (feature, requirement, detail) = deletes(turn.seen.meaning())?;
    if !turn.profile.lacks(feature) || !is_deleted(turn) {
        return None;
    }
    Some(Broken {
        requirement,
        expected: "400 or 405: it cannot be deleted".to_owned(),
        detail,
        nature: Nature::Policy,
    })
}

/// What a request wants to delete: the feature, the requirement, and what is wrong if it is done.
fn deletes(meaning: &Meaning) -> Option<(Feature, &'static Requirement, &'static str)> {
    match meaning {
        Meaning::Blob {
            verb: Verb::Delete, ..
        } => Some((
            Feature::BlobDelete,
            &delete::DISABLED_BLOB_DELETE_REFUSED,
            "a blob was deleted although that is off",
        )),
        Meaning::Manifest {
            verb: Verb::Delete,
            reference: Reference::Digest(_),
            ..
        } => Some((
            Feature::ManifestDelete,
            &delete::DISABLED_MANIFEST_DELETE_REFUSED,
            "a manifest was deleted although that is off",
        )),
        Meaning::Manifest {
            verb: Verb::Delete,
            reference: Reference::Tag(_),
            ..
        } => Some((
            Feature::TagDelete,
            &delete::DISABLED_TAG_DELETE_REFUSED,
            "a tag was deleted although that is off",
        )),
        _ => None,
    }
}

/// Whether the registry says that it has deleted it. A changed request may be another by now, so
/// only the status that stands for a delete counts.
fn is_deleted(turn: &Turn<'_>) -> bool {
    let planned = &turn.seen.planned;
    if turn.seen.is_plain() {
        return turn.is_done();
    }
    let is_one = planned.request.method == "DELETE" && planned.bytes.is_none();
    is_one && !planned.strays && turn.status() == 202
}

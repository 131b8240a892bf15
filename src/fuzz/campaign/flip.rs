//! Whether a target has come to have, or to lack, what it was found to lack, or to have, before the
//! campaign.
//!
//! Whether a registry offers to delete is its own choice, and nothing in the specification says that the
//! choice holds for ever: it has to refuse while that is off, and whoever runs it may switch it on at any
//! time. So a change is no fault. What looks like one only since there was such a change is none either,
//! which a delete that says what it means tells: where that is now answered otherwise than it was before,
//! the breach is not reported.

use crate::catalogue::delete;
use crate::check::Feature;
use crate::fuzz::breach::Breach;
use crate::fuzz::plan::As;
use crate::fuzz::plan::Blob;
use crate::fuzz::plan::Doc;
use crate::fuzz::plan::DocKind;
use crate::fuzz::plan::GENERATOR;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Plan;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Step;
use crate::fuzz::plan::Target;
use crate::fuzz::player::Played;
use crate::fuzz::profile::Profile;

/// Whether a breach is explained by a feature that has changed since it was found out, as a `play`
/// of a plan shows.
pub(super) fn explains(
    breach: &Breach,
    profile: &Profile,
    play: impl FnOnce(&Plan) -> Played,
) -> bool {
    let Some(feature) = rested_on(breach) else {
        return false;
    };
    match is_offered(&play(&control(feature))) {
        Some(true) => profile.lacks(feature),
        Some(false) => profile.has(feature),
        None => false,
    }
}

/// What the target was found to have, or to lack, without which it would be no breach.
fn rested_on(breach: &Breach) -> Option<Feature> {
    let id = breach.requirement?.id;
    let of = |rows: [&str; 2]| rows.contains(&id);
    if of([
        delete::DISABLED_BLOB_DELETE_REFUSED.id,
        delete::BLOB_DELETE_ACCEPTED.id,
    ]) {
        return Some(Feature::BlobDelete);
    }
    if of([
        delete::DISABLED_MANIFEST_DELETE_REFUSED.id,
        delete::MANIFEST_DELETE_ACCEPTED.id,
    ]) {
        return Some(Feature::ManifestDelete);
    }
    let of_tags = of([
        delete::DISABLED_TAG_DELETE_REFUSED.id,
        delete::TAG_DELETE_ACCEPTED.id,
    ]);
    of_tags.then_some(Feature::TagDelete)
}

/// A plan at whose end something is deleted in the plainest way.
fn control(feature: Feature) -> Plan {
    let (repository, doc, blob) = (0, 0, 0);
    let pick = Pick {
        slot: 0,
        from: Pool::Live,
    };
    let target = match feature {
        Feature::BlobDelete => Target::Blob {
            repository,
            blob: pick,
        },
        Feature::ManifestDelete => Target::Manifest {
            repository,
            doc: pick,
        },
        _ => Target::Tag {
            repository,
            tag: pick,
        },
    };
    let push = Op::PutManifest {
        repository,
        doc,
        reference: As::Tag(0),
    };
    let pushes = (feature != Feature::BlobDelete).then_some(push);
    let ops = [Op::Monolithic { repository, blob }].into_iter();
    let ops = ops.chain(pushes).chain([Op::Delete { target }]);
    Plan {
        generator: GENERATOR,
        repositories: 1,
        blobs: vec![Blob {
            size: 7,
            shared: false,
        }],
        docs: vec![Doc {
            kind: DocKind::Image,
            parts: vec![0, 0],
            subject: None,
            artifact_type: 0,
            annotations: 0,
        }],
        lanes: vec![ops.map(Step::of).collect()],
    }
}

/// Whether the target took the delete, or said that it takes none.
fn is_offered(played: &Played) -> Option<bool> {
    let deletes = played
        .seen
        .iter()
        .filter(|seen| matches!(seen.kind(), Kind::DeleteBlob | Kind::DeleteManifest));
    match deletes.last()?.status()? {
        200..300 => Some(true),
        400 | 405 => Some(false),
        _ => None,
    }
}

//! What the specification allows of blobs.

use super::After;
use super::Broken;
use super::Nature;
use super::Turn;
use super::World;
use super::world::Held;
use crate::catalogue::Requirement;
use crate::catalogue::blob_pull;
use crate::catalogue::delete;
use crate::catalogue::existence;
use crate::check::Feature;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Text;
use crate::fuzz::meaning::Verb;

/// GET, HEAD and DELETE.
pub(super) fn ask(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Blob {
        verb,
        repository,
        digest,
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    match verb {
        Verb::Get | Verb::Head => look(world, turn, *verb, *repository, digest),
        Verb::Delete => remove(world, turn, *repository, digest),
    }
}

fn look(world: &World, turn: &Turn<'_>, verb: Verb, repository: usize, digest: &Text) -> After {
    let is_there = match turn.status() {
        200..300 => true,
        404 => false,
        _ => return Ok(vec![world.clone()]),
    };
    match (world.blob(repository, digest), is_there) {
        (Held::Yes, true) | (Held::No, false) => Ok(vec![world.clone()]),
        (Held::Unknown, true) if world.is_gone(repository, digest) => Ok(vec![world.clone()]),
        (Held::Unknown, _) => {
            let mut after = world.clone();
            let held = if is_there { Held::Yes } else { Held::No };
            after.set_blob(repository, digest, held);
            Ok(vec![after])
        }
        (Held::Yes, false) => Err(Broken {
            requirement: match verb {
                Verb::Head => &existence::BLOB_EXISTENCE_CONFIRMED,
                _ => &blob_pull::BLOB_FOUND,
            },
            expected: "200".to_owned(),
            detail: "a blob that is held is not there",
            nature: Nature::Lost,
        }),
        (Held::No, true) => Err(Broken {
            requirement: absent(world, verb, digest),
            expected: "404".to_owned(),
            detail: "a blob that is not held is there",
            nature: Nature::Ghost,
        }),
    }
}

fn absent(world: &World, verb: Verb, digest: &Text) -> &'static Requirement {
    match verb {
        _ if world.has_blob_anywhere(digest) => &blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN,
        Verb::Head => &existence::ABSENT_BLOB_EXISTENCE_DENIED,
        _ => &blob_pull::ABSENT_BLOB_UNKNOWN,
    }
}

fn remove(world: &World, turn: &Turn<'_>, repository: usize, digest: &Text) -> After {
    let held = world.blob(repository, digest);
    if turn.is_done() {
        if held == Held::No {
            return Err(Broken {
                requirement: &delete::ABSENT_BLOB_DELETE_UNKNOWN,
                expected: "404".to_owned(),
                detail: "a blob that is not held was deleted",
                nature: Nature::Ghost,
            });
        }
        let mut after = world.clone();
        after.delete_blob(repository, digest);
        return Ok(vec![after]);
    }
    let may_refuse = !turn.profile.has(Feature::BlobDelete) || world.is_needed(repository, digest);
    if held == Held::Yes && !may_refuse {
        return Err(Broken {
            requirement: &delete::BLOB_DELETE_ACCEPTED,
            expected: "202".to_owned(),
            detail: "a blob that is held could not be deleted",
            nature: Nature::Refused,
        });
    }
    Ok(vec![world.clone()])
}

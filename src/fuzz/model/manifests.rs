//! What the specification allows of manifests and tags.

use std::sync::Arc;

use super::After;
use super::Broken;
use super::Nature;
use super::Turn;
use super::World;
use super::world::Held;
use super::world::Points;
use crate::catalogue::Requirement;
use crate::catalogue::delete;
use crate::catalogue::existence;
use crate::catalogue::manifest_pull;
use crate::catalogue::manifest_push;
use crate::check::Feature;
use crate::fuzz::meaning::Document;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Text;
use crate::fuzz::meaning::Verb;
use crate::fuzz::plan::DocKind;
use crate::oci::Algorithm;

/// Pushing a manifest.
pub(super) fn put(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::PutManifest {
        repository,
        reference,
        tags,
        document,
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    let repository = *repository;
    if !turn.is_done() {
        let has_to = tags.is_empty() && has_to_be_taken(world, repository, document);
        if has_to && !turn.profile.lacks(Feature::Push) {
            return Err(Broken {
                requirement: match reference {
                    Reference::Tag(_) => &manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED,
                    Reference::Digest(_) => &manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED,
                },
                expected: "201".to_owned(),
                detail: "a sound manifest was refused",
                nature: Nature::Refused,
            });
        }
        return Ok(vec![world.clone()]);
    }
    let mut after = world.clone();
    after.put_manifest(repository, document);
    if let Reference::Tag(tag) = reference {
        after.set_tag(repository, tag, Points::To(document.digest.clone()));
    }
    let taken = taken_tags(turn);
    for tag in tags {
        let is_taken = taken.iter().any(|it| **it == **tag);
        let points = match world.tag(repository, tag) {
            _ if is_taken => Points::To(document.digest.clone()),
            Points::To(digest) if digest == document.digest => continue,
            _ => Points::Unknown,
        };
        after.set_tag(repository, tag, points);
    }
    Ok(vec![after])
}

/// The tags that an answer says were taken.
fn taken_tags(turn: &Turn<'_>) -> Vec<String> {
    let lines = turn.response.headers.get_all("oci-tag").iter();
    let lines = lines.filter_map(|value| value.to_str().ok());
    let tags = lines.flat_map(|line| line.split(','));
    tags.map(|tag| tag.trim().to_owned()).collect()
}

/// Whether no registry may refuse it: it is of a form that all know, and names only what is there.
fn has_to_be_taken(world: &World, repository: usize, document: &Document) -> bool {
    // That an index may name an index is only a SHOULD.
    let is_index = |digest: &Text| {
        let part = world.document(repository, digest);
        part.is_none_or(|part| part.is_odd || part.kind.is_index())
    };
    let has_parts = match document.kind {
        DocKind::Image | DocKind::Artifact => document.blobs.len() > 1,
        DocKind::Index => {
            !document.manifests.is_empty() && !document.manifests.iter().any(is_index)
        }
        _ => false,
    };
    let blobs = document.blobs.iter().map(|it| world.blob(repository, it));
    let manifests = document.manifests.iter();
    let manifests = manifests.map(|it| world.manifest(repository, it));
    has_parts && !document.is_odd && blobs.chain(manifests).all(|held| held == Held::Yes)
}

/// GET, HEAD and DELETE.
pub(super) fn ask(world: &World, turn: &Turn<'_>) -> After {
    let Meaning::Manifest {
        verb,
        repository,
        reference,
    } = turn.seen.meaning()
    else {
        return Ok(vec![world.clone()]);
    };
    match (verb, reference) {
        (Verb::Delete, Reference::Digest(digest)) => remove(world, turn, *repository, digest),
        (Verb::Delete, Reference::Tag(tag)) => remove_tag(world, turn, *repository, tag),
        (_, Reference::Digest(digest)) => look(world, turn, *verb, *repository, digest),
        (_, Reference::Tag(tag)) => look_at_tag(world, turn, *verb, *repository, tag),
    }
}

fn look(world: &World, turn: &Turn<'_>, verb: Verb, repository: usize, digest: &Text) -> After {
    let is_there = match turn.status() {
        200..300 => true,
        404 => false,
        _ => return Ok(vec![world.clone()]),
    };
    match (world.manifest(repository, digest), is_there) {
        (Held::Yes, true) | (Held::No, false) => Ok(vec![world.clone()]),
        (Held::Unknown, true) if world.is_gone(repository, digest) => Ok(vec![world.clone()]),
        (Held::Unknown, _) => {
            let mut after = world.clone();
            let held = if is_there { Held::Yes } else { Held::No };
            after.set_manifest(repository, digest, held);
            Ok(vec![after])
        }
        (Held::Yes, false) => Err(Broken {
            requirement: match verb {
                Verb::Head => &existence::MANIFEST_EXISTENCE_CONFIRMED,
                _ => &manifest_pull::MANIFEST_BY_DIGEST_FOUND,
            },
            expected: "200".to_owned(),
            detail: "a manifest that is held is not there",
            nature: Nature::Lost,
        }),
        (Held::No, true) => Err(ghost(verb, "a manifest that is not held is there")),
    }
}

fn ghost(verb: Verb, detail: &'static str) -> Broken {
    Broken {
        requirement: match verb {
            Verb::Head => &existence::ABSENT_MANIFEST_EXISTENCE_DENIED,
            _ => &manifest_pull::ABSENT_MANIFEST_UNKNOWN,
        },
        expected: "404".to_owned(),
        detail,
        nature: Nature::Ghost,
    }
}

fn look_at_tag(world: &World, turn: &Turn<'_>, verb: Verb, repository: usize, tag: &Text) -> After {
    let is_there = match turn.status() {
        200..300 => true,
        404 => false,
        _ => return Ok(vec![world.clone()]),
    };
    let answered = answered_digest(turn, verb);
    match (world.tag(repository, tag), is_there) {
        (Points::Nowhere, false) => Ok(vec![world.clone()]),
        (Points::Nowhere, true) => Err(ghost(verb, "a tag that is not held is there")),
        (Points::Unknown, true) if world.is_gone(repository, tag) => Ok(vec![world.clone()]),
        (Points::Unknown, true) => {
            let mut after = world.clone();
            // What names a deleted manifest goes with it.
            if let Some(digest) = answered.filter(|it| !world.is_gone(repository, it)) {
                after.set_tag(repository, tag, Points::To(digest));
            }
            Ok(vec![after])
        }
        (Points::Unknown, false) => {
            let mut after = world.clone();
            after.set_tag(repository, tag, Points::Nowhere);
            Ok(vec![after])
        }
        (Points::To(digest), true) => match answered {
            Some(answered) if answered != digest => Err(Broken {
                requirement: tag_found(verb),
                expected: "the manifest that was pushed under the tag last".to_owned(),
                detail: "the tag names another manifest",
                nature: Nature::Altered,
            }),
            _ => Ok(vec![world.clone()]),
        },
        // Where its manifest may have been collected, the tag may be gone as well.
        (Points::To(digest), false) if world.manifest(repository, &digest) != Held::Yes => {
            let mut after = world.clone();
            after.set_tag(repository, tag, Points::Nowhere);
            Ok(vec![after])
        }
        (Points::To(_), false) => Err(Broken {
            requirement: tag_found(verb),
            expected: "200".to_owned(),
            detail: "a tag that is held is not there",
            nature: Nature::Lost,
        }),
    }
}

const fn tag_found(verb: Verb) -> &'static Requirement {
    match verb {
        Verb::Head => &existence::MANIFEST_EXISTENCE_CONFIRMED,
        _ => &manifest_pull::MANIFEST_BY_TAG_FOUND,
    }
}

/// The digest of what came: of the body, or, where there is none, as the answer says. A digest by
/// another algorithm says nothing here.
fn answered_digest(turn: &Turn<'_>, verb: Verb) -> Option<Text> {
    if verb == Verb::Get {
        let digest = Algorithm::Sha256.digest(&turn.response.body);
        return Some(digest.to_string().into());
    }
    let told = turn.response.header("docker-content-digest")?;
    told.starts_with("sha256:").then(|| told.into())
}

fn remove(world: &World, turn: &Turn<'_>, repository: usize, digest: &Text) -> After {
    let held = world.manifest(repository, digest);
    if turn.is_done() {
        if held == Held::No {
            return Err(absent_deleted("a manifest that is not held was deleted"));
        }
        let mut after = world.clone();
        after.delete_manifest(repository, digest);
        return Ok(vec![after]);
    }
    let may_refuse =
        !turn.profile.has(Feature::ManifestDelete) || world.is_needed(repository, digest);
    if held == Held::Yes && !may_refuse {
        return Err(Broken {
            requirement: &delete::MANIFEST_DELETE_ACCEPTED,
            expected: "202".to_owned(),
            detail: "a manifest that is held could not be deleted",
            nature: Nature::Refused,
        });
    }
    Ok(vec![world.clone()])
}

fn absent_deleted(detail: &'static str) -> Broken {
    Broken {
        requirement: &delete::ABSENT_MANIFEST_DELETE_UNKNOWN,
        expected: "404".to_owned(),
        detail,
        nature: Nature::Ghost,
    }
}

fn remove_tag(world: &World, turn: &Turn<'_>, repository: usize, tag: &Text) -> After {
    let points = world.tag(repository, tag);
    if turn.is_done() {
        if points == Points::Nowhere {
            return Err(absent_deleted("a tag that is not held was deleted"));
        }
        let mut after = world.clone();
        after.delete_tag(repository, tag);
        match points {
            Points::To(digest) => untagged(&mut after, repository, &digest),
            _ => after.collect(repository),
        }
        return Ok(vec![after]);
    }
    let is_there = |digest: &Text| world.manifest(repository, digest) == Held::Yes;
    let is_held = matches!(&points, Points::To(digest) if is_there(digest));
    if is_held && turn.profile.has(Feature::TagDelete) {
        return Err(Broken {
            requirement: &delete::TAG_DELETE_ACCEPTED,
            expected: "202".to_owned(),
            detail: "a tag that is held could not be deleted",
            nature: Nature::Refused,
        });
    }
    Ok(vec![world.clone()])
}

/// A manifest whose last tag has gone may be collected, with what only it needed.
fn untagged(world: &mut World, repository: usize, digest: &Text) {
    let still = Points::To(digest.clone());
    if world.tags(repository).any(|(_, points)| *points == still) {
        return;
    }
    let document: Option<Arc<Document>> = world.document(repository, digest);
    world.set_manifest(repository, digest, Held::Unknown);
    world.doubt_parts(repository, document.as_deref(), digest);
}

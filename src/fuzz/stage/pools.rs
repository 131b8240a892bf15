//! What the registry said that it holds, and how slots pick from it.

use std::sync::Arc;

use super::Stage;
use super::content::digest;
use crate::fuzz::meaning::Document;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Text;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;

/// What the registry said that it holds, per repository, in the order in which it came there.
#[derive(Debug, Default)]
pub(crate) struct Pools {
    blobs: Vec<(usize, Text)>,
    manifests: Vec<(usize, Arc<Document>)>,
    tags: Vec<(usize, Text)>,
    /// The blob for which the next session is opened.
    pub(super) next_blob: usize,
}

/// The names of tags. They differ in case, in length and in what numbers make of them.
const TAGS: [&str; 8] = ["latest", "v1", "V1", "v10", "0", "a.b_c-d", "_x", "v2"];

/// The tag in this slot.
pub(super) fn tag_name(slot: u8) -> Text {
    TAGS[usize::from(slot) % TAGS.len()].into()
}

impl Pools {
    pub(super) fn hold_blob(&mut self, repository: usize, digest: &Text) {
        hold(&mut self.blobs, (repository, digest.clone()));
    }

    pub(super) fn hold_manifest(&mut self, repository: usize, document: &Arc<Document>) {
        hold(&mut self.manifests, (repository, Arc::clone(document)));
    }

    pub(super) fn hold_tag(&mut self, repository: usize, tag: &Text) {
        hold(&mut self.tags, (repository, tag.clone()));
    }

    pub(super) fn drop_blob(&mut self, repository: usize, digest: &Text) {
        self.blobs
            .retain(|(it, held)| (*it, held) != (repository, digest));
    }

    pub(super) fn drop_reference(&mut self, repository: usize, reference: &Reference) {
        match reference {
            Reference::Tag(tag) => self
                .tags
                .retain(|(it, held)| (*it, held) != (repository, tag)),
            Reference::Digest(digest) => self
                .manifests
                .retain(|(it, held)| (*it, &held.digest) != (repository, digest)),
        }
    }

    /// A tag that is held, or the one in this slot.
    pub(super) fn tag(&self, repository: usize, slot: u8) -> Text {
        let pick = Pick {
            slot,
            from: Pool::Live,
        };
        self.pick_tag(repository, pick)
    }

    /// The tag that a step means.
    pub(super) fn pick_tag(&self, repository: usize, pick: Pick) -> Text {
        let held = of(&self.tags, repository);
        match pick.from {
            Pool::Live => chosen(&held, pick.slot).unwrap_or_else(|| tag_name(pick.slot)),
            Pool::Known => tag_name(pick.slot),
            Pool::Dangling => format!("never-{}", pick.slot % 4).into(),
        }
    }

    /// The digests of the blobs that a repository holds.
    pub(super) fn blobs_of(&self, repository: usize) -> Vec<Text> {
        of(&self.blobs, repository)
    }

    /// The manifests that a repository holds.
    pub(super) fn manifests_of(&self, repository: usize) -> Vec<Arc<Document>> {
        of(&self.manifests, repository)
    }

    /// Every tag that is held, with its repository.
    pub(crate) fn tags(&self) -> &[(usize, Text)] {
        &self.tags
    }
}

impl Stage<'_> {
    /// What is held.
    pub(crate) fn pools(&self) -> &Pools {
        &self.pools
    }

    /// The digest of the blob that a step means.
    pub(super) fn blob(&self, repository: usize, pick: Pick) -> Text {
        let found = match pick.from {
            Pool::Live => chosen(&self.pools.blobs_of(repository), pick.slot),
            Pool::Known => {
                let known: Vec<_> = self.blobs.iter().map(|blob| blob.digest.clone()).collect();
                chosen(&known, pick.slot)
            }
            Pool::Dangling => None,
        };
        found.unwrap_or_else(|| self.dangling(pick.slot))
    }

    /// The digest of the manifest that a step means.
    pub(super) fn manifest(&self, repository: usize, pick: Pick) -> Text {
        let documents: Vec<_> = match pick.from {
            Pool::Live => self.pools.manifests_of(repository),
            Pool::Known => {
                let pushed = self.docs.iter().flatten();
                pushed.map(|it| Arc::clone(&it.document)).collect()
            }
            Pool::Dangling => Vec::new(),
        };
        chosen(&documents, pick.slot).map_or_else(
            || self.dangling(pick.slot),
            |document| document.digest.clone(),
        )
    }

    /// A digest of nothing that was ever pushed.
    pub(super) fn dangling(&self, slot: u8) -> Text {
        digest(format!("never pushed: {} {}", slot % 4, self.place.salt).as_bytes())
    }
}

fn hold<T: PartialEq>(list: &mut Vec<T>, what: T) {
    if !list.contains(&what) {
        list.push(what);
    }
}

fn of<T: Clone>(list: &[(usize, T)], repository: usize) -> Vec<T> {
    let there = list.iter().filter(|(it, _)| *it == repository);
    there.map(|(_, what)| what.clone()).collect()
}

fn chosen<T: Clone>(list: &[T], slot: u8) -> Option<T> {
    list.get(usize::from(slot) % list.len().max(1)).cloned()
}

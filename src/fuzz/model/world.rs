//! One possible world: what the registry holds in the repositories of a plan.

mod class;
mod doubt;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use bytes::BytesMut;

use crate::fuzz::meaning::Document;
use crate::fuzz::meaning::Text;

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    Yes,
    No,
    /// Nobody can tell until it is looked at.
    Unknown,
}

/// To what a tag points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Points {
    To(Text),
    Nowhere,
    Unknown,
}

/// An upload session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Session {
    /// What it has taken.
    Open(Bytes),
    /// It is closed or cancelled.
    Ended,
    /// It may be open, with anything in it.
    Unknown,
    /// So too, and nobody knows in which repository it is.
    Somewhere,
}

/// Whether a manifest is there, and what it says, where that is known.
type Known = (Held, Option<Arc<Document>>);

/// A possible world.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct World {
    blobs: BTreeMap<(usize, Text), Held>,
    manifests: BTreeMap<(usize, Text), Known>,
    tags: BTreeMap<(usize, Text), Points>,
    sessions: BTreeMap<usize, Session>,
    /// The digests and tags that were deleted and not pushed since, as far as that is known. An answer
    /// that shows one may be one that lags behind.
    gone: BTreeSet<(usize, Text)>,
    /// Repositories out of which something was perhaps deleted of which nobody knows what it was: any
    /// answer that shows what was not pushed since may lag behind.
    receding: BTreeSet<usize>,
    /// Repositories of which only that is known which stands above.
    clouded: BTreeSet<usize>,
    /// Repositories to which something was pushed.
    used: BTreeSet<usize>,
}

impl World {
    pub(crate) fn blob(&self, repository: usize, digest: &Text) -> Held {
        let known = self.blobs.get(&(repository, digest.clone()));
        known.copied().unwrap_or(self.unheard(repository))
    }

    /// Whether any repository of the plan holds it, or may.
    pub(crate) fn has_blob_anywhere(&self, digest: &Text) -> bool {
        let mut held = self.blobs.iter().filter(|((_, it), _)| it == digest);
        !self.clouded.is_empty() || held.any(|(_, held)| *held != Held::No)
    }

    /// Whether a digest or a tag of which nothing is known was perhaps deleted, so that seeing it does
    /// not say that it stays.
    pub(crate) fn is_gone(&self, repository: usize, name: &Text) -> bool {
        self.receding.contains(&repository) || self.gone.contains(&(repository, name.clone()))
    }

    pub(crate) fn delete_blob(&mut self, repository: usize, digest: &Text) {
        self.set_blob(repository, digest, Held::No);
        self.gone.insert((repository, digest.clone()));
    }

    pub(crate) fn set_blob(&mut self, repository: usize, digest: &Text, held: Held) {
        if held == Held::Yes {
            self.gone.remove(&(repository, digest.clone()));
        }
        self.blobs.insert((repository, digest.clone()), held);
    }

    pub(crate) fn manifest(&self, repository: usize, digest: &Text) -> Held {
        let known = self.manifests.get(&(repository, digest.clone()));
        known.map_or(self.unheard(repository), |(held, _)| *held)
    }

    pub(crate) fn put_manifest(&mut self, repository: usize, document: &Arc<Document>) {
        self.used.insert(repository);
        let key = (repository, document.digest.clone());
        self.gone.remove(&key);
        let document = Some(Arc::clone(document));
        self.manifests.insert(key, (Held::Yes, document));
    }

    pub(crate) fn set_manifest(&mut self, repository: usize, digest: &Text, held: Held) {
        let entry = self.manifests.entry((repository, digest.clone()));
        entry.or_insert((held, None)).0 = held;
    }

    /// The manifests of a repository that are there, or may be.
    pub(crate) fn manifests(
        &self,
        repository: usize,
    ) -> impl Iterator<Item = (&Text, Held, Option<&Arc<Document>>)> {
        let there = self
            .manifests
            .iter()
            .filter(move |((it, _), (held, _))| *it == repository && *held != Held::No);
        there.map(|((_, digest), (held, document))| (digest, *held, document.as_ref()))
    }

    /// Whether a manifest that is there, or may be, names this.
    pub(crate) fn is_needed(&self, repository: usize, digest: &Text) -> bool {
        if self.is_clouded(repository) {
            return true;
        }
        self.manifests(repository).any(|(_, _, document)| {
            document.is_none_or(|document| {
                document.is_odd
                    || document.blobs.contains(digest)
                    || document.manifests.contains(digest)
                    || document.subject.as_ref() == Some(digest)
            })
        })
    }

    pub(crate) fn tag(&self, repository: usize, tag: &Text) -> Points {
        match self.tags.get(&(repository, tag.clone())) {
            Some(points) => points.clone(),
            None if self.is_clouded(repository) => Points::Unknown,
            None => Points::Nowhere,
        }
    }

    pub(crate) fn set_tag(&mut self, repository: usize, tag: &Text, points: Points) {
        if matches!(points, Points::To(_)) {
            self.gone.remove(&(repository, tag.clone()));
        }
        self.tags.insert((repository, tag.clone()), points);
    }

    pub(crate) fn delete_tag(&mut self, repository: usize, tag: &Text) {
        self.set_tag(repository, tag, Points::Nowhere);
        self.gone.insert((repository, tag.clone()));
    }

    /// The tags of a repository of which something is known.
    pub(crate) fn tags(&self, repository: usize) -> impl Iterator<Item = (&Text, &Points)> {
        let there = self
            .tags
            .iter()
            .filter(move |((it, _), _)| *it == repository);
        there.map(|((_, tag), points)| (tag, points))
    }

    pub(crate) fn session(&self, upload: usize) -> Session {
        let known = self.sessions.get(&upload);
        known.cloned().unwrap_or(Session::Unknown)
    }

    pub(crate) fn open_session(&mut self, upload: usize) {
        self.sessions.insert(upload, Session::Open(Bytes::new()));
    }

    pub(crate) fn end_session(&mut self, upload: usize) {
        self.sessions.insert(upload, Session::Ended);
    }

    /// Appends a chunk to a session.
    pub(crate) fn extend_session(&mut self, upload: usize, chunk: &Bytes) {
        if let Some(Session::Open(content)) = self.sessions.get_mut(&upload) {
            let mut whole = BytesMut::from(&content[..]);
            whole.extend_from_slice(chunk);
            *content = whole.freeze();
        }
    }

    /// Whether it may be that nothing was ever pushed to it.
    pub(crate) fn is_unused(&self, repository: usize) -> bool {
        !self.used.contains(&repository)
    }

    pub(crate) fn is_clouded(&self, repository: usize) -> bool {
        self.clouded.contains(&repository)
    }

    /// What is to be said of what was never heard of.
    fn unheard(&self, repository: usize) -> Held {
        if self.is_clouded(repository) {
            Held::Unknown
        } else {
            Held::No
        }
    }

    /// Whether it was there, and is not any more, or may not be.
    pub(crate) fn was_deleted(&self, repository: usize, digest: &Text) -> bool {
        let known = self.manifests.get(&(repository, digest.clone()));
        self.is_clouded(repository) || known.is_some_and(|(held, _)| *held != Held::Yes)
    }

    /// The document of a manifest.
    pub(crate) fn document(&self, repository: usize, digest: &Text) -> Option<Arc<Document>> {
        let known = self.manifests.get(&(repository, digest.clone()));
        known.and_then(|(_, document)| document.clone())
    }
}

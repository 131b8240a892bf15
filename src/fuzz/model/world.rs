//! One possible world: what the registry holds in the repositories of a plan.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use bytes::BytesMut;

use crate::fuzz::meaning::Document;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Text;
use crate::fuzz::plan::Plan;
use crate::fuzz::seen::Seen;

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
    /// What was deleted and not pushed since, as far as that is known. An answer that shows it may be
    /// one that lags behind.
    gone: BTreeSet<(usize, Text)>,
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

    /// Whether it was deleted, and not pushed since.
    pub(crate) fn is_gone(&self, repository: usize, digest: &Text) -> bool {
        self.gone.contains(&(repository, digest.clone()))
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
        self.tags.insert((repository, tag.clone()), points);
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

    /// After a manifest has gone, what only it needed may have gone with it.
    pub(crate) fn collect(&mut self, repository: usize) {
        for ((it, _), held) in &mut self.blobs {
            if *it == repository && *held == Held::Yes {
                *held = Held::Unknown;
            }
        }
        let held = self
            .manifests(repository)
            .filter(|(_, held, _)| *held == Held::Yes);
        let held: Vec<_> = held.map(|(digest, ..)| digest.clone()).collect();
        for digest in held {
            self.doubt_manifest(repository, &digest);
        }
    }

    /// Takes a manifest and the tags that point to it out of a repository.
    pub(crate) fn delete_manifest(&mut self, repository: usize, digest: &Text) {
        let document = self.manifests.get(&(repository, digest.clone()));
        let document = document.and_then(|(_, document)| document.clone());
        self.set_manifest(repository, digest, Held::No);
        self.gone.insert((repository, digest.clone()));
        let tags = self.tags.iter_mut();
        for (_, points) in tags.filter(|((it, _), _)| *it == repository) {
            if *points == Points::To(digest.clone()) {
                *points = Points::Nowhere;
            }
        }
        self.doubt_parts(repository, document.as_deref(), digest);
    }

    /// Of what a manifest named, and of what refers to it, nobody knows whether it stays.
    pub(crate) fn doubt_parts(
        &mut self,
        repository: usize,
        document: Option<&Document>,
        digest: &Text,
    ) {
        let Some(document) = document else {
            return self.collect(repository);
        };
        for blob in &document.blobs {
            if self.blob(repository, blob) == Held::Yes {
                self.set_blob(repository, blob, Held::Unknown);
            }
        }
        let is_tagged = |it: &Text| {
            let points = Points::To(it.clone());
            self.tags(repository).any(|(_, other)| *other == points)
        };
        let going: Vec<_> = self
            .manifests(repository)
            .filter(|(_, held, _)| *held == Held::Yes)
            .filter(|(it, _, other)| {
                let refers = other.is_some_and(|it| it.subject.as_ref() == Some(digest));
                refers || (document.manifests.contains(it) && !is_tagged(it))
            })
            .map(|(it, ..)| it.clone())
            .collect();
        for digest in going {
            self.doubt_manifest(repository, &digest);
        }
    }

    /// Of a manifest nobody knows whether it is there; nor whether its tags are, should it come back.
    fn doubt_manifest(&mut self, repository: usize, digest: &Text) {
        self.set_manifest(repository, digest, Held::Unknown);
        let tags = self.tags.iter_mut();
        for (_, points) in tags.filter(|((it, _), _)| *it == repository) {
            if *points == Points::To(digest.clone()) {
                *points = Points::Unknown;
            }
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

    /// In a word, what is known of that which a request is about.
    pub(crate) fn class_of(&self, meaning: &Meaning) -> &'static str {
        let held = |held: Held| match held {
            Held::Yes => "held",
            Held::No => "absent",
            Held::Unknown => "unknown",
        };
        if let Some(upload) = meaning.upload() {
            return match self.session(upload) {
                Session::Open(content) if content.is_empty() => "open-empty",
                Session::Open(_) => "open",
                Session::Ended => "ended",
                Session::Unknown | Session::Somewhere => "unknown",
            };
        }
        match meaning {
            Meaning::Blob {
                repository, digest, ..
            }
            | Meaning::SinglePost { repository, digest }
            | Meaning::Mount {
                repository, digest, ..
            } => held(self.blob(*repository, digest)),
            Meaning::PutManifest {
                repository,
                document,
                ..
            } => held(self.manifest(*repository, &document.digest)),
            Meaning::Referrers {
                repository,
                subject,
                ..
            } => held(self.manifest(*repository, subject)),
            Meaning::Manifest {
                repository,
                reference: Reference::Digest(digest),
                ..
            } => held(self.manifest(*repository, digest)),
            Meaning::Manifest {
                repository,
                reference: Reference::Tag(tag),
                ..
            } => match self.tag(*repository, tag) {
                Points::To(_) => "held",
                Points::Nowhere => "absent",
                Points::Unknown => "unknown",
            },
            _ => "none",
        }
    }

    /// Notes the session that a request has opened.
    pub(crate) fn note_opened(&mut self, seen: &Seen) {
        if let Some(opened) = seen.opened {
            self.sessions.insert(opened, Session::Somewhere);
        }
    }

    /// Forgets what a request that was perhaps done, in whatever way, may have touched.
    pub(crate) fn cloud_all(&mut self, seen: &Seen) {
        if !seen.kind().writes() {
            return;
        }
        if let Some(upload) = seen.meaning().upload()
            && self.session(upload) != Session::Somewhere
        {
            self.sessions.insert(upload, Session::Unknown);
        }
        self.note_opened(seen);
        if seen.planned.strays || seen.planned.bytes.is_some() {
            self.clouded = (0..usize::from(Plan::MOST_REPOSITORIES)).collect();
            self.blobs.clear();
            self.manifests.clear();
            self.tags.clear();
            self.sessions
                .values_mut()
                .for_each(|session| *session = Session::Somewhere);
        } else if !seen.planned.is_bent {
            self.doubt(seen);
        } else if let Some(repository) = seen.meaning().repository() {
            self.cloud(repository);
        }
    }

    fn cloud(&mut self, repository: usize) {
        self.clouded.insert(repository);
        self.blobs.retain(|(it, _), _| *it != repository);
        self.manifests.retain(|(it, _), _| *it != repository);
        self.tags.retain(|(it, _), _| *it != repository);
    }

    /// Forgets what a plain request may have touched.
    fn doubt(&mut self, seen: &Seen) {
        match seen.meaning() {
            Meaning::Finish {
                repository, digest, ..
            }
            | Meaning::SinglePost { repository, digest }
            | Meaning::Mount {
                repository, digest, ..
            }
            | Meaning::Blob {
                repository, digest, ..
            } => self.set_blob(*repository, digest, Held::Unknown),
            Meaning::PutManifest {
                repository,
                reference,
                tags,
                document,
            } => {
                self.set_manifest(*repository, &document.digest, Held::Unknown);
                let named = match reference {
                    Reference::Tag(tag) => Some(tag),
                    Reference::Digest(_) => None,
                };
                for tag in named.into_iter().chain(tags) {
                    self.set_tag(*repository, tag, Points::Unknown);
                }
            }
            Meaning::Manifest { repository, .. } => self.cloud(*repository),
            _ => {}
        }
    }
}

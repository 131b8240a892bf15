//! What nobody knows any more: of what a delete takes along, and of what a request did that was
//! perhaps done, or in another way than it says.

use super::Held;
use super::Points;
use super::Session;
use super::World;
use crate::fuzz::meaning::Document;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Text;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Plan;
use crate::fuzz::seen::Seen;

impl World {
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
        let points = Points::To(digest.clone());
        let tags = self.tags(repository).filter(|(_, it)| **it == points);
        let tags: Vec<_> = tags.map(|(tag, _)| tag.clone()).collect();
        for tag in tags {
            self.delete_tag(repository, &tag);
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
        // What a changed one names is not known.
        let Some(document) = document.filter(|it| !it.is_odd) else {
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
                // What a changed one refers to is not known.
                let refers =
                    other.is_some_and(|it| it.is_odd || it.subject.as_ref() == Some(digest));
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
            if deletes(seen) {
                self.receding = self.clouded.clone();
            }
            self.blobs.clear();
            self.manifests.clear();
            self.tags.clear();
            self.sessions
                .values_mut()
                .for_each(|session| *session = Session::Somewhere);
        } else if !seen.planned.is_bent {
            self.doubt(seen);
        } else if let Some(repository) = seen.meaning().repository() {
            if deletes(seen) {
                self.receding.insert(repository);
            }
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
            } => self.set_blob(*repository, digest, Held::Unknown),
            Meaning::Blob {
                repository, digest, ..
            } => {
                self.set_blob(*repository, digest, Held::Unknown);
                self.gone.insert((*repository, digest.clone()));
            }
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
            Meaning::Manifest { repository, .. } => {
                self.receding.insert(*repository);
                self.cloud(*repository);
            }
            _ => {}
        }
    }
}

/// Whether it may delete something.
fn deletes(seen: &Seen) -> bool {
    let is_meant = matches!(seen.kind(), Kind::DeleteBlob | Kind::DeleteManifest);
    is_meant || seen.planned.strays && seen.planned.request.method == "DELETE"
}

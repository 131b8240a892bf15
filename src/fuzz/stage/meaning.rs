//! What an operation means when its turn comes: which repository, which content, which upload.

use super::super::meaning::Meaning;
use super::super::meaning::Reference;
use super::super::meaning::Verb;
use super::super::plan::As;
use super::super::plan::Op;
use super::super::plan::Pick;
use super::super::plan::Step;
use super::super::plan::Target;
use super::Applying;
use super::Stage;
use super::document;
use super::pools;
use super::request;

impl Stage<'_> {
    /// What an operation means now.
    pub(super) fn meaning(
        &mut self,
        op: Op,
        step: &Step,
        opened: Option<usize>,
        plan: &mut Applying,
    ) -> Meaning {
        match op {
            Op::Ping => Meaning::Ping,
            Op::Catalog => Meaning::Catalog,
            Op::Raw { request } => Meaning::Raw(request::raw(request)),
            Op::StartUpload { repository, blob } => self.start(repository, blob),
            Op::Monolithic { repository, blob } => self.whole(repository, blob, opened),
            Op::SinglePost { repository, blob } => self.single_post(repository, blob),
            Op::Patch {
                upload,
                part,
                ranged,
            } => self.chunk(upload, part, ranged),
            Op::Finish { upload, empty } => self.finish(upload, empty),
            Op::Mount {
                repository,
                blob,
                from,
                named,
            } => self.mount(repository, blob, from, named),
            Op::UploadStatus { upload } => {
                let (repository, upload) = self.upload(upload);
                Meaning::UploadStatus { repository, upload }
            }
            Op::Cancel { upload } => {
                let (repository, upload) = self.upload(upload);
                Meaning::Cancel { repository, upload }
            }
            Op::PutManifest {
                repository,
                doc,
                reference,
            } => self.push(repository, doc, reference, step, plan),
            Op::Get { target } => self.target(Verb::Get, target),
            Op::Head { target } => self.target(Verb::Head, target),
            Op::Delete { target } => self.target(Verb::Delete, target),
            Op::Tags {
                repository,
                n,
                last,
            } => self.tag_list(repository, n, last),
            Op::Referrers {
                repository,
                subject,
                filter,
            } => self.referrers(repository, subject, filter),
        }
    }

    fn start(&mut self, repository: u8, blob: u8) -> Meaning {
        self.pools.next_blob = usize::from(blob) % self.blobs.len();
        Meaning::StartUpload {
            repository: self.repository(repository),
        }
    }

    fn single_post(&mut self, repository: u8, blob: u8) -> Meaning {
        self.pools.next_blob = usize::from(blob) % self.blobs.len();
        Meaning::SinglePost {
            repository: self.repository(repository),
            digest: self.blobs[self.pools.next_blob].digest.clone(),
        }
    }

    fn mount(&self, repository: u8, blob: Pick, from: u8, is_named: bool) -> Meaning {
        let source = self.repository(from);
        Meaning::Mount {
            repository: self.repository(repository),
            digest: self.blob(source, blob),
            from: is_named.then_some(source),
        }
    }

    fn tag_list(&self, repository: u8, n: u8, last: u8) -> Meaning {
        let repository = self.repository(repository);
        let last = last.checked_sub(1);
        Meaning::Tags {
            repository,
            n: n.checked_sub(1).map(usize::from),
            last: last.map(|slot| self.pools.tag(repository, slot)),
        }
    }

    fn referrers(&self, repository: u8, subject: Pick, filter: u8) -> Meaning {
        let repository = self.repository(repository);
        Meaning::Referrers {
            repository,
            subject: self.manifest(repository, subject),
            filter: document::artifact_type(filter),
        }
    }

    pub(super) fn repository(&self, slot: u8) -> usize {
        usize::from(slot) % self.place.repositories.len().max(1)
    }

    fn target(&self, verb: Verb, target: Target) -> Meaning {
        match target {
            Target::Blob { repository, blob } => {
                let repository = self.repository(repository);
                Meaning::Blob {
                    verb,
                    repository,
                    digest: self.blob(repository, blob),
                }
            }
            Target::Manifest { repository, doc } => {
                let repository = self.repository(repository);
                Meaning::Manifest {
                    verb,
                    repository,
                    reference: Reference::Digest(self.manifest(repository, doc)),
                }
            }
            Target::Tag { repository, tag } => {
                let repository = self.repository(repository);
                Meaning::Manifest {
                    verb,
                    repository,
                    reference: Reference::Tag(self.pools.pick_tag(repository, tag)),
                }
            }
        }
    }

    fn push(
        &mut self,
        repository: u8,
        doc: u8,
        reference: As,
        step: &Step,
        plan: &mut Applying,
    ) -> Meaning {
        let repository = self.repository(repository);
        let document = self.document(repository, doc, step, plan);
        let digest = Reference::Digest(document.digest.clone());
        let (reference, tags) = match reference {
            As::Tag(slot) => (Reference::Tag(pools::tag_name(slot)), Vec::new()),
            As::Digest => (digest, Vec::new()),
            As::Tagged(count) => (digest, (0..count.min(3)).map(pools::tag_name).collect()),
        };
        Meaning::PutManifest {
            repository,
            reference,
            tags,
            document,
        }
    }
}

//! The interpreter: it says what each step of a plan means when its turn comes, makes the request,
//! and keeps in mind what came of it.
//!
//! It is total: every step of every plan is some request. It believes what the registry says, and
//! judges nothing.

mod content;
mod document;
mod pools;
mod request;
mod upload;

#[cfg(test)]
mod tests;

use super::canary::Canary;
use super::canary::Naming;
use super::dice::Dice;
use super::meaning::Meaning;
use super::meaning::Reference;
use super::meaning::Verb;
use super::mutation::Change;
use super::mutation::Stance;
use super::plan::As;
use super::plan::Op;
use super::plan::Plan;
use super::plan::Step;
use super::plan::Target;
use super::wire::WireRequest;
use crate::http::Response;

pub(crate) use content::Content;
pub(crate) use pools::Pools;
pub(crate) use upload::Upload;

use document::Pushed;

/// Where a plan plays: its repositories at a registry, and what its content is salted with.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Scheme, host and port.
    pub(crate) origin: String,
    /// The names of the repositories.
    pub(crate) repositories: Vec<String>,
    /// What makes the content different from that of other cases.
    pub(crate) salt: u64,
}

/// A plan being played.
#[derive(Debug)]
pub(crate) struct Stage<'p> {
    plan: &'p Plan,
    place: Place,
    blobs: Vec<Content>,
    /// The manifests, from the moment at which they are pushed for the first time.
    docs: Vec<Option<Pushed>>,
    pools: Pools,
    uploads: Vec<Upload>,
    /// A listener of ours, which mutations may name.
    canary: Option<Canary>,
    /// How many requests were made.
    requests: usize,
}

/// A request that is about to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) meaning: Meaning,
    pub(crate) request: WireRequest,
    /// The exact bytes, where the request is no ordinary one.
    pub(crate) bytes: Option<Vec<u8>>,
    /// How the registry may take it.
    pub(crate) stance: Stance,
    /// The mutations that found something to change.
    pub(crate) mutations: Vec<&'static str>,
    /// Whether the request itself, and not only what it pushes or aims at, is changed.
    pub(crate) is_bent: bool,
    /// Whether its bytes may not be a whole request.
    pub(crate) is_unfinished: bool,
    /// Whether it aims at another path than it would unchanged.
    pub(crate) strays: bool,
    /// How it names the canary, if it does.
    pub(crate) canary: Option<Naming>,
}

impl Place {
    /// What all names of its repositories begin with, up to the last slash.
    pub(crate) fn name(&self) -> &str {
        let first = self.repositories.first().map_or("", String::as_str);
        first.rsplit_once('/').map_or(first, |(name, _)| name)
    }
}

impl<'p> Stage<'p> {
    /// A plan of which nothing was sent yet.
    pub(crate) fn new(plan: &'p Plan, place: Place) -> Self {
        let blobs = plan.blobs.iter().enumerate();
        Self {
            blobs: blobs
                .map(|(index, blob)| Content::of(*blob, index, place.salt))
                .collect(),
            docs: plan.docs.iter().map(|_| None).collect(),
            pools: Pools::default(),
            uploads: Vec::new(),
            plan,
            place,
            canary: None,
            requests: 0,
        }
    }

    /// The same, in which mutations may name this listener.
    pub(crate) fn naming(mut self, canary: Option<&Canary>) -> Self {
        self.canary = canary.cloned();
        self
    }

    /// The request that a step begins with, if it takes two: what opens the session.
    pub(crate) fn opening(&mut self, step: &Step) -> Option<Planned> {
        let Op::Monolithic { repository, blob } = step.op else {
            return None;
        };
        Some(self.ordinary(Op::StartUpload { repository, blob }))
    }

    /// The request of a step, or its second one, for the session that was `opened`.
    pub(crate) fn planned(&mut self, step: &Step, opened: Option<usize>) -> Planned {
        let mut op = step.op;
        let mut plan = Applying {
            naming: self.next_naming(),
            ..Applying::default()
        };
        for applied in &step.mutations {
            if let Change::Aim(change) = applied.mutation.change {
                let is_changed = change(&mut op, &mut Dice::new(applied.dice.into()));
                plan.note(applied.mutation, is_changed);
            }
        }
        let meaning = self.meaning(op, step, opened, &mut plan);
        let request = self.request(&meaning);
        plan.finish(step, meaning, request)
    }

    /// A request of the runner's own, which no step asks for.
    pub(crate) fn probe(&self, meaning: Meaning) -> Planned {
        let request = self.request(&meaning);
        Applying::default().finish(&Step::of(Op::Ping), meaning, request)
    }

    /// Whether this is where the canary is, which is not for us to call.
    fn is_canary(&self, origin: &str) -> bool {
        let canary = self.canary.as_ref();
        canary.is_some_and(|canary| origin.ends_with(&format!("//{}", canary.host())))
    }

    /// How the next request may name the canary.
    fn next_naming(&mut self) -> Option<Naming> {
        self.requests += 1;
        let host = self.canary.as_ref()?.host();
        Some(Naming::new(host, self.place.name(), self.requests))
    }

    fn ordinary(&mut self, op: Op) -> Planned {
        self.planned(&Step::of(op), None)
    }

    /// Keeps in mind what came of a request. The session that it opened, if it did.
    pub(crate) fn absorb(&mut self, planned: &Planned, response: &Response) -> Option<usize> {
        let status = response.status;
        if !(200..300).contains(&status) {
            return None;
        }
        // What a request to another path did, it did elsewhere.
        if planned.strays && !matches!(planned.stance, Stance::Same) {
            return None;
        }
        let location = response.header("location");
        let next = location.and_then(|it| upload::resolve(&planned.request, it));
        let next = next.filter(|(origin, _)| !self.is_canary(origin));
        match &planned.meaning {
            Meaning::StartUpload { repository } => self.open(*repository, planned, next),
            Meaning::Patch { upload, chunk, .. } => {
                self.advance(*upload, chunk.len() as u64, next);
                None
            }
            Meaning::Finish {
                repository,
                upload,
                digest,
                ..
            } => {
                self.end(*upload);
                self.pools.hold_blob(*repository, digest);
                None
            }
            Meaning::Cancel { upload, .. } => {
                self.end(*upload);
                None
            }
            Meaning::SinglePost { repository, digest }
            | Meaning::Mount {
                repository, digest, ..
            } => {
                if status == 201 {
                    self.pools.hold_blob(*repository, digest);
                    return None;
                }
                self.open(*repository, planned, next)
            }
            Meaning::PutManifest {
                repository,
                reference,
                tags,
                document,
            } => {
                self.pools.hold_manifest(*repository, document);
                let tag = match reference {
                    Reference::Tag(tag) => Some(tag),
                    Reference::Digest(_) => None,
                };
                for tag in tag.into_iter().chain(tags) {
                    self.pools.hold_tag(*repository, tag);
                }
                None
            }
            Meaning::Blob {
                verb: Verb::Delete,
                repository,
                digest,
            } => {
                self.pools.drop_blob(*repository, digest);
                None
            }
            Meaning::Manifest {
                verb: Verb::Delete,
                repository,
                reference,
            } => {
                self.pools.drop_reference(*repository, reference);
                None
            }
            _ => None,
        }
    }

    /// What an operation means now.
    fn meaning(
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
            Op::StartUpload { repository, blob } => {
                let repository = self.repository(repository);
                self.pools.next_blob = usize::from(blob) % self.blobs.len();
                Meaning::StartUpload { repository }
            }
            Op::Monolithic { repository, blob } => self.whole(repository, blob, opened),
            Op::SinglePost { repository, blob } => {
                self.pools.next_blob = usize::from(blob) % self.blobs.len();
                Meaning::SinglePost {
                    repository: self.repository(repository),
                    digest: self.blobs[self.pools.next_blob].digest.clone(),
                }
            }
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
            } => {
                let source = self.repository(from);
                Meaning::Mount {
                    repository: self.repository(repository),
                    digest: self.blob(source, blob),
                    from: named.then_some(source),
                }
            }
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
            } => {
                let repository = self.repository(repository);
                Meaning::Tags {
                    repository,
                    n: n.checked_sub(1).map(usize::from),
                    last: last
                        .checked_sub(1)
                        .map(|slot| self.pools.tag(repository, slot)),
                }
            }
            Op::Referrers {
                repository,
                subject,
                filter,
            } => {
                let repository = self.repository(repository);
                Meaning::Referrers {
                    repository,
                    subject: self.manifest(repository, subject),
                    filter: document::artifact_type(filter),
                }
            }
        }
    }

    fn repository(&self, slot: u8) -> usize {
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

/// The mutations of a step as they are applied, layer by layer.
#[derive(Debug, Default)]
struct Applying {
    names: Vec<&'static str>,
    stance: Option<Stance>,
    is_bent: bool,
    is_unfinished: bool,
    /// How it may name the canary, and whether it does.
    naming: Option<Naming>,
    names_canary: bool,
}

impl Applying {
    /// Whether a mutation may be applied.
    fn takes(&self, mutation: &super::Mutation) -> bool {
        !mutation.names_canary || self.naming.is_some()
    }

    /// Notes a mutation that found something to change. Where several do, nothing is certain.
    fn note(&mut self, mutation: &super::Mutation, is_changed: bool) {
        if !is_changed {
            return;
        }
        self.names.push(mutation.name);
        self.names_canary |= mutation.names_canary;
        self.is_bent |= matches!(
            mutation.change,
            Change::Request(_) | Change::Bytes(_) | Change::Unfinished(_)
        );
        // Where a step aims elsewhere, what that means is known.
        if !matches!(mutation.change, Change::Aim(_)) {
            self.stance = Some(match self.stance {
                None | Some(Stance::Same) => mutation.stance,
                Some(other) if matches!(mutation.stance, Stance::Same) => other,
                Some(_) => Stance::Either,
            });
        }
    }

    /// Changes the request, and its bytes.
    fn finish(mut self, step: &Step, meaning: Meaning, mut request: WireRequest) -> Planned {
        let path = request.path().to_vec();
        for applied in &step.mutations {
            if let Change::Request(change) = applied.mutation.change
                && self.takes(applied.mutation)
            {
                let is_changed = change(&mut request, &mut Dice::new(applied.dice.into()));
                self.note(applied.mutation, is_changed);
                if let Some(naming) = self.naming.as_ref().filter(|_| is_changed) {
                    naming.bind_request(&mut request);
                }
            }
        }
        let mut bytes = match &meaning {
            Meaning::Raw(raw) => Some(request::raw_bytes(raw, &request.origin)),
            _ => None,
        };
        self.is_unfinished = matches!(&meaning, Meaning::Raw(raw) if raw.is_unfinished());
        for applied in &step.mutations {
            if let Change::Bytes(change) | Change::Unfinished(change) = applied.mutation.change {
                let mut changed = bytes.take().unwrap_or_else(|| request.bytes());
                let is_changed = change(&mut changed, &mut Dice::new(applied.dice.into()));
                self.note(applied.mutation, is_changed);
                self.is_unfinished |= matches!(applied.mutation.change, Change::Unfinished(_));
                bytes = Some(changed);
            }
        }
        if bytes.is_none() && request.ordinary().is_none() {
            bytes = Some(request.bytes());
        }
        Planned {
            strays: request.path() != path,
            stance: self.stance.unwrap_or(Stance::Same),
            is_bent: self.is_bent,
            is_unfinished: self.is_unfinished,
            mutations: self.names,
            canary: self.naming.filter(|_| self.names_canary),
            meaning,
            request,
            bytes,
        }
    }
}

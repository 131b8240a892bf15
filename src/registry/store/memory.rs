//! A store in memory. Each repository has locks of its own, which are held for moments only:
//! content is shared, never copied under a lock.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;

use super::Found;
use super::Session;
use super::Store;
use super::StoredManifest;
use super::Unappended;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// A store in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    repositories: RwLock<HashMap<RepositoryName, Arc<Repository>>>,
}

#[derive(Debug, Default)]
struct Repository {
    content: RwLock<Content>,
    sessions: Mutex<HashMap<String, Upload>>,
}

#[derive(Debug, Default)]
struct Content {
    /// Whether anything was ever put here; a session alone makes no repository.
    is_known: bool,
    blobs: HashMap<Digest, Bytes>,
    manifests: HashMap<Digest, Arc<StoredManifest>>,
    tags: BTreeMap<Tag, Digest>,
    /// By the digest of the subject, then by the referrer's own.
    referrers: HashMap<String, BTreeMap<Digest, Arc<Descriptor>>>,
}

#[derive(Debug)]
struct Upload {
    len: u64,
    chunks: Vec<Bytes>,
    /// When it was opened, or took its last chunk.
    touched: Instant,
}

impl Upload {
    fn new() -> Self {
        Self {
            len: 0,
            chunks: Vec::new(),
            touched: Instant::now(),
        }
    }
}

impl MemoryStore {
    fn get(&self, name: &RepositoryName) -> Option<Arc<Repository>> {
        let repositories = self.repositories.read();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        repositories.get(name).cloned()
    }

    fn get_or_make(&self, name: &RepositoryName) -> Arc<Repository> {
        if let Some(repository) = self.get(name) {
            return repository;
        }
        let repositories = self.repositories.write();
        let mut repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(repositories.entry(name.clone()).or_default())
    }

    /// A blob of any repository.
    fn blob_of_any(&self, digest: &Digest) -> Option<Bytes> {
        let repositories = self.repositories.read();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        let mut blobs = repositories
            .values()
            .map(|it| it.read().blobs.get(digest).cloned());
        blobs.find_map(|blob| blob)
    }
}

impl Repository {
    fn read(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    fn put_blob(&mut self, digest: Digest, content: Bytes) {
        self.is_known = true;
        self.blobs.insert(digest, content);
    }

    fn put_manifest(&mut self, mut manifest: StoredManifest, tags: &[Tag]) {
        self.is_known = true;
        let pushed = manifest.digests[0].clone();
        let known = manifest
            .digests
            .iter()
            .find_map(|digest| self.manifests.get(digest).cloned());
        if let Some(known) = known {
            self.unlist(&known);
            manifest.is_also(&known);
        }
        let manifest = Arc::new(manifest);
        if let Some((subject, descriptor)) = &manifest.referrer {
            let listed = self.referrers.entry(subject.clone()).or_default();
            listed.insert(manifest.digests[0].clone(), Arc::clone(descriptor));
        }
        for digest in &manifest.digests {
            self.manifests.insert(digest.clone(), Arc::clone(&manifest));
        }
        self.tags
            .extend(tags.iter().map(|tag| (tag.clone(), pushed.clone())));
    }

    /// Takes a manifest out of the list of its subject's referrers.
    fn unlist(&mut self, manifest: &StoredManifest) {
        let Some((subject, _)) = &manifest.referrer else {
            return;
        };
        if let Some(listed) = self.referrers.get_mut(subject) {
            listed.remove(&manifest.digests[0]);
            if listed.is_empty() {
                self.referrers.remove(subject);
            }
        }
    }

    fn delete_manifest(&mut self, digest: &Digest) -> bool {
        let Some(manifest) = self.manifests.get(digest).cloned() else {
            return false;
        };
        self.unlist(&manifest);
        for digest in &manifest.digests {
            self.manifests.remove(digest);
        }
        self.tags
            .retain(|_, digest| !manifest.digests.contains(digest));
        true
    }
}

impl Store for MemoryStore {
    fn repositories(&self) -> Vec<RepositoryName> {
        let repositories = self.repositories.read();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<_> = repositories.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    fn has_repository(&self, name: &RepositoryName) -> bool {
        self.get(name).is_some_and(|it| it.read().is_known)
    }

    fn blob(&self, name: &RepositoryName, digest: &Digest) -> Option<Bytes> {
        self.get(name)?.read().blobs.get(digest).cloned()
    }

    fn put_blob(&self, name: &RepositoryName, digest: Digest, content: Bytes) {
        self.get_or_make(name).write().put_blob(digest, content);
    }

    fn mount_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> bool {
        let content = match from {
            Some(from) => self.blob(from, digest),
            None => self.blob_of_any(digest),
        };
        let Some(content) = content else {
            return false;
        };
        self.put_blob(name, digest.clone(), content);
        true
    }

    fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> bool {
        self.get(name)
            .is_some_and(|it| it.write().blobs.remove(digest).is_some())
    }

    fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Option<Found> {
        let repository = self.get(name)?;
        let content = repository.read();
        let digest = match reference {
            Reference::Digest(digest) => digest,
            Reference::Tag(tag) => content.tags.get(tag)?,
        };
        Some(Found {
            digest: digest.clone(),
            manifest: Arc::clone(content.manifests.get(digest)?),
        })
    }

    fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> bool {
        let repository = self.get_or_make(name);
        let mut content = repository.write();
        let is_met = condition(tags.first().and_then(|tag| content.tags.get(tag)));
        if is_met {
            content.put_manifest(manifest, tags);
        }
        is_met
    }

    fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> bool {
        self.get(name)
            .is_some_and(|it| it.write().delete_manifest(digest))
    }

    fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> bool {
        self.get(name)
            .is_some_and(|it| it.write().tags.remove(tag).is_some())
    }

    fn tags(&self, name: &RepositoryName, after: &str, limit: usize) -> (Vec<Tag>, bool) {
        let Some(repository) = self.get(name) else {
            return (Vec::new(), false);
        };
        let content = repository.read();
        let bounds = (Bound::Excluded(after), Bound::Unbounded);
        let mut behind = content.tags.range::<str, _>(bounds).map(|(tag, _)| tag);
        let page = behind.by_ref().take(limit).cloned().collect();
        (page, behind.next().is_some())
    }

    fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Vec<Arc<Descriptor>> {
        let Some(repository) = self.get(name) else {
            return Vec::new();
        };
        let content = repository.read();
        let Some(listed) = content.referrers.get(subject) else {
            return Vec::new();
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = listed.range::<Digest, _>((start, Bound::Unbounded));
        behind
            .map(|(_, descriptor)| Arc::clone(descriptor))
            .collect()
    }

    fn open_session(&self, name: &RepositoryName, id: &str) {
        let repository = self.get_or_make(name);
        repository.sessions().insert(id.to_owned(), Upload::new());
    }

    fn session(&self, name: &RepositoryName, id: &str) -> Option<Session> {
        let repository = self.get(name)?;
        let sessions = repository.sessions();
        let upload = sessions.get(id)?;
        Some(Session {
            len: upload.len,
            last_chunk: upload.chunks.last().map(|chunk| chunk.len() as u64),
        })
    }

    fn session_content(&self, name: &RepositoryName, id: &str) -> Option<Vec<Bytes>> {
        let repository = self.get(name)?;
        let sessions = repository.sessions();
        Some(sessions.get(id)?.chunks.clone())
    }

    fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        chunk: Bytes,
    ) -> Result<u64, Unappended> {
        let repository = self.get(name).ok_or(Unappended::Unknown)?;
        let mut sessions = repository.sessions();
        let upload = sessions.get_mut(id).ok_or(Unappended::Unknown)?;
        if at.is_some_and(|at| at != upload.len) {
            return Err(Unappended::Elsewhere(upload.len));
        }
        upload.touched = Instant::now();
        if !chunk.is_empty() {
            upload.len += chunk.len() as u64;
            upload.chunks.push(chunk);
        }
        Ok(upload.len)
    }

    fn finish_session(
        &self,
        name: &RepositoryName,
        id: &str,
        at: u64,
        (digest, content): (Digest, Bytes),
    ) -> Result<(), Unappended> {
        let repository = self.get(name).ok_or(Unappended::Unknown)?;
        let mut sessions = repository.sessions();
        let upload = sessions.get(id).ok_or(Unappended::Unknown)?;
        if upload.len != at {
            return Err(Unappended::Elsewhere(upload.len));
        }
        repository.write().put_blob(digest, content);
        sessions.remove(id);
        Ok(())
    }

    fn expire_sessions(&self, name: &RepositoryName, patience: Duration) {
        if let Some(repository) = self.get(name) {
            let now = Instant::now();
            let mut sessions = repository.sessions();
            sessions.retain(|_, upload| now.saturating_duration_since(upload.touched) < patience);
        }
    }

    fn cancel_session(&self, name: &RepositoryName, id: &str) -> bool {
        self.get(name)
            .is_some_and(|it| it.sessions().remove(id).is_some())
    }
}

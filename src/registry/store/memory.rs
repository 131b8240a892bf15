//! A store in memory. Each repository has locks of its own, which are held for moments only:
//! content is shared, never copied under a lock.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;
use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;

use super::super::pieces::Pieces;
use super::Census;
use super::Content;
use super::Draft;
use super::Found;
use super::Session;
use super::Store;
use super::Stored;
use super::StoredManifest;
use super::Taken;
use super::Unappended;
use super::draft::Place;
use super::index::Index;
use super::sessions::Sessions;
use super::sessions::Upload;
use crate::oci::Algorithm;
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
    index: RwLock<Index<Bytes>>,
    sessions: Mutex<Sessions<Bytes>>,
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

    fn held(&self, name: &RepositoryName, digest: &Digest) -> Option<Bytes> {
        self.get(name)?.read().blobs.get(digest).cloned()
    }

    /// A blob of any repository.
    fn held_by_any(&self, digest: &Digest) -> Option<Bytes> {
        let repositories = self.repositories.read();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        let mut blobs = repositories
            .values()
            .map(|it| it.read().blobs.get(digest).cloned());
        blobs.find_map(|blob| blob)
    }
}

impl Repository {
    fn read(&self) -> RwLockReadGuard<'_, Index<Bytes>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index<Bytes>> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions<Bytes>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(
        &self,
        id: &str,
        at: Option<u64>,
        mut chunk: Draft,
    ) -> Stored<Result<u64, Unappended>> {
        let mut sessions = self.sessions();
        let upload = match sessions.at(id, at) {
            Ok(upload) => upload,
            Err(reason) => return Ok(Err(reason)),
        };
        upload.touch();
        if chunk.len() == 0 {
            return Ok(Ok(upload.len));
        }
        if chunk.begin() != upload.len {
            // Another chunk came first, and this one was to go wherever that left off.
            chunk.move_to(upload.len, hasher(upload, chunk.algorithm()))?;
        }
        let content = chunk.content()?.read()?;
        upload.push(chunk.len(), chunk.hasher, content);
        Ok(Ok(upload.len))
    }
}

/// The digest in the making of what an upload has.
fn hasher(upload: &Upload<Bytes>, algorithm: Algorithm) -> crate::oci::Hasher {
    match &upload.hasher {
        Some(hasher) if upload.len > 0 => hasher.clone(),
        _ => algorithm.hasher(),
    }
}

/// The pieces of an upload and a last one as one. A single one is not copied.
fn joined(mut pieces: Vec<Bytes>, last: Bytes) -> Bytes {
    if !last.is_empty() {
        pieces.push(last);
    }
    if pieces.len() <= 1 {
        return pieces.pop().unwrap_or_default();
    }
    let mut content = BytesMut::with_capacity(pieces.iter().map(Bytes::len).sum());
    for piece in pieces {
        content.extend_from_slice(&piece);
    }
    content.freeze()
}

impl Store for MemoryStore {
    fn repositories(&self) -> Stored<Vec<RepositoryName>> {
        let repositories = self.repositories.read();
        let repositories = repositories.unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<_> = repositories.keys().cloned().collect();
        names.sort_unstable();
        Ok(names)
    }

    fn has_repository(&self, name: &RepositoryName) -> Stored<bool> {
        Ok(self.get(name).is_some_and(|it| it.read().is_known))
    }

    fn draft(&self, algorithm: Algorithm) -> Stored<Draft> {
        let place = Place::Memory(Pieces::default());
        Ok(Draft::new(algorithm.hasher(), 0, place))
    }

    fn blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<Option<Content>> {
        Ok(self.held(name, digest).map(Content::Held))
    }

    fn put_blob(&self, name: &RepositoryName, digest: Digest, mut draft: Draft) -> Stored<()> {
        let content = draft.content()?.read()?;
        self.get_or_make(name).write().put_blob(digest, content);
        Ok(())
    }

    fn mount_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Stored<bool> {
        let content = match from {
            Some(from) => self.held(from, digest),
            None => self.held_by_any(digest),
        };
        let Some(content) = content else {
            return Ok(false);
        };
        let repository = self.get_or_make(name);
        repository.write().put_blob(digest.clone(), content);
        Ok(true)
    }

    fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        let repository = self.get(name);
        Ok(repository.is_some_and(|it| it.write().delete_blob(digest).is_some()))
    }

    fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Stored<Option<Found>> {
        let Some(repository) = self.get(name) else {
            return Ok(None);
        };
        let index = repository.read();
        Ok(index.manifest(reference).map(|(digest, manifest)| Found {
            digest: digest.clone(),
            manifest: Arc::clone(manifest),
        }))
    }

    fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> Stored<bool> {
        let repository = self.get_or_make(name);
        let mut index = repository.write();
        let is_met = condition(tags.first().and_then(|tag| index.tag(tag)));
        if is_met {
            let pushed = manifest.digests[0].clone();
            let merged = index.merged(manifest);
            index.put_manifest(merged, &pushed, tags);
        }
        Ok(is_met)
    }

    fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        let repository = self.get(name);
        Ok(repository.is_some_and(|it| it.write().delete_manifest(digest)))
    }

    fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Stored<bool> {
        let repository = self.get(name);
        Ok(repository.is_some_and(|it| it.write().delete_tag(tag)))
    }

    fn tags(&self, name: &RepositoryName, after: &str, limit: usize) -> Stored<(Vec<Tag>, bool)> {
        let repository = self.get(name);
        Ok(repository.map_or_else(Default::default, |it| it.read().tags(after, limit)))
    }

    fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Stored<Vec<Arc<Descriptor>>> {
        let repository = self.get(name);
        Ok(repository.map_or_else(Vec::new, |it| it.read().referrers(subject, after)))
    }

    fn open_session(&self, name: &RepositoryName, id: &str) -> Stored<()> {
        let repository = self.get_or_make(name);
        repository.sessions().open(id, Upload::of(Vec::new()));
        Ok(())
    }

    fn session(&self, name: &RepositoryName, id: &str) -> Stored<Option<Session>> {
        Ok(self.get(name).and_then(|it| it.sessions().state(id)))
    }

    fn session_content(&self, name: &RepositoryName, id: &str) -> Stored<Option<Vec<Content>>> {
        let repository = self.get(name);
        Ok(repository.and_then(|it| {
            let mut sessions = it.sessions();
            let pieces = sessions.get_mut(id).ok()?.pieces.iter();
            Some(pieces.cloned().map(Content::Held).collect())
        }))
    }

    fn chunk(
        &self,
        name: &RepositoryName,
        id: &str,
        algorithm: Algorithm,
    ) -> Stored<Option<Draft>> {
        let repository = self.get(name);
        Ok(repository.and_then(|it| {
            let mut sessions = it.sessions();
            let upload = sessions.get_mut(id).ok()?;
            let place = Place::Memory(Pieces::default());
            Some(Draft::new(hasher(upload, algorithm), upload.len, place))
        }))
    }

    fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        chunk: Draft,
    ) -> Stored<Result<u64, Unappended>> {
        match self.get(name) {
            Some(repository) => repository.append(id, at, chunk),
            None => Ok(Err(Unappended::Unknown)),
        }
    }

    fn finish_session(
        &self,
        name: &RepositoryName,
        id: &str,
        digest: Digest,
        mut chunk: Draft,
    ) -> Stored<Result<(), Unappended>> {
        let Some(repository) = self.get(name) else {
            return Ok(Err(Unappended::Unknown));
        };
        let last = chunk.content()?.read()?;
        let taken = repository.sessions().take(id, chunk.begin());
        Ok(taken.map(|upload| {
            let content = joined(upload.pieces, last);
            repository.write().put_blob(digest, content);
        }))
    }

    fn expire_sessions(&self, name: &RepositoryName, patience: Duration) -> Stored<u64> {
        let over = self.get(name).map(|it| it.sessions().expire(patience));
        Ok(over.map_or(0, |over| over.len() as u64))
    }

    fn cancel_session(&self, name: &RepositoryName, id: &str) -> Stored<bool> {
        Ok(self.get(name).is_some_and(|it| it.sessions().remove(id)))
    }

    fn touch(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<()> {
        if let Some(repository) = self.get(name) {
            let index = repository.read();
            index.touch(digests);
        }
        Ok(())
    }

    fn census(&self, name: &RepositoryName, now: Duration, patience: Duration) -> Stored<Census> {
        let repository = self.get(name);
        Ok(repository.map_or_else(Census::default, |it| it.read().census(now, patience)))
    }

    fn take_blobs(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Taken> {
        let mut taken = Taken::default();
        let Some(repository) = self.get(name) else {
            return Ok(taken);
        };
        let mut index = repository.write();
        for digest in digests {
            if index.has_idle_blob(digest) {
                taken.add(index.delete_blob(digest).map_or(0, |it| it.len() as u64));
            }
        }
        Ok(taken)
    }

    fn take_manifests(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Option<Taken>> {
        let mut taken = Taken::default();
        let Some(repository) = self.get(name) else {
            return Ok(Some(taken));
        };
        let mut index = repository.write();
        let Some(found) = index.idle_manifests(digests) else {
            return Ok(None);
        };
        for manifest in found {
            index.delete_manifest(&manifest.digests[0]);
            taken.add(manifest.bytes.len() as u64);
        }
        Ok(Some(taken))
    }
}

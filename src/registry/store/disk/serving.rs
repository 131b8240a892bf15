//! What a store does, done on disk.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::super::Census;
use super::super::Content;
use super::super::Draft;
use super::super::Found;
use super::super::Session;
use super::super::Store;
use super::super::Stored;
use super::super::StoredManifest;
use super::super::Taken;
use super::super::Unappended;
use super::super::sessions::Upload;
use super::DiskStore;
use super::cache::Cache;
use super::content_at;
use super::files;
use super::repository::Repository;
use super::repository::Written;
use super::uploads;
use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;

impl Store for DiskStore {
    fn waits(&self) -> bool {
        true
    }

    fn probe(&self, is_written: bool) -> Stored<()> {
        fs::read(self.shared.tree.layout())?;
        fs::read_dir(self.shared.tree.repositories())?;
        if is_written {
            let mut draft = self.draft(Algorithm::Sha256)?;
            draft.write(Bytes::from_static(&[0; 4096]))?;
        }
        Ok(())
    }

    fn repositories(&self) -> Stored<Vec<RepositoryName>> {
        Ok(self.shared.names()?)
    }

    fn has_repository(&self, name: &RepositoryName) -> Stored<bool> {
        let repository = self.shared.get(name)?;
        Ok(repository.is_some_and(|it| it.index().is_known))
    }

    fn draft(&self, algorithm: Algorithm) -> Stored<Draft> {
        self.shared.pool.draft(algorithm.hasher(), 0)
    }

    fn is_at_hand(&self, name: &RepositoryName, content: Option<&Reference>) -> bool {
        let Some(repository) = self.shared.known(name) else {
            return false;
        };
        let index = repository.index();
        let digest = match content {
            None => return true,
            Some(Reference::Digest(digest)) => Some(digest),
            Some(Reference::Tag(tag)) => index.tag(tag),
        };
        // What is not there is read from nowhere.
        digest.is_none_or(|digest| self.shared.cache.has(digest))
    }

    fn blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<Option<Content>> {
        let Some(len) = self.blob_len(name, digest)? else {
            return Ok(None);
        };
        let place = self.shared.tree.repository(name).blob(digest);
        // It may be deleted this very moment.
        let Some(content) = self.opened(digest, &place)? else {
            return Ok(None);
        };
        if !Cache::takes(len) {
            return Ok(Some(content));
        }
        let bytes = content.read()?;
        self.shared.cache.put(digest, &bytes);
        Ok(Some(Content::Held(bytes)))
    }

    fn blob_len(&self, name: &RepositoryName, digest: &Digest) -> Stored<Option<u64>> {
        let repository = self.shared.get(name)?;
        Ok(repository.and_then(|it| it.index().blobs.get(digest).copied()))
    }

    fn put_blob(&self, name: &RepositoryName, digest: Digest, draft: Draft) -> Stored<()> {
        let len = draft.len();
        let scratch = draft.place.scratch()?;
        self.shared.pool.flush.file(&scratch.file)?;
        let blob = Written {
            path: scratch.path(),
            digest: &digest,
            len,
        };
        let repository = self.shared.get_or_make(name)?;
        if repository.put_blob(&self.shared.pool, &blob)? {
            scratch.leave();
        }
        Ok(())
    }

    fn mount_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Stored<bool> {
        let is_there = match from {
            Some(from) => self.has_blob(from, digest)?,
            None => self.shared.is_anybodys_blob(digest)?,
        };
        if !is_there {
            return Ok(false);
        }
        let repository = self.shared.get_or_make(name)?;
        Ok(repository.mount_blob(&self.shared.pool, digest)?)
    }

    fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        match self.shared.get(name)? {
            Some(repository) => Ok(repository.delete_blob(&self.shared.pool, digest)?),
            None => Ok(false),
        }
    }

    fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Stored<Option<Found>> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(None);
        };
        let index = repository.index();
        let Some((digest, manifest)) = index.manifest(reference) else {
            return Ok(None);
        };
        let (digest, manifest) = (digest.clone(), StoredManifest::clone(manifest));
        // Whoever deletes it waits for the index first: what a tag led to must not vanish in between,
        // since by then the tag may lead elsewhere.
        let opened = self.opened(&digest, &repository.branch.manifest(&digest));
        drop(index);
        // Without its file the store is damaged; it is there again when it is pushed again.
        let Some(content) = opened? else {
            return Ok(None);
        };
        let bytes = content.read()?;
        self.shared.cache.put(&digest, &bytes);
        let manifest = Arc::new(manifest.with(bytes));
        Ok(Some(Found { digest, manifest }))
    }

    fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
        condition: &dyn Fn(Option<&Digest>) -> bool,
    ) -> Stored<bool> {
        let repository = self.shared.get_or_make(name)?;
        let pool = &self.shared.pool;
        let bytes = manifest.bytes.clone();
        let kept = manifest.with(bytes.len() as u64);
        let put = |path: &Path| repository.put_manifest(pool, path, kept.clone(), tags, condition);
        let first = holds_bytes(&repository, &kept).then(|| put(&pool.scratch_path()));
        let is_put = if let Some(Ok(put)) = first {
            put.is_some()
        } else {
            // The bytes are unknown, or were deleted this very moment.
            let mut draft = self.draft(Algorithm::default())?;
            draft.write(bytes.clone())?;
            let scratch = draft.place.scratch()?;
            pool.flush.file(&scratch.file)?;
            let put = put(scratch.path())?;
            if put == Some(true) {
                scratch.leave();
            }
            put.is_some()
        };
        if is_put {
            // Who pushes is often asked for it next.
            self.shared.cache.put(&kept.digests[0], &bytes);
        }
        self.note();
        Ok(is_put)
    }

    fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Stored<bool> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(false);
        };
        self.note();
        Ok(repository.delete_manifest(&self.shared.pool, digest)?)
    }

    fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Stored<bool> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(false);
        };
        self.note();
        Ok(repository.delete_tag(&self.shared.pool, tag)?)
    }

    fn tags(&self, name: &RepositoryName, after: &str, limit: usize) -> Stored<(Vec<Tag>, bool)> {
        let repository = self.shared.get(name)?;
        Ok(repository.map_or_else(Default::default, |it| it.index().tags(after, limit)))
    }

    fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Stored<Vec<Arc<Descriptor>>> {
        let repository = self.shared.get(name)?;
        Ok(repository.map_or_else(Vec::new, |it| it.index().referrers(subject, after)))
    }

    fn open_session(&self, name: &RepositoryName, id: &str) -> Stored<()> {
        let repository = self.shared.get_or_make(name)?;
        fs::create_dir_all(repository.branch.uploads())?;
        fs::create_dir(repository.branch.upload(id))?;
        repository.sessions().open(id, Upload::of(Vec::new()));
        Ok(())
    }

    fn session(&self, name: &RepositoryName, id: &str) -> Stored<Option<Session>> {
        let repository = self.shared.get(name)?;
        Ok(repository.and_then(|it| it.sessions().state(id)))
    }

    fn session_content(&self, name: &RepositoryName, id: &str) -> Stored<Option<Vec<Content>>> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(None);
        };
        let mut sessions = repository.sessions();
        let Ok(upload) = sessions.get_mut(id) else {
            return Ok(None);
        };
        let pieces = upload.pieces.iter().map(|path| content_at(path));
        Ok(Some(pieces.collect::<io::Result<_>>()?))
    }

    fn chunk(
        &self,
        name: &RepositoryName,
        id: &str,
        algorithm: Algorithm,
    ) -> Stored<Option<Draft>> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(None);
        };
        let mut sessions = repository.sessions();
        let Ok(upload) = sessions.get_mut(id) else {
            return Ok(None);
        };
        let hasher = Repository::hasher(upload, algorithm)?;
        let begin = upload.len;
        drop(sessions);
        self.shared.pool.draft(hasher, begin).map(Some)
    }

    fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        chunk: Draft,
    ) -> Stored<Result<u64, Unappended>> {
        match self.shared.get(name)? {
            Some(repository) => repository.append(id, at, chunk),
            None => Ok(Err(Unappended::Unknown)),
        }
    }

    fn finish_session(
        &self,
        name: &RepositoryName,
        id: &str,
        digest: Digest,
        chunk: Draft,
    ) -> Stored<Result<(), Unappended>> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(Err(Unappended::Unknown));
        };
        let taken = repository.sessions().take(id, chunk.begin());
        let upload = match taken {
            Ok(upload) => upload,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Err(error) = repository.finish(&self.shared.pool, &upload, &digest, chunk) {
            // Its pieces may be where the blob was to be; then it cannot go on.
            if uploads::is_whole(&upload) {
                repository.sessions().open(id, upload);
            }
            return Err(error);
        }
        // What stays of it is an upload without content, which will expire.
        drop(files::remove_folder(&repository.branch.upload(id)));
        Ok(Ok(()))
    }

    fn expire_sessions(&self, name: &RepositoryName, patience: Duration) -> Stored<u64> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(0);
        };
        let over = repository.sessions().expire(patience);
        for id in &over {
            files::remove_folder(&repository.branch.upload(id))?;
        }
        Ok(over.len() as u64)
    }

    fn cancel_session(&self, name: &RepositoryName, id: &str) -> Stored<bool> {
        let Some(repository) = self.shared.get(name)? else {
            return Ok(false);
        };
        let is_there = repository.sessions().remove(id);
        if is_there {
            files::remove_folder(&repository.branch.upload(id))?;
        }
        Ok(is_there)
    }

    fn touch(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<()> {
        if let Some(repository) = self.shared.get(name)? {
            let index = repository.index();
            index.touch(digests);
        }
        Ok(())
    }

    fn census(&self, name: &RepositoryName, now: Duration, patience: Duration) -> Stored<Census> {
        let repository = self.shared.get(name)?;
        Ok(repository.map_or_else(Census::default, |it| it.index().census(now, patience)))
    }

    fn take_blobs(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Taken> {
        match self.shared.get(name)? {
            Some(repository) => Ok(repository.take_blobs(&self.shared.pool, digests)?),
            None => Ok(Taken::default()),
        }
    }

    fn take_manifests(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<Option<Taken>> {
        match self.shared.get(name)? {
            Some(repository) => Ok(repository.take_manifests(&self.shared.pool, digests)?),
            None => Ok(Some(Taken::default())),
        }
    }

    fn free_strays(&self) -> Stored<Taken> {
        Ok(self.shared.pool.free_strays()?)
    }
}

impl DiskStore {
    /// Content that is held, or else is in this file, if that is there.
    fn opened(&self, digest: &Digest, place: &Path) -> io::Result<Option<Content>> {
        if let Some(bytes) = self.shared.cache.get(digest) {
            return Ok(Some(Content::Held(bytes)));
        }
        match content_at(place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            content => content.map(Some),
        }
    }
}

/// Whether a repository has the bytes of a manifest, under whatever digest.
fn holds_bytes(repository: &Repository, manifest: &StoredManifest<u64>) -> bool {
    let index = repository.index();
    let mut digests = manifest.digests.iter().cloned().map(Reference::Digest);
    digests.any(|digest| index.manifest(&digest).is_some())
}

//! Upload sessions: where they are, and how much of their blob was sent.

use bytes::Bytes;
use url::Url;

use super::Planned;
use super::Stage;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;
use crate::fuzz::wire::WireRequest;

/// A session that was opened.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    repository: usize,
    /// The blob that is sent to it.
    blob: usize,
    /// Origin and target of its URL.
    url: (String, String),
    /// How many bytes the registry said it took.
    sent: u64,
    /// Whether it was closed or cancelled.
    is_ended: bool,
}

impl Stage<'_> {
    /// The session that a step means, and the repository that it is in.
    pub(super) fn upload(&self, pick: Pick) -> (usize, Option<usize>) {
        let is_meant = |upload: &Upload| match pick.from {
            Pool::Live => !upload.is_ended,
            Pool::Known => true,
            Pool::Dangling => false,
        };
        let pool: Vec<_> = (0..self.uploads.len())
            .filter(|index| is_meant(&self.uploads[*index]))
            .collect();
        match pool.get(usize::from(pick.slot) % pool.len().max(1)) {
            Some(index) => (self.uploads[*index].repository, Some(*index)),
            None => (self.repository(pick.slot), None),
        }
    }

    /// Origin and target of a session's URL; of one that never was where it is none.
    pub(super) fn session_url(&self, repository: usize, upload: Option<usize>) -> (String, String) {
        if let Some(upload) = upload.and_then(|index| self.uploads.get(index)) {
            return upload.url.clone();
        }
        let name = &self.place.repositories[repository];
        let id = "00000000-0000-4000-8000-000000000000";
        (
            self.place.origin.clone(),
            format!("/v2/{name}/blobs/uploads/{id}"),
        )
    }

    /// The next part of the session's blob.
    pub(super) fn chunk(&self, pick: Pick, part: u8, ranged: bool) -> Meaning {
        let (repository, upload) = self.upload(pick);
        let (at, rest) = self.rest(upload, pick.slot);
        let length = match part {
            0 => rest.len(),
            part => (rest.len() * usize::from(part)).div_ceil(256),
        };
        Meaning::Patch {
            repository,
            upload,
            at,
            chunk: rest.slice(..length),
            ranged,
        }
    }

    /// The end of the session's blob.
    pub(super) fn finish(&self, pick: Pick, empty: bool) -> Meaning {
        let (repository, upload) = self.upload(pick);
        let (_, rest) = self.rest(upload, pick.slot);
        let blob = self.blob_of(upload, pick.slot);
        Meaning::Finish {
            repository,
            upload,
            digest: self.blobs[blob].digest.clone(),
            rest: if empty { Bytes::new() } else { rest },
        }
    }

    /// The whole blob, for a session that was just opened.
    pub(super) fn whole(&self, repository: u8, blob: u8, opened: Option<usize>) -> Meaning {
        let blob = &self.blobs[usize::from(blob) % self.blobs.len()];
        Meaning::Finish {
            repository: self.repository(repository),
            upload: opened,
            digest: blob.digest.clone(),
            rest: blob.bytes.clone(),
        }
    }

    fn blob_of(&self, upload: Option<usize>, slot: u8) -> usize {
        let upload = upload.and_then(|index| self.uploads.get(index));
        upload.map_or(usize::from(slot) % self.blobs.len(), |upload| upload.blob)
    }

    /// What is left of the session's blob, and from which offset on.
    fn rest(&self, upload: Option<usize>, slot: u8) -> (u64, Bytes) {
        let bytes = &self.blobs[self.blob_of(upload, slot)].bytes;
        let upload = upload.and_then(|index| self.uploads.get(index));
        let sent = upload.map_or(0, |upload| upload.sent);
        let from = usize::try_from(sent).map_or(bytes.len(), |sent| sent.min(bytes.len()));
        (sent, bytes.slice(from..))
    }

    pub(super) fn open(
        &mut self,
        repository: usize,
        planned: &Planned,
        url: Option<(String, String)>,
    ) -> Option<usize> {
        let url = url?;
        self.uploads.push(Upload {
            repository,
            blob: match &planned.meaning {
                Meaning::Mount { digest, .. } => {
                    let known = self.blobs.iter().position(|blob| blob.digest == *digest);
                    known.unwrap_or(0)
                }
                _ => self.pools.next_blob,
            },
            url,
            sent: 0,
            is_ended: false,
        });
        Some(self.uploads.len() - 1)
    }

    pub(super) fn advance(
        &mut self,
        upload: Option<usize>,
        by: u64,
        url: Option<(String, String)>,
    ) {
        if let Some(upload) = upload.and_then(|index| self.uploads.get_mut(index)) {
            upload.sent += by;
            if let Some(url) = url {
                upload.url = url;
            }
        }
    }

    pub(super) fn end(&mut self, upload: Option<usize>) {
        if let Some(upload) = upload.and_then(|index| self.uploads.get_mut(index)) {
            upload.is_ended = true;
        }
    }
}

/// Origin and target of a `Location`, which may be relative to the request.
pub(super) fn resolve(request: &WireRequest, location: &str) -> Option<(String, String)> {
    if location.starts_with('/') && !location.starts_with("//") {
        return Some((request.origin.clone(), location.to_owned()));
    }
    let url = Url::parse(&request.url()).ok()?.join(location).ok()?;
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Some((url.origin().ascii_serialization(), target))
}

//! What one repository holds, by name: which blobs, which manifests under which digests, where its
//! tags point, and who refers to what. Where the bytes are is the store's to know.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use super::Census;
use super::Counted;
use super::StoredManifest;
use super::idle::Idle;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::Tag;

/// What a repository holds, where `B` is what the store keeps of the bytes of a blob or manifest.
#[derive(Debug)]
pub(super) struct Index<B> {
    /// Whether anything was ever put here; a session alone makes no repository.
    pub(super) is_known: bool,
    pub(super) blobs: HashMap<Digest, B>,
    manifests: HashMap<Digest, Arc<StoredManifest<B>>>,
    tags: BTreeMap<Tag, Digest>,
    /// By the digest of the subject, then by the referrer's own.
    referrers: HashMap<String, BTreeMap<Digest, Arc<Descriptor>>>,
    /// Blobs under their digests, and manifests under the first of theirs.
    idle: Idle,
}

impl<B> Default for Index<B> {
    fn default() -> Self {
        Self {
            is_known: false,
            blobs: HashMap::new(),
            manifests: HashMap::new(),
            tags: BTreeMap::new(),
            referrers: HashMap::new(),
            idle: Idle::default(),
        }
    }
}

impl<B: Clone> Index<B> {
    /// Notes a blob.
    pub(super) fn put_blob(&mut self, digest: Digest, blob: B) {
        self.is_known = true;
        self.idle.touch(&digest);
        self.blobs.insert(digest, blob);
    }

    /// Forgets a blob. What was kept of it.
    pub(super) fn delete_blob(&mut self, digest: &Digest) -> Option<B> {
        self.idle.touch(digest);
        self.blobs.remove(digest)
    }

    /// The manifest to which a reference leads, and its digest.
    pub(super) fn manifest(
        &self,
        reference: &Reference,
    ) -> Option<(&Digest, &Arc<StoredManifest<B>>)> {
        let digest = match reference {
            Reference::Digest(digest) => digest,
            Reference::Tag(tag) => self.tags.get(tag)?,
        };
        let (digest, manifest) = self.manifests.get_key_value(digest)?;
        Some((digest, manifest))
    }

    /// Where a tag points.
    pub(super) fn tag(&self, tag: &Tag) -> Option<&Digest> {
        self.tags.get(tag)
    }

    /// The manifest as it will be noted: with the digests under which its bytes are known already
    /// in front of its own. And the one that is there.
    pub(super) fn merged(
        &self,
        mut manifest: StoredManifest<B>,
    ) -> (StoredManifest<B>, Option<Arc<StoredManifest<B>>>) {
        let mut digests = manifest.digests.iter();
        let known = digests.find_map(|digest| self.manifests.get(digest).cloned());
        if let Some(known) = &known {
            manifest.is_also(known);
        }
        (manifest, known)
    }

    /// Notes a manifest as [`merged`](Self::merged) made it, and points tags to one of its digests.
    pub(super) fn put_manifest(
        &mut self,
        (manifest, known): (StoredManifest<B>, Option<Arc<StoredManifest<B>>>),
        pushed: &Digest,
        tags: &[Tag],
    ) {
        self.is_known = true;
        if let Some(known) = known {
            self.unlist(&known);
        }
        self.idle.touch(&manifest.digests[0]);
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
    fn unlist(&mut self, manifest: &StoredManifest<B>) {
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

    /// Points a tag to a digest.
    pub(super) fn put_tag(&mut self, tag: Tag, digest: Digest) {
        self.tags.insert(tag, digest);
    }

    /// Every tag and where it points.
    pub(super) fn all_tags(&self) -> impl Iterator<Item = (&Tag, &Digest)> {
        self.tags.iter()
    }

    /// The tags that point to a manifest.
    pub(super) fn tags_of(&self, manifest: &StoredManifest<B>) -> Vec<Tag> {
        let all = self.tags.iter();
        let own = all.filter(|(_, digest)| manifest.digests.contains(digest));
        own.map(|(tag, _)| tag.clone()).collect()
    }

    /// Forgets a manifest and the tags that point to it. Whether it was there.
    pub(super) fn delete_manifest(&mut self, digest: &Digest) -> bool {
        let Some(manifest) = self.manifests.get(digest).cloned() else {
            return false;
        };
        self.unlist(&manifest);
        self.idle.touch(&manifest.digests[0]);
        for digest in &manifest.digests {
            self.manifests.remove(digest);
        }
        self.tags
            .retain(|_, digest| !manifest.digests.contains(digest));
        true
    }

    /// Forgets a tag. Whether it was there.
    pub(super) fn delete_tag(&mut self, tag: &Tag) -> bool {
        self.tags.remove(tag).is_some()
    }

    /// Notes that whatever has these digests is used.
    pub(super) fn touch(&self, digests: &[Digest]) {
        for digest in digests {
            self.idle.touch(digest);
            if let Some(manifest) = self.manifests.get(digest) {
                self.idle.touch(&manifest.digests[0]);
            }
        }
    }

    /// Whether a blob is there that was counted and not used since.
    pub(super) fn has_idle_blob(&self, digest: &Digest) -> bool {
        self.blobs.contains_key(digest) && self.idle.is_idle(digest)
    }

    /// Those of these manifests that are there, if all of them were counted and not used since.
    pub(super) fn idle_manifests(&self, digests: &[Digest]) -> Option<Vec<Arc<StoredManifest<B>>>> {
        let found = digests.iter().filter_map(|it| self.manifests.get(it));
        let found: Vec<_> = found.cloned().collect();
        let mut firsts = found.iter().map(|it| &it.digests[0]);
        firsts.all(|it| self.idle.is_idle(it)).then_some(found)
    }

    /// Counts what is there.
    pub(super) fn census(&self, now: Duration, patience: Duration) -> Census {
        let is_idle =
            |digest: &Digest| now.saturating_sub(self.idle.count(digest, now)) >= patience;
        let tagged: HashSet<&Digest> = self.tags.values().collect();
        let firsts = self.manifests.iter();
        let firsts = firsts.filter(|(digest, manifest)| **digest == manifest.digests[0]);
        Census {
            idle_blobs: self
                .blobs
                .keys()
                .filter(|it| is_idle(it))
                .cloned()
                .collect(),
            manifests: firsts
                .map(|(digest, manifest)| Counted {
                    digests: manifest.digests.clone(),
                    is_tagged: manifest.digests.iter().any(|it| tagged.contains(it)),
                    is_idle: is_idle(digest),
                })
                .collect(),
        }
    }

    /// Up to `limit` tags behind `after`, and whether more follow.
    pub(super) fn tags(&self, after: &str, limit: usize) -> (Vec<Tag>, bool) {
        let bounds = (Bound::Excluded(after), Bound::Unbounded);
        let mut behind = self.tags.range::<str, _>(bounds).map(|(tag, _)| tag);
        let page = behind.by_ref().take(limit).cloned().collect();
        (page, behind.next().is_some())
    }

    /// Those who refer to a subject, behind `after`.
    pub(super) fn referrers(&self, subject: &str, after: Option<&Digest>) -> Vec<Arc<Descriptor>> {
        let Some(listed) = self.referrers.get(subject) else {
            return Vec::new();
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = listed.range::<Digest, _>((start, Bound::Unbounded));
        behind
            .map(|(_, descriptor)| Arc::clone(descriptor))
            .collect()
    }
}

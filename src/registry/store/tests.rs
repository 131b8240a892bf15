//! What every store does, asked of each of them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Content;
use super::DiskStore;
use super::Draft;
use super::Flush;
use super::Found;
use super::MemoryStore;
use super::Session;
use super::Store;
use super::StoredManifest;
use super::Taken;
use super::Unappended;
use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// Runs `test` on a new store of every kind.
fn on_every_store(test: impl Fn(&Asked)) {
    let folder = tempfile::tempdir().unwrap();
    let disk = DiskStore::open(&folder.path().join("store"), Flush::Never).unwrap();
    for store in [&MemoryStore::default() as &dyn Store, &disk] {
        test(&Asked(store));
    }
}

/// A store that does not fail, and content in memory.
pub(super) struct Asked<'a>(pub(super) &'a dyn Store);

impl Asked<'_> {
    pub(super) fn has_repository(&self, name: &RepositoryName) -> bool {
        self.0.has_repository(name).unwrap()
    }

    pub(super) fn draft(&self, content: &str) -> Draft {
        let mut draft = self.0.draft(Algorithm::Sha256).unwrap();
        draft.write(content.to_owned().into()).unwrap();
        draft
    }

    pub(super) fn put_blob(&self, name: &RepositoryName, content: &str) {
        let draft = self.draft(content);
        assert_eq!(draft.digest(), digest(content));
        self.0.put_blob(name, draft.digest(), draft).unwrap();
    }

    pub(super) fn blob(&self, name: &RepositoryName, digest: &Digest) -> Option<Bytes> {
        let blob = self.0.blob(name, digest).unwrap();
        assert_eq!(self.0.has_blob(name, digest).unwrap(), blob.is_some());
        blob.map(|content| content.read().unwrap())
    }

    fn mount_blob(&self, name: &str, digest: &Digest, from: Option<&RepositoryName>) -> bool {
        let name = name.parse().unwrap();
        self.0.mount_blob(&name, digest, from).unwrap()
    }

    pub(super) fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> bool {
        self.0.delete_blob(name, digest).unwrap()
    }

    pub(super) fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Option<Found> {
        self.0.manifest(name, reference).unwrap()
    }

    pub(super) fn put_manifest(
        &self,
        name: &RepositoryName,
        manifest: StoredManifest,
        tags: &[Tag],
    ) {
        assert!(
            self.0
                .put_manifest(name, manifest, tags, &|_| true)
                .unwrap()
        );
    }

    pub(super) fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> bool {
        self.0.delete_manifest(name, digest).unwrap()
    }

    pub(super) fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> bool {
        self.0.delete_tag(name, tag).unwrap()
    }

    pub(super) fn tags(
        &self,
        name: &RepositoryName,
        after: &str,
        limit: usize,
    ) -> (Vec<Tag>, bool) {
        self.0.tags(name, after, limit).unwrap()
    }

    pub(super) fn referrers(
        &self,
        name: &RepositoryName,
        subject: &str,
        after: Option<&Digest>,
    ) -> Vec<Arc<Descriptor>> {
        self.0.referrers(name, subject, after).unwrap()
    }

    pub(super) fn open_session(&self, name: &RepositoryName, id: &str) {
        self.0.open_session(name, id).unwrap();
    }

    pub(super) fn session(&self, name: &RepositoryName, id: &str) -> Option<Session> {
        self.0.session(name, id).unwrap()
    }

    fn cancel_session(&self, name: &RepositoryName, id: &str) -> bool {
        self.0.cancel_session(name, id).unwrap()
    }

    /// A chunk that begins where the session stands.
    pub(super) fn chunk(&self, name: &RepositoryName, id: &str, content: &str) -> Option<Draft> {
        let mut chunk = self.0.chunk(name, id, Algorithm::Sha256).unwrap()?;
        chunk.write(content.to_owned().into()).unwrap();
        Some(chunk)
    }

    pub(super) fn append(
        &self,
        name: &RepositoryName,
        id: &str,
        at: Option<u64>,
        content: &str,
    ) -> Result<u64, Unappended> {
        let chunk = self.chunk(name, id, content);
        let chunk = chunk.unwrap_or_else(|| self.draft(content));
        self.0.append(name, id, at, chunk).unwrap()
    }

    pub(super) fn session_content(&self, name: &RepositoryName, id: &str) -> Option<Vec<Bytes>> {
        let pieces = self.0.session_content(name, id).unwrap()?;
        Some(pieces.iter().map(|it| Content::read(it).unwrap()).collect())
    }
}

pub(super) fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

pub(super) fn tag(text: &str) -> Tag {
    text.parse().unwrap()
}

pub(super) fn digest(content: &str) -> Digest {
    Algorithm::Sha256.digest(content.as_bytes())
}

pub(super) fn manifest(content: &'static str, subject: Option<&str>) -> StoredManifest {
    let descriptor = Descriptor {
        digest: digest(content).to_string(),
        ..Descriptor::default()
    };
    StoredManifest {
        bytes: Bytes::from(content),
        media_type: "a/b".to_owned(),
        digests: vec![digest(content)],
        referrer: subject.map(|subject| (subject.to_owned(), Arc::new(descriptor))),
    }
}

#[test]
fn a_repository_is_there_once_something_was_put_into_it_and_stays() {
    on_every_store(|store| {
        store.open_session(&name("a"), "1");
        assert!(!store.has_repository(&name("a")));
        store.put_blob(&name("a"), "x");
        assert!(store.delete_blob(&name("a"), &digest("x")));
        assert!(store.has_repository(&name("a")));
        assert!(!store.has_repository(&name("b")));
    });
}

#[test]
fn a_blob_belongs_to_its_repository() {
    on_every_store(|store| {
        store.put_blob(&name("a"), "x");
        assert_eq!(store.blob(&name("a"), &digest("x")).unwrap(), "x");
        assert_eq!(store.blob(&name("b"), &digest("x")), None);
        assert!(!store.mount_blob("b", &digest("x"), Some(&name("c"))));
        assert!(store.mount_blob("b", &digest("x"), Some(&name("a"))));
        assert!(store.mount_blob("c", &digest("x"), None));
        store.put_manifest(&name("a"), manifest("y", None), &[]);
        assert!(!store.mount_blob("c", &digest("y"), None));
        assert!(store.delete_blob(&name("a"), &digest("x")));
        assert!(!store.delete_blob(&name("a"), &digest("x")));
        assert_eq!(store.blob(&name("b"), &digest("x")).unwrap(), "x");
        assert_eq!(store.blob(&name("c"), &digest("x")).unwrap(), "x");
    });
}

#[test]
fn a_manifest_is_found_by_digest_and_tag_until_it_is_deleted() {
    on_every_store(|store| {
        let a = name("a");
        let tags = [tag("v1"), tag("v2")];
        store.put_manifest(&a, manifest("x", None), &tags);
        for reference in [Reference::Tag(tag("v1")), Reference::Digest(digest("x"))] {
            let found = store.manifest(&a, &reference).unwrap();
            assert_eq!(found.digest, digest("x"));
            assert_eq!(found.manifest.bytes, "x");
        }
        assert!(store.delete_tag(&a, &tag("v1")));
        assert!(!store.delete_tag(&a, &tag("v1")));
        assert!(store.manifest(&a, &Reference::Tag(tag("v2"))).is_some());
        assert!(store.delete_manifest(&a, &digest("x")));
        assert!(!store.delete_manifest(&a, &digest("x")));
        assert!(store.manifest(&a, &Reference::Tag(tag("v2"))).is_none());
    });
}

#[test]
fn a_condition_that_is_not_met_leaves_everything_as_it_is() {
    on_every_store(|store| {
        let a = name("a");
        let is_none = |before: Option<&Digest>| before.is_none();
        let is_y = |before: Option<&Digest>| before == Some(&digest("y"));
        let put = |content, condition: &dyn Fn(Option<&Digest>) -> bool| {
            let manifest = manifest(content, None);
            (store.0.put_manifest(&a, manifest, &[tag("v1")], condition)).unwrap()
        };
        assert!(put("x", &is_none));
        assert!(!put("z", &is_y));
        let found = store.manifest(&a, &Reference::Tag(tag("v1"))).unwrap();
        assert_eq!(found.digest, digest("x"));
        assert!(
            store
                .manifest(&a, &Reference::Digest(digest("z")))
                .is_none()
        );
    });
}

#[test]
fn tags_come_in_order_and_in_pages() {
    on_every_store(|store| {
        let a = name("a");
        let tags = [tag("b"), tag("A"), tag("a")];
        store.put_manifest(&a, manifest("x", None), &tags);
        assert_eq!(
            store.tags(&a, "", 9),
            (vec![tag("A"), tag("a"), tag("b")], false)
        );
        assert_eq!(store.tags(&a, "", 2), (vec![tag("A"), tag("a")], true));
        assert_eq!(store.tags(&a, "a", 2), (vec![tag("b")], false));
        assert_eq!(store.tags(&a, "", 0), (vec![], true));
        assert_eq!(store.tags(&name("b"), "", 9), (vec![], false));
    });
}

#[test]
fn referrers_are_listed_by_subject() {
    on_every_store(|store| {
        let a = name("a");
        for content in ["x", "y", "x"] {
            store.put_manifest(&a, manifest(content, Some("s")), &[]);
        }
        store.put_manifest(&a, manifest("z", Some("t")), &[]);
        let listed = |after: Option<&Digest>| -> Vec<String> {
            let found = store.referrers(&a, "s", after);
            found.iter().map(|it| it.digest.clone()).collect()
        };
        let mut expected = [digest("x"), digest("y")];
        expected.sort_unstable();
        assert_eq!(listed(None), expected.clone().map(|it| it.to_string()));
        assert_eq!(listed(Some(&expected[0])), [expected[1].to_string()]);
        store.delete_manifest(&a, &expected[1]);
        assert_eq!(listed(None), [expected[0].to_string()]);
    });
}

#[test]
fn bytes_that_are_pushed_again_stay_one_manifest_with_its_first_digest() {
    on_every_store(|store| {
        let a = name("a");
        let long = Algorithm::Sha512.digest(b"x");
        store.put_manifest(&a, manifest("x", Some("s")), &[]);
        let mut again = manifest("x", Some("s"));
        again.digests.insert(0, long.clone());
        store.put_manifest(&a, again, &[tag("v1")]);
        let listed = store.referrers(&a, "s", None);
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].digest, digest("x").to_string());
        let found = store.manifest(&a, &Reference::Tag(tag("v1"))).unwrap();
        assert_eq!(found.digest, long);
        assert!(store.delete_manifest(&a, &long));
        assert!(
            store
                .manifest(&a, &Reference::Digest(digest("x")))
                .is_none()
        );
        assert!(store.referrers(&a, "s", None).is_empty());
    });
}

#[test]
fn a_session_takes_chunks_where_it_stands_and_ends_once() {
    on_every_store(|store| {
        let a = name("a");
        store.open_session(&a, "1");
        assert_eq!(store.append(&a, "1", None, "ab"), Ok(2));
        let elsewhere = Err(Unappended::Elsewhere(2));
        assert_eq!(store.append(&a, "1", Some(1), "c"), elsewhere);
        assert_eq!(store.append(&a, "1", Some(2), "c"), Ok(3));
        let session = Session {
            len: 3,
            last_chunk: Some(1),
        };
        assert_eq!(store.session(&a, "1"), Some(session));
        assert_eq!(store.session_content(&a, "1").unwrap(), ["ab", "c"]);
        let early = store.chunk(&a, "1", "x").unwrap();
        assert_eq!(store.append(&a, "1", None, "d"), Ok(4));
        let last = store.chunk(&a, "1", "e").unwrap();
        assert_eq!(last.digest(), digest("abcde"));
        let finish = |chunk| (store.0.finish_session(&a, "1", digest("abcde"), chunk)).unwrap();
        assert_eq!(finish(early), Err(Unappended::Elsewhere(4)));
        assert_eq!(finish(last), Ok(()));
        assert_eq!(finish(store.draft("")), Err(Unappended::Unknown));
        assert_eq!(store.session(&a, "1"), None);
        assert_eq!(store.blob(&a, &digest("abcde")).unwrap(), "abcde");
    });
}

#[test]
fn a_session_belongs_to_its_repository_and_can_be_cancelled() {
    on_every_store(|store| {
        store.open_session(&name("a"), "1");
        store.open_session(&name("b"), "2");
        assert_eq!(store.session(&name("b"), "1"), None);
        assert!(!store.cancel_session(&name("b"), "1"));
        assert!(store.cancel_session(&name("a"), "1"));
        assert_eq!(store.session(&name("a"), "1"), None);
        let unknown = Err(Unappended::Unknown);
        assert_eq!(store.append(&name("a"), "1", None, ""), unknown);
    });
}

#[test]
fn a_session_expires_once_nothing_has_come_for_long_enough() {
    on_every_store(|store| {
        let a = name("a");
        store.open_session(&a, "1");
        store.0.expire_sessions(&a, Duration::MAX).unwrap();
        assert!(store.session(&a, "1").is_some());
        store.0.expire_sessions(&a, Duration::ZERO).unwrap();
        assert!(store.session(&a, "1").is_none());
    });
}

#[test]
fn a_chunk_that_goes_anywhere_is_hashed_for_where_it_ends_up() {
    on_every_store(|store| {
        let a = name("a");
        store.open_session(&a, "1");
        let second = store.chunk(&a, "1", "cd").unwrap();
        assert_eq!(store.append(&a, "1", None, "ab"), Ok(2));
        assert_eq!(store.0.append(&a, "1", None, second).unwrap(), Ok(4));
        let last = store.chunk(&a, "1", "").unwrap();
        assert_eq!(last.digest(), digest("abcd"));
    });
}

#[test]
fn an_empty_upload_is_hashed_by_the_algorithm_that_is_asked_for() {
    on_every_store(|store| {
        let a = name("a");
        store.open_session(&a, "1");
        let mut chunk = store.0.chunk(&a, "1", Algorithm::Sha512).unwrap().unwrap();
        chunk.write(Bytes::from("x")).unwrap();
        assert_eq!(chunk.digest(), Algorithm::Sha512.digest(b"x"));
    });
}

#[test]
fn bytes_are_a_blob_and_a_manifest_by_themselves() {
    on_every_store(|store| {
        let a = name("a");
        store.put_blob(&a, "x");
        store.put_manifest(&a, manifest("x", None), &[]);
        assert!(store.delete_blob(&a, &digest("x")));
        assert_eq!(store.blob(&a, &digest("x")), None);
        let reference = Reference::Digest(digest("x"));
        assert_eq!(store.manifest(&a, &reference).unwrap().manifest.bytes, "x");
    });
}

#[test]
fn a_repository_in_another_is_one_of_its_own() {
    on_every_store(|store| {
        store.put_blob(&name("a/b"), "x");
        assert!(!store.has_repository(&name("a")));
        store.put_blob(&name("a"), "y");
        assert_eq!(store.0.repositories().unwrap(), [name("a"), name("a/b")]);
        assert_eq!(store.blob(&name("a"), &digest("x")), None);
    });
}

#[test]
fn a_blob_is_taken_that_was_counted_and_not_used_since() {
    on_every_store(|store| {
        let a = name("a");
        let (now, second) = (Duration::from_secs(9), Duration::from_secs(1));
        for blob in ["x", "touched", "put again"] {
            store.put_blob(&a, blob);
        }
        let all = ["x", "touched", "put again", "not there"].map(digest);
        let take = || store.0.take_blobs(&a, &all).unwrap();
        assert_eq!(take(), Taken::default());
        let idle = |now| store.0.census(&a, now, second).unwrap().idle_blobs.len();
        assert_eq!(idle(now), 0);
        assert_eq!(idle(now + second), 3);
        store.0.touch(&a, &all[1..2]).unwrap();
        store.put_blob(&a, "put again");
        assert_eq!(take(), Taken { count: 1, bytes: 1 });
        assert_eq!(store.blob(&a, &digest("x")), None);
        assert_eq!(store.blob(&a, &digest("touched")).unwrap(), "touched");
        assert_eq!(idle(now + second), 0);
        assert_eq!(idle(now + second * 2), 2);
    });
}

#[test]
fn manifests_are_taken_together_or_not_at_all() {
    on_every_store(|store| {
        let a = name("a");
        let long = Algorithm::Sha512.digest(b"y");
        store.put_manifest(&a, manifest("x", None), &[tag("v1")]);
        let mut second = manifest("y", Some("s"));
        second.digests.push(long.clone());
        store.put_manifest(&a, second, &[]);
        let both = [digest("x"), digest("y")];
        let take = |digests: &[Digest]| store.0.take_manifests(&a, digests).unwrap();
        assert_eq!(take(&both), None);
        let mut counted = store.0.census(&a, Duration::ZERO, Duration::ZERO).unwrap();
        counted.manifests.sort_by_key(|it| !it.is_tagged);
        let tagged: Vec<_> = counted.manifests.iter().map(|it| it.is_tagged).collect();
        assert_eq!(tagged, [true, false]);
        assert!(counted.manifests.iter().all(|it| it.is_idle));
        assert_eq!(counted.manifests[1].digests, [digest("y"), long.clone()]);
        store.0.touch(&a, std::slice::from_ref(&long)).unwrap();
        assert_eq!(take(&both), None);
        store.0.census(&a, Duration::ZERO, Duration::ZERO).unwrap();
        store.put_manifest(&a, manifest("x", None), &[tag("v2")]);
        assert_eq!(take(&both), None);
        let taken = Some(Taken { count: 1, bytes: 1 });
        assert_eq!(take(&[digest("y"), digest("not there")]), taken);
        assert!(store.manifest(&a, &Reference::Digest(long)).is_none());
        assert!(store.referrers(&a, "s", None).is_empty());
        assert!(store.manifest(&a, &Reference::Tag(tag("v1"))).is_some());
    });
}

//! What every store does, asked of each of them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::MemoryStore;
use super::Session;
use super::Store;
use super::StoredManifest;
use super::Unappended;
use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// Runs `test` on a new store of every kind.
fn on_every_store(test: impl Fn(&dyn Store)) {
    let stores: [Box<dyn Store>; 1] = [Box::new(MemoryStore::default())];
    for store in &stores {
        test(store.as_ref());
    }
}

fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

fn tag(text: &str) -> Tag {
    text.parse().unwrap()
}

fn digest(content: &str) -> Digest {
    Algorithm::Sha256.digest(content.as_bytes())
}

fn manifest(content: &'static str, subject: Option<&str>) -> StoredManifest {
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
        store.put_blob(&name("a"), digest("x"), Bytes::from("x"));
        assert!(store.delete_blob(&name("a"), &digest("x")));
        assert!(store.has_repository(&name("a")));
        assert!(!store.has_repository(&name("b")));
    });
}

#[test]
fn a_blob_belongs_to_its_repository() {
    on_every_store(|store| {
        store.put_blob(&name("a"), digest("x"), Bytes::from("x"));
        assert_eq!(store.blob(&name("a"), &digest("x")).unwrap(), "x");
        assert_eq!(store.blob(&name("b"), &digest("x")), None);
        assert!(!store.mount_blob(&name("b"), &digest("x"), Some(&name("c"))));
        assert!(store.mount_blob(&name("b"), &digest("x"), Some(&name("a"))));
        assert!(store.mount_blob(&name("c"), &digest("x"), None));
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
        assert!(store.put_manifest(&a, manifest("x", None), &tags, &|_| true));
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
        store.put_manifest(&a, manifest("x", None), &[tag("v1")], &|before| {
            before.is_none()
        });
        let is_y = |before: Option<&Digest>| before == Some(&digest("y"));
        assert!(!store.put_manifest(&a, manifest("z", None), &[tag("v1")], &is_y));
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
        store.put_manifest(&a, manifest("x", None), &tags, &|_| true);
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
            store.put_manifest(&a, manifest(content, Some("s")), &[], &|_| true);
        }
        store.put_manifest(&a, manifest("z", Some("t")), &[], &|_| true);
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
        store.put_manifest(&a, manifest("x", Some("s")), &[], &|_| true);
        let mut again = manifest("x", Some("s"));
        again.digests.insert(0, long.clone());
        store.put_manifest(&a, again, &[tag("v1")], &|_| true);
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
        assert_eq!(store.append(&a, "1", None, Bytes::from("ab")), Ok(2));
        let elsewhere = Err(Unappended::Elsewhere(2));
        assert_eq!(store.append(&a, "1", Some(1), Bytes::from("c")), elsewhere);
        assert_eq!(store.append(&a, "1", Some(2), Bytes::from("c")), Ok(3));
        let session = Session {
            len: 3,
            last_chunk: Some(1),
        };
        assert_eq!(store.session(&a, "1"), Some(session));
        assert_eq!(store.session_content(&a, "1").unwrap(), ["ab", "c"]);
        let blob = || (digest("abc"), Bytes::from("abc"));
        let elsewhere = Err(Unappended::Elsewhere(3));
        assert_eq!(store.finish_session(&a, "1", 2, blob()), elsewhere);
        assert_eq!(store.finish_session(&a, "1", 3, blob()), Ok(()));
        let unknown = Err(Unappended::Unknown);
        assert_eq!(store.finish_session(&a, "1", 3, blob()), unknown);
        assert_eq!(store.blob(&a, &digest("abc")).unwrap(), "abc");
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
        assert_eq!(store.append(&name("a"), "1", None, Bytes::new()), unknown);
    });
}

#[test]
fn a_session_expires_once_nothing_has_come_for_long_enough() {
    on_every_store(|store| {
        let a = name("a");
        store.open_session(&a, "1");
        store.expire_sessions(&a, Duration::MAX);
        assert!(store.session(&a, "1").is_some());
        store.expire_sessions(&a, Duration::ZERO);
        assert!(store.session(&a, "1").is_none());
    });
}

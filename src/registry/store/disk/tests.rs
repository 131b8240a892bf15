//! What only a store on disk does: it outlives the process, and its folders can be read by others.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use bytes::Bytes;
use serde_json::Value;

use super::super::tests::Asked;
use super::super::tests::digest;
use super::super::tests::manifest;
use super::super::tests::name;
use super::super::tests::tag;
use super::DiskStore;
use super::Flush;
use super::OpenError;
use super::verify;
use crate::oci::Algorithm;
use crate::oci::Reference;
use crate::registry::store::Store;
use crate::registry::store::StoreError;

fn open(folder: &Path) -> DiskStore {
    DiskStore::open(folder, Flush::Always).unwrap()
}

/// A folder with a store in which everything was put that there is.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let asked = Asked(&store);
    let a = name("a/b");
    asked.put_blob(&a, "blob");
    asked.put_blob(&name("c"), "blob");
    asked.put_manifest(&a, manifest("subject", None), &[tag("v1"), tag("v2")]);
    asked.put_manifest(&a, manifest("referrer", Some("s")), &[]);
    asked.open_session(&a, "1");
    asked.append(&a, "1", None, "ab").unwrap();
    asked.append(&a, "1", None, "c").unwrap();
    folder
}

#[test]
fn everything_is_there_again_after_it_was_closed() {
    let folder = filled();
    let store = open(folder.path());
    let asked = Asked(&store);
    let a = name("a/b");
    assert_eq!(asked.blob(&a, &digest("blob")).unwrap(), "blob");
    assert_eq!(asked.tags(&a, "", 9).0, [tag("v1"), tag("v2")]);
    let found = asked.manifest(&a, &Reference::Tag(tag("v1"))).unwrap();
    assert_eq!(found.manifest.bytes, "subject");
    assert_eq!(found.manifest.media_type, "a/b");
    let referrers = asked.referrers(&a, "s", None);
    assert_eq!(referrers[0].digest, digest("referrer").to_string());
    assert_eq!(asked.session(&a, "1").unwrap().len, 3);
    assert_eq!(asked.session(&a, "1").unwrap().last_chunk, Some(1));
    assert_eq!(asked.session_content(&a, "1").unwrap(), ["ab", "c"]);
    let last = asked.chunk(&a, "1", "d").unwrap();
    assert_eq!(last.digest(), digest("abcd"));
    let ended = store.finish_session(&a, "1", digest("abcd"), last).unwrap();
    assert_eq!(ended, Ok(()));
    assert_eq!(asked.blob(&a, &digest("abcd")).unwrap(), "abcd");
}

#[test]
fn what_was_read_is_at_hand_where_it_is_held_and_nowhere_else() {
    let folder = filled();
    let store = open(folder.path());
    let asked = Asked(&store);
    let (a, c) = (name("a/b"), name("c"));
    let (blob, v1) = (Reference::Digest(digest("blob")), Reference::Tag(tag("v1")));
    assert!(!store.is_at_hand(&a, None));
    assert_eq!(asked.blob(&a, &digest("blob")).unwrap(), "blob");
    asked.manifest(&a, &v1).unwrap();
    assert!(store.is_at_hand(&a, Some(&blob)) && store.is_at_hand(&a, Some(&v1)));
    assert!(!store.is_at_hand(&c, Some(&blob)));
    assert!(asked.delete_blob(&a, &digest("blob")));
    assert_eq!(asked.blob(&a, &digest("blob")), None);
    assert_eq!(asked.blob(&c, &digest("blob")).unwrap(), "blob");
    assert!(asked.delete_manifest(&a, &digest("subject")));
    assert!(asked.manifest(&a, &v1).is_none());
    assert!(store.is_at_hand(&a, Some(&v1)));
}

#[test]
fn a_condition_that_is_not_met_makes_no_repository() {
    let folder = tempfile::tempdir().unwrap();
    let new = |store: &DiskStore| {
        let (manifest, tags) = (manifest("x", None), [tag("v1")]);
        store.put_manifest(&name("new"), manifest, &tags, &|led_to| led_to.is_some())
    };
    assert!(!new(&open(folder.path())).unwrap());
    assert!(!Asked(&open(folder.path())).has_repository(&name("new")));
}

#[test]
fn what_was_deleted_does_not_come_back() {
    let folder = filled();
    let a = name("a/b");
    let store = open(folder.path());
    assert!(store.delete_tag(&a, &tag("v1")).unwrap());
    assert!(store.delete_blob(&a, &digest("blob")).unwrap());
    assert!(store.delete_manifest(&a, &digest("subject")).unwrap());
    assert!(store.cancel_session(&a, "1").unwrap());
    drop(store);
    let store = open(folder.path());
    let asked = Asked(&store);
    assert_eq!(asked.tags(&a, "", 9), (vec![], false));
    assert_eq!(asked.blob(&a, &digest("blob")), None);
    assert!(
        asked
            .manifest(&a, &Reference::Digest(digest("subject")))
            .is_none()
    );
    assert_eq!(asked.session(&a, "1"), None);
    assert_eq!(asked.blob(&name("c"), &digest("blob")).unwrap(), "blob");
}

#[test]
fn content_is_there_once_and_goes_with_its_last_link() {
    let folder = filled();
    let store = open(folder.path());
    let own = super::tree::content(&folder.path().join("blobs"), &digest("blob"));
    assert!(own.is_file());
    store.delete_blob(&name("a/b"), &digest("blob")).unwrap();
    assert!(own.is_file());
    store.delete_blob(&name("c"), &digest("blob")).unwrap();
    assert!(!own.exists());
}

#[test]
fn a_second_process_is_refused() {
    let folder = filled();
    let store = open(folder.path());
    let second = DiskStore::open(folder.path(), Flush::Always);
    assert!(matches!(second, Err(OpenError::InUse(_))));
    assert!(matches!(verify(folder.path()), Err(OpenError::InUse(_))));
    drop(store);
    open(folder.path());
}

#[test]
fn a_folder_with_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    let opened = DiskStore::open(folder.path(), Flush::Always);
    assert!(matches!(opened, Err(OpenError::Foreign(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn drafts_that_nobody_took_leave_nothing() {
    let folder = filled();
    let store = open(folder.path());
    let scratch = folder.path().join("scratch");
    let draft = Asked(&store).draft("x");
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 1);
    drop(draft);
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
    fs::write(scratch.join("7"), "of a process that was killed").unwrap();
    drop(store);
    open(folder.path());
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

#[test]
fn the_folder_is_an_image_layout() {
    let folder = filled();
    let layout = fs::read_to_string(folder.path().join("oci-layout")).unwrap();
    assert_eq!(layout, r#"{"imageLayoutVersion":"1.0.0"}"#);
    let index = fs::read(folder.path().join("index.json")).unwrap();
    let index: Value = serde_json::from_slice(&index).unwrap();
    let names: Vec<&Value> = index["manifests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["annotations"]["org.opencontainers.image.ref.name"])
        .collect();
    assert_eq!(names, ["a/b:v1", "a/b:v2"]);
    let own = digest("subject").to_string();
    assert_eq!(index["manifests"][0]["digest"], own.as_str());
}

#[test]
fn the_checker_finds_nothing_in_a_store_that_is_whole() {
    let folder = filled();
    let health = verify(folder.path()).unwrap();
    assert!(health.is_sound(), "{:?}", health.faults);
    let counts = (health.repositories, health.manifests, health.tags);
    assert_eq!(counts, (2, 2, 2));
    assert_eq!(health.contents, 3);
}

/// What is altered, and how.
type Alteration<'a> = (&'a str, &'a dyn Fn(&Path));

#[test]
fn the_checker_finds_what_was_altered() {
    let branch = |root: &Path| super::Tree::new(root).repository(&name("a/b"));
    let own = |root: &Path| super::tree::content(&root.join("blobs"), &digest("blob"));
    let alterations: [Alteration<'_>; 4] = [
        ("content", &|root| fs::write(own(root), "blub").unwrap()),
        ("a lost manifest", &|root| {
            fs::remove_file(branch(root).manifest(&digest("subject"))).unwrap();
        }),
        ("a record", &|root| {
            fs::write(branch(root).record(&digest("subject")), "{").unwrap();
        }),
        ("a copy in place of a link", &|root| {
            let place = branch(root).blob(&digest("blob"));
            fs::remove_file(&place).unwrap();
            fs::write(&place, "blob").unwrap();
        }),
    ];
    for (what, alter) in alterations {
        let folder = filled();
        alter(folder.path());
        assert!(!verify(folder.path()).unwrap().is_sound(), "{what}");
    }
}

#[test]
fn what_a_crash_left_half_done_counts_as_not_done() {
    let folder = filled();
    let a = name("a/b");
    let branch = super::Tree::new(folder.path()).repository(&a);
    // The record goes first when a manifest is deleted.
    fs::remove_file(branch.record(&digest("subject"))).unwrap();
    let store = open(folder.path());
    let asked = Asked(&store);
    assert_eq!(asked.tags(&a, "", 9), (vec![], false));
    asked.put_manifest(&a, manifest("subject", None), &[]);
    drop(store);
    let store = open(folder.path());
    assert_eq!(Asked(&store).tags(&a, "", 9), (vec![], false));
}

#[test]
fn a_folder_that_cannot_be_written_says_so_and_loses_nothing() {
    let folder = filled();
    let store = open(folder.path());
    let asked = Asked(&store);
    let a = name("a/b");
    let scratch = folder.path().join("scratch");
    fs::set_permissions(&scratch, fs::Permissions::from_mode(0o500)).unwrap();
    let draft = store.draft(Algorithm::Sha256);
    let is_root = draft.is_ok();
    fs::set_permissions(&scratch, fs::Permissions::from_mode(0o700)).unwrap();
    // Root may write everywhere.
    assert!(is_root || matches!(draft, Err(StoreError::ReadOnly)));
    assert_eq!(
        asked.blob(&a, &digest("blob")).unwrap(),
        Bytes::from("blob")
    );
}

#[test]
fn a_name_that_no_folder_can_have_is_refused() {
    let folder = filled();
    let store = open(folder.path());
    let long = name(&"a".repeat(300));
    let opened = store.open_session(&long, "1");
    assert!(matches!(opened, Err(StoreError::NameTooLong)));
    assert!(!store.has_repository(&long).unwrap());
}

#[test]
fn an_upload_whose_blob_cannot_be_put_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let asked = Asked(&store);
    let a = name("a");
    asked.open_session(&a, "1");
    asked.append(&a, "1", None, "ab").unwrap();
    asked.append(&a, "1", None, "cd").unwrap();
    let in_the_way = super::Tree::new(folder.path()).repository(&a).blobs();
    fs::write(&in_the_way, "").unwrap();
    let last = asked.chunk(&a, "1", "e").unwrap();
    assert!(
        store
            .finish_session(&a, "1", digest("abcde"), last)
            .is_err()
    );
    assert_eq!(asked.session(&a, "1").unwrap().len, 4);
    assert_eq!(asked.session_content(&a, "1").unwrap(), ["ab", "cd"]);
    fs::remove_file(&in_the_way).unwrap();
    let last = asked.chunk(&a, "1", "e").unwrap();
    let ended = store.finish_session(&a, "1", digest("abcde"), last);
    assert_eq!(ended.unwrap(), Ok(()));
    assert_eq!(asked.blob(&a, &digest("abcde")).unwrap(), "abcde");
}

#[test]
fn content_that_is_taken_goes_from_the_disk_with_its_last_repository() {
    let folder = filled();
    let store = open(folder.path());
    let own = super::tree::content(&folder.path().join("blobs"), &digest("blob"));
    for (repository, is_left) in [("a/b", true), ("c", false)] {
        let repository = name(repository);
        let soon = std::time::Duration::ZERO;
        store.census(&repository, soon, soon).unwrap();
        let taken = store.take_blobs(&repository, &[digest("blob")]).unwrap();
        assert_eq!((taken.count, taken.bytes), (1, 4));
        assert_eq!(own.exists(), is_left);
    }
    drop(store);
    assert!(verify(folder.path()).unwrap().is_sound());
    assert_eq!(
        Asked(&open(folder.path())).blob(&name("c"), &digest("blob")),
        None
    );
}

#[test]
fn content_that_a_crash_left_in_no_repository_is_freed_and_no_other() {
    let folder = filled();
    let own = super::tree::content(&folder.path().join("blobs"), &digest("blob"));
    for repository in ["a/b", "c"] {
        let branch = super::Tree::new(folder.path()).repository(&name(repository));
        fs::remove_file(branch.blob(&digest("blob"))).unwrap();
    }
    let store = open(folder.path());
    assert!(own.exists());
    let freed = store.free_strays().unwrap();
    assert_eq!((freed.count, freed.bytes), (1, 4));
    assert!(!own.exists());
    assert_eq!(store.free_strays().unwrap().count, 0);
    let found = Asked(&store).manifest(&name("a/b"), &Reference::Tag(tag("v1")));
    assert_eq!(found.unwrap().manifest.bytes, "subject");
}

#[test]
fn a_manifest_of_which_no_record_tells_is_let_go_unless_a_record_cannot_be_read() {
    let own = |folder: &Path| super::tree::content(&folder.join("blobs"), &digest("subject"));
    let a = name("a/b");
    let branch = |folder: &Path| super::Tree::new(folder).repository(&a);
    for is_readable in [true, false] {
        let folder = filled();
        let other = branch(folder.path()).record(&digest("referrer"));
        if !is_readable {
            fs::write(other, "{").unwrap();
        }
        fs::remove_file(branch(folder.path()).record(&digest("subject"))).unwrap();
        let store = open(folder.path());
        assert!(store.has_repository(&a).unwrap());
        store.free_strays().unwrap();
        assert_eq!(own(folder.path()).exists(), !is_readable);
    }
}

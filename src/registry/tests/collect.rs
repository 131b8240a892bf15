//! What is collected, and what is not, on both stores.

use std::net::Ipv4Addr;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use super::Client;
use super::Registry;
use super::Settings;
use super::descriptor;
use super::image;
use super::index;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::registry::Builder;
use crate::registry::Collect;
use crate::registry::Collected;
use crate::registry::Flush;
use crate::registry::STEP;
use crate::registry::Time;

const IMAGE: &str = media_type::IMAGE_MANIFEST;
const INDEX: &str = media_type::IMAGE_INDEX;

/// A registry that collects, and a client of it.
struct Collecting {
    registry: Registry,
    client: Client,
}

impl Collecting {
    fn of(builder: Builder) -> Self {
        let registry = builder.build();
        let client = Client(registry.in_process());
        Self { registry, client }
    }

    fn collect(&self) -> Collected {
        self.registry.collect().unwrap()
    }

    /// Two passes, so that all that is not used between them has been idle from the one to the other.
    fn collect_all(&self) -> Collected {
        let mut collected = self.collect();
        collected += self.collect();
        collected
    }

    fn has(&self, path: &str) -> bool {
        let status = self.client.head(&format!("/v2/a/{path}")).status;
        assert!(matches!(status, 200 | 404), "{path}: {status}");
        status == 200
    }

    fn has_blob(&self, content: &[u8]) -> bool {
        self.has(&format!("blobs/{}", Algorithm::Sha256.digest(content)))
    }

    fn has_manifest(&self, manifest: &str) -> bool {
        let digest = Algorithm::Sha256.digest(manifest.as_bytes());
        self.has(&format!("manifests/{digest}"))
    }

    fn push(&self, reference: &str, manifest: &str, media_type: &str) {
        let pushed = self.client.push("a", reference, manifest, media_type);
        assert_eq!(pushed.status, 201, "{manifest}");
    }

    fn push_blob(&self, content: &str) {
        let digest = Algorithm::Sha256.digest(content.as_bytes());
        let path = format!("/v2/a/blobs/uploads/?digest={digest}");
        assert_eq!(self.client.post(&path, content.to_owned()).status, 201);
    }

    /// Pushes a manifest without a tag.
    fn push_untagged(&self, manifest: &str, media_type: &str) {
        let digest = Algorithm::Sha256.digest(manifest.as_bytes()).to_string();
        self.push(&digest, manifest, media_type);
    }
}

fn settings(after: Duration, untagged: bool) -> Settings {
    Settings {
        collect: Some(Collect { after, untagged }),
        time: Time::Stepped,
        ..Settings::default()
    }
}

/// Runs `test` on a registry with these settings, on a store of every kind.
fn on_every_store(settings: &Settings, test: impl Fn(&Collecting)) {
    let folder = tempfile::tempdir().unwrap();
    let builder = Registry::builder().settings(settings.clone());
    test(&Collecting::of(builder.clone()));
    let path = folder.path().join("store");
    let builder = builder.stored_in(&path, Flush::Never).unwrap();
    test(&Collecting::of(builder));
    let health = crate::registry::verify_store(&path).unwrap();
    assert!(health.is_sound(), "{:?}", health.faults);
}

/// An image with this configuration and this layer.
fn image_of(config: &'static [u8], layer: &'static [u8]) -> String {
    image(&json!({
        "config": descriptor(media_type::IMAGE_CONFIG, config),
        "layers": [descriptor(media_type::LAYER_TAR, layer)],
    }))
}

fn of_subject(subject: &str, more: Value) -> String {
    let mut manifest = more;
    manifest["subject"] = json!(descriptor(INDEX, subject.as_bytes()));
    index(&manifest)
}

#[test]
fn what_no_manifest_names_is_taken_and_all_else_stays() {
    on_every_store(&settings(Duration::ZERO, false), |it| {
        for blob in [b"config" as &[u8], b"layer", b"unused", b"shared", b"{}"] {
            it.client.push_blob("a", blob);
        }
        let shared = it.client.push_blob("b", b"shared");
        it.push("v1", &image_of(b"config", b"layer"), IMAGE);
        let untagged = image(&json!({}));
        it.push_untagged(&untagged, IMAGE);
        let taken = Collected {
            blobs: 3,
            bytes: 18,
            ..Collected::default()
        };
        assert_eq!(it.collect(), taken);
        assert_eq!(it.collect(), Collected::default());
        for (blob, stays) in [
            (b"config" as &[u8], true),
            (b"layer", true),
            (b"{}", true),
            (b"unused", false),
            (b"shared", false),
        ] {
            assert_eq!(it.has_blob(blob), stays, "{blob:?}");
        }
        assert!(it.has_manifest(&untagged));
        let elsewhere = it.client.get(&format!("/v2/b/blobs/{shared}"));
        assert_eq!(elsewhere.status, 404);
    });
}

#[test]
fn what_was_deleted_leaves_its_blobs_to_be_taken() {
    on_every_store(&settings(Duration::ZERO, false), |it| {
        it.client.push_blob("a", b"config");
        it.client.push_blob("a", b"layer");
        let manifest = image_of(b"config", b"layer");
        it.push("v1", &manifest, IMAGE);
        assert_eq!(it.collect(), Collected::default());
        let digest = Algorithm::Sha256.digest(manifest.as_bytes());
        let deleted = it.client.delete(&format!("/v2/a/manifests/{digest}"));
        assert_eq!(deleted.status, 202);
        assert_eq!(it.collect().blobs, 2);
    });
}

/// A use of a blob by a client.
type Use = (&'static str, fn(&Collecting));

#[test]
fn a_blob_that_somebody_uses_stays_for_its_time_from_then_on() {
    let uses: [Use; 5] = [
        ("HEAD", |it| assert!(it.has_blob(b"blob"))),
        ("GET", |it| {
            let digest = Algorithm::Sha256.digest(b"blob");
            it.client.get(&format!("/v2/a/blobs/{digest}"));
        }),
        ("a push", |it| it.push_blob("blob")),
        ("a mount", |it| {
            let digest = Algorithm::Sha256.digest(b"blob");
            let path = format!("/v2/b/blobs/uploads/?mount={digest}&from=a");
            assert_eq!(it.client.post(&path, "").status, 201);
        }),
        ("a refused manifest", |it| {
            let manifest = image_of(b"not there", b"blob");
            assert_eq!(it.client.push("a", "v1", &manifest, IMAGE).status, 404);
        }),
    ];
    for (name, use_it) in uses {
        on_every_store(&settings(STEP * 3, false), |it| {
            it.client.push_blob("a", b"blob");
            it.collect();
            it.client.get("/v2/");
            it.client.get("/v2/");
            use_it(it);
            assert_eq!(it.collect().blobs, 0, "{name}");
            it.client.get("/v2/");
            it.client.get("/v2/");
            assert_eq!(it.collect().blobs, 0, "{name}");
            it.client.get("/v2/");
            assert!(it.collect().blobs >= 1, "{name}");
            assert!(!it.has_blob(b"blob"), "{name}");
        });
    }
}

#[test]
fn manifests_to_which_nothing_leads_are_taken_if_that_is_asked_for() {
    on_every_store(&settings(Duration::ZERO, true), |it| {
        it.client.push_blob("a", b"config");
        it.client.push_blob("a", b"layer");
        let child = image_of(b"config", b"config");
        it.push_untagged(&child, IMAGE);
        let list = json!({ "manifests": [descriptor(IMAGE, child.as_bytes())] });
        it.push("v1", &index(&list), INDEX);
        let referrer = of_subject(&child, json!({}));
        it.push_untagged(&referrer, INDEX);
        let of_referrer = of_subject(&referrer, json!({}));
        it.push_untagged(&of_referrer, INDEX);

        let lonely = image_of(b"config", b"layer");
        it.push_untagged(&lonely, IMAGE);
        let of_lonely = of_subject(&lonely, json!({}));
        it.push_untagged(&of_lonely, INDEX);
        let of_nothing = of_subject("never came", json!({}));
        it.push_untagged(&of_nothing, INDEX);
        let tagged_of_nothing = of_subject("never came", json!({ "artifactType": "a/t" }));
        it.push("sig", &tagged_of_nothing, INDEX);

        let collected = it.collect();
        assert_eq!((collected.manifests, collected.blobs), (3, 1));
        for manifest in [&child, &referrer, &of_referrer, &tagged_of_nothing] {
            assert!(it.has_manifest(manifest), "{manifest}");
        }
        for manifest in [&lonely, &of_lonely, &of_nothing] {
            assert!(!it.has_manifest(manifest), "{manifest}");
        }
        assert!(it.has_blob(b"config"));
        assert!(!it.has_blob(b"layer"));
        assert_eq!(it.collect(), Collected::default());
        let list = format!(
            "/v2/a/manifests/{}",
            Algorithm::Sha256.digest(index(&list).as_bytes())
        );
        assert_eq!(it.client.delete(&list).status, 202);
        assert_eq!(it.collect().manifests, 3);
    });
}

#[test]
fn an_untagged_manifest_stays_while_somebody_uses_it_and_keeps_what_it_leads_to() {
    on_every_store(&settings(STEP * 2, true), |it| {
        it.client.push_blob("a", b"{}");
        let child = image(&json!({}));
        it.push_untagged(&child, IMAGE);
        let list = index(&json!({ "manifests": [descriptor(IMAGE, child.as_bytes())] }));
        it.push_untagged(&list, INDEX);
        it.collect();
        for _ in 0..4 {
            it.client.get("/v2/");
            assert!(it.has_manifest(&list));
            assert_eq!(it.collect(), Collected::default());
        }
        it.client.get("/v2/");
        it.client.get("/v2/");
        let collected = it.collect();
        assert_eq!((collected.manifests, collected.blobs), (2, 1));
    });
}

#[test]
fn nothing_is_taken_unless_it_is_asked_for_nor_from_what_can_only_be_read() {
    let asked = settings(Duration::ZERO, true);
    for settings in [
        Settings {
            collect: None,
            ..asked.clone()
        },
        Settings {
            read_only: true,
            ..asked
        },
    ] {
        let folder = tempfile::tempdir().unwrap();
        let stored = |builder: Builder| builder.stored_in(folder.path(), Flush::Never).unwrap();
        let before = Collecting::of(stored(Registry::builder()));
        before.client.push_blob("a", b"unused");
        drop(before);
        let it = Collecting::of(stored(Registry::builder().settings(settings)));
        assert_eq!(it.collect_all(), Collected::default());
        assert!(it.has_blob(b"unused"));
    }
}

#[test]
fn uploads_that_nobody_goes_on_with_are_ended() {
    let over = Settings {
        session_timeout: Duration::ZERO,
        ..settings(Duration::MAX, false)
    };
    on_every_store(&over, |it| {
        it.client.open("a");
        it.client.open("b");
        assert_eq!(it.collect().uploads, 2);
        assert_eq!(it.collect(), Collected::default());
    });
    on_every_store(&settings(Duration::ZERO, false), |it| {
        let path = it.client.open("a");
        assert_eq!(it.collect(), Collected::default());
        assert_eq!(it.client.get(&path).status, 204);
    });
}

#[test]
fn what_was_idle_counts_as_used_when_the_registry_begins() {
    let folder = tempfile::tempdir().unwrap();
    let opened = || {
        let builder = Registry::builder().settings(settings(STEP * 2, false));
        Collecting::of(builder.stored_in(folder.path(), Flush::Never).unwrap())
    };
    let it = opened();
    it.client.push_blob("a", b"unused");
    it.collect();
    it.client.get("/v2/");
    it.client.get("/v2/");
    drop(it);
    let it = opened();
    it.client.get("/v2/");
    it.client.get("/v2/");
    assert_eq!(it.collect(), Collected::default());
    it.client.get("/v2/");
    it.client.get("/v2/");
    assert_eq!(it.collect().blobs, 1);
}

/// How long the registry may take to collect by itself.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_registry_that_is_served_collects_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let collect = Collect {
        after: Duration::ZERO,
        untagged: false,
    };
    let builder = Registry::builder().collect(collect);
    let it = Collecting::of(builder.stored_in(folder.path(), Flush::Never).unwrap());
    let digest = it.client.push_blob("a", b"unused");
    let file = folder.path().join("blobs/sha256").join(digest.hex());
    assert!(file.exists());
    let running = it.registry.spawn((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let start = Instant::now();
    while file.exists() {
        assert!(start.elapsed() < PATIENCE, "it is still there");
        thread::sleep(Duration::from_millis(50));
    }
    drop(running);
}

/// How many clients push at once, and how many manifests each.
const CLIENTS: usize = 4;
const PUSHES: usize = 60;

#[test]
fn no_manifest_that_is_stored_lacks_a_blob_however_it_is_pushed_while_all_else_is_taken() {
    on_every_store(&settings(Duration::ZERO, false), |it| {
        let is_over = AtomicBool::new(false);
        let stored = thread::scope(|scope| {
            let collector = scope.spawn(|| {
                let mut collected = Collected::default();
                while !is_over.load(Ordering::Relaxed) {
                    collected += it.collect();
                }
                collected
            });
            let pushers: Vec<_> = (0..CLIENTS)
                .map(|client| scope.spawn(move || pushed_meanwhile(it, client)))
                .collect();
            let stored = pushers.into_iter().flat_map(|it| it.join().unwrap());
            let stored: Vec<(String, String)> = stored.collect();
            is_over.store(true, Ordering::Relaxed);
            let mut collected = collector.join().unwrap();
            collected += it.collect();
            assert!(collected.blobs >= (CLIENTS * PUSHES) as u64);
            stored
        });
        assert!(!stored.is_empty());
        for (manifest, blob) in stored {
            assert!(it.has_manifest(&manifest));
            assert!(it.has_blob(blob.as_bytes()), "{manifest}");
        }
    });
}

/// Pushes blobs, and manifests that name every other of them. Those that were stored, each with its blob.
fn pushed_meanwhile(it: &Collecting, client: usize) -> Vec<(String, String)> {
    let mut stored = Vec::new();
    for round in 0..PUSHES {
        let blob = format!("{client}/{round}");
        let config = descriptor(media_type::IMAGE_CONFIG, blob.as_bytes());
        let manifest = image(&json!({ "config": config }));
        let digest = Algorithm::Sha256.digest(manifest.as_bytes()).to_string();
        it.push_blob(&format!("unused {blob}"));
        // It may be taken before it is named; then a client pushes it again.
        for _ in 0..20 {
            it.push_blob(&blob);
            match it.client.push("a", &digest, &manifest, IMAGE).status {
                201 => {
                    stored.push((manifest, blob));
                    break;
                }
                status => assert_eq!(status, 404),
            }
        }
    }
    stored
}

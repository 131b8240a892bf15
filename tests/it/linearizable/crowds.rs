//! What many clients want of one thing at once, where a register does not say what is right.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use plimsoll::oci::Algorithm;
use serde_json::Value;

use super::on_each_store;
use crate::wire::Reply;
use crate::wire::Wire;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// How many clients want the same.
const MANY: usize = 8;

/// Does `disturb` again and again for as long as `observe` takes.
fn beside(
    address: SocketAddr,
    disturbers: usize,
    disturb: impl Fn(&mut Wire, usize) + Sync,
    observe: impl FnOnce(&mut Wire),
) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for number in 0..disturbers {
            let (disturb, is_over) = (&disturb, &is_over);
            scope.spawn(move || {
                let mut wire = Wire::to(address);
                while !is_over.load(Relaxed) {
                    disturb(&mut wire, number);
                }
            });
        }
        let _over = Over(&is_over);
        observe(&mut Wire::to(address));
    });
}

/// Ends the others, also if the one that they wait for panics.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

fn put_manifest(wire: &mut Wire, tag: &str, mark: &str) -> String {
    let bytes = format!(
        r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[],"annotations":{{"mark":"{mark}"}}}}"#
    );
    let target = format!("/v2/crowd/manifests/{tag}");
    let reply = wire.ask("PUT", &target, &[("Content-Type", INDEX)], bytes.as_bytes());
    assert_eq!(reply.status, 201, "{reply:?}");
    Algorithm::Sha256.digest(bytes.as_bytes()).to_string()
}

/// The session that a POST has opened.
fn session(wire: &mut Wire) -> String {
    let reply = wire.ask("POST", "/v2/crowd/blobs/uploads/", &[], b"");
    assert_eq!(reply.status, 202, "{reply:?}");
    reply.header("location").expect("a session").to_owned()
}

/// Pushes a blob in one of the ways that there are. The answer to the last request, and the session.
fn push(wire: &mut Wire, content: &[u8], way: usize) -> (Reply, Option<String>) {
    let digest = Algorithm::Sha256.digest(content);
    if way == 0 {
        let target = format!("/v2/crowd/blobs/uploads/?digest={digest}");
        return (wire.ask("POST", &target, &[], content), None);
    }
    let session = session(wire);
    let (first, last) = content.split_at(if way == 1 { 0 } else { content.len() / 2 });
    if !first.is_empty() {
        assert_eq!(wire.ask("PATCH", &session, &[], first).status, 202);
    }
    let target = format!("{session}?digest={digest}");
    (wire.ask("PUT", &target, &[], last), Some(session))
}

#[test]
fn one_blob_is_pushed_by_many_at_once() {
    on_each_store(|address| {
        for round in 0..10_u8 {
            let content = vec![round; 40_000];
            thread::scope(|scope| {
                for number in 0..MANY {
                    let content = &content;
                    scope.spawn(move || {
                        let mut wire = Wire::to(address);
                        let (reply, session) = push(&mut wire, content, number % 3);
                        assert_eq!(reply.status, 201, "{reply:?}");
                        let left = session.map(|session| wire.get(&session).status);
                        assert!(left.is_none_or(|status| status == 404), "it is over");
                        let digest = Algorithm::Sha256.digest(content);
                        let pulled = wire.get(&format!("/v2/crowd/blobs/{digest}"));
                        assert!(pulled.status == 200 && pulled.body == *content);
                    });
                }
            });
        }
    });
}

#[test]
fn a_blob_that_is_deleted_beside_pulls_is_whole_or_not_there() {
    on_each_store(|address| {
        let content = b"0123456789abcdef".repeat(40_000);
        let digest = Algorithm::Sha256.digest(&content);
        let path = format!("/v2/crowd/blobs/{digest}");
        let disturb = |wire: &mut Wire, number: usize| {
            let answered = match number {
                0 => wire.ask("DELETE", &path, &[], b"").status,
                _ => push(wire, &content, number % 3).0.status,
            };
            assert!([201, 202, 404].contains(&answered), "{answered}");
        };
        let observe = |wire: &mut Wire| {
            for _ in 0..100 {
                let reply = wire.get(&path);
                match reply.status {
                    200 => assert!(reply.body == content, "{} bytes", reply.body.len()),
                    other => assert_eq!(other, 404),
                }
            }
        };
        beside(address, 3, disturb, observe);
    });
}

/// The tags of a list in pages of four.
fn listed(wire: &mut Wire) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    loop {
        let after = tags.last().cloned().unwrap_or_default();
        let page = wire.get(&format!("/v2/crowd/tags/list?n=4&last={after}"));
        assert_eq!(page.status, 200);
        let list: Value = serde_json::from_slice(&page.body).expect("JSON");
        let list = list["tags"].as_array().expect("a list");
        tags.extend(
            list.iter()
                .map(|tag| tag.as_str().expect("text").to_owned()),
        );
        if page.header("link").is_none() {
            return tags;
        }
    }
}

#[test]
fn a_list_has_every_tag_that_was_there_throughout_and_none_that_never_was() {
    let names = |letter: char| -> BTreeSet<String> {
        (0..6).map(|number| format!("t{number}{letter}")).collect()
    };
    let (stable, moving) = (names('s'), names('m'));
    on_each_store(|address| {
        let mut wire = Wire::to(address);
        for tag in &stable {
            put_manifest(&mut wire, tag, tag);
        }
        let disturb = |wire: &mut Wire, number: usize| {
            for tag in moving.iter().skip(number * 2).take(2) {
                let digest = put_manifest(wire, tag, tag);
                let reference = if number == 0 { &digest } else { tag };
                let target = format!("/v2/crowd/manifests/{reference}");
                assert_eq!(wire.ask("DELETE", &target, &[], b"").status, 202);
            }
        };
        beside(address, 3, disturb, |wire| {
            for _ in 0..60 {
                let tags = listed(wire);
                assert!(tags.is_sorted(), "{tags:?}");
                let found: BTreeSet<String> = tags.iter().cloned().collect();
                assert_eq!(found.len(), tags.len(), "{tags:?}");
                assert!(found.is_superset(&stable), "{tags:?}");
                assert!(
                    found
                        .iter()
                        .all(|tag| stable.contains(tag) || moving.contains(tag))
                );
            }
        });
    });
}

#[test]
fn a_tag_that_is_moved_stays_when_the_manifest_that_it_led_to_is_deleted() {
    on_each_store(|address| {
        put_manifest(&mut Wire::to(address), "moved", "first");
        let rounds = std::sync::atomic::AtomicUsize::new(0);
        let disturb = |wire: &mut Wire, _: usize| {
            let round = rounds.fetch_add(1, Relaxed);
            let old = put_manifest(wire, "moved", &format!("old {round}"));
            put_manifest(wire, "moved", &format!("new {round}"));
            let target = format!("/v2/crowd/manifests/{old}");
            assert_eq!(wire.ask("DELETE", &target, &[], b"").status, 202);
        };
        beside(address, 1, disturb, |wire| {
            for _ in 0..1_500 {
                let reply = wire.get("/v2/crowd/manifests/moved");
                assert_eq!(
                    reply.status, 200,
                    "a tag that was never deleted is not there"
                );
            }
        });
    });
}

//! What is asked at the address for those who run the registry.

use std::net::SocketAddr;
use std::path::Path;

use super::Told;
use super::exchange;
use super::within_patience;
use crate::registry::Builder;
use crate::registry::Flush;
use crate::registry::NoAdmin;
use crate::registry::Registry;

fn on_disk(store: &Path) -> Builder {
    Registry::builder().stored_in(store, Flush::Never).unwrap()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn there_is_health_and_metrics_to_be_read_and_nothing_else() {
    let told = Told::by(Registry::builder());
    let health = told.tell("/health");
    assert!(health.starts_with("HTTP/1.1 200 OK\r\n"), "{health}");
    assert!(health.contains("content-type: application/json\r\n"));
    assert_eq!(body(&health), r#"{"status":"ok"}"#);
    let metrics = told.tell("/metrics?x=y");
    assert!(metrics.starts_with("HTTP/1.1 200 OK\r\n"), "{metrics}");
    assert!(metrics.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    for path in ["/", "/v2/", "/health/", "/Metrics", "/metrics%20"] {
        let answer = told.tell(path);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    let admin = told.running().admin_addr().unwrap();
    for path in ["/health", "/metrics"] {
        for method in ["POST", "DELETE", "OPTIONS", "BREW"] {
            let answer = exchange(
                admin,
                &format!("{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n"),
            );
            assert!(
                answer.starts_with("HTTP/1.1 405 "),
                "{method} {path}: {answer}"
            );
            assert!(answer.contains("allow: GET, HEAD\r\n"), "{answer}");
        }
        let head = exchange(admin, &format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert_eq!(body(&head), "");
    }
}

#[test]
fn the_registrys_own_address_knows_nothing_of_it() {
    let told = Told::by(Registry::builder());
    for path in ["/health", "/metrics"] {
        let answer = told.get(path);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
}

#[test]
fn a_store_that_cannot_be_written_is_not_well_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let told = Told::by(on_disk(&store));
    std::fs::remove_dir(store.join("scratch")).unwrap();
    let answer = told.tell("/health");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let said: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!(said["status"], "unavailable");
    let reason = said["reason"].as_str().unwrap();
    assert!(reason.starts_with("the place where the registry keeps its content fails it"));
    let path = folder.path().to_str().unwrap();
    assert!(
        !answer.contains(path) && !answer.contains("scratch"),
        "{answer}"
    );
    std::fs::create_dir(store.join("scratch")).unwrap();
    within_patience(|| {
        told.tell("/health")
            .starts_with("HTTP/1.1 200 ")
            .then_some(())
    });
    let left = std::fs::read_dir(store.join("scratch")).unwrap();
    assert_eq!(left.count(), 0, "nothing stays of having looked");
}

#[test]
fn a_store_that_is_only_read_need_not_be_written_and_has_to_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let told = Told::by(on_disk(&store).change(|settings| settings.read_only = true));
    std::fs::remove_dir(store.join("scratch")).unwrap();
    assert!(told.tell("/health").starts_with("HTTP/1.1 200 "));
    std::fs::rename(&store, folder.path().join("elsewhere")).unwrap();
    within_patience(|| {
        told.tell("/health")
            .starts_with("HTTP/1.1 503 ")
            .then_some(())
    });
}

#[test]
fn an_address_that_is_taken_is_said_to_be() {
    let told = Told::by(Registry::builder());
    let taken: SocketAddr = told.running().admin_addr().unwrap();
    let error = Registry::builder().admin(taken).spawn().unwrap_err();
    let reason: &NoAdmin = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(reason.address, taken);
}

#[test]
fn without_any_of_it_there_is_none() {
    let running = Registry::builder().spawn().unwrap();
    assert_eq!(running.admin_addr(), None);
    assert_eq!(running.admin_url(), None);
}

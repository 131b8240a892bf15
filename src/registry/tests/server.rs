//! The registry behind a socket.

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::TcpStream;

use super::Registry;
use crate::registry::Flush;

/// What the registry answers to these bytes, up to the end of the connection.
fn exchange(bytes: &str) -> String {
    let running = Registry::builder().spawn().unwrap();
    let mut stream = TcpStream::connect(running.addr()).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_request_over_a_socket_is_answered() {
    let answer = exchange("GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(answer.ends_with("\r\n\r\n{}"));
}

#[test]
fn head_over_a_socket_has_a_length_and_no_body() {
    let answer = exchange("HEAD /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.contains("\r\ncontent-length: 2\r\n"));
    assert!(answer.ends_with("\r\n\r\n"));
}

#[test]
fn paths_arrive_as_they_were_sent() {
    let answer = exchange("GET /v2/../tags/list HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400 "));
    assert!(answer.contains("NAME_INVALID"));
}

#[test]
fn a_body_cut_off_stores_nothing() {
    let running = Registry::builder().spawn().unwrap();
    let digest = crate::oci::Algorithm::Sha256.digest(b"abc");
    let mut stream = TcpStream::connect(running.addr()).unwrap();
    let head = format!("POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: x\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"Content-Length: 10\r\n\r\nabc").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let mut stream = TcpStream::connect(running.addr()).unwrap();
    let get = format!("GET /v2/a/blobs/{digest} HTTP/1.0\r\n\r\n");
    stream.write_all(get.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 404 "));
}

#[test]
fn a_stopped_registry_no_longer_listens() {
    let running = Registry::builder().spawn().unwrap();
    let address = running.addr();
    assert_eq!(running.url(), format!("http://{address}"));
    let _idle = TcpStream::connect(address).unwrap();
    drop(running);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_registry_starts_and_stops_in_an_asynchronous_test() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let running = Registry::builder().spawn().unwrap();
        let taken = Registry::builder().build().spawn(running.addr());
        assert!(taken.is_err());
        assert!(TcpStream::connect(running.addr()).is_ok());
    });
}

#[test]
fn the_store_of_a_registry_that_was_stopped_can_be_had_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let builder = Registry::builder().stored_in(folder.path(), Flush::Never);
        let running = builder.unwrap().spawn().unwrap();
        let mut stream = TcpStream::connect(running.addr()).unwrap();
        let push = "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(push.as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 202");
    }
}

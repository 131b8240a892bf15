//! Parts of blobs.

use super::Client;
use super::Optional;
use super::request;
use super::with;
use crate::http::Method;
use crate::http::Response;
use crate::oci::Algorithm;

const CONTENT: &[u8] = b"0123456789";

fn path() -> String {
    format!("/v2/a/blobs/{}", Algorithm::Sha256.digest(CONTENT))
}

fn get(range: &str) -> Response {
    let client = Client::new();
    client.push_blob("a", CONTENT);
    client.send(&with(request(Method::GET, &path()), "range", range))
}

#[test]
fn one_range_is_a_part() {
    for (range, part, content_range) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-100", "89", "bytes 8-9/10"),
        ("bytes=-5000", "0123456789", "bytes 0-9/10"),
        ("bytes=0-3,2-4", "01234", "bytes 0-4/10"),
        ("bytes=0-1,10-", "01", "bytes 0-1/10"),
    ] {
        let answer = get(range);
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.body, part, "{range}");
        assert_eq!(answer.header("content-range"), Some(content_range));
        assert!(answer.header("docker-content-digest").is_some());
    }
}

#[test]
fn what_lies_outside_is_416_with_the_length() {
    for range in ["bytes=10-", "bytes=-0", "bytes=99-100"] {
        let answer = get(range);
        assert_eq!(answer.status, 416, "{range}");
        assert_eq!(answer.header("content-range"), Some("bytes */10"));
    }
}

#[test]
fn what_is_no_byte_range_is_ignored() {
    for range in ["bytes=5-0", "items=0-1", "bytes=x", "0-1"] {
        let answer = get(range);
        assert_eq!(answer.status, 200, "{range}");
        assert_eq!(answer.body, CONTENT);
        assert_eq!(answer.header("content-range"), None);
    }
}

#[test]
fn several_ranges_are_several_parts_in_the_order_asked_for() {
    let answer = get("bytes=7-8,0-1");
    assert_eq!(answer.status, 206);
    let media_type = answer.header("content-type").unwrap();
    let boundary = media_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let text = std::str::from_utf8(&answer.body).unwrap();
    let parts: Vec<_> = text.split(&format!("\r\n--{boundary}")).collect();
    assert_eq!(parts.len(), 4);
    assert!(parts[1].ends_with("Content-Range: bytes 7-8/10\r\n\r\n78"));
    assert!(parts[2].ends_with("Content-Range: bytes 0-1/10\r\n\r\n01"));
    assert_eq!(parts[3], "--\r\n");
}

#[test]
fn many_ranges_of_the_same_bytes_do_not_make_the_answer_longer() {
    let answer = get(&format!("bytes={}", "0-,".repeat(60)));
    assert_eq!(answer.body, CONTENT);
}

#[test]
fn a_range_counts_only_for_the_content_that_it_is_meant_for() {
    let client = Client::new();
    let digest = client.push_blob("a", CONTENT);
    let get = || with(request(Method::GET, &path()), "range", "bytes=0-1");
    let answer = client.send(&with(get(), "if-range", "\"x\""));
    assert_eq!(answer.status, 200);
    let answer = client.send(&with(get(), "if-range", &format!("\"{digest}\"")));
    assert_eq!(answer.status, 206);
}

#[test]
fn head_ignores_ranges() {
    let client = Client::new();
    client.push_blob("a", CONTENT);
    let answer = client.send(&with(request(Method::HEAD, &path()), "range", "bytes=0-1"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-length"), Some("10"));
}

#[test]
fn the_end_of_an_empty_blob_is_the_whole_of_it() {
    let client = Client::new();
    let path = format!("/v2/a/blobs/{}", client.push_blob("a", b""));
    let answer = client.send(&with(request(Method::GET, &path), "range", "bytes=-1"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-length"), Some("0"));
    let answer = client.send(&with(request(Method::GET, &path), "range", "bytes=0-"));
    assert_eq!(answer.status, 416);
}

#[test]
fn where_ranges_are_off_the_whole_is_sent() {
    let client = Client::without(Optional::Ranges);
    client.push_blob("a", CONTENT);
    let answer = client.send(&with(request(Method::GET, &path()), "range", "bytes=0-1"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("accept-ranges"), None);
}

//! What an answer is read as, byte by byte.

use bytes::Bytes;

use super::super::super::network::MAX_HEADERS;
use super::head::MAX_HEAD;
use super::*;

fn read_all(method: Method, bytes: &[u8], limit: usize) -> Result<Answer, Failure> {
    let expected = Expected {
        method,
        limit,
        linger: true,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async { read(&mut Input::new(bytes), &expected).await })
}

fn get(bytes: &[u8]) -> Result<Answer, Failure> {
    read_all(Method::GET, bytes, 1000)
}

fn body_of(bytes: &[u8]) -> Bytes {
    get(bytes).unwrap().response.body
}

#[test]
fn a_body_ends_where_its_length_says() {
    let answer = get(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello").unwrap();
    assert_eq!(answer.response.body, "he");
    assert_eq!(answer.trailing, 3);
    assert!(!answer.reusable);
}

#[test]
fn a_connection_is_reusable_after_a_delimited_body() {
    assert!(
        get(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhe")
            .unwrap()
            .reusable
    );
    for bytes in [
        &b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhe"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nhe",
        b"HTTP/1.1 200 OK\r\n\r\nhe",
        b"HTTP/1.1 204 No\r\n\r\n",
    ] {
        assert!(
            !get(bytes).unwrap().reusable,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn chunks_are_joined_and_their_extensions_and_trailers_skipped() {
    let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        3;a=b\r\nhel\r\n2 \r\nlo\r\n0\r\nX: y\r\n\r\n";
    assert_eq!(body_of(bytes), "hello");
}

#[test]
fn a_body_that_is_not_chunked_last_ends_with_the_connection() {
    let body = |codings: &str| {
        let head = format!("HTTP/1.1 200 OK\r\n{codings}\r\n0\r\n\r\n");
        body_of(head.as_bytes())
    };
    assert_eq!(body("Transfer-Encoding: gzip, Chunked, ,\r\n"), "");
    assert_eq!(body("Transfer-Encoding: chunked, gzip\r\n"), "0\r\n\r\n");
    let two = "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n";
    assert_eq!(body(two), "0\r\n\r\n");
}

#[test]
fn a_body_without_length_ends_with_the_connection() {
    assert_eq!(body_of(b"HTTP/1.1 200 OK\r\n\r\nhello"), "hello");
}

#[test]
fn the_body_of_an_answer_to_head_is_counted_not_read() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let answer = read_all(Method::HEAD, bytes, 1000).unwrap();
    assert_eq!((answer.response.body.len(), answer.trailing), (0, 5));
}

#[test]
fn interim_answers_are_skipped() {
    let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\n\r\nHTTP/1.1 204 No\r\n\r\n";
    assert_eq!(get(bytes).unwrap().response.status, 204);
    assert!(get(&b"HTTP/1.1 100 Continue\r\n\r\n".repeat(20)).is_err());
}

#[test]
fn what_ends_too_early_is_a_lost_connection() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nA: b\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        let failure = get(bytes).unwrap_err();
        assert!(
            matches!(failure, Failure::ConnectionLost { .. }),
            "{failure}"
        );
    }
}

#[test]
fn what_is_not_http_is_malformed() {
    let many = format!(
        "HTTP/1.1 200 OK\r\n{}\r\n",
        "a: b\r\n".repeat(MAX_HEADERS + 1)
    );
    let long = format!("HTTP/1.1 200 OK\r\na: {}", "x".repeat(MAX_HEAD + 1));
    for bytes in [
        &b"SSH-2.0-OpenSSH\r\n"[..],
        b"HTTP/1.1 099 Low\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n",
        many.as_bytes(),
        long.as_bytes(),
    ] {
        let failure = get(bytes).unwrap_err();
        assert!(matches!(failure, Failure::Malformed { .. }), "{failure}");
    }
}

#[test]
fn reading_stops_at_the_limit() {
    let chunk = "ff\r\n".to_owned() + &"x".repeat(255) + "\r\n";
    let chunks =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned() + &chunk.repeat(9);
    let endless = "HTTP/1.1 200 OK\r\n\r\n".to_owned() + &"x".repeat(2000);
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"[..],
        chunks.as_bytes(),
        endless.as_bytes(),
    ] {
        assert_eq!(get(bytes).unwrap_err(), Failure::TooLong { limit: 1000 });
    }
}

//! How servers can be hostile, one row each. What a row answers goes to every request but one for the
//! base; some answer to that as well.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A way in which a server is hostile.
pub(super) struct Behaviour {
    pub(super) name: &'static str,
    pub(super) answer: fn(&Asked, &mut TcpStream),
    /// Whether it is so at the base too.
    pub(super) at_base: bool,
}

/// What a server is asked.
pub(super) struct Asked<'a> {
    /// The head of the request.
    pub(super) head: &'a str,
    /// The URL of another host, which is to see no credential.
    pub(super) canary: &'a str,
}

const fn row(name: &'static str, answer: fn(&Asked, &mut TcpStream)) -> Behaviour {
    Behaviour {
        name,
        answer,
        at_base: false,
    }
}

const fn at_base(name: &'static str, answer: fn(&Asked, &mut TcpStream)) -> Behaviour {
    Behaviour {
        name,
        answer,
        at_base: true,
    }
}

/// How much an endless answer has before the server gives up, in bytes: far more than anybody reads.
const ENDLESS: usize = 1 << 30;

/// What nobody who shows it may hand on: markup, an end of CDATA, terminal escapes, controls.
const DIRTY: &str = "<script>alert(1)</script>]]>\u{1b}[31m\u{1b}]0;x\u{7}\u{8}\u{9b}2J\u{202e}";

#[rustfmt::skip]
pub(super) static BEHAVIOURS: &[Behaviour] = &[
    // Bodies.
    row("body-endless-in-chunks", |_, to| endless(to, "200 OK", "Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n", 0x1_0000, b"\r\n")),
    row("body-endless-until-close", |_, to| endless(to, "200 OK", "Connection: close\r\n\r\n", b"", 0x1_0000, b"")),
    row("body-longer-than-memory", |_, to| endless(to, "200 OK", "Content-Length: 1099511627776\r\n\r\n", b"", 0x1_0000, b"")),
    row("body-byte-by-byte", |_, to| slow(to, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x")),
    row("body-cut", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"a\"")),
    row("body-longer-than-said", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{\"tags\":[]}")),
    row("length-negative", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx")),
    row("length-no-number", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx")),
    row("length-too-large-for-a-number", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nx")),
    row("lengths-that-differ", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nx")),
    row("length-and-chunks", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")),
    row("chunk-size-no-number", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n")),
    row("chunk-size-too-large", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx")),
    row("chunk-size-endless", |_, to| endless(to, "200 OK", "Transfer-Encoding: chunked\r\n\r\n", b"", 0x1_0000, b"")),
    row("chunks-without-end", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")),
    row("chunk-extension-endless", |_, to| endless(to, "200 OK", "Transfer-Encoding: chunked\r\n\r\n1;", b"", 0x1_0000, b"")),
    row("trailers-endless", |_, to| endless(to, "200 OK", "Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: ", 100, b"\r\n")),
    row("body-as-long-as-is-read", |_, to| whole(to, "200 OK", "", &vec![b'7'; 16 << 20])),
    row("body-of-errors-as-long-as-is-read", |_, to| whole(to, "404 Not Found", "Content-Type: application/json\r\n", &vec![b' '; 1 << 20])),
    row("encoding-that-is-none", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")),
    row("encoding-bomb", |_, to| whole(to, "200 OK", "Content-Encoding: gzip\r\n", bomb())),
    row("encoding-bomb-of-errors", |_, to| whole(to, "404 Not Found", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", bomb())),
    row("encoding-bomb-in-zstd", |_, to| whole(to, "200 OK", "Content-Encoding: zstd\r\n", &zstd_bomb())),
    row("encoding-bomb-in-br", |_, to| whole(to, "200 OK", "Content-Encoding: br\r\n", BROTLI_BOMB)),
    row("encoding-of-all-kinds", |_, to| whole(to, "200 OK", "Content-Encoding: gzip, br, zstd, deflate, x\r\n", bomb())),
    row("chunk-cut", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx")),
    row("chunk-size-cut", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n9")),
    row("trailers-cut", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b")),
    row("chunk-size-negative", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n")),
    row("chunk-longer-than-said", |_, to| raw(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n")),
    row("chunks-of-one-byte", |_, to| endless(to, "200 OK", "Transfer-Encoding: chunked\r\n\r\n", b"1\r\n", 1, b"\r\n")),
    // Heads.
    row("head-endless", |_, to| endless(to, "200 OK", "", b"A: ", 100, b"\r\n")),
    row("header-endless", |_, to| endless(to, "200 OK", "A: ", b"", 0x1_0000, b"")),
    at_base("status-line-endless", |_, to| endless(to, "200 ", "", b"", 0x1_0000, b"")),
    row("header-of-bytes", |_, to| bytes(to, b"HTTP/1.1 200 OK\r\nDocker-Content-Digest: \xff\xfe\x80\r\nContent-Length: 2\r\n\r\n{}")),
    row("header-with-nul", |_, to| bytes(to, b"HTTP/1.1 200 OK\r\nLocation: /v2/\0x\r\nContent-Length: 0\r\n\r\n")),
    row("header-folded", |_, to| raw(to, "HTTP/1.1 200 OK\r\nLocation: /v2/\r\n /x\r\nContent-Length: 0\r\n\r\n")),
    row("header-without-colon", |_, to| raw(to, "HTTP/1.1 200 OK\r\nnothing\r\nContent-Length: 0\r\n\r\n")),
    row("header-name-with-space", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent Length: 0\r\n\r\n")),
    row("headers-dirty", |_, to| whole(to, "500 Broken", "Warning: 299 - \"<script>alert(1)</script>]]>\"\r\nLocation: javascript:alert(1)\r\n", b"{}")),
    at_base("status-999", |_, to| raw(to, "HTTP/1.1 999 Beyond\r\nContent-Length: 0\r\n\r\n")),
    at_base("status-0", |_, to| raw(to, "HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n")),
    at_base("status-of-letters", |_, to| raw(to, "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n")),
    at_base("version-unknown", |_, to| raw(to, "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n")),
    at_base("http-0.9", |_, to| raw(to, "{}")),
    at_base("http-2-unasked", |_, to| bytes(to, b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00")),
    at_base("tls-unasked", |_, to| bytes(to, b"\x15\x03\x01\x00\x02\x02\x28")),
    at_base("garbage", |_, to| bytes(to, b"\x00\xff\x1b[31m]]><script>\r\n\r\n")),
    at_base("nothing", |_, _| {}),
    row("nothing-but-time", |_, _| thread::sleep(Duration::from_secs(3))),
    row("head-byte-by-byte", |_, to| slow(to, "HTTP/1.1 200 OK\r\n", b"A")),
    row("status-line-cut", |_, to| raw(to, "HTTP/1.1 20")),
    row("interim-cut", |_, to| raw(to, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2")),
    row("headers-very-many", |_, to| whole(to, "200 OK", &"A: b\r\n".repeat(100_000), b"{}")),
    row("headers-as-long-as-is-read", |_, to| whole(to, "404 Not Found", &format!("A: {}\r\n", "a".repeat(60_000)), b"{}")),
    at_base("software-dirty", |_, to| bytes(to, b"HTTP/1.1 500 Broken\r\nServer: <script>alert(1)</script>]]>\xc2\x9b2J\xe2\x80\xae\r\nContent-Length: 0\r\n\r\n")),
    row("type-dirty", |_, to| bytes(to, b"HTTP/1.1 200 OK\r\nContent-Type: <script>alert(1)</script>]]>\xc2\x9b2J\r\nContent-Length: 2\r\n\r\n{}")),
    row("digest-dirty", |_, to| bytes(to, b"HTTP/1.1 200 OK\r\nDocker-Content-Digest: <script>alert(1)</script>]]>\xc2\x9b2J\r\nContent-Length: 2\r\n\r\n{}")),
    row("ranges-dirty", |_, to| bytes(to, b"HTTP/1.1 202 Accepted\r\nRange: <script>alert(1)</script>\xc2\x9b\r\nLocation: /<script>alert(1)</script>\xc2\x9b]]>\r\nOCI-Chunk-Min-Length: <script>alert(1)</script>\r\nContent-Length: 0\r\n\r\n")),
    at_base("challenge-dirty", |_, to| challenge(to, "Bearer realm=\"<script>alert(1)</script>]]>\",scope=\"<script>alert(1)</script>\"")),
    row("tags-dirty", |_, to| whole(to, "200 OK", "Content-Type: application/json\r\n", format!("{{\"name\":{DIRTY:?},\"tags\":[{DIRTY:?},{DIRTY:?}]}}").replace("\\u{", "\\\\u{").as_bytes())),
    row("redirect-dirty", |_, to| bytes(to, b"HTTP/1.1 307 There\r\nLocation: /<script>alert(1)</script>]]>\xc2\x9b2J\r\nContent-Length: 0\r\n\r\n")),
    row("head-cut", |_, to| raw(to, "HTTP/1.1 200 OK\r\nContent-Le")),
    row("interim-endless", |_, to| repeated(to, b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")),
    row("continue-endless", |_, to| repeated(to, b"HTTP/1.1 100 Continue\r\n\r\n")),
    row("switching-unasked", |_, to| raw(to, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")),
    row("two-answers", |_, to| raw(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")),
    // Redirects.
    row("redirect-to-itself", |it, to| redirect(to, path(it.head))),
    row("redirect-ever-longer", |it, to| redirect(to, &format!("{}/x", path(it.head)))),
    row("redirect-to-another-host", |it, to| redirect(to, &format!("{}/stolen", it.canary))),
    row("redirect-with-a-login", |it, to| redirect(to, &it.canary.replace("://", "://admin:admin@"))),
    row("redirect-to-a-file", |_, to| redirect(to, "file:///etc/passwd")),
    row("redirect-to-the-metadata", |_, to| redirect(to, "http://169.254.169.254/latest/meta-data/")),
    row("redirect-to-the-metadata-in-ipv6", |_, to| redirect(to, "http://[::ffff:169.254.169.254]/latest/")),
    row("redirect-to-another-scheme", |_, to| redirect(to, "gopher://127.0.0.1:1/x")),
    row("redirect-from-another-host", |it, to| redirect(to, &format!("{}/v2/../..//x", it.canary))),
    row("redirect-to-a-script", |_, to| redirect(to, "javascript:alert(1)")),
    row("redirect-to-nowhere", |_, to| redirect(to, "")),
    row("redirect-to-no-url", |_, to| redirect(to, "http://[::bad")),
    row("redirect-to-a-closed-port", |_, to| redirect(to, "http://127.0.0.1:1/")),
    row("redirect-to-something-huge", |_, to| redirect(to, &"/x".repeat(30_000))),
    // Sessions.
    row("location-at-another-host", |it, to| opened(to, &format!("{}/v2/x", it.canary))),
    row("location-at-the-metadata", |_, to| opened(to, "http://169.254.169.254/latest/meta-data/")),
    row("location-of-a-file", |_, to| opened(to, "file:///etc/passwd")),
    row("location-that-is-none", |_, to| opened(to, "::::")),
    row("location-with-dots", |_, to| opened(to, "/v2/../../../etc/passwd?x=../..")),
    row("location-huge", |_, to| opened(to, &"/y".repeat(30_000))),
    // Logins.
    at_base("challenge-always", |_, to| challenge(to, "Basic realm=\"x\"")),
    at_base("challenge-empty", |_, to| challenge(to, "")),
    at_base("challenge-malformed", |_, to| challenge(to, "Bearer realm=\"x,service=\"\"\"\",,,=")),
    at_base("challenge-huge", |_, to| challenge(to, &format!("Bearer realm=\"{}\"", "x".repeat(50_000)))),
    at_base("realm-at-another-host", |it, to| challenge(to, &format!("Bearer realm=\"{}/token\",service=\"s\"", it.canary))),
    at_base("realm-of-a-file", |_, to| challenge(to, "Bearer realm=\"file:///etc/passwd\",service=\"s\"")),
    at_base("realm-at-the-metadata", |_, to| challenge(to, "Bearer realm=\"http://169.254.169.254/token\",service=\"s\"")),
    at_base("realm-of-its-own-that-challenges", |it, to| service(it, to, |it, to| challenge(to, &itself(it)))),
    at_base("realm-of-its-own-that-redirects", |it, to| service(it, to, |it, to| redirect(to, path(it.head)))),
    at_base("realm-of-its-own-that-redirects-elsewhere", |it, to| service(it, to, |it, to| redirect(to, &format!("{}/token", it.canary)))),
    at_base("realm-of-its-own-that-fails", |it, to| service(it, to, |_, to| whole(to, "503 No", "Retry-After: 0\r\n", b""))),
    at_base("realm-of-its-own-without-end", |it, to| service(it, to, |_, to| endless(to, "200 OK", "Connection: close\r\n\r\n", b"", 0x1_0000, b""))),
    at_base("realm-of-its-own-in-vain", |it, to| tokens(it, to, b"{\"token\":\"x\",\"expires_in\":0}")),
    at_base("realm-of-its-own-for-ever", |it, to| tokens(it, to, b"{\"token\":\"x\",\"expires_in\":18446744073709551615}")),
    at_base("realm-of-its-own-since-ever", |it, to| tokens(it, to, b"{\"token\":\"x\",\"expires_in\":-1,\"issued_at\":\"0000-00-00T99:99:99Z\"}")),
    at_base("realm-of-its-own-with-width", |it, to| tokens(it, to, format!("[{}{{}}]", "{},".repeat(300_000)).as_bytes())),
    at_base("realm-of-its-own-without-json", |it, to| tokens(it, to, b"<html>")),
    at_base("realm-of-its-own-with-depth", |it, to| tokens(it, to, "[".repeat(100_000).as_bytes())),
    at_base("realm-of-its-own-with-a-number", |it, to| tokens(it, to, b"{\"token\":7}")),
    at_base("realm-of-its-own-with-a-line-break", |it, to| tokens(it, to, b"{\"token\":\"a\\r\\nX: y\"}")),
    at_base("realm-of-its-own-with-a-huge-token", |it, to| tokens(it, to, format!("{{\"token\":\"{}\"}}", "x".repeat(1 << 20)).as_bytes())),
    // Documents.
    row("json-of-depth", |_, to| whole(to, "404 Not Found", "", "{\"errors\":".repeat(100_000).as_bytes())),
    row("json-of-width", |_, to| whole(to, "404 Not Found", "", format!("{{\"errors\":[{}{{}}]}}", "{},".repeat(300_000)).as_bytes())),
    row("json-as-heavy-as-is-read", |_, to| whole(to, "404 Not Found", "Content-Type: application/json\r\n", format!("{{\"errors\":[{}{{\"\":0}}]}}", "{\"\":0},".repeat(55_000)).as_bytes())),
    row("json-of-names", |_, to| whole(to, "200 OK", "Content-Type: application/json\r\n", format!("{{\"name\":\"x\",\"tags\":[{}\"x\"]}}", "\"x\",".repeat(250_000)).as_bytes())),
    row("json-that-is-none", |_, to| whole(to, "400 Bad Request", "Content-Type: application/json\r\n", b"{\"errors\":[{\"code\":")),
    row("json-of-bytes", |_, to| whole(to, "400 Bad Request", "Content-Type: application/json\r\n", b"{\"errors\":[{\"code\":\"\xff\xfe\"}]}")),
    row("json-of-huge-numbers", |_, to| whole(to, "200 OK", "Content-Type: application/json\r\n", format!("{{\"name\":1e{},\"tags\":[{}]}}", "9".repeat(400), "9".repeat(400)).as_bytes())),
    row("errors-dirty", |_, to| whole(to, "400 Bad Request", "Content-Type: application/json\r\n", format!("{{\"errors\":[{{\"code\":{DIRTY:?},\"message\":{DIRTY:?},\"detail\":{DIRTY:?}}}]}}").as_bytes())),
    row("body-dirty", |_, to| whole(to, "500 Broken", "Content-Type: text/html\r\n", DIRTY.as_bytes())),
    row("list-without-end", |it, to| whole(to, "200 OK", &format!("Link: <{}?n=1&last=x>; rel=\"next\"\r\n", path(it.head)), b"{\"name\":\"x\",\"tags\":[\"x\"]}")),
    row("list-that-goes-on-elsewhere", |it, to| whole(to, "200 OK", &format!("Link: <{}/more>; rel=\"next\"\r\n", it.canary), b"{\"name\":\"x\",\"tags\":[\"x\"]}")),
    row("link-huge", |_, to| whole(to, "200 OK", &format!("Link: {}\r\n", "<x>; rel=next,".repeat(4_000)), b"{\"name\":\"x\",\"tags\":[]}")),
    // Moods.
    row("other-answers-each-time", moody),
    row("answers-that-nobody-asked-for", |_, to| { raw(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"); thread::sleep(Duration::from_millis(20)); for _ in 0..9 { raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"); } hold(to); }),
    row("too-many-requests-for-ever", |_, to| whole(to, "429 Too Many Requests", "Retry-After: 999999999\r\n", b"{}")),
    row("too-many-requests-until-never", |_, to| whole(to, "429 Too Many Requests", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", b"{}")),
    row("too-many-requests-since-ever", |_, to| whole(to, "429 Too Many Requests", "Retry-After: -5\r\n", b"{}")),
    row("unavailable", |_, to| whole(to, "503 Service Unavailable", "Retry-After: 0\r\n", b"")),
    row("created-whatever-is-asked", |_, to| whole(to, "201 Created", "Location: /v2/\r\n", b"")),
    row("accepted-whatever-is-asked", |_, to| whole(to, "202 Accepted", "", b"")),
    row("fine-whatever-is-asked", |_, to| whole(to, "200 OK", "", b"{}")),
    row("partial-whatever-is-asked", |_, to| whole(to, "206 Partial Content", "Content-Range: bytes 9-1/0\r\n", b"x")),
    row("unmodified-whatever-is-asked", |_, to| raw(to, "HTTP/1.1 304 Not Modified\r\n\r\n")),
    row("empty-whatever-is-asked", |_, to| raw(to, "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")),
];

fn bytes(to: &mut TcpStream, answer: &[u8]) {
    let _ = to.write_all(answer);
}

fn raw(to: &mut TcpStream, answer: &str) {
    bytes(to, answer.as_bytes());
}

fn whole(to: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let length = body.len();
    raw(
        to,
        &format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        ),
    );
    bytes(to, body);
    // Whoever is still being sent to is not cut off.
    let _ = to.set_read_timeout(Some(Duration::from_millis(200)));
    let _ = to.read(&mut [0; 1024]);
}

/// A piece again and again, each with something before and behind it.
fn endless(to: &mut TcpStream, status: &str, rest: &str, before: &[u8], len: usize, behind: &[u8]) {
    raw(to, &format!("HTTP/1.1 {status}\r\n{rest}"));
    let piece = [before, &vec![b'7'; len], behind].concat();
    repeated(to, &piece);
}

fn repeated(to: &mut TcpStream, piece: &[u8]) {
    let mut sent = 0;
    while sent < ENDLESS && to.write_all(piece).is_ok() {
        sent += piece.len();
    }
}

/// A piece every tenth of a second, which never is all.
fn slow(to: &mut TcpStream, head: &str, piece: &[u8]) {
    raw(to, head);
    for _ in 0..100 {
        if to.write_all(piece).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn redirect(to: &mut TcpStream, location: &str) {
    whole(
        to,
        "307 Temporary Redirect",
        &format!("Location: {location}\r\n"),
        b"",
    );
}

fn opened(to: &mut TcpStream, location: &str) {
    whole(
        to,
        "202 Accepted",
        &format!("Location: {location}\r\nRange: 0-0\r\n"),
        b"",
    );
}

fn challenge(to: &mut TcpStream, challenge: &str) {
    whole(
        to,
        "401 Unauthorized",
        &format!("WWW-Authenticate: {challenge}\r\n"),
        b"{}",
    );
}

/// Sends for tokens to itself, and answers with this there.
fn tokens(asked: &Asked, to: &mut TcpStream, body: &[u8]) {
    if path(asked.head).starts_with("/token") {
        return whole(to, "200 OK", "Content-Type: application/json\r\n", body);
    }
    challenge(to, &itself(asked));
}

/// Sends for tokens to itself, and does this there.
fn service(asked: &Asked, to: &mut TcpStream, answer: fn(&Asked, &mut TcpStream)) {
    if path(asked.head).starts_with("/token") {
        return answer(asked, to);
    }
    challenge(to, &itself(asked));
}

/// The challenge that sends for tokens to where it comes from.
fn itself(asked: &Asked) -> String {
    let host = asked.head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("host").then_some(value)
    });
    format!(
        "Bearer realm=\"http://{}/token\",service=\"s\"",
        host.unwrap_or_default()
    )
}

/// Another answer each time, whatever is asked.
fn moody(asked: &Asked, to: &mut TcpStream) {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    match TURN.fetch_add(1, Ordering::Relaxed) % 8 {
        0 => whole(to, "200 OK", "", b"{}"),
        1 => whole(to, "404 Not Found", "", b"{\"errors\":[]}"),
        2 => opened(to, "/v2/x"),
        3 => redirect(to, path(asked.head)),
        4 => whole(to, "500 Broken", "Retry-After: 1\r\n", b"<html>"),
        5 => challenge(to, "Basic realm=\"x\""),
        6 => raw(to, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        _ => whole(
            to,
            "201 Created",
            "Location: /v2/\r\nDocker-Content-Digest: sha256:0\r\n",
            b"",
        ),
    }
}

/// Keeps the connection, until the other side goes.
fn hold(to: &mut TcpStream) {
    let _ = to.set_read_timeout(Some(Duration::from_secs(2)));
    let _ = to.read(&mut [0; 1024]);
}

/// The target of a request.
fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or("/")
}

/// 256 MiB of zeros, as gzip writes them.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..256 {
            writer
                .write_all(&vec![0; 1 << 20])
                .expect("memory takes it");
        }
        writer.finish().expect("memory takes it")
    })
}

/// 32 GiB of zeros, as zstd writes them (RFC 8878, section 3.1.1): blocks of one byte each, which stands
/// for 128 KiB.
fn zstd_bomb() -> Vec<u8> {
    let block = |is_last: u32| {
        let head = is_last | 1 << 1 | (128 << 10) << 3;
        [&head.to_le_bytes()[..3], b"\0"].concat()
    };
    let mut bomb = b"\x28\xb5\x2f\xfd\x00\x38".to_vec();
    bomb.extend(block(0).repeat(256 << 10));
    bomb.extend(block(1));
    bomb
}

/// 16 MiB of zeros, as brotli writes them.
const BROTLI_BOMB: &[u8] = b"\xcb\xff\xff\x3f\xf8\x27\x00\xe2\xb1\x40\x20\xf7\xfe\x2f\xdf\xff\xff\xf0\x4f\x00\xc4\x61\x11\x80\xea\xfd\x1f";

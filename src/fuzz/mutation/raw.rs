//! Raw requests: bytes that are no request of the API, and may be none at all.
//!
//! They aim at the base or at nothing, so that no answer changes what the registry holds.

/// Bytes to send.
#[derive(Debug)]
pub struct RawRequest {
    /// The name; stable, never reused.
    pub name: &'static str,
    /// What is odd, as a noun phrase.
    pub title: &'static str,
    /// The bytes; `{host}` stands for host and port.
    pub bytes: &'static str,
}

const fn raw(name: &'static str, title: &'static str, bytes: &'static str) -> RawRequest {
    RawRequest { name, title, bytes }
}

/// Every raw request. New ones go to the end.
pub const RAW: &[RawRequest] = &[
    raw(
        "http-1.0",
        "a request in the words of HTTP/1.0",
        "GET /v2/ HTTP/1.0\r\n\r\n",
    ),
    raw(
        "no-host",
        "a request of HTTP/1.1 without `Host`",
        "GET /v2/ HTTP/1.1\r\n\r\n",
    ),
    raw(
        "two-hosts",
        "a request with two hosts",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nhost: other.invalid\r\n\r\n",
    ),
    raw(
        "absolute-target",
        "a request whose target is a URL",
        "GET http://{host}/v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "two-lengths",
        "a request with two different lengths",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n",
    ),
    raw(
        "length-and-chunks",
        "a request with a length and with chunks",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: 5\r\n\
         transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    raw(
        "unknown-coding",
        "a transfer coding that does not exist",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    ),
    raw(
        "folded-header",
        "a header that goes on in the next line",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nx-odd: a\r\n b\r\n\r\n",
    ),
    raw(
        "bare-line-feeds",
        "lines that end with a line feed alone",
        "GET /v2/ HTTP/1.1\nhost: {host}\n\n",
    ),
    raw(
        "space-before-colon",
        "a header whose name ends with a space",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nx-odd : a\r\n\r\n",
    ),
    raw(
        "negative-length",
        "a length below zero",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: -1\r\n\r\n",
    ),
    raw(
        "huge-length",
        "a length that no number holds",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: 99999999999999999999\r\n\r\n",
    ),
    raw(
        "trace",
        "the method TRACE",
        "TRACE /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "connect",
        "the method CONNECT",
        "CONNECT example.invalid:443 HTTP/1.1\r\nhost: example.invalid:443\r\n\r\n",
    ),
    raw(
        "lower-case-method",
        "a method in lower case",
        "get /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "unknown-version",
        "a version of HTTP that does not exist",
        "GET /v2/ HTTP/9.9\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "long-header",
        "a request for nothing but bytes",
        "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
    ),
    raw(
        "star-target",
        "OPTIONS on everything",
        "OPTIONS * HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
];

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

/// The raw requests that are not whole.
const UNFINISHED: [&str; 6] = [
    "nothing-but-lines",
    "request-in-a-body",
    "unfinished-head",
    "unfinished-request-line",
    "unfinished-chunk",
    "expect-and-nothing",
];

impl RawRequest {
    /// Whether a server may wait for the rest of it.
    pub fn is_unfinished(&self) -> bool {
        UNFINISHED.contains(&self.name)
    }
}

const fn raw(name: &'static str, title: &'static str, bytes: &'static str) -> RawRequest {
    RawRequest { name, title, bytes }
}

/// Letters for 8 KiB, as a literal.
macro_rules! kibibytes {
    () => {
        kibibytes!(
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            16
        )
    };
    ($text:expr, 16) => {
        kibibytes!(
            concat!($text, $text, $text, $text, $text, $text, $text, $text),
            8
        )
    };
    ($text:expr, 8) => {
        concat!(
            $text, $text, $text, $text, $text, $text, $text, $text, $text, $text, $text, $text,
            $text, $text, $text, $text
        )
    };
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
        "no-text",
        "bytes that are no text",
        "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
    ),
    raw(
        "star-target",
        "OPTIONS on everything",
        "OPTIONS * HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "http-0.9",
        "a request in the words of HTTP/0.9",
        "GET /v2/\r\n\r\n",
    ),
    raw(
        "http-1.0-kept-alive",
        "a request of HTTP/1.0 that keeps the connection",
        "GET /v2/ HTTP/1.0\r\nhost: {host}\r\nconnection: keep-alive\r\n\r\n",
    ),
    raw(
        "http-2-preface",
        "what a connection of HTTP/2 begins with",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u{0}\u{0}\u{0}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}",
    ),
    raw(
        "upgrade-to-h2c",
        "a request that asks for HTTP/2 in clear",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade, http2-settings\r\n\
         upgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n",
    ),
    raw(
        "tls-hello",
        "the start of a handshake of TLS",
        "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{3}",
    ),
    raw(
        "nothing-but-lines",
        "empty lines",
        "\r\n\r\n\r\n\r\n\r\n\r\n",
    ),
    raw(
        "line-first",
        "a request behind empty lines",
        "\r\n\r\nGET /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "no-target",
        "a request without a target",
        "GET HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "no-method",
        "a request without a method",
        " /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "empty-target",
        "a request with an empty target",
        "GET  HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "space-in-target",
        "a target with a space",
        "GET /v2/ a HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "tab-in-request-line",
        "a request line whose parts are parted by tabs",
        "GET\t/v2/\tHTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "authority-target",
        "a target that is host and port",
        "GET {host} HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "foreign-target",
        "a target that is a URL of another host",
        "GET http://plimsoll.invalid/v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "target-of-unknown-scheme",
        "a target that is a URL of a scheme that does not exist",
        "GET plimsoll://{host}/v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "bytes-in-target",
        "a target with letters that are not of ASCII",
        "GET /v2/\u{e9}\u{1f6a2} HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "nul-in-target",
        "a target with a NUL",
        "GET /v2/\u{0} HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "traversal-target",
        "a target that leads up to nowhere",
        "GET /v2/../../plimsoll-nowhere HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "fragment-target",
        "a target with a fragment",
        "GET /v2/#a HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "equal-lengths",
        "a request with two equal lengths",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n",
    ),
    raw(
        "signed-length",
        "a length with a plus sign",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: +0\r\n\r\n",
    ),
    raw(
        "empty-length",
        "a length that is not there",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: \r\n\r\n",
    ),
    raw(
        "hidden-coding",
        "a transfer coding behind a name with a space",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n",
    ),
    raw(
        "two-codings",
        "two transfer codings",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\
         transfer-encoding: identity\r\n\r\n0\r\n\r\n",
    ),
    raw(
        "coding-in-http-1.0",
        "a transfer coding in the words of HTTP/1.0",
        "POST /v2/ HTTP/1.0\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    raw(
        "chunk-of-odd-size",
        "a chunk whose size is no number",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n\r\n",
    ),
    raw(
        "chunk-of-huge-size",
        "a chunk whose size no number holds",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n\
         fffffffffffffffff\r\n\r\n",
    ),
    raw(
        "chunk-of-negative-size",
        "a chunk whose size is below zero",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n\r\n",
    ),
    raw(
        "chunk-with-long-extension",
        "a chunk with an extension of 8 KiB",
        concat!(
            "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n0;a=",
            kibibytes!(),
            "\r\n\r\n"
        ),
    ),
    raw(
        "trailers",
        "headers behind a body",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n\
         0\r\ncontent-length: 5\r\nhost: plimsoll.invalid\r\n\r\n",
    ),
    raw(
        "two-requests",
        "two requests at once",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\nGET /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "request-in-a-body",
        "a request in the body of another",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\ncontent-length: 42\r\n\r\n\
         GET /v2/ HTTP/1.1\r\nhost: x.invalid\r\n\r\n..",
    ),
    raw(
        "carriage-returns",
        "lines that end with a carriage return alone",
        "GET /v2/ HTTP/1.1\rhost: {host}\r\r",
    ),
    raw(
        "carriage-return-in-header",
        "a header with a carriage return in its value",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nx-odd: a\rx-other: b\r\n\r\n",
    ),
    raw(
        "nul-in-header",
        "a header with a NUL in its value",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nx-odd: a\u{0}b\r\n\r\n",
    ),
    raw(
        "header-without-colon",
        "a header that is none",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nodd\r\n\r\n",
    ),
    raw(
        "header-without-name",
        "a header without a name",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\n: odd\r\n\r\n",
    ),
    raw(
        "first-header-folded",
        "a first header that begins with a space",
        "GET /v2/ HTTP/1.1\r\n x-odd: a\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "long-header",
        "a header of 8 KiB",
        concat!(
            "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nx-odd: ",
            kibibytes!(),
            "\r\n\r\n"
        ),
    ),
    raw(
        "long-header-name",
        "a header whose name has 8 KiB",
        concat!(
            "GET /v2/ HTTP/1.1\r\nhost: {host}\r\n",
            kibibytes!(),
            ": odd\r\n\r\n"
        ),
    ),
    raw(
        "long-target",
        "a target of 8 KiB",
        concat!(
            "GET /v2/?",
            kibibytes!(),
            " HTTP/1.1\r\nhost: {host}\r\n\r\n"
        ),
    ),
    raw(
        "long-method",
        "a method of 8 KiB",
        concat!(kibibytes!(), " /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n"),
    ),
    raw(
        "unfinished-head",
        "a request whose head does not end",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nx-odd: a",
    ),
    raw(
        "unfinished-request-line",
        "a request line that does not end",
        "GET /v2/",
    ),
    raw(
        "unfinished-chunk",
        "a chunk that does not end",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    ),
    raw(
        "expect-and-nothing",
        "a client that waits for leave to go on, and never does",
        "POST /v2/ HTTP/1.1\r\nhost: {host}\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n",
    ),
    raw(
        "unknown-expectation",
        "a client that expects what nobody knows",
        "GET /v2/ HTTP/1.1\r\nhost: {host}\r\nexpect: odd\r\n\r\n",
    ),
    raw(
        "empty-host",
        "a request with an empty host",
        "GET /v2/ HTTP/1.1\r\nhost: \r\n\r\n",
    ),
    raw(
        "odd-host",
        "a request with a host that is none",
        "GET /v2/ HTTP/1.1\r\nhost: a b@[::1:99999\r\n\r\n",
    ),
    raw(
        "unknown-method",
        "a method that does not exist",
        "PLIMSOLL /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "odd-method",
        "a method with characters that none has",
        "G(E)T /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "lower-case-version",
        "a version of HTTP in lower case",
        "GET /v2/ http/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "proxy-line",
        "what a proxy may say before a request",
        "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET /v2/ HTTP/1.1\r\nhost: {host}\r\n\r\n",
    ),
    raw(
        "other-protocol",
        "a greeting of another protocol",
        "EHLO plimsoll.invalid\r\nQUIT\r\n\r\n",
    ),
];

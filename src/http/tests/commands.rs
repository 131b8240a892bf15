//! Commands for the shell: a shell says what they say.

use std::process::Command;
use std::time::Duration;

use bytes::Bytes;

use crate::http::Exchange;
use crate::http::Failure;
use crate::http::Framing;
use crate::http::HeaderMap;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Role;
use crate::http::Sent;
use crate::http::script;

fn sent(method: Method, url: &str) -> Exchange {
    let request = Sent {
        method,
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        framing: Framing::Length,
        recipe: String::new(),
        wire: None,
        exact: false,
    };
    let (at, took) = (Duration::ZERO, Duration::ZERO);
    Exchange {
        role: Role::Asked,
        request,
        outcome: Err(Failure::Stopped),
        protocol: None,
        altered: false,
        whole: None,
        at,
        took,
    }
}

fn with_header(mut exchange: Exchange, name: &'static str, value: &str) -> Exchange {
    let value = HeaderValue::from_str(value).unwrap();
    exchange
        .request
        .headers
        .insert(HeaderName::from_static(name), value);
    exchange
}

fn with_body(mut exchange: Exchange, body: &[u8]) -> Exchange {
    exchange.request.body = Bytes::copy_from_slice(body);
    exchange
}

/// The arguments that curl gets from a shell, and, after `<`, its input.
fn arguments(command: &str) -> Vec<String> {
    let curl = "printf '%s\\n' \"$@\"; case \"$*\" in *@-*) printf '<'; cat;; esac";
    let shell =
        format!("curl() {{ {curl}; }}\nTOKEN=tok USER=usr PASSWORD=pw SECRET=sec\n{command}\n");
    let output = Command::new("sh").arg("-c").arg(shell).output().unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_get_is_shown_to_the_letter() {
    let url = "http://r.test/v2/../a b'c$(id)`id`?x={1}&y=\"";
    let exchange = with_header(sent(Method::GET, url), "x-odd", "it's $HOME \\ `id`");
    let wanted = [
        "-sS",
        "-i",
        "-X",
        "GET",
        "--path-as-is",
        "-g",
        "-H",
        "x-odd: it's $HOME \\ `id`",
        "-H",
        "Accept:",
        url,
    ];
    assert_eq!(arguments(&exchange.curl()), wanted);
}

#[test]
fn a_head_is_asked_with_its_own_flag() {
    let exchange = with_header(sent(Method::HEAD, "http://r.test/"), "accept", "*/*");
    assert_eq!(
        exchange.curl(),
        "curl -sS -I --path-as-is -H 'accept: */*' http://r.test/"
    );
}

#[test]
fn what_the_raw_transport_sent_is_not_asked_over_http_2() {
    let asks_http_1 = |url: &str, wire: Option<Bytes>| {
        let mut exchange = sent(Method::GET, url);
        exchange.request.wire = wire;
        arguments(&exchange.curl()).contains(&"--http1.1".to_owned())
    };
    assert!(asks_http_1("https://r.test/", Some(Bytes::new())));
    assert!(!asks_http_1("http://r.test/", Some(Bytes::new())));
    assert!(!asks_http_1("https://r.test/", None));
}

#[test]
fn text_is_quoted_and_is_no_file_name() {
    let exchange = with_body(sent(Method::PUT, "http://r.test/"), b"@it's\n{\"a\": $1}");
    let said = arguments(&exchange.curl());
    let at = said.iter().position(|word| word == "--data-raw").unwrap();
    assert_eq!(said[at + 1..at + 3], ["@it's", "{\"a\": $1}"]);
    assert!(said.contains(&"Content-Type:".to_owned()));
}

#[test]
fn binary_is_piped_and_large_binary_is_named() {
    let small = with_body(sent(Method::PUT, "http://r.test/"), b"\x1f\x8b!");
    let said = arguments(&small.curl());
    assert_eq!(said.last().unwrap(), "<\u{1f}\u{fffd}!");
    let large = with_body(sent(Method::PUT, "http://r.test/"), &[0; 5000]).curl();
    assert!(
        large.starts_with("# body.bin: the 5000 bytes of the body\ncurl "),
        "{large}"
    );
    assert!(arguments(&large).contains(&"@body.bin".to_owned()));
}

#[test]
fn a_recipe_makes_the_body() {
    let mut exchange = with_body(sent(Method::PUT, "http://r.test/"), &[b'a'; 3]);
    exchange.request.recipe = "printf aaa".to_owned();
    assert_eq!(arguments(&exchange.curl()).last().unwrap(), "<aaa");
}

#[test]
fn the_framing_is_told() {
    let with = |framing: Framing| {
        let mut exchange = with_body(sent(Method::PATCH, "http://r.test/"), b"hello");
        exchange.request.framing = framing;
        arguments(&exchange.curl())
    };
    assert!(with(Framing::Chunked).contains(&"Transfer-Encoding: chunked".to_owned()));
    assert!(with(Framing::Announced(9)).contains(&"Content-Length: 9".to_owned()));
    // Nobody need answer before curl has hung up, which it does not do by itself.
    assert!(with(Framing::Announced(9)).contains(&"--max-time".to_owned()));
    assert!(!with(Framing::Announced(5)).contains(&"--max-time".to_owned()));
    let empty = arguments(&sent(Method::POST, "http://r.test/").curl());
    assert!(empty.contains(&"Content-Length: 0".to_owned()));
}

#[test]
fn secrets_are_variables() {
    let secret = |name: &'static str, value: &str| {
        arguments(&with_header(sent(Method::GET, "http://r.test/"), name, value).curl())
    };
    let bearer = secret("authorization", "Bearer <redacted>");
    assert!(
        bearer.contains(&"Authorization: Bearer tok".to_owned()),
        "{bearer:?}"
    );
    let basic = secret("authorization", "Basic <redacted>");
    assert!(basic.contains(&"usr:pw".to_owned()), "{basic:?}");
    let other = secret("x-`$key", "<redacted>");
    assert!(other.contains(&"x-`$key: sec".to_owned()), "{other:?}");
}

#[test]
fn exact_bytes_go_into_a_connection() {
    let mut exchange = sent(Method::GET, "http://r.test:81/");
    exchange.request.exact = true;
    exchange.request.wire = Some(Bytes::from_static(b"GET /'%d\\ HTTP/1.1\r\n\xff\r\n"));
    let command = exchange.curl();
    let shell = format!("nc() {{ printf '%s\\n' \"$*\"; cat; }}\n{command}");
    let output = Command::new("sh").arg("-c").arg(shell).output().unwrap();
    assert_eq!(output.stdout, b"r.test 81\nGET /'%d\\ HTTP/1.1\r\n\xff\r\n");
}

#[test]
fn a_script_leaves_out_what_was_asked_again() {
    let with = |role: Role, url: &str| Exchange {
        role,
        ..sent(Method::GET, url)
    };
    let script = script(&[
        with(Role::Asked, "http://r.test/1"),
        with(Role::Token, "http://r.test/token"),
        with(Role::Again, "http://r.test/1"),
        with(Role::Redirect, "http://r.test/2"),
        with(Role::Asked, "http://r.test/1"),
    ]);
    let urls: Vec<_> = script
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(urls, ["1", "2", "1"]);
}

//! What calls the canary is heard, told apart, and answered.

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::TcpStream;

use super::*;

/// Sends these bytes to a canary. What it answers.
fn called(canary: &Canary, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(canary.host()).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn credentials(head: &str) -> Vec<String> {
    Call::read(head.as_bytes()).credentials
}

#[test]
fn a_call_is_kept_before_it_is_answered_with_nothing() {
    let canary = Canary::on_loopback().unwrap();
    let answer = called(
        &canary,
        b"GET /fuzz/c7-0/3/none/a HTTP/1.1\r\nhost: x\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.ends_with("content-length: 0\r\nconnection: close\r\n\r\n"));
    assert_eq!(canary.calls(), 1);
    assert_eq!(canary.take("fuzz/c7-1", 0), []);
    let calls = canary.take("fuzz/c7-0", 0);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].request("fuzz/c7-0"), Some(3));
    assert_eq!(calls[0].case(), Some((7, 0)));
    assert_eq!(canary.take("fuzz/c7-0", 0), [], "it is taken once");
}

/// What a canary answers to a GET of this target, without the names of its headers.
fn asked(canary: &Canary, target: &str, more: &str) -> (String, Vec<String>) {
    let head = format!("GET {target} HTTP/1.1\r\n{more}\r\n");
    let answer = called(canary, head.as_bytes());
    let mut lines = answer.split("\r\n");
    let status = lines.next().unwrap_or_default().to_owned();
    let challenges = lines.filter_map(|line| line.strip_prefix("www-authenticate: "));
    (status, challenges.map(str::to_owned).collect())
}

#[test]
fn who_calls_is_challenged_as_the_path_says() {
    let canary = Canary::on_loopback().unwrap();
    let host = canary.host();
    let unauthorized = "HTTP/1.1 401 Unauthorized".to_owned();
    let basic = "Basic realm=\"canary\"".to_owned();
    let bearer = |path: &str| {
        let scope = format!("scope=\"repository:{path}:pull\"");
        format!("Bearer realm=\"http://{host}/{path}/token\",service=\"canary\",{scope}")
    };
    for (target, challenges) in [
        ("/f/c7-0/3/basic/", vec![basic.clone()]),
        ("/f/c7-0/3/basic?x=1", vec![basic.clone()]),
        ("/f/c7-0/3/bearer/a", vec![bearer("f/c7-0/3/bearer/a")]),
        ("/f%2fc7-0/3/bearer", vec![bearer("f/c7-0/3/bearer")]),
        ("/v2/f/c7-0/a", vec![bearer("v2/f/c7-0/a"), basic.clone()]),
        // Where tokens are asked for there is no other place to ask for one.
        ("/f/c7-0/3/bearer/token?scope=a", vec![basic.clone()]),
        ("/token", vec![basic.clone()]),
    ] {
        let expected = (unauthorized.clone(), challenges);
        assert_eq!(asked(&canary, target, ""), expected, "{target}");
    }
    let odd = asked(&canary, "/f/c7-0/3/bearer/\"x", "").1.remove(0);
    assert!(
        odd.starts_with(&format!("Bearer realm=\"http://{host}/token\"")),
        "{odd}"
    );
}

#[test]
fn who_says_who_they_are_is_told_nothing_and_so_is_this_program() {
    let canary = Canary::on_loopback().unwrap();
    let nothing = ("HTTP/1.1 404 Not Found".to_owned(), Vec::new());
    let target = "/f/c7-0/3/basic/";
    assert_eq!(
        asked(&canary, target, "authorization: Basic eDp5\r\n"),
        nothing
    );
    assert_eq!(
        asked(&canary, target, "user-agent: plimsoll/1\r\n"),
        nothing
    );
    assert_eq!(asked(&canary, "/f/c7-0/3/none/", ""), nothing);
}

#[test]
fn a_repository_tells_the_play_even_in_a_parameter() {
    let head = b"GET /token?scope=repository%3Arun%2Fc12-3%2Fa:pull HTTP/1.1\r\n\r\n";
    let call = Call::read(head);
    assert!(call.is_of("run/c12-3") && !call.is_of("run/c12"));
    assert_eq!(call.case(), Some((12, 3)));
    assert_eq!(call.request("run/c12-3"), None);
}

#[test]
fn what_names_nobody_is_of_whoever_plays_since() {
    let canary = Canary::on_loopback().unwrap();
    called(&canary, b"GET / HTTP/1.1\r\n\r\n");
    let since = canary.calls();
    assert_eq!(canary.take("fuzz/c1-0", since), []);
    called(&canary, b"\x16\x03\x01\x00");
    let calls = canary.take("fuzz/c1-0", since);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].said(), "something that is no HTTP");
}

#[test]
fn a_word_tells_calls_apart_wherever_it_stands() {
    let canary = Canary::on_loopback().unwrap();
    let url = canary.url("run/a", "urls/1");
    let path = url.split_once(canary.host()).unwrap().1.to_owned();
    called(&canary, format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes());
    called(
        &canary,
        b"GET /token?scope=repository:run/b:pull HTTP/1.1\r\n\r\n",
    );
    let calls = canary.heard_of("run/a");
    assert_eq!(calls.len(), 1);
    assert!(calls[0].names("urls") && !calls[0].names("token"));
    assert_eq!(canary.heard_of("run/b").len(), 1);
    assert_eq!(canary.heard_of("run/b"), [], "it is taken once");
}

#[test]
fn credentials_are_seen_and_not_kept() {
    let head = |header: &str| format!("GET /a HTTP/1.1\r\n{header}\r\n\r\n");
    assert_eq!(
        credentials(&head("Authorization: Basic eDp5")),
        ["authorization"]
    );
    assert_eq!(credentials(&head("cookie: a=b")), ["cookie"]);
    assert_eq!(
        credentials(&head("Proxy-Authorization: x")),
        ["proxy-authorization"]
    );
    for none in ["Authorization: ", "x-authorization: a", "accept: */*"] {
        assert_eq!(credentials(&head(none)), [""; 0], "{none}");
    }
    let token = "GET /a?n=1&Token=secret HTTP/1.1\r\n\r\n";
    assert_eq!(credentials(token), ["the parameter `token`"]);
    let said = Call::read(token.as_bytes()).said();
    assert_eq!(said, "GET /a?…, with the parameter `token`");
    assert_eq!(
        credentials("GET /a?token=&tokens=1 HTTP/1.1\r\n\r\n"),
        [""; 0]
    );
}

#[test]
fn what_this_program_asks_itself_does_not_count() {
    let canary = Canary::on_loopback().unwrap();
    called(
        &canary,
        b"GET / HTTP/1.1\r\nuser-agent: plimsoll/0.1.0\r\ncookie: a\r\n\r\n",
    );
    assert_eq!(canary.calls(), 0);
    called(&canary, b"");
    assert_eq!(canary.calls(), 0);
}

#[test]
fn heads_without_an_end_are_read_to_a_bound() {
    let canary = Canary::on_loopback().unwrap();
    let mut head = b"GET /fuzz/c1-0/1/ HTTP/1.1\r\nx: ".to_vec();
    head.resize(100_000, b'a');
    let mut stream = TcpStream::connect(canary.host()).unwrap();
    // It may have hung up on the rest of it.
    let _ = stream.write_all(&head);
    let patient = canary.waited_for(std::time::Duration::from_secs(20));
    assert_eq!(patient.await_calls("fuzz/c1-0", 0).len(), 1);
}

#[test]
fn a_canary_that_is_dropped_hangs_up() {
    let canary = Canary::on_loopback().unwrap();
    let (host, clone) = (canary.host().to_owned(), canary.clone());
    drop(canary);
    assert!(TcpStream::connect(&host).is_ok());
    drop(clone);
    let began = std::time::Instant::now();
    while TcpStream::connect(&host).is_ok() {
        assert!(began.elapsed().as_secs() < 20, "it listens still");
    }
}

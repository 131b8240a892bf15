//! Through a proxy.

use super::Server;
use super::answer;
use super::exact;
use super::ok;
use super::plain;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Failure;
use crate::http::Proxies;
use crate::http::Request;
use crate::http::Transcript;

fn through(proxy: &Server, request: Request) -> Result<u16, Failure> {
    let url = format!("http://me:pw@{}", proxy.address);
    let proxies = Proxies {
        http: Some(url),
        ..Proxies::default()
    };
    let settings = ClientSettings {
        proxies,
        retries: 0,
        ..ClientSettings::default()
    };
    let client = Client::over_network(settings).unwrap();
    client
        .send(request, &Transcript::default())
        .map(|reply| reply.response.status)
}

#[test]
fn a_plain_request_names_its_target_to_the_proxy() {
    let proxy = Server::new(|_, _| ok("fine"));
    assert_eq!(through(&proxy, plain("http://registry.test/v2/")), Ok(200));
    let said = &proxy.seen()[0];
    assert!(
        said.starts_with("GET http://registry.test/v2/ HTTP/1.1\r\n"),
        "{said}"
    );
    assert!(
        said.contains("proxy-authorization: Basic bWU6cHc=\r\n"),
        "{said}"
    );
}

#[test]
fn exact_bytes_go_through_a_tunnel() {
    let proxy = Server::new(|request, _| {
        if request.starts_with("CONNECT ") {
            answer(200, &[], "")
        } else {
            ok("fine")
        }
    });
    assert_eq!(through(&proxy, exact("http://registry.test/v2/")), Ok(200));
    let [tunnel, inside] = &proxy.seen()[..] else {
        panic!("two requests")
    };
    assert!(
        tunnel.starts_with("CONNECT registry.test:80 HTTP/1.1\r\n"),
        "{tunnel}"
    );
    assert!(
        inside.starts_with("GET /v2/ HTTP/1.1\r\nhost: registry.test\r\n"),
        "{inside}"
    );
    assert!(!inside.contains("proxy-authorization"), "{inside}");
}

#[test]
fn a_proxy_that_refuses_is_named() {
    let proxy = Server::new(|_, _| answer(403, &[], ""));
    let failure = through(&proxy, exact("http://registry.test/v2/")).unwrap_err();
    assert!(
        failure
            .to_string()
            .contains(&format!("the proxy {} answered 403", proxy.address)),
        "{failure}"
    );
}

//! Where a redirect leads, and what goes along (RFC 9110, section 15.4).
//!
//! Whatever was answered, credentials stay with the origin that they are for: once a call has left
//! it, nothing secret goes along any more, not even on the way back.

use http::Method;
use http::header;
use url::Url;

use super::Failure;
use super::Framing;
use super::Request;
use super::Response;
use super::origin::Address;

/// The most redirects that one call follows.
pub(crate) const MOST: usize = 10;

/// The longest `Location` that is followed, in bytes: twice what everybody should take (RFC 9110, section 4.1).
pub(crate) const LONGEST: usize = 16_000;

/// How much is told of one that is not followed, in characters.
const TOLD: usize = 200;

/// The `Location` to follow, where the answer is a redirect that names one.
pub(crate) fn location(response: &Response) -> Option<Result<&str, Failure>> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let value = response.headers.get(header::LOCATION)?.as_bytes();
    let refused = |reason: String| {
        let text = String::from_utf8_lossy(value);
        Failure::Redirect {
            location: text.chars().take(TOLD).collect(),
            reason,
        }
    };
    if value.len() > LONGEST {
        let reason = format!("it has {} bytes, and {LONGEST} are followed", value.len());
        return Some(Err(refused(reason)));
    }
    Some(std::str::from_utf8(value).map_err(|_| refused("it is no text".to_owned())))
}

/// The request to make next.
///
/// 307 and 308 keep method and body. 303 makes it a GET, but for HEAD. 301 and 302 are left to the
/// client by the RFC; here they too keep method and body, since that is what registries rely on
/// when they redirect an upload.
pub(crate) fn follow(request: &Request, status: u16, location: &str) -> Result<Request, Failure> {
    let refused = |reason: String| Failure::Redirect {
        location: location.to_owned(),
        reason,
    };
    let url = resolve(&request.url, location).map_err(refused)?;
    let here = Address::parse(&request.url)?.origin;
    let there = Address::parse(&url)
        .map_err(|failure| refused(failure.to_string()))?
        .origin;
    let mut next = Request {
        url,
        ..request.clone()
    };
    if status == 303 && request.method != Method::HEAD {
        turn_into_get(&mut next);
    }
    if here != there {
        for name in [
            header::AUTHORIZATION,
            header::PROXY_AUTHORIZATION,
            header::COOKIE,
            header::HOST,
        ] {
            next.headers.remove(name);
        }
    }
    Ok(next)
}

fn turn_into_get(request: &mut Request) {
    request.method = Method::GET;
    request.body = bytes::Bytes::new();
    request.recipe.clear();
    request.framing = Framing::Length;
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_RANGE,
        header::CONTENT_ENCODING,
        header::TRANSFER_ENCODING,
    ] {
        request.headers.remove(name);
    }
}

/// The absolute URL behind a `Location` (RFC 3986, section 5). An absolute URL or path is kept to
/// the letter, since a signature may cover it.
fn resolve(base: &str, location: &str) -> Result<String, String> {
    if Address::parse(location).is_ok() {
        return Ok(location.to_owned());
    }
    if location.starts_with('/') && !location.starts_with("//") {
        let (scheme, rest) = base
            .split_once("://")
            .ok_or("the request's URL is not absolute")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        return Ok(format!("{scheme}://{authority}{location}"));
    }
    let base = Url::parse(base).map_err(|error| error.to_string())?;
    let url = base.join(location).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" => Ok(url.into()),
        other => Err(format!("the scheme `{other}` is neither http nor https")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;
    use http::HeaderValue;

    fn redirect(location: &str) -> Response {
        let location = HeaderValue::from_str(location).unwrap();
        Response {
            status: 307,
            headers: HeaderMap::from_iter([(header::LOCATION, location)]),
            body: bytes::Bytes::new(),
        }
    }

    #[test]
    fn what_is_longer_than_any_url_leads_nowhere() {
        let long = format!("/{}", "x".repeat(LONGEST - 1));
        assert_eq!(location(&redirect(&long)), Some(Ok(long.as_str())));
        let longer = format!("{long}x");
        let Some(Err(Failure::Redirect { location, reason })) = location(&redirect(&longer)) else {
            panic!("it is followed");
        };
        assert_eq!(location.len(), TOLD);
        assert!(reason.contains("16001 bytes"), "{reason}");
    }

    fn put() -> Request {
        Request::new(Method::PUT, "https://r.test/v2/a?x=1")
            .header(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"))
            .header(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))
            .body("hello")
    }

    fn url(location: &str) -> String {
        follow(&put(), 307, location).unwrap().url
    }

    #[test]
    fn a_location_may_be_absolute_or_relative() {
        assert_eq!(
            url("https://s.test/%2e%2e/b?y"),
            "https://s.test/%2e%2e/b?y"
        );
        assert_eq!(url("/b/../c"), "https://r.test/b/../c");
        assert_eq!(url("//s.test/b"), "https://s.test/b");
        assert_eq!(url("b"), "https://r.test/v2/b");
        assert_eq!(url("?y=2"), "https://r.test/v2/a?y=2");
    }

    #[test]
    fn a_location_that_is_not_http_is_refused() {
        for location in [
            "ftp://s.test/",
            "file:///etc/passwd",
            "javascript:x",
            "https://u:p@s.test/",
        ] {
            let failure = follow(&put(), 302, location)
                .map(|next| next.url)
                .unwrap_err();
            assert!(matches!(failure, Failure::Redirect { .. }), "{failure}");
        }
    }

    #[test]
    fn only_a_303_turns_an_upload_into_a_get() {
        for status in [301, 302, 307, 308] {
            let next = follow(&put(), status, "/b").unwrap();
            assert_eq!((next.method, &next.body[..]), (Method::PUT, &b"hello"[..]));
        }
        let next = follow(&put(), 303, "/b").unwrap();
        assert_eq!((next.method, next.body.len()), (Method::GET, 0));
        assert!(!next.headers.contains_key(header::CONTENT_TYPE));
        let head = Request::new(Method::HEAD, "https://r.test/");
        assert_eq!(follow(&head, 303, "/b").unwrap().method, Method::HEAD);
    }

    #[test]
    fn credentials_stay_with_scheme_host_and_port() {
        let kept = |location: &str| {
            follow(&put(), 307, location)
                .unwrap()
                .headers
                .contains_key(header::AUTHORIZATION)
        };
        assert!(kept("/b"));
        assert!(kept("https://R.test:443/b"));
        assert!(!kept("http://r.test/b"));
        assert!(!kept("https://s.test/b"));
        assert!(!kept("https://r.test:444/b"));
    }
}

//! The token service: which request asks it for a token, and what its answer holds.
//!
//! The protocol is that of Docker's registry: a GET of the realm, or, with a refresh token, an
//! `OAuth` 2 POST (RFC 6749, section 6).

use std::time::Duration;
use std::time::Instant;

use http::HeaderValue;
use http::Method;
use http::header;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::Credentials;
use super::Login;
use super::Request;
use super::Response;
use super::Secret;
use super::auth;
use super::challenge::Demand;
use super::origin::Origin;

/// The longest answer that is read from a token service.
pub(crate) const LONGEST: usize = 1 << 20;

/// How long a token is good for where the service does not say.
const DEFAULT_LIFE: u64 = 60;

/// The longest life that is believed.
pub(crate) const LONGEST_LIFE: u64 = 24 * 60 * 60;

/// A token and its end.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// The token.
    pub(crate) value: Secret,
    /// When it should be had anew.
    pub(crate) expires: Instant,
}

/// The request for a token that meets `demand`, made by `target`; in words why there is none.
///
/// A target that speaks TLS may send us only to a service that does too. The login goes over TLS,
/// to this machine, or to the target's own host; elsewhere a token for anybody is asked for.
pub(crate) fn request(demand: &Demand, login: &Login, target: &Origin) -> Result<Request, String> {
    let url = Url::parse(&demand.realm).map_err(|error| format!("the realm: {error}"))?;
    let realm = Origin::of(url.as_str()).map_err(|failure| format!("the realm: {failure}"))?;
    if target.https && !realm.https {
        return Err("the realm is not https, but the target is".to_owned());
    }
    let trusted = realm.https || realm.is_loopback() || realm.host == target.host;
    let mut request = match login {
        Login::Identity(token) if trusted => refresh(demand, url, token),
        _ => get(demand, url),
    };
    request.read_limit = LONGEST;
    request.credentials = Credentials::Withheld;
    let accept = HeaderValue::from_static("application/json");
    request.headers.insert(header::ACCEPT, accept);
    if let Login::Password { username, password } = login
        && trusted
        && let Some(value) = auth::basic(username, password)
    {
        request.headers.insert(header::AUTHORIZATION, value);
    }
    Ok(request)
}

fn get(demand: &Demand, mut url: Url) -> Request {
    if let Some(service) = &demand.service {
        url.query_pairs_mut().append_pair("service", service);
    }
    for scope in scopes(demand) {
        url.query_pairs_mut().append_pair("scope", scope);
    }
    Request::new(Method::GET, url)
}

fn refresh(demand: &Demand, url: Url, token: &Secret) -> Request {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "refresh_token");
    form.append_pair("refresh_token", token.reveal());
    form.append_pair("client_id", "plimsoll");
    if let Some(service) = &demand.service {
        form.append_pair("service", service);
    }
    if let Some(scope) = &demand.scope {
        form.append_pair("scope", scope);
    }
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    Request::new(Method::POST, url)
        .header(header::CONTENT_TYPE, kind)
        .body(form.finish())
}

/// A challenge may name several scopes, with blanks between; each is a parameter of its own.
fn scopes(demand: &Demand) -> impl Iterator<Item = &str> {
    demand
        .scope
        .as_deref()
        .unwrap_or_default()
        .split_ascii_whitespace()
}

/// The token in a service's answer; in words why there is none.
pub(crate) fn read(response: &Response, now: Instant) -> Result<Token, String> {
    let fields: Value = serde_json::from_slice(&response.body)
        .map_err(|error| format!("the token service's answer is no JSON: {error}"))?;
    let text = |name: &str| fields[name].as_str().filter(|text| !text.is_empty());
    let value = text("token").or_else(|| text("access_token"));
    let value = Secret::new(value.ok_or("the token service's answer holds no token")?);
    if auth::bearer(&value).is_none() {
        return Err("the token holds a character that no header can carry".to_owned());
    }
    let life = fields["expires_in"]
        .as_u64()
        .unwrap_or(DEFAULT_LIFE)
        .min(LONGEST_LIFE);
    Ok(Token {
        value,
        expires: now + Duration::from_secs(life),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderMap;

    fn demand(realm: &str) -> Demand {
        Demand {
            realm: realm.to_owned(),
            service: Some("r.test".to_owned()),
            scope: Some("repository:a:pull repository:b:push,pull".to_owned()),
        }
    }

    fn asked(target: &str, realm: &str) -> Result<Request, String> {
        let password = Secret::new("hunter2");
        let login = Login::Password {
            username: "me".to_owned(),
            password,
        };
        request(&demand(realm), &login, &Origin::of(target).unwrap())
    }

    fn answer(body: &'static str) -> Response {
        Response {
            status: 200,
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn service_and_each_scope_are_parameters_beside_the_realms_own() {
        let asked = asked("https://r.test", "https://auth.test/token?x=1").unwrap();
        assert_eq!(
            asked.url,
            "https://auth.test/token?x=1&service=r.test&scope=repository%3Aa%3Apull\
             &scope=repository%3Ab%3Apush%2Cpull"
        );
    }

    #[test]
    fn a_realm_without_tls_is_refused_where_the_target_has_it() {
        assert!(asked("https://r.test", "http://auth.test/").is_err());
        assert!(asked("https://r.test", "/token").is_err());
        assert!(asked("https://r.test", "ftp://auth.test/").is_err());
    }

    #[test]
    fn a_password_is_not_sent_in_the_clear_to_strangers() {
        let sent = |target: &str, realm: &str| {
            asked(target, realm)
                .unwrap()
                .headers
                .contains_key(header::AUTHORIZATION)
        };
        assert!(sent("https://r.test", "https://auth.test/"));
        assert!(sent("http://r.test", "http://r.test:81/"));
        assert!(sent("http://r.test", "http://127.0.0.1:81/"));
        assert!(!sent("http://r.test", "http://auth.test/"));
    }

    #[test]
    fn a_refresh_token_is_posted() {
        let login = Login::Identity(Secret::new("abc"));
        let target = Origin::of("https://r.test").unwrap();
        let asked = request(&demand("https://auth.test/"), &login, &target).unwrap();
        assert_eq!(asked.method, Method::POST);
        let body = String::from_utf8(asked.body.to_vec()).unwrap();
        assert!(
            body.starts_with("grant_type=refresh_token&refresh_token=abc&"),
            "{body}"
        );
    }

    #[test]
    fn either_name_of_the_token_will_do() {
        let now = Instant::now();
        let token = read(&answer("{\"token\":\"a\"}"), now).unwrap();
        assert_eq!(
            (token.value.reveal(), token.expires - now),
            ("a", Duration::from_secs(60))
        );
        let token = read(
            &answer("{\"token\":\"\",\"access_token\":\"b\",\"expires_in\":5}"),
            now,
        )
        .unwrap();
        assert_eq!(
            (token.value.reveal(), token.expires - now),
            ("b", Duration::from_secs(5))
        );
    }

    #[test]
    fn an_answer_without_token_is_said_to_be_one() {
        for body in ["", "[]", "{}", "{\"token\":7}", "{\"token\":\"a\\nb\"}"] {
            assert!(read(&answer(body), Instant::now()).is_err(), "{body}");
        }
    }
}

//! `WWW-Authenticate`: what a server wants to see before it answers (RFC 9110, section 11.6.1).

mod reader;

use http::HeaderMap;
use http::header;

pub(crate) use reader::Challenge;
pub(crate) use reader::read;

/// A demand for a Bearer token, as the Docker token protocol words it. Equal demands are met by
/// the same token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Demand {
    /// Where tokens are to be had.
    pub(crate) realm: String,
    /// Whom the token is for.
    pub(crate) service: Option<String>,
    /// What it has to permit.
    pub(crate) scope: Option<String>,
}

/// What a 401 asks for, as far as we can serve it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Challenges {
    /// The first usable demand for a token.
    pub(crate) bearer: Option<Demand>,
    /// Whether a password would do.
    pub(crate) basic: bool,
}

impl Challenges {
    /// Those of an answer. A header that cannot be parsed challenges nobody.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut found = Self::default();
        for value in headers.get_all(header::WWW_AUTHENTICATE) {
            for challenge in read(value.as_bytes()).unwrap_or_default() {
                found.basic |= challenge.is("basic");
                found.bearer = found.bearer.or_else(|| demand(&challenge));
            }
        }
        found
    }
}

fn demand(challenge: &Challenge) -> Option<Demand> {
    let parameter = |name: &str| {
        let said = challenge.parameter(name).filter(|value| !value.is_empty());
        said.map(str::to_owned)
    };
    challenge.is("bearer").then_some(())?;
    Some(Demand {
        realm: parameter("realm")?,
        service: parameter("service"),
        scope: parameter("scope"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn of(values: &[&[u8]]) -> Challenges {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        Challenges::of(&headers)
    }

    #[test]
    fn a_demand_for_a_token_is_read() {
        let value = br#"bearer realm="https://auth.test/token",service="r \"x\"",scope="repository:a:pull,push""#;
        let demand = of(&[value]).bearer.unwrap();
        assert_eq!(demand.realm, "https://auth.test/token");
        assert_eq!(demand.service.as_deref(), Some("r \"x\""));
        assert_eq!(demand.scope.as_deref(), Some("repository:a:pull,push"));
    }

    #[test]
    fn several_challenges_are_told_apart() {
        let found = of(&[
            b"Digest x",
            b"Basic realm=\"a\", Bearer realm=\"http://b/\"",
        ]);
        assert!(found.basic);
        assert_eq!(found.bearer.unwrap().realm, "http://b/");
    }

    #[test]
    fn a_challenge_with_a_bare_token_hides_no_other() {
        let found = of(&[b"Negotiate dG9rZW4=, Bearer  realm=\"http://b/\", NTLM"]);
        assert_eq!(found.bearer.unwrap().realm, "http://b/");
    }

    #[test]
    fn what_is_no_challenge_asks_for_nothing() {
        for value in [
            &b""[..],
            b"Bearer",
            b"Bearer service=\"x\"",
            b"\"",
            b"Bearer realm=",
            b"\xff",
        ] {
            assert_eq!(of(&[value]).bearer, None, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_parser_panic(value in "[ -~\\t]{0,80}") {
            of(&[value.as_bytes()]);
        }
    }
}

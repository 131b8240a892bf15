//! `Authorization`: what somebody shows to be let in (RFC 9110, section 11.6.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use crate::http::HeaderMap;
use crate::http::Secret;

/// What was shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// A name and a password (RFC 7617).
    Password(String, Secret),
    /// A token (RFC 6750, section 2.1).
    Token(Secret),
    /// Something else, or more than one thing.
    Other,
}

impl Shown {
    /// What `headers` show.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::Nothing,
            (Some(value), None) => value.to_str().ok().and_then(of).unwrap_or(Self::Other),
            (Some(_), Some(_)) => Self::Other,
        }
    }
}

fn of(value: &str) -> Option<Shown> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Shown::Token(Secret::new(rest)));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    let (name, password) = pair.split_once(':')?;
    // What clients of the field send that were asked for a password and have none.
    if name.is_empty() && password.is_empty() {
        return Some(Shown::Nothing);
    }
    Some(Shown::Password(name.to_owned(), Secret::new(password)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::HeaderValue;

    fn shown(values: &[&[u8]]) -> Shown {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        Shown::read(&headers)
    }

    fn password(name: &str, password: &str) -> Shown {
        Shown::Password(name.to_owned(), Secret::new(password))
    }

    #[test]
    fn names_passwords_and_tokens_are_read() {
        assert_eq!(shown(&[]), Shown::Nothing);
        assert_eq!(shown(&[b"Basic Og=="]), Shown::Nothing);
        // The examples of RFC 7617, sections 2 and 2.1.
        let wanted = password("Aladdin", "open sesame");
        assert_eq!(shown(&[b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]), wanted);
        assert_eq!(
            shown(&[b"BASIC dGVzdDoxMjPCow=="]),
            password("test", "123£")
        );
        assert_eq!(shown(&[b"basic YTpiOmM="]), password("a", "b:c"));
        assert_eq!(
            shown(&[b"Bearer a.b.c"]),
            Shown::Token(Secret::new("a.b.c"))
        );
    }

    #[test]
    fn what_is_neither_is_not_guessed_at() {
        for value in [
            &b""[..],
            b"Basic",
            b"Basic ???",
            b"Basic YWI=",
            b"Basic YTpi, Basic YTpi",
            b"Basic /zp4",
            b"Digest x",
            b"YTpi",
            b"\xff",
        ] {
            assert_eq!(shown(&[value]), Shown::Other, "{value:?}");
        }
        assert_eq!(shown(&[b"Basic YTpi", b"Basic YTpi"]), Shown::Other);
    }

    proptest! {
        #[test]
        fn no_value_makes_the_reader_panic(value in "(Basic |Bearer )?[ -~]{0,40}") {
            shown(&[value.as_bytes()]);
        }
    }
}

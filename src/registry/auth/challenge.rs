//! `WWW-Authenticate`: what somebody has to show to be let in (RFC 9110, section 11.6.1).

use super::claims::SERVICE;
use super::scope::Scopes;

/// For a name and a password (RFC 7617).
pub(super) const BASIC: &str = "Basic realm=\"plimsoll\", charset=\"UTF-8\"";

/// What is wrong with a token that was shown (RFC 6750, section 3.1).
#[derive(Debug, Clone, Copy)]
pub(super) enum Wrong {
    /// It is no good.
    Invalid,
    /// It does not permit this.
    Insufficient,
}

/// For a token that `realm` gives out and that permits `scopes`.
pub(super) fn bearer(realm: &str, scopes: &Scopes, wrong: Option<Wrong>) -> String {
    let mut challenge = format!("Bearer realm={},service={}", quoted(realm), quoted(SERVICE));
    let scopes = scopes.to_string();
    if !scopes.is_empty() {
        challenge = format!("{challenge},scope={}", quoted(&scopes));
    }
    match wrong {
        None => challenge,
        Some(Wrong::Invalid) => challenge + ",error=\"invalid_token\"",
        Some(Wrong::Insufficient) => challenge + ",error=\"insufficient_scope\"",
    }
}

/// As a quoted string (RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    let marked = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{marked}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_named() {
        let scopes = Scopes::read("repository:a/b:pull repository:c:push,pull");
        assert_eq!(
            bearer("http://r.test/token", &scopes, None),
            "Bearer realm=\"http://r.test/token\",service=\"plimsoll\",\
             scope=\"repository:a/b:pull repository:c:pull,push\""
        );
        let none = Scopes::default();
        let challenge = bearer("x\"y\\", &none, Some(Wrong::Invalid));
        assert_eq!(
            challenge,
            "Bearer realm=\"x\\\"y\\\\\",service=\"plimsoll\",error=\"invalid_token\""
        );
    }
}

//! What a token says: who holds it, until when, and what it permits.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::action::Actions;
use super::jws;
use super::jws::Unsigned;
use super::key;
use super::key::Key;
use super::scope::CATALOG;
use super::scope::REPOSITORY;
use super::scope::Scopes;

/// Who issues tokens, and for which service.
pub(super) const ISSUER: &str = "plimsoll";
pub(super) const SERVICE: &str = "plimsoll";

/// For whom a token is that is only good for having others.
const REFRESH: &str = "plimsoll/token";

/// How long a refresh token is good for.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Why a token is no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Invalid {
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    #[error("the token was issued by another")]
    Issuer,
    #[error("the token is for another service")]
    Audience,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    Early,
    #[error("the token is of a user who is not there, or has another password now")]
    User,
}

/// The claims of a token (RFC 7519), with what it permits as Docker's registry words it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The user; empty if nobody logged in.
    sub: String,
    aud: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    #[serde(default)]
    access: Vec<Access>,
    /// In a refresh token, what is another for another password.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    print: String,
}

/// Actions on one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Access {
    r#type: String,
    name: String,
    actions: Vec<String>,
}

impl Access {
    /// Listing repositories.
    fn catalog() -> Self {
        let [kind, name, action] = CATALOG.map(str::to_owned);
        Self {
            r#type: kind,
            name,
            actions: vec![action],
        }
    }
}

/// What a good token permits, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) user: Option<String>,
    pub(super) scopes: Scopes,
}

impl Token {
    /// The token in writing, good for `life` from `now` on, in seconds.
    pub(super) fn write(&self, key: &Key, now: u64, life: Duration) -> String {
        self.write_for(SERVICE, key, now, life)
    }

    /// The same for another service.
    pub(super) fn write_for(&self, service: &str, key: &Key, now: u64, life: Duration) -> String {
        let repositories = self.scopes.iter().map(|(name, actions)| Access {
            r#type: REPOSITORY.to_owned(),
            name: name.to_string(),
            actions: actions.names().map(str::to_owned).collect(),
        });
        let catalog = self.scopes.have_catalog().then(Access::catalog);
        let claims = Claims {
            access: repositories.chain(catalog).collect(),
            ..Claims::new(self.user.as_deref(), service, now, life)
        };
        jws::write(key, &claims)
    }

    /// The token that is written there.
    pub(super) fn read(key: &Key, text: &str, now: u64) -> Result<Self, Invalid> {
        let claims = Claims::read(key, text, SERVICE, now)?;
        let mut scopes = Scopes::default();
        for access in &claims.access {
            if *access == Access::catalog() {
                scopes.add_catalog();
            } else if let (REPOSITORY, Ok(name)) = (access.r#type.as_str(), access.name.parse()) {
                let actions = access.actions.iter().map(String::as_str);
                scopes.add(name, Actions::named(actions));
            }
        }
        let user = Some(claims.sub).filter(|user| !user.is_empty());
        Ok(Self { user, scopes })
    }
}

/// A token with which `user` gets others; `print` says which password it was given for.
pub(super) fn write_refresh(key: &Key, user: &str, print: String, now: u64) -> String {
    let claims = Claims {
        print,
        ..Claims::new(Some(user), REFRESH, now, REFRESH_LIFE)
    };
    jws::write(key, &claims)
}

/// Whose refresh token that is, and which password it was given for.
pub(super) fn read_refresh(key: &Key, text: &str, now: u64) -> Result<(String, String), Invalid> {
    let claims = Claims::read(key, text, REFRESH, now)?;
    Ok((claims.sub, claims.print))
}

impl Claims {
    fn new(user: Option<&str>, audience: &str, now: u64, life: Duration) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            sub: user.unwrap_or_default().to_owned(),
            aud: audience.to_owned(),
            exp: now.saturating_add(life.as_secs()),
            nbf: now,
            iat: now,
            jti: key::random_text(),
            access: Vec::new(),
            print: String::new(),
        }
    }

    fn read(key: &Key, text: &str, audience: &str, now: u64) -> Result<Self, Invalid> {
        let claims: Self = jws::read(key, text)?;
        if claims.iss != ISSUER {
            return Err(Invalid::Issuer);
        }
        if claims.aud != audience {
            return Err(Invalid::Audience);
        }
        if claims.exp <= now {
            return Err(Invalid::Expired);
        }
        if claims.nbf > now {
            return Err(Invalid::Early);
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::*;

    const LIFE: Duration = Duration::from_secs(60);

    fn key() -> Key {
        Key::given(&[7; 32]).unwrap()
    }

    fn token() -> Token {
        Token {
            user: Some("alice".to_owned()),
            scopes: Scopes::read("repository:a:pull"),
        }
    }

    /// A token of now, at the time 100, with one claim changed.
    fn changed(claim: &str, value: Value) -> Result<Token, Invalid> {
        let mut claims: Value = jws::read(&key(), &token().write(&key(), 100, LIFE)).unwrap();
        claims[claim] = value;
        Token::read(&key(), &jws::write(&key(), &claims), 100)
    }

    #[test]
    fn a_token_is_read_as_it_was_written_while_it_is_good() {
        let text = token().write(&key(), 100, LIFE);
        assert_eq!(Token::read(&key(), &text, 100), Ok(token()));
        assert_eq!(Token::read(&key(), &text, 159), Ok(token()));
        assert_eq!(Token::read(&key(), &text, 160), Err(Invalid::Expired));
        assert_eq!(Token::read(&key(), &text, 99), Err(Invalid::Early));
    }

    #[test]
    fn what_is_said_to_others_or_by_others_is_not_believed() {
        assert_eq!(changed("sub", json!("alice")), Ok(token()));
        assert_eq!(changed("iss", json!("x")), Err(Invalid::Issuer));
        assert_eq!(changed("aud", json!("x")), Err(Invalid::Audience));
        let malformed = Invalid::Unsigned(Unsigned::Malformed);
        for claim in ["iss", "aud", "exp", "nbf", "sub"] {
            assert_eq!(changed(claim, Value::Null), Err(malformed), "{claim}");
        }
        assert_eq!(changed("exp", json!("never")), Err(malformed));
    }

    #[test]
    fn a_refresh_token_permits_nothing_itself_and_no_other_refreshes() {
        let refresh = write_refresh(&key(), "alice", "x".to_owned(), 100);
        assert_eq!(Token::read(&key(), &refresh, 100), Err(Invalid::Audience));
        let read = read_refresh(&key(), &refresh, 100);
        assert_eq!(read, Ok(("alice".to_owned(), "x".to_owned())));
        let other = token().write(&key(), 100, LIFE);
        assert_eq!(read_refresh(&key(), &other, 100), Err(Invalid::Audience));
    }

    #[test]
    fn what_is_about_no_repository_permits_the_list_or_nothing() {
        let of = |access| changed("access", access).unwrap().scopes;
        let list = json!([{"type": "registry", "name": "catalog", "actions": ["*"]}]);
        assert_eq!(of(list).to_string(), "registry:catalog:*");
        for other in [
            json!([{"type": "registry", "name": "catalog", "actions": ["pull"]}]),
            json!([{"type": "registry", "name": "other", "actions": ["*"]}]),
            json!([{"type": "registry", "name": "a", "actions": ["pull"]}]),
        ] {
            assert_eq!(of(other), Scopes::default());
        }
    }
}

//! What a request for a token says.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::request::Parts;
use url::form_urlencoded;

use super::told::Failure;
use crate::http::Method;
use crate::http::Secret;
use crate::registry::auth::claims::SERVICE;
use crate::registry::auth::header::Shown;
use crate::registry::auth::scope::Scopes;

/// The most scopes that one token is asked to have.
const MOST_SCOPES: usize = 64;

/// A request for a token.
pub(super) struct Asked {
    pub(super) login: Login,
    pub(super) scopes: Scopes,
    pub(super) wants_refresh: bool,
}

/// As whom somebody asks.
pub(super) enum Login {
    /// As nobody in particular.
    None,
    /// As the user of this name, by this password.
    Password(String, Secret),
    /// As the one to whom this refresh token was given.
    Refresh(Secret),
}

/// The parameters of a query or a form.
struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Asked {
    /// Reads a request; `form` is its body.
    pub(super) fn read(head: &Parts, form: Option<&[u8]>) -> Result<Self, Failure> {
        match head.method {
            Method::GET => Self::of_query(head),
            Method::POST => Self::of_form(head, form),
            _ => Err(Failure::Method),
        }
    }

    fn of_query(head: &Parts) -> Result<Self, Failure> {
        let query = head.uri.query().unwrap_or_default();
        let parameters = Parameters::read(query.as_bytes());
        let login = match Shown::read(&head.headers) {
            Shown::Nothing => Login::None,
            Shown::Password(name, password) => Login::Password(name, password),
            Shown::Token(_) | Shown::Other => {
                return Err(Failure::Login("`Authorization` holds no password"));
            }
        };
        Ok(Self {
            login,
            wants_refresh: parameters.first("offline_token") == Some("true"),
            scopes: parameters.scopes()?,
        })
    }

    fn of_form(head: &Parts, form: Option<&[u8]>) -> Result<Self, Failure> {
        let kind = head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|it| it.to_str().ok());
        let kind = kind.and_then(|it| it.split(';').next()).unwrap_or_default();
        if !kind
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            return Err(Failure::Malformed("the body is no form"));
        }
        let form = form.ok_or(Failure::Malformed("the body is too long, or was cut"))?;
        let parameters = Parameters::read(form);
        Ok(Self {
            login: parameters.login()?,
            wants_refresh: parameters.first("access_type") == Some("offline"),
            scopes: parameters.scopes()?,
        })
    }
}

impl<'a> Parameters<'a> {
    fn read(text: &'a [u8]) -> Self {
        Self(form_urlencoded::parse(text).collect())
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(it, _)| it == name);
        named.map(|(_, value)| value.as_ref())
    }

    fn login(&self) -> Result<Login, Failure> {
        let given = |name| {
            let missing = Failure::Malformed("the form lacks what the grant is given for");
            self.first(name).ok_or(missing)
        };
        match self.first("grant_type") {
            Some("password") => {
                let password = Secret::new(given("password")?);
                Ok(Login::Password(given("username")?.to_owned(), password))
            }
            Some("refresh_token") => Ok(Login::Refresh(Secret::new(given("refresh_token")?))),
            Some(_) => Err(Failure::Grant),
            None => Err(Failure::Malformed("the form lacks `grant_type`")),
        }
    }

    /// The scopes, each a parameter or several in one with blanks between.
    fn scopes(&self) -> Result<Scopes, Failure> {
        if self.all("service").any(|service| service != SERVICE) {
            return Err(Failure::Malformed("the token is for another service"));
        }
        let all = self.all("scope").collect::<Vec<_>>().join(" ");
        if all.split_ascii_whitespace().count() > MOST_SCOPES {
            return Err(Failure::Scope);
        }
        Ok(Scopes::read(&all))
    }
}

//! Where tokens are to be had: Docker's token protocol. By GET with a password in `Authorization`, or
//! without one for what everybody may; by POST with a form as in OAuth 2 (RFC 6749, sections 4.3 and 6).

mod asked;
mod told;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;

use super::Auth;
use super::claims;
use super::claims::Token;
use super::scope::Scopes;
use crate::http::Secret;
use crate::registry::answer::Answer;

use asked::Asked;
use asked::Login;
use told::Failure;
use told::Issued;

/// Where it is.
pub(super) const PATH: &str = "/token";

/// The longest form that is read, in bytes.
pub(crate) const BODY_LIMIT: usize = 64 << 10;

/// Answers a request for a token at the time `now`, in seconds of Unix; `form` is its body, if that
/// could be read.
pub(super) async fn answer(auth: &Auth, head: &Parts, form: Option<&[u8]>, now: u64) -> Answer {
    let issued = match Asked::read(head, form) {
        Ok(asked) => issue(auth, asked, now).await,
        Err(failure) => Err(failure),
    };
    issued.map_or_else(Failure::into_answer, Issued::into_answer)
}

async fn issue(auth: &Auth, asked: Asked, now: u64) -> Result<Issued, Failure> {
    let user = user(auth, asked.login, now).await?;
    let granted = asked
        .scopes
        .allowed(|name| auth.rights.of(user.as_deref(), name.as_str()));
    let refresh = user.as_deref().filter(|_| asked.wants_refresh);
    let refresh = refresh.map(|user| {
        let print = print(auth, user).unwrap_or_default();
        claims::write_refresh(&auth.key, user, print, now)
    });
    Ok(Issued {
        user: user.clone(),
        scope: granted.to_string(),
        token: token(user, granted).write(&auth.key, now, auth.lifetime),
        refresh,
        now,
        life: auth.lifetime,
    })
}

fn token(user: Option<String>, scopes: Scopes) -> Token {
    Token { user, scopes }
}

/// Who asks; `None` if nobody has to.
async fn user(auth: &Auth, login: Login, now: u64) -> Result<Option<String>, Failure> {
    match login {
        Login::None if auth.rights.know_anonymous() => Ok(None),
        Login::None => Err(Failure::Login("a login is needed")),
        Login::Password(name, password) => {
            if auth.passwords.are_right(&name, &password).await {
                return Ok(Some(name));
            }
            let said = "there is no such user, or the password is another";
            Err(Failure::Login(said))
        }
        Login::Refresh(token) => of_refresh(auth, &token, now).map(Some),
    }
}

fn of_refresh(auth: &Auth, token: &Secret, now: u64) -> Result<String, Failure> {
    let read = claims::read_refresh(&auth.key, token.reveal(), now);
    let current = read
        .ok()
        .filter(|(user, given_for)| print(auth, user).as_ref() == Some(given_for));
    current
        .map(|(user, _)| user)
        .ok_or(Failure::Login("the refresh token is no good any more"))
}

/// What is another for another password of the user; it says nothing of either.
fn print(auth: &Auth, user: &str) -> Option<String> {
    let stored = auth.passwords.users().get(user)?;
    let print = auth.key.derived("passwords");
    let print = print.sign_texts(&[user, stored.reveal()]);
    Some(URL_SAFE_NO_PAD.encode(print))
}

//! Who may do what: logins by password or by token, and rights on repositories.
//!
//! All of it happens before a request reaches a handler, and before its body is read. Handlers know
//! nothing of it: a mount that may not be is made one of nothing, and an upload that is somebody else's
//! is not found.
//!
//! What [`Defect`](super::Defect)s and [`Variation`](super::Variation)s do stands behind it.

mod action;
mod challenge;
mod claims;
mod door;
mod flaw;
mod header;
mod htpasswd;
mod jws;
mod key;
mod mount;
mod pass;
mod passwords;
mod rights;
mod scope;
mod sight;
mod tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Uri;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use ring::hmac;
use serde_json::Value;

pub use action::Action;
pub use htpasswd::BadHtpasswd;
pub use htpasswd::HtpasswdFlaw;
pub use htpasswd::Users;
pub use key::WeakKey;
pub use rights::BadGlob;
pub use rights::BadRights;
pub use rights::Rights;
pub use rights::RightsFlaw;

pub(crate) use pass::Pass;
pub(crate) use sight::Sight;
pub(crate) use tokens::BODY_LIMIT;

use super::answer::Answer;
use super::app::App;
use super::clock::Time;
use super::error::Refusal;
use super::header::API_VERSION;
use super::header::CURRENT_API;
use super::route::Route;
use super::seams::Knock;
use crate::http::Secret;
use claims::Token;
use door::Door;
use header::Shown;
use key::Key;
use passwords::Passwords;
use scope::Scopes;

/// How long a token is good for, if nobody says.
const LIFETIME: Duration = Duration::from_secs(300);

/// When a registry begins whose clock is not the machine's, in seconds of Unix.
const BEGINNING: u64 = 1_767_225_600;

/// Who may log in, how, and who may do what. Whoever has logged in may do everything, and others
/// nothing, unless something else is said.
#[derive(Clone)]
pub struct Auth {
    scheme: Scheme,
    passwords: Arc<Passwords>,
    rights: Rights,
    key: Key,
    lifetime: Duration,
    realm: Option<String>,
}

/// What has to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// A name and a password.
    Basic,
    /// A token, which the registry itself gives out.
    Token,
}

impl Auth {
    /// By name and password, with every request.
    pub fn basic(users: impl Into<Users>) -> Self {
        Self::new(Scheme::Basic, users.into())
    }

    /// By tokens, which the registry gives out itself for name and password.
    pub fn token(users: impl Into<Users>) -> Self {
        Self::new(Scheme::Token, users.into())
    }

    fn new(scheme: Scheme, users: Users) -> Self {
        Self {
            scheme,
            passwords: Arc::new(Passwords::new(users)),
            rights: Rights::open(&[]),
            key: Key::random(),
            lifetime: LIFETIME,
            realm: None,
        }
    }

    /// With these rights, in place of all others.
    #[must_use]
    pub fn rights(self, rights: Rights) -> Self {
        Self { rights, ..self }
    }

    /// Whoever has logged in may do everything, and everybody these actions; in place of all other
    /// rights.
    #[must_use]
    pub fn anonymous(self, actions: &[Action]) -> Self {
        self.rights(Rights::open(actions))
    }

    /// With tokens that are good for so long; whole seconds, and at least one.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime.max(Duration::from_secs(1));
        self
    }

    /// Signing by this key, so that what was signed is good after a restart too. Otherwise a key is
    /// made for each registry.
    pub fn key(mut self, key: &[u8]) -> Result<Self, WeakKey> {
        self.key = Key::given(key)?;
        Ok(self)
    }

    /// Sending clients to this URL for tokens, where what stands in front of the registry brings them
    /// back to `/token`. Otherwise it is the host by which a client came.
    #[must_use]
    pub fn realm(mut self, url: impl Into<String>) -> Self {
        self.realm = Some(url.into());
        self
    }

    /// The URL to which this client is sent for tokens.
    fn realm_for(&self, app: &App, head: &Parts) -> String {
        if let Some(realm) = &self.realm {
            return realm.clone();
        }
        let scheme = match app.settings.tls {
            Some(_) => "https",
            None => "http",
        };
        format!("{scheme}://{}{}", host(head), tokens::PATH)
    }
}

/// Without secrets.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("scheme", &self.scheme)
            .field("users", &self.passwords.users())
            .field("rights", &self.rights)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// What becomes of a request.
pub(crate) enum Entry {
    /// It goes on. Nobody asks who comes.
    Open,
    /// It goes on.
    Admitted(Pass),
    /// It asks for a token.
    Tokens(Auth),
    /// It ends here.
    Refused(Answer),
}

/// Decides what becomes of a request. What it asks for may be less afterwards.
pub(crate) async fn entry(app: &App, head: &mut Parts) -> Entry {
    let Some(auth) = &app.settings.auth else {
        return Entry::Open;
    };
    if app.doors.is_empty() {
        return decided(app, auth, head).await;
    }
    let knock = Knock::new(app, head);
    let entry = decided(app, auth, head).await;
    let doors = app.doors.iter();
    doors.fold(entry, |entry, seam| seam(&knock, head, entry))
}

async fn decided(app: &App, auth: &Auth, head: &mut Parts) -> Entry {
    if auth.scheme == Scheme::Token && head.uri.path() == tokens::PATH {
        return Entry::Tokens(auth.clone());
    }
    match Door::of(app, auth, head).admit(head).await {
        Ok(pass) => Entry::Admitted(pass),
        Err(refusal) => Entry::Refused(told(&head.uri, refusal)),
    }
}

/// What is decided about a request of somebody who has shown that they are this user.
pub(crate) fn entry_of(app: &App, user: &str, head: &mut Parts) -> Entry {
    let Some(auth) = &app.settings.auth else {
        return Entry::Open;
    };
    match Door::of(app, auth, head).admit_user(user, head) {
        Ok(pass) => Entry::Admitted(pass),
        Err(refusal) => Entry::Refused(told(&head.uri, refusal)),
    }
}

/// Header and claims of the token that a request shows, which nobody has verified.
pub(crate) fn unverified(head: &Parts) -> Option<(Value, Value)> {
    let token = shown_token(head)?;
    let mut parts = token.reveal().split('.').map(|part| {
        let part = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice(&part).ok()
    });
    Some((parts.next()??, parts.next()??))
}

/// The token that a request shows.
pub(crate) fn shown_token(head: &Parts) -> Option<Secret> {
    match Shown::read(&head.headers) {
        Shown::Token(token) => Some(token),
        _ => None,
    }
}

/// The name and the password that a request shows.
pub(crate) fn shown_password(head: &Parts) -> Option<(String, Secret)> {
    match Shown::read(&head.headers) {
        Shown::Password(name, password) => Some((name, password)),
        _ => None,
    }
}

/// A token of this user's, or of nobody's, for these scopes, whatever is allowed, and for this service.
pub(crate) fn minted(app: &App, user: Option<&str>, scopes: &str, service: &str) -> String {
    let Some(auth) = &app.settings.auth else {
        return String::new();
    };
    let token = Token {
        user: user.map(str::to_owned),
        scopes: Scopes::read(scopes),
    };
    token.write_for(service, &auth.key, now(app), auth.lifetime)
}

/// Whether this signature of a message is the HMAC by this key.
pub(crate) fn is_hmac(key: &[u8], message: &str, signature: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, message.as_bytes(), signature).is_ok()
}

/// The answer to somebody who was not let in. Docker's classic client takes the base for that of an
/// older protocol unless the answer to this very request says what it is.
fn told(uri: &Uri, refusal: Refusal) -> Answer {
    let answer = refusal.into_answer();
    match Route::parse(uri.path()) {
        Route::Base => answer.header(API_VERSION, CURRENT_API),
        _ => answer,
    }
}

/// Answers a request for a token; `form` is its body, if that could be read.
pub(crate) async fn issue(app: &App, auth: &Auth, head: &Parts, form: Option<&[u8]>) -> Answer {
    let answer = tokens::answer(auth, head, form, now(app)).await;
    let desks = app.desks.iter();
    desks.fold(answer, |answer, seam| seam(head, answer))
}

/// By which host and port the client came.
fn host(head: &Parts) -> String {
    let named = head.headers.get(HOST).and_then(|it| it.to_str().ok());
    let named = named.and_then(|it| it.parse::<Authority>().ok());
    let named = named.or_else(|| head.uri.authority().cloned());
    named.map_or_else(|| "registry.invalid".to_owned(), |it| it.to_string())
}

/// What time it is, in seconds of Unix.
pub(crate) fn now(app: &App) -> u64 {
    match app.settings.time {
        Time::Machine => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.unwrap_or_default().as_secs()
        }
        Time::Stepped => BEGINNING + app.clock.now().as_secs(),
    }
}
